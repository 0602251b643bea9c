/* read_skip.c - which files a search need not look at: asked of the kept sketch, which is built
 * when an answer that wanted it was sent. */
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

void read_skip(struct answer *a)
{
	struct read_query *q = a->q;
	const char *text = value_of(q, SKIP_BY_TEXT), *server = value_of(q, SKIP_BY_SERVER);
	struct sketches *sketches = reader_sketches(a->reader);
	struct sketch *sketch;
	int64_t ids[SERVERS_MAX];
	struct sketch_sought sought = {.text = text, .len = text != NULL ? strlen(text) : 0};

	if (q->read->sketch == NULL || (text == NULL && server == NULL)) {
		return;
	}
	sketch = sketches_find(sketches, reader_version(a->reader, q->read->version));
	if (sketch == NULL) {
		a->keep_sketch = true;
		return;
	}
	sought.servers = ids;
	if (server == NULL || find_servers(a, server, ids, &sought.n_servers) == 0) {
		sketch_spans(sketch, &sought, &q->spans);
	}
	sketch_release(sketches, sketch);
}

static int build(void *arg, struct sketch *into)
{
	struct answer *a = arg;
	_buf_ struct buf sql = BUF_INIT;
	sqlite3_stmt *st;
	int r = -ENOMEM;

	buf_printf(&sql, "SELECT %s FROM %s WHERE %s ORDER BY %s", a->q->read->key,
		a->q->read->from, a->q->read->sketch, a->q->read->key);
	if (sql.failed) {
		return r;
	}
	reader_sketch_into(a->reader, into);
	st = db_stmt(a->db, buf_cstr(&sql));
	r = st == NULL ? -EIO : db_step(a->db, st);
	db_resetp(&st);
	reader_sketch_into(a->reader, NULL);
	return r;
}

void read_keep_sketch(struct answer *a)
{
	const struct read *read = a->q->read;

	if (read->sketch != NULL) {
		sketches_build(reader_sketches(a->reader), reader_version(a->reader, read->version),
			build, a);
	}
}
