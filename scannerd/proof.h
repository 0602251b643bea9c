/* proof.h - the part of a call that takes a hash: proving a password of one's own, or making the
 * hash of a new one, while the loop goes on. */
#ifndef SCANNERD_PROOF_H
#define SCANNERD_PROOF_H

#include "scannerd/delays.h"
#include "scannerd/hashing.h"
#include "scannerd/store/accounts.h"

struct call;

struct proof {
	struct hashing_job job;
	struct account account; /* whose password it is; id 0: nobody's */
	char source_key[DELAY_KEY_SIZE], name_key[DELAY_KEY_SIZE];
	bool source_counted, name_counted; /* as failures, until it has succeeded */
};

/* Gives the call a proof, or ends it. */
struct proof *proof_new(struct call *c);
void proof_free(struct proof *p);

/* Hashes c->proof->job; done is called on the loop's thread. Otherwise the call is ended: too many
 * are being hashed. */
void proof_hash(struct call *c, void (*done)(struct hashing_job *job));
/* The attempt ends otherwise than by a failure: it does not count. */
void proof_undo(struct call *c);
/* Ends the call: too early, for so many seconds. */
void proof_too_early(struct call *c, int seconds);
/* Ends the call: wrong, with the seconds until the next attempt. */
void proof_refuse(struct call *c, const char *field, const char *sentence);

/* Makes the hash of a new password, then does the command's work, which finds it in
 * c->proof->job.made. Its rules have been checked. */
void proof_make(struct call *c, const char *fresh);
/* The same for a password of account `id`, whose name it must not be. */
void proof_make_for(struct call *c, int64_t id, const char *fresh);
/* Verifies that the caller, a person, knows his password; then makes the hash of `fresh` (unless
 * NULL) and does the command's work. field: of the password, for sentences. */
void proof_own(struct call *c, const char *password, const char *field, const char *fresh);

#endif
