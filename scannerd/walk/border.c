/* border.c - a file system that was mounted below a root at the last complete scan and is not now
 * is not a deletion of its files. */
#include "scannerd/walk/border.h"

#include "scannerd/walk/exclude.h"
#include "scannerd/walk/fs.h"
#include <errno.h>
#include <fcntl.h>

#define KEPT "what is stored of it is kept. If this is meant, scan with accept_changed"

/* A subvolume has a device number of its own as well, but goes by being deleted. Kernels before 5.8
 * do not tell them apart. */
static bool is_mount_point(int fd)
{
	struct statx s;
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &s) < 0) {
		return true;
	}
	return (s.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0 ||
	       (s.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

static void lose(struct reader *r, struct mount *before, bool mounted, int64_t type)
{
	const struct buf *path = &r->listing->path;
	before->state = MOUNT_LOST;
	r->tally.unreadable++;
	reader_keep(r, path->data, path->len);
	if (!mounted) {
		tour_problem(r->w, r->node->root, path->data, path->len,
			"Nothing is mounted here any more; " KEPT);
		return;
	}
	char was[24], is[24];
	tour_problem(r->w, r->node->root, path->data, path->len,
		"It was on %s and is on %s now; " KEPT, fs_name(before->fs_type, was),
		fs_name(type, is));
}

/* A directory that is another root is read as that root, so that no file is there twice. */
static bool is_other_root(const struct reader *r, const struct stat *st)
{
	for (size_t i = 0; i < r->w->cfg.n; i++) {
		const struct root *other = &r->w->roots[i];
		if (other != r->node->root && other->identified && other->ino == st->st_ino &&
			other->dev == st->st_dev) {
			return true;
		}
	}
	return false;
}

/* Another file system than the parent's, or one that was. */
static int judge_mount(struct reader *r, bool crosses, struct mount *before)
{
	const struct walk_root *cfg = r->node->root->cfg;
	const struct buf *path = &r->listing->path;
	int64_t type, id;
	int rc = fs_identify(r->fd, &type, &id);
	if (rc < 0) {
		return rc;
	}
	bool mounted = crosses && is_mount_point(r->fd);
	if (before != NULL && !cfg->accept_changed && !cfg->one_file_system &&
		(!mounted || before->fs_type != type)) {
		lose(r, before, mounted, type);
		return 0;
	}
	if (before != NULL) {
		before->state = MOUNT_LEFT;
	}
	if (crosses && (cfg->one_file_system || fs_is_pseudo(type))) {
		r->tally.excluded++;
		return 0;
	}
	if (mounted) {
		rc = mounts_note(
			known_mounts(r->w->cfg.known), cfg->id, path->data, path->len, type);
	}
	return rc < 0 ? rc : 1;
}

int border_judge(struct reader *r, const struct stat *st)
{
	const struct buf *path = &r->listing->path;
	bool crosses = st->st_dev != r->node->parent->dev;
	struct mount *before = mounts_find(
		known_mounts(r->w->cfg.known), r->node->root->cfg->id, path->data, path->len);
	if (is_other_root(r, st)) {
		if (before != NULL) {
			before->state = MOUNT_LEFT;
		}
		return 0;
	}
	return crosses || before != NULL ? judge_mount(r, crosses, before) : 1;
}

/* --- those that the walk did not come by --- */

/* Whether path is dir or lies below it. */
static bool is_within(const struct mount *m, const char *dir)
{
	size_t len = strlen(dir);
	return m->len >= len && memcmp(m->path, dir, len) == 0 &&
	       (m->len == len || m->path[len] == '/');
}

static bool is_of_inner_root(const struct walk *w, const struct root *root, const struct mount *m)
{
	for (size_t i = 0; i < w->cfg.n; i++) {
		const struct root *other = &w->roots[i];
		if (other->path_len > root->path_len && is_within(m, other->cfg->path)) {
			return true;
		}
	}
	return false;
}

/* Whether the configuration leaves it or a directory above it out. */
static bool is_left_out(const struct root *root, const struct mount *m)
{
	const struct strv *exclude = root->cfg->exclude;
	if (m->len <= root->path_len + 1) {
		return true; /* not below the root */
	}
	const char *rel = m->path + root->path_len + 1;
	size_t len = m->len - root->path_len - 1, name = 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && rel[i] != '/') {
			continue;
		}
		if (root_is_never(root, rel, i) ||
			(exclude != NULL && exclude_match(exclude, rel + name, i - name, rel, i))) {
			return true;
		}
		name = i + 1;
	}
	return false;
}

struct search {
	struct walk *w;
	struct root *root;
};

static int judge_unseen(void *arg, struct mount *m)
{
	const struct search *s = arg;
	const struct walk_root *cfg = s->root->cfg;
	if (m->state != MOUNT_UNSEEN) {
		return 0;
	}
	if (cfg->accept_changed || cfg->one_file_system || is_of_inner_root(s->w, s->root, m) ||
		is_left_out(s->root, m)) {
		m->state = MOUNT_LEFT;
		return 0;
	}
	m->state = MOUNT_LOST;
	if (known_is_kept(s->w->cfg.known, m->path, m->len)) {
		return 0; /* the reason has been told */
	}
	s->root->unreadable++;
	s->w->counters.unreadable++;
	tour_problem(s->w, s->root, m->path, m->len,
		"The directory in which something was mounted is gone; " KEPT);
	return known_keep(s->w->cfg.known, m->path, m->len);
}

int border_judge_unseen(struct walk *w, struct root *root)
{
	struct search s = {.w = w, .root = root};
	return mounts_each(known_mounts(w->cfg.known), root->cfg->id, judge_unseen, &s);
}
