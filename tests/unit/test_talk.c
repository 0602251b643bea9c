// needs: proto common
/* test_talk.c - calls that wait, against a thread at the other end of a socket pair that follows a
 * script. */
#include "common/timefmt.h"
#include "proto/talk.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>

#include <cmocka.h>

struct peer {
	int fd;
	const char *bytes; /* what it answers */
	size_t len;
	size_t chunk; /* 0: all at once */
	size_t flood; /* so many 'x' instead */
	bool stays;   /* keeps the connection open until we have closed it */
	char request[512];
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct peer *p = arg;
	size_t got = 0, chunk = p->chunk != 0 ? p->chunk : p->len;
	char block[4096];

	while (got < sizeof(p->request) && memchr(p->request, '\0', got) == NULL) {
		ssize_t n = read(p->fd, p->request + got, sizeof(p->request) - got);

		if (n <= 0) {
			break;
		}
		got += (size_t)n;
	}
	for (size_t at = 0; at < p->len; at += chunk) {
		if (send(p->fd, p->bytes + at, MIN(chunk, p->len - at), MSG_NOSIGNAL) < 0) {
			break;
		}
		usleep(p->chunk != 0 ? 500 : 0);
	}
	memset(block, 'x', sizeof(block));
	for (size_t at = 0; at < p->flood; at += sizeof(block)) {
		if (send(p->fd, block, sizeof(block), MSG_NOSIGNAL) < 0) {
			break;
		}
	}
	while (p->stays && read(p->fd, block, sizeof(block)) > 0) {
	}
	close(p->fd);
	return NULL;
}

static struct talk *begin(struct peer *p)
{
	struct talk *t = NULL;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	p->fd = fds[1];
	memset(p->request, 'y', sizeof(p->request));
	assert_int_equal(pthread_create(&p->thread, NULL, serve, p), 0);
	assert_int_equal(talk_open_fd(fds[0], &t, NULL), 0);
	return t;
}

static void end(struct talk *t, struct peer *p)
{
	talk_close(t);
	assert_int_equal(pthread_join(p->thread, NULL), 0);
}

#define ANSWER(text) .bytes = text, .len = sizeof(text)

static void a_call_is_sent_by_its_table_and_its_answer_decoded(void **state _unused_)
{
	static const size_t chunks[] = {0, 1, 7};

	for (size_t i = 0; i < ARRAY_SIZE(chunks); i++) {
		struct peer p = {ANSWER("{\"parameters\":{\"scan\":42}}"), .chunk = chunks[i]};
		struct talk *t = begin(&p);
		struct start_scan_in in = {.kind = SCAN_SERVERS};
		struct scan_out out = {0};
		struct err err = {0};

		assert_int_equal(
			talk_call(t, &scanner_interface, SCANNER_START_SCAN, &in, &out, 5000, &err),
			0);
		assert_int_equal(out.scan, 42);
		end(t, &p);
		assert_non_null(strstr(p.request, "\"org.backupchecker.scanner.StartScan\""));
		assert_non_null(strstr(p.request, "\"kind\":\"servers\""));
	}
}

static void what_goes_wrong_is_an_error_with_its_code(void **state _unused_)
{
	static const struct {
		struct peer peer;
		int rc;
		enum err_code code;
		const char *words;
	} cases[] = {
		{{ANSWER("{\"error\":\"org.backupchecker.scanner.ScanRunning\",\"parameters\":{"
			 "\"code\":\"scan_running\",\"field\":\"\",\"reason\":\"one runs\"}}")},
			-EREMOTEIO, ERR_SCAN_RUNNING, "one runs"},
		{{ANSWER("{\"parameters\":{\"scan\":0}}")}, -EBADMSG, ERR_UNAVAILABLE, "scan"},
		{{ANSWER("{\"parameters\":{}}")}, -EBADMSG, ERR_UNAVAILABLE, "scan"},
		{{ANSWER("no json")}, -EBADMSG, ERR_UNAVAILABLE, "Varlink"},
		{{.bytes = "{\"para", .len = 6}, -ECONNRESET, ERR_UNAVAILABLE, "lost"},
		{{.bytes = NULL}, -ECONNRESET, ERR_UNAVAILABLE, "lost"},
		{{.bytes = "{", .len = 1, .stays = true}, -ETIMEDOUT, ERR_TIMEOUT, "no answer"},
		{{.flood = (1 << 20) + 8192}, -ECONNRESET, ERR_UNAVAILABLE, "too long"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct peer p = cases[i].peer;
		struct talk *t = begin(&p);
		struct start_scan_in in = {.kind = SCAN_SERVERS};
		struct scan_out out = {.scan = 7};
		struct err err = {0};

		assert_int_equal(talk_call(t, &scanner_interface, SCANNER_START_SCAN, &in, &out,
					 p.stays ? 50 : 5000, &err),
			cases[i].rc);
		assert_int_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.message, cases[i].words));
		end(t, &p);
	}
}

static void replies_that_go_on_come_one_by_one(void **state _unused_)
{
	struct peer p = {ANSWER("{\"parameters\":{\"event\":\"hello\"},\"continues\":true}\0"
				"{\"parameters\":{\"event\":\"changed\",\"changed\":[\"files\"]},"
				"\"continues\":true}"),
		.stays = true};
	struct talk *t = begin(&p);
	struct empty_parameters none = {0};
	struct monitor_event e;
	struct err err = {0};

	assert_int_equal(talk_send(t, &scanner_interface, SCANNER_MONITOR, &none, &err), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			talk_receive(t, &scanner_interface, SCANNER_MONITOR, 5000, &e, &err), 1);
		assert_string_equal(e.event, i == 0 ? "hello" : "changed");
		field_done(&monitor_event_table, &e);
	}
	assert_int_equal(talk_receive(t, &scanner_interface, SCANNER_MONITOR, 0, &e, &err), 0);
	end(t, &p);
	assert_non_null(strstr(p.request, "\"more\":true"));
}

static void a_socket_that_is_not_there_is_said(void **state _unused_)
{
	char too_long[200];
	struct talk *t = NULL;
	struct err err = {0};

	assert_int_equal(talk_open("/nowhere/scannerd.sock", &t, &err), -ENOENT);
	assert_int_equal(err.code, ERR_UNAVAILABLE);
	memset(too_long, 'a', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	assert_int_equal(talk_open(too_long, &t, &err), -ENAMETOOLONG);
	assert_int_equal(talk_open("", &t, &err), -ENAMETOOLONG);
	assert_null(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_sent_by_its_table_and_its_answer_decoded),
		cmocka_unit_test(what_goes_wrong_is_an_error_with_its_code),
		cmocka_unit_test(replies_that_go_on_come_one_by_one),
		cmocka_unit_test(a_socket_that_is_not_there_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
