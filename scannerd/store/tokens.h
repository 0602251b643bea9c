/* tokens.h - API tokens: credentials of programs, with a role and perhaps an end. All [thread] of
 * the vault's store (vault.h). */
#ifndef SCANNERD_STORE_TOKENS_H
#define SCANNERD_STORE_TOKENS_H

#include "proto/accounts_iface.h"
#include "scannerd/store/vault.h"

/* account: who makes it, and with whom it goes; 0: root. */
int store_token_add(struct store *s, const struct token_in *in, int64_t account,
	const uint8_t digest[VAULT_DIGEST_BYTES], int64_t now, int64_t *ret_id, struct err *err);
/* Who it stands for, and that it was used; its role is never more than its maker's now.
 * ERR_NOT_SIGNED_IN if it is not good. */
int store_token_use(struct store *s, const uint8_t digest[VAULT_DIGEST_BYTES], int64_t now,
	struct caller_out *ret, struct err *err);
/* ret_name is to be freed. */
int store_token_remove(struct store *s, int64_t id, char **ret_name, struct err *err);
int store_tokens_list(struct store *s, struct tokens_out *ret, struct err *err);

#endif
