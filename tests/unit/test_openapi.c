// needs: webd proto common
/* test_openapi.c - the API's description is whole, and the committed one is what the program
 * prints. */
#include "webd/openapi.h"

#include "common/json.h"
#include "webd/routes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { FILE_MAX = 1 << 20 };

static cJSON *printed(void)
{
	_buf_ struct buf out = BUF_INIT;
	struct err err = {0};
	cJSON *json = NULL;

	openapi_print(&out);
	assert_false(out.failed);
	if (json_parse(out.data, out.len, &json, &err) < 0) {
		fail_msg("%s", err.message);
	}
	return json;
}

static void test_the_committed_document_is_the_printed_one(void **state)
{
	_fclose_ FILE *file = fopen("webd/openapi.json", "re");
	_buf_ struct buf out = BUF_INIT;
	_free_ char *committed = malloc(FILE_MAX);
	size_t len;

	(void)state;
	assert_non_null(file);
	assert_non_null(committed);
	len = fread(committed, 1, FILE_MAX, file);
	openapi_print(&out);
	if (len != out.len || memcmp(committed, out.data, len) != 0) {
		fail_msg("webd/openapi.json differs from `webd --print-openapi`; make print");
	}
}

static void test_every_route_is_described(void **state)
{
	static const char *const verbs[] = {"get", "post", "put", "delete"};
	_json_ cJSON *json = printed();
	const struct route *rows;
	size_t n = routes_all(&rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const cJSON *path = json_get(json_get(json, "paths"), rows[i].path);
		const cJSON *operation = json_get(path, verbs[rows[i].method]);

		assert_non_null(operation);
		assert_string_equal(json_get_string(operation, "summary"), rows[i].doc);
		assert_non_null(json_get(json_get(operation, "responses"), "default"));
		assert_int_equal(
			json_get(path, "parameters") != NULL, strchr(rows[i].path, '{') != NULL);
	}
}

/* What answers with JSON names the component that says how, and so does what takes a body. */
static void test_every_json_answer_and_body_has_a_named_schema(void **state)
{
	_json_ cJSON *json = printed();
	const cJSON *path, *operation, *response;
	int answers = 0, bodies = 0;

	(void)state;
	cJSON_ArrayForEach (path, json_get(json, "paths")) {
		cJSON_ArrayForEach (operation, path) {
			const cJSON *body = json_get(operation, "requestBody");

			cJSON_ArrayForEach (response, json_get(operation, "responses")) {
				const cJSON *content =
					json_get(json_get(response, "content"), "application/json");

				if (content != NULL) {
					assert_non_null(json_get_string(
						json_get(content, "schema"), "$ref"));
					answers++;
				}
			}
			if (body != NULL) {
				const cJSON *content =
					json_get(json_get(body, "content"), "application/json");

				assert_non_null(
					json_get_string(json_get(content, "schema"), "$ref"));
				bodies++;
			}
		}
	}
	assert_true(answers > 25);
	assert_int_equal(bodies, 19);
}

static void test_every_schema_has_members_and_is_used(void **state)
{
	_json_ cJSON *json = printed();
	_free_ char *text = cJSON_PrintUnformatted(json);
	const cJSON *schema;

	(void)state;
	cJSON_ArrayForEach (schema, json_get(json_get(json, "components"), "schemas")) {
		char reference[128];

		snprintf(reference, sizeof(reference), "schemas/%s\"", schema->string);
		assert_true(cJSON_GetArraySize(json_get(schema, "properties")) > 0);
		assert_non_null(strstr(text, reference));
	}
}

static void test_what_may_be_null_says_so(void **state)
{
	static const struct {
		const char *schema, *member;
		bool nullable;
	} cases[] = {
		{"Server", "id", false},
		{"Server", "backup_status", false},
		{"Server", "ip_address", true},
		{"Server", "time_source", true},
		{"File", "server_id", true},
		{"File", "filename", false},
		{"Scan", "finished", true},
		{"Scan", "state", false},
		{"Explanation", "time", true},
	};
	_json_ cJSON *json = printed();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const cJSON *schema = json_get(
			json_get(json_get(json, "components"), "schemas"), cases[i].schema);
		const cJSON *member = json_get(json_get(schema, "properties"), cases[i].member);

		assert_non_null(member);
		assert_int_equal(cJSON_IsArray(json_get(member, "type")), cases[i].nullable);
	}
}

static bool is_defined(const cJSON *json, const char *reference)
{
	char path[128];
	const cJSON *at = json;

	snprintf(path, sizeof(path), "%s", reference + strlen("#/"));
	for (char *p = path; p != NULL && at != NULL;) {
		char *slash = strchr(p, '/');

		if (slash != NULL) {
			*slash++ = '\0';
		}
		at = json_get(at, p);
		p = slash;
	}
	return at != NULL;
}

static int check_references(const cJSON *json, const cJSON *at)
{
	const char *reference = json_get_string(at, "$ref");
	const cJSON *child;
	int n = 0;

	if (reference != NULL) {
		assert_true(is_defined(json, reference));
		n++;
	}
	cJSON_ArrayForEach (child, at) {
		n += check_references(json, child);
	}
	return n;
}

static void test_every_reference_leads_somewhere(void **state)
{
	_json_ cJSON *json = printed();

	(void)state;
	assert_true(check_references(json, json) > 20);
}

static void test_operation_ids_are_unique(void **state)
{
	_json_ cJSON *json = printed();
	const char *seen[256];
	size_t n = 0;
	const cJSON *path, *operation;

	(void)state;
	cJSON_ArrayForEach (path, json_get(json, "paths")) {
		cJSON_ArrayForEach (operation, path) {
			const char *id = json_get_string(operation, "operationId");

			for (size_t i = 0; id != NULL && i < n; i++) {
				assert_string_not_equal(seen[i], id);
			}
			if (id != NULL && n < ARRAY_SIZE(seen)) {
				seen[n++] = id;
			}
		}
	}
	assert_true(n > 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_committed_document_is_the_printed_one),
		cmocka_unit_test(test_every_route_is_described),
		cmocka_unit_test(test_every_json_answer_and_body_has_a_named_schema),
		cmocka_unit_test(test_every_schema_has_members_and_is_used),
		cmocka_unit_test(test_what_may_be_null_says_so),
		cmocka_unit_test(test_every_reference_leads_somewhere),
		cmocka_unit_test(test_operation_ids_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
