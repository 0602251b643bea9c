/* unmatched_files.c - steps over the files without a server, directory by directory. */
#include "scannerd/unmatched_files.h"

#include "common/timefmt.h"
#include "proto/repository.h"
#include "scannerd/match/counts.h"
#include "scannerd/match/rules.h"
#include "scannerd/store/files.h"
#include <errno.h>

enum { LOOK_AT_CLOCK = 1024 };

struct reading {
	struct store *store;
	struct unmatched_files *out;
	struct date_rules rules;
	int64_t until_ms;
	sqlite3_stmt *dirs; /* in step with the files */
	/* the directory under hand */
	int64_t dir, root;
	struct buf below;           /* its path below the scanned directory */
	struct shape shape;         /* of it */
	struct shape_place place;   /* where its files' names go on */
	struct repository_place in; /* the repository that it lies in */
	bool temporary, shaped;     /* the above are known */
};

static size_t component_end(const char *path, size_t at, size_t len)
{
	const char *slash = memchr(path + at, '/', len - at);

	return slash != NULL ? (size_t)(slash - path) : len;
}

/* The shape of the directory's path, and whether it is temporary. Done when a first file asks. */
static void shape_directory(struct reading *r)
{
	const char *path = r->below.data;
	size_t len = r->below.len;

	shape_reset(&r->shape);
	r->temporary = false;
	for (size_t at = 0, end; at < len; at = end + 1) {
		struct text t;

		end = component_end(path, at, len);
		text_set(&t, path + at, end - at);
		r->temporary |= counts_temporary_directory(&t);
		shape_add(&r->shape, &t, path + at, end - at, &r->rules);
	}
	r->place = shape_place(&r->shape);
	r->shaped = true;
}

/* A repository's own directory: so many components above this one. */
static size_t repository_length(const struct reading *r)
{
	size_t len = r->below.len;

	for (unsigned depth = r->in.depth; depth > 0 && len > 0; depth--) {
		const char *slash = memrchr(r->below.data, '/', len);

		len = slash != NULL ? (size_t)(slash - r->below.data) : 0;
	}
	return len;
}

/* All of a repository has one shape. Where the scanned directory itself is one, "*" would be every
 * file of every scanned directory: there each folder of it and each file is its own. */
static void shape_in_repository(struct reading *r, const char *name, size_t len)
{
	size_t own = repository_length(r);

	shape_reset(&r->shape);
	r->shaped = false;
	if (own == 0) {
		own = r->below.len != 0 ? component_end(r->below.data, 0, r->below.len) : 0;
	}
	if (own != 0) {
		shape_add_literal(&r->shape, r->below.data, own, true);
	} else {
		shape_add_literal(&r->shape, name, len, false);
	}
}

static int group_file(struct reading *r, sqlite3_stmt *st)
{
	const char *name = sqlite3_column_blob(st, 1);
	size_t len = (size_t)sqlite3_column_bytes(st, 1);
	struct groups_file file = {.id = sqlite3_column_int64(st, 0),
		.mtime = time_floor_ns(sqlite3_column_int64(st, 2)),
		.size = sqlite3_column_int64(st, 3),
		.root = r->root,
		.class = (uint8_t)(sqlite3_column_int64(st, 4))};
	struct text t;

	if (r->below.len + 1 + len > RULES_PATH_MAX) {
		r->out->complete = false; /* no rule could match it */
		return 0;
	}
	if (file.class == VERDICT_REPOSITORY) {
		shape_in_repository(r, name, len);
	} else {
		if (!r->shaped) {
			shape_directory(r);
		}
		text_set(&t, name, len);
		if (counts_judge(&t, file.size, r->temporary) != VERDICT_COUNTS) {
			return 0;
		}
		shape_return(&r->shape, &r->place);
		shape_add(&r->shape, &t, name, len, &r->rules);
	}
	r->out->files++;
	r->out->bytes += file.size;
	return groups_add(r->out->groups, &r->shape, &file);
}

static void take_directory(struct reading *r)
{
	const char *path = sqlite3_column_blob(r->dirs, 1);
	size_t len = (size_t)sqlite3_column_bytes(r->dirs, 1);
	size_t first = MIN((size_t)sqlite3_column_int64(r->dirs, 2), len);

	while (first < len && path[first] == '/') {
		first++;
	}
	r->root = sqlite3_column_int64(r->dirs, 3);
	r->in = repository_unpack(sqlite3_column_int64(r->dirs, 4));
	buf_reset(&r->below);
	buf_add(&r->below, path + first, len - first);
	r->shaped = false;
}

/* Moves on to that directory; r->dir is a later one if a scan is still staging it. */
static int seek_directory(struct reading *r, int64_t dir)
{
	while (r->dir < dir) {
		int rc = db_step(store_db(r->store), r->dirs);

		if (rc < 0) {
			return rc;
		}
		r->dir = rc == 1 ? sqlite3_column_int64(r->dirs, 0) : INT64_MAX;
		if (r->dir == dir) {
			take_directory(r);
		}
	}
	return r->below.failed ? -ENOMEM : 0;
}

static int read_files(struct reading *r, sqlite3_stmt *st)
{
	struct db *db = store_db(r->store);
	unsigned looked_at = 0;
	int rc;

	while ((rc = db_step(db, st)) == 1) {
		int64_t dir = sqlite3_column_int64(st, 0) >> FILES_ORDINAL_BITS;

		if (++looked_at % LOOK_AT_CLOCK == 0 && time_mono_ms() > r->until_ms) {
			r->out->complete = false;
			return 0;
		}
		rc = seek_directory(r, dir);
		if (rc == 0 && r->dir == dir) {
			rc = group_file(r, st);
		}
		if (rc < 0) {
			return rc;
		}
	}
	return rc;
}

void unmatched_files_done(struct unmatched_files *u)
{
	groups_free(u->groups);
	*u = (struct unmatched_files){0};
}

int unmatched_files_read(
	struct store *s, const struct words *words, int64_t ms, struct unmatched_files *ret)
{
	struct unmatched_files out = {.complete = true};
	struct reading r = {.store = s,
		.out = &out,
		.rules = {.now = time_now(), .words = words},
		.until_ms = time_mono_ms() + ms,
		.dir = -1};
	_stmt_ sqlite3_stmt *dirs = db_stmt(store_db(s),
		"SELECT d.id, d.path, length(r.path), d.root, d.repository"
		" FROM dirs d CROSS JOIN roots r WHERE r.id = d.root ORDER BY d.id");
	/* Without a server, match is small: proto/verdict.h. */
	_stmt_ sqlite3_stmt *files =
		db_stmt(store_db(s), "SELECT id, name, mtime_ns, size, match & 31 FROM files"
				     " WHERE match < 512 AND match & 31 IN (1, 2, 12) ORDER BY id");
	_Static_assert(VERDICT_NO_SERVER == 1 && VERDICT_AMBIGUOUS == 2 && VERDICT_REPOSITORY == 12,
		"the statement above");
	int rc = dirs == NULL || files == NULL ? -EIO : groups_new(&out.groups);

	if (rc == 0) {
		r.dirs = dirs;
		rc = read_files(&r, files);
	}
	rc = rc < 0 ? rc : groups_finish(out.groups);
	out.complete &= rc == 0 && groups_left_out(out.groups) == 0;
	shape_done(&r.shape);
	buf_done(&r.below);
	if (rc < 0) {
		unmatched_files_done(&out);
		return rc;
	}
	*ret = out;
	return 0;
}
