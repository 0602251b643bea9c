/* repositories.c - sums up each repository (restic, Borg ...): whose it is, how large, how new. */
#include "scannerd/store/pass.h"

#include "common/timefmt.h"
#include "proto/verdict.h"
#include <errno.h>

enum { REASON_MASK = 31, SERVER_SHIFT = 9, DEPTH_MORE = 255 };

struct repository {
	int64_t dir;
	enum repository_kind kind;
	char *path;
	size_t len;
	int64_t server;                /* of its files; 0: none yet */
	bool several, nobodys, wanted; /* servers; a file that is nobody's; one no rule ignores */
	int64_t files, bytes, newest;
};

struct repositories {
	struct repository *v; /* by path */
	size_t n, cap;
};

static void repositories_done(struct repositories *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].path);
	}
	free(all->v);
}

static int add(struct repositories *all, sqlite3_stmt *st)
{
	size_t len = (size_t)sqlite3_column_bytes(st, 1);
	char *path = strndup(sqlite3_column_blob(st, 1), len);

	if (path == NULL) {
		return -ENOMEM;
	}
	if (all->n == all->cap) {
		size_t cap = GROW(all->cap);
		struct repository *v = reallocarray(all->v, cap, sizeof(*v));

		if (v == NULL) {
			free(path);
			return -ENOMEM;
		}
		all->v = v;
		all->cap = cap;
	}
	all->v[all->n++] = (struct repository){
		.dir = sqlite3_column_int64(st, 0),
		.kind = repository_unpack(sqlite3_column_int64(st, 2)).kind,
		.path = path,
		.len = len,
		.newest = TIME_NONE,
	};
	return 0;
}

static int read_all(struct store *s, struct repositories *all)
{
	_stmt_ sqlite3_stmt *st =
		db_stmt(s->db, "SELECT id, path, repository FROM dirs"
			       " WHERE repository != 0 AND repository & 255 = 0 ORDER BY path");
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		r = repository_unpack(sqlite3_column_int64(st, 2)).kind != REPOSITORY_NONE
			    ? add(all, st)
			    : 0;
		if (r < 0) {
			return r;
		}
	}
	return r;
}

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, MIN(a_len, b_len));

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static struct repository *find_exactly(struct repositories *all, const char *path, size_t len)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct repository *r = &all->v[middle];
		int order = compare(r->path, r->len, path, len);

		if (order == 0) {
			return r;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

/* The repository that a directory is `depth` below of; NULL: it has no row of its own. */
static struct repository *find(
	struct repositories *all, const char *path, size_t len, unsigned depth)
{
	struct repository *found = depth == 0 ? find_exactly(all, path, len) : NULL;

	for (unsigned up = 0; found == NULL && len > 1 && (up < depth || depth == DEPTH_MORE);) {
		const char *slash = memrchr(path, '/', len);

		len = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
		if (++up >= depth) {
			found = find_exactly(all, path, len);
		}
	}
	return found;
}

enum column { COLUMN_DIR, COLUMN_PATH, COLUMN_REPOSITORY, COLUMN_MATCH, COLUMN_SIZE, COLUMN_MTIME };

static void count_file(struct repository *r, sqlite3_stmt *st)
{
	int64_t match = sqlite3_column_int64(st, COLUMN_MATCH);
	int64_t server = match >> SERVER_SHIFT, reason = match & REASON_MASK;

	r->files++;
	r->bytes += sqlite3_column_int64(st, COLUMN_SIZE);
	r->newest = MAX(r->newest, time_floor_ns(sqlite3_column_int64(st, COLUMN_MTIME)));
	r->wanted |= reason != VERDICT_IGNORED;
	r->nobodys |= reason == VERDICT_REPOSITORY;
	if (server != 0) {
		r->several |= r->server != 0 && r->server != server;
		r->server = server;
	}
}

static int count_files(struct store *s, struct repositories *all)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		"SELECT d.id, d.path, d.repository, f.match, f.size, f.mtime_ns"
		" FROM dirs d CROSS JOIN files f"
		" WHERE d.repository != 0 AND f.id >= d.id << 24 AND f.id < (d.id + 1) << 24");
	struct repository *now = NULL;
	int64_t dir = -1;
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		if (sqlite3_column_int64(st, COLUMN_DIR) != dir) {
			int64_t place = sqlite3_column_int64(st, COLUMN_REPOSITORY);

			dir = sqlite3_column_int64(st, COLUMN_DIR);
			now = find(all, sqlite3_column_blob(st, COLUMN_PATH),
				(size_t)sqlite3_column_bytes(st, COLUMN_PATH),
				repository_unpack(place).depth);
		}
		if (now != NULL) {
			count_file(now, st);
		}
	}
	return r;
}

/* Of several servers each file says itself whose it is: 0. */
static int write_one(struct store *s, const struct repository *r)
{
	bool known = r->server != 0 && !r->nobodys;
	int64_t server = !known ? TIME_NONE : r->several ? 0 : r->server; /* NULL in the row */

	return db_run(s->db,
		"INSERT INTO repositories (dir, kind, server, ignored, files, bytes, newest)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		"iiIiiiI", r->dir, (int64_t)r->kind, server, (int64_t)(r->files > 0 && !r->wanted),
		r->files, r->bytes, r->newest);
}

int repositories_rebuild(struct store *s)
{
	_cleanup_(repositories_done) struct repositories all = {0};
	int r = read_all(s, &all);

	if (r == 0 && all.n > 0) {
		r = count_files(s, &all);
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM repositories", "");
	}
	for (size_t i = 0; r == 0 && i < all.n; i++) {
		r = write_one(s, &all.v[i]);
	}
	return r;
}
