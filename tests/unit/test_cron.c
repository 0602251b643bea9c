// needs: common
/* test_cron.c - schedules, their sentences, and clocks that jump. Times were computed by hand from
 * tzdata's rules. */
#include "common/cron.h"
#include "common/timefmt.h"
#include "common/tzfile.h"
#include "common/tzrule.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* "2025-03-30T01:00:00Z" */
static int64_t at(const char *iso)
{
	int y, mo, d, h, mi, s;
	int64_t t;

	assert_int_equal(sscanf(iso, "%d-%d-%dT%d:%d:%dZ", &y, &mo, &d, &h, &mi, &s), 6);
	assert_int_equal(time_from_civil(y, mo, d, h, mi, s, &t), 0);
	return t;
}

static struct cron parsed(const char *text)
{
	struct cron c;
	struct err err = {0};

	if (cron_parse(text, &c, &err) < 0) {
		fail_msg("%s: %s", text, err.message);
	}
	return c;
}

static void check_runs(
	const char *schedule, const char *zone, const char *after, const char *const *runs)
{
	struct cron c = parsed(schedule);
	int64_t t = at(after);

	for (; *runs != NULL; runs++) {
		char out[TIME_ISO_SIZE];

		t = cron_next(&c, zone, t, TIME_NONE);
		if (strcmp(time_iso(t, out), *runs) != 0) {
			fail_msg("%s in %s: %s instead of %s", schedule, zone, out, *runs);
		}
	}
}

struct runs_case {
	const char *schedule, *zone, *after;
	const char *runs[6]; /* NULL-terminated */
};

static void plain_schedules_run_when_their_fields_say(void **state)
{
	(void)state;
	static const struct runs_case cases[] = {
		{"30 4 * * *", "UTC", "2026-01-31T04:29:59Z",
			{"2026-01-31T04:30:00Z", "2026-02-01T04:30:00Z"}},
		{"*/15 * * * *", "UTC", "2026-01-31T23:44:59Z",
			{"2026-01-31T23:45:00Z", "2026-02-01T00:00:00Z"}},
		{"0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z",
			{"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},
		{"0 0 13 * 5", "UTC", "2026-01-01T00:00:00Z", /* either day is enough */
			{"2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z", "2026-01-13T00:00:00Z"}},
		{"0 0 */2 * 5", "UTC", "2026-01-01T00:00:00Z", /* a star: both are needed */
			{"2026-01-09T00:00:00Z", "2026-01-23T00:00:00Z"}},
		{"0 12 * * 7", "UTC", "2026-01-01T00:00:00Z",
			{"2026-01-04T12:00:00Z", "2026-01-11T12:00:00Z"}},
		{"0 12 * * sun-mon", "UTC", "2026-01-01T00:00:00Z",
			{"2026-01-04T12:00:00Z", "2026-01-05T12:00:00Z"}},
		{"5,10-12/2 3 1 jan,DEC *", "UTC", "2025-12-01T03:05:00Z",
			{"2025-12-01T03:10:00Z", "2025-12-01T03:12:00Z", "2026-01-01T03:05:00Z"}},
		{"@hourly", "UTC", "2026-01-31T22:00:00Z",
			{"2026-01-31T23:00:00Z", "2026-02-01T00:00:00Z"}},
		{"@weekly", "UTC", "2026-01-31T22:00:00Z",
			{"2026-02-01T00:00:00Z", "2026-02-08T00:00:00Z"}},
		{"@monthly", "UTC", "2026-01-31T22:00:00Z",
			{"2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"}},
		{"@yearly", "UTC", "2026-01-31T22:00:00Z",
			{"2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"}},
		{"0 0 1 1 *", "Asia/Kolkata", "2026-06-01T00:00:00Z", {"2026-12-31T18:30:00Z"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check_runs(cases[i].schedule, cases[i].zone, cases[i].after, cases[i].runs);
	}
}

static void a_time_that_the_clock_skips_runs_once_right_after_the_gap(void **state)
{
	(void)state;
	static const struct runs_case cases[] = {
		/* 2025-03-30 02:00 CET becomes 03:00 CEST */
		{"30 2 * * *", "Europe/Berlin", "2025-03-29T00:00:00Z",
			{"2025-03-29T01:30:00Z", "2025-03-30T01:00:00Z", "2025-03-31T00:30:00Z"}},
		{"0,30 2 * * *", "Europe/Berlin", "2025-03-30T00:00:00Z",
			{"2025-03-30T01:00:00Z", "2025-03-31T00:00:00Z"}},
		{"30 2,3 * * *", "Europe/Berlin", "2025-03-30T00:00:00Z",
			{"2025-03-30T01:00:00Z", "2025-03-30T01:30:00Z", "2025-03-31T00:30:00Z"}},
		{"0 2,3 * * *", "Europe/Berlin", "2025-03-30T00:00:00Z", /* the same moment, once */
			{"2025-03-30T01:00:00Z", "2025-03-31T00:00:00Z"}},
		/* 2025-03-09 02:00 EST becomes 03:00 EDT */
		{"15 2 * * *", "America/New_York", "2025-03-09T05:00:00Z",
			{"2025-03-09T07:00:00Z", "2025-03-10T06:15:00Z"}},
		/* 2025-10-05 02:00 +1030 becomes 02:30 +11 */
		{"10 2 * * *", "Australia/Lord_Howe", "2025-10-04T00:00:00Z",
			{"2025-10-04T15:30:00Z", "2025-10-05T15:10:00Z"}},
		{"40 2 * * *", "Australia/Lord_Howe", "2025-10-04T00:00:00Z",
			{"2025-10-04T15:40:00Z", "2025-10-05T15:40:00Z"}},
		/* far behind the file's table: the rule at its end */
		{"30 2 * * *", "Europe/Berlin", "2060-03-27T12:00:00Z",
			{"2060-03-28T01:00:00Z", "2060-03-29T00:30:00Z"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check_runs(cases[i].schedule, cases[i].zone, cases[i].after, cases[i].runs);
	}
}

static void a_time_that_the_clock_repeats_runs_once_at_its_first_occurrence(void **state)
{
	(void)state;
	static const struct runs_case cases[] = {
		/* 2025-10-26 03:00 CEST becomes 02:00 CET */
		{"30 2 * * *", "Europe/Berlin", "2025-10-25T12:00:00Z",
			{"2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z"}},
		{"30 2 * * *", "Europe/Berlin", "2025-10-26T00:45:00Z", {"2025-10-27T01:30:00Z"}},
		{"0 3 * * *", "Europe/Berlin", "2025-10-25T12:00:00Z",
			{"2025-10-26T02:00:00Z", "2025-10-27T02:00:00Z"}},
		/* 2025-11-02 02:00 EDT becomes 01:00 EST */
		{"30 1 * * *", "America/New_York", "2025-11-02T00:00:00Z",
			{"2025-11-02T05:30:00Z", "2025-11-03T06:30:00Z"}},
		/* 2025-04-06 02:00 +11 becomes 01:30 +1030 */
		{"45 1 * * *", "Australia/Lord_Howe", "2025-04-05T00:00:00Z",
			{"2025-04-05T14:45:00Z", "2025-04-06T15:15:00Z"}},
		{"15 1 * * *", "Australia/Lord_Howe", "2025-04-05T00:00:00Z",
			{"2025-04-05T14:15:00Z", "2025-04-06T14:45:00Z"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check_runs(cases[i].schedule, cases[i].zone, cases[i].after, cases[i].runs);
	}
}

static void stars_follow_real_time_across_both_changes(void **state)
{
	(void)state;
	static const struct runs_case cases[] = {
		{"0 * * * *", "Europe/Berlin", "2025-03-29T23:30:00Z",
			{"2025-03-30T00:00:00Z", "2025-03-30T01:00:00Z", "2025-03-30T02:00:00Z"}},
		{"0 * * * *", "Europe/Berlin", "2025-10-25T23:30:00Z",
			{"2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z"}},
		{"*/30 2 * * *", "Europe/Berlin",
			"2025-10-25T12:00:00Z", /* both passes of the hour */
			{"2025-10-26T00:00:00Z", "2025-10-26T00:30:00Z", "2025-10-26T01:00:00Z",
				"2025-10-26T01:30:00Z", "2025-10-27T01:00:00Z"}},
		{"*/30 2 * * *", "Europe/Berlin", "2025-03-29T12:00:00Z", /* the hour is missing */
			{"2025-03-31T00:00:00Z"}},
		{"0 */2 * * *", "Australia/Lord_Howe",
			"2025-10-04T13:30:00Z", /* 02:00 is skipped */
			{"2025-10-04T17:00:00Z", "2025-10-04T19:00:00Z"}},
		{"0 */6 1 1 *", "America/New_York", "2025-06-01T00:00:00Z",
			{"2026-01-01T05:00:00Z", "2026-01-01T11:00:00Z"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check_runs(cases[i].schedule, cases[i].zone, cases[i].after, cases[i].runs);
	}
}

/* The slow and obvious answer, minute by minute, for schedules with stars. */
static int64_t next_by_minutes(const char *zone, int64_t after, int hour, int step)
{
	for (int64_t t = (after / 60 + 1) * 60;; t += 60) {
		int64_t wall = t + timezone_offset(zone, t);

		if (wall / 3600 % 24 == hour && wall / 60 % 60 % step == 0) {
			return t;
		}
	}
}

static void the_quick_search_agrees_with_minute_by_minute_around_every_change(void **state)
{
	(void)state;
	static const char *const zones[] = {
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe"};
	static const char *const days[] = {
		"2025-03-08", "2025-03-29", "2025-04-05", "2025-10-04", "2025-10-25", "2025-11-01"};

	for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
		for (size_t d = 0; d < ARRAY_SIZE(days); d++) {
			for (int hour = 0; hour < 24; hour += 1 + (hour > 4 ? 8 : 0)) {
				char text[32], iso[32];
				struct cron c;
				int64_t t;

				snprintf(text, sizeof(text), "*/20 %d * * *", hour);
				snprintf(iso, sizeof(iso), "%sT06:00:00Z", days[d]);
				c = parsed(text);
				t = at(iso);
				for (int i = 0; i < 8; i++) {
					int64_t slow = next_by_minutes(zones[z], t, hour, 20);

					t = cron_next(&c, zones[z], t, TIME_NONE);
					assert_true(t == slow);
				}
			}
		}
	}
}

static void every_counts_from_the_last_start(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t after, last, next;
	} cases[] = {
		{"@every 6h", 1000000, TIME_NONE, 1000001},
		{"@every 6h", 1000000, 1000000, 1021600},
		{"@every 6h", 1000000, 990000, 1011600},
		{"@every 6h", 1000000, 10, 1000001},      /* overdue */
		{"@every 6h", 1000000, 9000000, 1021600}, /* the clock was set back */
		{"@every 1m", 1000000, 1000000, 1000060},
		{"off", 1000000, 10, TIME_NONE},
		{"", 1000000, 10, TIME_NONE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cron c = parsed(cases[i].text);

		assert_true(cron_next(&c, "", cases[i].after, cases[i].last) == cases[i].next);
	}
}

static void wrong_schedules_are_refused_with_a_sentence_that_names_the_field(void **state)
{
	(void)state;
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{"0 25 * * *", "hour 25 is not between 0 and 23"},
		{"60 1 * * *", "minute 60 is not between 0 and 59"},
		{"0 0 0 * *", "day 0 is not between 1 and 31"},
		{"0 0 * 13 *", "month 13 is not between 1 and 12"},
		{"0 0 * * 8", "weekday 8 is not between 0 and 7"},
		{"0 0 * * monday", "\"monday\" is no weekday"},
		{"x 0 * * *", "\"x\" is no minute"},
		{"-1 0 * * *", "\"\" is no minute"},
		{"1- 0 * * *", "\"\" is no minute"},
		{"1,,2 0 * * *", "\"\" is no minute"},
		{"0 5-3 * * *", "the hour range 5-3 runs backwards"},
		{"0/5 * * * *", "a step needs a range or a star"},
		{"*/0 * * * *", "step 0 is not between 1 and 59"},
		{"*/99999999999999999999 * * * *", "is not between 1 and 59"},
		{"*x * * * *", "is not understood"},
		{"0 0 30 2 *", "day 30 never comes in month 2"},
		{"0 0 31 4,6,9,11 *", "never comes"},
		{"0 0 * *", "not 4"},
		{"0 0 * * * root", "not 6"},
		{"@often", "\"@often\" is none of"},
		{"@daily 5", "is none of"},
		{"@every", "is none of"},
		{"@every 6", "such as 90m, 6h or 1d, not \"6\""},
		{"@every 59s", "not between 1m and 366d"},
		{"@every 367d", "not between 1m and 366d"},
		{"off off", "not 2"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cron c;
		struct err err = {0};

		assert_int_equal(cron_parse(cases[i].text, &c, &err), -EINVAL);
		if (strstr(err.message, cases[i].sentence) == NULL) {
			fail_msg("%s: %s", cases[i].text, err.message);
		}
		assert_int_equal(cron_parse(cases[i].text, &c, NULL), -EINVAL);
	}
}

static void common_schedules_are_said_in_words(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"0 3 * * *", "every day at 03:00"},
		{"0 3,15 * * *", "every day at 03:00 and 15:00"},
		{"30 4 * * 1", "every Monday at 04:30"},
		{"30 4 * * 1,4", "every Monday and Thursday at 04:30"},
		{"30 4 * * 1-5", "Monday to Friday at 04:30"},
		{"@weekly", "every Sunday at 00:00"},
		{"@monthly", "every month on day 1 at 00:00"},
		{"@yearly", "every year on 1 January at 00:00"},
		{"@hourly", "every hour"},
		{"5 * * * *", "every hour at minute 5"},
		{"0 */6 * * *", "every 6 hours"},
		{"5 */6 * * *", "every 6 hours at minute 5"},
		{"*/15 * * * *", "every 15 minutes"},
		{"* * * * *", "every minute"},
		{"@every 6h", "every 6 hours"},
		{"@every 1h", "every hour"},
		{"@every 90m", "every 90 minutes"},
		{"@every 2d", "every 2 days"},
		{"off", "never"},
		{"", "never"},
		{"*/7 * * * *", "*/7 * * * *"},
		{"0 3 1 * 1", "0 3 1 * 1"},
		{"0 3 * 6 *", "0 3 * 6 *"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cron c = parsed(cases[i].text);
		char out[80];

		assert_string_equal(
			cron_words(&c, cases[i].text, out, sizeof(out)), cases[i].words);
	}
}

static void only_installed_zones_with_harmless_names_are_valid(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool valid;
	} cases[] = {
		{"", true},
		{"UTC", true},
		{"Europe/Berlin", true},
		{"America/Argentina/Buenos_Aires", true},
		{"Etc/GMT+5", true},
		{"Europe", false},
		{"Europe/Atlantis", false},
		{"../../../etc/passwd", false},
		{"Europe/../Europe/Berlin", false},
		{"/usr/share/zoneinfo/UTC", false},
		{"tzdata.zi", false},
		{"zone.tab", false},
		{"Europe/Berlin\n", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(timezone_is_valid(cases[i].name), cases[i].valid);
	}
}

static void offsets_agree_with_the_rules_of_the_zones(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *at;
		int offset;
	} cases[] = {
		{"UTC", "2025-07-01T00:00:00Z", 0},
		{"Europe/Berlin", "2025-01-01T00:00:00Z", 3600},
		{"Europe/Berlin", "2025-03-30T00:59:59Z", 3600},
		{"Europe/Berlin", "2025-03-30T01:00:00Z", 7200},
		{"Europe/Berlin", "2025-10-26T00:59:59Z", 7200},
		{"Europe/Berlin", "2025-10-26T01:00:00Z", 3600},
		{"Europe/Berlin", "1985-07-01T00:00:00Z", 7200},
		{"Europe/Berlin", "2077-07-01T00:00:00Z", 7200},
		{"Europe/Dublin", "2077-01-01T00:00:00Z", 0}, /* winter is the exception there */
		{"Europe/Dublin", "2077-07-01T00:00:00Z", 3600},
		{"America/New_York", "2025-12-31T00:00:00Z", -18000},
		{"America/New_York", "2090-07-01T00:00:00Z", -14400},
		{"Australia/Lord_Howe", "2025-01-01T00:00:00Z", 39600},
		{"Australia/Lord_Howe", "2090-07-01T00:00:00Z", 37800},
		{"Asia/Kathmandu", "2090-07-01T00:00:00Z", 20700},
		{"Europe/Atlantis", "2025-01-01T00:00:00Z", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(timezone_offset(cases[i].zone, at(cases[i].at)), cases[i].offset);
	}
}

static void posix_rules_are_parsed_whole_or_not_at_all(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int result;
		int january, july; /* of 2025 */
	} cases[] = {
		{"UTC0", 0, 0, 0},
		{"CET-1CEST,M3.5.0,M10.5.0/3", 0, 3600, 7200},
		{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 0, 39600, 37800},
		{"IST-1GMT0,M10.5.0,M3.5.0/1", 0, 0, 3600},
		{"EST5EDT,J60/2,J300/2", 0, -18000, -14400},
		{"EST5EDT,59/-24,299/167", 0, -18000, -14400},
		{"", -EINVAL, 0, 0},
		{"CE-1", -EINVAL, 0, 0},
		{"CET", -EINVAL, 0, 0},
		{"CET-1CEST", -EINVAL, 0, 0},
		{"CET-1CEST,M3.5.0", -EINVAL, 0, 0},
		{"CET-1CEST,M13.5.0,M10.5.0", -EINVAL, 0, 0},
		{"CET-1CEST,M3.6.0,M10.5.0", -EINVAL, 0, 0},
		{"CET-1CEST,M3.5.7,M10.5.0", -EINVAL, 0, 0},
		{"CET-1CEST,M3.5.0,M10.5.0/168", -EINVAL, 0, 0},
		{"CET-1CEST,M3.5.0,M10.5.0 ", -EINVAL, 0, 0},
		{"CET-99999999999999999999", -EINVAL, 0, 0},
		{"<+01-1", -EINVAL, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tzrule rule;

		assert_int_equal(tzrule_parse(cases[i].text, &rule), cases[i].result);
		if (cases[i].result == 0) {
			assert_int_equal(
				tzrule_offset(&rule, at("2025-01-15T12:00:00Z")), cases[i].january);
			assert_int_equal(
				tzrule_offset(&rule, at("2025-07-15T12:00:00Z")), cases[i].july);
		}
	}
}

static void a_zone_file_that_is_cut_or_changed_anywhere_is_survived(void **state)
{
	(void)state;
	static uint8_t data[8192], copy[8192];
	_fclose_ FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "re");
	size_t size;
	struct tz *tz;

	assert_non_null(f);
	size = fread(data, 1, sizeof(data), f);
	assert_in_range(size, 100, sizeof(data) - 1);
	for (size_t n = 0; n < size; n++) {
		assert_int_equal(tz_decode(data, n, &tz), -EBADMSG);
	}
	for (size_t n = 0; n < size; n++) {
		memcpy(copy, data, size);
		copy[n] ^= 0xff;
		if (tz_decode(copy, size, &tz) == 0) {
			assert_in_range(tz_offset(tz, 0) + 86400 * 2, 0, 86400 * 4);
			tz_free(tz);
		}
	}
	assert_int_equal(tz_decode(data, size, &tz), 0);
	assert_int_equal(tz_offset(tz, at("2025-07-01T00:00:00Z")), 7200);
	tz_free(tz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_schedules_run_when_their_fields_say),
		cmocka_unit_test(a_time_that_the_clock_skips_runs_once_right_after_the_gap),
		cmocka_unit_test(a_time_that_the_clock_repeats_runs_once_at_its_first_occurrence),
		cmocka_unit_test(stars_follow_real_time_across_both_changes),
		cmocka_unit_test(the_quick_search_agrees_with_minute_by_minute_around_every_change),
		cmocka_unit_test(every_counts_from_the_last_start),
		cmocka_unit_test(wrong_schedules_are_refused_with_a_sentence_that_names_the_field),
		cmocka_unit_test(common_schedules_are_said_in_words),
		cmocka_unit_test(only_installed_zones_with_harmless_names_are_valid),
		cmocka_unit_test(offsets_agree_with_the_rules_of_the_zones),
		cmocka_unit_test(posix_rules_are_parsed_whole_or_not_at_all),
		cmocka_unit_test(a_zone_file_that_is_cut_or_changed_anywhere_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
