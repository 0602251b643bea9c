/* server.c - puts the parts together, runs the loop, and takes them apart in an order in which no
 * thread waits for another. */
#include "webd/server.h"

#include "common/log.h"
#include "common/service.h"
#include "common/timefmt.h"
#include "webd/confine.h"
#include "webd/events.h"
#include "webd/exchange.h"
#include "webd/forward.h"
#include "webd/http.h"
#include "webd/listen.h"
#include "webd/pool.h"
#include "webd/setup_link.h"
#include "webd/streams.h"
#include "webd/tls.h"
#include <errno.h>
#include <event2/thread.h>
#include <signal.h>
#include <sysexits.h>

enum {
	QUICK_THREADS = 2,
	BULK_THREADS = 4,
	STOP_MS = 2000,
	STOP_LOOK_MS = 20,
	STATUS_S = 5,
	CERTIFICATE_S = 3600, /* between looks whether it was renewed */
	PATIENCE_MS = 15 * 60 * 1000
};

struct server {
	struct web web;
	struct http *http;
	struct event *signals[3];
	struct event *watchdog, *status, *stop, *certificate;
	int64_t stop_by_ms;
};

static void say_status(const struct server *s)
{
	service_status("%d connections, scannerd %s", connections_count(s->web.connections),
		events_connected(s->web.events) ? "connected" : "not reachable");
}

static void on_status(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	say_status(arg);
}

static void on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	service_watchdog();
}

static void on_certificate(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;

	(void)fd;
	(void)what;
	tls_look(s->web.settings->tls, time_now());
}

/* The command line cannot change; the certificate can. */
static void reload(struct server *s)
{
	service_reloading();
	if (s->web.settings->tls != NULL) {
		tls_reload(s->web.settings->tls);
	}
	service_ready();
}

/* The answers that run may end, for two seconds at most. */
static void on_stopping(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval soon = {.tv_usec = STOP_LOOK_MS * 1000};
	struct server *s = arg;

	(void)fd;
	(void)what;
	if (connections_busy(s->web.connections) == 0 || time_mono_ms() >= s->stop_by_ms) {
		event_base_loopbreak(s->web.base);
		return;
	}
	event_add(s->stop, &soon);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	struct server *s = arg;

	(void)what;
	if (number == SIGHUP) {
		reload(s);
		return;
	}
	if (s->stop_by_ms != 0) {
		return;
	}
	log_info("stopping");
	service_stopping();
	s->stop_by_ms = time_mono_ms() + STOP_MS;
	http_stop(s->http);
	events_stop(s->web.events);
	on_stopping(-1, 0, s);
}

static int add_timer(struct server *s, struct event **ret, event_callback_fn call, int64_t every_ms)
{
	struct timeval tv = {
		.tv_sec = every_ms / MSEC_PER_SEC,
		.tv_usec = (every_ms % MSEC_PER_SEC) * 1000,
	};

	*ret = event_new(s->web.base, -1, EV_PERSIST, call, s);
	return *ret == NULL || event_add(*ret, &tv) < 0 ? -ENOMEM : 0;
}

static int add_events(struct server *s)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	int64_t watchdog_ms = service_watchdog_ms();
	int rc = add_timer(s, &s->status, on_status, STATUS_S * MSEC_PER_SEC);

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(numbers); i++) {
		s->signals[i] = evsignal_new(s->web.base, numbers[i], on_signal, s);
		rc = s->signals[i] == NULL || event_add(s->signals[i], NULL) < 0 ? -ENOMEM : 0;
	}
	if (rc == 0 && watchdog_ms > 0) {
		rc = add_timer(s, &s->watchdog, on_watchdog, watchdog_ms);
	}
	if (rc == 0 && s->web.settings->tls != NULL) {
		rc = add_timer(s, &s->certificate, on_certificate, CERTIFICATE_S * MSEC_PER_SEC);
	}
	s->stop = evtimer_new(s->web.base, on_stopping, s);
	return s->stop == NULL ? -ENOMEM : rc;
}

/* Accounts, sessions or tokens are others now, or scannerd has come or gone. */
static void on_people(void *arg)
{
	struct server *s = arg;

	access_forget(s->web.access);
	if (s->web.setup != NULL) {
		setup_link_look(s->web.setup);
	}
}

static int build(struct server *s, const struct settings *settings, struct err *err)
{
	int rc;

	LIST_INIT(&s->web.exchanges);
	LIST_INIT(&s->web.calls);
	s->web.settings = settings;
	s->web.guard = settings->guard;
	s->web.started = time_now();
	evthread_use_pthreads();
	s->web.base = event_base_new();
	rc = s->web.base != NULL ? http_new(&s->web, &settings->limits, &s->http) : -ENOMEM;
	if (rc == 0) {
		connections_use_tls(s->web.connections, settings->tls);
		rc = streams_new(s->web.base, PATIENCE_MS, &s->web.streams);
	}
	if (rc == 0) {
		rc = access_new(s->web.base, settings->socket, &s->web.access);
	}
	if (rc == 0) {
		rc = events_new(&s->web, settings->socket, on_people, s, &s->web.events);
	}
	if (rc == 0) {
		rc = add_events(s);
	}
	if (rc < 0) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "cannot start: %s", strerror(-rc));
	}
	rc = pool_new(settings->database, QUICK_THREADS, &s->web.pool, err);
	return rc == 0 ? pool_new(settings->database, BULK_THREADS, &s->web.bulk, err) : rc;
}

static void free_event(struct event *event)
{
	if (event != NULL) {
		event_free(event);
	}
}

/* Exchanges first, so that no query thread waits for a client; then the threads; then what they
 * left for the loop. */
static void take_apart(struct server *s)
{
	http_free(s->http);
	forward_cancel_all(&s->web);
	pool_free(s->web.pool);
	pool_free(s->web.bulk);
	streams_free(s->web.streams);
	events_free(s->web.events);
	setup_link_free(s->web.setup);
	access_free(s->web.access);
	for (size_t i = 0; i < ARRAY_SIZE(s->signals); i++) {
		free_event(s->signals[i]);
	}
	free_event(s->watchdog);
	free_event(s->status);
	free_event(s->stop);
	free_event(s->certificate);
	if (s->web.base != NULL) {
		event_base_free(s->web.base);
	}
}

static int listen_all(struct server *s, const int *fds, int n, struct err *err)
{
	char name[LISTEN_NAME_SIZE];
	int rc = 0;

	for (int i = 0; i < n; i++) {
		listen_name(fds[i], s->web.settings->visitors.tls, name);
		if (rc == 0) {
			rc = http_listen(s->http, fds[i]);
			printf("webd: listening on %s\n", name);
		} else {
			close(fds[i]);
		}
	}
	fflush(stdout);
	return rc < 0 ? err_set(err, rc, ERR_UNAVAILABLE, NULL, "cannot serve on %s: %s", name,
				strerror(-rc))
		      : 0;
}

/* The address that people know is the proxy's, if one is named. */
static int offer_first_account(struct server *s, int fd, struct err *err)
{
	const struct settings *settings = s->web.settings;
	char name[LISTEN_NAME_SIZE], address[SETUP_ADDRESS_SIZE];
	int rc;

	if (settings->visitors.method != AUTH_PASSWORD) {
		return 0;
	}
	if (settings->guard.origins.n > 0) {
		snprintf(address, sizeof(address), "%s/", settings->guard.origins.v[0]);
	} else {
		snprintf(address, sizeof(address), "%s",
			listen_name(fd, settings->visitors.tls, name));
	}
	rc = setup_link_new(s->web.base, settings->socket, address, &s->web.setup);
	return rc < 0 ? err_set(err, rc, ERR_INTERNAL, NULL, "cannot start: %s", strerror(-rc)) : 0;
}

int server_run(const struct settings *settings)
{
	struct server s = {0};
	int fds[LISTEN_MAX];
	struct err err = {0};
	int n = listen_open(settings, fds, &err);
	int rc = n;

	if (rc >= 0) {
		rc = confine(settings, &err);
	}
	if (rc >= 0) {
		rc = build(&s, settings, &err);
	}
	if (rc >= 0) {
		rc = offer_first_account(&s, fds[0], &err);
	}
	if (rc >= 0) {
		rc = listen_all(&s, fds, n, &err);
	}
	if (rc < 0) {
		log_error("%s", err.message);
		take_apart(&s);
		if (rc == -EPERM) {
			return EX_CONFIG;
		}
		return rc == -EADDRINUSE || rc == -EACCES ? EX_UNAVAILABLE : EX_OSERR;
	}
	say_status(&s);
	service_ready();
	event_base_dispatch(s.web.base);
	take_apart(&s);
	if (settings->unix_path != NULL) {
		unlink(settings->unix_path);
	}
	return 0;
}
