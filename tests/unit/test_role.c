// needs: client proto common
/* test_role.c - roles and ends of tokens as people write them, and how far a scan is as they read
 * it. */
#include "client/progress.h"
#include "client/role.h"
#include "proto/accounts_iface.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void roles_are_words_and_none_is_no_role(void **state _unused_)
{
	static const struct {
		const char *text;
		int rc;
		int64_t role;
	} cases[] = {
		{"viewer", 0, ROLE_VIEWER},
		{"operator", 0, ROLE_OPERATOR},
		{"admin", 0, ROLE_ADMIN},
		{"none", -EINVAL, -7},
		{"Admin", -EINVAL, -7},
		{"", -EINVAL, -7},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t role = -7;

		assert_int_equal(role_parse(cases[i].text, &role, NULL), cases[i].rc);
		assert_int_equal(role, cases[i].role);
	}
}

static void a_token_ends_after_a_time_on_a_day_or_at_a_time(void **state _unused_)
{
	enum { NOW = 1800000000 }; /* 2027-01-15T08:00:00Z */
	static const struct {
		const char *text;
		int rc;
		int64_t expected;
	} cases[] = {
		{"90d", 0, NOW + 90 * 86400},
		{"1s", 0, NOW + 1},
		{"2027-01-15", 0, 1800057599},
		{"2027-01-15T08:00:01Z", 0, NOW + 1},
		{"2027-01-15T08:00:00Z", -EINVAL, 7},
		{"2026-12-31", -EINVAL, 7},
		{"0s", -EINVAL, 7},
		{"tomorrow", -EINVAL, 7},
		{"", -EINVAL, 7},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = {0};
		int64_t t = 7;

		assert_int_equal(role_expiry(cases[i].text, NOW, &t, &err), cases[i].rc);
		assert_int_equal(t, cases[i].expected);
		assert_true(cases[i].rc == 0 || strchr(err.message, ' ') != NULL);
	}
}

static void progress_is_a_bar_on_a_terminal_and_words_elsewhere(void **state _unused_)
{
	static char current[] = "/srv/\033[2J/very/long/path/that/does/not/fit/the/line/at/all";
	const struct scan_progress p = {.kind = SCAN_DIRECTORIES,
		.files = 1234,
		.directories = 56,
		.bytes = 7800000000,
		.percent = 50,
		.seconds_left = 90,
		.errors = 2,
		.current = current};
	const struct scan_progress unknown = {
		.kind = SCAN_SERVERS, .hosts = 9, .hosts_up = 3, .percent = -1, .seconds_left = -1};
	_buf_ struct buf bar = BUF_INIT, line = BUF_INIT, servers = BUF_INIT;

	progress_text(&p, true, 100, &bar);
	assert_int_equal(strncmp(buf_cstr(&bar),
				 "[############............]  50 %  1234 files in 56 directories, "
				 "7.8 GB, 2 problems",
				 80),
		0);
	assert_true(bar.len < 100);
	assert_null(strchr(buf_cstr(&bar), '\033'));
	progress_text(&p, false, 0, &line);
	assert_non_null(strstr(buf_cstr(&line), "1 minute left  /srv/\\x1b[2J/very"));
	assert_int_equal(strncmp(buf_cstr(&line), "50 %, 1234 files", 16), 0);
	progress_text(&unknown, true, 80, &servers);
	assert_string_equal(buf_cstr(&servers), "9 addresses, 3 up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_are_words_and_none_is_no_role),
		cmocka_unit_test(a_token_ends_after_a_time_on_a_day_or_at_a_time),
		cmocka_unit_test(progress_is_a_bar_on_a_terminal_and_words_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
