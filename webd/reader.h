/* reader.h - the inner side of a query thread's connection, for pool.c and the reads; others use
 * pool.h. */
#ifndef WEBD_READER_H
#define WEBD_READER_H

#include "webd/pool.h"
#include <stdatomic.h>

struct orders;
struct sketch;
struct sketches;

/* The orders, the sketches and the flag belong to the pool and outlive the reader; queries end soon
 * after *stopping becomes true. */
int reader_new(const char *database, struct orders *orders, struct sketches *sketches,
	const atomic_bool *stopping, struct reader **ret);
void reader_free(struct reader *r); /* NULL is fine */

/* The orders that all readers share (order.h). */
struct orders *reader_orders(struct reader *r);
/* The sketches likewise (sketch.h), and what bc_sketch() adds to from now on; NULL: nothing. */
struct sketches *reader_sketches(struct reader *r);
void reader_sketch_into(struct reader *r, struct sketch *into);
/* The counter of that name ("files") in the snapshot of reader_begin(); 0 if there is none. */
int64_t reader_version(const struct reader *r, const char *name);
/* How often bc_tally() was called, from 0 again after reading. */
int64_t reader_take_tally(struct reader *r);
/* After reader_begin(): another time than POOL_QUERY_MS_MAX, from now. */
void reader_allow(struct reader *r, int64_t ms);
/* Between these two the deadline stands still: waiting for a slow client is no slow query. */
void reader_pause(struct reader *r);
void reader_resume(struct reader *r);
/* Fills err for a failed statement of this reader (rc from db.h): too slow, stopping, or what
 * SQLite says. Returns rc. */
int reader_fail(struct reader *r, int rc, struct err *err);

#endif
