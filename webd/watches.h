/* watches.h - who waits for the end of a scan. */
#ifndef WEBD_WATCHES_H
#define WEBD_WATCHES_H

#include "common/def.h"
#include <event2/event.h>

struct watches;
struct watch;

int watches_new(struct event_base *base, struct watches **ret); /* -errno */
void watches_free(struct watches *all);
/* ended(arg) is called once, never from inside: when the scan has ended, when it is not known to
 * run any more, or after timeout_s. NULL when out of memory. */
struct watch *watches_add(
	struct watches *all, int64_t scan, int timeout_s, void (*ended)(void *arg), void *arg);
void watches_remove(struct watch *w); /* NULL is fine; ended is not called */

void watches_end(struct watches *all, int64_t scan); /* the scan has ended */
void watches_end_all(struct watches *all);
/* scannerd came back: a scan that is not kept within a second is not known to run. */
void watches_hurry(struct watches *all);
void watches_keep(struct watches *all, int64_t scan); /* the scan runs */

#endif
