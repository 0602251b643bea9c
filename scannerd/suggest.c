/* suggest.c - reads the kernel's table of mounts for directories that may hold backups. */
#include "scannerd/suggest.h"

#include "common/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { SHOWN_BYTES = 200 };

/* The whole of a small table as text; NULL if it cannot be read or is larger than the limit. */
static char *read_table(const char *path)
{
	_buf_ struct buf text = BUF_INIT;
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char part[8192];
	ssize_t n = -1;

	while (fd >= 0 && text.len < SUGGEST_TABLE_MAX && (n = read(fd, part, sizeof(part))) > 0) {
		buf_add(&text, part, (size_t)n);
	}
	if (n != 0 || text.failed) {
		return NULL;
	}
	buf_addc(&text, '\0');
	return text.failed ? NULL : buf_steal(&text);
}

static char *next_line(char **text)
{
	char *line = *text;

	if (line == NULL || *line == '\0') {
		return NULL;
	}
	*text = strchr(line, '\n');
	if (*text != NULL) {
		*(*text)++ = '\0';
	}
	return line;
}

static bool covered(const struct suggestions_out *out, const struct config *c, const char *path)
{
	for (size_t i = 0; i < c->directories_to_scan.n; i++) {
		if (path_is_within(path, c->directories_to_scan.v[i].path)) {
			return true;
		}
	}
	for (size_t i = 0; i < out->directories.n; i++) {
		if (strcmp(out->directories.v[i].path, path) == 0) {
			return true;
		}
	}
	return false;
}

static int add_directory(
	struct suggestions_out *out, const struct config *c, const char *path, const char *because)
{
	struct suggested_directory *v;

	if (out->directories.n >= SUGGEST_MAX || covered(out, c, path) ||
		limits_check_directory(&c->limits, path, NULL) < 0) {
		return 0;
	}
	v = reallocarray(out->directories.v, out->directories.n + 1, sizeof(*v));
	if (v == NULL) {
		return -ENOMEM;
	}
	out->directories.v = v;
	v += out->directories.n++;
	*v = (struct suggested_directory){.path = strdup(path), .because = strdup(because)};
	return v->path == NULL || v->because == NULL ? -ENOMEM : 0;
}

/* --- mounts --- */

enum place { PLACE_NONE, PLACE_NETWORK, PLACE_LOCAL };

/* What can hold backups, by its type; everything else is the kernel's or in memory. */
static enum place place_of(const char *type)
{
	static const struct {
		const char *type;
		enum place place;
	} rows[] = {
		{"nfs", PLACE_NETWORK},
		{"nfs4", PLACE_NETWORK},
		{"cifs", PLACE_NETWORK},
		{"smb3", PLACE_NETWORK},
		{"ceph", PLACE_NETWORK},
		{"lustre", PLACE_NETWORK},
		{"fuse.glusterfs", PLACE_NETWORK},
		{"fuse.sshfs", PLACE_NETWORK},
		{"fuse.rclone", PLACE_NETWORK},
		{"fuse.s3fs", PLACE_NETWORK},
		{"bcachefs", PLACE_LOCAL},
		{"btrfs", PLACE_LOCAL},
		{"exfat", PLACE_LOCAL},
		{"ext2", PLACE_LOCAL},
		{"ext3", PLACE_LOCAL},
		{"ext4", PLACE_LOCAL},
		{"f2fs", PLACE_LOCAL},
		{"jfs", PLACE_LOCAL},
		{"ntfs3", PLACE_LOCAL},
		{"overlay", PLACE_LOCAL},
		{"vfat", PLACE_LOCAL},
		{"xfs", PLACE_LOCAL},
		{"zfs", PLACE_LOCAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].type, type) == 0) {
			return rows[i].place;
		}
	}
	return PLACE_NONE;
}

/* Does the system itself live there? A first configuration that names it would be a mistake. */
static bool is_of_system(const char *path)
{
	static const char *const trees[] = {"/boot", "/dev", "/efi", "/etc", "/proc", "/run",
		"/snap", "/sys", "/tmp", "/usr", "/var/cache", "/var/lib", "/var/log", "/var/tmp"};
	static const char *const places[] = {"/", "/home", "/opt", "/root", "/var"};

	for (size_t i = 0; i < ARRAY_SIZE(trees); i++) {
		if (path_is_within(path, trees[i])) {
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (strcmp(path, places[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* Undoes "\040" and the like, in place (proc_pid_mountinfo(5): blank, tab, newline, backslash). */
static void unescape(char *text)
{
	char *out = text;

	for (const char *p = text; *p != '\0'; p++) {
		bool octal = p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && p[2] >= '0' &&
			     p[2] <= '7' && p[3] >= '0' && p[3] <= '7';

		if (octal) {
			*out++ = (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0'));
			p += 3;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
}

void suggest_mount_done(struct suggest_mount *m)
{
	free(m->path);
	free(m->type);
	free(m->source);
	*m = (struct suggest_mount){0};
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": the fifth field is the place,
 * behind a lone hyphen come type and source. */
int suggest_parse_mount(const char *line, struct suggest_mount *ret)
{
	const char *behind = strstr(line, " - ");
	struct suggest_mount m = {0};
	int rc = 0;

	if (behind == NULL || sscanf(line, "%*s %*s %*s %*s %ms", &m.path) != 1 ||
		sscanf(behind, " - %ms %ms", &m.type, &m.source) != 2) {
		rc = -EINVAL;
	} else {
		unescape(m.path);
		unescape(m.source);
		rc = m.path[0] == '/' && utf8_is_valid(m.path, strlen(m.path)) &&
				     path_canonical(m.path, NULL) == 0
			     ? 0
			     : -EINVAL;
	}
	if (rc < 0) {
		suggest_mount_done(&m);
		return rc;
	}
	*ret = m;
	return 0;
}

struct mounts {
	struct suggest_mount *v;
	size_t n;
};

static void mounts_done(struct mounts *m)
{
	for (size_t i = 0; i < m->n; i++) {
		suggest_mount_done(&m->v[i]);
	}
	free(m->v);
}

static int parse_mounts(const char *text, struct mounts *ret)
{
	_free_ char *copy = strdup(text);
	char *rest = copy, *line;

	ret->v = calloc(SUGGEST_MOUNTS_MAX, sizeof(*ret->v));
	if (copy == NULL || ret->v == NULL) {
		return -ENOMEM;
	}
	while (ret->n < SUGGEST_MOUNTS_MAX && (line = next_line(&rest)) != NULL) {
		if (suggest_parse_mount(line, &ret->v[ret->n]) == 0) {
			ret->n++;
		}
	}
	return 0;
}

/* The mount that path lies in: of equal ones the last, which hides the others. */
static const struct suggest_mount *mount_of(const struct mounts *m, const char *path)
{
	const struct suggest_mount *best = NULL;

	for (size_t i = 0; i < m->n; i++) {
		if (path_is_within(path, m->v[i].path) &&
			(best == NULL || strlen(m->v[i].path) >= strlen(best->path))) {
			best = &m->v[i];
		}
	}
	return best;
}

/* Is path a directory, with nothing on the way that another machine would have to answer for: no
 * symbolic link, no file system of the network? */
static bool is_own_directory(const struct mounts *m, const char *path)
{
	char part[PATH_MAX];
	size_t len = 0;

	do {
		const struct suggest_mount *mount;
		struct stat st;

		len += 1 + strcspn(path + len + 1, "/");
		if (len >= sizeof(part)) {
			return false;
		}
		memcpy(part, path, len);
		part[len] = '\0';
		mount = mount_of(m, part);
		if (mount == NULL || place_of(mount->type) != PLACE_LOCAL || lstat(part, &st) < 0 ||
			!S_ISDIR(st.st_mode)) {
			return false;
		}
	} while (path[len] != '\0');
	return true;
}

static int add_mounts(const struct mounts *m, enum place place, const struct config *c,
	struct suggestions_out *out)
{
	int rc = 0;

	for (size_t i = 0; i < m->n && rc == 0; i++) {
		const struct suggest_mount *mount = &m->v[i];
		char source[SHOWN_BYTES], because[2 * SHOWN_BYTES];

		if (place_of(mount->type) != place || is_of_system(mount->path) ||
			mount_of(m, mount->path) != mount ||
			(place == PLACE_LOCAL && !is_own_directory(m, mount->path))) {
			continue;
		}
		utf8_printable(mount->source, strlen(mount->source), source, sizeof(source));
		snprintf(because, sizeof(because),
			place == PLACE_NETWORK ? "mounted from %s (%s)"
					       : "a file system of its own on %s (%s)",
			source, mount->type);
		rc = add_directory(out, c, mount->path, because);
	}
	return rc;
}

static int add_usual(const struct mounts *m, const struct config *c, struct suggestions_out *out)
{
	static const char *const usual[] = {"/backup", "/backups", "/data/backup", "/data/backups",
		"/mnt/backup", "/mnt/backups", "/srv/backup", "/srv/backups", "/var/lib/vz/dump"};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(usual) && rc == 0; i++) {
		if (is_own_directory(m, usual[i])) {
			rc = add_directory(out, c, usual[i], "a usual place for backups");
		}
	}
	return rc;
}

int suggest_directories(const char *mountinfo, const struct config *c, struct suggestions_out *out)
{
	_cleanup_(mounts_done) struct mounts m = {0};
	int rc = parse_mounts(mountinfo, &m);

	if (rc == 0) {
		rc = add_mounts(&m, PLACE_NETWORK, c, out);
	}
	if (rc == 0) {
		rc = add_usual(&m, c, out);
	}
	return rc < 0 ? rc : add_mounts(&m, PLACE_LOCAL, c, out);
}

int suggest_own_directories(const struct config *c, struct suggestions_out *out)
{
	_free_ char *mounts = read_table("/proc/self/mountinfo");

	return mounts == NULL ? 0 : suggest_directories(mounts, c, out);
}
