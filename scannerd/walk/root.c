/* root.c - opening a root: its real path against the limits, its file system against the one of the
 * last time. */
#include "scannerd/walk/root.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include "scannerd/walk/exclude.h"
#include "scannerd/walk/fs.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>

#define KEPT "What is stored of it is kept."

_printf_(2, 0) static void fail_sentence(struct root *r, const char *fmt, va_list ap)
{
	char path[256], text[sizeof(r->reason)];
	utf8_printable(r->cfg->path, strlen(r->cfg->path), path, sizeof(path));
	int len = vsnprintf(text, sizeof(text), fmt, ap);
	if (len < 0) {
		len = snprintf(text, sizeof(text), "cannot be read.");
	}
	len = snprintf(r->reason, sizeof(r->reason), "The directory %s %s", path, text);
	utf8_repair(r->reason, MIN((size_t)len, sizeof(r->reason) - 1));
}

void root_fail(struct root *r, const char *fmt, ...)
{
	if (root_failed(r)) {
		return; /* the first reason is the cause */
	}
	va_list ap;
	va_start(ap, fmt);
	fail_sentence(r, fmt, ap);
	va_end(ap);
}

/* It is not what it was, which a person may have meant. */
_printf_(2, 3) static void fail_changed(struct root *r, const char *fmt, ...)
{
	if (root_failed(r)) {
		return;
	}
	va_list ap;
	va_start(ap, fmt);
	fail_sentence(r, fmt, ap);
	va_end(ap);
	r->changed = true;
}

void root_fail_errno(struct root *r, int error)
{
	switch (error) {
	case ENOENT:
		root_fail(r, "does not exist. Mount or create it, or take it out of the "
			     "configuration. " KEPT);
		break;
	case ENOTDIR:
		root_fail(r, "is not a directory. Correct the path in the configuration. " KEPT);
		break;
	case EACCES:
	case EPERM:
		root_fail(r,
			"may not be read (%s). Give the scanner's user the right to read it. " KEPT,
			strerrordesc_np(error));
		break;
	case ELOOP:
		root_fail(r, "is a symbolic link that leads in a circle. Correct the link. " KEPT);
		break;
	default:
		root_fail(r, "cannot be read: %s. Look at its disk or network mount. " KEPT,
			strerrordesc_np(error) != NULL ? strerrordesc_np(error) : "unknown error");
	}
}

/* Whether path is dir or lies below it; then *ret_below is what follows dir's slash. */
static bool is_within(const char *path, const char *dir, const char **ret_below)
{
	size_t len = strlen(dir);
	while (len > 0 && dir[len - 1] == '/') {
		len--;
	}
	if (strncmp(path, dir, len) != 0 || (path[len] != '\0' && path[len] != '/')) {
		return false;
	}
	*ret_below = path + len + (path[len] == '/');
	return true;
}

/* dir with the symbolic links above its last component resolved. The last one is left alone,
 * because looking at a dead network mount blocks, and that may be the very reason why it is listed.
 */
static char *resolve_parent(const char *dir)
{
	size_t len = strlen(dir);
	while (len > 1 && dir[len - 1] == '/') {
		len--;
	}
	_free_ char *clean = strndup(dir, len);
	char *slash = clean != NULL ? strrchr(clean, '/') : NULL;
	if (slash == NULL || slash == clean) {
		return steal(clean);
	}
	*slash = '\0';
	_free_ char *real = realpath(clean, NULL);
	*slash = '/';
	if (real == NULL) {
		return steal(clean);
	}
	struct buf b = BUF_INIT;
	buf_adds(&b, strcmp(real, "/") == 0 ? "" : real);
	buf_adds(&b, slash);
	return buf_steal(&b);
}

/* Refuses a root within a forbidden directory, and notes those that lie within the root. */
static int judge_never(struct root *r, const char *real, const char *never)
{
	_free_ char *resolved = resolve_parent(never);
	if (resolved == NULL) {
		return -ENOMEM;
	}
	const char *below;
	if (is_within(real, resolved, &below) || is_within(real, never, &below) ||
		is_within(r->cfg->path, never, &below)) {
		root_fail(r,
			"lies in %s, which must not be scanned (limits.directories_never). Take it "
			"out of the "
			"configuration, or let an administrator change the limit. " KEPT,
			never);
		return 0;
	}
	if (is_within(resolved, real, &below)) {
		return strv_add(&r->never, below);
	}
	return 0;
}

static bool is_allowed(const char *real, const struct strv *within)
{
	for (size_t i = 0; i < within->n; i++) {
		const char *below;
		_free_ char *resolved = realpath(within->v[i], NULL);
		if (is_within(real, resolved != NULL ? resolved : within->v[i], &below)) {
			return true;
		}
	}
	return false;
}

static int judge_limits(struct root *r, int fd, const struct walk_config *walk)
{
	char link[64], real[PATH_MAX];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, real, sizeof(real));
	if (len <= 0 || (size_t)len >= sizeof(real) || real[0] != '/') {
		root_fail(r, "has no real path that could be checked against the limits. " KEPT);
		return 0;
	}
	real[len] = '\0';

	for (size_t i = 0; walk->never != NULL && i < walk->never->n; i++) {
		int rc = judge_never(r, real, walk->never->v[i]);
		if (rc < 0) {
			return rc;
		}
	}
	if (!root_failed(r) && walk->within != NULL && !is_allowed(real, walk->within)) {
		char text[256];
		root_fail(r,
			"is %s in truth, which lies outside the directories that may be scanned "
			"(limits.directories_within). Correct the path, or let an administrator "
			"change the limit. " KEPT,
			(utf8_printable(real, (size_t)len, text, sizeof(text)), text));
	}
	return 0;
}

static void judge_file_system(struct root *r)
{
	char now[24], before[24];
	const struct walk_root *cfg = r->cfg;
	fs_name(r->fs_type, now);
	if (fs_is_pseudo(r->fs_type)) {
		root_fail(r,
			"is the kernel's own (%s) and holds no backups. Take it out of the "
			"configuration. " KEPT,
			now);
	} else if (cfg->accept_changed || cfg->fs_type == 0) {
		return;
	} else if (cfg->fs_type != r->fs_type) {
		fail_changed(r,
			"was on %s and is on %s now: is something not mounted? Mount it, or accept "
			"the change. " KEPT,
			fs_name(cfg->fs_type, before), now);
	} else if (cfg->fs_id != 0 && r->fs_id != 0 && cfg->fs_id != r->fs_id &&
		   fs_id_is_lasting(r->fs_type)) {
		fail_changed(r,
			"is on another %s file system than before: is something not mounted? Mount "
			"it, or accept "
			"the change. " KEPT,
			now);
	}
}

/* O_PATH first: nothing is asked of the directory itself before it is known to be allowed. */
static int open_root(struct root *r, const struct walk_config *walk)
{
	_close_ int at = open(r->cfg->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at < 0) {
		root_fail_errno(r, errno);
		return 0;
	}
	int rc = judge_limits(r, at, walk);
	if (rc < 0 || root_failed(r)) {
		return rc;
	}
	_close_ int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0) {
		root_fail_errno(r, errno);
		return 0;
	}
	rc = fs_identify(fd, &r->fs_type, &r->fs_id);
	if (rc < 0) {
		root_fail_errno(r, -rc);
		return 0;
	}
	r->dev = st.st_dev;
	r->ino = st.st_ino;
	r->identified = true;
	judge_file_system(r);
	if (!root_failed(r)) {
		r->fd = steal_fd(fd);
	}
	return 0;
}

int root_init(struct root *r, const struct walk_root *cfg, const struct walk_config *walk)
{
	size_t len = strlen(cfg->path);
	*r = (struct root){.cfg = cfg,
		.path_len = strcmp(cfg->path, "/") == 0 ? 0 : len,
		.fd = -1,
		.exclude_wants_path = exclude_wants_path(cfg->exclude)};
	atomic_init(&r->newest_mtime_ns, INT64_MIN);
	return open_root(r, walk);
}

void root_done(struct root *r)
{
	closep(&r->fd);
	r->fd = -1;
	strv_done(&r->never);
}

bool root_is_never(const struct root *r, const char *rel, size_t len)
{
	for (size_t i = 0; i < r->never.n; i++) {
		if (strlen(r->never.v[i]) == len && memcmp(r->never.v[i], rel, len) == 0) {
			return true;
		}
	}
	return false;
}

void root_judge_empty(struct root *r)
{
	if (r->files == 0 && r->cfg->known_files > 0 && !r->cfg->accept_changed &&
		!r->has_excluded) {
		fail_changed(r,
			"holds no file at all and held %lld at the last scan: is something not "
			"mounted? Mount it, or "
			"accept the change. " KEPT,
			(long long)r->cfg->known_files);
	}
}

void root_result(const struct root *r, struct walk_root_result *ret)
{
	int64_t newest = r->newest_mtime_ns;
	*ret = (struct walk_root_result){.available = !root_failed(r),
		.changed = r->changed,
		.fs_type = r->fs_type,
		.fs_id = r->fs_id,
		.files = r->files,
		.bytes = r->bytes,
		.directories = r->directories,
		.unreadable = r->unreadable,
		.newest_mtime = TIME_NONE};
	memcpy(ret->reason, r->reason, sizeof(ret->reason));
	if (newest != INT64_MIN) {
		ret->newest_mtime = newest / NSEC_PER_SEC - (newest % NSEC_PER_SEC < 0);
	}
}
