/* reader.c - getdents64 in large pieces, one statx a file, and what becomes of each directory. */
#include "scannerd/walk/reader.h"

#include "scannerd/walk/exclude.h"
#include "scannerd/walk/fs.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum {
	DENTS_SIZE = 256 * 1024,
	PUSH_AT_ONCE = 256, /* so that others can begin while a directory of many directories is
			       still read */
};

/* What one directory adds to the counters: added once, at its end, so that threads do not fight for
 * them at every file. */
struct tally {
	uint64_t bytes, excluded, links, special, vanished, errors, unreadable;
	int64_t newest_mtime_ns;
};

struct reader {
	struct walk *w;
	struct crew_member *member;
	char *dents;
	struct listing *listing;
	struct buf path; /* working space: a path below the root */
	struct tally tally;

	struct node *node; /* being read */
	int fd;
	size_t below; /* where in listing->path the part below the root begins */
	struct node *subs;
	size_t n_subs;
	bool shared;  /* the node keeps fd open for its children */
	bool pushed;  /* it has children already: too late to share */
	bool partial; /* a file's time or size could not be read */
};

struct reader *reader_new(struct walk *w, struct crew_member *m)
{
	struct reader *r = calloc(1, sizeof(*r));
	if (r == NULL) {
		return NULL;
	}
	r->w = w;
	r->member = m;
	r->dents = malloc(DENTS_SIZE);
	r->listing = listing_new();
	if (r->dents == NULL || r->listing == NULL) {
		reader_free(r);
		return NULL;
	}
	return r;
}

void reader_free(struct reader *r)
{
	if (r == NULL) {
		return;
	}
	buf_done(&r->path);
	listing_free(r->listing);
	free(r->dents);
	free(r);
}

/* --- names and paths --- */

static const char *dir_path(const struct reader *r, size_t *ret_len)
{
	*ret_len = r->listing->path.len;
	return r->listing->path.data;
}

/* The directory's path, absolute, into the listing. */
static int make_path(struct reader *r)
{
	struct listing *l = r->listing;
	const struct root *root = r->node->root;
	listing_reset(l);
	l->root = root->cfg->id;
	l->root_len = root->path_len;
	buf_add(&l->path, root->cfg->path, root->path_len);
	if (r->node->depth > 0 || root->path_len == 0) {
		buf_addc(&l->path, '/');
	}
	r->below = l->path.len;
	node_path(r->node, &l->path);
	return l->path.failed ? -ENOMEM : 0;
}

/* r->path becomes the path of an entry, below the root (from == r->below) or absolute (from == 0).
 */
static int entry_path(struct reader *r, size_t from, const char *name, size_t len)
{
	const struct buf *dir = &r->listing->path;
	buf_reset(&r->path);
	buf_add(&r->path, dir->data + from, dir->len - from);
	if (dir->len > r->below) {
		buf_addc(&r->path, '/');
	} else if (from == 0 && r->node->root->path_len > 0) {
		buf_addc(&r->path, '/');
	}
	buf_add(&r->path, name, len);
	return r->path.failed ? -ENOMEM : 0;
}

/* --- what cannot be read --- */

static void keep(struct reader *r, const char *path, size_t len)
{
	if (known_keep(r->w->cfg.known, path, len) < 0) {
		tour_fail(r->w, -ENOMEM);
	}
}

static bool is_vanished(int error)
{
	/* A link or a file where a directory was: it was replaced meanwhile. */
	return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* The directory cannot be opened or read to its end. */
static void lose(struct reader *r, int error, const char *what)
{
	struct root *root = r->node->root;
	size_t len;
	const char *path = dir_path(r, &len);
	if (error == ENOMEM) {
		tour_fail(r->w, -ENOMEM);
	} else if (r->node->depth == 0) {
		root_fail_errno(root, error);
		r->tally.unreadable++;
	} else if (is_vanished(error)) {
		r->tally.vanished++;
	} else {
		r->tally.unreadable++;
		keep(r, path, len);
		if (error == E2BIG) {
			tour_problem(r->w, root, path, len,
				"It holds more than %d files, which is more than can be stored",
				LISTING_FILES_MAX);
		} else {
			tour_problem(r->w, root, path, len, "The directory cannot be %s: %s", what,
				strerrordesc_np(error));
		}
	}
}

/* --- entries --- */

static void push_subs(struct reader *r)
{
	if (r->subs == NULL) {
		return;
	}
	crew_push(r->w->crew, &r->subs->item);
	r->subs = NULL;
	r->n_subs = 0;
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
	keep(r, r->path.data, r->path.len);
	tour_problem(r->w, r->node->root, r->path.data, r->path.len,
		"It is nested more than %d directories deep and was not read", WALK_DEPTH_MAX);
	return 0;
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
	if (++r->n_subs >= PUSH_AT_ONCE) {
		push_subs(r);
	}
	return 0;
}

static int stat_failed(struct reader *r, const char *name, size_t len, int error)
{
	if (is_vanished(error)) {
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
	tour_problem(r->w, r->node->root, r->path.data, r->path.len,
		"The time and size of the file cannot be read: %s", strerrordesc_np(error));
	return 0;
}

/* A file, or what the file system did not say the type of. Nothing is opened: reading a FIFO or a
 * device has effects. */
static int add_by_stat(struct reader *r, const char *name, size_t len)
{
	struct statx s;
	int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_SYNC_AS_STAT;
	if (statx(r->fd, name, flags, STATX_TYPE | STATX_MTIME | STATX_SIZE, &s) < 0) {
		return stat_failed(r, name, len, errno);
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
		mtime_ns =
			s.stx_mtime.tv_sec < 0 ? INT64_MIN + 1 : INT64_MAX; /* beyond 1677..2262 */
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
		return stat_failed(r, name, len,
			EUCLEAN); /* a damaged or hostile file system; it could lead outside */
	}
	bool excluded = false;
	int rc = is_excluded(r, name, len, &excluded);
	if (rc < 0) {
		return rc;
	}
	if (excluded) {
		r->tally.excluded++;
		if (d->d_type == DT_REG) {
			r->node->root->has_excluded = true;
		}
		return 0;
	}
	return d->d_type == DT_DIR ? add_directory(r, name, len) : add_by_stat(r, name, len);
}

/* 0, -ECANCELED, or the error that ended the reading. */
static int read_entries(struct reader *r)
{
	for (;;) {
		ssize_t got = getdents64(r->fd, r->dents, DENTS_SIZE);
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return got < 0 ? -errno : 0;
		}
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *d = (const void *)(r->dents + at);
			at += d->d_reclen;
			int rc = crew_stopped(r->w->crew) ? -ECANCELED : add_entry(r, d);
			if (rc < 0) {
				return rc;
			}
		}
	}
}

/* --- may it be entered, what becomes of it --- */

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

/* 1: enter; 0: leave it alone, it is counted; -errno. */
static int may_enter(struct reader *r)
{
	struct node *n = r->node;
	struct stat st;
	if (fstat(r->fd, &st) < 0) {
		return -errno;
	}
	n->dev = st.st_dev;
	n->ino = st.st_ino;
	if (n->parent == NULL) {
		return 1;
	}
	if (node_is_loop(n)) {
		r->tally.errors++;
		tour_problem(r->w, n->root, r->listing->path.data, r->listing->path.len,
			"The directory is one of those above it (a mount leads in a circle) and "
			"was not read again");
		return 0;
	}
	if (is_other_root(r, &st)) {
		return 0;
	}
	if (st.st_dev == n->parent->dev) {
		return 1;
	}
	int64_t type, id;
	int rc = fs_identify(r->fd, &type, &id);
	if (rc < 0) {
		return rc;
	}
	if (n->root->cfg->one_file_system || fs_is_pseudo(type)) {
		r->tally.excluded++;
		return 0;
	}
	return 1;
}

static void hand_on(struct reader *r)
{
	const struct walk_config *cfg = &r->w->cfg;
	if (cfg->sink == NULL) {
		return;
	}
	struct listing *l = listing_detach(&r->listing);
	if (l == NULL) {
		tour_fail(r->w, -ENOMEM);
		return;
	}
	if (cfg->judge != NULL) {
		cfg->judge(cfg->arg, l);
	}
	crew_wait_begin(r->member);
	int rc = cfg->sink(cfg->arg, l);
	crew_wait_end(r->member);
	if (rc != 0) {
		tour_fail(r->w, rc);
	}
}

static void compare(struct reader *r)
{
	struct listing *l = r->listing;
	struct known *known = r->w->cfg.known;
	if (r->partial && known_has(known, l->root, l->path.data, l->path.len)) {
		/* Rows of files that are there but could not be asked must not be lost. */
		keep(r, l->path.data, l->path.len);
		return;
	}
	listing_sort(l);
	if (listing_digest(l, r->w->cfg.key) < 0) {
		tour_fail(r->w, -ENOMEM);
		return;
	}
	const uint8_t *digest = NULL;
	l->dir = known_see(known, l->root, l->path.data, l->path.len, &digest);
	if (l->dir != 0 && memcmp(digest, l->digest, sizeof(l->digest)) == 0) {
		atomic_fetch_add_explicit(&r->w->counters.unchanged, 1, memory_order_relaxed);
	} else if (l->dir != 0 || l->n != 0) {
		hand_on(r);
	}
}

static void add(_Atomic uint64_t *counter, uint64_t n)
{
	if (n != 0) {
		atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
	}
}

static void count(struct reader *r, bool was_read)
{
	struct walk_counters *c = &r->w->counters;
	struct root *root = r->node->root;
	const struct tally *t = &r->tally;
	uint64_t files = was_read ? r->listing->n : 0, bytes = was_read ? t->bytes : 0;
	add(&c->files, files);
	add(&c->bytes, bytes);
	add(&c->directories, was_read);
	add(&c->excluded, t->excluded);
	add(&c->links, t->links);
	add(&c->special, t->special);
	add(&c->vanished, t->vanished);
	add(&c->unreadable, t->unreadable);
	add(&c->errors, t->errors);
	root->files += (int64_t)files;
	root->bytes += (int64_t)bytes;
	root->directories += was_read;
	root->unreadable += (int64_t)t->unreadable;
	int64_t newest = root->newest_mtime_ns;
	while (was_read && t->newest_mtime_ns > newest &&
		!atomic_compare_exchange_weak(
			&root->newest_mtime_ns, &newest, t->newest_mtime_ns)) {
	}
}

static bool read_directory(struct reader *r)
{
	int rc = may_enter(r);
	if (rc <= 0) {
		if (rc < 0) {
			lose(r, -rc, "examined");
		}
		return false;
	}
	rc = read_entries(r);
	push_subs(r);
	if (rc == -ECANCELED) {
		return false;
	}
	if (rc < 0) {
		lose(r, -rc, "read to its end");
		return false;
	}
	return true;
}

void reader_visit(struct reader *r, struct node *n)
{
	r->node = n;
	r->subs = NULL;
	r->n_subs = 0;
	r->shared = r->pushed = r->partial = false;
	r->tally = (struct tally){.newest_mtime_ns = INT64_MIN};
	if (make_path(r) < 0) {
		tour_fail(r->w, -ENOMEM);
		node_abandon(n);
		return;
	}
	crew_note(r->member, r->listing->path.data, r->listing->path.len);

	bool was_read = false;
	r->fd = node_open(n, n->root->fd, &r->path);
	if (r->fd < 0) {
		lose(r, -r->fd, "opened");
	} else {
		was_read = read_directory(r);
	}
	count(r, was_read);
	if (was_read) {
		compare(r);
	}
	if (r->fd >= 0 && !r->shared) {
		close(r->fd);
	}
	node_done_reading(n);
	node_release(n);
}
