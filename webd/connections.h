/* connections.h - bounds connections: how many in all, how many from one source, how long a request
 * may take to arrive.
 *
 * evhttp 2.1.12 has none of it. At a cap the connection that has kept us waiting longest makes
 * room: for a complete request, or for its answer to be read. So slow clients and idle connections
 * cannot lock others out.
 *
 * A source is an IPv4 address or an IPv6 /64. A trusted proxy and a Unix socket are none: everybody
 * comes through them, and whoever is behind cannot be told apart before his request has come. They
 * count in the total only; how many connections one client may have is then the proxy's to say
 * (nginx: limit_conn), which also waits for slow requests itself (nginx: proxy_request_buffering).
 */
#ifndef WEBD_CONNECTIONS_H
#define WEBD_CONNECTIONS_H

#include "webd/visitor.h"
#include <event2/http.h>
#include <event2/listener.h>

enum { CONNECTIONS_MAX = 512, CONNECTIONS_PER_SOURCE_MAX = 64, CONNECTIONS_REQUEST_S = 30 };

struct connections;
struct tls;
struct connection_limits {
	int total, per_source;
	int request_s; /* from accept, or the last answer, to a complete request */
};

/* Sets evhttp's bufferevent callback. visitors says who is a proxy; it must live as long. -errno.
 */
int connections_new(struct event_base *base, struct evhttp *http,
	const struct connection_limits *limits, const struct visitor_rules *visitors,
	struct connections **ret);
/* After evhttp_free(). */
void connections_free(struct connections *c);
/* Accepting pauses while there is no room or no descriptor left. The listener stays the caller's.
 */
int connections_add_listener(struct connections *c, struct evconnlistener *listener);
/* From now on connections are encrypted; tls must live as long. */
void connections_use_tls(struct connections *c, struct tls *tls);
/* A complete request came: no deadline until its answer has been sent. False for a connection that
 * evhttp has made itself because we had no memory for it: not counted, and plain in any case. */
bool connections_answering(struct connections *c, struct evhttp_request *req);
/* Who is at the other end; family 0: a Unix socket. -errno when it is gone already. */
int connections_peer(struct evhttp_request *req, struct addr *ret);
/* Accepts nobody any more. */
void connections_stop(struct connections *c);
int connections_busy(const struct connections *c); /* those whose answer is not sent yet */
int connections_count(const struct connections *c);

#endif
