/* sessions.h - who is signed in. All [thread] of the vault's store (vault.h). */
#ifndef SCANNERD_STORE_SESSIONS_H
#define SCANNERD_STORE_SESSIONS_H

#include "proto/accounts_iface.h"
#include "scannerd/store/vault.h"

enum { USED_STEP_S = 60 /* `used` is written so often at most */ };

struct session_begin {
	int64_t account;
	const char
		*hash; /* that was found right: if it is no longer the account's, nobody gets in */
	const char *code; /* NULL: none was given */
	const char *address, *agent;
	int64_t idle_s, max_s;
	uint8_t digest[VAULT_DIGEST_BYTES];
};
/* The code (accounts.h), then the session. Of more than SESSIONS_OF_ONE_MAX of an account, or
 * SESSIONS_MAX of all, the one used longest ago ends. Fills all of *ret but the credential. */
int store_session_begin(struct store *s, const struct session_begin *in, int64_t now,
	struct sign_in_out *ret, struct err *err);

/* Who a session's or token's digest stands for, and that it was used. ERR_NOT_SIGNED_IN if it is no
 * longer good or never was. */
int store_session_use(struct store *s, const uint8_t digest[VAULT_DIGEST_BYTES], int64_t now,
	struct caller_out *ret, struct err *err);

/* account 0: anybody's. ERR_NOT_FOUND if there is none, or it is somebody else's. ret_name: whose
 * it was; to be freed. */
int store_session_end(
	struct store *s, int64_t id, int64_t account, char **ret_name, struct err *err);
/* All sessions of the account but that one. */
int store_sessions_end_others(
	struct store *s, int64_t account, int64_t except, int64_t *ret_n, struct err *err);
/* account 0: everybody's; the SESSIONS_LISTED_MAX used last. current: the asker's. */
int store_sessions_list(struct store *s, int64_t account, int64_t current, int64_t now,
	struct sessions_out *ret, struct err *err);

#endif
