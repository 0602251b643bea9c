/* reader.c - opens a directory, has its entries read, and decides what becomes of it. */
#include "scannerd/walk/reader.h"

#include "scannerd/walk/border.h"
#include "scannerd/walk/entries.h"
#include <errno.h>
#include <sys/stat.h>

struct reader *reader_new(struct walk *w, struct crew_member *m)
{
	struct reader *r = calloc(1, sizeof(*r));
	if (r == NULL) {
		return NULL;
	}
	r->w = w;
	r->member = m;
	r->dents = malloc(READER_DENTS_SIZE);
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

void reader_keep(struct reader *r, const char *path, size_t len)
{
	if (known_keep(r->w->cfg.known, path, len) < 0) {
		tour_fail(r->w, -ENOMEM);
	}
}

bool reader_is_vanished(int error)
{
	/* A link or a file where a directory was: it was replaced meanwhile. */
	return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

/* The directory cannot be opened or read to its end. */
static void lose(struct reader *r, int error, const char *what)
{
	struct root *root = r->node->root;
	const char *path = r->listing->path.data;
	size_t len = r->listing->path.len;
	if (error == ENOMEM) {
		tour_fail(r->w, -ENOMEM);
	} else if (r->node->depth == 0) {
		root_fail_errno(root, error);
		r->tally.unreadable++;
	} else if (reader_is_vanished(error)) {
		r->tally.vanished++;
	} else {
		r->tally.unreadable++;
		reader_keep(r, path, len);
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
	return border_judge(r, &st);
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
		reader_keep(r, l->path.data, l->path.len);
		return;
	}
	enum repository_kind own = marks_own_kind(&r->marks);
	l->repository =
		own != REPOSITORY_NONE ? (struct repository_place){.kind = own} : r->node->place;
	if (listing_sort(l) < 0 || listing_digest(l, r->w->cfg.key) < 0) {
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
	rc = entries_read(r);
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
	r->shared = r->pushed = r->placed = r->partial = false;
	r->tally = (struct tally){.newest_mtime_ns = INT64_MIN};
	r->marks = (struct marks){0};
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
