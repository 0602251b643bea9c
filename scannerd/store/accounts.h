/* accounts.h - who may sign in: names, roles, password hashes, secrets of authenticators. All
 * [thread] of the vault's store (vault.h). */
#ifndef SCANNERD_STORE_ACCOUNTS_H
#define SCANNERD_STORE_ACCOUNTS_H

#include "common/totp.h"
#include "proto/accounts_iface.h"
#include "scannerd/store/store.h"

enum { ACCOUNT_NAME_SIZE = 65, ACCOUNT_HASH_SIZE = 128 };

/* What is needed to decide about a password. */
struct account {
	int64_t id; /* 0: there is no such account */
	char name[ACCOUNT_NAME_SIZE];
	enum role role;
	char hash[ACCOUNT_HASH_SIZE];
	bool totp;
	bool known_source; /* it has a session that began from the address asked about */
};

/* Whether there is none is an answer, not a failure: *ret is empty then. */
int store_account_by_name(struct store *s, const char *name, const char *address,
	struct account *ret, struct err *err);
int store_account_by_id(struct store *s, int64_t id, struct account *ret, struct err *err);
int store_accounts_count(struct store *s, int64_t *ret, struct err *err);

int store_account_first(struct store *s, const char *name, const char *hash, int64_t now,
	int64_t *ret_id, struct err *err); /* ERR_EXISTS once there is one */
int store_account_add(struct store *s, const char *name, enum role role, const char *hash,
	int64_t now, int64_t *ret_id, struct err *err);
/* role ROLE_NONE and hash NULL leave it as it is. A new hash ends the account's sessions but
 * `except` (0: none). ret_before: as it was; its hash is emptied. */
struct account_update {
	int64_t id;
	enum role role;
	const char *hash;
	bool end_totp;
	int64_t except;
};
int store_account_update(struct store *s, const struct account_update *u, int64_t now,
	struct account *ret_before, struct err *err);
int store_account_remove(struct store *s, int64_t id, struct account *ret_before, struct err *err);
/* Fills an empty list. */
int store_accounts_list(struct store *s, int64_t now, struct accounts_out *ret, struct err *err);

/* A secret that counts once a code of it has been seen. */
int store_totp_begin(
	struct store *s, int64_t account, const uint8_t secret[TOTP_SECRET_BYTES], struct err *err);
int store_totp_confirm(
	struct store *s, int64_t account, const char *code, int64_t now, struct err *err);
/* Is the code right, and not used before? It is used then. 0 also where none is asked for;
 * ERR_CODE_NEEDED if code is NULL, ERR_SIGN_IN_REFUSED if it is wrong. In the caller's transaction.
 */
int store_totp_use(
	struct store *s, int64_t account, const char *code, int64_t now, struct err *err);

#endif
