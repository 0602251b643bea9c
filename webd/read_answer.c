/* read_answer.c - sending an answer piece by piece, and values as table cells. */
#include "read_answer.h"

#include "common/json.h"
#include "common/timefmt.h"
#include "common/utf8.h"
#include <errno.h>

enum { FLUSH_BYTES = 32 * 1024 };

void answer_begin(struct answer *a, int64_t length)
{
	char name[64];

	const struct read *r = a->q->read;

	snprintf(name, sizeof(name), "%s.%s", r->download != NULL ? r->download : r->name,
		a->suffix != NULL ? a->suffix : "json");
	stream_begin(a->stream, 200, a->content_type, a->suffix != NULL ? name : NULL, length);
	a->begun = true;
}

int answer_flush(struct answer *a, bool whole, struct err *err)
{
	int r;

	if (a->buf.failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	if (a->buf.len < FLUSH_BYTES && !whole) {
		return 0;
	}
	if (!a->begun) {
		answer_begin(a, -1);
	}
	reader_pause(a->reader);
	r = stream_write(a->stream, &a->buf);
	reader_resume(a->reader);
	return r < 0 ? err_set(err, r, ERR_UNAVAILABLE, NULL, "the client is gone") : 0;
}

int answer_each(struct answer *a, answer_row row, void *arg, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	int r = read_prepare(a->q, PART_ROWS, a->reader, a->db, &st, err);

	if (r < 0) {
		return r;
	}
	while ((r = db_step(a->db, st)) == 1) {
		r = row(a, st, arg, err);
		if (r < 0) {
			return r;
		}
	}
	return r < 0 ? reader_fail(a->reader, r, err) : 0;
}

int answer_count(struct answer *a, int64_t *ret, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	int r;

	if (a->q->n_bound == 0 && a->q->read->total != NULL) {
		r = db_int(a->db, ret, a->q->read->total, "");
		return r < 0 ? reader_fail(a->reader, r, err) : 0;
	}
	r = read_prepare(a->q, PART_COUNT, a->reader, a->db, &st, err);
	if (r < 0) {
		return r;
	}
	r = db_step(a->db, st);
	if (r < 0) {
		return reader_fail(a->reader, r, err);
	}
	*ret = sqlite3_column_int64(st, 0);
	return 0;
}

/* Invalid bytes become U+FFFD, as in the JSON answers. */
static void add_repaired(struct buf *b, const char *s, size_t len)
{
	while (len > 0) {
		size_t good = utf8_valid_prefix(s, len);

		buf_add(b, s, good);
		s += good;
		len -= good;
		if (len > 0) {
			buf_adds(b, "\xef\xbf\xbd");
			s++;
			len--;
		}
	}
}

/* ["a","b"] reads "a, b" in a cell; anything else stays as it is. */
static void add_list(struct buf *b, const char *s, size_t len)
{
	_json_ cJSON *json = NULL;
	const cJSON *item;
	const char *comma = "";

	if (json_parse(s, len, &json, NULL) < 0 || !cJSON_IsArray(json)) {
		add_repaired(b, s, len);
		return;
	}
	cJSON_ArrayForEach (item, json) {
		if (cJSON_IsString(item)) {
			buf_printf(b, "%s%s", comma, item->valuestring);
			comma = ", ";
		} else if (cJSON_IsNumber(item)) {
			buf_printf(b, "%s%.0f", comma, item->valuedouble);
			comma = ", ";
		}
	}
}

static void read_text(struct cell *c, const struct read_column *column, sqlite3_stmt *st, int i)
{
	const char *s = sqlite3_column_blob(st, i);
	size_t len = (size_t)sqlite3_column_bytes(st, i);

	c->kind = CELL_TEXT;
	if (column->type == COLUMN_STRINGS || column->type == COLUMN_INTS) {
		add_list(&c->text, s, len);
	} else {
		add_repaired(&c->text, s, len);
	}
}

void cell_read(struct cell *c, const struct read_column *column, sqlite3_stmt *st, int i)
{
	buf_reset(&c->text);
	c->kind = CELL_EMPTY;
	if (sqlite3_column_type(st, i) == SQLITE_NULL) {
		return;
	}
	switch (column->type) {
	case COLUMN_INT:
		c->kind = CELL_NUMBER;
		break;
	case COLUMN_BOOL:
		c->kind = CELL_BOOL;
		break;
	case COLUMN_TIME:
	case COLUMN_TIME_NS:
		c->kind = CELL_TIME;
		break;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
	case COLUMN_STRINGS:
	case COLUMN_INTS:
	case COLUMN_JSON:
		read_text(c, column, st, i);
		return;
	}
	c->number = sqlite3_column_int64(st, i);
	if (column->type == COLUMN_TIME_NS) {
		int64_t ns = c->number;

		c->number = ns / NSEC_PER_SEC - (ns % NSEC_PER_SEC < 0 ? 1 : 0);
	}
}
