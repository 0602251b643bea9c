/* talk.h - Varlink calls that wait for their answer, for programs without a loop: the command-line
 * client.
 *
 * Failures are -errno with err filled: -EREMOTEIO is an error that the other side answered, the
 * connection goes on; after any other the connection is of no use any more. ERR_UNAVAILABLE cannot
 * connect or lost, ERR_TIMEOUT no answer in time. */
#ifndef PROTO_TALK_H
#define PROTO_TALK_H

#include "common/err.h"
#include "proto/iface.h"

struct talk;

/* Connects to a Unix socket. -ENOENT, -ECONNREFUSED, -EACCES ... tell why not. */
int talk_open(const char *socket_path, struct talk **ret, struct err *err);
/* Takes a connected stream socket over, also on failure. */
int talk_open_fd(int fd, struct talk **ret, struct err *err);
void talk_close(struct talk *t); /* NULL is fine */
/* To poll for reading, beside other things. */
int talk_fd(const struct talk *t);

/* Sends a call of i's method; in is its parameters' struct. Methods that answer repeatedly are
 * asked to. */
int talk_send(
	struct talk *t, const struct interface *i, size_t method, const void *in, struct err *err);
/* The next reply to the call of that method, decoded into *out (end it with field_done() and the
 * method's table). 1, or 0: timeout_ms have passed; -1 waits for ever. */
int talk_receive(struct talk *t, const struct interface *i, size_t method, int timeout_ms,
	void *out, struct err *err);
/* Both; no reply within timeout_ms is -ETIMEDOUT. */
int talk_call(struct talk *t, const struct interface *i, size_t method, const void *in, void *out,
	int timeout_ms, struct err *err);

DEFINE_CLEANUP(struct talk *, talk_close);

#endif
