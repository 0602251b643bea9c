/* store.h - the only writer of the database: one thread owns the connection, everyone else posts
 * work to it.
 *
 * Work is a function that runs on the store's thread and may use every store_*() function of this
 * folder marked [thread]; each of those is its own transaction unless it says otherwise. What a
 * work function reports as done is committed and synced. */
#ifndef SCANNERD_STORE_STORE_H
#define SCANNERD_STORE_STORE_H

#include "common/db.h"
#include "common/def.h"
#include "common/err.h"

struct store;

enum { STORE_QUEUE_MAX = 1024 };

/* Opens or creates <state_dir>/backup-checker.db (directory 0750, file 0640, both of that group
 * unless it is (gid_t)-1), takes the lock <state_dir>/lock (a second scannerd gets -EWOULDBLOCK and
 * a sentence with the holder's pid), migrates, creates the views, marks scans that were running as
 * interrupted, removes staged rows, starts the thread. A corrupt or newer database is -EUCLEAN /
 * -EPROTO with a sentence saying what to do; nothing is changed then. */
int store_new(const char *state_dir, gid_t group, struct store **ret, struct err *err);
/* Runs what is queued, checkpoints, closes. */
void store_free(struct store *s);
DEFINE_CLEANUP(struct store *, store_free);

typedef void (*store_work)(struct store *s, void *arg);
/* Queues work; done (may be NULL) is called after it by store_dispatch(). -EAGAIN when
 * STORE_QUEUE_MAX works wait. */
int store_post(struct store *s, store_work work, store_work done, void *arg);
/* Queues work and waits until it has run; for threads other than the store's and the loop's. Waits
 * for room in the queue. */
void store_call(struct store *s, store_work work, void *arg);
/* A descriptor that is readable while finished works wait; the loop then calls store_dispatch(),
 * which runs their done functions. */
int store_fd(const struct store *s);
void store_dispatch(struct store *s);

/* [thread] the connection, for the other files of this folder and for reading */
struct db *store_db(struct store *s);
/* [thread] raises meta 'version.<what>' inside the caller's transaction */
int store_touch(struct store *s, const char *what);
/* [thread] the 16-byte secret of the directory digests, made at the first start */
int store_secret(struct store *s, uint8_t ret_key[16]);

#endif
