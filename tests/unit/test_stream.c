// needs: webd proto common
/* test_stream.c - how long a producer waits for its client. */
#include "common/timefmt.h"
#include "webd/exchange.h"
#include "webd/streams.h"

#include <errno.h>
#include <event2/thread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PATIENCE_MS = 300 };

static int write_window(struct stream *s)
{
	_buf_ struct buf b = BUF_INIT;

	assert_int_equal(buf_reserve(&b, STREAM_WINDOW), 0);
	memset(b.data, 'x', STREAM_WINDOW);
	b.len = STREAM_WINDOW;
	return stream_write(s, &b);
}

/* No loop runs here: nobody takes anything. */
static void a_client_that_does_not_read_is_waited_for_only_so_long(void **state)
{
	struct event_base *base;
	struct streams *hub = NULL;
	struct exchange x = {0};
	struct err err = {0};
	int64_t began;

	(void)state;
	evthread_use_pthreads();
	base = event_base_new();
	assert_int_equal(streams_new(base, PATIENCE_MS, &hub), 0);
	struct stream *s = streams_add(hub, &x);

	assert_non_null(s);
	stream_begin(s, 200, "text/plain", NULL, -1);
	assert_int_equal(write_window(s), 0);
	began = time_mono_ms();
	assert_int_equal(write_window(s), -ETIMEDOUT);
	assert_true(time_mono_ms() - began >= PATIENCE_MS - 1);
	assert_true(time_mono_ms() - began < 20 * PATIENCE_MS);
	/* it is spent for the whole stream */
	began = time_mono_ms();
	assert_int_equal(write_window(s), -ETIMEDOUT);
	assert_true(time_mono_ms() - began < PATIENCE_MS);
	/* a client that has gone is no reason to wait */
	x.on_gone(x.gone_arg);
	assert_int_equal(write_window(s), -EPIPE);
	stream_fail(s, &err);
	streams_free(hub);
	event_base_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_client_that_does_not_read_is_waited_for_only_so_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
