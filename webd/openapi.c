/* openapi.c - prints OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0) from the routes, the reads
 * and the field tables. */
#include "webd/openapi.h"

#include "common/config.h"
#include "common/jsonw.h"
#include "common/options.h"
#include "proto/errors.h"
#include "webd/exchange.h"
#include "webd/forward.h"
#include "webd/query.h"
#include "webd/routes.h"

static void describe(struct jsonw *w, const char *text)
{
	jsonw_kstr(w, "description", text);
}

/* --- parameters --- */

static void print_path_parameter(struct jsonw *w)
{
	jsonw_karray(w, "parameters");
	jsonw_object(w);
	jsonw_kstr(w, "name", "id");
	jsonw_kstr(w, "in", "path");
	jsonw_kbool(w, "required", true);
	jsonw_kobject(w, "schema");
	jsonw_kstr(w, "type", "integer");
	jsonw_kstr(w, "format", "int64");
	jsonw_kint(w, "minimum", 1);
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
}

static void print_query_row(const struct query_row *q, struct jsonw *w)
{
	bool number = q->min != 0 || q->max != 0;

	jsonw_object(w);
	jsonw_kstr(w, "name", q->name);
	jsonw_kstr(w, "in", "query");
	describe(w, q->doc);
	jsonw_kbool(w, "required", q->required);
	jsonw_kobject(w, "schema");
	jsonw_kstr(w, "type", number ? "integer" : "string");
	if (number) {
		jsonw_kint(w, "minimum", q->min);
		jsonw_kint(w, "maximum", q->max);
	}
	jsonw_end(w);
	jsonw_end(w);
}

static bool is_row(const struct route *r)
{
	return r->read != NULL && r->read_id_filter == NULL && strstr(r->path, "{id}") != NULL;
}

static void print_parameters(const struct route *r, struct jsonw *w)
{
	if (r->read != NULL && !is_row(r)) {
		jsonw_key(w, "parameters");
		read_print_parameters(r->read, w);
	} else if (r->n_query > 0) {
		jsonw_karray(w, "parameters");
		for (size_t i = 0; i < r->n_query; i++) {
			print_query_row(&r->query[i], w);
		}
		jsonw_end(w);
	}
}

/* --- bodies --- */

static void begin_json_content(struct jsonw *w)
{
	jsonw_kobject(w, "content");
	jsonw_kobject(w, "application/json");
	jsonw_key(w, "schema");
}

static void end_json_content(struct jsonw *w)
{
	jsonw_end(w);
	jsonw_end(w);
}

static void print_body(const struct route *r, struct jsonw *w)
{
	struct field space[FORWARD_FIELDS_MAX];
	struct field_table table;

	if (r->method == HTTP_PUT && r->code != NULL) { /* the configuration */
		jsonw_kobject(w, "requestBody");
		jsonw_kbool(w, "required", true);
		begin_json_content(w);
		jsonw_object(w);
		jsonw_kstr(w, "$ref", "#/components/schemas/Config");
		jsonw_end(w);
	} else if (r->forward != NULL && r->forward->body) {
		jsonw_kobject(w, "requestBody");
		begin_json_content(w);
		forward_body_table(r->forward, space, &table);
		field_print_schema(&table, w);
	} else {
		return;
	}
	end_json_content(w);
	jsonw_end(w);
}

/* --- answers --- */

static void print_const(struct jsonw *w, const char *key, const char *value)
{
	jsonw_kobject(w, key);
	jsonw_kstr(w, "const", value);
	jsonw_end(w);
}

static void print_typed(struct jsonw *w, const char *key, const char *type)
{
	jsonw_kobject(w, key);
	jsonw_kstr(w, "type", type);
	jsonw_end(w);
}

static void print_reference(struct jsonw *w, const char *read_name)
{
	char reference[96];

	snprintf(reference, sizeof(reference), "#/components/schemas/%s_row", read_name);
	jsonw_object(w);
	jsonw_kstr(w, "$ref", reference);
	jsonw_end(w);
}

static void print_list_answer(const struct read *r, struct jsonw *w)
{
	print_typed(w, "count", "integer");
	jsonw_kobject(w, r->name);
	jsonw_kstr(w, "type", "array");
	jsonw_key(w, "items");
	print_reference(w, r->name);
	jsonw_end(w);
	print_typed(w, "total", "integer");
	jsonw_kobject(w, "next");
	jsonw_karray(w, "type");
	jsonw_str(w, "string");
	jsonw_str(w, "null");
	jsonw_end(w);
	describe(w, "The cursor of the next page; null at the end.");
	jsonw_end(w);
}

static void print_forward_answer(const struct forward *f, struct jsonw *w)
{
	const struct field_table *out = scanner_interface.methods[f->method].out;

	if (f->message != NULL) {
		print_typed(w, "message", "string");
	}
	if (f->after == FORWARD_ROW) {
		jsonw_key(w, "server");
		print_reference(w, servers_read.name);
	} else if (f->after == FORWARD_SCAN) {
		print_typed(w, "scan", "object");
	}
	for (size_t i = 0; f->after == FORWARD_PLAIN && i < out->count; i++) {
		const char *type = out->fields[i].type == FIELD_INT ? "integer" : "object";

		print_typed(w, out->fields[i].name, type);
	}
}

static void print_answer_schema(const struct route *r, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_kstr(w, "type", "object");
	jsonw_kobject(w, "properties");
	if (r->read != NULL || r->forward != NULL) {
		print_const(w, "status", "success");
	}
	if (is_row(r)) {
		jsonw_key(w, query_member(r->read));
		print_reference(w, r->read->name);
	} else if (r->read != NULL) {
		print_list_answer(r->read, w);
	} else if (r->forward != NULL) {
		print_forward_answer(r->forward, w);
	}
	jsonw_end(w);
	jsonw_end(w);
}

static void print_success(const struct route *r, struct jsonw *w)
{
	char status[8];

	snprintf(status, sizeof(status), "%d", r->forward != NULL ? r->forward->status : 200);
	jsonw_kobject(w, status);
	describe(w, r->doc);
	if (r->answers != NULL) {
		jsonw_kobject(w, "content");
		jsonw_kobject(w, r->answers);
		jsonw_end(w);
		jsonw_end(w);
	} else {
		begin_json_content(w);
		print_answer_schema(r, w);
		end_json_content(w);
	}
	jsonw_end(w);
}

static void print_answers(const struct route *r, struct jsonw *w)
{
	jsonw_kobject(w, "responses");
	print_success(r, w);
	jsonw_kobject(w, "default");
	jsonw_kstr(w, "$ref", "#/components/responses/Error");
	jsonw_end(w);
	jsonw_end(w);
}

/* --- the document --- */

static const char *const verbs[_HTTP_METHODS] = {"get", "post", "put", "delete"};

/* "get_api_servers_id_changes" */
static void print_operation_id(const struct route *r, struct jsonw *w)
{
	_buf_ struct buf id = BUF_INIT;

	buf_adds(&id, verbs[r->method]);
	for (const char *p = r->path; *p != '\0'; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');

		if (letter) {
			buf_addc(&id, *p);
		} else if (*p == '/' || *p == '.') {
			buf_addc(&id, '_');
		}
	}
	jsonw_kstr(w, "operationId", buf_cstr(&id));
}

static void print_operation(const struct route *r, struct jsonw *w)
{

	jsonw_kobject(w, verbs[r->method]);
	print_operation_id(r, w);
	jsonw_kstr(w, "summary", r->doc);
	jsonw_kstr(w, "x-role", role_names[r->role]);
	print_parameters(r, w);
	print_body(r, w);
	print_answers(r, w);
	jsonw_end(w);
}

static bool is_first_of_path(const struct route *rows, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(rows[k].path, rows[i].path) == 0) {
			return false;
		}
	}
	return true;
}

static void print_paths(struct jsonw *w)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	jsonw_kobject(w, "paths");
	for (size_t i = 0; i < n; i++) {
		if (!is_first_of_path(rows, i)) {
			continue;
		}
		jsonw_kobject(w, rows[i].path);
		if (strstr(rows[i].path, "{id}") != NULL) {
			print_path_parameter(w);
		}
		for (size_t k = i; k < n; k++) {
			if (strcmp(rows[k].path, rows[i].path) == 0) {
				print_operation(&rows[k], w);
			}
		}
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void print_error_schema(struct jsonw *w)
{
	const struct error_row *rows;
	size_t n = error_rows(&rows);

	jsonw_kobject(w, "Error");
	jsonw_kstr(w, "type", "object");
	jsonw_kobject(w, "properties");
	print_const(w, "status", "error");
	jsonw_kobject(w, "code");
	jsonw_kstr(w, "type", "string");
	jsonw_karray(w, "examples");
	for (size_t i = 0; i < n; i++) {
		if (rows[i].code != ERR_NONE) {
			jsonw_str(w, err_code_name(rows[i].code));
		}
	}
	jsonw_end(w);
	jsonw_end(w);
	print_typed(w, "message", "string");
	print_typed(w, "field", "string");
	jsonw_end(w);
	jsonw_karray(w, "required");
	jsonw_str(w, "status");
	jsonw_str(w, "code");
	jsonw_str(w, "message");
	jsonw_end(w);
	jsonw_end(w);
}

static void print_error_answer(struct jsonw *w)
{
	jsonw_kobject(w, "responses");
	jsonw_kobject(w, "Error");
	describe(w, "Refused or failed; the message says why.");
	begin_json_content(w);
	jsonw_object(w);
	jsonw_kstr(w, "$ref", "#/components/schemas/Error");
	jsonw_end(w);
	end_json_content(w);
	jsonw_end(w);
	jsonw_end(w);
}

/* The first route that answers rows of this list as JSON. */
static bool is_first_of_read(const struct route *rows, size_t i)
{
	if (rows[i].read == NULL || rows[i].format != READ_JSON) {
		return false;
	}
	for (size_t k = 0; k < i; k++) {
		if (rows[k].read == rows[i].read && rows[k].format == READ_JSON) {
			return false;
		}
	}
	return true;
}

static void print_components(struct jsonw *w)
{
	const struct route *rows;
	size_t n = routes_all(&rows);
	char name[96];

	jsonw_kobject(w, "components");
	jsonw_kobject(w, "schemas");
	print_error_schema(w);
	jsonw_key(w, "Config");
	field_print_schema(&config_table, w);
	for (size_t i = 0; i < n; i++) {
		if (is_first_of_read(rows, i)) {
			snprintf(name, sizeof(name), "%s_row", rows[i].read->name);
			jsonw_key(w, name);
			read_print_schema(rows[i].read, w);
		}
	}
	jsonw_end(w);
	print_error_answer(w);
	jsonw_end(w);
}

void openapi_print(struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "openapi", "3.1.0");
	jsonw_kobject(&w, "info");
	jsonw_kstr(&w, "title", "backup-checker");
	jsonw_kstr(&w, "version", BACKUP_CHECKER_VERSION_TEXT);
	describe(&w, "Which of my servers has no good, recent backup? Requests that change "
		     "something need the header \"Content-Type: application/json\" or "
		     "\"X-Requested-With: backup-checker\".");
	jsonw_end(&w);
	print_paths(&w);
	print_components(&w);
	jsonw_end(&w);
	buf_addc(out, '\n');
}

void openapi_get(struct exchange *x)
{
	_buf_ struct buf out = BUF_INIT;

	openapi_print(&out);
	exchange_json(x, 200, &out);
}
