/* child.c - fork, confine, exec; the child reports a failure before exec over a pipe that exec
 * closes. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int set_limits(void)
{
	static const struct {
		__rlimit_resource_t what;
		rlim_t most;
	} limits[] = {
		{RLIMIT_CORE, 0},
		{RLIMIT_FSIZE, 0}, /* it writes to pipes only */
		{RLIMIT_NOFILE, 1024},
		{RLIMIT_AS, (rlim_t)2 << 30},
	};
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit now;
		if (getrlimit(limits[i].what, &now) < 0) {
			return -errno;
		}
		rlim_t value = MIN(now.rlim_max, limits[i].most);
		if (setrlimit(limits[i].what, &(struct rlimit){value, value}) < 0) {
			return -errno;
		}
	}
	return 0;
}

static void reset_signals(void)
{
	for (int s = 1; s < NSIG; s++) {
		signal(s, SIG_DFL); /* fails for those that cannot be set, which is fine */
	}
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int confine(pid_t parent, const struct terminal *terminal, int input, int out, int err)
{
	reset_signals();
	/* A session of its own: a group to signal, and no keys that somebody presses. Since 7.94
	 * nmap tells its progress only if it has a terminal (its issue 3175). */
	if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) {
		return -errno;
	}
	terminal_take(terminal);
	if (getppid() != parent) {
		return -ESRCH; /* it died before the line above */
	}
	if (dup2(input, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
		dup2(err, STDERR_FILENO) < 0) {
		return -errno;
	}
	/* All of ours are close-on-exec; this is for what an ancestor left open. Old kernels do not
	 * know the flag. */
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0 && errno != ENOSYS && errno != EINVAL) {
		return -errno;
	}
	if (chdir("/") < 0) {
		return -errno;
	}
	return set_limits();
}

static _Noreturn void run(const char *path, char *const argv[], char *const envp[], pid_t parent,
	const struct terminal *terminal, int input, int out, int err, int report)
{
	int rc = confine(parent, terminal, input, out, err);
	if (rc == 0) {
		execve(path, argv, envp);
		rc = -errno;
	}
	ssize_t written = write(report, &rc, sizeof(rc));
	_exit(written == (ssize_t)sizeof(rc) ? 127 : 126);
}

/* 0 once exec has worked, which closes the pipe; else what the child reported. */
static int read_report(int fd)
{
	int rc = 0;
	ssize_t n;
	do {
		n = read(fd, &rc, sizeof(rc));
	} while (n < 0 && errno == EINTR);
	if (n == 0) {
		return 0;
	}
	return n == (ssize_t)sizeof(rc) ? rc : -EIO;
}

struct pipe_ends {
	int r, w;
};

static void pipe_done(struct pipe_ends *p)
{
	closep(&p->r);
	closep(&p->w);
}
#define _pipe_ _cleanup_(pipe_done)

static int pipe_open(struct pipe_ends *p)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		return -errno;
	}
	*p = (struct pipe_ends){fds[0], fds[1]};
	return 0;
}

static int set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

int child_start(
	const char *path, char *const argv[], char *const envp[], int input, struct child *ret)
{
	_pipe_ struct pipe_ends out = {-1, -1}, err = {-1, -1}, report = {-1, -1};
	int rc = pipe_open(&out);
	rc = rc < 0 ? rc : pipe_open(&err);
	rc = rc < 0 ? rc : pipe_open(&report);
	rc = rc < 0 ? rc : set_nonblocking(out.r);
	rc = rc < 0 ? rc : set_nonblocking(err.r);
	if (rc < 0) {
		return rc;
	}

	pid_t parent = getpid();
	struct child c = CHILD_INIT;
	terminal_open(&c.terminal);
	c.pid = fork();
	if (c.pid < 0) {
		int code = -errno;
		child_done(&c);
		return code;
	}
	if (c.pid == 0) {
		run(path, argv, envp, parent, &c.terminal, input, out.w, err.w, report.w);
	}
	close(steal_fd(report.w));
	rc = read_report(report.r);
	if (rc == 0) {
		c.pidfd = pidfd_open(c.pid, 0);
		rc = c.pidfd < 0 ? -errno : 0;
	}
	if (rc < 0) {
		child_done(&c);
		return rc;
	}
	c.out = steal_fd(out.r);
	c.err = steal_fd(err.r);
	*ret = c;
	return 0;
}

void child_signal(const struct child *c, int signal)
{
	if (c->pid > 0) {
		kill(-c->pid, signal);
	}
}

int child_done(struct child *c)
{
	int status = 0;
	if (c->pid > 0) {
		/* The leader is gone or must go, and so must all that it started. */
		child_signal(c, SIGKILL);
		while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	terminal_done(&c->terminal);
	closep(&c->pidfd);
	closep(&c->out);
	closep(&c->err);
	*c = (struct child)CHILD_INIT;
	return status;
}
