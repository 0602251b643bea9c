/* doctor_web.c - the check that webd answers where systemd listens for it. */
#include "client/doctor.h"

#include "common/service.h"
#include "common/timefmt.h"
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

enum { ANSWER_MS = 10000 };

struct place {
	struct sockaddr_storage address;
	socklen_t len;
};

static bool parse_path(const char *path, struct place *ret)
{
	struct sockaddr_un to;

	if (service_unix_address(path, &to, NULL) < 0) {
		return false;
	}
	memcpy(&ret->address, &to, sizeof(to));
	ret->len = sizeof(to);
	return true;
}

/* As systemctl prints it. "[::]:80" and "0.0.0.0:80", all addresses, also lead to this machine. */
static bool parse(const char *text, struct place *ret)
{
	static const struct addrinfo numbers = {
		.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	const char *colon = strrchr(text, ':');
	struct addrinfo *found = NULL;
	char host[64];
	size_t len;

	if (text[0] == '/') {
		return parse_path(text, ret);
	}
	len = colon != NULL ? (size_t)(colon - text) : 0;
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(host)) {
		return false;
	}
	memcpy(host, text, len);
	host[len] = '\0';
	if (getaddrinfo(host, colon + 1, &numbers, &found) != 0) {
		return false;
	}
	memcpy(&ret->address, found->ai_addr, found->ai_addrlen);
	ret->len = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

static int wait_until(int fd, short events, int64_t deadline_ms)
{
	struct pollfd p = {.fd = fd, .events = events};
	int rc;

	do {
		int64_t left = deadline_ms - time_mono_ms();

		rc = left > 0 ? poll(&p, 1, (int)left) : 0;
	} while (rc < 0 && errno == EINTR);
	return rc > 0 ? 0 : rc == 0 ? -ETIMEDOUT : -errno;
}

static int connect_to(int fd, const struct place *to, int64_t deadline_ms)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (connect(fd, (const struct sockaddr *)&to->address, to->len) == 0) {
		return 0;
	}
	if (errno != EINPROGRESS) {
		return -errno;
	}
	int rc = wait_until(fd, POLLOUT, deadline_ms);
	if (rc == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0) {
		error = errno;
	}
	return rc < 0 ? rc : -error;
}

/* Whether the first bytes of an answer are HTTP's; behind TLS they are not, or there are none. */
static int ask(const struct place *to, int timeout_ms, bool *ret_http)
{
	static const char question[] =
		"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
	int64_t deadline_ms = time_mono_ms() + timeout_ms;
	_close_ int fd =
		socket(to->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char first[5];
	ssize_t n;

	if (fd < 0) {
		return -errno;
	}
	int rc = connect_to(fd, to, deadline_ms);
	if (rc == 0 && send(fd, question, strlen(question), MSG_NOSIGNAL) < 0) {
		rc = -errno;
	}
	if (rc == 0) {
		rc = wait_until(fd, POLLIN, deadline_ms);
	}
	if (rc < 0) {
		return rc;
	}
	n = recv(fd, first, sizeof(first), 0);
	if (n < 0 && errno != ECONNRESET) {
		return -errno;
	}
	*ret_http = n == (ssize_t)sizeof(first) && memcmp(first, "HTTP/", sizeof(first)) == 0;
	return 0;
}

void doctor_judge_web(struct doctor *d, const char *address, int timeout_ms)
{
	struct place to = {0};
	bool http = false;
	int rc;

	if (!parse(address, &to)) {
		return; /* of a kind that we do not know: a vsock, a name */
	}
	rc = ask(&to, timeout_ms, &http);
	if (rc == -EACCES || rc == -EPERM) {
		doctor_say(d, DOCTOR_WARNING, doctor_as_root, "%s may not be used by you", address);
	} else if (rc < 0) {
		doctor_say(d, DOCTOR_ERROR,
			"journalctl -u backup-checker-webd says why; then: systemctl restart "
			"backup-checker-webd",
			"webd does not answer at %s: %s", address, strerror(-rc));
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "it answers at %s%s", address,
			http ? "" : ", but not in plain HTTP: so it is with TLS");
	}
}

void doctor_web(struct doctor *d)
{
	if (d->web_address[0] != '\0') {
		doctor_judge_web(d, d->web_address, ANSWER_MS);
	}
}
