/* entries.c - getdents64 in large pieces, one statx a file, and which entries count as what. */
#include "scannerd/walk/entries.h"

#include "scannerd/walk/exclude.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* The path of an entry, below the root (from == r->below) or absolute (from == 0), into r->path. */
static int entry_path(struct reader *r, size_t from, const char *name, size_t len)
{
	const struct buf *dir = &r->listing->path;
	buf_reset(&r->path);
	buf_add(&r->path, dir->data + from, dir->len - from);
	bool is_top = dir->len == r->below;
	if (!is_top || (from == 0 && r->node->root->path_len > 0)) {
		buf_addc(&r->path, '/');
	}
	buf_add(&r->path, name, len);
	return r->path.failed ? -ENOMEM : 0;
}

/* What those below will read: the own marks win over a repository above. */
static void place(struct reader *r)
{
	struct node *n = r->node;
	enum repository_kind kind = marks_kind(&r->marks);
	if (kind != REPOSITORY_NONE) {
		n->place = (struct repository_place){.kind = kind};
	} else if (n->parent != NULL && n->parent->place.kind != REPOSITORY_NONE) {
		n->place = n->parent->place;
		n->place.depth = (uint8_t)MIN(n->place.depth + 1, UINT8_MAX);
	}
	r->placed = true;
}

static void push_subs(struct reader *r)
{
	if (r->subs != NULL) {
		crew_push(r->w->crew, &r->subs->item);
		r->subs = NULL;
	}
}

static void abandon_subs(struct reader *r)
{
	while (r->subs != NULL) {
		struct node *sub = r->subs;
		r->subs = (struct node *)sub->item.next;
		node_abandon(sub);
	}
}

/* After each piece and at the end. Those below wait until it is known in what they lie, which takes
 * the whole directory unless it is a large one: then others can begin while it is still read. */
static void release_subs(struct reader *r, bool at_end)
{
	if (!r->placed && (at_end || marks_are_enough(&r->marks))) {
		place(r);
	}
	if (r->placed) {
		push_subs(r);
	}
}

/* What is missing may make a repository of what was seen: then those below are kept as they are
 * stored, like the directory itself. */
static void end_early(struct reader *r)
{
	if (!r->placed && r->marks.seen != 0) {
		abandon_subs(r);
	} else {
		release_subs(r, true);
	}
}

/* Whether the configuration leaves the entry out. *ret is untouched on failure. */
static int is_excluded(struct reader *r, const char *name, size_t len, bool *ret)
{
	struct root *root = r->node->root;
	if (root->cfg->exclude == NULL || root->cfg->exclude->n == 0) {
		*ret = false;
		return 0;
	}
	if (root->exclude_wants_path && entry_path(r, r->below, name, len) < 0) {
		return -ENOMEM;
	}
	*ret = exclude_match(root->cfg->exclude, name, len, r->path.data, r->path.len);
	return 0;
}

static int is_forbidden(struct reader *r, const char *name, size_t len, bool *ret)
{
	struct root *root = r->node->root;
	if (root->never.n == 0) {
		*ret = false;
		return 0;
	}
	int rc = entry_path(r, r->below, name, len);
	if (rc == 0) {
		*ret = root_is_never(root, r->path.data, r->path.len);
	}
	return rc;
}

static int too_deep(struct reader *r, const char *name, size_t len)
{
	int rc = entry_path(r, 0, name, len);
	if (rc < 0) {
		return rc;
	}
	r->tally.unreadable++;
	reader_keep(r, r->path.data, r->path.len);
	tour_problem(r->w, r->node->root, r->path.data, r->path.len,
		"It is nested more than %d directories deep and was not read", WALK_DEPTH_MAX);
	return 0;
}

static void add_mark(struct reader *r, const char *name, size_t len, int type)
{
	if (type == DT_DIR) {
		marks_add_directory(&r->marks, name, len);
	} else if (type == DT_REG) {
		marks_add_file(&r->marks, name, len);
	}
}

static int add_directory(struct reader *r, const char *name, size_t len)
{
	bool forbidden = false;
	int rc = is_forbidden(r, name, len, &forbidden);
	if (rc < 0) {
		return rc;
	}
	if (forbidden) {
		r->tally.excluded++;
		return 0;
	}
	if (r->node->depth >= WALK_DEPTH_MAX) {
		return too_deep(r, name, len);
	}
	if (!r->pushed) {
		r->pushed = true;
		r->shared = node_share(r->node, r->fd);
	}
	struct node *sub = node_new(r->node->root, &r->w->fds, r->node, name, len);
	if (sub == NULL) {
		return -ENOMEM;
	}
	sub->item.next = r->subs != NULL ? &r->subs->item : NULL;
	r->subs = sub;
	return 0;
}

static int stat_failed(struct reader *r, const char *name, size_t len, int error)
{
	if (reader_is_vanished(error)) {
		r->tally.vanished++;
		return 0;
	}
	if (error == ENOMEM) {
		return -ENOMEM;
	}
	int rc = entry_path(r, 0, name, len);
	if (rc < 0) {
		return rc;
	}
	r->tally.errors++;
	r->partial = true;
	reader_keep(
		r, r->path.data, r->path.len); /* it may be a directory, where types are unknown */
	tour_problem(r->w, r->node->root, r->path.data, r->path.len,
		"The time and size of the file cannot be read: %s", strerrordesc_np(error));
	return 0;
}

/* A file, or what the file system did not say the type of, which is then a mark only now. Nothing
 * is opened: reading a FIFO or a device has effects. */
static int add_by_stat(struct reader *r, const char *name, size_t len, bool type_is_known)
{
	struct statx s;
	int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_SYNC_AS_STAT;
	if (statx(r->fd, name, flags, STATX_TYPE | STATX_MTIME | STATX_SIZE, &s) < 0) {
		return stat_failed(r, name, len, errno);
	}
	if (!type_is_known) {
		add_mark(r, name, len, IFTODT(s.stx_mode));
	}
	if (S_ISDIR(s.stx_mode)) {
		return add_directory(r, name, len);
	}
	if (S_ISLNK(s.stx_mode)) {
		r->tally.links++;
		return 0;
	}
	if (!S_ISREG(s.stx_mode)) {
		r->tally.special++;
		return 0;
	}
	int64_t mtime_ns;
	if (__builtin_mul_overflow((int64_t)s.stx_mtime.tv_sec, NSEC_PER_SEC, &mtime_ns) ||
		__builtin_add_overflow(mtime_ns, (int64_t)s.stx_mtime.tv_nsec, &mtime_ns)) {
		/* Nanoseconds reach from 1677 to 2262. */
		mtime_ns = s.stx_mtime.tv_sec < 0 ? INT64_MIN + 1 : INT64_MAX;
	}
	int64_t size = s.stx_size > INT64_MAX ? INT64_MAX : (int64_t)s.stx_size;
	r->tally.bytes += (uint64_t)size;
	r->tally.newest_mtime_ns = MAX(r->tally.newest_mtime_ns, mtime_ns);
	return listing_add(r->listing, name, len, mtime_ns, size);
}

static int add_entry(struct reader *r, const struct dirent64 *d)
{
	const char *name = d->d_name;
	if (name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'))) {
		return 0;
	}
	size_t len = strlen(name);
	if (d->d_type == DT_LNK) {
		r->tally.links++;
		return 0;
	}
	if (d->d_type != DT_DIR && d->d_type != DT_REG && d->d_type != DT_UNKNOWN) {
		r->tally.special++;
		return 0;
	}
	if (len == 0 || len > UINT16_MAX || memchr(name, '/', len) != NULL) {
		/* A damaged or hostile file system; the name could lead outside. */
		return stat_failed(r, name, len, EUCLEAN);
	}
	bool excluded = false;
	int rc = is_excluded(r, name, len, &excluded);
	if (rc < 0) {
		return rc;
	}
	add_mark(r, name, len, d->d_type);
	if (excluded) {
		r->tally.excluded++;
		if (d->d_type == DT_REG) {
			r->node->root->has_excluded = true;
		}
		return 0;
	}
	return d->d_type == DT_DIR ? add_directory(r, name, len)
				   : add_by_stat(r, name, len, d->d_type != DT_UNKNOWN);
}

/* The entries of one getdents64(2). 0, -ECANCELED, or what went wrong. */
static int add_entries(struct reader *r, size_t size)
{
	for (size_t at = 0; at < size;) {
		const struct dirent64 *d = (const void *)(r->dents + at);
		at += d->d_reclen;
		int rc = crew_stopped(r->w->crew) ? -ECANCELED : add_entry(r, d);
		if (rc < 0) {
			return rc;
		}
	}
	return 0;
}

int entries_read(struct reader *r)
{
	for (;;) {
		ssize_t got = getdents64(r->fd, r->dents, READER_DENTS_SIZE);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		int rc = got < 0 ? -errno : got > 0 ? add_entries(r, (size_t)got) : 0;
		if (rc < 0) {
			end_early(r);
			return rc;
		}
		release_subs(r, got == 0);
		if (got == 0) {
			return 0;
		}
	}
}
