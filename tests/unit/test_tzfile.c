// needs: common
/* test_tzfile.c - what time it is when the clocks of a zone show something. Expected times come
 * from tzdata's rules. */
#include "common/timefmt.h"
#include "common/tzfile.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int64_t at(const char *iso)
{
	int y, mo, d, h, mi;
	int64_t t;
	assert_int_equal(sscanf(iso, "%d-%d-%dT%d:%d", &y, &mo, &d, &h, &mi), 5);
	assert_int_equal(time_from_civil(y, mo, d, h, mi, 0, &t), 0);
	return t;
}

static void clocks_are_read_in_their_zone(void **state _unused_)
{
	static const struct {
		const char *zone, *local, *utc;
	} cases[] = {
		{"UTC", "2024-01-31T03:00", "2024-01-31T03:00:00Z"},
		{"Europe/Berlin", "2024-01-31T03:00", "2024-01-31T02:00:00Z"},
		{"Europe/Berlin", "2024-07-01T00:00", "2024-06-30T22:00:00Z"},
		/* spring: 02:00 to 03:00 is skipped */
		{"Europe/Berlin", "2024-03-31T01:59", "2024-03-31T00:59:00Z"},
		{"Europe/Berlin", "2024-03-31T02:00", "2024-03-31T01:00:00Z"},
		{"Europe/Berlin", "2024-03-31T02:30", "2024-03-31T01:30:00Z"},
		{"Europe/Berlin", "2024-03-31T03:00", "2024-03-31T01:00:00Z"},
		/* autumn: 02:00 to 03:00 is passed twice, the first one counts */
		{"Europe/Berlin", "2024-10-27T01:59", "2024-10-26T23:59:00Z"},
		{"Europe/Berlin", "2024-10-27T02:00", "2024-10-27T00:00:00Z"},
		{"Europe/Berlin", "2024-10-27T02:59", "2024-10-27T00:59:00Z"},
		{"Europe/Berlin", "2024-10-27T03:00", "2024-10-27T02:00:00Z"},
		{"America/New_York", "2024-03-10T02:30", "2024-03-10T07:30:00Z"},
		{"America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00Z"},
		{"America/New_York", "2024-11-03T02:00", "2024-11-03T07:00:00Z"},
		{"America/New_York", "2024-12-31T23:00", "2025-01-01T04:00:00Z"},
		{"Asia/Kolkata", "2024-01-31T03:00", "2024-01-30T21:30:00Z"},
		/* the 30th of December 2011 was skipped */
		{"Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59:00Z"},
		{"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z"},
		{"Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"},
		/* half an hour of summer time */
		{"Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45:00Z"},
		{"Australia/Lord_Howe", "2024-04-07T02:00", "2024-04-06T15:30:00Z"},
		{"Australia/Lord_Howe", "2024-10-06T02:15", "2024-10-05T15:45:00Z"},
		{"Australia/Lord_Howe", "2024-12-25T12:00", "2024-12-25T01:00:00Z"},
		/* summer time is the standard there */
		{"Europe/Dublin", "2024-10-27T01:30", "2024-10-27T00:30:00Z"},
		{"Europe/Dublin", "2024-07-01T12:00", "2024-07-01T11:00:00Z"},
		/* by the rule, before and after what is worked out beforehand */
		{"Europe/Berlin", "2085-07-01T12:00", "2085-07-01T10:00:00Z"},
		{"Europe/Berlin", "2100-12-31T12:00", "2100-12-31T11:00:00Z"},
		{"Europe/Berlin", "2150-07-01T12:00", "2150-07-01T10:00:00Z"},
		{"Europe/Berlin", "2150-01-01T12:00", "2150-01-01T11:00:00Z"},
		{"Australia/Lord_Howe", "2150-01-01T12:00", "2150-01-01T01:00:00Z"},
		{"Asia/Kolkata", "2150-01-01T12:00", "2150-01-01T06:30:00Z"},
		{"Etc/GMT-14", "2024-01-31T03:00", "2024-01-30T13:00:00Z"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tz *tz;
		char got[TIME_ISO_SIZE];
		assert_int_equal(tz_load(cases[i].zone, &tz), 0);
		time_iso(tz_from_local(tz, at(cases[i].local)), got);
		if (strcmp(got, cases[i].utc) != 0) {
			fail_msg("%s in %s: %s instead of %s", cases[i].local, cases[i].zone, got,
				cases[i].utc);
		}
		tz_free(tz);
	}
}

/* The earliest of the times that show it; in a gap the offset before it holds on. */
static int64_t slowly_from_local(const struct tz *tz, int64_t local)
{
	enum { QUARTER = 900 };
	int64_t first = local - INT64_C(16) * 3600;
	for (int64_t t = first; t <= local + INT64_C(16) * 3600; t += QUARTER) {
		if (t + tz_offset(tz, t) == local) {
			return t;
		}
	}
	return local - tz_offset(tz, first);
}

static void every_local_quarter_of_an_hour_is_the_earliest_that_shows_it(void **state _unused_)
{
	static const char *const zones[] = {"Europe/Berlin", "America/New_York", "Pacific/Apia",
		"Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "Europe/Dublin",
		"Asia/Kathmandu"};
	static const char *const years[] = {
		"2011-01-01T00:00", "2024-01-01T00:00", "2036-01-01T00:00", "2098-01-01T00:00"};
	for (size_t i = 0; i < ARRAY_SIZE(zones); i++) {
		struct tz *tz;
		assert_int_equal(tz_load(zones[i], &tz), 0);
		for (size_t y = 0; y < ARRAY_SIZE(years); y++) {
			int64_t begin = at(years[y]);
			for (int64_t local = begin; local < begin + INT64_C(366) * 86400;
				local += 6300) {
				int64_t got = tz_from_local(tz, local);
				if (got != slowly_from_local(tz, local)) {
					fail_msg("%s: %lld", zones[i], (long long)local);
				}
			}
		}
		tz_free(tz);
	}
}

static void times_at_the_end_of_all_days_are_survived(void **state _unused_)
{
	struct tz *tz;
	assert_int_equal(tz_load("Europe/Berlin", &tz), 0);
	const int64_t far = INT64_C(100000000000000);
	assert_int_equal(far - tz_from_local(tz, far) + 7200, 3600 + 7200);
	assert_in_range(-far - tz_from_local(tz, -far) + 7200, 0, 14400);
	tz_free(tz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_are_read_in_their_zone),
		cmocka_unit_test(every_local_quarter_of_an_hour_is_the_earliest_that_shows_it),
		cmocka_unit_test(times_at_the_end_of_all_days_are_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
