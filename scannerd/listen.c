/* listen.c - accepts connections on the Unix socket, checks the peer, cuts the stream into
 * messages. */
#include "scannerd/listen.h"
#include "common/log.h"
#include "common/service.h"
#include "common/timefmt.h"
#include "proto/wire.h"
#include "scannerd/call.h"
#include "scannerd/quota.h"
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { GROUPS_MAX = 256 };

struct conn {
	LIST_ENTRY(conn) link;
	struct listener *listener; /* NULL once closed */
	struct bufferevent *bev;
	struct event *deadline; /* a message was begun and must be complete by then */
	unsigned refs;
	bool busy; /* a call is in progress */
	void (*on_close)(void *arg);
	void *on_close_arg;
	struct caller caller;
};

struct listener {
	struct daemon *daemon;
	struct evconnlistener *accept;
	struct event *retry; /* accepting again after descriptors ran out */
	gid_t gid;
	unsigned count;
	struct quota complaints, faults;
	LIST_HEAD(, conn) conns;
};

struct conn *conn_ref(struct conn *c)
{
	c->refs++;
	return c;
}

void conn_unref(struct conn *c)
{
	if (c != NULL && --c->refs == 0) {
		free(c);
	}
}

struct caller *conn_caller(struct conn *c)
{
	return &c->caller;
}

bool conn_is_open(const struct conn *c)
{
	return c->listener != NULL;
}

static void complain(struct listener *l, const char *fmt, va_list ap) _printf_(2, 0);
static void complain(struct listener *l, const char *fmt, va_list ap)
{
	char text[QUOTA_LINE_SIZE];

	if (quota_take(&l->complaints, time_mono_ms(), text, fmt, ap)) {
		log_warning("%s", text);
	}
}

void listener_fault(struct listener *l, const char *fmt, ...)
{
	char text[QUOTA_LINE_SIZE];
	va_list ap;

	va_start(ap, fmt);
	if (l != NULL && quota_take(&l->faults, time_mono_ms(), text, fmt, ap)) {
		log_error("%s", text);
	}
	va_end(ap);
}

void conn_complain(const struct conn *c, const char *fmt, ...)
{
	va_list ap;

	if (conn_is_open(c)) {
		va_start(ap, fmt);
		complain(c->listener, fmt, ap);
		va_end(ap);
	}
}

static void refused(struct listener *l, const char *fmt, ...) _printf_(2, 3);
static void refused(struct listener *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(l, fmt, ap);
	va_end(ap);
}

static void conn_close(struct conn *c)
{
	if (!conn_is_open(c)) {
		return;
	}
	LIST_REMOVE(c, link);
	c->listener->count--;
	c->listener = NULL;
	event_free(c->deadline);
	bufferevent_free(c->bev);
	if (c->on_close != NULL) {
		c->on_close(c->on_close_arg);
	}
	conn_unref(c);
}

void conn_write(struct conn *c, struct buf *message)
{
	if (!conn_is_open(c)) {
		return;
	}
	struct evbuffer *out = bufferevent_get_output(c->bev);

	if (message->failed || evbuffer_get_length(out) + message->len > CONN_OUTPUT_MAX ||
		evbuffer_add(out, message->data, message->len) != 0) {
		conn_complain(c, "a client on the socket does not read its replies; closing it");
		conn_close(c);
	}
}

void conn_keep(struct conn *c, void (*on_close)(void *arg), void *arg)
{
	c->on_close = on_close;
	c->on_close_arg = arg;
}

static void wait_for_rest(struct conn *c)
{
	struct timeval limit = {CONN_MESSAGE_SECONDS, 0};

	if (!event_pending(c->deadline, EV_TIMEOUT, NULL)) {
		event_add(c->deadline, &limit);
	}
}

/* Dispatches the first message of the input; false if it is not whole yet, or never will be. */
static bool conn_read_message(struct conn *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	size_t have = evbuffer_get_length(in);
	const char *data = (const char *)evbuffer_pullup(in, -1);
	ssize_t size = data != NULL ? wire_find(data, have) : -ENOMEM;
	_free_ char *message = NULL;

	if (size < 0) {
		conn_complain(c, "a message on the socket is too long; closing its connection");
		conn_close(c);
		return false;
	}
	if (size == 0) {
		wait_for_rest(c);
		return false;
	}
	event_del(c->deadline);
	message = malloc((size_t)size);
	if (message == NULL) {
		conn_close(c);
		return false;
	}
	memcpy(message, data, (size_t)size);
	evbuffer_drain(in, (size_t)size);
	c->busy = true;
	call_dispatch(c->listener->daemon, c, message, (size_t)size - 1);
	explicit_bzero(message, (size_t)size); /* passwords come this way */
	return true;
}

/* Deferred: other connections have their turn before. */
static void conn_look_again(struct conn *c)
{
	bufferevent_trigger(c->bev, EV_READ, BEV_OPT_DEFER_CALLBACKS | BEV_TRIG_IGNORE_WATERMARKS);
}

/* One message at a time: the next is looked at when the last one has been answered. Who sends many
 * at once has them answered for a moment, and then again when it is its turn. */
static void conn_read_messages(struct conn *c)
{
	int64_t begun = time_mono_ms();
	bool more = true;

	conn_ref(c);
	while (more && conn_is_open(c) && !c->busy &&
		evbuffer_get_length(bufferevent_get_input(c->bev)) > 0) {
		if (time_mono_ms() - begun >= CONN_TURN_MS) {
			conn_look_again(c);
			break;
		}
		more = conn_read_message(c);
	}
	conn_unref(c);
}

void conn_next(struct conn *c)
{
	c->busy = false;
	if (conn_is_open(c)) {
		conn_look_again(c);
	}
}

static void on_read(struct bufferevent *bev _unused_, void *arg)
{
	struct conn *c = arg;

	if (!c->busy) {
		conn_read_messages(c);
	}
}

static void on_event(struct bufferevent *bev _unused_, short what, void *arg)
{
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR | BEV_EVENT_TIMEOUT)) {
		conn_close(arg);
	}
}

static void on_written(struct bufferevent *bev _unused_, void *arg)
{
	conn_close(arg);
}

void conn_end(struct conn *c)
{
	struct timeval limit = {CONN_MESSAGE_SECONDS, 0};

	if (!conn_is_open(c)) {
		return;
	}
	if (evbuffer_get_length(bufferevent_get_output(c->bev)) == 0) {
		conn_close(c);
		return;
	}
	bufferevent_disable(c->bev, EV_READ);
	bufferevent_setcb(c->bev, NULL, on_written, on_event, c);
	event_add(c->deadline, &limit);
}

static void on_deadline(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	conn_complain(arg,
		"a client on the socket did not finish its message or take its answer in %d s; "
		"closing it",
		CONN_MESSAGE_SECONDS);
	conn_close(arg);
}

/* Root, our own user, or a member of the socket's group: the kernel's permissions say the same, but
 * a socket passed by an unwary administrator may be open to everybody. */
static bool peer_may_talk(const struct listener *l, int fd, uid_t *ret_uid)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	gid_t groups[GROUPS_MAX];
	socklen_t groups_size = sizeof(groups);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
		return false;
	}
	*ret_uid = peer.uid;
	if (peer.uid == 0 || peer.uid == geteuid() || peer.gid == l->gid) {
		return true;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &groups_size) != 0) {
		return false;
	}
	for (size_t i = 0; i < groups_size / sizeof(groups[0]); i++) {
		if (groups[i] == l->gid) {
			return true;
		}
	}
	return false;
}

static void on_accept(struct evconnlistener *accept _unused_, evutil_socket_t fd,
	struct sockaddr *addr _unused_, int len _unused_, void *arg)
{
	struct listener *l = arg;
	struct conn *c = NULL;
	uid_t uid = (uid_t)-1;
	bool may = peer_may_talk(l, fd, &uid);

	if (!may || l->count >= CONN_MAX + (uid == 0 ? CONN_MORE_FOR_ROOT : 0)) {
		refused(l, "refused a connection on the socket: %s",
			may ? "too many are open" : "the peer is not in the socket's group");
		close(fd);
		return;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL) {
		close(fd);
		return;
	}
	c->refs = 1;
	c->deadline = evtimer_new(l->daemon->base, on_deadline, c);
	c->bev = bufferevent_socket_new(l->daemon->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (c->bev == NULL || c->deadline == NULL) {
		if (c->bev != NULL) {
			bufferevent_free(c->bev);
		} else {
			close(fd);
		}
		if (c->deadline != NULL) {
			event_free(c->deadline);
		}
		free(c);
		return;
	}
	caller_fresh(uid, &c->caller);
	c->listener = l;
	l->count++;
	LIST_INSERT_HEAD(&l->conns, c, link);
	bufferevent_setcb(c->bev, on_read, NULL, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, WIRE_MESSAGE_MAX + 2);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

static void on_retry(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct listener *l = arg;

	evconnlistener_enable(l->accept);
}

/* Out of descriptors: without a pause the loop would spin. */
static void on_accept_error(struct evconnlistener *accept, void *arg)
{
	struct listener *l = arg;
	struct timeval pause = {1, 0};

	log_warning("cannot accept on the socket: %s; pausing for a second", strerror(errno));
	evconnlistener_disable(accept);
	event_add(l->retry, &pause);
}

int listener_new(struct daemon *d, int fd, struct listener **ret, struct err *err)
{
	struct listener *l = calloc(1, sizeof(*l));
	struct stat st;

	if (l == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	l->daemon = d;
	LIST_INIT(&l->conns);
	if (fd < 0) {
		fd = service_listen_unix(d->options.socket_path, 0660, d->options.group, err);
		if (fd < 0) {
			free(l);
			return fd;
		}
	}
	evutil_make_socket_nonblocking(fd);
	l->gid = d->options.has_group ? d->options.group : getegid();
	if (d->options.socket_path != NULL && stat(d->options.socket_path, &st) == 0) {
		l->gid = st.st_gid;
	}
	l->retry = evtimer_new(d->base, on_retry, l);
	l->accept = evconnlistener_new(
		d->base, on_accept, l, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (l->accept == NULL || l->retry == NULL) {
		listener_free(l);
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "cannot listen on the socket");
	}
	evconnlistener_set_error_cb(l->accept, on_accept_error);
	*ret = l;
	return 0;
}

void listener_forget(struct listener *l, bool (*is)(const struct caller *caller, const void *arg),
	const void *arg)
{
	struct conn *c;

	if (l == NULL) {
		return;
	}
	LIST_FOREACH (c, &l->conns, link) {
		if (is(&c->caller, arg)) {
			caller_drop(&c->caller);
		}
	}
}

void listener_free(struct listener *l)
{
	struct conn *c;

	if (l == NULL) {
		return;
	}
	while ((c = LIST_FIRST(&l->conns)) != NULL) {
		conn_close(c);
	}
	if (l->accept != NULL) {
		evconnlistener_free(l->accept);
	}
	if (l->retry != NULL) {
		event_free(l->retry);
	}
	free(l);
}
