// needs: scannerd proto common
/* test_quota.c - a line too many is left out, and the last one says so. */
#include "scannerd/quota.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { MINUTE_MS = 60000 };

static char text[QUOTA_LINE_SIZE];

static bool take(struct quota *q, int64_t now_ms, const char *fmt, ...) _printf_(3, 4);
static bool take(struct quota *q, int64_t now_ms, const char *fmt, ...)
{
	va_list ap;
	bool taken;

	va_start(ap, fmt);
	taken = quota_take(q, now_ms, text, fmt, ap);
	va_end(ap);
	return taken;
}

static void so_many_lines_a_minute_and_the_last_says_so(void **state _unused_)
{
	struct quota q = {0};

	for (int64_t now = 7; now < 3 * (int64_t)MINUTE_MS; now += MINUTE_MS) {
		for (int i = 1; i < QUOTA_LINES; i++) {
			assert_true(take(&q, now + i, "line %d", i));
			assert_null(strstr(text, "left out"));
		}
		assert_true(take(&q, now + MINUTE_MS - 2, "line %d", QUOTA_LINES));
		assert_string_equal(text, "line 20; more of this is left out for a minute");
		for (int i = 0; i < 100; i++) {
			assert_false(take(&q, now + MINUTE_MS - 1, "too many"));
		}
	}
}

static void a_line_that_is_too_long_is_cut_and_still_says_so(void **state _unused_)
{
	struct quota q = {.used = QUOTA_LINES - 1, .since_ms = 1};
	char longest[2 * QUOTA_LINE_SIZE];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_true(take(&q, 2, "%s", longest));
	assert_true(strlen(text) < QUOTA_LINE_SIZE);
	assert_non_null(strstr(text, "xx; more of this is left out for a minute"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_lines_a_minute_and_the_last_says_so),
		cmocka_unit_test(a_line_that_is_too_long_is_cut_and_still_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
