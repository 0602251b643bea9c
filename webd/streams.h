/* streams.h - the loop's side of stream.h: makes streams for exchanges and moves their bytes. */
#ifndef WEBD_STREAMS_H
#define WEBD_STREAMS_H

#include "webd/stream.h"
#include <event2/event.h>

struct exchange;
struct streams;

/* -errno. Needs evthread_use_pthreads(). */
int streams_new(struct event_base *base, struct streams **ret);
/* After pool_free(): every producer has ended its stream. */
void streams_free(struct streams *hub);
/* Takes the exchange over; NULL (and the exchange untouched) when out of memory. */
struct stream *streams_add(struct streams *hub, struct exchange *x);

#endif
