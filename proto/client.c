/* client.c - one Varlink call over a bufferevent: send, read replies message by message, close. */
#include "client.h"

#include "common/service.h"
#include "errors.h"
#include "wire.h"
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <fcntl.h>
#include <sys/socket.h>

struct client {
	struct bufferevent *bev;
	struct event *timer; /* one wait for a reply; NULL without a time-out */
	struct timeval timeout;
	client_reply reply;
	void *arg;
	bool more;
	bool introduced; /* the reply to the introduction has come, or there is none */
	bool paused;
	bool in_callback; /* the caller's code runs: freeing waits until it returns */
	bool cancelled;
	bool ended; /* the last callback has been made */
};

static void client_free(struct client *c)
{
	if (c->timer != NULL) {
		event_free(c->timer);
	}
	if (c->bev != NULL) {
		bufferevent_free(c->bev);
	}
	free(c);
}
DEFINE_CLEANUP(struct client *, client_free);

static void restart_timer(struct client *c)
{
	if (c->timer != NULL) {
		evtimer_add(c->timer, &c->timeout);
	}
}

/* Makes one callback. Returns false when the client is gone after it. */
static bool deliver(struct client *c, const cJSON *parameters, const struct err *err, bool last)
{
	c->in_callback = true;
	c->ended = last;
	if (last && c->timer != NULL) {
		evtimer_del(c->timer);
	}
	c->reply(parameters, err, last, c->arg);
	c->in_callback = false;
	if (last || c->cancelled) {
		client_free(c);
		return false;
	}
	return true;
}

static void fail(struct client *c, enum err_code code, const char *sentence)
{
	struct err err;
	err_set(&err, 0, code, NULL, "%s", sentence);
	deliver(c, NULL, &err, true);
}

/* Returns false when the client is gone. */
static bool deliver_message(struct client *c, const char *msg, size_t len)
{
	struct wire_reply reply __attribute__((cleanup(wire_reply_done))) = {0};
	struct err err = {0}, why;
	if (wire_decode_reply(msg, len, &reply, &err) < 0) {
		err_set(&why, 0, ERR_UNAVAILABLE, NULL, "the other side does not speak Varlink: %s",
			err.message);
		return deliver(c, NULL, &why, true);
	}
	if (reply.error != NULL) {
		error_decode(reply.error, reply.parameters, &why);
		return deliver(c, NULL, &why, true);
	}
	if (!c->introduced) {
		c->introduced = true;
		return true;
	}
	if (reply.continues && !c->more) {
		fail(c, ERR_UNAVAILABLE,
			"the other side announced several replies where one belongs");
		return false;
	}
	return deliver(c, reply.parameters, NULL, !reply.continues);
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct client *c = arg;
	struct evbuffer *input = bufferevent_get_input(bev);
	while (!c->paused) {
		size_t len = evbuffer_get_length(input);
		if (len == 0) {
			return;
		}
		const char *data = (const char *)evbuffer_pullup(input, -1);
		if (data == NULL) {
			fail(c, ERR_INTERNAL, "out of memory");
			return;
		}
		ssize_t n = wire_find(data, len);
		if (n == 0) {
			return;
		}
		if (n < 0) {
			fail(c, ERR_UNAVAILABLE, "the other side sent a message that is too long");
			return;
		}
		/* The bytes are copied into the reply before they are drained; after the callback
		 * the client may be gone. */
		restart_timer(c);
		if (!deliver_message(c, data, (size_t)n - 1)) {
			return;
		}
		evbuffer_drain(input, (size_t)n);
	}
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0) {
		fail(arg, ERR_UNAVAILABLE, "the connection was lost before the last reply");
	}
}

static void on_timeout(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	fail(arg, ERR_TIMEOUT, "no reply came in time");
}

static int prepare(struct client *c, struct event_base *base, int *fd, int timeout_ms)
{
	int flags = fcntl(*fd, F_GETFL);
	if (flags < 0 || fcntl(*fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		return -errno;
	}
	c->bev = bufferevent_socket_new(base, *fd, BEV_OPT_CLOSE_ON_FREE);
	if (c->bev == NULL) {
		return -ENOMEM;
	}
	*fd = -1;
	if (timeout_ms > 0) {
		c->timeout = (struct timeval){
			.tv_sec = timeout_ms / MSEC_PER_SEC,
			.tv_usec = (timeout_ms % MSEC_PER_SEC) * (USEC_PER_SEC / MSEC_PER_SEC),
		};
		c->timer = evtimer_new(base, on_timeout, c);
		if (c->timer == NULL || evtimer_add(c->timer, &c->timeout) < 0) {
			return -ENOMEM;
		}
	}
	bufferevent_setcb(c->bev, on_read, NULL, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, (size_t)WIRE_MESSAGE_MAX + 1);
	return bufferevent_enable(c->bev, EV_READ | EV_WRITE) < 0 ? -ENOMEM : 0;
}

/* Appends one message. */
static int encode_call(struct buf *out, const char *method, const struct buf *parameters, bool more,
	struct err *err)
{
	size_t before = out->len;

	wire_encode_call(out, method, parameters, more);
	if (out->failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	if (out->len - before > (size_t)WIRE_MESSAGE_MAX + 1) {
		return err_set(err, -EMSGSIZE, ERR_TOO_LARGE, NULL,
			"the request is longer than %d bytes", (int)WIRE_MESSAGE_MAX);
	}
	return 0;
}

static int call_fd(struct event_base *base, int fd, const struct client_introduction *introduction,
	const char *method, const struct buf *parameters, bool more, int timeout_ms,
	client_reply reply, void *arg, struct client **ret, struct err *err)
{
	_close_ int owned = fd;
	_buf_ struct buf message = BUF_INIT;
	int rc = 0;

	if (introduction != NULL) {
		rc = encode_call(
			&message, introduction->method, introduction->parameters, false, err);
	}
	if (rc == 0) {
		rc = encode_call(&message, method, parameters, more, err);
	}
	if (rc < 0) {
		return rc;
	}

	_cleanup_(client_freep) struct client *c = calloc(1, sizeof(*c));
	if (c == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	c->reply = reply;
	c->arg = arg;
	c->more = more;
	c->introduced = introduction == NULL;
	rc = prepare(c, base, &owned, timeout_ms);
	if (rc == 0 && bufferevent_write(c->bev, message.data, message.len) < 0) {
		rc = -ENOMEM;
	}
	if (rc < 0) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "cannot use the connection: %s",
			strerror(-rc));
	}
	*ret = steal(c);
	return 0;
}

int client_call_fd(struct event_base *base, int fd, const char *method,
	const struct buf *parameters, bool more, int timeout_ms, client_reply reply, void *arg,
	struct client **ret, struct err *err)
{
	return call_fd(base, fd, NULL, method, parameters, more, timeout_ms, reply, arg, ret, err);
}

int client_call(struct event_base *base, const char *socket_path, const char *method,
	const struct buf *parameters, bool more, int timeout_ms, client_reply reply, void *arg,
	struct client **ret, struct err *err)
{
	return client_call_as(base, socket_path, NULL, method, parameters, more, timeout_ms, reply,
		arg, ret, err);
}

int client_call_as(struct event_base *base, const char *socket_path,
	const struct client_introduction *introduction, const char *method,
	const struct buf *parameters, bool more, int timeout_ms, client_reply reply, void *arg,
	struct client **ret, struct err *err)
{
	struct sockaddr_un sa;
	int bad = service_unix_address(socket_path, &sa, err);

	if (bad < 0) {
		return bad;
	}
	_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return err_set(err, -errno, ERR_UNAVAILABLE, NULL, "cannot make a socket: %s",
			strerror(errno));
	}
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) < 0) {
		int rc = -errno;
		return err_set(err, rc, ERR_UNAVAILABLE, NULL, "cannot connect to %s: %s",
			socket_path,
			rc == -EAGAIN ? "too many connections are waiting" : strerror(-rc));
	}
	return call_fd(base, steal_fd(fd), introduction, method, parameters, more, timeout_ms,
		reply, arg, ret, err);
}

void client_cancel(struct client *c)
{
	if (c == NULL) {
		return;
	}
	if (c->in_callback) {
		c->cancelled = true;
		return;
	}
	client_free(c);
}

void client_pause(struct client *c, bool pause)
{
	if (c->paused == pause || c->ended) {
		return;
	}
	c->paused = pause;
	if (pause) {
		bufferevent_disable(c->bev, EV_READ);
		if (c->timer != NULL) {
			evtimer_del(c->timer);
		}
		return;
	}
	restart_timer(c);
	bufferevent_enable(c->bev, EV_READ);
	/* What had already arrived makes no new read event: ask for the callback, from the loop and
	 * not from here. */
	bufferevent_trigger(c->bev, EV_READ, BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}
