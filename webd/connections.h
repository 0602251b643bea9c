/* connections.h - bounds connections: how many in all, how many from one source, how long a request
 * may take to arrive.
 *
 * evhttp 2.1.12 has none of it. At the cap the connection that has waited longest for a complete
 * request makes room, so that slow clients cannot lock others out. */
#ifndef WEBD_CONNECTIONS_H
#define WEBD_CONNECTIONS_H

#include <event2/http.h>
#include <event2/listener.h>

enum { CONNECTIONS_MAX = 512, CONNECTIONS_PER_SOURCE_MAX = 64, CONNECTIONS_REQUEST_S = 30 };

struct connections;
struct connection_limits {
	int total, per_source; /* Unix sockets count in total only */
	int request_s;         /* from accept, or the last answer, to a complete request */
};

/* Sets evhttp's bufferevent callback. -errno. */
int connections_new(struct event_base *base, struct evhttp *http,
	const struct connection_limits *limits, struct connections **ret);
/* After evhttp_free(). */
void connections_free(struct connections *c);
/* Accepting pauses while there is no room or no descriptor left. The listener stays the caller's.
 */
int connections_add_listener(struct connections *c, struct evconnlistener *listener);
/* A complete request came: no deadline until its answer has been sent. */
void connections_answering(struct connections *c, struct evhttp_request *req);
/* Accepts nobody any more. */
void connections_stop(struct connections *c);
int connections_busy(const struct connections *c); /* those whose answer is not sent yet */
int connections_count(const struct connections *c);

#endif
