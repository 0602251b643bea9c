/* mount_rows.c - what was mounted below the scanned directories at their last complete scan. */
#include "scannerd/store/mount_rows.h"

#include <errno.h>

int mount_rows_load(struct store *s, struct known *k)
{
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT root, path, fs_type FROM mounts ORDER BY root, path");
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		r = mounts_add(known_mounts(k), sqlite3_column_int64(st, 0),
			sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1),
			sqlite3_column_int64(st, 2));
		if (r < 0) {
			return r;
		}
	}
	return r;
}

static int write_row(void *arg, struct mount *m)
{
	struct store *s = arg;

	if (m->state != MOUNT_HERE && m->state != MOUNT_LOST) {
		return 0;
	}
	/* A damaged file system may have shown a name twice. */
	return db_run(s->db,
		"INSERT OR REPLACE INTO mounts (root, path, fs_type, lost) VALUES (?, ?, ?, ?)",
		"ibii", m->root, (const void *)m->path, m->len, (int64_t)m->fs_type,
		(int64_t)(m->state == MOUNT_LOST));
}

int mount_rows_write(struct store *s, const struct known *k, int64_t root)
{
	int r = db_run(s->db, "DELETE FROM mounts WHERE root = ?", "i", root);

	return r < 0 ? r : mounts_each(known_mounts(k), root, write_row, s);
}
