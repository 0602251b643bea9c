/* hashing.h - argon2id (libsodium's crypto_pwhash) in two threads of its own: it is slow on
 * purpose, and takes 19 MiB each time.
 *
 * OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. */
#ifndef SCANNERD_HASHING_H
#define SCANNERD_HASHING_H

#include "common/def.h"
#include <event2/event.h>
#include <sodium.h>

enum {
	HASHING_THREADS = 2,
	HASHING_WAITING_MAX = 16,
	HASHING_PASSES = 2,
	HASHING_BYTES = 19 << 20,
	PASSWORD_HASH_SIZE = crypto_pwhash_STRBYTES,
};

struct hashing;

/* What one thread does for one caller: verifies, and if that was right (or not asked) makes. */
struct hashing_job {
	struct hashing_job *next;
	const char *password; /* to verify, with */
	const char *hash;     /* the hash it must have; NULL: of nobody, which takes as long and is
				 never right; */
	const char *fresh;    /* to make a hash of; NULL: nothing is made */
	bool verify;          /* password against hash */
	bool right;           /* set: verified */
	int rc;               /* set: 0, or -ENOMEM */
	char made[PASSWORD_HASH_SIZE];
	void (*done)(struct hashing_job *job); /* on the loop's thread */
	void *arg;
};

/* Starts no thread before there is work. */
int hashing_new(struct event_base *base, struct hashing **ret);
/* Does what waits, calls its done functions, and ends the threads. */
void hashing_free(struct hashing *h);
/* The job and what it refers to stay the caller's and must live until done is called. -EAGAIN when
 * HASHING_WAITING_MAX wait. */
int hashing_submit(struct hashing *h, struct hashing_job *job);

#endif
