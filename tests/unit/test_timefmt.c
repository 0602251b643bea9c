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

static void only_days_that_exist_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t days;
		int result;
	} cases[] = {
		{"1970-01-01", 0, 0},
		{"1969-12-31", -1, 0},
		{"2027-01-31", 20849, 0},
		{"2024-02-29", 19782, 0},
		{"2023-02-29", 0, -EINVAL},
		{"2100-02-29", 0, -EINVAL},
		{"2027-13-01", 0, -EINVAL},
		{"2027-00-01", 0, -EINVAL},
		{"2027-01-00", 0, -EINVAL},
		{"2027-04-31", 0, -EINVAL},
		{"2027-1-31", 0, -EINVAL},
		{"227-01-31", 0, -EINVAL},
		{"20270131", 0, -EINVAL},
		{"2027/01/31", 0, -EINVAL},
		{"31-01-2027", 0, -EINVAL},
		{"2027-01-31 ", 0, -EINVAL},
		{" 2027-01-31", 0, -EINVAL},
		{"+2027-01-31", 0, -EINVAL},
		{"2027-01-3\xc2\xb2", 0, -EINVAL},
		{"2027-01-31T12:00:00Z", 0, -EINVAL},
		{"2027-01-", 0, -EINVAL},
		{"2027", 0, -EINVAL},
		{"tomorrow", 0, -EINVAL},
		{"", 0, -EINVAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t days = 4242;

		assert_int_equal(time_parse_day(cases[i].text, &days), cases[i].result);
		assert_int_equal(days, cases[i].result == 0 ? cases[i].days : 4242);
	}
}

static void only_times_of_rfc_3339_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t t;
		int result;
	} cases[] = {
		{"1970-01-01T00:00:00Z", 0, 0},
		{"2026-01-31T03:00:00Z", 1769828400, 0},
		{"2026-01-31t03:00:00z", 1769828400, 0},
		{"2026-01-31T03:00:00.999999999999Z", 1769828400, 0},
		{"2026-01-31T04:00:00+01:00", 1769828400, 0},
		{"2026-01-31T08:30:00+05:30", 1769828400, 0},
		{"2026-01-30T22:00:00-05:00", 1769828400, 0},
		{"2026-01-31T03:00:00-00:00", 1769828400, 0},
		{"2016-12-31T23:59:60Z", 1483228800, 0},
		{"9999-12-31T23:59:59Z", INT64_C(253402300799), 0},
		{"2026-01-31T03:00:00", 0, -EINVAL},
		{"2026-01-31 03:00:00Z", 0, -EINVAL},
		{"2026-01-31T03:00Z", 0, -EINVAL},
		{"2026-01-31T3:00:00Z", 0, -EINVAL},
		{"2026-01-31T24:00:00Z", 0, -EINVAL},
		{"2026-01-31T03:60:00Z", 0, -EINVAL},
		{"2026-01-31T03:00:61Z", 0, -EINVAL},
		{"2026-02-30T03:00:00Z", 0, -EINVAL},
		{"2026-01-31T03:00:00.Z", 0, -EINVAL},
		{"2026-01-31T03:00:00,5Z", 0, -EINVAL},
		{"2026-01-31T03:00:00+0100", 0, -EINVAL},
		{"2026-01-31T03:00:00+01", 0, -EINVAL},
		{"2026-01-31T03:00:00+24:00", 0, -EINVAL},
		{"2026-01-31T03:00:00+01:60", 0, -EINVAL},
		{"2026-01-31T03:00:00+", 0, -EINVAL},
		{"2026-01-31T03:00:00ZZ", 0, -EINVAL},
		{"2026-01-31T03:00:00 Z", 0, -EINVAL},
		{"2026-01-31T", 0, -EINVAL},
		{"2026-01-31", 0, -EINVAL},
		{"", 0, -EINVAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t t = 4242;

		assert_int_equal(time_parse(cases[i].text, &t), cases[i].result);
		assert_int_equal(t, cases[i].result == 0 ? cases[i].t : 4242);
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
		cmocka_unit_test(only_days_that_exist_are_read),
		cmocka_unit_test(only_times_of_rfc_3339_are_read),
		cmocka_unit_test(spans_are_one_unit_rounded_down),
		cmocka_unit_test(clocks_agree_with_each_other_and_run_forward),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
