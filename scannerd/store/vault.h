/* vault.h - accounts.db: accounts, sessions and API tokens, in a file of their own because readers
 * of the other database (webd) must not see hashes and secrets.
 *
 * It is a struct store of its own with its own thread, so that nobody waits for a scan to sign in;
 * of all store_*() functions only those of accounts.h, sessions.h and tokens.h work on it. */
#ifndef SCANNERD_STORE_VAULT_H
#define SCANNERD_STORE_VAULT_H

#include "scannerd/store/store.h"

enum { VAULT_DIGEST_BYTES = 32 /* of credentials */ };

/* Opens or creates <state_dir>/accounts.db (mode 0600) and starts the thread; the lock of
 * <state_dir> is held by store_new(). -errno with a sentence. store_free() closes it. */
int vault_new(const char *state_dir, struct store **ret, struct err *err);

#endif
