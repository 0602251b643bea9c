/* rematch.c - judges every stored file again when the identities or the rules have changed. */
#include "scannerd/store/files.h"

#include "scannerd/store/inside.h"
#include <errno.h>

enum { PAGE_ROWS = 32768, REASON_MASK = 31 };

struct correction {
	int64_t id, match, drift;
};

struct rematch {
	struct store *store;
	const struct matcher *matcher;
	sqlite3_stmt *dirs; /* by id, in step with the files */
	int64_t dir;        /* its row; INT64_MAX after the last */
	struct match_dir match_dir;
	struct correction *v; /* of the page under hand; PAGE_ROWS of them */
	size_t n;
	int64_t changed;
};

/* What only a scan can tell stays. */
static int64_t keep_changing(int64_t before, int64_t after)
{
	bool was = (before & REASON_MASK) == VERDICT_CHANGING;
	bool counts = (after & REASON_MASK) == VERDICT_COUNTS;

	return was && counts ? (after & ~(int64_t)REASON_MASK) | VERDICT_CHANGING : after;
}

static void judge_row(struct rematch *m, sqlite3_stmt *st)
{
	int64_t mtime_ns = sqlite3_column_int64(st, 2);
	int64_t before = sqlite3_column_int64(st, 4), drift_before = sqlite3_column_int64(st, 5);
	int64_t mtime = time_floor_ns(mtime_ns);
	int64_t match, drift;
	struct verdict v;

	matcher_file(&m->match_dir, sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1),
		mtime_ns, sqlite3_column_int64(st, 3), &v);
	match = keep_changing(before, verdict_pack(&v));
	drift = v.backup_time - mtime;
	if (match != before || drift != drift_before) {
		m->v[m->n++] = (struct correction){sqlite3_column_int64(st, 0), match, drift};
	}
}

/* Moves on to that directory, or to the first behind it if it has no row. */
static int seek_dir(struct rematch *m, int64_t dir)
{
	sqlite3_stmt *st = m->dirs;

	while (m->dir < dir) {
		int r = db_step(m->store->db, st);

		if (r < 0) {
			return r;
		}
		m->dir = r == 1 ? sqlite3_column_int64(st, 0) : INT64_MAX;
	}
	if (m->dir == dir) {
		matcher_dir(m->matcher, sqlite3_column_blob(st, 1),
			(size_t)sqlite3_column_bytes(st, 1), (size_t)sqlite3_column_int64(st, 2),
			&m->match_dir);
	}
	return 0;
}

/* One page; *from moves on. Returns how many rows it had. Pages, because a SELECT that steps over a
 * table while it is written meets its own rows again. */
static int judge_page(struct rematch *m, int64_t *from)
{
	struct db *db = m->store->db;
	_stmt_ sqlite3_stmt *st =
		db_stmt(db, "SELECT id, name, mtime_ns, size, match, drift FROM files"
			    " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?");
	int64_t before = -1;
	int rows = 0;
	int r = st == NULL ? -EIO
			   : db_bind(st, "iii", *from, files_first(m->store->next_dir),
				     (int64_t)PAGE_ROWS);

	if (r < 0) {
		return r;
	}
	m->n = 0;
	while ((r = db_step(db, st)) == 1) {
		int64_t id = sqlite3_column_int64(st, 0), dir = id >> FILES_ORDINAL_BITS;

		r = dir != before ? seek_dir(m, dir) : 0;
		if (r < 0) {
			return r;
		}
		before = dir;
		if (m->dir == dir) {
			judge_row(m, st);
		}
		*from = id + 1;
		rows++;
	}
	return r < 0 ? r : rows;
}

static int write_page(struct rematch *m)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n; i++) {
		r = db_run(m->store->db, "UPDATE files SET match = ?, drift = ? WHERE id = ?",
			"iii", m->v[i].match, m->v[i].drift, m->v[i].id);
	}
	m->changed += (int64_t)m->n;
	return r;
}

static int rematch_all(struct rematch *m)
{
	struct db *db = m->store->db;
	_stmt_ sqlite3_stmt *dirs =
		db_stmt(db, "SELECT d.id, d.path, length(r.path) FROM dirs d CROSS JOIN roots r"
			    " WHERE r.id = d.root ORDER BY d.id");
	int64_t from = 0;
	int rows = PAGE_ROWS, r = 0;

	if (dirs == NULL) {
		return -EIO;
	}
	m->dirs = dirs;
	while (r == 0 && rows == PAGE_ROWS) {
		rows = judge_page(m, &from);
		r = rows < 0 ? rows : write_page(m);
	}
	return r;
}

int store_files_rematch(
	struct store *s, const struct matcher *matcher, int64_t *ret_changed, struct err *err)
{
	_transaction_ struct transaction t = {0};
	_free_ struct correction *page = calloc(PAGE_ROWS, sizeof(*page));
	struct rematch m = {.store = s, .matcher = matcher, .dir = -1, .v = page};
	int r;

	if (page == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	r = transaction_begin(s, &t);
	if (r == 0) {
		r = rematch_all(&m);
	}
	if (r == 0 && m.changed > 0) {
		r = store_touch(s, "files");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	if (r < 0) {
		return db_fail(s->db, r, err, "matching the files again");
	}
	*ret_changed = m.changed;
	return 0;
}
