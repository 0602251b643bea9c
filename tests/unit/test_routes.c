// needs: webd proto common
/* test_routes.c - the table of routes is sound, and requests find the right row of it. */
#include "webd/routes.h"

#include "webd/forward.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_every_route_has_one_answer_and_a_sentence(void **state)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	(void)state;
	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		const struct route *r = &rows[i];
		int answers = (r->read != NULL) + (r->forward != NULL) + (r->code != NULL);

		assert_int_equal(answers, 1);
		assert_int_equal(r->path[0], '/');
		assert_true(r->doc[0] != '\0' && r->doc[strlen(r->doc) - 1] != '\n');
		assert_true(r->method < _HTTP_METHODS);
	}
}

static void test_no_two_routes_are_the_same(void **state)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++) {
			assert_false(rows[i].method == rows[k].method &&
				     strcmp(rows[i].path, rows[k].path) == 0);
		}
	}
}

/* One's own session, password and authenticator, and the way in. */
static bool is_own_affair(const char *path)
{
	static const char *const own[] = {"/api/session", "/api/sessions", "/api/sessions/{id}",
		"/api/setup", "/api/password", "/api/totp"};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		if (strcmp(path, own[i]) == 0) {
			return true;
		}
	}
	return false;
}

static void test_whatever_changes_something_needs_a_role_above_viewer(void **state)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bool previews =
			rows[i].forward != NULL && rows[i].forward->method == SCANNER_PREVIEW_RULE;

		assert_true(rows[i].method == HTTP_GET || previews || is_own_affair(rows[i].path) ||
			    rows[i].role >= ROLE_OPERATOR);
	}
}

static void test_every_command_takes_its_address_parameters(void **state)
{
	const struct route *rows;
	size_t n = routes_all(&rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct forward *f = rows[i].forward;

		if (f != NULL) {
			assert_int_equal(f->id_name != NULL, strstr(rows[i].path, "{id}") != NULL);
			assert_int_equal(f->query_name != NULL && rows[i].n_query == 0, 0);
		}
	}
}

static void test_requests_find_their_route(void **state)
{
	static const struct {
		const char *method, *path;
		enum route_result result;
		const char *route; /* its path */
		int64_t id;
	} cases[] = {
		{"GET", "/", ROUTE_FOUND, "/", 0},
		{"GET", "/settings", ROUTE_FOUND, "/settings", 0},
		{"GET", "/assets/a.js", ROUTE_FOUND, "/assets/{name}", 0},
		{"GET", "/assets/", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/assets/a/b.js", ROUTE_NO_PATH, NULL, 0},
		{"HEAD", "/api/files", ROUTE_FOUND, "/api/files", 0},
		{"GET", "/api/servers/7", ROUTE_FOUND, "/api/servers/{id}", 7},
		{"PUT", "/api/servers/7", ROUTE_FOUND, "/api/servers/{id}", 7},
		{"POST", "/api/servers/7/merge", ROUTE_FOUND, "/api/servers/{id}/merge", 7},
		{"GET", "/api/servers.csv", ROUTE_FOUND, "/api/servers.csv", 0},
		{"POST", "/api/scan/servers", ROUTE_FOUND, "/api/scan/servers", 0},
		{"DELETE", "/api/scan/3", ROUTE_FOUND, "/api/scan/{id}", 3},
		{"GET", "/api/scans/3/problems", ROUTE_FOUND, "/api/scans/{id}/problems", 3},
		{"GET", "/api/servers/07", ROUTE_BAD_ID, NULL, 0},
		{"GET", "/api/servers/7x", ROUTE_BAD_ID, NULL, 0},
		{"GET", "/api/servers/x", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api/servers/-1", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api/scan/servers", ROUTE_NO_METHOD, NULL, 0},
		{"GET", "/api/servers/", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api/servers/7/", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api/servers/7/8/merge", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api/files/../config", ROUTE_NO_PATH, NULL, 0},
		{"GET", "//api/files", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api/files/", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/API/files", ROUTE_NO_PATH, NULL, 0},
		{"GET", "/api", ROUTE_NO_PATH, NULL, 0},
		{"GET", "", ROUTE_NO_PATH, NULL, 0},
		{"POST", "/api/files", ROUTE_NO_METHOD, NULL, 0},
		{"TRACE", "/", ROUTE_NO_METHOD, NULL, 0},
		{"PATCH", "/api/servers/7", ROUTE_NO_METHOD, NULL, 0},
		{"OPTIONS", "/api/config", ROUTE_NO_METHOD, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct route *r = NULL;
		char allow[ROUTE_ALLOW_SIZE];
		int64_t id = -1;

		assert_int_equal(routes_find(cases[i].method, cases[i].path, &r, &id, allow),
			cases[i].result);
		assert_int_equal(id, cases[i].id);
		if (cases[i].result == ROUTE_FOUND) {
			assert_string_equal(r->path, cases[i].route);
		} else {
			assert_null(r);
		}
	}
}

static void test_allow_lists_every_method_of_a_path(void **state)
{
	static const struct {
		const char *path, *allow;
	} cases[] = {
		{"/api/files", "GET, HEAD, DELETE, OPTIONS"},
		{"/api/servers", "GET, HEAD, POST, DELETE, OPTIONS"},
		{"/api/servers/1", "GET, HEAD, PUT, DELETE, OPTIONS"},
		{"/api/scan/directories", "POST, OPTIONS"},
		{"/nothing", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct route *r;
		char allow[ROUTE_ALLOW_SIZE];
		int64_t id;

		routes_find("TRACE", cases[i].path, &r, &id, allow);
		assert_string_equal(allow, cases[i].allow);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_route_has_one_answer_and_a_sentence),
		cmocka_unit_test(test_no_two_routes_are_the_same),
		cmocka_unit_test(test_whatever_changes_something_needs_a_role_above_viewer),
		cmocka_unit_test(test_every_command_takes_its_address_parameters),
		cmocka_unit_test(test_requests_find_their_route),
		cmocka_unit_test(test_allow_lists_every_method_of_a_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
