// needs: client proto common
/* test_doctor.c - what the doctor says of files, disks, units, nmap and scans, without a machine to
 * look at. */
#include "client/doctor.h"
#include "common/timefmt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

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
		{"Listen=/ (Stream)\nId=a.socket\nLoadState=loaded\nActiveState=active\n", 1, 0},
		{"Listen=/no/such.sock "
		 "(Stream)\nId=a.socket\nLoadState=loaded\nActiveState=active\n",
			1, 2},
		{"Listen=/no/such.sock "
		 "(Stream)\nId=a.socket\nLoadState=loaded\nActiveState=inactive\n",
			1, 2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "units"};

		doctor_judge_units(&d, cases[i].text);
		assert_int_equal(d.n, cases[i].findings);
		assert_int_equal(doctor_exit_code(&d), cases[i].code);
		doctor_done(&d);
	}
}

static void the_address_of_webd_is_taken_from_its_socket_when_that_is_active(void **state _unused_)
{
	static const struct {
		const char *id, *active, *address;
	} cases[] = {
		{"backup-checker-webd.socket", "active", "127.0.0.1:8080"},
		{"backup-checker-webd.socket", "inactive", ""},
		{"backup-checker-scannerd.socket", "active", ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "units"};
		char text[256];

		snprintf(text, sizeof(text),
			"Listen=127.0.0.1:8080 (Stream)\nId=%s\nLoadState=loaded\nActiveState=%s\n",
			cases[i].id, cases[i].active);
		doctor_judge_units(&d, text);
		assert_string_equal(d.web_address, cases[i].address);
		doctor_done(&d);
	}
}

/* A server at a port of its own, in a process of its own: it says `answer` to the first client, or
 * nothing for as long as it lives. */
static pid_t serve(const char *answer, char *address, size_t size)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(address, size, "127.0.0.1:%d", ntohs(at.sin_port));
	pid = fork();
	if (pid == 0) {
		char question[1024];
		int client = accept(fd, NULL, NULL);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (answer == NULL) {
			pause();
		}
		_exit(read(client, question, sizeof(question)) <= 0 ||
			write(client, answer, strlen(answer)) < 0);
	}
	close(fd);
	return pid;
}

static void webd_has_to_answer_whatever_it_says(void **state _unused_)
{
	static const struct {
		const char *answer;
		int timeout_ms, code;
		const char *words;
	} cases[] = {
		{"HTTP/1.1 200 OK\r\n\r\n", 60000, 0, "it answers at 127.0.0.1:"},
		{"HTTP/1.1 503 No\r\n\r\n", 60000, 0, "it answers at 127.0.0.1:"},
		{"\x15\x03\x03 ", 60000, 0, "with TLS"},
		{"", 60000, 0, "with TLS"},
		{NULL, 50, 2, "timed out"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "webd"};
		char address[64];
		pid_t server = serve(cases[i].answer, address, sizeof(address));

		doctor_judge_web(&d, address, cases[i].timeout_ms);
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
		assert_int_equal(d.n, 1);
		assert_int_equal(doctor_exit_code(&d), cases[i].code);
		assert_non_null(strstr(last_message(&d), cases[i].words));
		doctor_done(&d);
	}
}

static void webd_that_does_not_listen_is_an_error_and_a_strange_address_is_none(
	void **state _unused_)
{
	static const struct {
		const char *address;
		int code;
	} cases[] = {
		{"/no/such.sock", 2},
		{"", 0},
		{"8080", 0},
		{":80", 0},
		{"[]:80", 0},
		{"localhost:80", 0}, /* a name is not asked for */
		{"127.0.0.1:http", 0},
		{"vsock:2:80", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct doctor d = {.check = "webd"};

		doctor_judge_web(&d, cases[i].address, 1000);
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
		cmocka_unit_test(the_address_of_webd_is_taken_from_its_socket_when_that_is_active),
		cmocka_unit_test(webd_has_to_answer_whatever_it_says),
		cmocka_unit_test(
			webd_that_does_not_listen_is_an_error_and_a_strange_address_is_none),
		cmocka_unit_test(the_version_of_nmap_is_found),
		cmocka_unit_test(a_scan_that_should_have_run_is_an_error_unless_it_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
