/* accounts.c - makes, changes and removes accounts; the last administrator stays one. */
#include "scannerd/store/accounts.h"

#include "scannerd/store/inside.h"
#include "scannerd/store/rows.h"
#include <errno.h>

static int fail(struct store *s, int r, struct err *err, const char *doing)
{
	return db_fail(s->db, r, err, doing);
}

static int not_there(struct err *err, int64_t id)
{
	return err_set(
		err, -ENOENT, ERR_NOT_FOUND, "id", "there is no account %lld", (long long)id);
}

/* --- reading --- */

static void read_account(sqlite3_stmt *st, struct account *ret)
{
	*ret = (struct account){
		.id = sqlite3_column_int64(st, 0),
		.role = row_role(st, 2),
		.totp = sqlite3_column_int(st, 4) != 0,
		.known_source = sqlite3_column_int(st, 5) != 0,
	};
	snprintf(ret->name, sizeof(ret->name), "%s", (const char *)sqlite3_column_text(st, 1));
	snprintf(ret->hash, sizeof(ret->hash), "%s", (const char *)sqlite3_column_text(st, 3));
}

static int find(struct store *s, sqlite3_stmt *st, struct account *ret, struct err *err)
{
	int r = st != NULL ? db_step(s->db, st) : -EIO;

	if (r < 0) {
		return fail(s, r, err, "looking the account up");
	}
	*ret = (struct account){0};
	if (r == 1) {
		read_account(st, ret);
	}
	return 0;
}

int store_account_by_name(struct store *s, const char *name, const char *address,
	struct account *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT id, name, role, password, totp IS NOT NULL,"
			       " EXISTS (SELECT 1 FROM sessions WHERE account = a.id AND address = "
			       "?2 AND ?2 != '')"
			       " FROM accounts a WHERE name = ?1");

	if (st != NULL) {
		db_bind(st, "ss", name, address);
	}
	return find(s, st, ret, err);
}

int store_account_by_id(struct store *s, int64_t id, struct account *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT id, name, role, password, totp IS NOT NULL, 0 FROM accounts WHERE id = ?");

	if (st != NULL) {
		db_bind(st, "i", id);
	}
	return find(s, st, ret, err);
}

int store_accounts_count(struct store *s, int64_t *ret, struct err *err)
{
	int r = db_int(s->db, ret, "SELECT count(*) FROM accounts", "");

	return r < 0 ? fail(s, r, err, "counting the accounts") : 0;
}

static int add_row(struct store *s, struct accounts_out *ret, sqlite3_stmt *st)
{
	struct account_row *v =
		reallocarray(ret->accounts.v, ret->accounts.n + 1, sizeof(*ret->accounts.v));

	(void)s;
	if (v == NULL) {
		return -ENOMEM;
	}
	ret->accounts.v = v;
	v[ret->accounts.n] = (struct account_row){
		.id = sqlite3_column_int64(st, 0),
		.name = row_text(st, 1),
		.role = row_role(st, 2),
		.totp = sqlite3_column_int(st, 3) != 0,
		.created = sqlite3_column_int64(st, 4),
		.changed = sqlite3_column_int64(st, 5),
		.sessions = sqlite3_column_int64(st, 6),
	};
	return v[ret->accounts.n++].name != NULL ? 0 : -ENOMEM;
}

int store_accounts_list(struct store *s, int64_t now, struct accounts_out *ret, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT id, name, role, totp IS NOT NULL, created, changed,"
		" (SELECT count(*) FROM sessions x WHERE x.account = a.id AND x.expires > ?1"
		" AND x.used + x.idle_s > ?1) FROM accounts a ORDER BY name");
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "i", now);
		while ((r = db_step(s->db, st)) == 1) {
			r = add_row(s, ret, st);
			if (r < 0) {
				return err_set(err, r, ERR_INTERNAL, NULL, "out of memory");
			}
		}
	}
	return r < 0 ? fail(s, r, err, "listing the accounts") : 0;
}

/* --- changing --- */

static int insert(struct store *s, const char *name, enum role role, const char *hash, int64_t now,
	int64_t *ret_id)
{
	int r = db_run(s->db,
		"INSERT INTO accounts (name, role, password, created, changed)"
		" VALUES (?, ?, ?, ?, ?)",
		"sisii", name, (int64_t)role, hash, now, now);

	if (r == 0) {
		*ret_id = db_last_id(s->db);
	}
	return r;
}

int store_account_first(struct store *s, const char *name, const char *hash, int64_t now,
	int64_t *ret_id, struct err *err)
{
	int64_t n = 0;
	int r = store_accounts_count(s, &n, err);

	if (r < 0) {
		return r;
	}
	if (n > 0) {
		return err_set(err, -EEXIST, ERR_EXISTS, NULL,
			"there are accounts already: an administrator adds further ones");
	}
	r = insert(s, name, ROLE_ADMIN, hash, now, ret_id);
	return r < 0 ? fail(s, r, err, "adding the account") : 0;
}

int store_account_add(struct store *s, const char *name, enum role role, const char *hash,
	int64_t now, int64_t *ret_id, struct err *err)
{
	int64_t n = 0;
	int r = store_accounts_count(s, &n, err);

	if (r < 0) {
		return r;
	}
	if (n >= ACCOUNTS_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
			"there are %d accounts already; remove some first", (int)ACCOUNTS_MAX);
	}
	r = insert(s, name, role, hash, now, ret_id);
	if (r == -EEXIST) {
		return err_set(
			err, r, ERR_EXISTS, "name", "there is an account \"%s\" already", name);
	}
	return r < 0 ? fail(s, r, err, "adding the account") : 0;
}

/* May this account stop being an administrator? */
static int check_last(struct store *s, const struct account *a, struct err *err)
{
	int64_t others = 0;
	int r = a->role != ROLE_ADMIN ? 0
				      : db_int(s->db, &others,
						"SELECT count(*) FROM accounts WHERE role = ? AND "
						"id != ?",
						"ii", (int64_t)ROLE_ADMIN, a->id);

	if (r < 0) {
		return fail(s, r, err, "counting the administrators");
	}
	if (a->role == ROLE_ADMIN && others == 0) {
		return err_set(err, -EPERM, ERR_FORBIDDEN, NULL,
			"\"%s\" is the last administrator and stays one; make another first",
			a->name);
	}
	return 0;
}

static int get(struct store *s, int64_t id, struct account *ret, struct err *err)
{
	int r = store_account_by_id(s, id, ret, err);

	explicit_bzero(ret->hash, sizeof(ret->hash));
	return r == 0 && ret->id == 0 ? not_there(err, id) : r;
}

static int write_update(struct store *s, const struct account_update *u, int64_t now)
{
	int r = 0;

	if (u->role != ROLE_NONE) {
		r = db_run(s->db, "UPDATE accounts SET role = ? WHERE id = ?", "ii",
			(int64_t)u->role, u->id);
	}
	if (r == 0 && u->hash != NULL) {
		r = db_run(s->db, "UPDATE accounts SET password = ?, changed = ? WHERE id = ?",
			"sii", u->hash, now, u->id);
	}
	if (r == 0 && u->hash != NULL) {
		r = db_run(s->db, "DELETE FROM sessions WHERE account = ? AND id != ?", "ii", u->id,
			u->except);
	}
	if (r == 0 && u->end_totp) {
		r = db_run(s->db,
			"UPDATE accounts SET totp = NULL, totp_pending = NULL WHERE id = ?", "i",
			u->id);
	}
	return r;
}

int store_account_update(struct store *s, const struct account_update *u, int64_t now,
	struct account *ret_before, struct err *err)
{
	_transaction_ struct transaction t = {0};
	struct account before;
	int r = get(s, u->id, &before, err);

	if (r == 0 && u->role != ROLE_NONE && u->role != ROLE_ADMIN) {
		r = check_last(s, &before, err);
	}
	if (r < 0) {
		return r;
	}
	r = transaction_begin(s, &t);
	if (r == 0) {
		r = write_update(s, u, now);
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	if (r < 0) {
		return fail(s, r, err, "changing the account");
	}
	*ret_before = before;
	return 0;
}

int store_account_remove(struct store *s, int64_t id, struct account *ret_before, struct err *err)
{
	struct account before;
	int r = get(s, id, &before, err);

	if (r == 0) {
		r = check_last(s, &before, err);
	}
	if (r < 0) {
		return r;
	}
	r = db_run(s->db, "DELETE FROM accounts WHERE id = ?", "i", id);
	if (r < 0) {
		return fail(s, r, err, "removing the account");
	}
	*ret_before = before;
	return 0;
}

/* --- authenticators --- */

int store_totp_begin(
	struct store *s, int64_t account, const uint8_t secret[TOTP_SECRET_BYTES], struct err *err)
{
	int r = db_run(s->db, "UPDATE accounts SET totp_pending = ? WHERE id = ?", "bi",
		(const void *)secret, (size_t)TOTP_SECRET_BYTES, account);

	return r < 0 ? fail(s, r, err, "storing the secret") : 0;
}

struct totp_state {
	bool has;
	uint8_t secret[TOTP_SECRET_BYTES];
	int64_t step;
};

static int read_totp(
	struct store *s, sqlite3_stmt *st, int64_t account, struct totp_state *ret, struct err *err)
{
	int r = -EIO;

	if (st != NULL) {
		db_bind(st, "i", account);
		r = db_step(s->db, st);
	}
	if (r < 0) {
		return fail(s, r, err, "reading the secret");
	}
	*ret = (struct totp_state){0};
	if (r == 1 && sqlite3_column_bytes(st, 0) == TOTP_SECRET_BYTES) {
		ret->has = true;
		memcpy(ret->secret, sqlite3_column_blob(st, 0), TOTP_SECRET_BYTES);
		ret->step = sqlite3_column_int64(st, 1);
	}
	return 0;
}

static int check_code(const struct totp_state *t, const char *code, int64_t now, int64_t *ret_step,
	struct err *err)
{
	int r = totp_check(t->secret, code, now, t->step, ret_step);

	if (r < 0) {
		return err_set(err, -EACCES, ERR_SIGN_IN_REFUSED, "code",
			r == -EINVAL ? "a code has six digits"
				     : "the code is wrong, too old, or was used before; wait for "
				       "the next");
	}
	return 0;
}

int store_totp_confirm(
	struct store *s, int64_t account, const char *code, int64_t now, struct err *err)
{
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT totp_pending, 0 FROM accounts WHERE id = ?");
	struct totp_state pending;
	int64_t step = 0;
	int r = read_totp(s, st, account, &pending, err);

	if (r == 0 && !pending.has) {
		r = err_set(err, -ENOENT, ERR_NOT_FOUND, NULL,
			"no authenticator waits for its first code");
	}
	if (r == 0) {
		r = check_code(&pending, code, now, &step, err);
	}
	explicit_bzero(&pending, sizeof(pending));
	if (r < 0) {
		return r;
	}
	sqlite3_reset(st);
	r = db_run(s->db,
		"UPDATE accounts SET totp = totp_pending, totp_pending = NULL, totp_step = ?"
		" WHERE id = ?",
		"ii", step, account);
	return r < 0 ? fail(s, r, err, "storing the secret") : 0;
}

int store_totp_use(struct store *s, int64_t account, const char *code, int64_t now, struct err *err)
{
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT totp, totp_step FROM accounts WHERE id = ?");
	struct totp_state totp;
	int64_t step = 0;
	int r = read_totp(s, st, account, &totp, err);

	if (r < 0 || !totp.has) {
		return r;
	}
	r = code == NULL ? err_set(err, -EACCES, ERR_CODE_NEEDED, "code",
				   "the code of the authenticator is needed, too")
			 : check_code(&totp, code, now, &step, err);
	explicit_bzero(&totp, sizeof(totp));
	if (r < 0) {
		return r;
	}
	sqlite3_reset(st);
	r = db_run(s->db, "UPDATE accounts SET totp_step = ? WHERE id = ?", "ii", step, account);
	return r < 0 ? fail(s, r, err, "recording the code") : 0;
}
