/* netscan_start.c - the process that starts netscans, and what scannerd asks it: a socket to hand
 * on there, a pid or an errno back. */
#include "scannerd/netscan_start.h"
#include "common/def.h"
#include "common/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { LISTEN_FD = 3 }; /* sd_listen_fds(3): SD_LISTEN_FDS_START */

enum request { REQUEST_KILL, REQUEST_START };

struct reply {
	int error; /* errno; 0: it runs */
	pid_t pid;
};

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* --- the starter --- */

#define RIGHT(cap) (UINT64_C(1) << (cap))
/* Its own (reach the program, end it), and those that netscan needs to become another user and to
 * keep raw sockets. */
static const uint64_t starter_rights = RIGHT(CAP_DAC_OVERRIDE) | RIGHT(CAP_KILL) |
				       RIGHT(CAP_SETUID) | RIGHT(CAP_SETGID) | RIGHT(CAP_SETPCAP) |
				       RIGHT(CAP_NET_RAW);

static const int ignored[] = {SIGINT, SIGTERM, SIGHUP}; /* the end of scannerd is its end */

static void set_signals(void (*how)(int))
{
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++) {
		signal(ignored[i], how);
	}
}

/* Does not return unless the program cannot be executed: then errno. */
static int execute(const char *program, int fd, int report)
{
	char listen_pid[32], path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", lang[] = "LANG=C.UTF-8",
			     fds[] = "LISTEN_FDS=1", name[] = "netscan";
	char *env[] = {path, lang, fds, listen_pid, NULL};
	char *argv[] = {name, NULL};

	set_signals(SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	snprintf(listen_pid, sizeof(listen_pid), "LISTEN_PID=%d", (int)getpid());
	/* by way of high numbers, because either may have the number that the other one needs */
	if (dup2(fd, 10) < 0 || dup2(report, 11) < 0 || dup2(10, LISTEN_FD) < 0 ||
		dup2(11, LISTEN_FD + 1) < 0 || fcntl(LISTEN_FD + 1, F_SETFD, FD_CLOEXEC) < 0 ||
		close_range(LISTEN_FD + 2, ~0U, 0) < 0) {
		return errno;
	}
	execve(program, argv, env);
	return errno;
}

/* Our parent's child: it is scannerd that notices its end. */
static pid_t fork_for_parent(void)
{
	struct clone_args args = {.flags = CLONE_PARENT};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static struct reply start(const char *program, int fd)
{
	struct reply r = {0};
	int report[2];

	if (pipe2(report, O_CLOEXEC) < 0) {
		return (struct reply){.error = errno};
	}
	_close_ int report_read = report[0];
	_close_ int report_write = report[1];

	r.pid = fork_for_parent();
	if (r.pid < 0) {
		return (struct reply){.error = errno};
	}
	if (r.pid == 0) {
		int code = execute(program, fd, report_write);
		ssize_t n = write(LISTEN_FD + 1, &code, sizeof(code));

		_exit(n == (ssize_t)sizeof(code) ? 127 : 126);
	}
	close(steal_fd(report_write));
	if (read(report_read, &r.error, sizeof(r.error)) != sizeof(r.error)) {
		r.error = 0; /* closed by a successful exec */
	}
	return r;
}

/* The request, and the descriptor that came with it or -1; false at the end of the connection. */
static bool receive(int from, uint8_t *ret_request, int *ret_fd)
{
	union control control;
	struct iovec data = {ret_request, 1};
	struct msghdr m = {.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t n;

	do {
		n = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&m) : NULL;

	*ret_fd = -1;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int))) {
		memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
	}
	return n == 1;
}

static _Noreturn void starter_main(int requests, const char *program)
{
	uint8_t request;
	pid_t last = 0;
	int fd;

	prctl(PR_SET_NAME, "netscan-starter", 0, 0, 0);
	set_signals(SIG_IGN);
	if (geteuid() == 0 && sandbox_capabilities(starter_rights) < 0) {
		_exit(EXIT_FAILURE);
	}
	while (receive(requests, &request, &fd)) {
		_close_ int theirs = fd;

		if (request == REQUEST_START && theirs >= 0) {
			struct reply r = start(program, theirs);

			last = r.error == 0 ? r.pid : 0;
			if (send(requests, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r)) {
				break;
			}
		} else if (request == REQUEST_KILL && last > 0) {
			kill(last, SIGKILL);
			last = 0;
		}
	}
	_exit(EXIT_SUCCESS);
}

/* --- scannerd --- */

int netscan_starter_new(const char *program, struct netscan_starter *ret, struct err *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL,
			"no socket pair for what starts netscan: %s", strerror(errno));
	}
	_close_ int ours = pair[0];
	_close_ int theirs = pair[1];
	pid_t pid = fork();

	if (pid < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL,
			"cannot start what starts netscan: %s", strerror(errno));
	}
	if (pid == 0) {
		close(steal_fd(ours));
		starter_main(theirs, program);
	}
	*ret = (struct netscan_starter){steal_fd(ours), pid, program};
	return 0;
}

void netscan_starter_end(struct netscan_starter *s)
{
	if (s->fd >= 0) {
		close(steal_fd(s->fd));
		waitpid(s->pid, NULL, 0);
	}
}

static int ask(const struct netscan_starter *s, int fd, struct reply *ret)
{
	union control control = {0};
	uint8_t request = REQUEST_START;
	struct iovec data = {&request, sizeof(request)};
	struct msghdr m = {.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	ssize_t n;

	*c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (sendmsg(s->fd, &m, MSG_NOSIGNAL) != 1) {
		return -errno;
	}
	do {
		n = recv(s->fd, ret, sizeof(*ret), 0);
	} while (n < 0 && errno == EINTR);
	if (n != sizeof(*ret)) {
		return n < 0 ? -errno : -EPIPE;
	}
	return -ret->error;
}

int netscan_start(const struct netscan_starter *s, pid_t *ret_pid, struct err *err)
{
	int pair[2], rc;
	struct reply reply;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL, "no socket pair for netscan: %s",
			strerror(errno));
	}
	_close_ int ours = pair[0];
	_close_ int theirs = pair[1];

	rc = ask(s, theirs, &reply);
	if (rc < 0) {
		return err_set(err, rc, ERR_UNAVAILABLE, NULL, "%s cannot be started: %s",
			s->program, strerror(-rc));
	}
	*ret_pid = reply.pid;
	fcntl(ours, F_SETFL, fcntl(ours, F_GETFL) | O_NONBLOCK);
	return steal_fd(ours);
}

void netscan_kill(const struct netscan_starter *s)
{
	const uint8_t request = REQUEST_KILL;

	(void)!send(s->fd, &request, sizeof(request), MSG_NOSIGNAL);
}
