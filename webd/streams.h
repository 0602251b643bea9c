/* streams.h - the loop's side of stream.h: makes streams for exchanges and moves their bytes. */
#ifndef WEBD_STREAMS_H
#define WEBD_STREAMS_H

#include "webd/stream.h"
#include <event2/event.h>

struct exchange;
struct streams;

/* -errno. Needs evthread_use_pthreads(). patience_ms: how long, all in all, a producer waits for
 * its client to read; meanwhile it keeps a snapshot of the database, and the writer's log grows. */
int streams_new(struct event_base *base, int64_t patience_ms, struct streams **ret);
/* After pool_free(): every producer has ended its stream. */
void streams_free(struct streams *hub);
/* Takes the exchange over; NULL (and the exchange untouched) when out of memory. */
struct stream *streams_add(struct streams *hub, struct exchange *x);

#endif
