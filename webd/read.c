/* read.c - answers a request for a list in its format, reads one row, and prints what the tables
 * say for the API document. */
#include "read.h"

#include "read_answer.h"
#include <errno.h>

static const struct format {
	int (*write)(struct answer *a, struct err *err);
	const char *content_type;
	const char *suffix;
} formats[] = {
	[READ_JSON] = {read_json, "application/json", NULL},
	[READ_CSV] = {read_csv, "text/csv; charset=utf-8; header=present", "csv"},
	[READ_XLSX] = {read_xlsx,
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
};

static int answer(struct answer *a, const struct format *format, struct err *err)
{
	if (stream_is_head(a->stream)) {
		answer_begin(a, -1);
		return 0;
	}
	return format->write(a, err);
}

void read_query_run(struct read_query *q, struct reader *reader, struct stream *out)
{
	const struct format *format = &formats[q->format];
	struct answer a = {.q = q,
		.reader = reader,
		.stream = out,
		.content_type = format->content_type,
		.suffix = format->suffix};
	struct err err = {0};
	int r;

	if (reader == NULL) {
		err_set(&err, 0, ERR_UNAVAILABLE, NULL, "the server is stopping");
		stream_fail(out, &err);
		return;
	}
	a.db = reader_begin(reader, &err);
	if (a.db != NULL) {
		read_skip(&a);
		r = answer(&a, format, &err);
	} else {
		r = -EAGAIN;
	}
	if (r < 0) {
		stream_fail(out, &err);
	} else {
		stream_end(out);
	}
	if (r == 0 && a.keep_order) {
		read_keep_order(&a);
	}
	if (r == 0 && q->total == TOTAL_CHEAP) { /* a person, who will sort and search */
		read_keep_sketch(&a);
	}
	reader_end(reader);
	buf_done(&a.buf);
}

int read_one(const struct read *r, struct db *db, int64_t key, struct jsonw *w, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	_buf_ struct buf sql = BUF_INIT;
	int rc;

	buf_adds(&sql, "SELECT ");
	for (size_t i = 0; i < r->n_columns; i++) {
		buf_printf(&sql, "%s%s", i == 0 ? "" : ", ", r->columns[i].sql);
	}
	buf_printf(&sql, " FROM %s WHERE ", r->from);
	for (const char *p = r->lookup != NULL ? r->lookup : r->key; *p != '\0'; p++) {
		buf_addc(&sql, *p);
		if (*p == '?') {
			buf_addc(&sql, '1');
		}
	}
	buf_adds(&sql, r->lookup != NULL ? "" : " = ?1");
	if (sql.failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = sqlite3_prepare_v2(db_handle(db), buf_cstr(&sql), -1, &st, NULL);
	rc = rc == SQLITE_OK ? sqlite3_bind_int64(st, 1, key) : rc;
	rc = rc == SQLITE_OK ? db_step(db, st) : db_errno(rc);
	if (rc < 0) {
		return err_set(err, rc, ERR_DATABASE, NULL, "reading the database: %s",
			sqlite3_errmsg(db_handle(db)));
	}
	if (rc == 0) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, NULL, "there is no such entry");
	}
	read_json_row(r, st, w);
	return w->out->failed ? err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory") : 0;
}

static void print_names(const char *const *names, bool nullable, struct jsonw *w)
{
	jsonw_karray(w, "enum");
	for (; *names != NULL; names++) {
		jsonw_str(w, *names);
	}
	if (nullable) {
		jsonw_null(w);
	}
	jsonw_end(w);
}

static void print_array(const struct read_column *c, struct jsonw *w)
{
	jsonw_kstr(w, "type", "array");
	jsonw_kobject(w, "items");
	jsonw_kstr(w, "type", c->type == COLUMN_INTS ? "integer" : "string");
	if (c->names != NULL) {
		print_names(c->names, false, w);
	}
	jsonw_end(w);
}

static void print_type(const struct read_column *c, struct jsonw *w)
{
	static const struct {
		const char *type, *format;
	} types[] = {
		[COLUMN_INT] = {"integer", "int64"},
		[COLUMN_TEXT] = {"string", NULL},
		[COLUMN_BYTES] = {"string", NULL},
		[COLUMN_BOOL] = {"boolean", NULL},
		[COLUMN_TIME] = {"string", "date-time"},
		[COLUMN_TIME_NS] = {"string", "date-time"},
		[COLUMN_JSON] = {"object", NULL},
	};

	if (c->type == COLUMN_STRINGS || c->type == COLUMN_INTS) {
		print_array(c, w);
		return;
	}
	if (c->nullable) {
		jsonw_karray(w, "type");
		jsonw_str(w, types[c->type].type);
		jsonw_str(w, "null");
		jsonw_end(w);
	} else {
		jsonw_kstr(w, "type", types[c->type].type);
	}
	if (types[c->type].format != NULL) {
		jsonw_kstr(w, "format", types[c->type].format);
	}
	if (c->names != NULL) {
		print_names(c->names, c->nullable, w);
	}
}

static void print_twin(const struct read_column *c, struct jsonw *w)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_b64", c->name);
	jsonw_kobject(w, name);
	jsonw_kstr(w, "type", "string");
	jsonw_kstr(w, "contentEncoding", "base64");
	jsonw_kstr(w, "description", "The exact bytes, when they are no UTF-8.");
	jsonw_end(w);
}

void read_print_schema(const struct read *r, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_kstr(w, "type", "object");
	jsonw_kstr(w, "description", r->doc);
	jsonw_kobject(w, "properties");
	for (size_t i = 0; i < r->n_columns; i++) {
		jsonw_kobject(w, r->columns[i].name);
		print_type(&r->columns[i], w);
		jsonw_kstr(w, "description", r->columns[i].doc);
		jsonw_end(w);
		if (r->columns[i].type == COLUMN_BYTES) {
			print_twin(&r->columns[i], w);
		}
	}
	jsonw_end(w);
	jsonw_karray(w, "required");
	for (size_t i = 0; i < r->n_columns; i++) {
		jsonw_str(w, r->columns[i].name);
	}
	jsonw_end(w);
	jsonw_end(w);
}

/* {"name","in":"query","description","schema":{ - the caller fills the schema and ends twice. */
static void begin_parameter(struct jsonw *w, const char *name, const char *doc)
{
	jsonw_object(w);
	jsonw_kstr(w, "name", name);
	jsonw_kstr(w, "in", "query");
	jsonw_kstr(w, "description", doc);
	jsonw_kobject(w, "schema");
}

static void end_parameter(struct jsonw *w)
{
	jsonw_end(w);
	jsonw_end(w);
}

static void print_filter(const struct read_filter *f, struct jsonw *w)
{
	begin_parameter(w, f->name, f->doc);
	switch (f->type) {
	case FILTER_INT:
		jsonw_kstr(w, "type", "integer");
		break;
	case FILTER_BOOL:
		jsonw_kstr(w, "type", "boolean");
		break;
	case FILTER_ENUM:
		jsonw_kstr(w, "type", "array");
		jsonw_kobject(w, "items");
		jsonw_kstr(w, "type", "string");
		print_names(f->names, false, w);
		jsonw_end(w);
		break;
	case FILTER_SUBSTRING:
	case FILTER_TEXT:
	case FILTER_PREFIX:
		jsonw_kstr(w, "type", "string");
		break;
	}
	jsonw_end(w);
	if (f->type == FILTER_ENUM) { /* status=red,yellow */
		jsonw_kstr(w, "style", "form");
		jsonw_kbool(w, "explode", false);
	}
	jsonw_end(w);
}

static void print_sort(const struct read *r, struct jsonw *w)
{
	begin_parameter(w, "sort", "The column to sort by.");
	jsonw_kstr(w, "type", "string");
	jsonw_karray(w, "enum");
	for (size_t i = 0; i < r->n_columns; i++) {
		if (r->columns[i].sortable) {
			jsonw_str(w, r->columns[i].name);
		}
	}
	jsonw_end(w);
	if (r->order != NULL) {
		jsonw_kstr(w, "default", r->order);
	}
	end_parameter(w);
	begin_parameter(w, "order", "The direction of the sort.");
	jsonw_kstr(w, "type", "string");
	print_names((const char *const[]){"asc", "desc", NULL}, false, w);
	end_parameter(w);
}

static void print_count_by(const struct read *r, struct jsonw *w)
{
	bool begun = false;

	for (size_t i = 0; i < r->n_columns; i++) {
		if (!read_counts_by(&r->columns[i])) {
			continue;
		}
		if (!begun) {
			begin_parameter(w, "count_by",
				"Instead of rows: how many there are of each value of this "
				"column.");
			jsonw_kstr(w, "type", "string");
			jsonw_karray(w, "enum");
			begun = true;
		}
		jsonw_str(w, r->columns[i].name);
	}
	if (begun) {
		jsonw_end(w);
		end_parameter(w);
	}
}

void read_print_parameters(const struct read *r, struct jsonw *w)
{
	jsonw_array(w);
	print_sort(r, w);
	begin_parameter(w, "limit", "Answer one page of so many rows; without it, every row.");
	jsonw_kstr(w, "type", "integer");
	jsonw_kint(w, "minimum", 1);
	jsonw_kint(w, "maximum", READ_LIMIT_MAX);
	end_parameter(w);
	begin_parameter(w, "cursor",
		"The \"next\" of the page before, asked with the same sort and filters.");
	jsonw_kstr(w, "type", "string");
	end_parameter(w);
	begin_parameter(w, "total",
		"Whether a page says how many rows there are on all: always; cheap: only where it "
		"takes no other look at every row; only: that, and no row.");
	jsonw_kstr(w, "type", "string");
	print_names(read_total_names, false, w);
	jsonw_kstr(w, "default", read_total_names[TOTAL_ALWAYS]);
	end_parameter(w);
	print_count_by(r, w);
	for (size_t i = 0; i < r->n_filters; i++) {
		print_filter(&r->filters[i], w);
	}
	jsonw_end(w);
}
