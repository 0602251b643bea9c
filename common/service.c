/* service.c - talks to systemd when it listens, makes the listening Unix socket, and puts the
 * process in order. */
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

enum { DESCRIPTORS_MAX = 65536, LISTEN_BACKLOG = 128, STATUS_MAX = 256 };

void service_ready(void)
{
	sd_notify(0, "READY=1");
}

void service_reloading(void)
{
	sd_notify(0, "RELOADING=1");
}

void service_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void service_watchdog(void)
{
	sd_notify(0, "WATCHDOG=1");
}

void service_status(const char *fmt, ...)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static char last[STATUS_MAX];
	char text[STATUS_MAX], message[STATUS_MAX + 8];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* A line break would begin another variable of the protocol. */
	for (char *p = text; *p != '\0'; p++) {
		if (*p == '\n') {
			*p = ' ';
		}
	}
	pthread_mutex_lock(&lock);
	if (strcmp(text, last) != 0) {
		memcpy(last, text, sizeof(last));
		snprintf(message, sizeof(message), "STATUS=%s", text);
		sd_notify(0, message);
	}
	pthread_mutex_unlock(&lock);
}

int64_t service_watchdog_ms(void)
{
	uint64_t usec = 0;

	if (sd_watchdog_enabled(0, &usec) <= 0 || usec > INT64_MAX) {
		return 0;
	}
	return MAX((int64_t)(usec / 2000), 1);
}

int service_listen_fds(int *fds, int max)
{
	int passed = sd_listen_fds(1);

	if (passed < 0) {
		return passed;
	}
	for (int i = 0; i < passed; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (i < max) {
			fds[i] = fd;
		} else {
			close(fd);
		}
	}
	return MIN(passed, max);
}

static int listen_failed(struct err *err, int error, const char *path, const char *doing)
{
	return err_set(err, -error, ERR_UNAVAILABLE, NULL, "%s the socket %s: %s", doing, path,
		strerror(error));
}

/* Removes a socket at this address that nobody listens on. */
static int remove_stale(const struct sockaddr_un *address, struct err *err)
{
	_close_ int probe = -1;
	struct stat st;

	if (lstat(address->sun_path, &st) < 0) {
		return errno == ENOENT ? 0
				       : listen_failed(err, errno, address->sun_path, "looking at");
	}
	if (!S_ISSOCK(st.st_mode)) {
		return err_set(err, -EEXIST, ERR_UNAVAILABLE, NULL,
			"%s exists and is no socket; move it away", address->sun_path);
	}
	/* Not blocking: a listener with a full queue answers EAGAIN and is alive. */
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (probe < 0) {
		return listen_failed(err, errno, address->sun_path, "probing");
	}
	if (connect(probe, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		errno != ECONNREFUSED) {
		return err_set(err, -EADDRINUSE, ERR_UNAVAILABLE, NULL,
			"another process listens on %s already", address->sun_path);
	}
	if (unlink(address->sun_path) < 0 && errno != ENOENT) {
		return listen_failed(err, errno, address->sun_path, "removing the stale file of");
	}
	return 0;
}

int service_unix_address(const char *path, struct sockaddr_un *ret, struct err *err)
{
	size_t len = strlen(path);

	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (len == 0 || len >= sizeof(ret->sun_path)) {
		return err_set(err, -ENAMETOOLONG, ERR_INVALID_VALUE, NULL,
			"the socket's path has %zu bytes and may have 1 to %zu", len,
			sizeof(ret->sun_path) - 1);
	}
	memcpy(ret->sun_path, path, len);
	return 0;
}

int service_listen_unix(const char *path, mode_t mode, gid_t group, struct err *err)
{
	struct sockaddr_un address;
	_close_ int fd = -1;
	int r = service_unix_address(path, &address, err);

	if (r == 0) {
		r = remove_stale(&address, err);
	}
	if (r < 0) {
		return r;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return listen_failed(err, errno, path, "creating");
	}
	/* Nobody can connect before listen(), so the mode and the group come in time. */
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return listen_failed(err, errno, path, "binding");
	}
	if ((group != (gid_t)-1 && lchown(path, (uid_t)-1, group) < 0) || chmod(path, mode) < 0 ||
		listen(fd, LISTEN_BACKLOG) < 0) {
		int error = errno;

		unlink(path);
		return listen_failed(err, error, path, "opening");
	}
	return steal_fd(fd);
}

void service_prepare(void)
{
	struct rlimit limit;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* open() takes the lowest free number, which is this one. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) {
			_exit(EXIT_FAILURE); /* nowhere to say why */
		}
	}
	signal(SIGPIPE, SIG_IGN);
	umask(027);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		rlim_t wanted = MIN(limit.rlim_max, (rlim_t)DESCRIPTORS_MAX);

		limit.rlim_cur = MAX(limit.rlim_cur, wanted);
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}
