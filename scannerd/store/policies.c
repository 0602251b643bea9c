/* policies.c - which policy is a server's: the first one of which every criterion that is given
 * fits. */
#include "scannerd/store/evidence.h"

#include "common/addr.h"
#include "scannerd/store/servers.h"
#include <errno.h>
#include <fnmatch.h>
#include <strings.h>

struct subject { /* one server as policies see it */
	struct store *store;
	int64_t id;
	const char *hostname, *os; /* os: NULL if unknown */
};

/* --- one criterion each --- */

static bool glob_fits(const struct strv *globs, const char *text)
{
	for (size_t i = 0; i < globs->n; i++) {
		if (fnmatch(globs->v[i], text, FNM_CASEFOLD) == 0) {
			return true;
		}
	}
	return false;
}

/* Asks fn about the first column of every row; 1 when it says yes. */
static int any_row(const struct subject *subject, const char *sql,
	bool (*fn)(const struct strv *wanted, const char *text), const struct strv *wanted)
{
	struct db *db = subject->store->db;
	_stmt_ sqlite3_stmt *st = db_stmt(db, sql);
	int r = st == NULL ? -EIO : db_bind(st, "i", subject->id);

	if (r < 0) {
		return r;
	}
	while ((r = db_step(db, st)) == 1) {
		if (fn(wanted, (const char *)sqlite3_column_text(st, 0))) {
			return 1;
		}
	}
	return r;
}

static int names_fit(const struct policy *p, const struct subject *subject)
{
	_free_ char *name = NULL;
	char *dot;

	if (glob_fits(&p->servers, subject->hostname)) {
		return 1;
	}
	name = strdup(subject->hostname);
	if (name == NULL) {
		return -ENOMEM;
	}
	dot = strchr(name, '.');
	if (dot != NULL && strspn(name, "0123456789.") != strlen(name)) {
		*dot = '\0';
		if (glob_fits(&p->servers, name)) {
			return 1;
		}
	}
	return any_row(subject,
		"SELECT alias FROM aliases WHERE server = ?1 UNION ALL"
		" SELECT hostname FROM addresses WHERE server = ?1 AND hostname IS NOT NULL",
		glob_fits, &p->servers);
}

static bool subnet_fits(const struct strv *subnets, const char *text)
{
	struct addr addr;

	if (addr_parse(text, &addr) < 0) {
		return false;
	}
	for (size_t i = 0; i < subnets->n; i++) {
		struct prefix prefix;

		if (prefix_parse(subnets->v[i], &prefix, NULL) == 0 &&
			prefix_contains_addr(&prefix, &addr)) {
			return true;
		}
	}
	return false;
}

static int subnets_fit(const struct policy *p, const struct subject *subject)
{
	return any_row(subject, "SELECT address FROM addresses WHERE server = ?", subnet_fits,
		&p->subnets);
}

static bool tag_fits(const struct strv *tags, const char *text)
{
	for (size_t i = 0; i < tags->n; i++) {
		if (strcasecmp(tags->v[i], text) == 0) {
			return true;
		}
	}
	return false;
}

static int tags_fit(const struct policy *p, const struct subject *subject)
{
	return any_row(subject, "SELECT tag FROM tags WHERE server = ?", tag_fits, &p->tags);
}

static int os_fits(const struct policy *p, const struct subject *subject)
{
	return subject->os != NULL && glob_fits(&p->os, subject->os);
}

/* --- all of them --- */

bool policies_have_minimum(const struct config *cfg)
{
	for (size_t i = 0; i < cfg->policies.n; i++) {
		if (cfg->policies.v[i].minimum_size > 0) {
			return true;
		}
	}
	return false;
}

/* 1, 0 or -errno. */
static int policy_fits(const struct policy *p, const struct subject *subject)
{
	const struct {
		bool given;
		int (*fits)(const struct policy *p, const struct subject *subject);
	} criteria[] = {
		{p->servers.n > 0, names_fit},
		{p->os.n > 0, os_fits},
		{p->tags.n > 0, tags_fit},
		{p->subnets.n > 0, subnets_fit},
	};

	for (size_t i = 0; i < ARRAY_SIZE(criteria); i++) {
		int r = criteria[i].given ? criteria[i].fits(p, subject) : 1;

		if (r <= 0) {
			return r;
		}
	}
	return 1;
}

static int find_policy(
	const struct config *cfg, const struct subject *subject, const struct policy **ret)
{
	for (size_t i = 0; i < cfg->policies.n; i++) {
		int r = policy_fits(&cfg->policies.v[i], subject);

		if (r < 0) {
			return r;
		}
		if (r > 0) {
			*ret = &cfg->policies.v[i];
			return 0;
		}
	}
	*ret = NULL;
	return 0;
}

struct assignment {
	struct evidence_server *v;
	size_t n, cap;
};

static int assign(struct store *s, const struct config *cfg, sqlite3_stmt *st, struct assignment *a)
{
	struct subject subject = {
		.store = s,
		.id = sqlite3_column_int64(st, 0),
		.hostname = (const char *)sqlite3_column_text(st, 1),
		.os = (const char *)sqlite3_column_text(st, 2),
	};
	struct evidence_server *server;
	int r;

	if (a->n == a->cap) {
		size_t cap = GROW(a->cap);
		struct evidence_server *v = reallocarray(a->v, cap, sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		a->v = v;
		a->cap = cap;
	}
	server = &a->v[a->n];
	*server = (struct evidence_server){.id = subject.id, .group = a->n};
	r = find_policy(cfg, &subject, &server->policy);
	if (r == 0) {
		a->n++;
	}
	return r;
}

static size_t position(const struct assignment *a, int64_t id)
{
	size_t low = 0, high = a->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->v[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Rows of the same full host name are one machine; the lowest id stands for all, as in matching. */
static int group(struct store *s, struct assignment *a)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT s.id, g.lowest FROM servers s JOIN ("
		" SELECT lower(hostname) AS name, min(id) AS lowest FROM servers"
		" WHERE address IS NULL OR hostname != address"
		" GROUP BY lower(hostname) HAVING count(*) > 1) g ON lower(s.hostname) = g.name");
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		size_t member = position(a, sqlite3_column_int64(st, 0));
		size_t lowest = position(a, sqlite3_column_int64(st, 1));

		if (member < a->n && lowest < a->n) {
			a->v[member].group = lowest;
		}
	}
	return r;
}

int policies_assign(
	struct store *s, const struct config *cfg, struct evidence_server **ret, size_t *ret_n)
{
	struct assignment a = {0};
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT id, hostname, os FROM servers ORDER BY id");
	int r = st == NULL ? -EIO : 0;

	while (r == 0 && (r = db_step(s->db, st)) == 1) {
		r = assign(s, cfg, st, &a);
	}
	if (r == 0) {
		r = group(s, &a);
	}
	if (r < 0) {
		free(a.v);
		return r;
	}
	*ret = a.v;
	*ret_n = a.n;
	return 0;
}
