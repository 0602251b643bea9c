/* read_skip.c - which files need no look: asked of the kept sketch, which is built when an answer
 * was sent to somebody who looks around. */
#include "read_answer.h"
#include "sketch.h"

#include <errno.h>

enum { SERVERS_MAX = 16 }; /* of one name */

/* The value of the filter that skips so; NULL: it is not given. */
static const char *value_of(const struct read_query *q, enum filter_skip skip)
{
	for (size_t i = 0; i < q->n_bound; i++) {
		if (q->bound[i].filter->skip == skip) {
			return q->bound[i].text;
		}
	}
	return NULL;
}

/* The servers that are meant, by id or name; -E2BIG: too many, -ENOENT: none. */
static int find_servers(struct answer *a, const char *name, int64_t *ids, size_t *ret_n)
{
	_stmt_ sqlite3_stmt *st = db_stmt(
		a->db, "SELECT id FROM v_servers WHERE id = ?1 OR hostname = ?1 COLLATE NOCASE");
	int r = st == NULL ? -EIO : db_bind(st, "s", name);
	size_t n = 0;

	while (r >= 0 && (r = db_step(a->db, st)) == 1) {
		if (n == SERVERS_MAX) {
			return -E2BIG;
		}
		ids[n++] = sqlite3_column_int64(st, 0);
	}
	*ret_n = n;
	return r == 0 && n == 0 ? -ENOENT : r;
}

static void skip_by_filters(struct answer *a, const struct sketch *sketch)
{
	const char *text = value_of(a->q, SKIP_BY_TEXT);
	const char *server = value_of(a->q, SKIP_BY_SERVER);
	int64_t ids[SERVERS_MAX];
	struct sketch_sought sought = {
		.text = text, .len = text != NULL ? strlen(text) : 0, .servers = ids};

	if (text == NULL && server == NULL) {
		return;
	}
	if (server == NULL || find_servers(a, server, ids, &sought.n_servers) == 0) {
		a->q->spans_percent = sketch_spans(sketch, &sought, &a->q->spans);
	}
}

/* The first page of a sort of all files. */
static bool is_first_of_all(const struct read_query *q)
{
	return q->n_bound == 0 && !q->has_cursor && q->limit > 0 && q->sort != NULL &&
	       q->sort->zone != ZONE_NONE;
}

void read_skip(struct answer *a)
{
	struct sketches *sketches = reader_sketches(a->reader);
	struct read_query *q = a->q;
	struct sketch *sketch = NULL;

	if (q->read == &files_read) {
		sketch = sketches_find(sketches, reader_version(a->reader, files_read.version));
	}
	if (sketch == NULL) {
		return;
	}
	if (is_first_of_all(q)) {
		sketch_first(sketch, q->sort->zone, q->descending, (size_t)q->limit + 1, &q->spans);
	} else {
		skip_by_filters(a, sketch);
	}
	sketch_release(sketches, sketch);
}

static int build(void *arg, struct sketch *into)
{
	struct answer *a = arg;
	_stmt_ sqlite3_stmt *st = db_stmt(a->db,
		"SELECT id FROM v_files WHERE bc_sketch(id, dir, name, server_id, mtime_ns, size, "
		"bc_seconds(mtime_ns) + drift) ORDER BY id");
	int r;

	reader_sketch_into(a->reader, into);
	r = st == NULL ? -EIO : db_step(a->db, st);
	reader_sketch_into(a->reader, NULL);
	return r;
}

void read_keep_sketch(struct answer *a)
{
	sketches_build(reader_sketches(a->reader), reader_version(a->reader, files_read.version),
		build, a);
}
