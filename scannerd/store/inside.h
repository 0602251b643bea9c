/* inside.h - what the files of this room share: the store itself, its queue, transactions, and the
 * doors between its files. */
#ifndef SCANNERD_STORE_INSIDE_H
#define SCANNERD_STORE_INSIDE_H

#include "common/db.h"
#include "common/timefmt.h"
#include "scannerd/store/feed.h"
#include "scannerd/store/files.h"
#include "scannerd/store/store.h"
#include <pthread.h>

struct job {
	struct job *next;
	store_work work, done;
	void *arg;
	bool *called; /* store_call() waits for it; the job is then on the caller's stack */
};

struct job_list {
	struct job *head, **tail;
};

struct queue {
	pthread_t thread;
	bool running, stopping;
	pthread_mutex_t lock;
	pthread_cond_t work, room, called;
	struct job_list waiting, finished;
	size_t n; /* waiting */
	int event_fd;
};

struct store {
	struct db *db;
	char *state_dir;
	int lock_fd;
	struct feed feed;
	struct pass *pass;   /* that reads files now, or NULL */
	int64_t next_dir;    /* rows of `files` from this directory on are staged */
	unsigned generation; /* raised when files are cleared: a scan that began before is void */
	int64_t wal_pages;   /* as of the last commit */
	int64_t checkpoint_at;
	int64_t wal_max; /* pages beside those of the database itself */
	struct queue queue;
};

/* --- store.c --- */
/* Without a database yet, its thread not running: what every store begins with. */
int store_prepare(const char *state_dir, struct store **ret, struct err *err);
/* Its thread runs. */
int store_start(struct store *s, struct err *err);

/* --- queue.c --- */
int queue_init(struct queue *q);
int queue_start(struct store *s);
void queue_stop(struct store *s); /* runs what waits, then ends the thread */
/* The thread has ended: runs here what was posted since; false if there was nothing. */
bool queue_run_rest(struct store *s);
void queue_done(struct queue *q);
/* Any thread but the store's: queues work, waits for room. -ENOMEM. */
int queue_submit(struct store *s, store_work work, void *arg);

/* --- checkpoint.c --- */
void checkpoint_init(struct store *s);
/* Between works: moves the WAL into the database when it has grown; idle: nothing waits. */
void checkpoint_step(struct store *s, bool idle);
void checkpoint_last(struct store *s);
/* Before a transaction: 0, or -EBUSY while a reader keeps a log from being emptied that has grown
 * beyond all measure. */
int checkpoint_room(struct store *s);

/* --- migrate.c --- */
int migrate(struct store *s, const char *path, struct err *err);

/* --- a transaction of one's own, or part of the caller's --- */
struct transaction {
	struct store *store;
	bool own;
};
int transaction_begin(struct store *s, struct transaction *ret);
int transaction_commit(struct transaction *t);
void transaction_end(struct transaction *t); /* rolls back what was not committed */
#define _transaction_ _cleanup_(transaction_end)

/* --- files.c, staging.c --- */
static inline int64_t files_first(int64_t dir)
{
	return dir << FILES_ORDINAL_BITS;
}
/* Removes the rows of one directory, and of a visible one its row in dirs; *removed grows. */
int files_remove_dir(struct store *s, int64_t dir, int64_t *removed);
/* Removes all staged rows, in short transactions. */
int files_remove_staged(struct store *s);
/* Reads meta 'next_dir'. */
int files_load_next_dir(struct store *s);

#endif
