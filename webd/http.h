/* http.h - evhttp with everything it lacks put around it: judges a request, finds its route, and
 * lets it answer. */
#ifndef WEBD_HTTP_H
#define WEBD_HTTP_H

#include "webd/connections.h"
#include "webd/web.h"

struct http;

/* Also makes web->connections. -errno. */
int http_new(struct web *web, const struct connection_limits *limits, struct http **ret);
/* Serves on a listening socket and takes it over. -errno. */
int http_listen(struct http *h, int fd);
/* No new connections, and no new requests on those that are open. */
void http_stop(struct http *h);
/* Running exchanges are dropped. */
void http_free(struct http *h);

#endif
