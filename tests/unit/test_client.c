// needs: proto common
/* test_client.c - one Varlink call against a real server: a thread at the other end of a Unix
 * socket that follows a script. */
#include "common/timefmt.h"
#include "proto/client.h"
#include "proto/wire.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

/* What the server does after it has read the request. */
struct script {
	int fd;
	const char *bytes;
	size_t len;
	size_t chunk;  /* 0: all at once */
	int linger_ms; /* keeps the connection open so long after writing */
	size_t flood;  /* writes so many 'x' instead of bytes */
	char request[512];
};

static void *serve(void *arg)
{
	struct script *s = arg;
	size_t got = 0;
	while (got < sizeof(s->request) && memchr(s->request, '\0', got) == NULL) {
		ssize_t n = read(s->fd, s->request + got, sizeof(s->request) - got);
		if (n <= 0) {
			break;
		}
		got += (size_t)n;
	}
	size_t chunk = s->chunk != 0 ? s->chunk : s->len;
	for (size_t at = 0; at < s->len; at += chunk) {
		if (send(s->fd, s->bytes + at, MIN(chunk, s->len - at), MSG_NOSIGNAL) < 0) {
			break;
		}
		if (s->chunk != 0) {
			usleep(1000);
		}
	}
	char block[4096];
	memset(block, 'x', sizeof(block));
	for (size_t at = 0; at < s->flood; at += sizeof(block)) {
		if (send(s->fd, block, sizeof(block), MSG_NOSIGNAL) < 0) {
			break;
		}
	}
	usleep((useconds_t)s->linger_ms * 1000);
	close(s->fd);
	return NULL;
}

struct seen {
	struct event_base *base;
	struct client *client;
	int replies;
	int lasts;
	int64_t sum;
	struct err err;
	bool failed;
	int cancel_after; /* cancels in that callback */
	int pause_after;
	struct event *resume;
	int at_resume; /* replies seen when reading was resumed */
};

static void on_reply(const cJSON *parameters, const struct err *err, bool last, void *arg)
{
	struct seen *s = arg;
	assert_int_equal(s->lasts, 0);
	if (err != NULL) {
		assert_null(parameters);
		assert_true(last);
		s->failed = true;
		s->err = *err;
	} else {
		s->replies++;
		s->sum += json_get_int(parameters, "n", 0);
	}
	s->lasts += last;
	if (s->replies == s->cancel_after && s->cancel_after != 0) {
		client_cancel(s->client);
	}
	if (s->replies == s->pause_after && s->resume != NULL) {
		client_pause(s->client, true);
		const struct timeval later = {.tv_usec = 300000};
		evtimer_add(s->resume, &later);
	}
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	struct seen *s = arg;
	s->at_resume = s->replies;
	client_pause(s->client, false);
}

static void run(struct script *script, struct seen *seen, bool more, int timeout_ms)
{
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	script->fd = fds[1];
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, serve, script), 0);

	seen->base = event_base_new();
	if (seen->pause_after != 0) {
		seen->resume = evtimer_new(seen->base, on_resume, seen);
	}
	_buf_ struct buf parameters = BUF_INIT;
	buf_adds(&parameters, "{\"scan\":7}");
	struct err err;
	assert_int_equal(client_call_fd(seen->base, fds[0], "x.y.Z", &parameters, more, timeout_ms,
				 on_reply, seen, &seen->client, &err),
		0);
	event_base_dispatch(seen->base);
	if (seen->resume != NULL) {
		event_free(seen->resume);
	}
	event_base_free(seen->base);
	pthread_join(thread, NULL);
}

#define MESSAGES(text) .bytes = (text), .len = sizeof(text) - 1

static void one_reply_arrives_and_the_request_is_what_was_asked(void **state)
{
	(void)state;
	struct script script = {MESSAGES("{\"parameters\":{\"n\":5}}\0")};
	struct seen seen = {0};
	run(&script, &seen, false, 5000);
	assert_string_equal(script.request, "{\"method\":\"x.y.Z\",\"parameters\":{\"scan\":7}}");
	assert_false(seen.failed);
	assert_int_equal(seen.replies, 1);
	assert_int_equal(seen.lasts, 1);
	assert_int_equal(seen.sum, 5);
}

#define THREE                                                                                     \
	"{\"parameters\":{\"n\":1},\"continues\":true}\0{\"parameters\":{\"n\":2},\"continues\":" \
	"true}\0"                                                                                 \
	"{\"parameters\":{\"n\":4}}\0"

static void several_replies_arrive_whole_and_in_dribbles(void **state)
{
	(void)state;
	for (size_t chunk = 0; chunk < 8; chunk++) {
		struct script script = {MESSAGES(THREE), .chunk = chunk};
		struct seen seen = {0};
		run(&script, &seen, true, 5000);
		assert_false(seen.failed);
		assert_int_equal(seen.replies, 3);
		assert_int_equal(seen.sum, 7);
	}
}

static void bytes_after_the_last_reply_make_no_further_callback(void **state)
{
	(void)state;
	struct script script = {MESSAGES(THREE THREE)};
	struct seen seen = {0};
	run(&script, &seen, true, 5000);
	assert_int_equal(seen.replies, 3);
	assert_int_equal(seen.lasts, 1);
}

static void what_goes_wrong_at_the_other_side_is_one_error(void **state)
{
	(void)state;
	static const struct {
		struct script script;
		enum err_code code;
		const char *part;
		bool more;
	} cases[] = {
		{{MESSAGES("")}, ERR_UNAVAILABLE, "connection was lost", false},
		{{MESSAGES("{\"parameters\":{}}")}, ERR_UNAVAILABLE, "connection was lost", false},
		{{MESSAGES("{\"parameters\":{},\"continues\":true}\0")}, ERR_UNAVAILABLE,
			"several replies", false},
		{{MESSAGES("HTTP/1.1 400 Bad Request\0")}, ERR_UNAVAILABLE,
			"does not speak Varlink", false},
		{{MESSAGES("\0")}, ERR_UNAVAILABLE, "does not speak Varlink", false},
		{{MESSAGES("{\"error\":\"a.b.NotFound\",\"parameters\":{\"code\":\"not_found\","
			   "\"field\":\"scan\","
			   "\"reason\":\"there is no scan 7\"}}\0")},
			ERR_NOT_FOUND, "there is no scan 7", true},
		{{MESSAGES(""), .linger_ms = 400}, ERR_TIMEOUT, "in time", false},
		{{MESSAGES(""), .flood = WIRE_MESSAGE_MAX * 4}, ERR_UNAVAILABLE, "too long", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script script = cases[i].script;
		struct seen seen = {0};
		run(&script, &seen, cases[i].more, 200);
		assert_true(seen.failed);
		assert_int_equal(seen.lasts, 1);
		assert_int_equal(seen.err.code, cases[i].code);
		assert_non_null(strstr(seen.err.message, cases[i].part));
	}
}

static void dribbling_does_not_put_off_the_time_out(void **state)
{
	(void)state;
	static char blanks[2000];
	memset(blanks, ' ', sizeof(blanks));
	struct script script = {.bytes = blanks, .len = sizeof(blanks), .chunk = 1};
	struct seen seen = {0};
	int64_t start = time_mono_ms();
	run(&script, &seen, false, 200);
	assert_int_equal(seen.err.code, ERR_TIMEOUT);
	assert_true(time_mono_ms() - start < 1500);
}

static void cancelling_inside_a_callback_ends_silently(void **state)
{
	(void)state;
	struct script script = {MESSAGES(THREE)};
	struct seen seen = {.cancel_after = 2};
	run(&script, &seen, true, 5000);
	assert_int_equal(seen.replies, 2);
	assert_int_equal(seen.lasts, 0);
}

static void a_paused_client_holds_replies_back_and_does_not_time_out(void **state)
{
	(void)state;
	struct script script = {MESSAGES(THREE)};
	struct seen seen = {.pause_after = 1};
	run(&script, &seen, true, 100);
	assert_false(seen.failed);
	assert_int_equal(seen.at_resume, 1);
	assert_int_equal(seen.replies, 3);
	assert_int_equal(seen.lasts, 1);
}

static void a_socket_that_is_missing_or_deaf_is_reported_at_once(void **state)
{
	(void)state;
	struct event_base *base = event_base_new();
	struct client *client = NULL;
	struct err err = {0};
	char dir[] = "/tmp/test-client-XXXXXX";
	assert_non_null(mkdtemp(dir));
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/socket", dir);

	assert_int_equal(client_call(base, sa.sun_path, "x.y.Z", NULL, false, 0, on_reply, NULL,
				 &client, &err),
		-ENOENT);
	assert_int_equal(err.code, ERR_UNAVAILABLE);
	assert_non_null(strstr(err.message, sa.sun_path));

	_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(client_call(base, sa.sun_path, "x.y.Z", NULL, false, 0, on_reply, NULL,
				 &client, &err),
		-ECONNREFUSED);
	char longer[200];
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(
		client_call(base, longer, "x.y.Z", NULL, false, 0, on_reply, NULL, &client, &err),
		-ENAMETOOLONG);
	assert_null(client);
	unlink(sa.sun_path);
	rmdir(dir);
	event_base_free(base);
}

/* Over a path, with or without a word about for whom; the request is in script afterwards. */
static void run_path(
	struct script *script, struct seen *seen, const struct client_introduction *introduction)
{
	char dir[] = "/tmp/test-client-XXXXXX";
	assert_non_null(mkdtemp(dir));
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s/socket", dir);
	_close_ int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (const struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(listener, 1), 0);

	seen->base = event_base_new();
	assert_int_equal(client_call_as(seen->base, sa.sun_path, introduction, "x.y.Z", NULL, false,
				 5000, on_reply, seen, &seen->client, NULL),
		0);
	script->fd = accept(listener, NULL, NULL);
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, serve, script), 0);
	event_base_dispatch(seen->base);
	pthread_join(thread, NULL);
	event_base_free(seen->base);
	unlink(sa.sun_path);
	rmdir(dir);
}

static void a_call_over_a_socket_path_reaches_the_server(void **state)
{
	(void)state;
	struct script script = {MESSAGES("{\"parameters\":{\"n\":9}}\0")};
	struct seen seen = {0};
	run_path(&script, &seen, NULL);
	assert_int_equal(seen.sum, 9);
}

static void a_call_for_somebody_says_so_first_and_hears_only_its_own_reply(void **state)
{
	(void)state;
	static const struct {
		struct script script;
		int replies;
		int64_t sum;
		enum err_code code; /* of the failure, if there is no reply */
	} cases[] = {
		{{MESSAGES("{\"parameters\":{\"n\":1}}\0{\"parameters\":{\"n\":9}}\0")}, 1, 9, 0},
		{{MESSAGES("{\"parameters\":{\"n\":1}}\0{\"parameters\":{\"n\":9}}\0"), .chunk = 5},
			1, 9, 0},
		/* refused: what follows is not looked at */
		{{MESSAGES("{\"error\":\"org.backupchecker.scanner.NotSignedIn\",\"parameters\":{"
			   "\"code\":\"not_signed_in\",\"field\":\"\",\"reason\":\"no\"}}\0"
			   "{\"parameters\":{\"n\":9}}\0")},
			0, 0, ERR_NOT_SIGNED_IN},
		{{MESSAGES("{\"parameters\":{}}\0")}, 0, 0, ERR_UNAVAILABLE},
		{{MESSAGES("")}, 0, 0, ERR_UNAVAILABLE},
	};
	_buf_ struct buf who = BUF_INIT;
	buf_adds(&who, "{\"credential\":\"abc\"}");
	const struct client_introduction introduction = {"x.y.Authenticate", &who};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script script = cases[i].script;
		struct seen seen = {0};
		run_path(&script, &seen, &introduction);
		assert_int_equal(seen.replies, cases[i].replies);
		assert_int_equal(seen.sum, cases[i].sum);
		assert_int_equal(seen.lasts, 1);
		assert_int_equal(seen.failed, cases[i].replies == 0);
		assert_int_equal(seen.failed ? seen.err.code : 0, cases[i].code);
		assert_string_equal(script.request, "{\"method\":\"x.y.Authenticate\","
						    "\"parameters\":{\"credential\":\"abc\"}}");
	}
}

static void a_request_above_the_limit_is_refused_and_its_descriptor_closed(void **state)
{
	(void)state;
	int fds[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	_buf_ struct buf parameters = BUF_INIT;
	buf_adds(&parameters, "{\"x\":\"");
	while (parameters.len < WIRE_MESSAGE_MAX) {
		buf_adds(&parameters, "xxxxxxxxxxxxxxxx");
	}
	buf_adds(&parameters, "\"}");
	struct event_base *base = event_base_new();
	struct client *client = NULL;
	struct err err;
	assert_int_equal(client_call_fd(base, fds[0], "x.y.Z", &parameters, false, 0, on_reply,
				 NULL, &client, &err),
		-EMSGSIZE);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	char c;
	assert_int_equal(read(fds[1], &c, 1), 0);
	close(fds[1]);
	event_base_free(base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_reply_arrives_and_the_request_is_what_was_asked),
		cmocka_unit_test(several_replies_arrive_whole_and_in_dribbles),
		cmocka_unit_test(bytes_after_the_last_reply_make_no_further_callback),
		cmocka_unit_test(what_goes_wrong_at_the_other_side_is_one_error),
		cmocka_unit_test(dribbling_does_not_put_off_the_time_out),
		cmocka_unit_test(cancelling_inside_a_callback_ends_silently),
		cmocka_unit_test(a_paused_client_holds_replies_back_and_does_not_time_out),
		cmocka_unit_test(a_socket_that_is_missing_or_deaf_is_reported_at_once),
		cmocka_unit_test(a_call_over_a_socket_path_reaches_the_server),
		cmocka_unit_test(a_call_for_somebody_says_so_first_and_hears_only_its_own_reply),
		cmocka_unit_test(a_request_above_the_limit_is_refused_and_its_descriptor_closed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
