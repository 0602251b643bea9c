/* sessions.c - begins, finds, lists and ends sessions, within bounds. */
#include "scannerd/store/sessions.h"

#include "common/utf8.h"
#include "scannerd/store/accounts.h"
#include "scannerd/store/inside.h"
#include "scannerd/store/rows.h"
#include <errno.h>

enum { ADDRESS_SIZE = 65, AGENT_SIZE = 257 };

static int fail(struct store *s, int r, struct err *err, const char *doing)
{
	return db_fail(s->db, r, err, doing);
}

/* --- begin --- */

static int make_room(struct store *s, int64_t account, int64_t now)
{
	int r = db_run(
		s->db, "DELETE FROM sessions WHERE expires <= ?1 OR used + idle_s <= ?1", "i", now);

	if (r == 0) {
		r = db_run(s->db,
			"DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE account = "
			"? ORDER BY used DESC, id DESC LIMIT -1 OFFSET ?)",
			"ii", account, (int64_t)SESSIONS_OF_ONE_MAX - 1);
	}
	if (r == 0) {
		r = db_run(s->db,
			"DELETE FROM sessions WHERE id IN (SELECT id FROM sessions"
			" ORDER BY used DESC, id DESC LIMIT -1 OFFSET ?)",
			"i", (int64_t)SESSIONS_MAX - 1);
	}
	return r;
}

static int insert(
	struct store *s, const struct session_begin *in, int64_t now, struct sign_in_out *ret)
{
	char address[ADDRESS_SIZE], agent[AGENT_SIZE];
	int r;

	utf8_printable(in->address, strlen(in->address), address, sizeof(address));
	utf8_printable(in->agent, strlen(in->agent), agent, sizeof(agent));
	ret->expires = now + in->max_s;
	ret->idle = in->idle_s;
	r = db_run(s->db,
		"INSERT INTO sessions (account, digest, created, used, expires, idle_s, address,"
		" agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		"ibiiiiss", in->account, (const void *)in->digest, sizeof(in->digest), now, now,
		ret->expires, in->idle_s, address, agent);
	ret->id = db_last_id(s->db);
	return r;
}

/* The account may have changed while its password was being verified. */
static int check_unchanged(
	struct store *s, const struct session_begin *in, struct sign_in_out *ret, struct err *err)
{
	struct account a;
	int r = store_account_by_id(s, in->account, &a, err);

	if (r < 0) {
		return r;
	}
	bool same = a.id != 0 && strcmp(a.hash, in->hash) == 0;

	explicit_bzero(a.hash, sizeof(a.hash));
	if (!same) {
		return err_set(err, -EACCES, ERR_SIGN_IN_REFUSED, NULL,
			"the name or the password is wrong");
	}
	ret->role = a.role;
	ret->name = strdup(a.name);
	return ret->name != NULL ? 0 : err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
}

static int begin(struct store *s, const struct session_begin *in, int64_t now,
	struct sign_in_out *ret, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r < 0) {
		return fail(s, r, err, "signing in");
	}
	r = check_unchanged(s, in, ret, err);
	if (r == 0) {
		r = store_totp_use(s, in->account, in->code, now, err);
	}
	if (r < 0) {
		return r;
	}
	r = make_room(s, in->account, now);
	if (r == 0) {
		r = insert(s, in, now, ret);
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	return r < 0 ? fail(s, r, err, "beginning the session") : 0;
}

int store_session_begin(struct store *s, const struct session_begin *in, int64_t now,
	struct sign_in_out *ret, struct err *err)
{
	struct sign_in_out out = {0};
	int r = begin(s, in, now, &out, err);

	if (r < 0) {
		free(out.name);
		return r;
	}
	*ret = out;
	return 0;
}

/* --- use --- */

int store_session_use(struct store *s, const uint8_t digest[VAULT_DIGEST_BYTES], int64_t now,
	struct caller_out *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT x.id, a.id, a.name, a.role, x.expires, x.used, a.totp IS NOT NULL"
		" FROM sessions x JOIN accounts a ON a.id = x.account"
		" WHERE x.digest = ?1 AND x.expires > ?2 AND x.used + x.idle_s > ?2");
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "bi", (const void *)digest, (size_t)VAULT_DIGEST_BYTES, now);
		r = db_step(s->db, st);
	}
	if (r == 0) {
		return err_set(err, -EACCES, ERR_NOT_SIGNED_IN, NULL,
			"the session has ended; sign in again");
	}
	if (r < 0) {
		return fail(s, r, err, "looking the session up");
	}
	struct caller_out out = {
		.name = row_text(st, 2),
		.role = row_role(st, 3),
		.kind = CALLER_SESSION,
		.account = sqlite3_column_int64(st, 1),
		.id = sqlite3_column_int64(st, 0),
		.expires = sqlite3_column_int64(st, 4),
		.totp = sqlite3_column_int(st, 6) != 0,
	};
	int64_t used = sqlite3_column_int64(st, 5);

	sqlite3_reset(st);
	if (out.name == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	if (now - used >= USED_STEP_S || used > now) {
		/* On a full disk people still get in; they are only not remembered. */
		(void)!db_run(
			s->db, "UPDATE sessions SET used = ? WHERE id = ?", "ii", now, out.id);
	}
	*ret = out;
	return 0;
}

/* --- end, list --- */

int store_session_end(
	struct store *s, int64_t id, int64_t account, char **ret_name, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT name FROM accounts WHERE id = (SELECT account FROM sessions WHERE id = ?1"
		" AND (account = ?2 OR ?2 = 0))");
	_free_ char *name = NULL;
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "ii", id, account);
		r = db_step(s->db, st);
	}
	if (r == 0) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, "id", "there is no session %lld",
			(long long)id);
	}
	if (r == 1) {
		name = row_text(st, 0);
		sqlite3_reset(st);
		r = db_run(s->db, "DELETE FROM sessions WHERE id = ?", "i", id);
	}
	if (r < 0) {
		return fail(s, r, err, "ending the session");
	}
	*ret_name = steal(name);
	return 0;
}

int store_sessions_end_others(
	struct store *s, int64_t account, int64_t except, int64_t *ret_n, struct err *err)
{
	int r = db_run(
		s->db, "DELETE FROM sessions WHERE account = ? AND id != ?", "ii", account, except);

	if (r < 0) {
		return fail(s, r, err, "ending the sessions");
	}
	*ret_n = db_changes(s->db);
	return 0;
}

static int add_row(struct sessions_out *ret, sqlite3_stmt *st, int64_t current)
{
	struct session_row *v =
		reallocarray(ret->sessions.v, ret->sessions.n + 1, sizeof(*ret->sessions.v));
	struct session_row *row;

	if (v == NULL) {
		return -ENOMEM;
	}
	ret->sessions.v = v;
	row = &v[ret->sessions.n++];
	*row = (struct session_row){
		.id = sqlite3_column_int64(st, 0),
		.account = sqlite3_column_int64(st, 1),
		.name = row_text(st, 2),
		.created = sqlite3_column_int64(st, 3),
		.used = sqlite3_column_int64(st, 4),
		.expires = sqlite3_column_int64(st, 5),
		.address = row_text(st, 6),
		.agent = row_text(st, 7),
		.current = sqlite3_column_int64(st, 0) == current,
	};
	return row->name != NULL && row->address != NULL && row->agent != NULL ? 0 : -ENOMEM;
}

int store_sessions_list(struct store *s, int64_t account, int64_t current, int64_t now,
	struct sessions_out *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT x.id, a.id, a.name, x.created, x.used, x.expires, x.address, x.agent"
		" FROM sessions x JOIN accounts a ON a.id = x.account"
		" WHERE (x.account = ?1 OR ?1 = 0) AND x.expires > ?2 AND x.used + x.idle_s > ?2"
		" ORDER BY x.used DESC, x.id DESC LIMIT ?3");
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "iii", account, now, (int64_t)SESSIONS_LISTED_MAX);
		while ((r = db_step(s->db, st)) == 1) {
			r = add_row(ret, st, current);
			if (r < 0) {
				return err_set(err, r, ERR_INTERNAL, NULL, "out of memory");
			}
		}
	}
	return r < 0 ? fail(s, r, err, "listing the sessions") : 0;
}
