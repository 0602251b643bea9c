/* peer.h - scannerd at the other end of the one connection: bytes in, replies out, and noticing at
 * once when it is gone. */
#ifndef NETSCAN_PEER_H
#define NETSCAN_PEER_H

#include "common/buf.h"
#include <poll.h>

enum {
	PEER_BACKLOG_MAX = 256 << 10, /* replies that wait; above it nmap has to wait too */
};

struct peer {
	int fd;
	struct buf in, out;
	bool gone; /* closed, broken, or sent more than a message while nobody asked */
};

int peer_init(struct peer *p, int fd); /* takes fd over; -errno */
void peer_done(struct peer *p);
/* Appends a record as a reply that is followed by others. False once the peer is gone. */
bool peer_send(struct peer *p, const struct buf *parameters);
struct pollfd peer_pollfd(const struct peer *p);
void peer_handle(struct peer *p, short revents); /* reads and writes what is possible */
/* Waits until all replies are written, or it is gone, or so long. */
void peer_flush(struct peer *p, int timeout_ms);

#endif
