/* accepting.c - switches listeners off and on. */
#include "webd/accepting.h"

#include "common/log.h"
#include "common/timefmt.h"
#include <errno.h>

enum { FAILED_MS = 1000, COMPLAIN_MS = 60000 /* at most one line a minute */ };

/* evhttp has put itself into the listeners' one argument, which the error callback gets too. */
static struct accepting *of_listeners;

static void on_error(struct evconnlistener *listener, void *arg)
{
	struct accepting *a = of_listeners;
	int error = EVUTIL_SOCKET_ERROR();
	int64_t now = time_mono_ms();

	(void)listener;
	(void)arg;
	if (a->complained_ms == 0 || now - a->complained_ms >= COMPLAIN_MS) {
		a->complained_ms = now;
		log_warning("cannot accept connections: %s; trying again", strerror(error));
	}
	a->failed_until_ms = now + FAILED_MS;
	accepting_pause(a);
}

int accepting_add(struct accepting *a, struct evconnlistener *listener)
{
	if (a->n == ACCEPTING_MAX) {
		return -E2BIG;
	}
	of_listeners = a;
	a->listeners[a->n++] = listener;
	evconnlistener_set_error_cb(listener, on_error);
	return 0;
}

void accepting_pause(struct accepting *a)
{
	a->paused = true;
	for (int i = 0; i < a->n; i++) {
		evconnlistener_disable(a->listeners[i]);
	}
}

void accepting_resume(struct accepting *a)
{
	if (!a->paused || a->stopped || time_mono_ms() < a->failed_until_ms) {
		return;
	}
	a->paused = false;
	for (int i = 0; i < a->n; i++) {
		evconnlistener_enable(a->listeners[i]);
	}
}

void accepting_stop(struct accepting *a)
{
	a->stopped = true;
	accepting_pause(a);
}
