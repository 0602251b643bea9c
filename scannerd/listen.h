/* listen.h - the Unix socket: who may talk, framing, limits. A bad message ends its connection,
 * never the daemon. */
#ifndef SCANNERD_LISTEN_H
#define SCANNERD_LISTEN_H

#include "common/buf.h"
#include "scannerd/daemon.h"

enum {
	CONN_MAX = 64,             /* more are closed at once */
	CONN_MORE_FOR_ROOT = 8,    /* a webd that takes them all must not keep root out */
	CONN_OUTPUT_MAX = 4 << 20, /* a peer that does not read is dropped */
	CONN_MESSAGE_SECONDS = 10, /* from a message's first byte to its NUL */
	CONN_TURN_MS = 1,          /* of one connection before another is looked at */
	COMPLAINTS_MAX = 20, /* lines of log a minute about all peers together, of each kind */
};

struct caller;
struct conn;

/* fd < 0: binds d->options.socket_path. Takes fd over. */
int listener_new(struct daemon *d, int fd, struct listener **ret, struct err *err);
void listener_free(struct listener *l);

struct conn *conn_ref(struct conn *c);
void conn_unref(struct conn *c);
bool conn_is_open(const struct conn *c);
/* For whom it speaks; the connection's own. */
struct caller *conn_caller(struct conn *c);
/* The connections of which that is true speak for nobody any more. */
void listener_forget(struct listener *l, bool (*is)(const struct caller *caller, const void *arg),
	const void *arg);
/* A line of log about a peer's misbehaviour: only so many a minute, because a peer makes them. */
void conn_complain(const struct conn *c, const char *fmt, ...) _printf_(2, 3);
/* A line of log about a call that failed by no fault of its peer's: only so many a minute, too,
 * because a peer may call again and again. NULL, at the end, says nothing. */
void listener_fault(struct listener *l, const char *fmt, ...) _printf_(2, 3);
/* Queues bytes; harmless on a closed connection. */
void conn_write(struct conn *c, struct buf *message);
/* The call in progress has been answered: the next message may be read. */
void conn_next(struct conn *c);
/* No further message is read: the connection is closed once what was written has been taken. */
void conn_end(struct conn *c);
/* The call in progress keeps the connection (Monitor); on_close is called when it goes. */
void conn_keep(struct conn *c, void (*on_close)(void *arg), void *arg);

#endif
