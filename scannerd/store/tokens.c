/* tokens.c - adds, finds, lists and removes API tokens. */
#include "scannerd/store/tokens.h"

#include "scannerd/store/inside.h"
#include "scannerd/store/rows.h"
#include "scannerd/store/sessions.h"
#include <errno.h>

static int fail(struct store *s, int r, struct err *err, const char *doing)
{
	return db_fail(s->db, r, err, doing);
}

int store_token_add(struct store *s, const struct token_in *in, int64_t account,
	const uint8_t digest[VAULT_DIGEST_BYTES], int64_t now, int64_t *ret_id, struct err *err)
{
	int64_t n = 0;
	int r = db_int(s->db, &n, "SELECT count(*) FROM tokens", "");

	if (r == 0 && n >= TOKENS_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
			"there are %d tokens already; remove some first", (int)TOKENS_MAX);
	}
	if (r == 0) {
		r = db_run(s->db,
			"INSERT INTO tokens (name, role, digest, created, expires, account)"
			" VALUES (?, ?, ?, ?, ?, ?)",
			"sibiII", in->name, in->role, (const void *)digest,
			(size_t)VAULT_DIGEST_BYTES, now, in->expires > 0 ? in->expires : TIME_NONE,
			account > 0 ? account : INT64_MIN);
	}
	if (r == -EEXIST) {
		return err_set(
			err, r, ERR_EXISTS, "name", "there is a token \"%s\" already", in->name);
	}
	if (r < 0) {
		return fail(s, r, err, "adding the token");
	}
	*ret_id = db_last_id(s->db);
	return 0;
}

static char *token_actor(sqlite3_stmt *st)
{
	char *name = NULL;

	if (asprintf(&name, "token:%s", (const char *)sqlite3_column_text(st, 1)) < 0) {
		return NULL;
	}
	return name;
}

int store_token_use(struct store *s, const uint8_t digest[VAULT_DIGEST_BYTES], int64_t now,
	struct caller_out *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT t.id, t.name, min(t.role, coalesce(a.role, t.role)),"
		" coalesce(t.expires, 0), coalesce(t.used, 0), coalesce(t.account, 0)"
		" FROM tokens t LEFT JOIN accounts a ON a.id = t.account"
		" WHERE t.digest = ?1 AND (t.expires IS NULL OR t.expires > ?2)");
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "bi", (const void *)digest, (size_t)VAULT_DIGEST_BYTES, now);
		r = db_step(s->db, st);
	}
	if (r == 0) {
		return err_set(err, -EACCES, ERR_NOT_SIGNED_IN, NULL,
			"the API token has ended, or there is none like it");
	}
	if (r < 0) {
		return fail(s, r, err, "looking the token up");
	}
	struct caller_out out = {
		.name = token_actor(st),
		.role = row_role(st, 2),
		.kind = CALLER_TOKEN,
		.account = sqlite3_column_int64(st, 5),
		.id = sqlite3_column_int64(st, 0),
		.expires = sqlite3_column_int64(st, 3),
	};
	int64_t used = sqlite3_column_int64(st, 4);

	sqlite3_reset(st);
	if (out.name == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	if (now - used >= USED_STEP_S || used > now) {
		(void)!db_run(s->db, "UPDATE tokens SET used = ? WHERE id = ?", "ii", now, out.id);
	}
	*ret = out;
	return 0;
}

int store_token_remove(struct store *s, int64_t id, char **ret_name, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT name FROM tokens WHERE id = ?");
	_free_ char *name = NULL;
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "i", id);
		r = db_step(s->db, st);
	}
	if (r == 0) {
		return err_set(
			err, -ENOENT, ERR_NOT_FOUND, "id", "there is no token %lld", (long long)id);
	}
	if (r == 1) {
		name = row_text(st, 0);
		sqlite3_reset(st);
		r = db_run(s->db, "DELETE FROM tokens WHERE id = ?", "i", id);
	}
	if (r < 0) {
		return fail(s, r, err, "removing the token");
	}
	*ret_name = steal(name);
	return 0;
}

static int add_row(struct tokens_out *ret, sqlite3_stmt *st)
{
	struct token_row *v =
		reallocarray(ret->tokens.v, ret->tokens.n + 1, sizeof(*ret->tokens.v));
	struct token_row *row;

	if (v == NULL) {
		return -ENOMEM;
	}
	ret->tokens.v = v;
	row = &v[ret->tokens.n++];
	*row = (struct token_row){
		.id = sqlite3_column_int64(st, 0),
		.name = row_text(st, 1),
		.role = row_role(st, 2),
		.created = sqlite3_column_int64(st, 3),
		.expires = sqlite3_column_int64(st, 4),
		.used = sqlite3_column_int64(st, 5),
		.account = sqlite3_column_type(st, 6) != SQLITE_NULL ? row_text(st, 6) : NULL,
	};
	return row->name != NULL ? 0 : -ENOMEM;
}

int store_tokens_list(struct store *s, struct tokens_out *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT t.id, t.name, min(t.role, coalesce(a.role, t.role)), t.created,"
		" coalesce(t.expires, 0), coalesce(t.used, 0), a.name"
		" FROM tokens t LEFT JOIN accounts a ON a.id = t.account ORDER BY t.name");
	int r = -EIO;

	if (st != NULL) {
		while ((r = db_step(s->db, st)) == 1) {
			r = add_row(ret, st);
			if (r < 0) {
				return err_set(err, r, ERR_INTERNAL, NULL, "out of memory");
			}
		}
	}
	return r < 0 ? fail(s, r, err, "listing the tokens") : 0;
}
