// needs: webd proto common
/* test_access.c - who a visitor is: what is asked of scannerd, what is remembered, and how long. */
#include "webd/access.h"

#include "common/timefmt.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "scannerd_fixture.h"

#define CALLER(expires)                                                                \
	"{\"parameters\":{\"name\":\"jo\",\"role\":\"operator\",\"kind\":\"session\"," \
	"\"account\":3,\"id\":7,\"expires\":" expires ",\"totp\":false}}"

static int64_t later_s; /* the clock is so much ahead */

/* In place of the C library's. */
int clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, id, ts);

	ts->tv_sec += id == CLOCK_MONOTONIC ? later_s : 0;
	return rc;
}

struct answers {
	int good, bad;
	struct access_caller caller;
	struct err err;
};

static void on_answer(const struct access_caller *caller, const struct err *err, void *arg)
{
	struct answers *a = arg;

	if (caller != NULL) {
		a->good++;
		a->caller = *caller;
	} else {
		a->bad++;
		a->err = *err;
	}
}

struct world {
	struct fake_scannerd fake;
	struct access *access;
	struct answers answers;
};

static void start(struct world *w, const char *reply)
{
	*w = (struct world){0};
	later_s = 0;
	fake_start(&w->fake, reply);
	assert_int_equal(access_new(w->fake.base, w->fake.path, &w->access), 0);
}

static void stop(struct world *w)
{
	fake_stop(&w->fake);
	access_free(w->access);
}

static struct access_question *ask(struct world *w, const char *credential)
{
	struct visitor v = {.kind = VISITOR_CREDENTIAL};
	struct access_question *asked;

	snprintf(v.credential, sizeof(v.credential), "%s", credential);
	access_ask(w->access, &v, on_answer, &w->answers, &asked);
	return asked;
}

static void ask_and_wait(struct world *w, const char *credential)
{
	ask(w, credential);
	fake_run(&w->fake);
}

static void test_scannerd_is_asked_once_in_ten_seconds(void **state)
{
	struct world w;

	(void)state;
	start(&w, CALLER("0"));
	ask_and_wait(&w, "abc");
	assert_int_equal(w.answers.good, 1);
	assert_string_equal(w.answers.caller.name, "jo");
	assert_int_equal(w.answers.caller.role, ROLE_OPERATOR);
	assert_int_equal(w.answers.caller.kind, CALLER_SESSION);
	assert_int_equal(w.answers.caller.account, 3);
	assert_int_equal(w.answers.caller.id, 7);
	assert_non_null(strstr(w.fake.call, ".Authenticate\""));
	assert_non_null(strstr(w.fake.call, "\"credential\":\"abc\""));
	later_s = 9;
	assert_null(ask(&w, "abc")); /* answered from inside */
	assert_int_equal(w.answers.good, 2);
	assert_int_equal(w.fake.calls, 1);
	later_s = 11;
	ask_and_wait(&w, "abc");
	assert_int_equal(w.answers.good, 3);
	assert_int_equal(w.fake.calls, 2);
	stop(&w);
}

static void test_each_credential_is_its_own_question(void **state)
{
	struct world w;

	(void)state;
	start(&w, CALLER("0"));
	ask_and_wait(&w, "abc");
	ask_and_wait(&w, "abd");
	assert_int_equal(w.fake.calls, 2);
	stop(&w);
}

static void test_what_is_forgotten_is_asked_again(void **state)
{
	struct world w;

	(void)state;
	start(&w, CALLER("0"));
	ask_and_wait(&w, "abc");
	access_forget(w.access);
	ask_and_wait(&w, "abc");
	assert_int_equal(w.fake.calls, 2);
	/* An answer that is under way may be older than the reason to forget. */
	access_forget(w.access);
	ask(&w, "abc");
	access_forget(w.access);
	fake_run(&w.fake);
	ask_and_wait(&w, "abc");
	assert_int_equal(w.answers.good, 4);
	assert_int_equal(w.fake.calls, 4);
	stop(&w);
}

static void test_a_session_that_has_expired_is_not_remembered(void **state)
{
	struct world w;

	(void)state;
	start(&w, CALLER("1000"));
	ask_and_wait(&w, "abc");
	ask_and_wait(&w, "abc");
	assert_int_equal(w.fake.calls, 2);
	stop(&w);
}

static void test_refusals_and_failures_are_told_and_not_remembered(void **state)
{
	static const struct {
		const char *reply;
		enum err_code code;
	} cases[] = {
		{"{\"error\":\"org.backupchecker.scanner.NotSignedIn\",\"parameters\":{\"code\":"
		 "\"not_signed_in\",\"field\":\"\",\"reason\":\"no such session\"}}",
			ERR_NOT_SIGNED_IN},
		{"{\"parameters\":{\"name\":\"jo\"}}", ERR_UNAVAILABLE},
		{"{\"parameters\":{\"name\":\"jo\",\"role\":\"emperor\",\"kind\":\"session\","
		 "\"account\":1,\"id\":1,\"expires\":0,\"totp\":false}}",
			ERR_UNAVAILABLE},
		{"nonsense", ERR_UNAVAILABLE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct world w;

		start(&w, cases[i].reply);
		ask_and_wait(&w, "abc");
		ask_and_wait(&w, "abc");
		assert_int_equal(w.answers.good, 0);
		assert_int_equal(w.answers.bad, 2);
		assert_int_equal(w.answers.err.code, cases[i].code);
		assert_int_equal(w.fake.calls, 2);
		stop(&w);
	}
}

static void test_without_scannerd_it_is_unavailable_from_inside(void **state)
{
	struct world w;

	(void)state;
	start(&w, CALLER("0"));
	unlink(w.fake.path);
	assert_null(ask(&w, "abc"));
	assert_int_equal(w.answers.bad, 1);
	assert_int_equal(w.answers.err.code, ERR_UNAVAILABLE);
	stop(&w);
}

static void test_a_cancelled_question_is_never_answered(void **state)
{
	struct world w;
	struct access_question *asked;

	(void)state;
	start(&w, CALLER("0"));
	asked = ask(&w, "abc");
	assert_non_null(asked);
	access_cancel(asked);
	access_cancel(NULL);
	fake_run(&w.fake);
	assert_int_equal(w.answers.good + w.answers.bad, 0);
	stop(&w);
	start(&w, NULL);
	asked = ask(&w, "abc");
	fake_run(&w.fake);
	assert_int_equal(w.fake.calls, 1);
	access_cancel(asked);
	assert_int_equal(w.answers.good + w.answers.bad, 0);
	stop(&w);
}

static void test_nobody_and_those_a_proxy_vouches_for_need_no_question(void **state)
{
	struct world w;
	struct visitor v = {.kind = VISITOR_NOBODY};
	struct access_question *asked;

	(void)state;
	start(&w, CALLER("0"));
	access_ask(w.access, &v, on_answer, &w.answers, &asked);
	assert_int_equal(w.answers.bad, 1);
	assert_int_equal(w.answers.err.code, ERR_NOT_SIGNED_IN);
	v = (struct visitor){.kind = VISITOR_CLAIMED, .name = "ann", .role = ROLE_VIEWER};
	access_ask(w.access, &v, on_answer, &w.answers, &asked);
	assert_int_equal(w.answers.good, 1);
	assert_string_equal(w.answers.caller.name, "ann");
	assert_int_equal(w.answers.caller.role, ROLE_VIEWER);
	assert_int_equal(w.answers.caller.kind, CALLER_CLAIMED);
	fake_run(&w.fake);
	assert_int_equal(w.fake.calls, 0);
	stop(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scannerd_is_asked_once_in_ten_seconds),
		cmocka_unit_test(test_each_credential_is_its_own_question),
		cmocka_unit_test(test_what_is_forgotten_is_asked_again),
		cmocka_unit_test(test_a_session_that_has_expired_is_not_remembered),
		cmocka_unit_test(test_refusals_and_failures_are_told_and_not_remembered),
		cmocka_unit_test(test_without_scannerd_it_is_unavailable_from_inside),
		cmocka_unit_test(test_a_cancelled_question_is_never_answered),
		cmocka_unit_test(test_nobody_and_those_a_proxy_vouches_for_need_no_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
