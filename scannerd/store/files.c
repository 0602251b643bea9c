/* files.c - the index of files as it stands: removing, clearing, finding, reading it through. */
#include "scannerd/store/files.h"

#include "scannerd/store/inside.h"
#include <errno.h>

enum { REMOVE_DIRS_AT_ONCE = 2000 };

int files_load_next_dir(struct store *s)
{
	int64_t next = 1;
	int r = db_int(s->db, &next, "SELECT value FROM meta WHERE key = 'next_dir'", "");

	if (r < 0 && r != -ENOENT) {
		return r;
	}
	s->next_dir = next;
	return 0;
}

int files_remove_dir(struct store *s, int64_t dir, int64_t *removed)
{
	int r = db_run(s->db, "DELETE FROM files WHERE id >= ? AND id < ?", "ii", files_first(dir),
		files_first(dir + 1));

	if (r < 0) {
		return r;
	}
	*removed += db_changes(s->db);
	return db_run(s->db, "DELETE FROM dirs WHERE id = ?", "i", dir);
}

int files_remove_staged(struct store *s)
{
	int64_t last = 0;
	int r = db_int(s->db, &last, "SELECT coalesce(max(id), 0) FROM files", "");

	/* From the end, so that an interruption leaves staged rows only above what is left. */
	for (int64_t dir = last >> FILES_ORDINAL_BITS; r == 0 && dir >= s->next_dir;
		dir -= REMOVE_DIRS_AT_ONCE) {
		int64_t from = MAX(s->next_dir, dir - REMOVE_DIRS_AT_ONCE + 1);

		r = db_run(s->db, "DELETE FROM files WHERE id >= ?", "i", files_first(from));
		checkpoint_step(s, false);
	}
	return r;
}

int store_files_clear(struct store *s, int64_t *ret_removed, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int64_t removed = 0;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db, "DELETE FROM files", "");
	}
	if (r == 0) {
		removed = db_changes(s->db);
		r = db_run(s->db, "DELETE FROM dirs", "");
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM mounts", "");
	}
	if (r == 0) {
		r = db_run(s->db,
			"UPDATE roots SET fs_type = 0, fs_id = 0, available = 1, reason = '', "
			"changed = 0, files = 0,"
			" dirs = 0, bytes = 0, unreadable = 0, newest = NULL, last_scan = NULL,"
			" last_try = NULL",
			"");
	}
	if (r == 0) {
		r = store_touch(s, "files");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	if (r < 0) {
		return db_fail(s->db, r, err, "removing the files");
	}
	s->generation++;
	*ret_removed = removed;
	return 0;
}

static int look_into(struct store *s, int64_t dir, const struct files_look *look, void *arg)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT name, mtime_ns, size FROM files WHERE id >= ? AND id < ? ORDER BY id");
	int r = st == NULL ? -EIO : db_bind(st, "ii", files_first(dir), files_first(dir + 1));

	if (r < 0) {
		return r;
	}
	while ((r = db_step(s->db, st)) == 1) {
		const char *name = sqlite3_column_blob(st, 0);

		r = look->file(arg, name, (size_t)sqlite3_column_bytes(st, 0),
			sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2));
		if (r != 0) {
			return r;
		}
	}
	return r;
}

int store_files_each(struct store *s, const struct files_look *look, void *arg)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT d.id, d.path, length(r.path), d.repository"
						 " FROM dirs d JOIN roots r ON r.id = d.root");
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		struct stored_dir dir = {
			.path = sqlite3_column_blob(st, 1),
			.len = (size_t)sqlite3_column_bytes(st, 1),
			.root_len = (size_t)sqlite3_column_int64(st, 2),
			.repository = repository_unpack(sqlite3_column_int64(st, 3)),
		};

		r = look->dir(arg, &dir);
		if (r == 1) {
			r = look_into(s, sqlite3_column_int64(st, 0), look, arg);
		}
		if (r != 0) {
			return r;
		}
	}
	return r;
}

/* The length of the longest scanned directory at or above path, 0 if it lies below none. */
static int root_length(struct store *s, const char *path, size_t len, size_t *ret)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT path FROM roots");
	size_t best = 0;
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		const char *root = sqlite3_column_blob(st, 0);
		size_t n = (size_t)sqlite3_column_bytes(st, 0);
		bool whole = n == len || (n < len && (root[n - 1] == '/' || path[n] == '/'));

		if (n > best && n <= len && whole && memcmp(root, path, n) == 0) {
			best = n;
		}
	}
	if (r == 0) {
		*ret = best;
	}
	return r;
}

/* The directory's id; 0 if it is not in the index. */
static int find_dir(struct store *s, const char *path, size_t len, int64_t *ret_id,
	struct repository_place *ret_repository)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, "SELECT id, repository FROM dirs WHERE path = ?");
	int r = st == NULL ? -EIO : db_bind(st, "b", (const void *)path, len);

	r = r < 0 ? r : db_step(s->db, st);
	if (r < 0) {
		return r;
	}
	*ret_id = r == 1 ? sqlite3_column_int64(st, 0) : 0;
	*ret_repository = repository_unpack(r == 1 ? sqlite3_column_int64(st, 1) : 0);
	return 0;
}

int store_files_find(struct store *s, struct match_file *file)
{
	_stmt_ sqlite3_stmt *st = NULL;
	const char *slash = memrchr(file->path, '/', file->len);
	int64_t dir = 0;
	int r = root_length(s, file->path, file->len, &file->root_len);

	file->size = -1;
	file->repository = (struct repository_place){0};
	if (r < 0 || slash == NULL || file->root_len == 0) {
		return r;
	}
	r = find_dir(s, file->path, slash == file->path ? 1 : (size_t)(slash - file->path), &dir,
		&file->repository);
	if (r < 0 || dir == 0) {
		return r;
	}
	st = db_stmt(
		s->db, "SELECT mtime_ns, size FROM files WHERE id >= ? AND id < ? AND name = ?");
	r = st == NULL ? -EIO
		       : db_bind(st, "iib", files_first(dir), files_first(dir + 1),
				 (const void *)(slash + 1),
				 file->len - (size_t)(slash + 1 - file->path));
	r = r < 0 ? r : db_step(s->db, st);
	if (r == 1) {
		file->mtime_ns = sqlite3_column_int64(st, 0);
		file->size = sqlite3_column_int64(st, 1);
	}
	return MIN(r, 0);
}
