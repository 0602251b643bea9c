// needs: common
/* test_timefmt.c - times as RFC 3339, civil dates and spans. */
#include "common/timefmt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void iso_text_is_right_from_year_0_to_9999_and_clamped_outside(void **state)
{
	(void)state;
	static const struct {
		int64_t t;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{1769828400, "2026-01-31T03:00:00Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{4107542400, "2100-03-01T00:00:00Z"},
		{INT64_C(253402300799), "9999-12-31T23:59:59Z"},
		{INT64_C(253402300800), "9999-12-31T23:59:59Z"},
		{INT64_MAX, "9999-12-31T23:59:59Z"},
		{INT64_MIN, "0000-01-01T00:00:00Z"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char out[TIME_ISO_SIZE];

		assert_string_equal(time_iso(cases[i].t, out), cases[i].text);
	}
}

static void days_and_dates_are_inverse_over_many_centuries(void **state)
{
	(void)state;
	int64_t year;
	int month, day;

	for (int64_t days = -800000; days <= 3000000; days += 17) {
		time_civil_from_days(days, &year, &month, &day);
		assert_int_equal(time_days_from_civil(year, (unsigned)month, (unsigned)day), days);
	}
	assert_int_equal(time_days_from_civil(1970, 1, 1), 0);
	assert_int_equal(time_days_from_civil(2000, 3, 1), 11017);
}

static void dates_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	static const struct {
		int y, mo, d, h, mi, s;
		int result;
	} cases[] = {
		{2024, 2, 29, 0, 0, 0, 0},
		{2023, 2, 29, 0, 0, 0, -EINVAL},
		{2000, 2, 29, 0, 0, 0, 0},
		{1900, 2, 29, 0, 0, 0, -EINVAL},
		{2024, 4, 31, 0, 0, 0, -EINVAL},
		{2024, 0, 1, 0, 0, 0, -EINVAL},
		{2024, 13, 1, 0, 0, 0, -EINVAL},
		{2024, 1, 0, 0, 0, 0, -EINVAL},
		{2024, 1, 32, 0, 0, 0, -EINVAL},
		{2024, 1, 1, 24, 0, 0, -EINVAL},
		{2024, 1, 1, 0, 60, 0, -EINVAL},
		{2024, 1, 1, 0, 0, 61, -EINVAL},
		{2016, 12, 31, 23, 59, 60, 0},
		{2024, 1, 1, -1, 0, 0, -EINVAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t t = 42;
		int r = time_from_civil(cases[i].y, cases[i].mo, cases[i].d, cases[i].h,
			cases[i].mi, cases[i].s, &t);

		assert_int_equal(r, cases[i].result);
		assert_true(r == 0 || t == 42);
	}
}

static void spans_are_one_unit_rounded_down(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{0, "0 seconds"},
		{1, "1 second"},
		{59, "59 seconds"},
		{60, "1 minute"},
		{3 * 3600 + 3599, "3 hours"},
		{86400, "1 day"},
		{12 * 86400 + 5, "12 days"},
		{400 * 86400, "400 days"},
		{730 * 86400, "2 years"},
		{-7200, "2 hours"},
		{INT64_MIN, "292471208677 years"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char out[32];

		assert_string_equal(time_span(cases[i].seconds, out), cases[i].text);
	}
}

static void clocks_agree_with_each_other_and_run_forward(void **state)
{
	(void)state;
	int64_t seconds = time_now(), ns = time_now_ns(), mono = time_mono_ms();

	assert_in_range(ns / NSEC_PER_SEC - seconds, 0, 5);
	assert_true(time_mono_ms() >= mono);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iso_text_is_right_from_year_0_to_9999_and_clamped_outside),
		cmocka_unit_test(days_and_dates_are_inverse_over_many_centuries),
		cmocka_unit_test(dates_that_do_not_exist_are_refused),
		cmocka_unit_test(spans_are_one_unit_rounded_down),
		cmocka_unit_test(clocks_agree_with_each_other_and_run_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
