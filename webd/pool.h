/* pool.h - a few threads with a read-only connection each, so that a slow query never stops the
 * loop. */
#ifndef WEBD_POOL_H
#define WEBD_POOL_H

#include "common/db.h"
#include "common/err.h"

struct pool;
struct reader; /* one thread's connection: opened on first use, reopened after an error that says so
		  (platform.md lists them) */

enum { POOL_QUEUE_MAX = 256, POOL_QUERY_MS_MAX = 60000 };

int pool_new(const char *database, int threads, struct pool **ret, struct err *err);
/* Ends running queries (their progress handlers see it within milliseconds), joins. A thread that
 * waits for a client waits on: end its stream first. */
void pool_free(struct pool *p);
typedef void (*pool_work)(struct reader *r, void *arg);
/* Any thread. -EAGAIN when POOL_QUEUE_MAX works wait. With nobody to run it any more (pool_free)
 * work is still called, with reader NULL. */
int pool_post(struct pool *p, pool_work work, void *arg);

/* In a pool thread: a connection with a read transaction open on one snapshot, views only
 * (authorizer), the functions of functions.h, and a deadline; NULL with err filled when the
 * database cannot be read now. */
struct db *reader_begin(struct reader *r, struct err *err);
void reader_end(struct reader *r);

#endif
