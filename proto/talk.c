/* talk.c - a Unix socket, one call at a time, each waited for with poll(2). */
#include "talk.h"

#include "common/service.h"
#include "common/timefmt.h"
#include "errors.h"
#include "wire.h"
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { SEND_TIMEOUT_S = 10, READ_BYTES = 16 << 10 };

struct talk {
	int fd;
	struct buf in; /* bytes that belong to replies not taken yet */
};

static int lost(struct err *err, const char *sentence)
{
	return err_set(err, -ECONNRESET, ERR_UNAVAILABLE, NULL, "%s", sentence);
}

int talk_open_fd(int fd, struct talk **ret, struct err *err)
{
	const struct timeval limit = {.tv_sec = SEND_TIMEOUT_S};
	struct talk *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		close(fd);
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	/* A peer that does not read must not hold us for ever; where it cannot be set it does. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	t->fd = fd;
	*ret = t;
	return 0;
}

int talk_open(const char *socket_path, struct talk **ret, struct err *err)
{
	struct sockaddr_un sa;
	int bad = service_unix_address(socket_path, &sa, err);

	if (bad < 0) {
		return bad;
	}
	_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) < 0) {
		int rc = -errno;
		return err_set(err, rc, ERR_UNAVAILABLE, NULL, "cannot connect to %s: %s",
			socket_path, strerror(-rc));
	}
	return talk_open_fd(steal_fd(fd), ret, err);
}

void talk_close(struct talk *t)
{
	if (t != NULL) {
		close(t->fd);
		buf_done(&t->in);
		free(t);
	}
}

int talk_fd(const struct talk *t)
{
	return t->fd;
}

static int send_all(struct talk *t, const struct buf *message, struct err *err)
{
	for (size_t at = 0; at < message->len;) {
		ssize_t n = send(t->fd, message->data + at, message->len - at, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR) {
			return lost(err, errno == EAGAIN
						 ? "the other side does not take the request"
						 : "the connection was lost");
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int talk_send(
	struct talk *t, const struct interface *i, size_t method, const void *in, struct err *err)
{
	const struct method *m = &i->methods[method];
	_buf_ struct buf parameters = BUF_INIT, message = BUF_INIT;
	struct jsonw w = JSONW(&parameters);
	char name[128];

	field_encode(m->in, in, &w);
	snprintf(name, sizeof(name), "%s.%s", i->name, m->name);
	wire_encode_call(&message, name, &parameters, m->more);
	if (parameters.failed || message.failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	if (message.len > (size_t)WIRE_MESSAGE_MAX + 1) {
		return err_set(err, -EREMOTEIO, ERR_TOO_LARGE, NULL,
			"the request is longer than %d bytes", (int)WIRE_MESSAGE_MAX);
	}
	return send_all(t, &message, err);
}

/* Reads what there is; 1, or 0 when deadline_ms (monotonic; -1: none) has passed. */
static int read_more(struct talk *t, int64_t deadline_ms, struct err *err)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	int64_t left = deadline_ms < 0 ? -1 : MAX(deadline_ms - time_mono_ms(), 0);
	int rc = poll(&p, 1, (int)MIN(left, (int64_t)INT32_MAX));

	if (rc <= 0) {
		return rc < 0 && errno != EINTR ? lost(err, strerror(errno)) : rc < 0;
	}
	if (buf_reserve(&t->in, READ_BYTES) < 0) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	ssize_t n = recv(t->fd, t->in.data + t->in.len, READ_BYTES, MSG_DONTWAIT);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		return lost(err, "the connection was lost before the answer");
	}
	t->in.len += n > 0 ? (size_t)n : 0;
	return 1;
}

static int decode(
	const struct method *m, const char *message, size_t len, void *out, struct err *err)
{
	struct wire_reply reply __attribute__((cleanup(wire_reply_done))) = {0};
	struct err why = {0};

	if (wire_decode_reply(message, len, &reply, &why) < 0) {
		return err_set(err, -EBADMSG, ERR_UNAVAILABLE, NULL,
			"the other side does not speak Varlink: %s", why.message);
	}
	if (reply.error != NULL) {
		error_decode(reply.error, reply.parameters, &why);
		if (err != NULL) {
			*err = why;
		}
		return -EREMOTEIO;
	}
	if (field_decode(m->out, reply.parameters, out, &why) < 0) {
		return err_set(err, -EBADMSG, ERR_UNAVAILABLE, NULL,
			"the other side answered something else than is agreed on: %s: %s",
			why.field, why.message);
	}
	return 1;
}

int talk_receive(struct talk *t, const struct interface *i, size_t method, int timeout_ms,
	void *out, struct err *err)
{
	int64_t deadline_ms = timeout_ms < 0 ? -1 : time_mono_ms() + timeout_ms;

	for (;;) {
		ssize_t n = t->in.len == 0 ? 0 : wire_find(t->in.data, t->in.len);
		int rc;

		if (n < 0) {
			return lost(err, "the other side sent a message that is too long");
		}
		if (n > 0) {
			rc = decode(&i->methods[method], t->in.data, (size_t)n - 1, out, err);
			buf_consume(&t->in, (size_t)n);
			return rc;
		}
		rc = read_more(t, deadline_ms, err);
		if (rc <= 0) {
			return rc;
		}
	}
}

int talk_call(struct talk *t, const struct interface *i, size_t method, const void *in, void *out,
	int timeout_ms, struct err *err)
{
	int rc = talk_send(t, i, method, in, err);

	if (rc == 0) {
		rc = talk_receive(t, i, method, timeout_ms, out, err);
		if (rc == 0) {
			return err_set(err, -ETIMEDOUT, ERR_TIMEOUT, NULL,
				"no answer came within %d seconds", timeout_ms / (int)MSEC_PER_SEC);
		}
	}
	return rc < 0 ? rc : 0;
}
