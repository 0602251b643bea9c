/* client.h - one Varlink call on one connection, on a libevent loop: webd asks scannerd, scannerd
 * asks netscan.
 *
 * Every callback runs on the loop's thread. After the last reply, an error or a time-out the
 * connection is closed and the client freed by itself, right after the callback returns;
 * client_cancel() frees it earlier and silently. */
#ifndef PROTO_CLIENT_H
#define PROTO_CLIENT_H

#include "common/buf.h"
#include "common/err.h"
#include "common/json.h"
#include <event2/event.h>

struct client;

/* A reply: parameters (may be NULL) while err is NULL; or err and no parameters: an error of the
 * peer's, ERR_UNAVAILABLE (cannot connect, connection lost), ERR_TIMEOUT. last: no more callbacks
 * follow. */
typedef void (*client_reply)(const cJSON *parameters, const struct err *err, bool last, void *arg);

/* fd is a connected stream socket (taken over, also on failure); timeout_ms bounds each wait for a
 * reply (0: none). -errno with err filled. */
int client_call_fd(struct event_base *base, int fd, const char *method,
	const struct buf *parameters, bool more, int timeout_ms, client_reply reply, void *arg,
	struct client **ret, struct err *err);
/* The same over a new connection to a Unix socket; connecting is not blocking. A socket that is
 * missing or refuses is reported by the return value. */
int client_call(struct event_base *base, const char *socket_path, const char *method,
	const struct buf *parameters, bool more, int timeout_ms, client_reply reply, void *arg,
	struct client **ret, struct err *err);
/* The same, after a call that says for whom it is made, on the same connection and without waiting.
 * If that one is refused, its error is the only reply. introduction NULL: as client_call(). */
struct client_introduction {
	const char *method; /* the full name */
	const struct buf *parameters;
};
int client_call_as(struct event_base *base, const char *socket_path,
	const struct client_introduction *introduction, const char *method,
	const struct buf *parameters, bool more, int timeout_ms, client_reply reply, void *arg,
	struct client **ret, struct err *err);
void client_cancel(struct client *c); /* NULL is fine */
/* Stops and restarts reading: backpressure. A paused client does not time out. */
void client_pause(struct client *c, bool pause);

#endif
