/* read_json.c - rows as JSON: the whole list, a page of it, or one row. */
#include "read_answer.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include <errno.h>

static void write_bytes(struct jsonw *w, const char *name, const char *s, size_t len)
{
	char twin[64];

	jsonw_bytes(w, s, len);
	if (!utf8_is_valid(s, len)) {
		snprintf(twin, sizeof(twin), "%s_b64", name);
		jsonw_key(w, twin);
		jsonw_base64(w, s, len);
	}
}

static void write_time(struct jsonw *w, int64_t t)
{
	char text[TIME_ISO_SIZE];

	jsonw_str(w, time_iso(t, text));
}

static void write_value(struct jsonw *w, const struct read_column *c, sqlite3_stmt *st, int i)
{
	int64_t number = sqlite3_column_int64(st, i);
	const char *s = sqlite3_column_blob(st, i);
	size_t len = (size_t)sqlite3_column_bytes(st, i);

	switch (c->type) {
	case COLUMN_INT:
		jsonw_int(w, number);
		break;
	case COLUMN_BOOL:
		jsonw_bool(w, number != 0);
		break;
	case COLUMN_TIME:
		write_time(w, number);
		break;
	case COLUMN_TIME_NS:
		write_time(w, number / NSEC_PER_SEC - (number % NSEC_PER_SEC < 0 ? 1 : 0));
		break;
	case COLUMN_TEXT:
		jsonw_bytes(w, s != NULL ? s : "", len);
		break;
	case COLUMN_BYTES:
		write_bytes(w, c->name, s != NULL ? s : "", len);
		break;
	case COLUMN_STRINGS:
	case COLUMN_INTS:
	case COLUMN_JSON:
		jsonw_raw(w, s, len);
		break;
	}
}

void read_json_row(const struct read *r, sqlite3_stmt *st, struct jsonw *w)
{
	jsonw_object(w);
	for (size_t i = 0; i < r->n_columns; i++) {
		jsonw_key(w, r->columns[i].name);
		if (sqlite3_column_type(st, (int)i) == SQLITE_NULL) {
			jsonw_null(w);
		} else {
			write_value(w, &r->columns[i], st, (int)i);
		}
	}
	jsonw_end(w);
}

struct list {
	struct jsonw w;
	int64_t count;
};

static int add_row(struct answer *a, sqlite3_stmt *st, void *arg, struct err *err)
{
	struct list *list = arg;

	read_json_row(a->q->read, st, &list->w);
	list->count++;
	return answer_flush(a, false, err);
}

/* The rows of a page by their keys; *next is left at the last one. */
static int add_keys(struct answer *a, const struct page *page, struct list *list,
	struct cursor *next, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	int r = read_prepare(a->q, PART_ROW, a->reader, a->db, &st, err);

	for (size_t i = 0; i < page->n && r >= 0; i++) {
		sqlite3_reset(st);
		read_bind(a->q, st, page->keys[i]);
		r = db_step(a->db, st);
		if (r < 0) {
			return reader_fail(a->reader, r, err);
		}
		if (r == 1 && i + 1 == page->n && page->more) {
			r = cursor_take(next, st, sqlite3_column_count(st) - 1, page->keys[i]);
			if (r < 0) {
				return reader_fail(a->reader, r, err);
			}
		}
		if (sqlite3_data_count(st) > 0) {
			r = add_row(a, st, list, err);
		}
	}
	return r < 0 ? r : 0;
}

static int add_next(struct answer *a, struct list *list, const struct cursor *next, struct err *err)
{
	_buf_ struct buf text = BUF_INIT;

	if (cursor_encode(next, &a->q->identity, &text) < 0) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	jsonw_kstr(&list->w, "next", buf_cstr(&text));
	return 0;
}

static int add_counts(struct answer *a, struct list *list, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	int r = read_prepare(a->q, PART_COUNT_BY, a->reader, a->db, &st, err);
	int64_t total = 0;

	if (r < 0) {
		return r;
	}
	jsonw_end(&list->w);
	jsonw_karray(&list->w, "counts");
	while ((r = db_step(a->db, st)) == 1) {
		int64_t n = sqlite3_column_int64(st, 1);

		jsonw_object(&list->w);
		jsonw_key(&list->w, "value");
		if (sqlite3_column_type(st, 0) == SQLITE_NULL) {
			jsonw_null(&list->w);
		} else {
			jsonw_str(&list->w, (const char *)sqlite3_column_text(st, 0));
		}
		jsonw_kint(&list->w, "count", n);
		jsonw_end(&list->w);
		total += n;
	}
	jsonw_end(&list->w);
	jsonw_kint(&list->w, "count", 0);
	jsonw_kint(&list->w, "total", total);
	jsonw_knull(&list->w, "next");
	return r < 0 ? reader_fail(a->reader, r, err) : 0;
}

static int add_page(struct answer *a, struct list *list, struct err *err)
{
	_cleanup_(cursor_done) struct cursor next = {0};
	struct page page;
	int r = read_page(a, &page, err);

	if (r == 0) {
		r = add_keys(a, &page, list, &next, err);
	}
	if (r < 0) {
		return r;
	}
	jsonw_end(&list->w);
	jsonw_kint(&list->w, "count", list->count);
	if (page.total >= 0) {
		jsonw_kint(&list->w, "total", page.total);
	}
	if (page.more) {
		return add_next(a, list, &next, err);
	}
	jsonw_knull(&list->w, "next");
	return 0;
}

int read_json(struct answer *a, struct err *err)
{
	struct list list = {.w = JSONW(&a->buf)};
	int r;

	jsonw_object(&list.w);
	jsonw_kstr(&list.w, "status", "success");
	jsonw_karray(&list.w, a->q->read->name);
	if (a->q->count_by != NULL) {
		r = add_counts(a, &list, err);
	} else if (read_query_is_short(a->q)) {
		r = add_page(a, &list, err);
	} else {
		r = answer_each(a, add_row, &list, err);
		if (r == 0) {
			jsonw_end(&list.w);
			jsonw_kint(&list.w, "count", list.count);
		}
	}
	if (r < 0) {
		return r;
	}
	jsonw_end(&list.w);
	buf_addc(&a->buf, '\n');
	return answer_flush(a, true, err);
}
