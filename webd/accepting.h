/* accepting.h - the listening sockets of an evhttp, which can be told to wait. */
#ifndef WEBD_ACCEPTING_H
#define WEBD_ACCEPTING_H

#include <event2/listener.h>
#include <stdbool.h>
#include <stdint.h>

enum { ACCEPTING_MAX = 8 };

/* One of it in a process; zeroed before use. */
struct accepting {
	struct evconnlistener *listeners[ACCEPTING_MAX];
	int n;
	bool paused, stopped;
	int64_t failed_until_ms, complained_ms;
};

/* Also waits a second when accepting fails, which it does until descriptors are free again. The
 * listener stays the caller's. -E2BIG. */
int accepting_add(struct accepting *a, struct evconnlistener *listener);
/* Who comes now waits in the kernel's queue. From inside an accept callback it ends libevent's
 * loop over that queue. */
void accepting_pause(struct accepting *a);
/* Unless a failure is too fresh, or it was stopped. */
void accepting_resume(struct accepting *a);
/* For good. */
void accepting_stop(struct accepting *a);

#endif
