/* read_query.c - the parameters of a request for a list: judged one by one against the list's
 * table. */
#include "read_query.h"

#include "common/addr.h"
#include "common/field.h"
#include <errno.h>
#include <inttypes.h>

enum {
	SUBSTRING_MAX = 256,
	TEXT_MAX = 4096,
	NAMES_MAX = 64, /* parameters of one list */
};

/* What is given besides the filters. */
struct given {
	const char *sort, *order, *limit, *cursor, *total, *count_by;
};

static int invalid(struct err *err, const char *field, const char *sentence)
{
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, field, "%s", sentence);
}

static int out_of_memory(struct err *err)
{
	return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
}

/* "sort", "limit" ... and the filters as a field table, which knows how to find the nearest name.
 */
static int refuse_name(const struct read_query *q, const char *name, struct err *err)
{
	struct field fields[NAMES_MAX] = {{.name = "sort"}, {.name = "order"}, {.name = "limit"},
		{.name = "cursor"}, {.name = "total"}, {.name = "count_by"}};
	struct field_table table = {.name = "parameters", .fields = fields};
	const struct read *r = q->read;
	const char *nearest;

	table.count = q->format == READ_JSON ? 6 : 2; /* an export has no pages */
	for (size_t i = 0; i < r->n_filters && table.count < NAMES_MAX; i++) {
		fields[table.count++].name = r->filters[i].name;
	}
	nearest = field_nearest(&table, name);
	if (nearest != NULL) {
		return err_set(err, -EINVAL, ERR_UNKNOWN_KEY, name,
			"there is no such parameter; did you mean \"%s\"?", nearest);
	}
	return err_set(err, -EINVAL, ERR_UNKNOWN_KEY, name, "there is no such parameter here");
}

static const struct read_filter *find_filter(const struct read *r, const char *name)
{
	for (size_t i = 0; i < r->n_filters; i++) {
		if (strcmp(r->filters[i].name, name) == 0) {
			return &r->filters[i];
		}
	}
	return NULL;
}

static const struct read_column *find_column(const struct read *r, const char *name)
{
	for (size_t i = 0; i < r->n_columns; i++) {
		if (strcmp(r->columns[i].name, name) == 0) {
			return &r->columns[i];
		}
	}
	return NULL;
}

/* A decimal number, nothing around it. */
static int parse_int(const char *text, int64_t *ret)
{
	char *end;
	int64_t n;

	if (text[0] != '-' && (text[0] < '0' || text[0] > '9')) {
		return -EINVAL;
	}
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || end == text) {
		return -EINVAL;
	}
	*ret = n;
	return 0;
}

static int parse_bool(const char *text, int64_t *ret)
{
	static const char *const words[] = {"0", "1", "false", "true", "no", "yes"};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(text, words[i]) == 0) {
			*ret = (int64_t)(i % 2);
			return 0;
		}
	}
	return -EINVAL;
}

static bool is_listed(const char *const *names, const char *word, size_t len)
{
	for (; *names != NULL; names++) {
		if (strlen(*names) == len && memcmp(*names, word, len) == 0) {
			return true;
		}
	}
	return false;
}

/* "red,yellow" -> ",red,yellow,", each a known name. */
static int parse_names(const struct read_filter *f, const char *text, char **ret, struct err *err)
{
	_buf_ struct buf known = BUF_INIT;
	const char *at = text;

	while (true) {
		size_t len = strcspn(at, ",");

		if (!is_listed(f->names, at, len)) {
			for (const char *const *n = f->names; *n != NULL; n++) {
				buf_printf(&known, "%s%s", n == f->names ? "" : ", ", *n);
			}
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, f->name,
				"\"%.*s\" is none of %s", (int)MIN(len, (size_t)64), at,
				buf_cstr(&known));
		}
		if (at[len] == '\0') {
			break;
		}
		at += len + 1;
	}
	return asprintf(ret, ",%s,", text) < 0 ? out_of_memory(err) : 0;
}

static int copy_text(const char *name, const char *text, size_t max, char **ret, struct err *err)
{
	if (strlen(text) > max) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, name, "longer than %zu bytes", max);
	}
	*ret = strdup(text);
	return *ret == NULL ? out_of_memory(err) : 0;
}

static int parse_prefix(const char *name, const char *text, char **ret, struct err *err)
{
	struct prefix p;
	int r = prefix_parse(text, &p, err);

	if (r < 0) {
		err_prefix(err, name, -1);
		return r;
	}
	return copy_text(name, text, PREFIX_TEXT_SIZE, ret, err);
}

/* One filter's value into the form that is bound. */
static int parse_value(
	const struct read_filter *f, const char *text, struct read_bound *b, struct err *err)
{
	switch (f->type) {
	case FILTER_SUBSTRING:
		return copy_text(f->name, text, SUBSTRING_MAX, &b->text, err);
	case FILTER_TEXT:
		return copy_text(f->name, text, TEXT_MAX, &b->text, err);
	case FILTER_ENUM:
		return parse_names(f, text, &b->text, err);
	case FILTER_PREFIX:
		return parse_prefix(f->name, text, &b->text, err);
	case FILTER_INT:
		return parse_int(text, &b->number) == 0
			       ? 0
			       : invalid(err, f->name, "a whole number is expected");
	case FILTER_BOOL:
		break;
	}
	return parse_bool(text, &b->number) == 0 ? 0 : invalid(err, f->name, "1 or 0 is expected");
}

static int add_filter(
	struct read_query *q, const struct read_filter *f, const char *text, struct err *err)
{
	struct read_bound *b = &q->bound[q->n_bound];

	for (size_t i = 0; i < q->n_bound; i++) {
		if (q->bound[i].filter == f) {
			return invalid(err, f->name, "given twice");
		}
	}
	if (text[0] == '\0') {
		return 0;
	}
	b->filter = f;
	q->n_bound++; /* from here on read_query_free() frees it */
	q->joined |= f->joined;
	return parse_value(f, text, b, err);
}

/* Where a parameter of that name is kept; NULL if it is none of these. */
static const char **find_given(struct given *g, enum read_format format, const char *name)
{
	const struct {
		const char *name;
		const char **value;
		bool json_only;
	} table[] = {
		{"sort", &g->sort, false},
		{"order", &g->order, false},
		{"limit", &g->limit, true},
		{"cursor", &g->cursor, true},
		{"total", &g->total, true},
		{"count_by", &g->count_by, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (strcmp(table[i].name, name) == 0) {
			return table[i].json_only && format != READ_JSON ? NULL : table[i].value;
		}
	}
	return NULL;
}

static int take_parameter(
	struct read_query *q, const struct param *p, struct given *g, struct err *err)
{
	const struct read_filter *f = find_filter(q->read, p->name);
	const char **value = find_given(g, q->format, p->name);

	if (f != NULL) {
		return add_filter(q, f, p->value, err);
	}
	if (value == NULL) {
		return refuse_name(q, p->name, err);
	}
	if (*value != NULL) {
		return invalid(err, p->name, "given twice");
	}
	*value = p->value;
	return 0;
}

static bool sorts_by(const struct read_column *c)
{
	return c->sortable;
}

/* The parameter names a column that is none of those it can be. */
static int refuse_column(const struct read *r, const char *parameter, const char *can,
	bool (*fits)(const struct read_column *), struct err *err)
{
	_buf_ struct buf names = BUF_INIT;

	for (size_t i = 0; i < r->n_columns; i++) {
		if (fits(&r->columns[i])) {
			buf_printf(&names, "%s%s", names.len == 0 ? "" : ", ", r->columns[i].name);
		}
	}
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, parameter, "this list can be %s by %s", can,
		names.len == 0 ? "nothing" : buf_cstr(&names));
}

static int take_sort(struct read_query *q, const struct given *g, struct err *err)
{
	const struct read *r = q->read;
	const char *name = g->sort != NULL ? g->sort : r->order;
	const struct read_column *c = name != NULL ? find_column(r, name) : NULL;

	if (name != NULL && (c == NULL || !c->sortable)) {
		return refuse_column(r, "sort", "sorted", sorts_by, err);
	}
	q->descending = g->sort == NULL && r->descending;
	if (g->order != NULL) {
		q->descending = strcmp(g->order, "desc") == 0;
		if (!q->descending && strcmp(g->order, "asc") != 0) {
			return invalid(err, "order", "\"asc\" or \"desc\" is expected");
		}
	}
	if (c != NULL && strcmp(c->sql, r->key) != 0) {
		q->sort = c;
		q->joined |= c->joined;
	}
	return 0;
}

static int take_limit(struct read_query *q, const char *text, struct err *err)
{
	int64_t limit = 0;

	if (text == NULL) {
		return 0;
	}
	if (parse_int(text, &limit) < 0 || limit < 1 || limit > READ_LIMIT_MAX) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "limit",
			"a number from 1 to %d is expected", READ_LIMIT_MAX);
	}
	q->limit = (int)limit;
	return 0;
}

const char *const read_total_names[_READ_TOTALS + 1] = {"always", "cheap", "only"};

static int take_total(struct read_query *q, const char *text, struct err *err)
{
	if (text == NULL) {
		return 0;
	}
	for (int i = 0; i < _READ_TOTALS; i++) {
		if (strcmp(text, read_total_names[i]) == 0) {
			q->total = (enum read_total)i;
			return 0;
		}
	}
	return invalid(err, "total", "\"always\", \"cheap\" or \"only\" is expected");
}

static int take_count_by(struct read_query *q, const char *text, struct err *err)
{
	if (text == NULL || text[0] == '\0') {
		return 0;
	}
	q->count_by = find_column(q->read, text);
	q->total = TOTAL_ONLY;
	if (q->count_by == NULL || !read_counts_by(q->count_by)) {
		return refuse_column(q->read, "count_by", "counted", read_counts_by, err);
	}
	return 0;
}

/* Two requests with the same identity list the same rows in the same order (the direction apart,
 * which cursors add). */
static int identify(struct read_query *q)
{
	struct buf *b = &q->identity;

	buf_printf(b, "%s/%s%c%s", q->read->name, q->read->order != NULL ? q->read->order : "",
		'\0', q->sort != NULL ? q->sort->name : "");
	q->unfiltered = b->len;
	for (size_t i = 0; i < q->read->n_filters;
		i++) { /* in the table's order, not the request's */
		for (size_t k = 0; k < q->n_bound; k++) {
			const struct read_bound *v = &q->bound[k];

			if (v->filter == &q->read->filters[i]) {
				buf_printf(b, "%c%s=%s%" PRId64, '\0', v->filter->name,
					v->text != NULL ? v->text : "", v->number);
			}
		}
	}
	q->undirected = b->len;
	buf_printf(b, "%c%s", '\0', q->descending ? "desc" : "asc");
	return b->failed ? -ENOMEM : 0;
}

static int take_cursor(struct read_query *q, const char *text, struct err *err)
{
	int r;

	if (text == NULL || text[0] == '\0') {
		return 0;
	}
	if (q->limit == 0) {
		return invalid(err, "cursor", "a cursor needs a limit");
	}
	r = cursor_decode(text, &q->identity, &q->cursor, err);
	q->has_cursor = r == 0;
	return r;
}

int read_query_new(const struct read *r, enum read_format format, const struct param *params,
	size_t n, struct read_query **ret, struct err *err)
{
	_cleanup_(read_query_freep) struct read_query *q = calloc(1, sizeof(*q));
	struct given g = {0};
	int rc = 0;

	if (q == NULL) {
		return out_of_memory(err);
	}
	q->read = r;
	q->format = format;
	q->bound = calloc(r->n_filters + 1, sizeof(*q->bound));
	if (q->bound == NULL) {
		return out_of_memory(err);
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = take_parameter(q, &params[i], &g, err);
	}
	if (rc < 0 || (rc = take_sort(q, &g, err)) < 0 || (rc = take_limit(q, g.limit, err)) < 0 ||
		(rc = take_total(q, g.total, err)) < 0 ||
		(rc = take_count_by(q, g.count_by, err)) < 0) {
		return rc;
	}
	if (identify(q) < 0) {
		return out_of_memory(err);
	}
	rc = take_cursor(q, g.cursor, err);
	if (rc == 0) {
		*ret = steal(q);
	}
	return rc;
}

bool read_query_is_short(const struct read_query *q)
{
	return q->limit != 0 || q->total == TOTAL_ONLY;
}

void read_query_free(struct read_query *q)
{
	if (q == NULL) {
		return;
	}
	for (size_t i = 0; i < q->n_bound; i++) {
		free(q->bound[i].text);
	}
	free(q->bound);
	buf_done(&q->identity);
	cursor_done(&q->cursor);
	buf_done(&q->spans);
	free(q);
}
