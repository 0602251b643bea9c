// needs: webd proto common
/* test_visitor.c - who a request says it comes from, by cookie, token and proxy. */
#include "common/def.h"
#include "webd/visitor.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { HEADERS_MAX = 6 };

struct request {
	const char *headers[HEADERS_MAX][2];
};

static const char *find(const void *request, const char *name, size_t *ret_n)
{
	const struct request *r = request;
	const char *value = NULL;

	*ret_n = 0;
	for (size_t i = 0; i < HEADERS_MAX && r->headers[i][0] != NULL; i++) {
		if (strcasecmp(r->headers[i][0], name) == 0) {
			value = r->headers[i][1];
			++*ret_n;
		}
	}
	return value;
}

struct rules_case {
	enum auth_method method;
	const char *trusted;
	const char *role_header;
};

static int read_from(const struct rules_case *c, const char *peer, const struct request *r,
	struct visitor *ret, struct err *err)
{
	struct visitor_rules rules = {
		.method = c->method,
		.user_header = "X-Remote-User",
		.role_header = c->role_header,
		.role = ROLE_VIEWER,
	};
	struct addr addr = {0};
	int rc;

	if (peer != NULL) {
		assert_int_equal(addr_parse(peer, &addr), 0);
	}
	if (c->trusted != NULL) {
		assert_int_equal(visitor_trust(&rules, c->trusted, err), 0);
	}
	rc = visitor_read(&rules, &addr, find, r, ret, err);
	visitor_rules_done(&rules);
	return rc;
}

static const struct rules_case password = {.method = AUTH_PASSWORD};

static void test_credentials_come_from_one_cookie_or_one_token(void **state)
{
	static const struct {
		struct request request;
		const char *credential; /* NULL: nobody */
		int rc;
	} cases[] = {
		{{{{"Host", "localhost"}}}, NULL, 0},
		{{{{"Host", "localhost"}, {"Cookie", "backup-checker=bcs_a-Z_0"}}}, "bcs_a-Z_0", 0},
		{{{{"Host", "localhost:80"}, {"Cookie", "a=1; backup-checker=x; b=2"}}}, "x", 0},
		{{{{"Host", "bc.example.org"}, {"Cookie", "backup-checker=x"}}}, NULL, 0},
		{{{{"Host", "bc.example.org"}, {"Cookie", "__Host-backup-checker=x"}}}, "x", 0},
		{{{{"Host", "localhost"}, {"Cookie", "backup-checker=y; __Host-backup-checker=x"}}},
			"x", 0},
		{{{{"Host", "localhost"}, {"Cookie", "xbackup-checker=x"}}}, NULL, 0},
		{{{{"Host", "localhost"}, {"Cookie", "backup-checker="}}}, NULL, 0},
		{{{{"Host", "localhost"}, {"Cookie", "backup-checker=\"x\""}}}, NULL, 0},
		{{{{"Host", "localhost"}, {"Cookie", "backup-checker=x"},
			 {"Cookie", "backup-checker=y"}}},
			NULL, -EINVAL},
		{{{{"Host", "localhost"}, {"Authorization", "Bearer bc_1"}}}, "bc_1", 0},
		{{{{"Host", "localhost"}, {"Authorization", "Bearer bc_1"},
			 {"Cookie", "backup-checker=x"}}},
			"bc_1", 0},
		{{{{"Host", "localhost"}, {"Authorization", "Basic YTpi"}}}, NULL, -EACCES},
		{{{{"Host", "localhost"}, {"Authorization", "Bearer a b"}}}, NULL, -EACCES},
		{{{{"Host", "localhost"}, {"Authorization", "Bearer a"},
			 {"Authorization", "Bearer b"}}},
			NULL, -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct visitor v = {0};
		struct err err = {0};

		print_message("case %zu\n", i);
		assert_int_equal(read_from(&password, "127.0.0.1", &cases[i].request, &v, &err),
			cases[i].rc);
		if (cases[i].credential != NULL) {
			assert_int_equal(v.kind, VISITOR_CREDENTIAL);
			assert_string_equal(v.credential, cases[i].credential);
		} else {
			assert_int_equal(v.kind, VISITOR_NOBODY);
		}
	}
}

static void test_only_trusted_proxies_are_believed(void **state)
{
	static const struct rules_case by_address = {AUTH_PROXY, "10.0.0.0/24", NULL};
	static const struct rules_case by_socket = {AUTH_PROXY, "unix", "X-Remote-Role"};
	static const struct {
		const struct rules_case *rules;
		const char *peer; /* NULL: a Unix socket */
		struct request request;
		int rc;
		const char *name; /* NULL: nobody */
		enum role role;
		const char *address;
	} cases[] = {
		{&by_address, "10.0.0.5", {{{"X-Remote-User", "jo"}}}, 0, "jo", ROLE_VIEWER,
			"10.0.0.5"},
		{&by_address, "10.0.1.5", {{{"X-Remote-User", "jo"}}}, 0, NULL, ROLE_NONE,
			"10.0.1.5"},
		{&by_address, NULL, {{{"X-Remote-User", "jo"}}}, 0, NULL, ROLE_NONE, ""},
		{&by_address, "10.0.0.5", {{{"X-Remote-User", ""}}}, 0, NULL, ROLE_NONE,
			"10.0.0.5"},
		{&by_address, "10.0.0.5", {{{"X-Remote-User", "a"}, {"X-Remote-User", "b"}}},
			-EINVAL, NULL, ROLE_NONE, ""},
		{&by_address, "10.0.0.5", {{{"X-Remote-User", "\xff"}}}, -EINVAL, NULL, ROLE_NONE,
			""},
		{&by_address, "10.0.0.5",
			{{{"X-Remote-User", "jo"}, {"X-Forwarded-For", "1.2.3.4, 192.0.2.9"}}}, 0,
			"jo", ROLE_VIEWER, "192.0.2.9"},
		{&by_address, "10.0.0.5",
			{{{"X-Remote-User", "jo"}, {"X-Forwarded-For", "unknown"}}}, 0, "jo",
			ROLE_VIEWER, "10.0.0.5"},
		{&by_address, "192.0.2.1", {{{"X-Forwarded-For", "1.2.3.4"}}}, 0, NULL, ROLE_NONE,
			"192.0.2.1"},
		{&by_socket, NULL, {{{"X-Remote-User", "jo"}, {"X-Remote-Role", "Admin"}}}, 0, "jo",
			ROLE_ADMIN, ""},
		{&by_socket, NULL, {{{"X-Remote-User", "jo"}, {"X-Remote-Role", "boss"}}}, 0, "jo",
			ROLE_NONE, ""},
		{&by_socket, NULL, {{{"X-Remote-User", "jo"}}}, 0, "jo", ROLE_NONE, ""},
		{&by_socket, "127.0.0.1", {{{"X-Remote-User", "jo"}, {"X-Remote-Role", "admin"}}},
			0, NULL, ROLE_NONE, "127.0.0.1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct visitor v = {0};
		struct err err = {0};

		print_message("case %zu\n", i);
		assert_int_equal(
			read_from(cases[i].rules, cases[i].peer, &cases[i].request, &v, &err),
			cases[i].rc);
		assert_int_equal(v.kind, cases[i].name != NULL ? VISITOR_CLAIMED : VISITOR_NOBODY);
		assert_string_equal(v.name, cases[i].name != NULL ? cases[i].name : "");
		assert_int_equal(v.role, cases[i].role);
		assert_string_equal(v.address, cases[i].address);
	}
}

static void test_behind_a_proxy_programs_come_with_a_token(void **state)
{
	static const struct rules_case rules = {AUTH_PROXY, "10.0.0.5", NULL};
	static const struct {
		const char *peer;
		struct request request;
		int rc;
		enum visitor_kind kind;
	} cases[] = {
		{"127.0.0.1", {{{"Authorization", "Bearer bc_1"}}}, 0, VISITOR_CREDENTIAL},
		{"10.0.0.5", {{{"Authorization", "Bearer bc_1"}, {"X-Remote-User", "jo"}}}, 0,
			VISITOR_CREDENTIAL},
		{"127.0.0.1", {{{"Authorization", "Bearer bc_ 1"}}}, -EACCES, VISITOR_NOBODY},
		{"127.0.0.1", {{{"Authorization", "Bearer bc_1"}, {"Authorization", "Basic eA=="}}},
			-EINVAL, VISITOR_NOBODY},
		/* what the proxy asked for and handed on */
		{"10.0.0.5", {{{"Authorization", "Bearer ey.ey.x"}, {"X-Remote-User", "jo"}}}, 0,
			VISITOR_CLAIMED},
		{"10.0.0.5", {{{"Authorization", "Basic eA=="}, {"X-Remote-User", "jo"}}}, 0,
			VISITOR_CLAIMED},
		{"127.0.0.1", {{{"Authorization", "Basic eA=="}, {"X-Remote-User", "jo"}}}, 0,
			VISITOR_NOBODY},
		{"127.0.0.1", {{{"Cookie", "__Host-backup-checker=bc_1"}}}, 0, VISITOR_NOBODY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct visitor v = {0};
		struct err err = {0};

		print_message("case %zu\n", i);
		assert_int_equal(
			read_from(&rules, cases[i].peer, &cases[i].request, &v, &err), cases[i].rc);
		assert_int_equal(v.kind, cases[i].kind);
	}
}

static void test_without_encryption_only_this_machine_gets_a_cookie(void **state)
{
	static const struct {
		struct visitor v;
		const char *cookie; /* NULL: refused */
	} cases[] = {
		{{.https = true},
			"__Host-backup-checker=c; Path=/; HttpOnly; SameSite=Strict; Secure"},
		{{.loopback = true}, "backup-checker=c; Path=/; HttpOnly; SameSite=Strict"},
		{{.https = false}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf out = BUF_INIT;
		struct err err = {0};
		int rc = visitor_cookie(&cases[i].v, "c", &out, &err);

		if (cases[i].cookie == NULL) {
			assert_int_equal(rc, -EPERM);
			assert_int_equal(err.code, ERR_FORBIDDEN);
		} else {
			assert_int_equal(rc, 0);
			assert_string_equal(out.data, cases[i].cookie);
		}
	}
}

static void test_forwarded_https_counts_from_trusted_proxies(void **state)
{
	static const struct rules_case trusting = {AUTH_PASSWORD, "10.0.0.5", NULL};
	static const struct request request = {
		{{"Host", "bc.example.org"}, {"X-Forwarded-Proto", "https"}}};
	struct visitor v = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(read_from(&trusting, "10.0.0.5", &request, &v, &err), 0);
	assert_true(v.https);
	assert_int_equal(read_from(&trusting, "10.0.0.6", &request, &v, &err), 0);
	assert_false(v.https);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials_come_from_one_cookie_or_one_token),
		cmocka_unit_test(test_only_trusted_proxies_are_believed),
		cmocka_unit_test(test_behind_a_proxy_programs_come_with_a_token),
		cmocka_unit_test(test_without_encryption_only_this_machine_gets_a_cookie),
		cmocka_unit_test(test_forwarded_https_counts_from_trusted_proxies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
