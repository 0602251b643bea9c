/* spawn.c - posix_spawn with a pipe and a deadline. */
#include "client/spawn.h"

#include "common/timefmt.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

enum { PATH_SIZE = 4096, WAIT_STEP_US = 2000 };

static int start(const char *const *argv, int out, pid_t *ret)
{
	static char locale[] = "LC_ALL=C";
	char path[PATH_SIZE];
	const char *search = getenv("PATH");
	char *environment[] = {path, locale, NULL};
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc != 0) {
		return -rc;
	}
	snprintf(path, sizeof(path), "PATH=%s", search != NULL ? search : "/usr/bin:/bin");
	rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (rc == 0) {
		rc = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	}
	if (rc == 0) {
		rc = posix_spawn_file_actions_addopen(
			&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	}
	if (rc == 0) { /* spawn takes char *const[] and changes nothing in it */
		rc = posix_spawnp(
			ret, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environment);
	}
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

/* Until its output ends; what does not fit is read away. 0 or -ETIMEDOUT. */
static int read_output(int fd, char *out, size_t size, int64_t deadline_ms)
{
	char rest[512];
	size_t len = 0;
	int rc = -ETIMEDOUT;

	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int64_t left = deadline_ms - time_mono_ms();
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) == 0) {
			break;
		}
		n = len + 1 < size ? read(fd, out + len, size - 1 - len)
				   : read(fd, rest, sizeof(rest));
		if (n == 0 || (n < 0 && errno != EINTR)) {
			rc = 0;
			break;
		}
		len += n > 0 && len + 1 < size ? (size_t)n : 0;
	}
	out[len] = '\0';
	return rc;
}

static int wait_for_end(pid_t pid, int64_t deadline_ms)
{
	int status = 0;

	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		if (ended == pid) {
			return WIFEXITED(status) ? WEXITSTATUS(status) : -ECANCELED;
		}
		if (ended < 0 && errno != EINTR) {
			return -errno;
		}
		if (time_mono_ms() >= deadline_ms) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -ETIMEDOUT;
		}
		usleep(WAIT_STEP_US);
	}
}

int spawn_read(const char *const *argv, char *out, size_t size, int timeout_ms)
{
	int64_t deadline_ms = time_mono_ms() + timeout_ms;
	int fds[2];
	pid_t pid;

	out[0] = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	int rc = start(argv, fds[1], &pid);
	close(fds[1]);
	if (rc == 0) {
		read_output(fds[0], out, size, deadline_ms);
		rc = wait_for_end(pid, deadline_ms);
	}
	close(fds[0]);
	return rc;
}
