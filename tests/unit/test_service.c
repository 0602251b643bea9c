// needs: common
/* test_service.c - talking to systemd and the listening socket. */
#include "common/service.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cmocka.h>

static char directory[64], path[96];

static int setup(void **state _unused_)
{
	snprintf(directory, sizeof(directory), "/tmp/test-service-XXXXXX");
	if (mkdtemp(directory) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/socket", directory);
	return 0;
}

static int teardown(void **state _unused_)
{
	unlink(path);
	return rmdir(directory);
}

static int listen_here(struct err *err)
{
	return service_listen_unix(path, 0660, (gid_t)-1, err);
}

static void the_socket_has_its_mode_whatever_the_umask_and_accepts(void **state _unused_)
{
	mode_t old = umask(0777);
	_close_ int fd = listen_here(NULL);
	_close_ int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat st;

	umask(old);
	assert_true(fd >= 0 && client >= 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
}

static void a_stale_socket_is_replaced_and_a_living_one_is_not(void **state _unused_)
{
	struct err err = {0};
	int first = listen_here(&err), second;

	assert_true(first >= 0);
	assert_int_equal(listen_here(&err), -EADDRINUSE);
	assert_non_null(strstr(err.message, path));
	close(first);
	second = listen_here(&err);
	assert_true(second >= 0);
	close(second);
}

static void a_file_that_is_no_socket_is_left_alone(void **state _unused_)
{
	struct err err = {0};
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(listen_here(&err), -EEXIST);
	assert_int_equal(access(path, F_OK), 0);
}

static void impossible_paths_are_refused(void **state _unused_)
{
	char long_path[200];
	struct err err = {0};

	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(service_listen_unix(long_path, 0660, (gid_t)-1, &err), -ENAMETOOLONG);
	assert_int_equal(service_listen_unix("", 0660, (gid_t)-1, &err), -ENAMETOOLONG);
	assert_int_equal(service_listen_unix("/nonexistent/s", 0660, (gid_t)-1, &err), -ENOENT);
}

/* What the notify socket received, "" if nothing. */
static const char *received(int fd)
{
	static char text[512];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[MAX(n, 0)] = '\0';
	return text;
}

static void notifications_reach_systemd_once_and_as_one_line(void **state _unused_)
{
	_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	service_ready(); /* nobody listens: nothing happens */
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", path, 1), 0);
	service_ready();
	assert_string_equal(received(fd), "READY=1");
	service_status("scanning %s", "/a\nWATCHDOG=trigger");
	assert_string_equal(received(fd), "STATUS=scanning /a WATCHDOG=trigger");
	service_status("scanning %s", "/a\nWATCHDOG=trigger");
	assert_string_equal(received(fd), "");
	service_stopping();
	assert_string_equal(received(fd), "STOPPING=1");
	unsetenv("NOTIFY_SOCKET");
}

static void the_watchdog_asks_for_half_of_its_time(void **state _unused_)
{
	char pid[16];

	unsetenv("WATCHDOG_USEC");
	assert_int_equal(service_watchdog_ms(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "30000000", 1), 0);
	assert_int_equal(service_watchdog_ms(), 15000);
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0); /* meant for another process */
	assert_int_equal(service_watchdog_ms(), 0);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_socket_has_its_mode_whatever_the_umask_and_accepts),
		CASE(a_stale_socket_is_replaced_and_a_living_one_is_not),
		CASE(a_file_that_is_no_socket_is_left_alone),
		CASE(impossible_paths_are_refused),
		CASE(notifications_reach_systemd_once_and_as_one_line),
		CASE(the_watchdog_asks_for_half_of_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
