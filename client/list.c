/* list.c - a list from its first row to its end, and its formats for programs: CSV and JSON. */
#include "client/list_inside.h"

#include "client/say.h"
#include "common/timefmt.h"
#include "common/utf8.h"
#include <errno.h>
#include <inttypes.h>
#include <sysexits.h>

struct list_cell list_text(const char *s)
{
	return (struct list_cell){.null = s == NULL, .text = s, .len = s != NULL ? strlen(s) : 0};
}

struct list_cell list_bytes(const void *data, size_t len)
{
	return (struct list_cell){.null = data == NULL, .text = data, .len = len};
}

struct list_cell list_number(int64_t n)
{
	return (struct list_cell){.null = n == TIME_NONE, .number = n};
}

char *list_size(int64_t bytes, char *out)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 999.5 && unit + 1 < ARRAY_SIZE(units)) {
		value /= 1000;
		unit++;
	}
	snprintf(out, 16, unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return out;
}

char *list_local_time(int64_t t, char *out)
{
	time_t when = (time_t)t;
	struct tm tm;

	if (localtime_r(&when, &tm) == NULL || strftime(out, 32, "%Y-%m-%d %H:%M", &tm) == 0) {
		snprintf(out, 32, "%" PRId64, t);
	}
	return out;
}

/* --- writing --- */

int list_flush(struct list *l)
{
	if (l->screen.terminal && l->format != LIST_TABLE) { /* a table's cells are inert already */
		struct buf inert = BUF_INIT;

		screen_inert_lines(&inert, l->out.data, l->out.len);
		inert.failed |= l->out.failed;
		buf_done(&l->out);
		l->out = inert;
	}
	if (l->out.failed) {
		return -ENOMEM;
	}
	if (l->out.len > 0 && fwrite(l->out.data, 1, l->out.len, l->to) != l->out.len) {
		return errno != 0 ? -errno : -EIO;
	}
	buf_reset(&l->out);
	return 0;
}

/* --- CSV (RFC 4180) --- */

static void csv_text(struct buf *out, const char *s, size_t len)
{
	bool quotes = len > 0 && (s[0] == ' ' || s[len - 1] == ' ');

	for (size_t i = 0; i < len; i++) {
		quotes = quotes || strchr("\",\r\n", s[i]) != NULL; /* NUL too */
	}
	buf_adds(out, quotes ? "\"" : "");
	/* A cell that begins like this is a formula to a spreadsheet. */
	if (len > 0 && s[0] != '\0' && strchr("=+-@\t\r", s[0]) != NULL) {
		buf_addc(out, '\'');
	}
	for (size_t i = 0; i < len; i++) {
		buf_adds(out, s[i] == '"' ? "\"" : "");
		buf_addc(out, s[i]);
	}
	buf_adds(out, quotes ? "\"" : "");
}

static void csv_cell(struct buf *out, const struct list_column *c, const struct list_cell *cell)
{
	char time[TIME_ISO_SIZE];

	if (cell->null) {
		return;
	}
	switch (c->type) {
	case LIST_TEXT:
	case LIST_STATUS:
	case LIST_STRINGS:
		csv_text(out, cell->text, cell->len);
		return;
	case LIST_BYTES: {
		_free_ char *copy = strndup(cell->text, cell->len);

		if (copy != NULL) {
			utf8_repair(copy, strlen(copy));
			csv_text(out, copy, strlen(copy));
		}
		out->failed |= copy == NULL;
		return;
	}
	case LIST_TIME:
		buf_adds(out, time_iso(cell->number, time));
		return;
	case LIST_BOOL:
		buf_adds(out, cell->number != 0 ? "true" : "false");
		return;
	case LIST_INT:
	case LIST_SIZE:
		buf_printf(out, "%" PRId64, cell->number);
	}
}

static void csv_row(struct list *l, const struct list_cell *cells)
{
	for (size_t i = 0; i < l->n; i++) {
		buf_adds(&l->out, i > 0 ? "," : "");
		csv_cell(&l->out, &l->columns[i], &cells[i]);
	}
	buf_adds(&l->out, "\r\n");
}

static void csv_begin(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		buf_printf(&l->out, "%s%s", i > 0 ? "," : "", l->columns[i].name);
	}
	buf_adds(&l->out, "\r\n");
}

/* --- JSON --- */

static void json_bytes(struct jsonw *w, const char *name, const struct list_cell *cell)
{
	char key[64];

	jsonw_bytes(w, cell->text, cell->len);
	if (!utf8_is_valid(cell->text, cell->len)) {
		snprintf(key, sizeof(key), "%s_b64", name);
		jsonw_key(w, key);
		jsonw_base64(w, cell->text, cell->len);
	}
}

static void json_cell(struct jsonw *w, const struct list_column *c, const struct list_cell *cell)
{
	jsonw_key(w, c->name);
	if (cell->null) {
		jsonw_null(w);
		return;
	}
	switch (c->type) {
	case LIST_TEXT:
	case LIST_STATUS:
	case LIST_BYTES:
		json_bytes(w, c->name, cell);
		return;
	case LIST_STRINGS:
		jsonw_raw(w, cell->text, cell->len);
		return;
	case LIST_TIME: {
		char time[TIME_ISO_SIZE];

		jsonw_str(w, time_iso(cell->number, time));
		return;
	}
	case LIST_BOOL:
		jsonw_bool(w, cell->number != 0);
		return;
	case LIST_INT:
	case LIST_SIZE:
		jsonw_int(w, cell->number);
	}
}

static void json_row(struct list *l, const struct list_cell *cells)
{
	jsonw_object(&l->w);
	for (size_t i = 0; i < l->n; i++) {
		json_cell(&l->w, &l->columns[i], &cells[i]);
	}
	jsonw_end(&l->w);
}

/* --- the list --- */

int list_new(const struct list_column *columns, size_t n, const char *member,
	enum list_format format, const struct screen *screen, FILE *to, struct list **ret)
{
	struct list *l = calloc(1, sizeof(*l));

	if (l == NULL || n > LIST_COLUMNS_MAX) {
		free(l);
		return -ENOMEM;
	}
	*l = (struct list){
		.columns = columns, .n = n, .format = format, .screen = *screen, .to = to};
	l->w = (struct jsonw)JSONW(&l->out);
	if (format == LIST_TABLE) {
		l->rows = calloc(LIST_MEASURED_ROWS, sizeof(*l->rows));
		if (l->rows == NULL) {
			free(l);
			return -ENOMEM;
		}
	} else if (format == LIST_CSV) {
		csv_begin(l);
	} else {
		jsonw_object(&l->w);
		jsonw_karray(&l->w, member);
	}
	*ret = l;
	return 0;
}

void list_free(struct list *l)
{
	if (l == NULL) {
		return;
	}
	for (size_t r = 0; r < l->n_rows; r++) {
		list_free_row(l, l->rows[r]);
	}
	free(l->rows);
	buf_done(&l->out);
	free(l);
}

int list_row(struct list *l, const struct list_cell *cells)
{
	l->count++;
	if (l->format == LIST_TABLE) {
		return list_table_row(l, cells);
	}
	(l->format == LIST_CSV ? csv_row : json_row)(l, cells);
	return list_flush(l);
}

int list_end(struct list *l)
{
	int rc = 0;

	if (l->format == LIST_TABLE) {
		rc = list_table_release(l);
	} else if (l->format == LIST_JSON) {
		jsonw_end(&l->w);
		jsonw_kint(&l->w, "count", (int64_t)l->count);
		jsonw_end(&l->w);
		buf_addc(&l->out, '\n');
	}
	if (rc == 0) {
		rc = list_flush(l);
	}
	return rc == 0 && fflush(l->to) != 0 ? -errno : rc;
}

int list_finish(struct list *l, int rc)
{
	if (rc == 0) {
		rc = list_end(l);
	}
	if (rc < 0) {
		say("cannot print: %s", strerror(-rc));
		return EX_IOERR;
	}
	return EXIT_OK;
}

size_t list_count(const struct list *l)
{
	return l->count;
}
