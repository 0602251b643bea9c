/* apply.c - the end of a directory scan: one transaction after which the index is what the walk has
 * seen. */
#include "scannerd/store/staging.h"

#include "scannerd/store/merge.h"
#include "scannerd/store/mount_rows.h"
#include <errno.h>

struct kept { /* a directory that could not be read this time */
	int64_t *v;
	size_t n, cap;
};

struct application {
	struct store *store;
	struct staging *staging;
	const struct walk_config *cfg;
	const struct walk_result *result;
	int64_t scan_time;
	bool *live;       /* by root: available, and still configured */
	struct kept kept; /* of the root under hand, by id */
	int64_t changed;
	bool availability_changed;
};

static void application_done(struct application *a)
{
	free(a->live);
	free(a->kept.v);
}

/* --- what the walk brought --- */

static bool root_is_live(const struct application *a, int64_t root)
{
	for (size_t i = 0; i < a->cfg->n; i++) {
		if (a->cfg->roots[i].id == root) {
			return a->live[i];
		}
	}
	return false;
}

static int show_staged(struct application *a, const struct listing *l, const struct spooled *how)
{
	int64_t unseen = 0;

	if (!root_is_live(a, l->root)) {
		return files_remove_dir(a->store, how->staged, &unseen);
	}
	a->changed += how->n_staged;
	return db_run(a->store->db,
		"INSERT INTO dirs (id, root, path, digest, next, repository) VALUES (?, ?, ?, ?, "
		"?, ?)",
		"iibbii", how->staged, l->root, (const void *)l->path.data, l->path.len,
		(const void *)l->digest, sizeof(l->digest), how->n_staged,
		repository_pack(l->repository));
}

static int apply_listings(struct application *a, struct err *err)
{
	_cleanup_(listing_freep) struct listing *l = listing_new();
	struct spooled how;
	int r, more;

	if (l == NULL) {
		return -ENOMEM;
	}
	r = spool_rewind(a->staging->spool, err);
	if (r < 0) {
		return r;
	}
	while ((more = spool_next(a->staging->spool, l, &how, err)) == 1) {
		if (how.staged != 0) {
			r = show_staged(a, l, &how);
		} else if (root_is_live(a, l->root)) {
			r = merge_directory(a->store, l, a->scan_time, &a->changed);
		}
		if (r < 0) {
			return r;
		}
	}
	return more;
}

/* --- what it did not see --- */

static int keep(struct kept *k, int64_t dir)
{
	if (k->n == k->cap) {
		size_t cap = GROW(k->cap);
		int64_t *v = reallocarray(k->v, cap, sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		k->v = v;
		k->cap = cap;
	}
	k->v[k->n++] = dir;
	return 0;
}

static int unseen(void *arg, int64_t dir, bool gone)
{
	struct application *a = arg;

	return gone ? files_remove_dir(a->store, dir, &a->changed) : keep(&a->kept, dir);
}

static int compare_ids(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool is_kept(const struct kept *k, int64_t dir)
{
	return k->n > 0 && bsearch(&dir, k->v, k->n, sizeof(*k->v), compare_ids) != NULL;
}

/* Directories of this root that were marked stale earlier and were read now. */
static int clear_stale(struct application *a, int64_t root)
{
	struct db *db = a->store->db;
	_cleanup_(freep) int64_t *readable = NULL;
	struct kept found = {0};
	_stmt_ sqlite3_stmt *st =
		db_stmt(db, "SELECT id FROM dirs WHERE stale IS NOT NULL AND root = ?");
	int r = st == NULL ? -EIO : db_bind(st, "i", root);

	if (r < 0) {
		return r;
	}
	while ((r = db_step(db, st)) == 1) {
		int64_t dir = sqlite3_column_int64(st, 0);

		if (!is_kept(&a->kept, dir) && keep(&found, dir) < 0) {
			free(found.v);
			return -ENOMEM;
		}
	}
	readable = found.v;
	for (size_t i = 0; r == 0 && i < found.n; i++) {
		r = db_run(db, "UPDATE dirs SET stale = NULL WHERE id = ?", "i", found.v[i]);
		a->availability_changed = true;
	}
	return r;
}

static int mark_stale(struct application *a, int64_t dir, int64_t *files, int64_t *bytes)
{
	struct db *db = a->store->db;
	int64_t n = 0, sum = 0;
	int r = db_run(db, "UPDATE dirs SET stale = ? WHERE id = ? AND stale IS NULL", "ii",
		a->scan_time, dir);

	if (r < 0) {
		return r;
	}
	a->availability_changed = a->availability_changed || db_changes(db) > 0;
	r = db_int(db, &n, "SELECT count(*) FROM files WHERE id >= ? AND id < ?", "ii",
		files_first(dir), files_first(dir + 1));
	if (r == 0) {
		r = db_int(db, &sum,
			"SELECT coalesce(sum(size), 0) FROM files WHERE id >= ? AND id < ?", "ii",
			files_first(dir), files_first(dir + 1));
	}
	*files += n;
	*bytes += sum;
	return r;
}

/* --- one root --- */

static int note_unavailable(struct application *a, size_t i)
{
	struct db *db = a->store->db;
	int64_t before = 0;
	int r = db_int(
		db, &before, "SELECT available FROM roots WHERE id = ?", "i", a->cfg->roots[i].id);

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	a->availability_changed = a->availability_changed || before != 0;
	return db_run(db,
		"UPDATE roots SET available = 0, reason = ?, changed = ?, last_try = ? WHERE id = "
		"?",
		"siii", a->result->roots[i].reason, (int64_t)a->result->roots[i].changed,
		a->scan_time, a->cfg->roots[i].id);
}

static int note_available(struct application *a, size_t i, int64_t files, int64_t bytes)
{
	const struct walk_root_result *w = &a->result->roots[i];

	return db_run(a->store->db,
		"UPDATE roots SET available = 1, reason = '', changed = 0, fs_type = ?, fs_id = ?, "
		"files = ?,"
		" dirs = ?, bytes = ?, unreadable = ?, newest = ?, last_scan = ?, last_try = ?"
		" WHERE id = ?",
		"iiiiiiIiii", w->fs_type, w->fs_id, files, w->directories, bytes, w->unreadable,
		w->newest_mtime, a->scan_time, a->scan_time, a->cfg->roots[i].id);
}

static int apply_root(struct application *a, size_t i)
{
	int64_t id = a->cfg->roots[i].id;
	int64_t files = a->result->roots[i].files, bytes = a->result->roots[i].bytes;
	int r;

	if (!a->live[i]) {
		return note_unavailable(a, i);
	}
	a->kept.n = 0;
	r = known_each_unseen(a->cfg->known, id, unseen, a);
	if (r == 0 && a->kept.n > 1) {
		qsort(a->kept.v, a->kept.n, sizeof(*a->kept.v), compare_ids);
	}
	if (r == 0) {
		r = clear_stale(a, id);
	}
	for (size_t k = 0; r == 0 && k < a->kept.n; k++) {
		r = mark_stale(a, a->kept.v[k], &files, &bytes);
	}
	if (r == 0) {
		r = mount_rows_write(a->store, a->cfg->known, id);
	}
	return r < 0 ? r : note_available(a, i, files, bytes);
}

/* A root that left the configuration during the scan has no row any more. */
static int find_live_roots(struct application *a)
{
	a->live = calloc(a->cfg->n + 1, sizeof(*a->live));
	if (a->live == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < a->cfg->n; i++) {
		int64_t available = 0;
		int r = db_int(a->store->db, &available, "SELECT available FROM roots WHERE id = ?",
			"i", a->cfg->roots[i].id);

		if (r < 0 && r != -ENOENT) {
			return r;
		}
		a->live[i] = r == 0 && a->result->roots[i].available;
		if (a->live[i] && available == 0) {
			a->availability_changed = true;
		}
	}
	return 0;
}

static int apply_all(struct application *a, struct err *err)
{
	_transaction_ struct transaction t = {0};
	struct store *s = a->store;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = find_live_roots(a);
	}
	if (r == 0) {
		r = apply_listings(a, err);
	}
	for (size_t i = 0; r == 0 && i < a->cfg->n; i++) {
		r = apply_root(a, i);
	}
	if (r == 0 && a->staging->next_dir != s->next_dir) {
		r = db_run(s->db, "REPLACE INTO meta (key, value) VALUES ('next_dir', ?)", "i",
			a->staging->next_dir);
	}
	if (r == 0 && (a->changed > 0 || a->availability_changed)) {
		r = store_touch(s, "files");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	if (r == 0) {
		s->next_dir = a->staging->next_dir;
	}
	return r;
}

int store_files_apply(struct store *s, struct staging *g, const struct walk_config *cfg,
	const struct walk_result *result, int64_t scan_time, int64_t *ret_changed, struct err *err)
{
	_cleanup_(application_done) struct application a = {
		.store = s, .staging = g, .cfg = cfg, .result = result, .scan_time = scan_time};
	struct err why = {0};
	int r = staging_flush(g, &why);

	if (r == 0 && g->generation != s->generation) {
		r = err_set(&why, -ECANCELED, ERR_CONFLICT, NULL,
			"the files were cleared while the scan was running");
	}
	if (r == 0) {
		r = apply_all(&a, &why);
	}
	if (r < 0 && why.code == ERR_NONE) {
		db_fail(s->db, r, &why, "storing the scan");
	}
	if (r < 0) {
		store_files_discard(s, g);
		if (err != NULL) {
			*err = why;
		}
		return r;
	}
	staging_free(g);
	*ret_changed = a.changed;
	return 0;
}
