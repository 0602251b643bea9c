/* read_sql.c - the SQL of a judged request: only the list's own table is spelled out, all that came
 * from outside is bound. */
#include "read_query.h"

#include <errno.h>

/* Parameters: the filters from 1 on, then the cursor's value and key, then the key or the limit. */
static int cursor_index(const struct read_query *q)
{
	return (int)q->n_bound + 1;
}

/* A condition of a table with the number of its parameter. */
static void add_condition(struct buf *b, const char *sql, int parameter)
{
	for (const char *p = sql; *p != '\0'; p++) {
		buf_addc(b, *p);
		if (*p == '?') {
			buf_printf(b, "%d", parameter);
		}
	}
}

static const char *sort_sql(const struct read_query *q)
{
	if (q->sort == NULL) {
		return q->read->key;
	}
	return q->sort->sort != NULL ? q->sort->sort : q->sort->sql;
}

/* Of one row, whose key is known. */
static bool is_lookup(enum read_part part)
{
	return part == PART_ROW || part == PART_IS_AFTER || part == PART_PASSES;
}

/* Without a filter the spans are those of the first page alone. */
static bool skips(const struct read_query *q, enum read_part part)
{
	return q->spans.len > 0 && !is_lookup(part) && (q->n_bound > 0 || part == PART_KEYS);
}

/* The rows that may pass: all, or those of the spans, one after the other. */
static void add_from(struct buf *b, const struct read_query *q, enum read_part part)
{
	buf_adds(b, " FROM ");
	if (skips(q, part)) {
		buf_printf(b, "(SELECT value AS span FROM json_each(?%d)) CROSS JOIN ",
			cursor_index(q) + 3);
	}
	buf_adds(b, q->read->from);
}

/* word, then that the row lies in its span. Whether there are any. */
static bool add_span(
	struct buf *b, const struct read_query *q, enum read_part part, const char *word)
{
	if (skips(q, part)) {
		buf_printf(b,
			"%s%s BETWEEN json_extract(span, '$[0]') AND json_extract(span, '$[1]')",
			word, q->read->key);
	}
	return skips(q, part);
}

/* "The row lies beyond the cursor". NULLs sort first when ascending, last when descending. */
static void add_beyond(struct buf *b, const struct read_query *q)
{
	const char *s = sort_sql(q), *key = q->read->key;
	int v = cursor_index(q), k = v + 1;
	char sign = q->descending ? '<' : '>';

	if (q->sort == NULL) {
		buf_printf(b, "(%s %c ?%d)", key, sign, k);
	} else if (q->cursor.type != CURSOR_NULL) {
		buf_printf(b, "((%s) %c ?%d OR ((%s) = ?%d AND %s %c ?%d)", s, sign, v, s, v, key,
			sign, k);
		if (q->descending) {
			buf_printf(b, " OR (%s) IS NULL", s);
		}
		buf_addc(b, ')');
	} else if (q->descending) {
		buf_printf(b, "((%s) IS NULL AND %s < ?%d)", s, key, k);
	} else {
		buf_printf(b, "((%s) IS NOT NULL OR %s > ?%d)", s, key, k);
	}
}

static void add_columns(struct buf *b, const struct read_query *q)
{
	const char *comma = "";

	for (size_t i = 0; i < q->read->n_columns; i++) {
		const struct read_column *c = &q->read->columns[i];

		if (read_shows(q, c)) {
			buf_printf(b, "%s%s", comma, c->sql);
			comma = ", ";
		}
	}
}

/* word, then the filters. Whether there are any. */
static bool add_filters(struct buf *b, const struct read_query *q, const char *word)
{
	for (size_t i = 0; i < q->n_bound; i++) {
		buf_printf(b, "%s(", word);
		add_condition(b, q->bound[i].filter->sql, (int)i + 1);
		buf_addc(b, ')');
		word = " AND ";
	}
	return q->n_bound > 0;
}

/* CASE, unlike AND, says what is evaluated first: the filters, then the count, whatever becomes of
 * the row. */
static void add_tally(struct buf *b, const struct read_query *q, const char *word)
{
	buf_printf(b, "%sCASE WHEN ", word);
	if (!add_filters(b, q, "")) {
		buf_adds(b, "1");
	}
	buf_adds(b, " THEN bc_tally(");
	if (q->has_cursor) {
		add_beyond(b, q);
	} else {
		buf_adds(b, "1");
	}
	buf_adds(b, ") ELSE 0 END");
}

static void add_where(struct buf *b, const struct read_query *q, enum read_part part)
{
	const char *word = add_span(b, q, part, " WHERE ") ? " AND " : " WHERE ";

	if (part == PART_TALLY) {
		add_tally(b, q, word);
		return;
	}
	word = add_filters(b, q, word) ? " AND " : word;
	if (part == PART_KEYS && q->has_cursor) {
		buf_adds(b, word);
		add_beyond(b, q);
	}
}

static void add_lookup(struct buf *b, const struct read_query *q, const char *word)
{
	buf_adds(b, word);
	if (q->read->lookup != NULL) {
		add_condition(b, q->read->lookup, cursor_index(q) + 2);
	} else {
		buf_printf(b, "%s = ?%d", q->read->key, cursor_index(q) + 2);
	}
}

static void add_order(struct buf *b, const struct read_query *q, bool descending)
{
	const char *direction = descending ? " DESC" : "";

	buf_adds(b, " ORDER BY ");
	if (q->sort != NULL) {
		buf_printf(b, "(%s)%s, ", sort_sql(q), direction);
	}
	buf_printf(b, "%s%s", q->read->key, direction);
}

static void add_part(struct buf *b, const struct read_query *q, enum read_part part)
{
	const char *key = q->read->key, *from = q->read->from;

	buf_adds(b, "SELECT ");
	switch (part) {
	case PART_ROWS:
		add_columns(b, q);
		add_from(b, q, part);
		add_where(b, q, part);
		add_order(b, q, q->descending);
		break;
	case PART_KEYS:
	case PART_TALLY:
		buf_adds(b, key);
		add_from(b, q, part);
		add_where(b, q, part);
		add_order(b, q, q->descending);
		buf_printf(b, " LIMIT ?%d", cursor_index(q) + 2);
		break;
	case PART_COUNT:
		/* The inner LIMIT keeps SQLite from merging the queries, which would bring back
		 * joins that nothing is asked of. */
		buf_printf(b, "count(key) FROM (SELECT %s AS key", key);
		add_from(b, q, part);
		add_where(b, q, part);
		buf_adds(b, " LIMIT -1)");
		break;
	case PART_COUNT_BY:
		buf_printf(b, "value, count(*) FROM (SELECT %s AS value", q->count_by->sql);
		add_from(b, q, part);
		add_where(b, q, part);
		buf_adds(b, " LIMIT -1) GROUP BY value");
		break;
	case PART_ORDER:
		buf_adds(b, key);
		add_from(b, q, part);
		add_where(b, q, part);
		add_order(b, q, false);
		break;
	case PART_ROW:
		add_columns(b, q);
		buf_printf(b, ", %s FROM %s", sort_sql(q), from);
		add_lookup(b, q, " WHERE ");
		break;
	case PART_IS_AFTER:
		add_beyond(b, q);
		buf_printf(b, " FROM %s", from);
		add_lookup(b, q, " WHERE ");
		break;
	case PART_PASSES:
		buf_printf(b, "1 FROM %s", from);
		add_lookup(b, q, add_filters(b, q, " WHERE ") ? " AND " : " WHERE ");
		break;
	case _READ_PARTS:
		break;
	}
}

static int bind_filters(const struct read_query *q, sqlite3_stmt *st)
{
	int rc = SQLITE_OK, most = sqlite3_bind_parameter_count(st);

	for (size_t i = 0; i < q->n_bound && (int)i < most && rc == SQLITE_OK; i++) {
		const struct read_bound *v = &q->bound[i];

		rc = v->text != NULL ? sqlite3_bind_text(st, (int)i + 1, v->text, -1, SQLITE_STATIC)
				     : sqlite3_bind_int64(st, (int)i + 1, v->number);
	}
	return rc;
}

int read_bind(const struct read_query *q, sqlite3_stmt *st, int64_t value)
{
	return sqlite3_bind_int64(st, cursor_index(q) + 2, value);
}

static bool knows_cursor(enum read_part part)
{
	return part == PART_KEYS || part == PART_TALLY || part == PART_IS_AFTER;
}

int read_prepare(struct read_query *q, enum read_part part, struct reader *reader, struct db *db,
	sqlite3_stmt **ret, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	_buf_ struct buf sql = BUF_INIT;
	int rc;

	add_part(&sql, q, part);
	if (sql.failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = sqlite3_prepare_v2(db_handle(db), buf_cstr(&sql), -1, &st, NULL);
	if (rc == SQLITE_OK) {
		rc = bind_filters(q, st);
	}
	if (rc == SQLITE_OK && q->has_cursor && knows_cursor(part)) {
		rc = cursor_bind(&q->cursor, st, cursor_index(q), cursor_index(q) + 1);
	}
	if (rc == SQLITE_OK && skips(q, part)) {
		rc = sqlite3_bind_text(
			st, cursor_index(q) + 3, q->spans.data, (int)q->spans.len, SQLITE_STATIC);
	}
	if (rc != SQLITE_OK) {
		return reader_fail(reader, db_errno(rc), err);
	}
	*ret = steal(st);
	return 0;
}
