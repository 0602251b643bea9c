/* netscan_start.c - forks and executes netscan; between fork and exec only what is safe after fork
 * in a threaded process. */
#include "scannerd/netscan_start.h"
#include "common/def.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

enum { LISTEN_FD = 3 }; /* sd_listen_fds(3): SD_LISTEN_FDS_START */

/* "LISTEN_PID=" and our own pid; snprintf is not safe here. */
static void write_listen_pid(char *out)
{
	char digits[16];
	size_t n = 0, at = sizeof("LISTEN_PID=") - 1;
	unsigned pid = (unsigned)getpid();

	memcpy(out, "LISTEN_PID=", at);
	do {
		digits[n++] = (char)('0' + pid % 10);
		pid /= 10;
	} while (pid != 0);
	while (n > 0) {
		out[at++] = digits[--n];
	}
	out[at] = '\0';
}

static void child(const char *program, int fd, int report)
{
	char listen_pid[32];
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", lang[] = "LANG=C.UTF-8",
	     fds[] = "LISTEN_FDS=1";
	char *env[] = {path, lang, fds, listen_pid, NULL};
	char name[] = "netscan";
	char *argv[] = {name, NULL};
	sigset_t none;
	int code;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	write_listen_pid(listen_pid);
	/* the report pipe must survive on 4 until exec succeeds */
	if (dup2(fd, 10) >= 0 && dup2(report, 11) >= 0 && dup2(10, LISTEN_FD) >= 0 &&
		dup2(11, LISTEN_FD + 1) >= 0 && fcntl(LISTEN_FD + 1, F_SETFD, FD_CLOEXEC) == 0 &&
		close_range(LISTEN_FD + 2, ~0U, 0) == 0) {
		report = LISTEN_FD + 1;
		execve(program, argv, env);
	}
	code = errno;
	if (write(report, &code, sizeof(code)) < 0) {
		_exit(126);
	}
	_exit(127);
}

int netscan_start(const char *program, pid_t *ret_pid, struct err *err)
{
	int pair[2], report[2], code = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL, "no socket pair for netscan: %s",
			strerror(errno));
	}
	_close_ int ours = pair[0];
	_close_ int theirs = pair[1];

	if (pipe2(report, O_CLOEXEC) < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL, "no pipe for netscan: %s",
			strerror(errno));
	}
	_close_ int report_read = report[0];
	_close_ int report_write = report[1];

	pid = fork();
	if (pid < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL, "cannot start netscan: %s",
			strerror(errno));
	}
	if (pid == 0) {
		child(program, theirs, report_write);
	}
	closep(&report_write);
	report_write = -1;
	*ret_pid = pid;
	if (read(report_read, &code, sizeof(code)) == sizeof(code)) {
		return err_set(err, -code, ERR_UNAVAILABLE, NULL, "%s cannot be started: %s",
			program, strerror(code));
	}
	fcntl(ours, F_SETFL, fcntl(ours, F_GETFL) | O_NONBLOCK);
	return steal_fd(ours);
}
