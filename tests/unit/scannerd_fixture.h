/* scannerd_fixture.h - a scannerd for tests of webd's questions: it counts calls and gives every
 * one the same reply, on the test's own loop. Include after cmocka.h. */
#ifndef TESTS_SCANNERD_FIXTURE_H
#define TESTS_SCANNERD_FIXTURE_H

#include "common/def.h"
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <sys/un.h>

struct fake_scannerd {
	struct event_base *base;
	struct evconnlistener *listener;
	char folder[32], path[64];
	const char *reply; /* NULL: never replies */
	char call[1024];   /* the last one */
	int calls;
	struct bufferevent *silent[8]; /* who waits for a reply */
	int n_silent;
};

static void fake_read(struct bufferevent *bev, void *arg)
{
	struct fake_scannerd *f = arg;
	struct evbuffer *input = bufferevent_get_input(bev);
	size_t len = evbuffer_get_length(input);

	assert_true(len < sizeof(f->call));
	evbuffer_copyout(input, f->call, len);
	if (len == 0 || f->call[len - 1] != '\0') {
		return;
	}
	evbuffer_drain(input, len);
	f->calls++;
	if (f->reply != NULL) {
		bufferevent_write(bev, f->reply, strlen(f->reply) + 1);
	}
}

static void fake_event(struct bufferevent *bev, short what, void *arg)
{
	struct fake_scannerd *f = arg;

	(void)what;
	for (int i = 0; i < f->n_silent; i++) {
		f->silent[i] = f->silent[i] == bev ? NULL : f->silent[i];
	}
	bufferevent_free(bev);
}

static void fake_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *sa,
	int len, void *arg)
{
	struct fake_scannerd *f = arg;
	struct bufferevent *bev = bufferevent_socket_new(f->base, fd, BEV_OPT_CLOSE_ON_FREE);

	(void)listener;
	(void)sa;
	(void)len;
	assert_non_null(bev);
	if (f->reply == NULL) {
		assert_true(f->n_silent < (int)ARRAY_SIZE(f->silent));
		f->silent[f->n_silent++] = bev;
	}
	bufferevent_setcb(bev, fake_read, NULL, fake_event, f);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
}

static void fake_start(struct fake_scannerd *f, const char *reply)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	*f = (struct fake_scannerd){.folder = "/tmp/test-scannerd-XXXXXX", .reply = reply};
	f->base = event_base_new();
	assert_non_null(f->base);
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/socket", f->folder);
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", f->path);
	f->listener = evconnlistener_new_bind(f->base, fake_accept, f, LEV_OPT_CLOSE_ON_FREE, 8,
		(struct sockaddr *)&sa, sizeof(sa));
	assert_non_null(f->listener);
}

/* Lets everything happen that is under way. */
static void fake_run(struct fake_scannerd *f)
{
	static const struct timeval quiet = {.tv_usec = 50000};

	for (int calls = -1; calls != f->calls;) {
		calls = f->calls;
		event_base_loopexit(f->base, &quiet);
		event_base_dispatch(f->base);
	}
}

static void fake_stop(struct fake_scannerd *f)
{
	fake_run(f);
	for (int i = 0; i < f->n_silent; i++) {
		if (f->silent[i] != NULL) {
			bufferevent_free(f->silent[i]);
		}
	}
	evconnlistener_free(f->listener);
	event_base_free(f->base);
	unlink(f->path);
	rmdir(f->folder);
}

#endif
