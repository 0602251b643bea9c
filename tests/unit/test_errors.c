// needs: proto common
/* test_errors.c - errors travel over Varlink and come back the same; every code has its place. */
#include "proto/errors.h"
#include "proto/wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void every_code_has_a_row_with_name_status_and_words(void **state)
{
	(void)state;
	for (int code = 0; code < _ERR_MAX; code++) {
		const struct error_row *row = error_row(code);
		assert_int_equal(row->code, code);
		assert_in_range(row->http, 200, 599);
		assert_int_equal(code == ERR_NONE, row->http < 400);
		assert_true(strlen(row->doc) > 5);
		assert_int_equal(row->varlink == NULL, code == ERR_NONE);
	}
	assert_int_equal(error_row(_ERR_MAX)->code, ERR_INTERNAL);
	const struct error_row *rows;
	assert_int_equal(error_rows(&rows), _ERR_MAX);
	for (size_t i = 0; i < _ERR_MAX; i++) {
		for (size_t j = i + 1; j < _ERR_MAX && rows[i].varlink != NULL; j++) {
			assert_string_not_equal(rows[i].varlink, rows[j].varlink);
		}
	}
}

static void decode_message(const struct buf *out, struct wire_reply *ret)
{
	assert_int_equal(wire_find(out->data, out->len), out->len);
	assert_int_equal(wire_decode_reply(out->data, out->len - 1, ret, NULL), 0);
	assert_non_null(ret->error);
}

static void every_error_comes_back_with_code_field_and_reason(void **state)
{
	(void)state;
	for (int code = 1; code < _ERR_MAX; code++) {
		struct err sent, got;
		err_set(&sent, 0, code, "rules[2].path", "it says \"no\" (%d)", code);
		_buf_ struct buf out = BUF_INIT;
		error_encode("org.example.test", &sent, &out);
		struct wire_reply reply;
		decode_message(&out, &reply);
		assert_memory_equal(reply.error, "org.example.test.", 17);
		error_decode(reply.error, reply.parameters, &got);
		assert_int_equal(got.code, code);
		assert_string_equal(got.field, sent.field);
		assert_string_equal(got.message, sent.message);
		wire_reply_done(&reply);
	}
}

static void a_refused_configuration_is_named_so_and_keeps_its_code(void **state)
{
	(void)state;
	static const struct {
		enum err_code code;
		const char *name;
	} cases[] = {
		{ERR_UNKNOWN_KEY, "i.x.InvalidConfig"},
		{ERR_INVALID_VALUE, "i.x.InvalidConfig"},
		{ERR_TOO_LARGE, "i.x.InvalidConfig"},
		{ERR_OUTSIDE_LIMITS, "i.x.OutsideLimits"},
		{ERR_CONFLICT, "i.x.Conflict"},
		{ERR_READ_ONLY, "i.x.ReadOnly"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err sent, got;
		err_set(&sent, 0, cases[i].code, "f", "why");
		_buf_ struct buf out = BUF_INIT;
		error_encode_config("i.x", &sent, &out);
		struct wire_reply reply;
		decode_message(&out, &reply);
		assert_string_equal(reply.error, cases[i].name);
		error_decode(reply.error, reply.parameters, &got);
		assert_int_equal(got.code, cases[i].code);
		wire_reply_done(&reply);
	}
}

static void foreign_errors_become_sentences(void **state)
{
	(void)state;
	static const struct {
		const char *name, *parameters;
		enum err_code code;
		const char *part;
	} cases[] = {
		{"org.varlink.service.MethodNotFound", "{\"method\":\"a.b.C\"}", ERR_INTERNAL,
			"method a.b.C"},
		{"org.varlink.service.MethodNotFound", "{\"method\":7}", ERR_INTERNAL,
			"does not know the method"},
		{"org.varlink.service.ExpectedMore", NULL, ERR_INTERNAL, "several replies"},
		{"org.varlink.service.InvalidParameter", "{\"parameter\":\"p\"}", ERR_INTERNAL,
			"parameter p"},
		{"x.y.NotFound", NULL, ERR_NOT_FOUND, "x.y.NotFound"},
		{"x.y.InvalidConfig", "{\"reason\":\"r\"}", ERR_INVALID_VALUE, "r"},
		{"x.y.Whatever", "{}", ERR_INTERNAL, "x.y.Whatever"},
		{"x.y.NotFound", "{\"code\":\"none\"}", ERR_INTERNAL, "x.y.NotFound"},
		{"x.y.NotFound", "{\"code\":5,\"reason\":6,\"field\":[]}", ERR_NOT_FOUND,
			"x.y.NotFound"},
		{"nodot", NULL, ERR_INTERNAL, "nodot"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_json_ cJSON *json = NULL;
		if (cases[i].parameters != NULL) {
			assert_int_equal(json_parse(cases[i].parameters,
						 strlen(cases[i].parameters), &json, NULL),
				0);
		}
		struct err got;
		error_decode(cases[i].name, json, &got);
		assert_int_equal(got.code, cases[i].code);
		assert_non_null(strstr(got.message, cases[i].part));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_row_with_name_status_and_words),
		cmocka_unit_test(every_error_comes_back_with_code_field_and_reason),
		cmocka_unit_test(a_refused_configuration_is_named_so_and_keeps_its_code),
		cmocka_unit_test(foreign_errors_become_sentences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
