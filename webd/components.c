/* components.c - gathers the named schemas of openapi.json from the reads, the shapes and the field
 * tables. */
#include "webd/components.h"

#include "common/config.h"
#include "proto/errors.h"
#include "webd/forward.h"
#include "webd/query.h"
#include "webd/routes.h"
#include "webd/shape.h"

const char *component_of_read(const struct route *r, char out[COMPONENT_NAME_SIZE])
{
	snprintf(out, COMPONENT_NAME_SIZE, "%s%s", r->read->row,
		route_is_row(r) ? "Answer" : "List");
	return out;
}

/* --- what lists and rows are wrapped in --- */

static void print_answer(const struct read *r, struct jsonw *w)
{
	char name[COMPONENT_NAME_SIZE];
	const struct member members[] = {
		{"status", MEMBER_TEXT, .words = (const char *const[]){"success", NULL}},
		{"message", MEMBER_TEXT, "After a change: what was done.", MEMBER_OPTIONAL},
		{query_member(r), MEMBER_OF, .of = r->row},
	};

	snprintf(name, sizeof(name), "%sAnswer", r->row);
	shape_print(&(struct shape){name, NULL, members, ARRAY_SIZE(members)}, w);
}

static void print_list(const struct read *r, struct jsonw *w)
{
	char name[COMPONENT_NAME_SIZE];
	const struct member members[] = {
		{"status", MEMBER_TEXT, .words = (const char *const[]){"success", NULL}},
		{r->name, MEMBER_OF, .flags = MEMBER_LIST, .of = r->row},
		{"count", MEMBER_INT, "Rows in this answer."},
		{"total", MEMBER_INT, "With limit: rows on all pages; see the parameter total.",
			MEMBER_OPTIONAL},
		{"counts", MEMBER_OF, "With count_by: the values that rows have, and how many.",
			MEMBER_OPTIONAL | MEMBER_LIST, .of = "ValueCount"},
		{"next", MEMBER_TEXT, "With limit: the cursor of the next page; null at the end.",
			MEMBER_OPTIONAL | MEMBER_NULLABLE},
	};

	snprintf(name, sizeof(name), "%sList", r->row);
	shape_print(&(struct shape){name, NULL, members, ARRAY_SIZE(members)}, w);
}

static bool is_first(const struct route *rows, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (rows[k].read == rows[i].read && rows[k].format == READ_JSON &&
			route_is_row(&rows[k]) == route_is_row(&rows[i])) {
			return false;
		}
	}
	return true;
}

static void print_reads(struct jsonw *w)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	for (size_t i = 0; i < n; i++) {
		const struct read *r = rows[i].read;

		if (r == NULL || rows[i].format != READ_JSON || !is_first(rows, i)) {
			continue;
		}
		if (route_is_row(&rows[i])) {
			print_answer(r, w);
		} else {
			print_list(r, w);
			jsonw_key(w, r->row);
			read_print_schema(r, w);
		}
	}
}

/* --- what scannerd takes and gives --- */

static bool is_said_before(const struct route *rows, size_t i, const char *takes)
{
	for (size_t k = 0; k < i; k++) {
		if (rows[k].forward != NULL && rows[k].forward->takes != NULL &&
			strcmp(rows[k].forward->takes, takes) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_shape(const char *name)
{
	const struct shape *shapes;
	size_t n = shapes_all(&shapes);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(shapes[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

static void print_bodies(struct jsonw *w)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	for (size_t i = 0; i < n; i++) {
		const struct forward *f = rows[i].forward;
		struct field space[FORWARD_FIELDS_MAX];
		struct field_table table;

		if (f == NULL || f->takes == NULL || is_shape(f->takes) ||
			is_said_before(rows, i, f->takes)) {
			continue;
		}
		forward_body_table(f, space, &table);
		table.name = f->takes;
		table.doc = NULL;
		jsonw_key(w, f->takes);
		field_print_schema(&table, w);
	}
}

/* The configuration as people exchange it: without what only an editor of the file may change. */
static void print_config(struct jsonw *w)
{
	enum { CONFIG_FIELDS_MAX = 32 };
	struct field fields[CONFIG_FIELDS_MAX];
	struct field_table table = config_table;

	table.fields = fields;
	table.count = 0;
	for (size_t i = 0; i < config_table.count && table.count < CONFIG_FIELDS_MAX; i++) {
		if ((config_table.fields[i].flags & FIELD_LOCKED) == 0) {
			fields[table.count++] = config_table.fields[i];
		}
	}
	jsonw_key(w, "Config");
	field_print_answer_schema(&table, w);
	table.name = "ConfigInput";
	jsonw_key(w, table.name);
	field_print_schema(&table, w);
	jsonw_key(w, limits_table.name);
	field_print_answer_schema(&limits_table, w);
	jsonw_key(w, rule_table.name);
	field_print_schema(&rule_table, w);
	jsonw_key(w, scan_progress_table.name);
	field_print_answer_schema(&scan_progress_table, w);
}

/* --- errors --- */

static void print_error_answer(struct jsonw *w)
{
	jsonw_kobject(w, "responses");
	jsonw_kobject(w, "Error");
	jsonw_kstr(w, "description", "Refused or failed; the message says why.");
	jsonw_kobject(w, "content");
	jsonw_kobject(w, "application/json");
	jsonw_key(w, "schema");
	shape_print_reference(w, "Error");
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
}

static void print_code(struct jsonw *w, const char *code, int http, const char *doc)
{
	jsonw_kobject(w, code);
	jsonw_kint(w, "status", http);
	jsonw_kstr(w, "description", doc);
	jsonw_end(w);
}

static void print_codes(struct jsonw *w)
{
	const struct error_row *rows;
	size_t n = error_rows(&rows);

	jsonw_kobject(w, "x-error-codes");
	for (size_t i = 0; i < n; i++) {
		if (rows[i].code != ERR_NONE) {
			print_code(w, err_code_name(rows[i].code), rows[i].http, rows[i].doc);
		}
	}
	print_code(w, "method_not_allowed", 405, "The address does not know this method.");
	print_code(w, "length_required", 411, "A body must come with its Content-Length.");
	jsonw_end(w);
}

void components_print(struct jsonw *w)
{
	const struct shape *shapes;
	size_t n = shapes_all(&shapes);

	jsonw_kobject(w, "components");
	jsonw_kobject(w, "schemas");
	for (size_t i = 0; i < n; i++) {
		shape_print(&shapes[i], w);
	}
	print_reads(w);
	print_bodies(w);
	print_config(w);
	jsonw_end(w);
	print_error_answer(w);
	jsonw_end(w);
	print_codes(w);
}
