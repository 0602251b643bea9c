/* list_table.c - a list for people: the first rows are measured, and all keep their widths. */
#include "client/list_inside.h"

#include "common/json.h"
#include <errno.h>
#include <inttypes.h>

enum {
	GAP = 2,
	ELASTIC_LEAST = 12, /* columns that a cut cell keeps */
};

static bool is_number(const struct list_column *c)
{
	return c->type == LIST_INT || c->type == LIST_SIZE;
}

static bool is_shown(const struct list *l, size_t i)
{
	return l->columns[i].title != NULL && !l->hidden[i];
}

/* ["a","b"] as "a, b". */
static void plain_strings(struct buf *out, const char *s, size_t len)
{
	_json_ cJSON *array = NULL;
	const cJSON *item;

	if (json_parse(s, len, &array, NULL) < 0) {
		screen_inert(out, s, len);
		return;
	}
	cJSON_ArrayForEach (item, array) {
		buf_adds(out, item == array->child ? "" : ", ");
		screen_inert_text(out, cJSON_IsString(item) ? item->valuestring : "?");
	}
}

static char *shown(const struct list_column *c, const struct list_cell *cell)
{
	_buf_ struct buf out = BUF_INIT;
	char text[32];

	if (cell->null) {
		return strdup(is_number(c) ? "" : "-");
	}
	switch (c->type) {
	case LIST_TEXT:
	case LIST_STATUS:
	case LIST_BYTES:
		screen_inert(&out, cell->text, cell->len);
		break;
	case LIST_STRINGS:
		plain_strings(&out, cell->text, cell->len);
		break;
	case LIST_TIME:
		buf_adds(&out, list_local_time(cell->number, text));
		break;
	case LIST_BOOL:
		buf_adds(&out, cell->number != 0 ? "yes" : "no");
		break;
	case LIST_SIZE:
		buf_adds(&out, list_size(cell->number, text));
		break;
	case LIST_INT:
		buf_printf(&out, "%" PRId64, cell->number);
	}
	buf_cstr(&out); /* also of nothing */
	return buf_steal(&out);
}

static void paint(struct list *l, const struct list_column *c, const char *text)
{
	for (int s = 0; c->type == LIST_STATUS && s < _STATUS_MAX; s++) {
		if (strcmp(text, status_names[s]) == 0) {
			screen_paint(&l->screen, (enum status)s, &l->out);
		}
	}
}

static size_t last_shown(const struct list *l)
{
	size_t last = 0;

	for (size_t i = 0; i < l->n; i++) {
		last = is_shown(l, i) ? i : last;
	}
	return last;
}

static void table_cell(struct list *l, size_t i, const char *text)
{
	const struct list_column *c = &l->columns[i];
	size_t len = strlen(text), width = screen_columns(text, len), wanted = l->widths[i];
	bool cut = l->screen.width > 0 && c->elastic && width > wanted;

	if (cut) {
		len = screen_fit(text, len, wanted - 1);
		width = screen_columns(text, len) + 1;
	}
	size_t pad = wanted > width ? wanted - width : 0;

	if (is_number(c)) {
		buf_printf(&l->out, "%*s", (int)pad, "");
	}
	paint(l, c, text);
	buf_add(&l->out, text, len);
	buf_adds(&l->out, cut ? "\xe2\x80\xa6" : "");
	if (c->type == LIST_STATUS) {
		screen_plain(&l->screen, &l->out);
	}
	if (i != last_shown(l)) {
		buf_printf(&l->out, "%*s", (int)(is_number(c) ? GAP : pad + GAP), "");
	}
}

static void table_line(struct list *l, char *const *cells)
{
	for (size_t i = 0; i < l->n; i++) {
		if (is_shown(l, i)) {
			table_cell(l, i, cells[i]);
		}
	}
	buf_addc(&l->out, '\n');
}

static size_t row_width(const struct list *l)
{
	size_t total = 0;

	for (size_t i = 0; i < l->n; i++) {
		total += is_shown(l, i) ? l->widths[i] + GAP : 0;
	}
	return total - MIN(total, (size_t)GAP);
}

/* Takes what is too much from the widest elastic column, again and again. */
static void shrink(struct list *l)
{
	while (row_width(l) > l->screen.width) {
		size_t widest = l->n;

		for (size_t i = 0; i < l->n; i++) {
			if (is_shown(l, i) && l->columns[i].elastic &&
				l->widths[i] > ELASTIC_LEAST &&
				(widest == l->n || l->widths[i] > l->widths[widest])) {
				widest = i;
			}
		}
		if (widest == l->n) {
			return;
		}
		l->widths[widest]--;
	}
}

/* The last column that can be spared; false: there is none. */
static bool hide_one(struct list *l)
{
	for (size_t i = l->n; i-- > 0;) {
		if (is_shown(l, i) && l->columns[i].spare) {
			l->hidden[i] = true;
			return true;
		}
	}
	return false;
}

static void measure_cells(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		l->widths[i] = is_shown(l, i) ? strlen(l->columns[i].title) : 0;
		for (size_t r = 0; is_shown(l, i) && r < l->n_rows; r++) {
			l->widths[i] = MAX(
				l->widths[i], screen_columns(l->rows[r][i], strlen(l->rows[r][i])));
		}
	}
}

static void measure(struct list *l)
{
	do {
		measure_cells(l);
		if (l->screen.width > 0) {
			shrink(l);
		}
	} while (l->screen.width > 0 && row_width(l) > l->screen.width && hide_one(l));
	l->measured = true;
}

static void table_title(struct list *l)
{
	char *titles[LIST_COLUMNS_MAX] = {0};

	for (size_t i = 0; i < l->n; i++) {
		titles[i] = (char *)(uintptr_t)l->columns[i].title;
	}
	screen_bold(&l->screen, &l->out);
	table_line(l, titles);
	screen_plain(&l->screen, &l->out);
}

void list_free_row(struct list *l, char **row)
{
	for (size_t i = 0; i < l->n; i++) {
		free(row[i]);
		row[i] = NULL;
	}
}

int list_table_release(struct list *l)
{
	int rc = 0;

	if (!l->measured && l->n_rows > 0) {
		measure(l);
		table_title(l);
	}
	for (size_t r = 0; r < l->n_rows; r++) {
		if (rc == 0) {
			table_line(l, l->rows[r]);
			rc = list_flush(l);
		}
		list_free_row(l, l->rows[r]);
	}
	l->n_rows = 0;
	return rc;
}

int list_table_row(struct list *l, const struct list_cell *cells)
{
	char **row = l->rows[l->n_rows++];

	for (size_t i = 0; i < l->n; i++) {
		row[i] = is_shown(l, i) ? shown(&l->columns[i], &cells[i]) : strdup("");
		if (row[i] == NULL) {
			list_free_row(l, row);
			l->n_rows--;
			return -ENOMEM;
		}
	}
	return l->n_rows == LIST_MEASURED_ROWS || l->measured ? list_table_release(l) : 0;
}
