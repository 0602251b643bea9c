/* matcher_load.c - reads all servers with their names into a matcher. */
#include "scannerd/store/servers.h"

#include "scannerd/store/evidence.h"
#include <errno.h>

struct names { /* NULL-terminated once it has any */
	char **v;
	size_t n;
};

struct loaded {
	int64_t id;
	char *hostname;
	bool by_hand;
	int64_t minimum_size;
	struct names hostnames, addresses, macs, aliases;
};

struct inventory {
	struct loaded *v; /* by id */
	size_t n, cap;
};

static void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->v[i]);
	}
	free(names->v);
}

static void inventory_done(struct inventory *inv)
{
	for (size_t i = 0; i < inv->n; i++) {
		free(inv->v[i].hostname);
		names_done(&inv->v[i].hostnames);
		names_done(&inv->v[i].addresses);
		names_done(&inv->v[i].macs);
		names_done(&inv->v[i].aliases);
	}
	free(inv->v);
}

static int names_add(struct names *names, const char *text)
{
	char **v;

	if (text == NULL) {
		return 0;
	}
	v = reallocarray(names->v, names->n + 2, sizeof(char *));
	if (v == NULL) {
		return -ENOMEM;
	}
	names->v = v;
	v[names->n] = strdup(text);
	if (v[names->n] == NULL) {
		return -ENOMEM;
	}
	v[++names->n] = NULL;
	return 0;
}

static struct loaded *inventory_find(struct inventory *inv, int64_t id)
{
	size_t low = 0, high = inv->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (inv->v[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < inv->n && inv->v[low].id == id ? &inv->v[low] : NULL;
}

static const char *text(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column);
}

/* --- one row each --- */

static int take_server(struct inventory *inv, sqlite3_stmt *st)
{
	struct loaded *l;

	if (inv->n == inv->cap) {
		size_t cap = GROW(inv->cap);
		struct loaded *v = reallocarray(inv->v, cap, sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		inv->v = v;
		inv->cap = cap;
	}
	l = &inv->v[inv->n++];
	*l = (struct loaded){
		.id = sqlite3_column_int64(st, 0),
		.hostname = strdup(text(st, 1)),
		.by_hand = sqlite3_column_int(st, 2) != 0,
	};
	return l->hostname == NULL ? -ENOMEM : 0;
}

static int take_address(struct inventory *inv, sqlite3_stmt *st)
{
	struct loaded *l = inventory_find(inv, sqlite3_column_int64(st, 0));
	int r;

	if (l == NULL) {
		return 0;
	}
	r = names_add(&l->addresses, text(st, 1));
	if (r == 0) {
		r = names_add(&l->hostnames, text(st, 2));
	}
	return r < 0 ? r : names_add(&l->macs, text(st, 3));
}

static int take_alias(struct inventory *inv, sqlite3_stmt *st)
{
	struct loaded *l = inventory_find(inv, sqlite3_column_int64(st, 0));

	return l == NULL ? 0 : names_add(&l->aliases, text(st, 1));
}

static int read_inventory(struct store *s, struct inventory *inv)
{
	static const struct {
		const char *sql;
		int (*take)(struct inventory *inv, sqlite3_stmt *st);
	} parts[] = {
		{"SELECT id, hostname, hostname_set IS NOT NULL FROM servers ORDER BY id",
			take_server},
		{"SELECT server, address, hostname, mac FROM addresses ORDER BY key", take_address},
		{"SELECT server, alias FROM aliases ORDER BY server, alias", take_alias},
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		_stmt_ sqlite3_stmt *st = db_stmt(s->db, parts[i].sql);
		int r;

		if (st == NULL) {
			return -EIO;
		}
		while ((r = db_step(s->db, st)) == 1) {
			r = parts[i].take(inv, st);
			if (r < 0) {
				return r;
			}
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

/* The policies are asked only if their answer matters here. */
static int read_minimum_sizes(struct store *s, const struct config *cfg, struct inventory *inv)
{
	_free_ struct evidence_server *assigned = NULL;
	size_t n = 0;
	int r = policies_have_minimum(cfg) ? policies_assign(s, cfg, &assigned, &n) : 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct loaded *l = inventory_find(inv, assigned[i].id);

		if (l != NULL && assigned[i].policy != NULL) {
			l->minimum_size = assigned[i].policy->minimum_size;
		}
	}
	return r;
}

static const char *const *list(const struct names *names)
{
	return (const char *const *)names->v;
}

int store_matcher(struct store *s, const struct config *cfg, int64_t now, struct matcher **ret,
	struct err *err)
{
	static const char *const none[] = {NULL};
	_cleanup_(inventory_done) struct inventory inv = {0};
	_free_ struct match_server *servers = NULL;
	int r = read_inventory(s, &inv);

	if (r == 0) {
		r = read_minimum_sizes(s, cfg, &inv);
	}
	if (r < 0) {
		return db_fail(s->db, r, err, "reading the servers");
	}
	servers = calloc(inv.n + 1, sizeof(*servers));
	if (servers == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	for (size_t i = 0; i < inv.n; i++) {
		const struct loaded *l = &inv.v[i];

		servers[i] = (struct match_server){
			.id = l->id,
			.hostname = l->hostname,
			.hostname_by_hand = l->by_hand,
			.hostnames_seen = list(&l->hostnames),
			.addresses = l->addresses.n > 0 ? list(&l->addresses) : none,
			.macs = list(&l->macs),
			.aliases = list(&l->aliases),
			.minimum_size = l->minimum_size,
		};
	}
	return matcher_new(servers, inv.n, cfg, now, ret, err);
}
