/* openapi.c - prints OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0) from the routes, the reads
 * and the field tables. */
#include "webd/openapi.h"

#include "common/jsonw.h"
#include "common/options.h"
#include "webd/components.h"
#include "webd/events.h"
#include "webd/exchange.h"
#include "webd/forward.h"
#include "webd/routes.h"
#include "webd/shape.h"

static void describe(struct jsonw *w, const char *text)
{
	jsonw_kstr(w, "description", text);
}

/* --- parameters --- */

static void print_path_parameter(const char *path, struct jsonw *w)
{
	bool number = strstr(path, "{id}") != NULL;

	jsonw_karray(w, "parameters");
	jsonw_object(w);
	jsonw_kstr(w, "name", number ? "id" : "name");
	jsonw_kstr(w, "in", "path");
	jsonw_kbool(w, "required", true);
	jsonw_kobject(w, "schema");
	jsonw_kstr(w, "type", number ? "integer" : "string");
	if (number) {
		jsonw_kstr(w, "format", "int64");
		jsonw_kint(w, "minimum", 1);
	}
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

static void print_if_match(struct jsonw *w)
{
	jsonw_object(w);
	jsonw_kstr(w, "name", "If-Match");
	jsonw_kstr(w, "in", "header");
	describe(w, "The ETag that was edited: 412 if it is no longer the present one.");
	jsonw_kbool(w, "required", false);
	jsonw_kobject(w, "schema");
	jsonw_kstr(w, "type", "string");
	jsonw_end(w);
	jsonw_end(w);
}

static void print_parameters(const struct route *r, struct jsonw *w)
{
	if (r->read != NULL && !route_is_row(r)) {
		jsonw_key(w, "parameters");
		read_print_parameters(r->read, w);
	} else if (r->tagged && r->method != HTTP_GET) {
		jsonw_karray(w, "parameters");
		print_if_match(w);
		jsonw_end(w);
	} else if (r->n_query > 0) {
		jsonw_karray(w, "parameters");
		for (size_t i = 0; i < r->n_query; i++) {
			print_query_row(&r->query[i], w);
		}
		jsonw_end(w);
	}
}

/* --- bodies and answers --- */

static void print_json_content(struct jsonw *w, const char *component)
{
	jsonw_kobject(w, "content");
	jsonw_kobject(w, "application/json");
	jsonw_key(w, "schema");
	shape_print_reference(w, component);
	jsonw_end(w);
	jsonw_end(w);
}

/* A body may be absent if nothing in it is required. */
static bool needs_body(const struct route *r)
{
	struct field space[FORWARD_FIELDS_MAX];
	struct field_table table;

	if (r->forward == NULL) {
		return true;
	}
	forward_body_table(r->forward, space, &table);
	for (size_t i = 0; i < table.count; i++) {
		if ((table.fields[i].flags & FIELD_REQUIRED) != 0) {
			return true;
		}
	}
	return false;
}

static void print_body(const struct route *r, struct jsonw *w)
{
	const char *takes = r->forward != NULL ? r->forward->takes : r->takes;

	if (takes != NULL) {
		jsonw_kobject(w, "requestBody");
		jsonw_kbool(w, "required", needs_body(r));
		print_json_content(w, takes);
		jsonw_end(w);
	}
}

static void print_header(struct jsonw *w, const char *name, const char *doc)
{
	jsonw_kobject(w, "headers");
	jsonw_kobject(w, name);
	describe(w, doc);
	jsonw_kobject(w, "schema");
	jsonw_kstr(w, "type", "string");
	jsonw_end(w);
	jsonw_end(w);
	jsonw_end(w);
}

/* What is sent instead of JSON. OpenAPI has no words for the events in a stream. */
static void print_other_content(const struct route *r, struct jsonw *w)
{
	static const char *const events[][2] = {
		{"hello", "HelloEvent"},
		{"progress", "ScanProgress"},
		{"changed", "ChangedEvent"},
		{"heartbeat", "HeartbeatEvent"},
	};

	jsonw_kobject(w, "content");
	jsonw_kobject(w, r->answers);
	if (strncmp(r->answers, "text/", 5) == 0) {
		jsonw_kobject(w, "schema");
		jsonw_kstr(w, "type", "string");
		jsonw_end(w);
	}
	if (r->code == events_serve) {
		jsonw_kobject(w, "x-events");
		for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
			jsonw_key(w, events[i][0]);
			shape_print_reference(w, events[i][1]);
		}
		jsonw_end(w);
	}
	jsonw_end(w);
	jsonw_end(w);
}

static void print_answer(const struct route *r, int status, const char *component, struct jsonw *w)
{
	char text[8];

	snprintf(text, sizeof(text), "%d", status);
	jsonw_kobject(w, text);
	describe(w, r->doc);
	if (r->tagged) {
		print_header(w, "ETag", "The revision, in quotes.");
	} else if (status == 201) {
		print_header(w, "Location", "The address of what was added.");
	}
	if (component != NULL) {
		print_json_content(w, component);
	} else {
		print_other_content(r, w);
	}
	jsonw_end(w);
}

static void print_answers(const struct route *r, struct jsonw *w)
{
	char name[COMPONENT_NAME_SIZE];
	const struct forward *f = r->forward;

	jsonw_kobject(w, "responses");
	if (r->answers != NULL) {
		print_answer(r, 200, NULL, w);
	} else if (f != NULL) {
		print_answer(r, f->status, f->answers, w);
	} else {
		print_answer(r, 200, r->read != NULL ? component_of_read(r, name) : r->schema, w);
	}
	if (f != NULL && f->after == FORWARD_SCAN) { /* it was waited for, and has ended */
		print_answer(r, 200, "ScanAnswer", w);
	}
	if (r->broken != NULL) {
		print_answer(r, 503, r->broken, w);
	}
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
	if (r->path[1] == '\0') {
		buf_adds(&id, "index");
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
		if (strchr(rows[i].path, '{') != NULL) {
			print_path_parameter(rows[i].path, w);
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

void openapi_print(struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "openapi", "3.1.0");
	jsonw_kobject(&w, "info");
	jsonw_kstr(&w, "title", "backup-checker");
	jsonw_kstr(&w, "version", BACKUP_CHECKER_VERSION);
	describe(&w, "Which of my servers has no good, recent backup? Requests that change "
		     "something need the header \"Content-Type: application/json\" or "
		     "\"X-Requested-With: backup-checker\".");
	jsonw_end(&w);
	print_paths(&w);
	components_print(&w);
	jsonw_end(&w);
	buf_addc(out, '\n');
}

void openapi_get(struct exchange *x)
{
	_buf_ struct buf out = BUF_INIT;

	openapi_print(&out);
	exchange_json(x, 200, &out);
}
