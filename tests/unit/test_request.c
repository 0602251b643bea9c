// needs: webd proto common
/* test_request.c - addresses, parameters, bodies and entity tags are decoded once and strictly. */
#include "webd/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_targets_are_decoded_once(void **state)
{
	static const struct {
		const char *target, *path, *name, *value; /* path NULL: refused */
	} cases[] = {
		{"/", "/", NULL, NULL},
		{"/api/files?q=a%20b", "/api/files", "q", "a b"},
		{"/api/files?q=a+b", "/api/files", "q", "a b"},
		{"/a+b", "/a+b", NULL, NULL},
		{"/a?q=%2520", "/a", "q", "%20"},
		{"/%2561", "/%61", NULL, NULL},
		{"/a%2e%2e/b", "/a../b", NULL, NULL},
		{"/a?q", "/a", "q", ""},
		{"/a?q=x=y", "/a", "q", "x=y"},
		{"/a?&&q=1&", "/a", "q", "1"},
		{"/a?q=%C3%A4", "/a", "q", "\xc3\xa4"},
		{"/%00", NULL, NULL, NULL},
		{"/a?q=%00", NULL, NULL, NULL},
		{"/%zz", NULL, NULL, NULL},
		{"/%4", NULL, NULL, NULL},
		{"/%", NULL, NULL, NULL},
		{"/a?q=%4", NULL, NULL, NULL},
		{"/a?q=%ff", NULL, NULL, NULL},
		{"/%c0%af", NULL, NULL, NULL},
		{"/a?q=1&q=2", NULL, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct request r = {0};
		struct err err = {0};
		int rc = request_parse(cases[i].target, &r, &err);

		if (cases[i].path == NULL) {
			assert_int_not_equal(rc, 0);
			assert_true(err.message[0] != '\0');
			continue;
		}
		assert_int_equal(rc, 0);
		assert_string_equal(r.path, cases[i].path);
		if (cases[i].name != NULL) {
			assert_string_equal(request_param(&r, cases[i].name), cases[i].value);
		}
		assert_int_equal(r.n_params, cases[i].name != NULL ? 1 : 0);
		request_done(&r);
	}
}

static void test_parameters_and_addresses_are_bounded(void **state)
{
	struct request r = {0};
	struct err err = {0};
	_buf_ struct buf target = BUF_INIT;

	(void)state;
	buf_adds(&target, "/a?");
	for (int i = 0; i < REQUEST_PARAMS_MAX; i++) {
		buf_printf(&target, "p%d=1&", i);
	}
	assert_int_equal(request_parse(buf_cstr(&target), &r, &err), 0);
	assert_int_equal(r.n_params, REQUEST_PARAMS_MAX);
	request_done(&r);
	buf_adds(&target, "more=1");
	assert_int_not_equal(request_parse(buf_cstr(&target), &r, &err), 0);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_reset(&target);
	for (int i = 0; i <= REQUEST_TARGET_MAX; i++) {
		buf_addc(&target, '/');
	}
	assert_int_not_equal(request_parse(buf_cstr(&target), &r, &err), 0);
}

static void test_bodies_are_one_object(void **state)
{
	static const struct {
		const char *body;
		bool good;
	} cases[] = {
		{"{\"a\":1}", true},
		{"{}", true},
		{" {} ", true},
		{"[]", false},
		{"null", false},
		{"1", false},
		{"{", false},
		{"{} x", false},
		{"{\"a\":1,\"a\":2}", false},
		{" ", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct request r = {0};
		struct err err = {0};
		int rc = request_parse_body(&r, cases[i].body, strlen(cases[i].body), &err);

		assert_int_equal(rc == 0, cases[i].good);
		assert_int_equal(r.body != NULL, cases[i].good);
		request_done(&r);
	}
}

static void test_an_empty_body_is_no_body(void **state)
{
	struct request r = {0};
	struct err err = {0};

	(void)state;
	assert_int_equal(request_parse_body(&r, "", 0, &err), 0);
	assert_null(r.body);
}

static void test_entity_tags_are_strong_or_never_match(void **state)
{
	static const struct {
		const char *value, *tag; /* NULL: any */
	} cases[] = {
		{"*", NULL},
		{"\"0123456789abcdef\"", "0123456789abcdef"},
		{"W/\"0123\"", "W/\"0123\""},
		{"\"a\", \"b\"", "\"a\", \"b\""},
		{"0123", "0123"},
		{"\"", "\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct request r = {0};
		struct err err = {0};

		assert_int_equal(request_parse_if_match(&r, cases[i].value, &err), 0);
		if (cases[i].tag == NULL) {
			assert_null(r.if_match);
		} else {
			assert_string_equal(r.if_match, cases[i].tag);
		}
		request_done(&r);
	}
}

static void test_ids_are_canonical(void **state)
{
	static const struct {
		const char *text;
		int64_t id; /* 0: refused */
	} cases[] = {
		{"1", 1},
		{"42", 42},
		{"9223372036854775807", INT64_MAX},
		{"9223372036854775808", 0},
		{"99999999999999999999999", 0},
		{"0", 0},
		{"01", 0},
		{"-1", 0},
		{"+1", 0},
		{"", 0},
		{"1 ", 0},
		{"1.0", 0},
		{"0x1", 0},
		{"\xd9\xa1", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t id = 0;
		int rc = request_canonical_id(cases[i].text, strlen(cases[i].text), &id);

		assert_int_equal(rc == 0, cases[i].id != 0);
		assert_int_equal(id, cases[i].id);
	}
}

static void test_unknown_parameters_name_the_nearest(void **state)
{
	static const struct query_row rows[] = {
		{"wait", "", false, 1, 3600},
		{"path", "", true, 0, 0},
	};
	static const struct {
		const char *target;
		enum err_code code; /* ERR_NONE: accepted */
		const char *field;
	} cases[] = {
		{"/a?path=/x", ERR_NONE, ""},
		{"/a?path=/x&wait=1", ERR_NONE, ""},
		{"/a?path=/x&wait=3600", ERR_NONE, ""},
		{"/a?path=/x&wait=3601", ERR_INVALID_VALUE, "wait"},
		{"/a?path=/x&wait=0", ERR_INVALID_VALUE, "wait"},
		{"/a?path=/x&wait=1s", ERR_INVALID_VALUE, "wait"},
		{"/a?wait=1", ERR_MISSING_KEY, "path"},
		{"/a?path=/x&wiat=1", ERR_UNKNOWN_KEY, "wiat"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct request r = {0};
		struct err err = {0};

		assert_int_equal(request_parse(cases[i].target, &r, &err), 0);
		assert_int_equal(request_check_params(&r, rows, ARRAY_SIZE(rows), &err) == 0,
			cases[i].code == ERR_NONE);
		assert_int_equal(err.code, cases[i].code);
		assert_string_equal(err.field, cases[i].field);
		if (cases[i].code == ERR_UNKNOWN_KEY) {
			assert_non_null(strstr(err.message, "\"wait\""));
		}
		request_done(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_targets_are_decoded_once),
		cmocka_unit_test(test_parameters_and_addresses_are_bounded),
		cmocka_unit_test(test_bodies_are_one_object),
		cmocka_unit_test(test_an_empty_body_is_no_body),
		cmocka_unit_test(test_entity_tags_are_strong_or_never_match),
		cmocka_unit_test(test_ids_are_canonical),
		cmocka_unit_test(test_unknown_parameters_name_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
