/* listen.c - opens and names listening sockets. */
#include "webd/listen.h"

#include "common/addr.h"
#include "common/service.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

enum { BACKLOG = 128, UNIX_MODE = 0660, UNSENT_BYTES = 128 * 1024 };

static int open_tcp(const struct settings *s, struct err *err)
{
	const int on = 1;
	_close_ int fd = socket(
		s->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);

	if (fd < 0) {
		return err_set(err, -errno, ERR_UNAVAILABLE, NULL, "cannot make a socket: %s",
			strerror(errno));
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&s->address, s->address_len) < 0 ||
		listen(fd, BACKLOG) < 0) {
		return err_set(err, -errno, ERR_UNAVAILABLE, NULL, "cannot listen on %s: %s",
			s->listen, strerror(errno));
	}
	return steal_fd(fd);
}

/* Without sign-in or encryption nobody but this machine may reach us, whoever opened the socket. */
static bool is_local(int fd)
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof(ss);
	struct addr a;

	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0) {
		return false;
	}
	a = addr_from_sockaddr((const struct sockaddr *)&ss);
	return ss.ss_family == AF_UNIX || guard_is_loopback(&a);
}

/* Accepted connections inherit this (Linux). A head and a body written apart would otherwise wait
 * 40 ms for a delayed acknowledgement. The kernel would take 4 MB for a client that reads nothing,
 * and an answer that has gone there does not look stalled. A Unix socket refuses both: it sends at
 * once, and takes little. */
static void tune(int fd)
{
	const int on = 1, most = UNSENT_BYTES;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof(most));
}

static bool is_unix(int fd)
{
	int family = 0;
	socklen_t len = sizeof(family);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == 0 && family == AF_UNIX;
}

/* One that systemd passed. */
static int judge(const struct settings *s, int fd, struct err *err)
{
	if (s->visitors.tls && is_unix(fd)) {
		return err_set(err, -EPERM, ERR_FORBIDDEN, NULL,
			"TLS is not spoken on a Unix socket, and systemd passed one; it is for the "
			"proxy in front");
	}
	if (!settings_may_be_reached(s) && !is_local(fd)) {
		return err_set(err, -EPERM, ERR_FORBIDDEN, NULL,
			"%s the sockets from systemd must be Unix sockets or have a loopback "
			"address",
			s->visitors.method == AUTH_NONE ? "without sign-in (--auth none)"
							: "without encryption");
	}
	return 0;
}

int listen_open(const struct settings *s, int fds[LISTEN_MAX], struct err *err)
{
	int n = service_listen_fds(fds, LISTEN_MAX);

	if (n < 0) {
		return err_set(err, n, ERR_UNAVAILABLE, NULL, "the sockets from systemd: %s",
			strerror(-n));
	}
	for (int i = 0; i < n; i++) {
		int rc = judge(s, fds[i], err);

		if (rc < 0) {
			return rc;
		}
		tune(fds[i]);
	}
	if (n > 0) {
		return n;
	}
	fds[0] = s->unix_path != NULL ? service_listen_unix(s->unix_path, UNIX_MODE, (gid_t)-1, err)
				      : open_tcp(s, err);
	if (fds[0] < 0) {
		return fds[0];
	}
	tune(fds[0]);
	return 1;
}

char *listen_name(int fd, bool tls, char out[LISTEN_NAME_SIZE])
{
	struct sockaddr_storage ss = {0};
	socklen_t len = sizeof(ss);
	char host[INET6_ADDRSTRLEN] = "";
	const char *scheme = tls ? "https" : "http";

	snprintf(out, LISTEN_NAME_SIZE, "an unnamed socket");
	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0) {
		return out;
	}
	if (ss.ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)&ss;

		inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		snprintf(out, LISTEN_NAME_SIZE, "%s://%s:%u/", scheme, host, ntohs(in->sin_port));
	} else if (ss.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&ss;

		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		snprintf(out, LISTEN_NAME_SIZE, "%s://[%s]:%u/", scheme, host,
			ntohs(in6->sin6_port));
	} else if (ss.ss_family == AF_UNIX) {
		snprintf(out, LISTEN_NAME_SIZE, "unix:%.107s",
			((const struct sockaddr_un *)&ss)->sun_path);
	}
	return out;
}
