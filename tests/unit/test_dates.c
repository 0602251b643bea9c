// needs: scannerd/match proto common
/* test_dates.c - which times are read from a name, and which numbers are none. */
#include "common/timefmt.h"
#include "scannerd/match/dates.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOW INT64_C(1790000000) /* 2026-09-21T13:33:20Z */

struct date_case {
	const char *name, *time; /* NULL: none */
};

static void check_in(
	const struct tz *zone, const struct date_case *cases, size_t n, enum date_order order)
{
	struct words *words;
	assert_int_equal(words_new(NULL, &words), 0);
	const struct date_rules rules = {.order = order, .now = NOW, .words = words, .zone = zone};
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++) {
		static struct text t;
		struct dates found;
		char got[TIME_ISO_SIZE] = "none";
		text_set(&t, cases[i].name, strlen(cases[i].name));
		dates_scan(&t, &rules, &found);
		if (found.time != TIME_NONE) {
			time_iso(found.time, got);
		}
		if (strcmp(got, cases[i].time != NULL ? cases[i].time : "none") != 0) {
			print_error("%s: got %s, wanted %s\n", cases[i].name, got,
				cases[i].time != NULL ? cases[i].time : "none");
			wrong++;
		}
	}
	words_free(words);
	assert_int_equal(wrong, 0);
}

static void check(const struct date_case *cases, size_t n, enum date_order order)
{
	check_in(NULL, cases, n, order);
}

static void written_dates_are_read(void **state _unused_)
{
	static const struct date_case cases[] = {
		{"x_2024-01-31.tar", "2024-01-31T00:00:00Z"},
		{"x_2024_01_31.tar", "2024-01-31T00:00:00Z"},
		{"x.2024.01.31.tar", "2024-01-31T00:00:00Z"},
		{"x 2024 01 31.tar", "2024-01-31T00:00:00Z"},
		{"20240131", "2024-01-31T00:00:00Z"},
		{"x-20240131-0300.b", "2024-01-31T03:00:00Z"},
		{"x_7-2_1396_202401310300.conf", "2024-01-31T03:00:00Z"},
		{"x-20240131030405.db", "2024-01-31T03:04:05Z"},
		{"x-20240131030405123.db", "2024-01-31T03:04:05Z"},
		{"x.20220202T000002Z.vol1", "2022-02-02T00:00:02Z"},
		{"2024-01-31T03:00:00Z", "2024-01-31T03:00:00Z"},
		{"2024-01-31T03:00:00+01:00", "2024-01-31T02:00:00Z"},
		{"2024-01-31T03:00:00-05:30", "2024-01-31T08:30:00Z"},
		{"20240131T030000+0200", "2024-01-31T01:00:00Z"},
		{"2024-01-31T03:00:00.123Z", "2024-01-31T03:00:00Z"},
		{"2024-01-31T03-00-01", "2024-01-31T03:00:01Z"},
		{"2024-01-31_03-00-01.x", "2024-01-31T03:00:01Z"},
		{"2024-01-31_03.05_00004800.tar", "2024-01-31T03:05:00Z"},
		{"2024-01-31_03h05m.sql", "2024-01-31T03:05:00Z"},
		{"2024-01-31_03h05m07s", "2024-01-31T03:05:07Z"},
		{"Backup 2019-02-22 124351", "2019-02-22T12:43:51Z"},
		{"x-2023-09-19-10-53-02.tgz", "2023-09-19T10:53:02Z"},
		{"240131-0300", "2024-01-31T03:00:00Z"},
		{"240131_030001", "2024-01-31T03:00:01Z"},
		{"x-31-01-2024.zip", "2024-01-31T00:00:00Z"},
		{"x-01-31-2024.zip", "2024-01-31T00:00:00Z"},
		{"x-02.02.2024_0300.zip", "2024-02-02T03:00:00Z"},
		{"x-31-Jan-2024.zip", "2024-01-31T00:00:00Z"},
		{"x-Jan-31-2024.zip", "2024-01-31T00:00:00Z"},
		{"x-2024-Jan-31.zip", "2024-01-31T00:00:00Z"},
		{"web01D2019-05-04T224145_2DCD.vbk", "2019-05-04T22:41:45Z"},
		{"1477883719_x.tar", "2016-10-31T03:15:19Z"},
		{"c-1774656589.8566.xml", "2026-03-28T00:09:49Z"},
		{"x_1561240803369.zip", "2019-06-22T22:00:03Z"},
		{"backup20240131.tar", "2024-01-31T00:00:00Z"},
		{"20990101", "2099-01-01T00:00:00Z"},
		{"2024-02-29", "2024-02-29T00:00:00Z"},
		{"x-January-31-2024.zip", "2024-01-31T00:00:00Z"},
		{"x-31-January-2024.zip", "2024-01-31T00:00:00Z"},
		{"x_31Jan2024.zip", "2024-01-31T00:00:00Z"},
		{"x-Wed-Jan-31-2024.zip", "2024-01-31T00:00:00Z"},
		{"backup-1.31.2024_03-00-00_jim.tar.gz", "2024-01-31T03:00:00Z"},
		{"x 31.1.2024.zip", "2024-01-31T00:00:00Z"},
		{"x 2024-01-31 03;04;05 (Full)", "2024-01-31T03:04:05Z"},
		{"20240131-030405F", "2024-01-31T03:04:05Z"},
		{"20240131-030405F_20240201-040506I", "2024-02-01T04:05:06Z"},
		{"2024-01-31 at 03.04.05.zip", "2024-01-31T03:04:05Z"},
		{"2024-01-31 03-04-05 PM.zip", "2024-01-31T15:04:05Z"},
		{"2024-01-31_12-04AM.zip", "2024-01-31T00:04:00Z"},
		{"20240131_030405_UTC.conf", "2024-01-31T03:04:05Z"},
		{"@GMT-2024.01.31-03.04.05", "2024-01-31T03:04:05Z"},
		{"zfs-auto-snap_daily-2024-01-31-0304", "2024-01-31T03:04:00Z"},
		{"@home.20240131T030405+0100", "2024-01-31T02:04:05Z"},
		{"20240131T030405Z-78f8c5d5c1a2b3c4", "2024-01-31T03:04:05Z"},
	};
	check(cases, ARRAY_SIZE(cases), DATE_ORDER_NONE);
}

static void last_of_two_dates_counts(void **state _unused_)
{
	static const struct date_case cases[] = {
		{"x-2024-01-31-to-2024-02-29.tar", "2024-02-29T00:00:00Z"},
		{"1493107454_2018_04_25_10.6.4-ce_x.tar", "2018-04-25T00:00:00Z"},
		{"x-2024-01-31-99999999.tar", "2024-01-31T00:00:00Z"},
		{"1706670000_2024_01_31_16.10.10-ee_gitlab_backup.tar", "2024-01-31T00:00:00Z"},
		{"autobackup_7.4.162_20240131_0300_1706670000008.unf", "2024-01-31T03:00:00Z"},
	};
	check(cases, ARRAY_SIZE(cases), DATE_ORDER_NONE);
}

static void versions_and_serial_numbers_are_no_dates(void **state _unused_)
{
	static const struct date_case cases[] = {
		{"Automatic_backup_2025.6.3", NULL},
		{"M_8.0.1.00100_", NULL},
		{"17.2.9", NULL},
		{"7.2024.01.31", NULL},
		{"00004800", NULL},
		{"20241301", NULL},
		{"20240230", NULL},
		{"20240100", NULL},
		{"2023-02-29", NULL},
		{"19891231", NULL},
		{"21000101", NULL},
		{"240131", NULL},
		{"240131-99", NULL},
		{"991301-0300", NULL},
		{"SN20240131", NULL},
		{"ab20240131cd", NULL},
		{"20240131x", NULL},
		{"2024-01-31x", NULL},
		{"2024-01-311", NULL},
		{"12024-01-31", NULL},
		{"2024-1-31", NULL},
		{"2024-01_31", NULL},
		{"9999999999", NULL},
		{"2024013103", NULL},
		{"0123456789", NULL},
		{"SW1-Jan-11-15-44-33.695-0", NULL},
		{"LOG.012024.z", NULL},
		{"9b9cfbc4-369e-11e9-a17c-806e6f6e6963.vhd", NULL},
		{"20240131-1200-4000-8000-1234567890ab", NULL},
		{"A1B2C3D4-0000-4000-8000-1234567890AB-11112222A.tibx", NULL},
		{"test-01-10-10.2.3.202", NULL},
		{"x-02-03-2024.zip", NULL},
		{"x-32-01-2024", NULL},
		{"x-13-13-2024", NULL},
		{"1-31-01-2024", NULL},
		{"31-01-24", NULL},
		{"", NULL},
		{"2024", NULL},
		{"2024-01", NULL},
		{"2024-", NULL},
		{"D2019-05-04T", NULL},
		{"version-2024.01.31", NULL},
		{"core_2024.12.10.tar", NULL},
		{"SN-20240131.cfg", NULL},
		{"x-1.2.2024.zip", NULL},
		{"x-1-31-2024.zip", NULL},
		{"8.1.31.2024", NULL},
		{"x-0.31.2024", NULL},
		{"31Jux2024", NULL},
		{"131Jan2024", NULL},
		{"x-Janua-31-2024", NULL},
	};
	check(cases, ARRAY_SIZE(cases), DATE_ORDER_NONE);
}

static void wrong_times_leave_the_date(void **state _unused_)
{
	static const struct date_case cases[] = {
		{"2024-01-31_25-00-00", "2024-01-31T00:00:00Z"},
		{"2024-01-31_10.20.30.40.tar", "2024-01-31T00:00:00Z"},
		{"2024-01-31-9999", "2024-01-31T00:00:00Z"},
		{"2024-01-31-part2", "2024-01-31T00:00:00Z"},
		{"20240131T030000-0001.tar", "2024-01-31T03:00:00Z"},
	};
	check(cases, ARRAY_SIZE(cases), DATE_ORDER_NONE);
}

static void date_order_settles_day_and_month(void **state _unused_)
{
	static const struct date_case day[] = {
		{"x-02-03-2024", "2024-03-02T00:00:00Z"}, {"x-01-31-2024", "2024-01-31T00:00:00Z"}};
	static const struct date_case month[] = {
		{"x-02-03-2024", "2024-02-03T00:00:00Z"}, {"x-31-01-2024", "2024-01-31T00:00:00Z"}};
	check(day, ARRAY_SIZE(day), DATE_ORDER_DAY_FIRST);
	check(month, ARRAY_SIZE(month), DATE_ORDER_MONTH_FIRST);
}

static void times_without_an_offset_are_local(void **state _unused_)
{
	static const struct date_case cases[] = {
		{"x_2024-01-31.tar", "2024-01-30T23:00:00Z"},
		{"x_20240731.tar", "2024-07-30T22:00:00Z"},
		{"x_2024-01-31_03-00-00.tar", "2024-01-31T02:00:00Z"},
		{"x_20240731030000.tar", "2024-07-31T01:00:00Z"},
		{"240131-0300", "2024-01-31T02:00:00Z"},
		{"x_2024-10-27_02-30-00.tar", "2024-10-27T00:30:00Z"},
		{"x_2024-03-31_02-30-00.tar", "2024-03-31T01:30:00Z"},
		{"x-31-Jan-2024.zip", "2024-01-30T23:00:00Z"},
		{"2024-01-31_03h05m.sql", "2024-01-31T02:05:00Z"},
	};
	struct tz *zone;
	assert_int_equal(tz_load("Europe/Berlin", &zone), 0);
	check_in(zone, cases, ARRAY_SIZE(cases), DATE_ORDER_NONE);
	const struct date_rules rules = {.zone = zone}, none = {.zone = NULL};
	assert_int_equal(dates_midnight(&rules, 2024, 1, 31), 1706655600);
	assert_int_equal(dates_midnight(&none, 2024, 1, 31), 1706659200);
	assert_int_equal(dates_midnight(&rules, 2024, 2, 30), TIME_NONE);
	assert_int_equal(dates_midnight(&rules, 1989, 1, 1), TIME_NONE);
	tz_free(zone);
}

static void stated_offsets_and_counted_seconds_need_no_zone(void **state _unused_)
{
	static const struct date_case cases[] = {
		{"2024-01-31T03:00:00Z", "2024-01-31T03:00:00Z"},
		{"2024-01-31T03:00:00.123Z", "2024-01-31T03:00:00Z"},
		{"20240131T030000Z", "2024-01-31T03:00:00Z"},
		{"x-20240131030000Z.tar", "2024-01-31T03:00:00Z"},
		{"x_2024-01-31_03-00-00Z.tar", "2024-01-31T03:00:00Z"},
		{"2024-01-31T03:00:00+00:00", "2024-01-31T03:00:00Z"},
		{"2024-01-31T03:00:00-05:30", "2024-01-31T08:30:00Z"},
		{"x_20240131_030405_UTC.conf", "2024-01-31T03:04:05Z"},
		{"@GMT-2024.01.31-03.04.05", "2024-01-31T03:04:05Z"},
		{"1477883719_x.tar", "2016-10-31T03:15:19Z"},
		{"x_1561240803369.zip", "2019-06-22T22:00:03Z"},
	};
	struct tz *zone;
	assert_int_equal(tz_load("Asia/Kolkata", &zone), 0);
	check_in(zone, cases, ARRAY_SIZE(cases), DATE_ORDER_NONE);
	tz_free(zone);
}

static void any_bytes_are_survived(void **state _unused_)
{
	static const char alphabet[] = "0123456789012-_.: TtZhmDjan+\xc3";
	struct words *words;
	assert_int_equal(words_new(NULL, &words), 0);
	const struct date_rules rules = {.now = NOW, .words = words};
	uint64_t seed = 3;
	for (size_t i = 0; i < 200000; i++) {
		char name[40];
		size_t len = i % sizeof(name);
		for (size_t k = 0; k < len; k++) {
			seed = seed * UINT64_C(6364136223846793005) + 1;
			name[k] = alphabet[(seed >> 33) % (sizeof(alphabet) - 1)];
		}
		_free_ char *exact = malloc(len + (len == 0));
		assert_non_null(exact);
		memcpy(exact, name, len);
		static struct text t;
		struct dates found;
		text_set(&t, exact, len);
		dates_scan(&t, &rules, &found);
		assert_true(found.n <= DATES_SPANS);
		for (uint8_t s = 0; s < found.n; s++) {
			assert_true(found.spans[s].begin < found.spans[s].end &&
				    found.spans[s].end <= len);
		}
	}
	words_free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_dates_are_read),
		cmocka_unit_test(last_of_two_dates_counts),
		cmocka_unit_test(versions_and_serial_numbers_are_no_dates),
		cmocka_unit_test(wrong_times_leave_the_date),
		cmocka_unit_test(date_order_settles_day_and_month),
		cmocka_unit_test(times_without_an_offset_are_local),
		cmocka_unit_test(stated_offsets_and_counted_seconds_need_no_zone),
		cmocka_unit_test(any_bytes_are_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
