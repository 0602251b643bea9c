/* connections.c - keeps a list of evhttp's connections by holding a reference to each bufferevent.
 */
#include "webd/connections.h"

#include "common/timefmt.h"
#include "webd/accepting.h"
#include "webd/tls.h"
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/queue.h>
#include <sys/socket.h>

enum {
	ACCEPT_MAX = 32, /* before those accepted are judged; libevent would empty the queue */
	SWEEP_MS = 250,
	STALLED_MS = 3000, /* an answer of which less than this was taken meanwhile: */
	PROGRESS_BYTES = 16 * 1024,
	SINGLE_WRITE = 1 << 20 /* evhttp's 16 KiB make large answers seven times slower */
};

struct connection {
	LIST_ENTRY(connection) link;
	struct bufferevent *bev;
	int64_t since_ms;   /* it keeps us waiting: accepted, answered, or last taken some of it */
	size_t taken;       /* bytes of the answer, since then */
	bool seen;          /* source is known; false until evhttp has given the descriptor */
	bool bounded;       /* source counts; false: a proxy or a Unix socket */
	bool answering;     /* a complete request has no complete answer yet */
	bool dropped;       /* shut down, evhttp has not noticed yet */
	struct addr source; /* an IPv4 address or an IPv6 /64 */
};

struct connections {
	struct event_base *base;
	struct connection_limits limits;
	const struct visitor_rules *visitors;
	struct tls *tls; /* NULL: connections are plain */
	LIST_HEAD(, connection) list;
	int count, unseen;
	struct event *fresh; /* active once after each accept */
	struct event *sweep;
	struct accepting accepting;
};

/* What waited in the buffer goes to the kernel when the client takes what is there. */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *arg)
{
	struct connection *one = arg;

	(void)output;
	one->taken += info->n_deleted;
	if (one->answering && (info->orig_size == 0 || one->taken >= PROGRESS_BYTES)) {
		one->taken = 0;
		one->since_ms = time_mono_ms();
	}
}

static void free_unused(struct connection *one)
{
	if (one->bev != NULL) {
		bufferevent_free(one->bev);
	}
	free(one);
}

static struct bufferevent *new_bufferevent(struct event_base *base, void *arg)
{
	struct connections *c = arg;
	struct connection *one = calloc(1, sizeof(*one));

	if (one == NULL) {
		return NULL;
	}
	one->bev = c->tls != NULL ? tls_bufferevent(c->tls, base)
				  : bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (one->bev == NULL ||
		evbuffer_add_cb(bufferevent_get_output(one->bev), on_output, one) == NULL) {
		free_unused(one);
		return NULL;
	}
	bufferevent_set_max_single_write(one->bev, SINGLE_WRITE);
	bufferevent_incref(one->bev);
	one->since_ms = time_mono_ms();
	LIST_INSERT_HEAD(&c->list, one, link);
	c->count++;
	event_active(c->fresh, EV_TIMEOUT, 0);
	if (++c->unseen >= ACCEPT_MAX) {
		accepting_pause(&c->accepting);
	}
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
	evbuffer_remove_cb(bufferevent_get_output(one->bev), on_output, one);
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

/* A client that has reset its connection has no address any more, but may have sent a request: it
 * must not be taken for one that comes by a Unix socket, whom a proxy's rights may belong to. */
static int peer_of(struct bufferevent *bev, struct addr *ret)
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof(ss);

	if (getsockname(bufferevent_getfd(bev), (struct sockaddr *)&ss, &len) < 0) {
		return -errno;
	}
	len = sizeof(ss);
	if (ss.ss_family != AF_UNIX &&
		getpeername(bufferevent_getfd(bev), (struct sockaddr *)&ss, &len) < 0) {
		return -errno;
	}
	*ret = addr_from_sockaddr((const struct sockaddr *)&ss);
	return 0;
}

static void find_source(const struct connections *c, struct connection *one)
{
	one->seen = true;
	one->bounded = peer_of(one->bev, &one->source) == 0 && one->source.family != 0 &&
		       !visitor_is_proxy(c->visitors, &one->source);
	if (one->source.family == 6) { /* one customer is one /64 */
		memset(one->source.bytes + 8, 0, 8);
	}
}

static bool is_of(const struct connection *one, const struct addr *source)
{
	return source == NULL || (one->bounded && addr_compare(&one->source, source) == 0);
}

/* May it be dropped to make room? */
static bool keeps_waiting(const struct connection *one, int64_t now_ms)
{
	if (!one->seen || one->dropped) {
		return false;
	}
	return !one->answering || (evbuffer_get_length(bufferevent_get_output(one->bev)) > 0 &&
					  now_ms - one->since_ms >= STALLED_MS);
}

/* Who has kept us waiting longest; of one source, or of all (NULL). The list has the newest first,
 * so among equals the oldest is found; who has just come is the last choice. */
static struct connection *longest_waited_for(struct connections *c, const struct addr *source)
{
	struct connection *one, *longest = NULL;
	int64_t now_ms = time_mono_ms();

	LIST_FOREACH (one, &c->list, link) {
		if (is_of(one, source) && keeps_waiting(one, now_ms) &&
			(longest == NULL || one->since_ms <= longest->since_ms)) {
			longest = one;
		}
	}
	return longest;
}

/* Those that still count; of one source, or of all (NULL). */
static int count_live(const struct connections *c, const struct addr *source)
{
	const struct connection *one;
	int n = 0;

	LIST_FOREACH (one, &c->list, link) {
		n += is_of(one, source) && !one->dropped ? 1 : 0;
	}
	return n;
}

static void make_room(struct connections *c, const struct addr *source, int most)
{
	for (int live = count_live(c, source); live > most; live--) {
		struct connection *longest = longest_waited_for(c, source);

		if (longest == NULL) {
			return;
		}
		drop(longest);
	}
}

/* Everybody is being answered: whoever comes now waits in the kernel's queue. */
static bool is_full(struct connections *c)
{
	return count_live(c, NULL) >= c->limits.total && longest_waited_for(c, NULL) == NULL;
}

static void on_fresh(evutil_socket_t fd, short what, void *arg)
{
	struct connections *c = arg;
	struct connection *one;

	(void)fd;
	(void)what;
	forget_freed(c);
	c->unseen = 0;
	LIST_FOREACH (one, &c->list, link) {
		if (!one->seen) {
			find_source(c, one);
			if (one->bounded) {
				make_room(c, &one->source, c->limits.per_source);
			}
		}
	}
	make_room(c, NULL, c->limits.total);
	if (is_full(c)) {
		accepting_pause(&c->accepting);
	} else {
		accepting_resume(&c->accepting);
	}
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct connections *c = arg;
	struct connection *one;
	int64_t late_ms = time_mono_ms() - c->limits.request_s * MSEC_PER_SEC;

	(void)fd;
	(void)what;
	forget_freed(c);
	LIST_FOREACH (one, &c->list, link) {
		if (!one->answering && !one->dropped && one->since_ms <= late_ms) {
			drop(one);
		}
	}
	if (!is_full(c)) {
		accepting_resume(&c->accepting);
	}
}

int connections_new(struct event_base *base, struct evhttp *http,
	const struct connection_limits *limits, const struct visitor_rules *visitors,
	struct connections **ret)
{
	static const struct timeval every = {.tv_usec = SWEEP_MS * 1000};
	struct connections *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		return -ENOMEM;
	}
	c->base = base;
	c->limits = *limits;
	c->visitors = visitors;
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
	return accepting_add(&c->accepting, listener);
}

static struct bufferevent *bufferevent_of(struct evhttp_request *req)
{
	return evhttp_connection_get_bufferevent(evhttp_request_get_connection(req));
}

static struct connection *find(struct connections *c, struct evhttp_request *req)
{
	struct connection *one;

	LIST_FOREACH (one, &c->list, link) {
		if (one->bev == bufferevent_of(req)) {
			break;
		}
	}
	return one;
}

static void on_answered(struct evhttp_request *req, void *arg)
{
	struct connection *one = find(arg, req);

	tls_answered(req);
	if (one != NULL) {
		one->answering = false;
		one->since_ms = time_mono_ms();
	}
}

bool connections_answering(struct connections *c, struct evhttp_request *req)
{
	struct connection *one = find(c, req);

	if (one != NULL) {
		one->answering = true;
		evhttp_request_set_on_complete_cb(req, on_answered, c);
	}
	return one != NULL;
}

void connections_use_tls(struct connections *c, struct tls *tls)
{
	c->tls = tls;
}

int connections_peer(struct evhttp_request *req, struct addr *ret)
{
	return peer_of(bufferevent_of(req), ret);
}

int connections_count(const struct connections *c)
{
	return c->count;
}

void connections_stop(struct connections *c)
{
	accepting_stop(&c->accepting);
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
