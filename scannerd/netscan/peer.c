/* peer.c - a non-blocking stream socket with two buffers. */
#include "peer.h"

#include "common/timefmt.h"
#include "proto/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

int peer_init(struct peer *p, int fd)
{
	*p = (struct peer){.fd = fd};
	int flags = fcntl(fd, F_GETFL);
	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

void peer_done(struct peer *p)
{
	closep(&p->fd);
	buf_done(&p->in);
	buf_done(&p->out);
}

bool peer_send(struct peer *p, const struct buf *parameters)
{
	if (!p->gone) {
		wire_encode_reply(&p->out, parameters, true);
		p->gone = p->out.failed; /* half a reply must not be sent */
	}
	return !p->gone;
}

struct pollfd peer_pollfd(const struct peer *p)
{
	short events = POLLIN | POLLRDHUP;
	if (p->out.len != 0) {
		events |= POLLOUT;
	}
	return (struct pollfd){.fd = p->fd, .events = events};
}

static void receive(struct peer *p)
{
	char chunk[16384];
	ssize_t n = recv(p->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	if (n > 0) {
		buf_add(&p->in, chunk, (size_t)n);
		/* One whole message may wait; nobody has a reason to send so much more. */
		p->gone = p->in.failed || p->in.len > (size_t)WIRE_MESSAGE_MAX + sizeof(chunk);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		p->gone = true;
	}
}

static void transmit(struct peer *p)
{
	ssize_t n = send(p->fd, p->out.data, p->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0) {
		buf_consume(&p->out, (size_t)n);
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		p->gone = true;
	}
}

void peer_handle(struct peer *p, short revents)
{
	if ((revents & (POLLIN | POLLRDHUP | POLLHUP | POLLERR)) != 0 && !p->gone) {
		receive(p);
	}
	if ((revents & POLLOUT) != 0 && !p->gone && p->out.len != 0) {
		transmit(p);
	}
}

void peer_flush(struct peer *p, int timeout_ms)
{
	int64_t end = time_mono_ms() + timeout_ms;
	while (!p->gone && p->out.len != 0) {
		int64_t left = end - time_mono_ms();
		struct pollfd fd = peer_pollfd(p);
		if (left <= 0 || (poll(&fd, 1, (int)left) < 0 && errno != EINTR)) {
			return;
		}
		peer_handle(p, fd.revents);
	}
}
