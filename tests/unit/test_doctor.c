// needs: client proto common
/* test_doctor.c - what the doctor says of files, disks, units, nmap and scans, without a machine to
 * look at. */
#include "client/doctor.h"
#include "common/timefmt.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *last_message(const struct doctor *d)
{
	return d->n > 0 ? d->findings[d->n - 1].message : "";
}

static void modes_that_let_others_write_are_errors_and_read_warnings(void **state _unused_)
{
	static const struct {
		mode_t mode, allowed;
		int code;
		const char *words;
	} cases[] = {
		{0640, 0640, 0, ""},
		{0600, 0640, 0, ""},
		{02750, 0750, 0, ""},
		{0644, 0640, 1, "everybody may read"},
		{0660, 0640, 2, "its group may write"},
		{0666, 0640, 2, "everybody may write"},
		{0755, 0750, 1, "everybody may read"},
		{0777, 0750, 2, "everybody may write"},
		{0666, 0660, 2, "everybody may write"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "database"};
		const struct stat st = {.st_mode = S_IFREG | cases[i].mode};

		assert_int_equal(
			doctor_judge_mode(&d, "/x", &st, cases[i].allowed), cases[i].code == 0);
		assert_int_equal(doctor_exit_code(&d), cases[i].code);
		assert_non_null(strstr(last_message(&d), cases[i].words));
		assert_true(d.n == 0 || strncmp(d.findings[0].advice, "chmod 0", 7) == 0);
		doctor_done(&d);
	}
}

static void little_room_is_a_warning_and_none_an_error(void **state _unused_)
{
	static const struct {
		fsblkcnt_t free_mb;
		fsfilcnt_t files, free_files;
		int64_t database_mb;
		int code;
	} cases[] = {
		{10000, 100000, 50000, 1, 0},
		{10000, 0, 0, 1, 0}, /* btrfs has no inodes */
		{10000, 100000, 10, 1, 1},
		{400, 100000, 50000, 1, 1},
		{2000, 100000, 50000, 8000, 1},
		{10, 100000, 50000, 1, 2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "disk"};
		const struct statvfs fs = {.f_frsize = 1000000,
			.f_bavail = cases[i].free_mb,
			.f_files = cases[i].files,
			.f_favail = cases[i].free_files};

		doctor_judge_disk(&d, "/x", &fs, cases[i].database_mb * 1000000);
		assert_int_equal(d.n, 1);
		assert_int_equal(doctor_exit_code(&d), cases[i].code);
		doctor_done(&d);
	}
}

static void units_that_wait_behind_their_socket_are_well(void **state _unused_)
{
	static const struct {
		const char *text;
		size_t findings;
		int code;
	} cases[] = {
		{"Id=a.socket\nLoadState=loaded\nActiveState=active\n\n"
		 "NRestarts=0\nId=a.service\nLoadState=loaded\nActiveState=inactive\n",
			2, 0},
		{"Id=a.socket\nLoadState=not-found\nActiveState=inactive\n", 1, 0},
		{"", 1, 0},
		{"Id=a.socket\nLoadState=loaded\nActiveState=inactive\n", 1, 2},
		{"NRestarts=0\nId=a.service\nLoadState=loaded\nActiveState=failed\n", 1, 2},
		{"NRestarts=12\nId=a.service\nLoadState=loaded\nActiveState=active\n", 1, 1},
		{"NRestarts=1\nId=a.service\nLoadState=loaded\nActiveState=active", 1, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "units"};

		doctor_judge_units(&d, cases[i].text);
		assert_int_equal(d.n, cases[i].findings);
		assert_int_equal(doctor_exit_code(&d), cases[i].code);
		doctor_done(&d);
	}
}

static void the_version_of_nmap_is_found(void **state _unused_)
{
	static const struct {
		const char *text, *version;
	} cases[] = {
		{"Nmap version 7.93 ( https://nmap.org )\nPlatform: x\n", "7.93"},
		{"\nNmap version 7.95SVN ( https://nmap.org )\n", "7.95"},
		{"Nmap version (none)", NULL},
		{"something else 7.93", NULL},
		{"Nmap version 11111111111111111111111111111111111", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char version[32] = "";

		assert_int_equal(doctor_nmap_version(cases[i].text, version, sizeof(version)),
			cases[i].version != NULL ? 0 : -EINVAL);
		assert_string_equal(version, cases[i].version != NULL ? cases[i].version : "");
	}
}

static void a_scan_that_should_have_run_is_an_error_unless_it_runs(void **state _unused_)
{
	enum { NOW = 1800000000, HOUR = 3600 };
	static const struct {
		const char *schedule;
		int64_t good;
		bool running;
		int code;
		const char *words;
	} cases[] = {
		{"@every 1h", NOW - 60, false, 0, "1 minute ago"},
		{"@every 1h", NOW - 2 * HOUR, false, 0, "2 hours ago"}, /* late, within the grace */
		{"@every 1h", NOW - 4 * HOUR, false, 2, "the next was due 3 hours ago"},
		{"@every 1h", NOW - 4 * HOUR, true, 0, "4 hours ago"},
		{"@every 6h", NOW - 4 * HOUR, false, 0, "4 hours ago"},
		{"off", NOW - 400 * HOUR, false, 0, "none is scheduled"},
		{"@every 1h", TIME_NONE, false, 2, "no scan of the servers has succeeded"},
		{"@every 1h", TIME_NONE, true, 0, "one is running"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "scans", .now = NOW};

		doctor_judge_scan(&d, SCAN_SERVERS, cases[i].schedule, "UTC", cases[i].good,
			cases[i].running);
		assert_int_equal(d.n, 1);
		assert_int_equal(doctor_exit_code(&d), cases[i].code);
		assert_non_null(strstr(last_message(&d), cases[i].words));
		doctor_done(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_that_let_others_write_are_errors_and_read_warnings),
		cmocka_unit_test(little_room_is_a_warning_and_none_an_error),
		cmocka_unit_test(units_that_wait_behind_their_socket_are_well),
		cmocka_unit_test(the_version_of_nmap_is_found),
		cmocka_unit_test(a_scan_that_should_have_run_is_an_error_unless_it_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
