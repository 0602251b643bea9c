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

static void judge_row(struct rematch *m, const struct match_dir *d, sqlite3_stmt *st)
{
	int64_t mtime_ns = sqlite3_column_int64(st, 2);
	int64_t before = sqlite3_column_int64(st, 4), drift_before = sqlite3_column_int64(st, 5);
	int64_t mtime = time_floor_ns(mtime_ns);
	int64_t match, drift;
	struct verdict v;

	matcher_file(d, sqlite3_column_blob(st, 1), (size_t)sqlite3_column_bytes(st, 1), mtime_ns,
		sqlite3_column_int64(st, 3), &v);
	match = keep_changing(before, verdict_pack(&v));
	drift = v.backup_time - mtime;
	if (match != before || drift != drift_before) {
		m->v[m->n++] = (struct correction){sqlite3_column_int64(st, 0), match, drift};
	}
}

/* One page of one directory; *from moves on, to `end` after the last row. */
static int judge_page(struct rematch *m, const struct match_dir *d, int64_t *from, int64_t end)
{
	struct db *db = m->store->db;
	_stmt_ sqlite3_stmt *st =
		db_stmt(db, "SELECT id, name, mtime_ns, size, match, drift FROM files"
			    " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?");
	int64_t rows = 0;
	int r = st == NULL ? -EIO : db_bind(st, "iii", *from, end, (int64_t)PAGE_ROWS);

	if (r < 0) {
		return r;
	}
	m->n = 0;
	while ((r = db_step(db, st)) == 1) {
		*from = sqlite3_column_int64(st, 0) + 1;
		rows++;
		judge_row(m, d, st);
	}
	if (rows < PAGE_ROWS) {
		*from = end;
	}
	return r;
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

static int rematch_dir(struct rematch *m, sqlite3_stmt *dirs)
{
	int64_t dir = sqlite3_column_int64(dirs, 0);
	int64_t from = files_first(dir), end = files_first(dir + 1);
	struct match_dir d;
	int r = 0;

	matcher_dir(m->matcher, sqlite3_column_blob(dirs, 1), (size_t)sqlite3_column_bytes(dirs, 1),
		(size_t)sqlite3_column_int64(dirs, 2), &d);
	while (r == 0 && from < end) {
		r = judge_page(m, &d, &from, end);
		if (r == 0) {
			r = write_page(m);
		}
	}
	return r;
}

static int rematch_all(struct rematch *m)
{
	struct db *db = m->store->db;
	_stmt_ sqlite3_stmt *st =
		db_stmt(db, "SELECT d.id, d.path, length(r.path) FROM dirs d CROSS JOIN roots r"
			    " WHERE r.id = d.root ORDER BY d.id");
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(db, st)) == 1) {
		r = rematch_dir(m, st);
		if (r < 0) {
			return r;
		}
	}
	return r;
}

int store_files_rematch(
	struct store *s, const struct matcher *matcher, int64_t *ret_changed, struct err *err)
{
	_transaction_ struct transaction t = {0};
	_free_ struct correction *page = calloc(PAGE_ROWS, sizeof(*page));
	struct rematch m = {.store = s, .matcher = matcher, .v = page};
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
