// needs: webd proto common
/* test_guard.c - what the guard lets pass and what it refuses, with which status. */
#include "webd/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static char host_name[] = "backup.example.org", host_address[] = "192.0.2.7";
static char panel[] = "https://panel.example.org";
static char *hosts[] = {host_name, host_address}, *origins[] = {panel};
static const struct guard_rules rules = {.hosts = {hosts, 2}, .origins = {origins, 1}};

#define HOST                             \
	{                                \
		"Host", "localhost:8080" \
	}
#define JSON                                       \
	{                                          \
		"Content-Type", "application/json" \
	}

struct guard_case {
	const char *name, *method, *target;
	struct guard_header headers[6];
	size_t body;
	int status; /* 0: passes */
	bool close;
};

static void judge(const struct guard_case *c, struct guard_verdict *ret)
{
	struct guard_request request = {.method = c->method,
		.target = c->target,
		.major = 1,
		.minor = 1,
		.headers = c->headers,
		.body_bytes = c->body};

	while (request.n_headers < ARRAY_SIZE(c->headers) &&
		c->headers[request.n_headers].name != NULL) {
		request.n_headers++;
	}
	guard_judge(&rules, &request, ret);
}

static void check(const struct guard_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct guard_verdict v;

		judge(&cases[i], &v);
		if (v.status != cases[i].status || v.close != cases[i].close) {
			fail_msg("%s: status %d (%s), close %d; expected %d, %d", cases[i].name,
				v.status, v.err.message, v.close, cases[i].status, cases[i].close);
		}
		assert_true(v.status == 0 || (v.err.message[0] != '\0' && v.code != NULL));
	}
}

static void test_target_begins_with_a_slash_and_is_printable_ascii(void **state)
{
	static const struct guard_case cases[] = {
		{"root", "GET", "/", {HOST}, 0, 0, false},
		{"query", "GET", "/api/files?q=a%20b&x=1", {HOST}, 0, 0, false},
		{"absolute", "GET", "http://localhost/", {HOST}, 0, 400, true},
		{"file", "GET", "file:///etc/passwd", {HOST}, 0, 400, true},
		{"word", "GET", "x", {HOST}, 0, 400, true},
		{"star", "OPTIONS", "*", {HOST}, 0, 400, true},
		{"authority", "CONNECT", "localhost:80", {HOST}, 0, 400, true},
		{"empty", "GET", "", {HOST}, 0, 400, true},
		{"raw byte", "GET", "/\xc3\xa4", {HOST}, 0, 400, true},
		{"DEL", "GET", "/\x7f", {HOST}, 0, 400, true},
		{"blank", "GET", "/a b", {HOST}, 0, 400, true},
		{"fragment", "GET", "/#a", {HOST}, 0, 400, true},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

static void test_exactly_one_host_that_is_ours(void **state)
{
	static const struct guard_case cases[] = {
		{"none", "GET", "/", {{"Accept", "*/*"}}, 0, 400, true},
		{"two", "GET", "/", {HOST, HOST}, 0, 400, true},
		{"two cases", "GET", "/", {HOST, {"hOST", "localhost"}}, 0, 400, true},
		{"empty", "GET", "/", {{"Host", ""}}, 0, 400, true},
		{"garbage", "GET", "/", {{"Host", "a b"}}, 0, 400, true},
		{"path", "GET", "/", {{"Host", "localhost/x"}}, 0, 400, true},
		{"user", "GET", "/", {{"Host", "me@localhost"}}, 0, 400, true},
		{"two ports", "GET", "/", {{"Host", "localhost:1:2"}}, 0, 400, true},
		{"no port", "GET", "/", {{"Host", "localhost:"}}, 0, 400, true},
		{"large port", "GET", "/", {{"Host", "localhost:65536"}}, 0, 400, true},
		{"open bracket", "GET", "/", {{"Host", "[::1"}}, 0, 400, true},
		{"v4 in brackets", "GET", "/", {{"Host", "[127.0.0.1]"}}, 0, 400, true},
		{"foreign name", "GET", "/", {{"Host", "evil.example"}}, 0, 421, true},
		{"foreign address", "GET", "/", {{"Host", "192.0.2.8"}}, 0, 421, true},
		{"suffix", "GET", "/", {{"Host", "xlocalhost"}}, 0, 421, true},
		{"prefix", "GET", "/", {{"Host", "localhost.evil.example"}}, 0, 421, true},
		{"loopback v4", "GET", "/", {{"Host", "127.0.0.1:1"}}, 0, 0, false},
		{"loopback v4 too", "GET", "/", {{"Host", "127.9.9.9"}}, 0, 0, false},
		{"loopback v6", "GET", "/", {{"Host", "[::1]:8080"}}, 0, 0, false},
		{"below localhost", "GET", "/", {{"Host", "a.localhost"}}, 0, 0, false},
		{"allowed", "GET", "/", {{"Host", "Backup.Example.ORG:443"}}, 0, 0, false},
		{"allowed address", "GET", "/", {{"Host", "192.0.2.7"}}, 0, 0, false},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

static void test_length_is_said_once_in_one_way(void **state)
{
	static const struct guard_case cases[] = {
		{"two lengths", "POST", "/",
			{HOST, JSON, {"Content-Length", "5"}, {"Content-Length", "6"}}, 5, 400,
			true},
		{"the same twice", "POST", "/",
			{HOST, JSON, {"Content-Length", "5"}, {"content-length", "5"}}, 5, 400,
			true},
		{"plus", "POST", "/", {HOST, JSON, {"Content-Length", "+5"}}, 5, 400, true},
		{"minus", "POST", "/", {HOST, JSON, {"Content-Length", "-5"}}, 0, 400, true},
		{"list", "POST", "/", {HOST, JSON, {"Content-Length", "5, 5"}}, 5, 400, true},
		{"hexadecimal", "POST", "/", {HOST, JSON, {"Content-Length", "0x5"}}, 5, 400, true},
		{"blank in the name", "POST", "/", {HOST, JSON, {"Content-Length ", "5"}}, 0, 400,
			true},
		{"empty name", "GET", "/", {HOST, {"", "5"}}, 0, 400, true},
		{"control in a value", "GET", "/", {HOST, {"X", "a\x01"}}, 0, 400, true},
		{"chunked", "POST", "/", {HOST, JSON, {"Transfer-Encoding", "chunked"}}, 5, 411,
			true},
		{"identity", "POST", "/", {HOST, JSON, {"transfer-encoding", "identity"}}, 0, 411,
			true},
		{"body of a GET", "GET", "/", {HOST, JSON, {"Content-Length", "5"}}, 5, 400, true},
		{"largest", "POST", "/", {HOST, JSON, {"Content-Length", "1048576"}}, 1048576, 0,
			false},
		{"too large", "POST", "/", {HOST, JSON, {"Content-Length", "1048577"}}, 1048577,
			413, true},
		{"tab in a value", "GET", "/", {HOST, {"X", "a\tb"}}, 0, 0, false},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

static void test_a_change_comes_from_our_pages_or_from_a_program(void **state)
{
	static const struct guard_case cases[] = {
		{"no header", "POST", "/", {HOST}, 0, 403, false},
		{"form", "POST", "/", {HOST, {"Content-Type", "application/x-www-form-urlencoded"}},
			3, 415, false},
		{"text", "POST", "/", {HOST, {"Content-Type", "text/plain"}}, 3, 415, false},
		{"JSON lookalike", "POST", "/", {HOST, {"Content-Type", "application/jsonx"}}, 3,
			415, false},
		{"another program's header", "DELETE", "/",
			{HOST, {"X-Requested-With", "XMLHttpRequest"}}, 0, 403, false},
		{"JSON", "POST", "/", {HOST, JSON}, 3, 0, false},
		{"JSON with charset", "PUT", "/",
			{HOST, {"content-type", "Application/JSON; charset=utf-8"}}, 3, 0, false},
		{"our header", "DELETE", "/", {HOST, {"X-Requested-With", "backup-checker"}}, 0, 0,
			false},
		{"own origin", "POST", "/", {HOST, JSON, {"Origin", "http://localhost:8080"}}, 3, 0,
			false},
		{"own origin behind TLS", "POST", "/",
			{HOST, JSON, {"Origin", "https://localhost:8080"}}, 3, 0, false},
		{"other port", "POST", "/", {HOST, JSON, {"Origin", "http://localhost:8081"}}, 3,
			403, false},
		{"foreign origin", "POST", "/", {HOST, JSON, {"Origin", "https://evil.example"}}, 3,
			403, false},
		{"null origin", "POST", "/", {HOST, JSON, {"Origin", "null"}}, 3, 403, false},
		{"two origins", "POST", "/",
			{HOST, JSON, {"Origin", "http://localhost:8080"},
				{"Origin", "https://evil.example"}},
			3, 400, true},
		{"configured origin", "POST", "/",
			{HOST, JSON, {"Origin", "https://panel.example.org"},
				{"Sec-Fetch-Site", "cross-site"}},
			3, 0, false},
		{"cross-site", "POST", "/", {HOST, JSON, {"Sec-Fetch-Site", "cross-site"}}, 3, 403,
			false},
		{"same origin", "POST", "/", {HOST, JSON, {"Sec-Fetch-Site", "same-origin"}}, 3, 0,
			false},
		{"neighbour", "POST", "/", {HOST, JSON, {"Sec-Fetch-Site", "same-site"}}, 3, 403,
			false},
		{"address bar", "POST", "/", {HOST, JSON, {"Sec-Fetch-Site", "none"}}, 3, 0, false},
		{"navigation", "POST", "/",
			{HOST, JSON, {"Sec-Fetch-Site", "cross-site"},
				{"Sec-Fetch-Mode", "navigate"}},
			3, 403, false},
		{"own origin of another site", "POST", "/",
			{HOST, JSON, {"Origin", "http://localhost:8080"},
				{"Sec-Fetch-Site", "cross-site"}},
			3, 403, false},
		{"foreign origin only looks", "GET", "/",
			{HOST, {"Origin", "https://evil.example"}}, 0, 0, false},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

static void test_another_page_may_link_here_but_load_nothing(void **state)
{
	static const struct guard_case cases[] = {
		{"link", "GET", "/",
			{HOST, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "navigate"}}, 0,
			0, false},
		{"bookmark", "GET", "/",
			{HOST, {"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Mode", "navigate"}}, 0, 0,
			false},
		{"own page", "GET", "/api/files",
			{HOST, {"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Mode", "cors"}}, 0, 0,
			false},
		{"picture", "GET", "/favicon.svg",
			{HOST, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}}, 0,
			403, false},
		{"script of a neighbour", "GET", "/api/files",
			{HOST, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Mode", "no-cors"}}, 0,
			403, false},
		{"no mode", "HEAD", "/", {HOST, {"Sec-Fetch-Site", "cross-site"}}, 0, 403, false},
		{"configured origin", "GET", "/api/files",
			{HOST, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "cors"},
				{"Origin", "https://panel.example.org"}},
			0, 0, false},
		{"foreign origin", "GET", "/api/files",
			{HOST, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "cors"},
				{"Origin", "https://evil.example"}},
			0, 403, false},
	};

	(void)state;
	check(cases, ARRAY_SIZE(cases));
}

static void test_only_configured_origins_are_allowed_by_cors(void **state)
{
	static const struct guard_case ours = {"ours", "OPTIONS", "/api/files",
		{HOST, {"Origin", "https://panel.example.org"},
			{"Access-Control-Request-Method", "PUT"}},
		0, 0, false};
	static const struct guard_case foreign = {"foreign", "OPTIONS", "/api/files",
		{HOST, {"Origin", "https://evil.example"},
			{"Access-Control-Request-Method", "PUT"}},
		0, 0, false};
	struct guard_verdict v;

	(void)state;
	judge(&ours, &v);
	assert_true(v.preflight);
	assert_string_equal(v.origin, "https://panel.example.org");
	judge(&foreign, &v);
	assert_false(v.preflight);
	assert_null(v.origin);
}

static void test_only_versions_that_there_are_are_answered(void **state)
{
	static const struct {
		int major, minor, status;
	} cases[] = {{1, 1, 0}, {1, 0, 0}, {1, 2, 505}, {1, -1, 505}, {0, 9, 505}, {2, 0, 505},
		{-1, 1, 505}};
	static const struct guard_header host = HOST;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct guard_request request = {.method = "GET",
			.target = "/",
			.major = cases[i].major,
			.minor = cases[i].minor,
			.headers = &host,
			.n_headers = 1};
		struct guard_verdict v;

		guard_judge(&rules, &request, &v);
		assert_int_equal(v.status, cases[i].status);
		assert_int_equal(v.close, cases[i].status != 0);
	}
}

static void test_more_headers_than_the_limit_are_refused(void **state)
{
	struct guard_header headers[GUARD_HEADERS_MAX + 1] = {{"Host", "localhost"}};
	struct guard_request request = {.method = "GET",
		.target = "/",
		.major = 1,
		.minor = 1,
		.headers = headers,
		.n_headers = GUARD_HEADERS_MAX};
	struct guard_verdict v;

	(void)state;
	for (size_t i = 1; i < ARRAY_SIZE(headers); i++) {
		headers[i] = (struct guard_header){"X", "y"};
	}
	guard_judge(&rules, &request, &v);
	assert_int_equal(v.status, 0);
	request.n_headers++;
	guard_judge(&rules, &request, &v);
	assert_int_equal(v.status, 431);
}

static void test_where_pages_come_encrypted_one_that_did_not_is_foreign(void **state)
{
	const struct guard_header headers[] = {
		{"Host", "localhost:8080"},
		{"Content-Type", "application/json"},
		{"Origin", "http://localhost:8080"},
	};
	const struct guard_request request = {.method = "POST",
		.target = "/",
		.headers = headers,
		.n_headers = 3,
		.major = 1,
		.minor = 1};
	struct guard_rules encrypted = rules;
	struct guard_verdict v;

	(void)state;
	guard_judge(&rules, &request, &v);
	assert_int_equal(v.status, 0);
	encrypted.https = true;
	guard_judge(&encrypted, &request, &v);
	assert_int_equal(v.status, 403);
}

static void test_origins_have_a_scheme_a_host_and_nothing_more(void **state)
{
	static const struct {
		const char *text, *origin; /* NULL: refused */
	} cases[] = {
		{"https://Backup.Example.org", "https://backup.example.org"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"https://[2001:db8::1]:444", "https://[2001:db8::1]:444"},
		{"https://a.example/", NULL},
		{"https://", NULL},
		{"ftp://a.example", NULL},
		{"a.example", NULL},
		{"*", NULL},
		{"null", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = {0};
		char *origin = NULL;
		int rc = guard_parse_origin(cases[i].text, &origin, &err);

		if (cases[i].origin == NULL) {
			assert_int_not_equal(rc, 0);
			assert_null(origin);
		} else {
			assert_int_equal(rc, 0);
			assert_string_equal(origin, cases[i].origin);
		}
		free(origin);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_target_begins_with_a_slash_and_is_printable_ascii),
		cmocka_unit_test(test_exactly_one_host_that_is_ours),
		cmocka_unit_test(test_length_is_said_once_in_one_way),
		cmocka_unit_test(test_a_change_comes_from_our_pages_or_from_a_program),
		cmocka_unit_test(test_another_page_may_link_here_but_load_nothing),
		cmocka_unit_test(test_only_configured_origins_are_allowed_by_cors),
		cmocka_unit_test(test_only_versions_that_there_are_are_answered),
		cmocka_unit_test(test_more_headers_than_the_limit_are_refused),
		cmocka_unit_test(test_where_pages_come_encrypted_one_that_did_not_is_foreign),
		cmocka_unit_test(test_origins_have_a_scheme_a_host_and_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
