/* nmap_run.c - starts nmap, feeds its output to the parser, and ends it when the peer is gone or
 * its time is over. */
#include "nmap_run.h"

#include "child.h"
#include "common/timefmt.h"
#include "common/utf8.h"
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	GRACE_MS = 5000, /* between TERM and KILL, and for pipes that outlive nmap */
	STDERR_MAX = 4096,
	OUTPUT_BASE = 16 << 20, /* bytes of XML: so much, and so much more for each address */
	OUTPUT_PER_ADDRESS = 16 << 10,
};

struct run {
	const struct nmap_job *job;
	struct child child;
	struct nmap_xml *xml;
	struct buf messages; /* the beginning of its standard error */
	int64_t deadline_ms;
	bool ended, timed_out;
};

static int make_input(const struct buf *targets, struct err *err)
{
	_close_ int fd = memfd_create("targets", MFD_CLOEXEC);
	size_t at = 0;
	while (fd >= 0 && at < targets->len) {
		ssize_t n = write(fd, targets->data + at, targets->len - at);
		if (n < 0 && errno != EINTR) {
			break;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || at < targets->len || lseek(fd, 0, SEEK_SET) < 0) {
		return err_set(err, -errno, ERR_INTERNAL, NULL,
			"cannot hand the targets to nmap: %s", strerror(errno));
	}
	return steal_fd(fd);
}

static int start(struct run *r, struct err *err)
{
	const struct nmap_job *job = r->job;
	struct nmap_args args;
	nmap_args_build(&args, job->phase, job->family, job->request, job->privileged);
	_close_ int input = make_input(job->targets, err);
	if (input < 0) {
		return input;
	}
	int rc = child_start(
		job->path, args.argv, nmap_environment(job->privileged), input, &r->child);
	if (rc == -ENOENT) {
		return err_set(err, rc, ERR_UNAVAILABLE, NULL,
			"nmap is not installed (looked for %s)", job->path);
	}
	if (rc < 0) {
		return err_set(err, rc, ERR_UNAVAILABLE, NULL, "cannot start nmap (%s): %s",
			job->path, strerror(-rc));
	}
	return 0;
}

/* Reads once; closes the descriptor at its end. Returns the number of bytes. */
static size_t read_some(int *fd, char *chunk, size_t size)
{
	ssize_t n = read(*fd, chunk, size);
	if (n > 0) {
		return (size_t)n;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(steal_fd(*fd));
	}
	return 0;
}

static void read_messages(struct run *r)
{
	char chunk[4096];
	size_t n = read_some(&r->child.err, chunk, sizeof(chunk));
	buf_add(&r->messages, chunk, MIN(n, STDERR_MAX - r->messages.len));
}

static int read_output(struct run *r, struct err *err)
{
	char chunk[65536];
	size_t n = read_some(&r->child.out, chunk, sizeof(chunk));
	return n != 0 ? nmap_xml_feed(r->xml, chunk, n, err) : 0;
}

/* Returns -ETIME when even the grace is over. */
static int check_clock(struct run *r)
{
	int64_t now = time_mono_ms();
	if (now < r->deadline_ms) {
		return 0;
	}
	if (r->timed_out || r->ended) {
		return -ETIME;
	}
	r->timed_out = true;
	r->deadline_ms = now + GRACE_MS;
	child_signal(&r->child, SIGTERM);
	return 0;
}

static int step(struct run *r, struct err *err)
{
	struct peer *peer = r->job->peer;
	bool may_read = peer->out.len < PEER_BACKLOG_MAX;
	struct pollfd fds[] = {
		peer_pollfd(peer),
		{.fd = r->ended ? -1 : r->child.pidfd, .events = POLLIN},
		{.fd = may_read ? r->child.out : -1, .events = POLLIN},
		{.fd = r->child.err, .events = POLLIN},
	};
	int64_t left = MAX(r->deadline_ms - time_mono_ms(), (int64_t)0);
	if (poll(fds, ARRAY_SIZE(fds), (int)MIN(left, (int64_t)60000)) < 0) {
		return errno == EINTR ? 0 : -errno;
	}
	peer_handle(peer, fds[0].revents);
	if (peer->gone) {
		return -ECANCELED;
	}
	if (fds[3].revents != 0) {
		read_messages(r);
	}
	int rc = fds[2].revents != 0 ? read_output(r, err) : 0;
	if (fds[1].revents != 0) {
		r->ended = true;
		child_signal(&r->child, SIGKILL); /* what it started must not hold the pipes */
		r->deadline_ms = MIN(r->deadline_ms, time_mono_ms() + GRACE_MS);
	}
	return rc < 0 ? rc : check_clock(r);
}

/* The first line that is more than a remark. */
static const char *complaint(struct buf *messages, char *out, size_t size)
{
	static const char *const remarks[] = {
		"Warning:", "WARNING:", "Host discovery disabled", "Note:"};
	const char *line = buf_cstr(messages);
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");
		bool remark = len == 0;
		for (size_t i = 0; i < ARRAY_SIZE(remarks); i++) {
			remark = remark || strncmp(line, remarks[i], strlen(remarks[i])) == 0;
		}
		if (!remark) {
			utf8_printable(line, len, out, size);
			return out;
		}
		line += len + (line[len] == '\n');
	}
	return "it gave no reason";
}

static int judge(struct run *r, int status, struct err *err)
{
	char text[200];
	const char *why = complaint(&r->messages, text, sizeof(text));
	if (r->timed_out) {
		return err_set(err, -ETIME, ERR_TIMEOUT, NULL,
			"the scan took longer than %lld seconds",
			(long long)r->job->request->scan_timeout_s);
	}
	if (WIFSIGNALED(status)) {
		return err_set(err, -EIO, ERR_UNAVAILABLE, NULL,
			"nmap was killed by signal %d (%s): %s", WTERMSIG(status),
			strsignal(WTERMSIG(status)), why);
	}
	if (WEXITSTATUS(status) != 0) {
		return err_set(err, -EIO, ERR_UNAVAILABLE, NULL, "nmap ended with code %d: %s",
			WEXITSTATUS(status), why);
	}
	return nmap_xml_end(r->xml, r->job->addresses, err);
}

static int watch(struct run *r, struct err *err)
{
	int rc = 0;
	while (rc == 0 && !(r->ended && r->child.out < 0 && r->child.err < 0)) {
		rc = step(r, err);
	}
	bool ended = r->ended;
	int status = child_done(&r->child);
	if (rc == -ETIME && ended) {
		return err_set(err, -EIO, ERR_UNAVAILABLE, NULL,
			"nmap ended, but something that it started did not");
	}
	return rc == 0 || rc == -ETIME ? judge(r, status, err) : rc;
}

int nmap_run(const struct nmap_job *job, struct err *err)
{
	struct run r = {.job = job, .child = CHILD_INIT, .deadline_ms = job->deadline_ms};
	err_set(err, 0, ERR_INTERNAL, NULL, "nmap cannot be run");
	uint64_t bytes_max = OUTPUT_BASE + job->addresses * OUTPUT_PER_ADDRESS;
	int rc = nmap_xml_new(job->events, job->arg, bytes_max, &r.xml);
	if (rc == 0) {
		rc = start(&r, err);
	}
	if (rc == 0) {
		rc = watch(&r, err);
	}
	nmap_xml_free(r.xml);
	buf_done(&r.messages);
	return rc;
}
