/* connections.c - keeps a list of evhttp's connections by holding a reference to each bufferevent.
 */
#include "webd/connections.h"

#include "common/addr.h"
#include "common/log.h"
#include "common/timefmt.h"
#include <errno.h>
#include <event2/bufferevent.h>
#include <netinet/in.h>
#include <sys/queue.h>
#include <sys/socket.h>

enum {
	LISTENERS_MAX = 8,
	SWEEP_MS = 250,
	PAUSE_MS = 1000,       /* after accept failed */
	COMPLAIN_MS = 60000,   /* at most one line a minute about it */
	SINGLE_WRITE = 1 << 20 /* evhttp's 16 KiB make large answers seven times slower */
};

struct connection {
	LIST_ENTRY(connection) link;
	struct bufferevent *bev;
	int64_t due_ms;     /* the request must be complete by then */
	bool seen;          /* source is known; false until evhttp has given the descriptor */
	bool answering;     /* a complete request has no complete answer yet */
	bool dropped;       /* shut down, evhttp has not noticed yet */
	struct addr source; /* family 0: a Unix socket */
};

struct connections {
	struct event_base *base;
	struct connection_limits limits;
	LIST_HEAD(, connection) list;
	int count;
	struct event *fresh; /* active once after each accept */
	struct event *sweep;
	struct evconnlistener *listeners[LISTENERS_MAX];
	int n_listeners;
	bool paused, stopped;
	int64_t paused_until_ms, complained_ms;
};

static void set_listening(struct connections *c, bool on)
{
	c->paused = !on;
	for (int i = 0; i < c->n_listeners; i++) {
		if (on) {
			evconnlistener_enable(c->listeners[i]);
		} else {
			evconnlistener_disable(c->listeners[i]);
		}
	}
}

static struct bufferevent *new_bufferevent(struct event_base *base, void *arg)
{
	struct connections *c = arg;
	struct connection *one = calloc(1, sizeof(*one));

	if (one == NULL) {
		return NULL;
	}
	one->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (one->bev == NULL) {
		free(one);
		return NULL;
	}
	bufferevent_set_max_single_write(one->bev, SINGLE_WRITE);
	bufferevent_incref(one->bev);
	one->due_ms = time_mono_ms() + c->limits.request_s * MSEC_PER_SEC;
	LIST_INSERT_HEAD(&c->list, one, link);
	c->count++;
	event_active(c->fresh, EV_TIMEOUT, 0);
	return one->bev;
}

/* evhttp has let go of it: its callbacks are gone. */
static bool is_freed(const struct connection *one)
{
	bufferevent_data_cb on_read, on_write;
	bufferevent_event_cb on_event;
	void *arg;

	bufferevent_getcb(one->bev, &on_read, &on_write, &on_event, &arg);
	return on_read == NULL && on_write == NULL && on_event == NULL;
}

static void forget(struct connections *c, struct connection *one)
{
	LIST_REMOVE(one, link);
	bufferevent_decref(one->bev); /* closes the descriptor */
	free(one);
	c->count--;
}

static void forget_freed(struct connections *c)
{
	struct connection *next;

	for (struct connection *one = LIST_FIRST(&c->list); one != NULL; one = next) {
		next = LIST_NEXT(one, link);
		if (is_freed(one)) {
			forget(c, one);
		}
	}
}

/* evhttp sees the end of the stream and frees the connection. */
static void drop(struct connection *one)
{
	one->dropped = true;
	shutdown(bufferevent_getfd(one->bev), SHUT_RDWR);
}

static void find_source(struct connection *one)
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof(ss);

	one->seen = true;
	if (getpeername(bufferevent_getfd(one->bev), (struct sockaddr *)&ss, &len) < 0) {
		return;
	}
	if (ss.ss_family == AF_INET) {
		one->source.family = 4;
		memcpy(one->source.bytes, &((struct sockaddr_in *)&ss)->sin_addr, 4);
	} else if (ss.ss_family == AF_INET6) {
		one->source.family = 6;
		/* One customer is one /64. */
		memcpy(one->source.bytes, &((struct sockaddr_in6 *)&ss)->sin6_addr, 8);
	}
}

static bool is_candidate(const struct connection *one, const struct addr *source)
{
	return !one->answering && !one->dropped && one->seen &&
	       (source == NULL || addr_compare(&one->source, source) == 0);
}

/* The incomplete request that has waited longest; of one source, or of all (NULL). */
static struct connection *oldest_incomplete(struct connections *c, const struct addr *source)
{
	struct connection *one, *oldest = NULL;

	LIST_FOREACH (one, &c->list, link) {
		if (is_candidate(one, source) &&
			(oldest == NULL || one->due_ms <= oldest->due_ms)) {
			oldest = one;
		}
	}
	return oldest;
}

static int count_source(struct connections *c, const struct addr *source)
{
	struct connection *one;
	int n = 0;

	LIST_FOREACH (one, &c->list, link) {
		n += one->seen && !one->dropped && addr_compare(&one->source, source) == 0 ? 1 : 0;
	}
	return n;
}

/* The list has the newest first, so among equals the oldest is found; the new one itself is the
 * last choice. */
static void judge_fresh(struct connections *c, struct connection *one)
{
	find_source(one);
	if (one->source.family != 0 && count_source(c, &one->source) > c->limits.per_source) {
		drop(oldest_incomplete(c, &one->source));
	}
}

static int count_live(struct connections *c)
{
	struct connection *one;
	int n = 0;

	LIST_FOREACH (one, &c->list, link) {
		n += one->dropped ? 0 : 1;
	}
	return n;
}

static void resume(struct connections *c)
{
	if (c->paused && !c->stopped && count_live(c) < c->limits.total &&
		time_mono_ms() >= c->paused_until_ms) {
		set_listening(c, true);
	}
}

static void on_fresh(evutil_socket_t fd, short what, void *arg)
{
	struct connections *c = arg;
	struct connection *one, *oldest;
	int live;

	(void)fd;
	(void)what;
	forget_freed(c);
	LIST_FOREACH (one, &c->list, link) {
		if (!one->seen) {
			judge_fresh(c, one);
		}
	}
	live = count_live(c);
	for (; live > c->limits.total; live--) {
		oldest = oldest_incomplete(c, NULL);
		if (oldest == NULL) {
			break;
		}
		drop(oldest);
	}
	/* Everybody is being answered: whoever comes now waits in the kernel's queue. */
	if (live >= c->limits.total && oldest_incomplete(c, NULL) == NULL) {
		set_listening(c, false);
	}
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct connections *c = arg;
	struct connection *one;
	int64_t now = time_mono_ms();

	(void)fd;
	(void)what;
	forget_freed(c);
	LIST_FOREACH (one, &c->list, link) {
		if (!one->answering && !one->dropped && now >= one->due_ms) {
			drop(one);
		}
	}
	resume(c);
}

/* evhttp has put itself into the listeners' one argument, which the error callback gets too. */
static struct connections *of_listeners;

static void on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct connections *c = of_listeners;
	int error = EVUTIL_SOCKET_ERROR();
	int64_t now = time_mono_ms();

	(void)listener;
	(void)arg;
	if (c->complained_ms == 0 || now - c->complained_ms >= COMPLAIN_MS) {
		c->complained_ms = now;
		log_warning("cannot accept connections: %s; trying again", strerror(error));
	}
	c->paused_until_ms = now + PAUSE_MS;
	set_listening(c, false);
}

int connections_new(struct event_base *base, struct evhttp *http,
	const struct connection_limits *limits, struct connections **ret)
{
	static const struct timeval every = {.tv_usec = SWEEP_MS * 1000};
	struct connections *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		return -ENOMEM;
	}
	c->base = base;
	c->limits = *limits;
	LIST_INIT(&c->list);
	c->fresh = event_new(base, -1, 0, on_fresh, c);
	c->sweep = event_new(base, -1, EV_PERSIST, on_sweep, c);
	if (c->fresh == NULL || c->sweep == NULL || event_add(c->sweep, &every) < 0) {
		connections_free(c);
		return -ENOMEM;
	}
	evhttp_set_bevcb(http, new_bufferevent, c);
	*ret = c;
	return 0;
}

void connections_free(struct connections *c)
{
	if (c == NULL) {
		return;
	}
	while (!LIST_EMPTY(&c->list)) {
		forget(c, LIST_FIRST(&c->list));
	}
	if (c->fresh != NULL) {
		event_free(c->fresh);
	}
	if (c->sweep != NULL) {
		event_free(c->sweep);
	}
	free(c);
}

int connections_add_listener(struct connections *c, struct evconnlistener *listener)
{
	if (c->n_listeners == LISTENERS_MAX) {
		return -E2BIG;
	}
	of_listeners = c;
	c->listeners[c->n_listeners++] = listener;
	evconnlistener_set_error_cb(listener, on_accept_error);
	return 0;
}

static void on_answered(struct evhttp_request *req, void *arg)
{
	struct connections *c = arg;
	struct bufferevent *bev =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(req));
	struct connection *one;

	LIST_FOREACH (one, &c->list, link) {
		if (one->bev == bev) {
			one->answering = false;
			one->due_ms = time_mono_ms() + c->limits.request_s * MSEC_PER_SEC;
			return;
		}
	}
}

void connections_answering(struct connections *c, struct evhttp_request *req)
{
	struct bufferevent *bev =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(req));
	struct connection *one;

	LIST_FOREACH (one, &c->list, link) {
		if (one->bev == bev) {
			one->answering = true;
			evhttp_request_set_on_complete_cb(req, on_answered, c);
			return;
		}
	}
}

int connections_count(const struct connections *c)
{
	return c->count;
}

void connections_stop(struct connections *c)
{
	c->stopped = true;
	set_listening(c, false);
}

int connections_busy(const struct connections *c)
{
	const struct connection *one;
	int n = 0;

	LIST_FOREACH (one, &c->list, link) {
		n += one->answering ? 1 : 0;
	}
	return n;
}
