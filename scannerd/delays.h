/* delays.h - who has failed to sign in how often, and has to wait for how long: by source address
 * and by name of account.
 *
 * Three failures are free; each further one doubles a wait that begins with a second and never
 * exceeds a minute, and an hour without a failure forgets all. Nobody is locked out. Of
 * DELAYS_KEPT keys the one that failed longest ago goes. Nothing is written: a restart forgets.
 * Used on the loop's thread only. Times are monotonic milliseconds. */
#ifndef SCANNERD_DELAYS_H
#define SCANNERD_DELAYS_H

#include "common/def.h"

enum {
	DELAYS_KEPT = 4096,
	DELAYS_FREE = 3,
	DELAYS_SECONDS_MAX = 60,
	DELAYS_FORGET_S = 3600,
	DELAY_KEY_SIZE = 160,
};

struct delays;

int delays_new(struct delays **ret);
void delays_free(struct delays *d);

/* The key of a source: an IPv6 address counts with its whole /64, which one host may fill. address
 * may be NULL or no address at all. */
void delays_source_key(const char *address, char out[DELAY_KEY_SIZE]);
/* The key of a name, which need not be an account's. */
void delays_name_key(const char *name, char out[DELAY_KEY_SIZE]);

/* Seconds until this key may try again; 0: now. */
int delays_wait(const struct delays *d, const char *key, int64_t now_ms);
/* An attempt begins. It counts as a failure at once, so that many at a time are no way around. */
void delays_begin(struct delays *d, const char *key, int64_t now_ms);
/* The attempt was no attempt after all. */
void delays_undo(struct delays *d, const char *key);
/* It succeeded: all failures are forgotten. */
void delays_clear(struct delays *d, const char *key);

#endif
