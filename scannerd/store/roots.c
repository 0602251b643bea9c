/* roots.c - the scanned directories, and the directories below them that a scan compares with. */
#include "scannerd/store/files.h"

#include "scannerd/store/inside.h"
#include "scannerd/store/mount_rows.h"
#include <errno.h>

/* Ids first, then rows: no table is written while a SELECT steps over it. */
struct ids {
	int64_t *v;
	size_t n, cap;
};

static void ids_done(struct ids *l)
{
	free(l->v);
}

static int ids_add(struct ids *l, int64_t id)
{
	if (l->n == l->cap) {
		size_t cap = GROW(l->cap);
		int64_t *v = reallocarray(l->v, cap, sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = id;
	return 0;
}

static int collect(struct store *s, sqlite3_stmt *st, struct ids *ret)
{
	int r;

	while ((r = db_step(s->db, st)) == 1) {
		r = ids_add(ret, sqlite3_column_int64(st, 0));
		if (r < 0) {
			return r;
		}
	}
	return r;
}

static int remove_root(struct store *s, int64_t root, int64_t *removed)
{
	_cleanup_(ids_done) struct ids dirs = {0};
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT id FROM dirs WHERE root = ?");
	int r = st == NULL ? -EIO : db_bind(st, "i", root);

	if (r == 0) {
		r = collect(s, st, &dirs);
	}
	for (size_t i = 0; r == 0 && i < dirs.n; i++) {
		r = files_remove_dir(s, dirs.v[i], removed);
	}
	return r < 0 ? r : db_run(s->db, "DELETE FROM roots WHERE id = ?", "i", root);
}

static bool is_one_of(const char *path, size_t len, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strlen(paths[i]) == len && memcmp(paths[i], path, len) == 0) {
			return true;
		}
	}
	return false;
}

static int remove_others(struct store *s, const char *const *paths, size_t n, bool *changed)
{
	_cleanup_(ids_done) struct ids gone = {0};
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT id, path FROM roots");
	int64_t removed = 0;
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		const char *path = sqlite3_column_blob(st, 1);

		if (!is_one_of(path, (size_t)sqlite3_column_bytes(st, 1), paths, n)) {
			r = ids_add(&gone, sqlite3_column_int64(st, 0));
			if (r < 0) {
				return r;
			}
		}
	}
	for (size_t i = 0; r == 0 && i < gone.n; i++) {
		r = remove_root(s, gone.v[i], &removed);
		*changed = true;
	}
	return r;
}

static int read_root(struct store *s, const char *path, struct walk_root *ret, bool *changed)
{
	_stmt_ sqlite3_stmt *st = NULL;
	int r = db_run(s->db, "INSERT OR IGNORE INTO roots (path) VALUES (?)", "b",
		(const void *)path, strlen(path));

	if (r < 0) {
		return r;
	}
	*changed = *changed || db_changes(s->db) > 0;
	st = db_stmt(s->db, "SELECT id, fs_type, fs_id, files FROM roots WHERE path = ?");
	r = st == NULL ? -EIO : db_bind(st, "b", (const void *)path, strlen(path));
	if (r == 0) {
		r = db_step(s->db, st);
	}
	if (r != 1) {
		return r < 0 ? r : -ENOENT;
	}
	ret->id = sqlite3_column_int64(st, 0);
	ret->fs_type = sqlite3_column_int64(st, 1);
	ret->fs_id = sqlite3_column_int64(st, 2);
	ret->known_files = sqlite3_column_int64(st, 3);
	return 0;
}

static int configure(struct store *s, const char *const *paths, size_t n, struct walk_root *ret)
{
	_transaction_ struct transaction t = {0};
	bool changed = false;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = remove_others(s, paths, n, &changed);
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = read_root(s, paths[i], &ret[i], &changed);
	}
	if (r == 0 && changed) {
		r = store_touch(s, "files");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_roots_configure(struct store *s, const char *const *paths, size_t n,
	struct walk_root *ret_roots, struct err *err)
{
	int r = configure(s, paths, n, ret_roots);

	return r < 0 ? db_fail(s->db, r, err, "storing the directories to scan") : 0;
}

int store_files_known(struct store *s, struct known **ret)
{
	_cleanup_(known_freep) struct known *k = NULL;
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT root, id, path, digest FROM dirs");
	int r = st == NULL ? -EIO : known_new(&k);

	if (r < 0) {
		return r;
	}
	while ((r = db_step(s->db, st)) == 1) {
		uint8_t digest[LISTING_DIGEST_SIZE] = {0};
		const void *stored = sqlite3_column_blob(st, 3);

		if (sqlite3_column_bytes(st, 3) == sizeof(digest)) {
			memcpy(digest, stored, sizeof(digest));
		}
		r = known_add(k, sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
			sqlite3_column_blob(st, 2), (size_t)sqlite3_column_bytes(st, 2), digest);
		if (r < 0 && r != -EEXIST) {
			return r;
		}
	}
	if (r == 0) {
		r = mount_rows_load(s, k);
	}
	if (r == 0) {
		*ret = steal(k);
	}
	return r;
}
