/* hosts.c - what network scans saw: addresses are found again, made, adopted, and told unreachable,
 * but never deleted. */
#include "scannerd/store/servers.h"

#include "scannerd/store/summary.h"
#include <errno.h>
#include <strings.h>

struct sighting { /* one host of a scan against what is stored of its address */
	const struct seen_host *seen;
	uint8_t key[ADDRESS_KEY_SIZE];
	size_t key_len;
	char address[ADDR_TEXT_SIZE];
	int64_t server;       /* 0: the address is new */
	bool another_machine; /* its hardware address changed: nothing of the old one holds */
	bool identity_changed;
};

static bool same(const char *a, const char *b)
{
	return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

/* --- words for the columns --- */

/* "22/tcp (ssh), 80/tcp (http)" */
static char *ports_text(const struct netscan_host *h)
{
	_buf_ struct buf b = BUF_INIT;

	buf_adds(&b, "");
	for (size_t i = 0; i < h->ports.n; i++) {
		const struct netscan_port *p = &h->ports.v[i];

		buf_printf(&b, "%s%lld/%s", i > 0 ? ", " : "", (long long)p->port,
			p->protocol != NULL ? p->protocol : "tcp");
		if (p->service != NULL && p->service[0] != '\0') {
			buf_printf(&b, " (%s)", p->service);
		}
	}
	return b.len == 0 && !b.failed ? strdup("") : buf_steal(&b);
}

/* --- an address that is known --- */

static int find(struct store *s, struct sighting *g)
{
	const struct netscan_host *h = g->seen->host;
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT server, hostname, mac FROM addresses WHERE key = ?");
	const char *hostname, *mac;
	int r = st == NULL ? -EIO : db_bind(st, "b", (const void *)g->key, g->key_len);

	if (r == 0) {
		r = db_step(s->db, st);
	}
	if (r != 1) {
		return r;
	}
	hostname = (const char *)sqlite3_column_text(st, 1);
	mac = (const char *)sqlite3_column_text(st, 2);
	g->server = sqlite3_column_int64(st, 0);
	g->another_machine = mac != NULL && h->mac != NULL && !same(mac, h->mac);
	g->identity_changed = (h->mac != NULL && !same(mac, h->mac)) ||
			      (h->hostname != NULL && !same(hostname, h->hostname)) ||
			      (g->another_machine && h->hostname == NULL && hostname != NULL);
	return 0;
}

/* A name server that does not answer today and a guess that did not come say nothing: the old facts
 * stay, unless another machine has the address now. */
static int update(struct store *s, const struct sighting *g, const char *ports)
{
	const struct netscan_host *h = g->seen->host;
	const char *os = g->seen->os_asked && h->ports_scanned ? h->os : NULL;
	int64_t other = g->another_machine, scanned = h->ports_scanned;

	return db_run(s->db,
		"UPDATE addresses SET"
		" hostname = CASE WHEN ?2 THEN ?3 ELSE coalesce(?3, hostname) END,"
		" mac = coalesce(?4, mac),"
		" vendor = CASE WHEN ?2 THEN ?5 ELSE coalesce(?5, vendor) END,"
		" os = CASE WHEN ?2 THEN ?6 ELSE coalesce(?6, os) END,"
		" ports = CASE WHEN ?7 THEN ?8 WHEN ?2 THEN '' ELSE ports END,"
		" since = CASE WHEN is_reachable = 1 THEN since ELSE ?9 END,"
		" is_reachable = 1, last_seen = ?9, last_scan = ?9 WHERE key = ?1",
		"bissssisi", (const void *)g->key, g->key_len, other, h->hostname, h->mac,
		h->vendor, os, scanned, ports, g->seen->time);
}

/* --- an address that is new --- */

/* A server kept by hand without an address, whose name is this host's: whole, or the short form if
 * it is the only such one. */
static int find_adopter(struct store *s, const char *hostname, int64_t *ret)
{
	static const char sql[] =
		"SELECT max(id), count(*) FROM servers WHERE by_hand = 1"
		" AND hostname_set = ? COLLATE NOCASE"
		" AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.server = servers.id)";
	_free_ char *name = strdup(hostname);
	char *dot;

	if (name == NULL) {
		return -ENOMEM;
	}
	for (int attempt = 0; attempt < 2; attempt++) {
		_stmt_ sqlite3_stmt *st = db_stmt(s->db, sql);
		int r = st == NULL ? -EIO : db_bind(st, "s", name);

		if (r == 0) {
			r = db_step(s->db, st);
		}
		if (r < 0) {
			return r;
		}
		if (sqlite3_column_int64(st, 1) == 1) {
			*ret = sqlite3_column_int64(st, 0);
			return 0;
		}
		dot = strchr(name, '.');
		if (dot == NULL) {
			break;
		}
		*dot = '\0';
	}
	return 0;
}

static int insert(struct store *s, struct sighting *g, const char *ports)
{
	const struct netscan_host *h = g->seen->host;
	const char *os = g->seen->os_asked && h->ports_scanned ? h->os : NULL;
	int r = h->hostname != NULL ? find_adopter(s, h->hostname, &g->server) : 0;

	if (r == 0 && g->server == 0) {
		r = db_run(s->db, "INSERT INTO servers (created) VALUES (?)", "i", g->seen->time);
		g->server = db_last_id(s->db);
	}
	if (r < 0) {
		return r;
	}
	g->identity_changed = true;
	return db_run(s->db,
		"INSERT INTO addresses (key, address, server, hostname, mac, vendor, os, ports,"
		" is_reachable, since, last_seen, last_scan)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?9, ?9)",
		"bsisssssi", (const void *)g->key, g->key_len, g->address, g->server, h->hostname,
		h->mac, h->vendor, os, h->ports_scanned ? ports : "", g->seen->time);
}

static int store_sighting(struct store *s, struct sighting *g)
{
	_transaction_ struct transaction t = {0};
	_free_ char *ports = ports_text(g->seen->host);
	int r = ports == NULL ? -ENOMEM : transaction_begin(s, &t);

	if (r == 0) {
		r = find(s, g);
	}
	if (r == 0) {
		r = g->server != 0 ? update(s, g, ports) : insert(s, g, ports);
	}
	if (r == 0) {
		r = store_server_refresh(s, g->server);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_host_seen(
	struct store *s, const struct seen_host *h, bool *ret_identity_changed, struct err *err)
{
	struct sighting g = {.seen = h};
	struct addr addr;
	int r;

	if (h->host->address == NULL || addr_parse(h->host->address, &addr) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "address",
			"a scan reported a host without an address");
	}
	g.key_len = address_key(&addr, g.key);
	addr_format(&addr, g.address);
	r = store_sighting(s, &g);
	if (r < 0) {
		return db_fail(s->db, r, err, "storing a host");
	}
	*ret_identity_changed = g.identity_changed;
	return 0;
}

/* --- addresses that did not answer --- */

struct missing {
	uint8_t key[ADDRESS_KEY_SIZE];
	size_t key_len;
	int64_t server;
	bool was_reachable; /* or never scanned */
};
struct missing_list {
	struct missing *v;
	size_t n, cap;
};

static void missing_done(struct missing_list *l)
{
	free(l->v);
}

static bool in_any(const struct prefix *prefixes, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++) {
		if (prefix_contains_addr(&prefixes[i], a)) {
			return true;
		}
	}
	return false;
}

struct scope {
	const struct prefix *targets, *exclude;
	size_t n, n_exclude;
};

/* Adds the row's address if the scan must have met it. */
static int consider(struct missing_list *l, sqlite3_stmt *st, const struct scope *scope)
{
	struct missing m = {.key_len = (size_t)sqlite3_column_bytes(st, 0)};
	struct addr a = {0};

	if (m.key_len < 5 || m.key_len > sizeof(m.key)) {
		return 0;
	}
	memcpy(m.key, sqlite3_column_blob(st, 0), m.key_len);
	a.family = m.key[0];
	memcpy(a.bytes, m.key + 1, m.key_len - 1);
	if (!in_any(scope->targets, scope->n, &a) || in_any(scope->exclude, scope->n_exclude, &a)) {
		return 0;
	}
	if (l->n == l->cap) {
		size_t cap = GROW(l->cap);
		struct missing *v = reallocarray(l->v, cap, sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		l->v = v;
		l->cap = cap;
	}
	m.server = sqlite3_column_int64(st, 1);
	m.was_reachable =
		sqlite3_column_type(st, 2) == SQLITE_NULL || sqlite3_column_int64(st, 2) != 0;
	l->v[l->n++] = m;
	return 0;
}

static int collect_missing(
	struct store *s, const struct scope *scope, int64_t started, struct missing_list *ret)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT key, server, is_reachable FROM addresses"
						 " WHERE last_seen IS NULL OR last_seen < ?");
	int r = st == NULL ? -EIO : db_bind(st, "i", started);

	if (r < 0) {
		return r;
	}
	while ((r = db_step(s->db, st)) == 1) {
		r = consider(ret, st, scope);
		if (r < 0) {
			return r;
		}
	}
	return r;
}

static int note_missing(struct store *s, const struct missing *m, int64_t time)
{
	int r = db_run(s->db,
		"UPDATE addresses SET since = CASE WHEN is_reachable = 0 THEN since ELSE ?2 END,"
		" is_reachable = 0, last_scan = ?2 WHERE key = ?1",
		"bi", (const void *)m->key, m->key_len, time);

	return r < 0 ? r : store_server_refresh(s, m->server);
}

static int note_all_missing(
	struct store *s, const struct scope *scope, int64_t started, int64_t time, int64_t *lost)
{
	_cleanup_(missing_done) struct missing_list l = {0};
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = collect_missing(s, scope, started, &l);
	}
	for (size_t i = 0; r == 0 && i < l.n; i++) {
		r = note_missing(s, &l.v[i], time);
		*lost += l.v[i].was_reachable;
	}
	if (r == 0 && l.n > 0) {
		r = store_touch(s, "servers");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_hosts_unseen(struct store *s, const struct prefix *targets, size_t n,
	const struct prefix *exclude, size_t n_exclude, int64_t started, int64_t time,
	int64_t *ret_lost, struct err *err)
{
	struct scope scope = {
		.targets = targets, .n = n, .exclude = exclude, .n_exclude = n_exclude};
	int64_t lost = 0;
	int r = note_all_missing(s, &scope, started, time, &lost);

	if (r < 0) {
		return db_fail(s->db, r, err, "storing the hosts that did not answer");
	}
	*ret_lost = lost;
	return 0;
}
