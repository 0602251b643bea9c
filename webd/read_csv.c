/* read_csv.c - a list as CSV (RFC 4180, UTF-8 without a byte order mark), safe to open in a
 * spreadsheet. */
#include "read_answer.h"

#include "common/timefmt.h"
#include <inttypes.h>

/* A cell that begins like this is a formula to a spreadsheet, and names come from other people. */
static bool looks_like_formula(const struct buf *text)
{
	return text->len > 0 && text->data[0] != '\0' && strchr("=+-@\t\r", text->data[0]) != NULL;
}

static bool needs_quotes(const struct buf *text)
{
	for (size_t i = 0; i < text->len; i++) {
		if (strchr("\",\r\n", text->data[i]) != NULL) { /* NUL too */
			return true;
		}
	}
	return text->len > 0 && (text->data[0] == ' ' || text->data[text->len - 1] == ' ');
}

static void add_text(struct buf *out, const struct buf *text)
{
	bool quotes = needs_quotes(text);

	if (quotes) {
		buf_addc(out, '"');
	}
	if (looks_like_formula(text)) {
		buf_addc(out, '\'');
	}
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] == '"') {
			buf_addc(out, '"');
		}
		buf_addc(out, text->data[i]);
	}
	if (quotes) {
		buf_addc(out, '"');
	}
}

static void add_cell(struct buf *out, const struct cell *c)
{
	char time[TIME_ISO_SIZE];

	switch (c->kind) {
	case CELL_EMPTY:
		break;
	case CELL_NUMBER:
		buf_printf(out, "%" PRId64, c->number);
		break;
	case CELL_TIME:
		buf_adds(out, time_iso(c->number, time));
		break;
	case CELL_BOOL:
		buf_adds(out, c->number != 0 ? "true" : "false");
		break;
	case CELL_TEXT:
		add_text(out, &c->text);
		break;
	}
}

static int add_row(struct answer *a, sqlite3_stmt *st, void *arg, struct err *err)
{
	struct cell *c = arg;
	int i = 0;

	for (size_t k = 0; k < a->q->read->n_columns; k++) {
		const struct read_column *column = &a->q->read->columns[k];

		if (!read_shows(a->q, column)) {
			continue;
		}
		if (i > 0) {
			buf_addc(&a->buf, ',');
		}
		cell_read(c, column, st, i++);
		add_cell(&a->buf, c);
		a->buf.failed |= c->text.failed;
	}
	buf_adds(&a->buf, "\r\n");
	return answer_flush(a, false, err);
}

static void add_header(struct answer *a)
{
	const char *comma = "";

	for (size_t i = 0; i < a->q->read->n_columns; i++) {
		if (read_shows(a->q, &a->q->read->columns[i])) {
			buf_printf(&a->buf, "%s%s", comma, a->q->read->columns[i].name);
			comma = ",";
		}
	}
	buf_adds(&a->buf, "\r\n");
}

int read_csv(struct answer *a, struct err *err)
{
	struct cell c = {0};
	int r;

	add_header(a);
	r = answer_each(a, add_row, &c, err);
	buf_done(&c.text);
	return r < 0 ? r : answer_flush(a, true, err);
}
