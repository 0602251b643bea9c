/* merge.c - compares one directory's listing with its rows, both sorted by name, and writes the
 * difference. */
#include "scannerd/store/merge.h"

#include "proto/verdict.h"
#include <errno.h>

enum {
	MERGE_FILES_MAX =
		200000,   /* a larger directory is written anew: its rows would not fit in memory */
	AT_REST_S = 900,  /* a file that was not written to for so long is complete */
	REASON_MASK = 31, /* of files.match, proto/verdict.h */
};

struct row {
	int64_t id, mtime_ns, size, match, drift;
	size_t name; /* offset into names */
	size_t len;
};

struct merge {
	struct store *store;
	const struct listing *l;
	struct row *rows;
	size_t n, cap;
	struct buf names;
	int64_t next; /* the next free ordinal */
	int64_t scan_time;
	int64_t changed; /* files, and the place */
	bool unsettled;  /* some file is still changing */
};

static void merge_done(struct merge *m)
{
	free(m->rows);
	buf_done(&m->names);
}

static int add_row(struct merge *m, sqlite3_stmt *st)
{
	size_t len = (size_t)sqlite3_column_bytes(st, 1);

	if (m->n == m->cap) {
		size_t cap = GROW(m->cap);
		struct row *rows = reallocarray(m->rows, cap, sizeof(*rows));

		if (rows == NULL) {
			return -ENOMEM;
		}
		m->rows = rows;
		m->cap = cap;
	}
	m->rows[m->n++] = (struct row){
		.id = sqlite3_column_int64(st, 0),
		.name = m->names.len,
		.len = len,
		.mtime_ns = sqlite3_column_int64(st, 2),
		.size = sqlite3_column_int64(st, 3),
		.match = sqlite3_column_int64(st, 4),
		.drift = sqlite3_column_int64(st, 5),
	};
	buf_add(&m->names, sqlite3_column_blob(st, 1), len);
	return m->names.failed ? -ENOMEM : 0;
}

static int compare_names(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, MIN(a_len, b_len));

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct row *x = a, *y = b;
	const char *names = arg;

	return compare_names(names + x->name, x->len, names + y->name, y->len);
}

/* All of them before anything is written: a SELECT that steps over a table while it is written
 * meets its own rows again. */
static int read_rows(struct merge *m)
{
	struct db *db = m->store->db;
	_stmt_ sqlite3_stmt *st = db_stmt(db, "SELECT id, name, mtime_ns, size, match, drift FROM "
					      "files WHERE id >= ? AND id < ?");
	int r = st == NULL ? -EIO
			   : db_bind(st, "ii", files_first(m->l->dir), files_first(m->l->dir + 1));

	if (r < 0) {
		return r;
	}
	while ((r = db_step(db, st)) == 1) {
		r = add_row(m, st);
		if (r < 0) {
			return r;
		}
	}
	if (r == 0 && m->n > 1) {
		qsort_r(m->rows, m->n, sizeof(*m->rows), compare_rows, m->names.data);
	}
	return r;
}

static int insert(struct merge *m, const struct listed_file *f)
{
	m->changed++;
	return db_run(m->store->db,
		"INSERT INTO files (id, name, mtime_ns, size, match, drift) VALUES (?, ?, ?, ?, ?, "
		"?)",
		"ibiiii", files_first(m->l->dir) + m->next++, (const void *)listing_name(m->l, f),
		(size_t)f->name_len, f->mtime_ns, f->size, f->match, f->drift);
}

static int delete (struct merge *m, const struct row *old)
{
	m->changed++;
	return db_run(m->store->db, "DELETE FROM files WHERE id = ?", "i", old->id);
}

/* Its size moved between two scans and somebody was writing to it just now. */
static bool is_growing(const struct merge *m, const struct row *old, const struct listed_file *f)
{
	return (f->match & REASON_MASK) == VERDICT_COUNTS && f->size != old->size &&
	       f->mtime_ns / NSEC_PER_SEC > m->scan_time - AT_REST_S;
}

static int update(struct merge *m, const struct row *old, const struct listed_file *f)
{
	bool moved = f->mtime_ns != old->mtime_ns || f->size != old->size;
	int64_t match = f->match;

	if (is_growing(m, old, f)) {
		match = (match & ~(int64_t)REASON_MASK) | VERDICT_CHANGING;
		m->unsettled = true;
	}
	if (!moved && match == old->match && f->drift == old->drift) {
		return 0;
	}
	m->changed++;
	return db_run(m->store->db,
		"UPDATE files SET mtime_ns = ?, size = ?, match = ?, drift = ? WHERE id = ?",
		"iiiii", f->mtime_ns, f->size, match, f->drift, old->id);
}

static int write_difference(struct merge *m)
{
	const struct listing *l = m->l;
	size_t i = 0, j = 0;
	int r = 0;

	while (r == 0 && (i < l->n || j < m->n)) {
		const struct listed_file *f = i < l->n ? &l->files[i] : NULL;
		const struct row *old = j < m->n ? &m->rows[j] : NULL;
		int order;

		if (f == NULL || old == NULL) {
			order = f == NULL ? 1 : -1;
		} else {
			order = compare_names(listing_name(l, f), f->name_len,
				m->names.data + old->name, old->len);
		}
		i += order <= 0;
		j += order >= 0;
		r = order < 0 ? insert(m, f) : order > 0 ? delete (m, old) : update(m, old, f);
	}
	return r;
}

static int rewrite(struct merge *m)
{
	struct db *db = m->store->db;
	int64_t dir = m->l->dir, removed;
	int r = db_run(db, "DELETE FROM files WHERE id >= ? AND id < ?", "ii", files_first(dir),
		files_first(dir + 1));

	if (r < 0) {
		return r;
	}
	removed = db_changes(db);
	m->next = (int64_t)m->l->n;
	/* At least so many; which ones is not known without reading them all. */
	m->changed = MAX(1, llabs(m->next - removed));
	return feed_insert(db, &m->store->feed, m->l, dir);
}

static int compare_place(struct merge *m)
{
	int64_t before = 0;
	int r = db_int(
		m->store->db, &before, "SELECT repository FROM dirs WHERE id = ?", "i", m->l->dir);

	m->changed += r == 0 && before != repository_pack(m->l->repository);
	return r;
}

static int update_dir(struct merge *m)
{
	/* A digest that no directory has: the next scan must look at it again, also if nothing
	 * changes, to see its files at rest. */
	static const uint8_t unsettled[LISTING_DIGEST_SIZE];
	const uint8_t *digest = m->unsettled ? unsettled : m->l->digest;

	return db_run(m->store->db,
		"UPDATE dirs SET digest = ?, next = ?, repository = ? WHERE id = ?", "biii",
		(const void *)digest, (size_t)LISTING_DIGEST_SIZE, m->next,
		repository_pack(m->l->repository), m->l->dir);
}

int merge_directory(struct store *s, const struct listing *l, int64_t scan_time, int64_t *changed)
{
	_cleanup_(merge_done) struct merge m = {.store = s, .l = l, .scan_time = scan_time};
	bool full;
	int r;

	if (l->n == 0) {
		return files_remove_dir(s, l->dir, changed);
	}
	r = db_int(s->db, &m.next, "SELECT next FROM dirs WHERE id = ?", "i", l->dir);
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	full = m.next + (int64_t)l->n > INT64_C(1) << FILES_ORDINAL_BITS;
	if (full || m.next > MERGE_FILES_MAX || l->n > MERGE_FILES_MAX) {
		r = rewrite(&m);
	} else {
		r = read_rows(&m);
		r = r < 0 ? r : write_difference(&m);
	}
	r = r < 0 ? r : compare_place(&m);
	r = r < 0 ? r : update_dir(&m);
	*changed += m.changed;
	return r;
}
