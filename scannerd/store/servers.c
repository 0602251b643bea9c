/* servers.c - what people say of servers: adding, changing, removing, merging. */
#include "scannerd/store/servers.h"

#include "scannerd/store/statement.h"
#include "scannerd/store/summary.h"
#include <errno.h>
#include <strings.h>

_Static_assert((int)SERVER_ALIASES_MAX == (int)STATEMENT_WORDS_MAX,
	"what was added one by one can be sent back as a whole");

/* --- asking --- */

/* The server that has this address; 0: none. */
static int address_owner(struct store *s, const struct statement *in, int64_t *ret)
{
	int r = db_int(s->db, ret, "SELECT server FROM addresses WHERE key = ?", "b",
		(const void *)in->key, in->key_len);

	if (r == -ENOENT) {
		*ret = 0;
		return 0;
	}
	return r;
}

static int refuse_address(struct store *s, int64_t owner, const char *address, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT hostname FROM servers WHERE id = ?");
	const char *name = NULL;

	if (st != NULL && db_bind(st, "i", owner) == 0 && db_step(s->db, st) == 1) {
		name = (const char *)sqlite3_column_text(st, 0);
	}
	return err_set(err, -EEXIST, ERR_EXISTS, "ip_address",
		"%s belongs to the server %s already", address, name != NULL ? name : "");
}

/* A second server of that name without an address could never be told from the first. */
static int check_name_is_free(
	struct store *s, const struct statement *in, int64_t self, struct err *err)
{
	int64_t n = 0;
	int r = db_int(s->db, &n,
		"SELECT count(*) FROM servers WHERE hostname = ? COLLATE NOCASE AND id != ?", "si",
		in->hostname, self);

	if (r < 0) {
		return db_fail(s->db, r, err, "looking for the server");
	}
	if (n > 0) {
		return err_set(err, -EEXIST, ERR_EXISTS, "hostname",
			"there is a server %s already: change that one, or give this one an "
			"address",
			in->hostname);
	}
	return 0;
}

/* Will the server (0: a new one) be known by something, and told from the others? */
static int check_names(struct store *s, const struct statement *in, int64_t self, struct err *err)
{
	int64_t seen = 0;
	int r = db_int(s->db, &seen,
		"SELECT count(*) FROM addresses WHERE server = ? AND last_seen IS NOT NULL", "i",
		self);

	if (r < 0) {
		return db_fail(s->db, r, err, "looking for the server");
	}
	if (seen > 0) {
		return 0;
	}
	r = statement_check_named(in, err);
	return r < 0 || in->has_address ? r : check_name_is_free(s, in, self, err);
}

/* -EEXIST if another server than self has the address that is given. *ret_owner: self or 0. */
static int check_address(struct store *s, const struct statement *in, int64_t self,
	int64_t *ret_owner, struct err *err)
{
	int64_t owner = 0;
	int r = in->has_address ? address_owner(s, in, &owner) : 0;

	if (r < 0) {
		return db_fail(s->db, r, err, "looking for the address");
	}
	if (owner != 0 && owner != self) {
		return refuse_address(s, owner, in->address, err);
	}
	*ret_owner = owner;
	return 0;
}

static int check_exists(struct store *s, int64_t id, const char *field, struct err *err)
{
	int64_t found;
	int r = db_int(s->db, &found, "SELECT id FROM servers WHERE id = ?", "i", id);

	if (r == -ENOENT) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, field, "there is no server %lld",
			(long long)id);
	}
	return r < 0 ? db_fail(s->db, r, err, "looking for the server") : 0;
}

/* The disk is not for whoever may add servers to fill. */
static int check_room(struct store *s, struct err *err)
{
	int64_t n = 0;
	int r = db_int(s->db, &n, "SELECT count(*) FROM servers", "");

	if (r < 0) {
		return db_fail(s->db, r, err, "counting the servers");
	}
	if (n >= SERVERS_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
			"there are %d servers already; remove some first", (int)SERVERS_MAX);
	}
	return 0;
}

static int check_room_for_words(struct store *s, const struct statement *in, struct err *err)
{
	int64_t n = 0;
	int r = in->aliases->n + in->tags->n == 0
			? 0
			: db_int(s->db, &n,
				  "SELECT (SELECT count(*) FROM aliases) + (SELECT count(*) FROM "
				  "tags)",
				  "");

	if (r < 0) {
		return db_fail(s->db, r, err, "counting aliases and tags");
	}
	if (n >= SERVER_WORDS_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, in->aliases->n > 0 ? "aliases" : "tags",
			"all servers together have %d aliases and tags already; remove some first",
			(int)SERVER_WORDS_MAX);
	}
	return 0;
}

/* --- writing --- */

static int write_words(struct store *s, int64_t id, const struct statement *in)
{
	int r = db_run(s->db, "DELETE FROM aliases WHERE server = ?", "i", id);

	for (size_t i = 0; r == 0 && i < in->aliases->n; i++) {
		r = db_run(s->db, "INSERT OR IGNORE INTO aliases (server, alias) VALUES (?, ?)",
			"is", id, in->aliases->v[i]);
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM tags WHERE server = ?", "i", id);
	}
	for (size_t i = 0; r == 0 && i < in->tags->n; i++) {
		r = db_run(s->db, "INSERT OR IGNORE INTO tags (server, tag) VALUES (?, ?)", "is",
			id, in->tags->v[i]);
	}
	return r;
}

static int write_address(struct store *s, int64_t id, const struct statement *in)
{
	if (!in->has_address) {
		return 0;
	}
	return db_run(s->db,
		"INSERT OR IGNORE INTO addresses (key, address, server) VALUES (?, ?, ?)", "bsi",
		(const void *)in->key, in->key_len, in->address, id);
}

static int finish(struct store *s, int64_t id, struct transaction *t)
{
	int r = store_server_refresh(s, id);

	if (r == 0) {
		r = store_touch(s, "servers");
	}
	return r < 0 ? r : transaction_commit(t);
}

static int add(struct store *s, const struct statement *in, int64_t now, int64_t *ret_id)
{
	_transaction_ struct transaction t = {0};
	int64_t id = 0;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db,
			"INSERT INTO servers (by_hand, hostname_set, note, created)"
			" VALUES (1, ?, ?, ?)",
			"ssi", in->hostname, in->note, now);
		id = db_last_id(s->db);
	}
	if (r == 0) {
		r = write_words(s, id, in);
	}
	if (r == 0) {
		r = write_address(s, id, in);
	}
	if (r == 0) {
		r = finish(s, id, &t);
	}
	if (r == 0) {
		*ret_id = id;
	}
	return r;
}

int store_server_add(
	struct store *s, const struct server_in *in, int64_t now, int64_t *ret_id, struct err *err)
{
	struct statement said;
	int64_t owner = 0;
	int r = statement_read(in, &said, err);

	if (r == 0) {
		r = check_address(s, &said, 0, &owner, err);
	}
	if (r == 0) {
		r = check_names(s, &said, 0, err);
	}
	if (r == 0) {
		r = check_room(s, err);
	}
	if (r == 0) {
		r = check_room_for_words(s, &said, err);
	}
	if (r < 0) {
		return r;
	}
	r = add(s, &said, now, ret_id);
	return r < 0 ? db_fail(s->db, r, err, "storing the server") : 0;
}

/* The person's address replaces the one that a person gave before; what a scan has seen stays. */
static int replace_address(struct store *s, int64_t id, const struct statement *in, int64_t owner)
{
	int r;

	if (owner == id && in->has_address) {
		return 0;
	}
	r = db_run(s->db, "DELETE FROM addresses WHERE server = ? AND last_seen IS NULL", "i", id);
	return r < 0 ? r : write_address(s, id, in);
}

/* A name that only repeats what scans found is not a person's: it goes on following the scans. */
static int write_name(struct store *s, int64_t id, const struct statement *in)
{
	return db_run(s->db,
		"UPDATE servers SET note = ?2, hostname_set = CASE"
		" WHEN hostname_set IS NULL AND hostname = ?3 THEN NULL ELSE ?3 END WHERE id = ?1",
		"iss", id, in->note, in->hostname);
}

static int update(struct store *s, int64_t id, const struct statement *in, int64_t owner)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = write_name(s, id, in);
	}
	if (r == 0) {
		r = write_words(s, id, in);
	}
	if (r == 0) {
		r = replace_address(s, id, in, owner);
	}
	return r < 0 ? r : finish(s, id, &t);
}

int store_server_update(
	struct store *s, const struct server_in *in, int64_t now _unused_, struct err *err)
{
	struct statement said;
	int64_t owner = 0;
	int r = check_exists(s, in->id, "id", err);

	if (r == 0) {
		r = statement_read(in, &said, err);
	}
	if (r == 0) {
		r = check_address(s, &said, in->id, &owner, err);
	}
	if (r == 0) {
		r = check_names(s, &said, in->id, err);
	}
	if (r == 0) {
		r = check_room_for_words(s, &said, err);
	}
	if (r < 0) {
		return r;
	}
	r = update(s, in->id, &said, owner);
	return r < 0 ? db_fail(s->db, r, err, "storing the server") : 0;
}

static int add_alias(struct store *s, int64_t id, const char *alias)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db, "INSERT OR IGNORE INTO aliases (server, alias) VALUES (?, ?)",
			"is", id, alias);
	}
	return r < 0 ? r : finish(s, id, &t);
}

int store_server_add_alias(struct store *s, int64_t id, const char *alias, struct err *err)
{
	char *words[] = {(char *)(uintptr_t)alias};
	const struct server_in in = {.id = id, .aliases = {.v = words, .n = 1}};
	struct statement said;
	int64_t n = 0;
	int r = check_exists(s, id, "id", err);

	if (r == 0) {
		r = statement_read(&in, &said, err);
	}
	if (r == 0) {
		r = check_room_for_words(s, &said, err);
	}
	if (r < 0) {
		err_rename(err, "aliases[0]", "alias");
		err_rename(err, "aliases", "alias");
		return r;
	}
	r = db_int(s->db, &n, "SELECT count(*) FROM aliases WHERE server = ? AND alias != ?", "is",
		id, alias);
	if (r == 0 && n >= SERVER_ALIASES_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, "alias",
			"this server has %d aliases already; remove some first",
			(int)SERVER_ALIASES_MAX);
	}
	if (r == 0) {
		r = add_alias(s, id, alias);
	}
	return r < 0 ? db_fail(s->db, r, err, "storing the alias") : 0;
}

int store_server_remove(struct store *s, int64_t id, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = check_exists(s, id, "id", err);

	if (r < 0) {
		return r;
	}
	r = transaction_begin(s, &t);
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM servers WHERE id = ?", "i", id);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	return r < 0 ? db_fail(s->db, r, err, "removing the server") : 0;
}

int store_servers_clear(struct store *s, int64_t *ret_removed, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int64_t removed = 0;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db, "DELETE FROM servers", "");
		removed = db_changes(s->db);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	if (r < 0) {
		return db_fail(s->db, r, err, "removing the servers");
	}
	*ret_removed = removed;
	return 0;
}

/* --- merging --- */

/* Before the other row goes: its parts would go with it. Its own name stays as an alias, so that
 * its backups are still found; a note is kept where there is none. */
static int move_parts(struct store *s, int64_t id, int64_t other)
{
	static const char *const moves[] = {
		"UPDATE addresses SET server = ?1 WHERE server = ?2",
		"INSERT OR IGNORE INTO aliases (server, alias) SELECT ?1, alias FROM aliases"
		" WHERE server = ?2",
		"INSERT OR IGNORE INTO aliases (server, alias) SELECT ?1, o.hostname_set FROM "
		"servers o"
		" JOIN servers s ON s.id = ?1 WHERE o.id = ?2 AND o.hostname_set IS NOT NULL"
		" AND o.hostname_set != s.hostname COLLATE NOCASE",
		"INSERT OR IGNORE INTO tags (server, tag) SELECT ?1, tag FROM tags WHERE server = "
		"?2",
		"UPDATE servers SET note = CASE WHEN note = '' THEN"
		" (SELECT note FROM servers WHERE id = ?2) ELSE note END,"
		" by_hand = max(by_hand, (SELECT by_hand FROM servers WHERE id = ?2)) WHERE id = "
		"?1",
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(moves); i++) {
		r = db_run(s->db, moves[i], "ii", id, other);
	}
	return r < 0 ? r : db_run(s->db, "DELETE FROM servers WHERE id = ?", "i", other);
}

int store_servers_merge(struct store *s, int64_t id, int64_t other, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r;

	if (id == other) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "other",
			"a server cannot be merged with itself");
	}
	r = check_exists(s, id, "id", err);
	if (r == 0) {
		r = check_exists(s, other, "other", err);
	}
	if (r < 0) {
		return r;
	}
	r = transaction_begin(s, &t);
	if (r == 0) {
		r = move_parts(s, id, other);
	}
	if (r == 0) {
		r = finish(s, id, &t);
	}
	return r < 0 ? db_fail(s->db, r, err, "merging the servers") : 0;
}
