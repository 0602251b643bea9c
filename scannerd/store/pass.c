/* pass.c - hands every visible file to a function of ours, row by row inside of one SQLite step.
 *
 * The function is a term of the WHERE clause: that costs half of what a step and a call for every
 * column of a million rows do. */
#include "scannerd/store/pass.h"

#include <errno.h>

enum argument { ARG_ID, ARG_MATCH, ARG_MTIME_NS, ARG_DRIFT, ARG_SIZE, ARG_NAME };

/* True where the statement shall stop: look() wants to write, or failed. */
static void look_at(sqlite3_context *out, int n, sqlite3_value **v)
{
	struct pass *p = *(struct pass **)sqlite3_user_data(out);
	struct pass_file f;

	if (p == NULL) { /* asked by someone else */
		sqlite3_result_error_code(out, SQLITE_MISUSE);
		return;
	}
	f = (struct pass_file){
		.id = sqlite3_value_int64(v[ARG_ID]),
		.match = sqlite3_value_int64(v[ARG_MATCH]),
		.mtime_ns = sqlite3_value_int64(v[ARG_MTIME_NS]),
		.drift = sqlite3_value_int64(v[ARG_DRIFT]),
		.size = sqlite3_value_int64(v[ARG_SIZE]),
	};
	if (n > ARG_NAME) {
		const char *name = sqlite3_value_blob(v[ARG_NAME]);

		f.name = name != NULL ? name : "";
		f.name_len = (size_t)sqlite3_value_bytes(v[ARG_NAME]);
	}
	p->rc = p->look(p->arg, &f);
	sqlite3_result_int(out, p->rc != 0);
}

int pass_register(struct store *s)
{
	int rc = SQLITE_OK;

	for (int n = ARG_NAME; rc == SQLITE_OK && n <= ARG_NAME + 1; n++) {
		rc = sqlite3_create_function_v2(db_handle(s->db), "look_at", n,
			SQLITE_UTF8 | SQLITE_DIRECTONLY, &s->pass, look_at, NULL, NULL, NULL);
	}
	return db_errno(rc);
}

int pass_read(struct pass *p)
{
	struct store *s = p->store;
	_stmt_ sqlite3_stmt *st = db_stmt(s->db,
		p->names ? "SELECT id FROM files WHERE id >= ? AND id < ?"
			   " AND look_at(id, match, mtime_ns, drift, size, name) ORDER BY id"
			 : "SELECT id FROM files WHERE id >= ? AND id < ? AND match & 31 IN (0, 2)"
			   " AND look_at(id, match, mtime_ns, drift, size) ORDER BY id");
	int r = st == NULL ? -EIO : db_bind(st, "ii", p->next, files_first(s->next_dir));

	_Static_assert(VERDICT_COUNTS == 0 && VERDICT_AMBIGUOUS == 2, "the condition above");
	if (r < 0) {
		return r;
	}
	p->rc = 0;
	s->pass = p;
	r = db_step(s->db, st);
	s->pass = NULL;
	if (r == 1) {
		p->next = sqlite3_column_int64(st, 0) + 1;
	}
	return p->rc < 0 ? p->rc : r;
}

void pass_done(struct pass *p)
{
	db_resetp(&p->dirs);
}

static int next_dir(struct pass *p)
{
	sqlite3_stmt *st = p->dirs;
	int r = db_step(p->store->db, st);

	if (r != 1) {
		p->dir = (struct pass_dir){.id = INT64_MAX};
		return r;
	}
	p->dir = (struct pass_dir){
		.id = sqlite3_column_int64(st, 0),
		.path = sqlite3_column_blob(st, 1),
		.len = (size_t)sqlite3_column_bytes(st, 1),
		.root_len = (size_t)sqlite3_column_int64(st, 2),
		.repository = repository_unpack(sqlite3_column_int64(st, 3)),
	};
	p->has_match_dir = false;
	return 0;
}

int pass_dir(struct pass *p, int64_t file)
{
	int64_t id = file >> FILES_ORDINAL_BITS;

	if (p->dirs == NULL) {
		p->dirs = db_stmt(p->store->db,
			"SELECT d.id, d.path, length(r.path), d.repository"
			" FROM dirs d CROSS JOIN roots r WHERE r.id = d.root ORDER BY d.id");
		if (p->dirs == NULL) {
			return -EIO;
		}
		p->dir.id = -1;
	}
	while (p->dir.id < id) {
		int r = next_dir(p);

		if (r < 0) {
			return r;
		}
	}
	return p->dir.id == id;
}

const struct match_dir *pass_match_dir(struct pass *p)
{
	const struct pass_dir *d = &p->dir;

	if (!p->has_match_dir) {
		matcher_dir(p->matcher, d->path, d->len, d->root_len, &p->match_dir);
		p->match_dir.repository = d->repository;
		p->has_match_dir = true;
	}
	return &p->match_dir;
}
