/* events.c - listens to scannerd's Monitor and passes on what it says. */
#include "webd/events.h"

#include "common/jsonw.h"
#include "common/log.h"
#include "common/options.h"
#include "common/timefmt.h"
#include "proto/client.h"
#include "webd/routes.h"
#include "webd/watches.h"
#include <errno.h>
#include <event2/buffer.h>

enum {
	HEARTBEAT_S = 15,
	VERIFY_BEATS = 2, /* so many heartbeats between looks whether a page's session is there */
	RETRY_MS = 1000,  /* between attempts to reach scannerd */
	RETRY_MS_MAX = 15000,
	CLIENT_RETRY_MS = 3000, /* what browsers are told */
	CLIENT_UNSENT_MAX = 256 * 1024,
	CLIENTS_MAX = 256
};

struct subscriber {
	LIST_ENTRY(subscriber) link;
	struct exchange *x;
	struct access_question *asked; /* is its session still there? */
};

struct running {
	int64_t scan; /* 0: none */
	char *last;   /* the last progress as JSON */
};

struct events {
	struct event_base *base;
	struct access *access;
	const char *socket_path;
	void (*people)(void *arg);
	void *people_arg;
	int beats;
	struct client *monitor; /* NULL: not connected */
	bool connected;         /* hello has come */
	bool complained;
	int retry_ms;
	struct event *retry, *heartbeat;
	struct running running[_SCAN_KINDS];
	uint64_t id; /* of the last event */
	int n_subscribers;
	LIST_HEAD(, subscriber) subscribers;
	struct watches *watches;
};

static void add_ms(struct event *event, int64_t ms)
{
	struct timeval tv = {
		.tv_sec = ms / MSEC_PER_SEC,
		.tv_usec = (ms % MSEC_PER_SEC) * 1000,
	};

	event_add(event, &tv);
}

/* --- browsers --- */

static void remove_subscriber(struct events *e, struct subscriber *s)
{
	access_cancel(s->asked);
	LIST_REMOVE(s, link);
	e->n_subscribers--;
	free(s);
}

static void on_subscriber_gone(void *arg)
{
	struct subscriber *s = arg;

	remove_subscriber(s->x->web->events, s);
}

/* A client that does not read would make us keep everything for it: it is dropped and may come
 * again. */
static void send_text(struct subscriber *s, const struct buf *text)
{
	struct evbuffer *data;

	if (exchange_unsent(s->x) + text->len > CLIENT_UNSENT_MAX) {
		exchange_drop(s->x);
		return;
	}
	data = evbuffer_new();
	if (data == NULL || evbuffer_add(data, text->data, text->len) < 0) {
		exchange_drop(s->x);
	} else {
		exchange_chunk(s->x, data, NULL, NULL);
	}
	if (data != NULL) {
		evbuffer_free(data);
	}
}

static void broadcast_text(struct events *e, const struct buf *text)
{
	struct subscriber *next;

	for (struct subscriber *s = LIST_FIRST(&e->subscribers); s != NULL; s = next) {
		next = LIST_NEXT(s, link);
		send_text(s, text);
	}
}

/* https://html.spec.whatwg.org/multipage/server-sent-events.html; json holds no line break. */
static void print_event(struct events *e, const char *name, const struct buf *json, struct buf *out)
{
	buf_printf(out, "id: %llu\nevent: %s\ndata: ", (unsigned long long)e->id, name);
	buf_add(out, json->data, json->len);
	buf_adds(out, "\n\n");
	out->failed = out->failed || json->failed;
}

static void broadcast(struct events *e, const char *name, const struct buf *json)
{
	_buf_ struct buf text = BUF_INIT;

	e->id++;
	print_event(e, name, json, &text);
	if (!text.failed) {
		broadcast_text(e, &text);
	}
}

static void on_verified(const struct access_caller *caller, const struct err *err, void *arg)
{
	struct subscriber *s = arg;
	bool unknown = err != NULL && err->code == ERR_NOT_SIGNED_IN;

	s->asked = NULL;
	if (unknown || (caller != NULL && caller->role < s->x->route->role)) {
		exchange_drop(s->x);
	}
}

/* A page whose session has ended hears nothing more. An open page is a use of its session: it asks
 * for what has changed anyway. */
static void verify_all(struct events *e)
{
	struct subscriber *next;

	for (struct subscriber *s = LIST_FIRST(&e->subscribers); s != NULL; s = next) {
		struct access_question *asked = NULL;

		next = LIST_NEXT(s, link);
		if (s->asked == NULL) {
			access_ask(e->access, &s->x->visitor, on_verified, s, &asked);
			if (asked != NULL) { /* else s may be gone */
				s->asked = asked;
			}
		}
	}
}

static void on_heartbeat(evutil_socket_t fd, short what, void *arg)
{
	struct events *e = arg;
	_buf_ struct buf json = BUF_INIT;
	struct jsonw w = JSONW(&json);

	(void)fd;
	(void)what;
	jsonw_object(&w);
	jsonw_ktime(&w, "time", time_now());
	jsonw_end(&w);
	broadcast(e, "heartbeat", &json);
	if (++e->beats % VERIFY_BEATS == 0) {
		verify_all(e);
	}
}

static void print_hello(const struct events *e, struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "version", BACKUP_CHECKER_VERSION);
	jsonw_kbool(&w, "scannerd", e->connected);
	jsonw_karray(&w, "scans");
	for (size_t i = 0; i < ARRAY_SIZE(e->running); i++) {
		if (e->running[i].last != NULL) {
			jsonw_raw(&w, e->running[i].last, strlen(e->running[i].last));
		}
	}
	jsonw_end(&w);
	jsonw_end(&w);
}

static void say_hello(struct events *e)
{
	_buf_ struct buf json = BUF_INIT;

	print_hello(e, &json);
	broadcast(e, "hello", &json);
}

void events_serve(struct exchange *x)
{
	struct events *e = x->web->events;
	_buf_ struct buf json = BUF_INIT, text = BUF_INIT;
	struct subscriber *s;
	struct err err;

	if (x->head) {
		exchange_reply(x, 200, "text/event-stream", "", 0);
		return;
	}
	s = e->n_subscribers < CLIENTS_MAX ? calloc(1, sizeof(*s)) : NULL;
	if (s == NULL) {
		err_set(&err, 0, ERR_BUSY, NULL, "too many pages listen to events");
		exchange_error(x, &err);
		return;
	}
	s->x = x;
	x->on_gone = on_subscriber_gone;
	x->gone_arg = s;
	LIST_INSERT_HEAD(&e->subscribers, s, link);
	e->n_subscribers++;
	exchange_header(x, "X-Accel-Buffering", "no");
	exchange_start(x, 200, "text/event-stream", -1);
	buf_printf(&text, "retry: %d\n\n", (int)CLIENT_RETRY_MS);
	print_hello(e, &json);
	print_event(e, "hello", &json, &text);
	send_text(s, &text);
}

/* --- who waits for the end of a scan --- */

struct watch *events_watch(
	struct events *e, int64_t scan, int timeout_s, void (*ended)(void *arg), void *arg)
{
	return watches_add(e->watches, scan, timeout_s, ended, arg);
}

int64_t events_running(const struct events *e, const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(e->running); i++) {
		if (strcmp(scan_kind_names[i], kind) == 0) {
			return e->running[i].scan;
		}
	}
	return 0;
}

/* --- scannerd --- */

static void forget_running(struct events *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(e->running); i++) {
		free(e->running[i].last);
		e->running[i] = (struct running){0};
	}
}

static void print_progress(const struct scan_progress *p, struct buf *out)
{
	struct jsonw w = JSONW(out);

	field_encode(&scan_progress_table, p, &w);
}

static void take_progress(struct events *e, const struct scan_progress *p)
{
	_buf_ struct buf json = BUF_INIT;
	struct running *r = &e->running[p->kind];

	print_progress(p, &json);
	broadcast(e, "progress", &json);
	free(r->last);
	*r = (struct running){0};
	if (p->state == SCAN_RUNNING) {
		r->scan = p->scan;
		r->last = buf_steal(&json);
		watches_keep(e->watches, p->scan);
	} else {
		watches_end(e->watches, p->scan);
	}
}

static void take_changed(struct events *e, const struct strv *changed)
{
	_buf_ struct buf json = BUF_INIT;
	struct jsonw w = JSONW(&json);
	bool people = false;

	for (size_t i = 0; i < changed->n; i++) {
		people = people || strcmp(changed->v[i], "accounts") == 0;
	}
	if (people) {
		e->people(e->people_arg);
		verify_all(e);
	}
	jsonw_object(&w);
	jsonw_karray(&w, "changed");
	for (size_t i = 0; i < changed->n; i++) {
		jsonw_str(&w, changed->v[i]);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	broadcast(e, "changed", &json);
}

static void take_hello(struct events *e)
{
	e->connected = true;
	e->complained = false;
	e->retry_ms = RETRY_MS;
	forget_running(e);
	watches_hurry(e->watches);
	e->people(e->people_arg);
	verify_all(e);
	say_hello(e);
	log_info("scannerd is there");
}

static void on_lost(struct events *e, const struct err *err)
{
	bool was_connected = e->connected;

	e->monitor = NULL;
	e->connected = false;
	if (!e->complained) {
		log_warning("scannerd cannot be heard: %s; trying again", err->message);
		e->complained = true;
	}
	if (was_connected) {
		e->people(e->people_arg);
		forget_running(e);
		say_hello(e);
	}
	add_ms(e->retry, e->retry_ms);
	e->retry_ms = MIN(e->retry_ms * 2, (int)RETRY_MS_MAX);
}

static void on_monitor(const cJSON *parameters, const struct err *err, bool last, void *arg)
{
	struct events *e = arg;
	struct monitor_event event = {0};
	struct err why = {0};

	if (err != NULL) {
		on_lost(e, err);
		return;
	}
	if (field_decode(&monitor_event_table, parameters, &event, &why) < 0) {
		log_warning("scannerd sent an event that is not understood: %s", why.message);
	} else if (strcmp(event.event, "hello") == 0) {
		take_hello(e);
	} else if (strcmp(event.event, "progress") == 0) {
		take_progress(e, &event.scan);
	} else if (strcmp(event.event, "changed") == 0) {
		take_changed(e, &event.changed);
	}
	field_done(&monitor_event_table, &event);
	if (last) {
		err_set(&why, 0, ERR_UNAVAILABLE, NULL, "it ended the subscription");
		on_lost(e, &why);
	}
}

static void connect_monitor(evutil_socket_t fd, short what, void *arg)
{
	struct events *e = arg;
	char method[128];
	struct err err = {0};

	(void)fd;
	(void)what;
	snprintf(method, sizeof(method), "%s.%s", scanner_interface.name,
		scanner_interface.methods[SCANNER_MONITOR].name);
	if (client_call(e->base, e->socket_path, method, NULL, true, 0, on_monitor, e, &e->monitor,
		    &err) < 0) {
		on_lost(e, &err);
	}
}

int events_new(struct web *web, const char *socket_path, void (*people)(void *arg), void *arg,
	struct events **ret)
{
	static const struct timeval every = {.tv_sec = HEARTBEAT_S};
	struct events *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		return -ENOMEM;
	}
	e->base = web->base;
	e->access = web->access;
	e->socket_path = socket_path;
	e->people = people;
	e->people_arg = arg;
	e->retry_ms = RETRY_MS;
	e->retry = evtimer_new(web->base, connect_monitor, e);
	e->heartbeat = event_new(web->base, -1, EV_PERSIST, on_heartbeat, e);
	if (watches_new(web->base, &e->watches) < 0 || e->retry == NULL || e->heartbeat == NULL ||
		event_add(e->heartbeat, &every) < 0) {
		events_free(e);
		return -ENOMEM;
	}
	add_ms(e->retry, 0);
	*ret = e;
	return 0;
}

void events_stop(struct events *e)
{
	struct subscriber *next;

	for (struct subscriber *s = LIST_FIRST(&e->subscribers); s != NULL; s = next) {
		next = LIST_NEXT(s, link);
		exchange_drop(s->x);
	}
	watches_end_all(e->watches);
}

void events_free(struct events *e)
{
	if (e == NULL) {
		return;
	}
	client_cancel(e->monitor);
	forget_running(e);
	watches_free(e->watches);
	if (e->retry != NULL) {
		event_free(e->retry);
	}
	if (e->heartbeat != NULL) {
		event_free(e->heartbeat);
	}
	free(e);
}

bool events_connected(const struct events *e)
{
	return e->connected;
}
