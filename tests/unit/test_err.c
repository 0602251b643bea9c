// needs: common
/* test_err.c - the error that a person reads: cut, repaired, prefixed, named. */
#include "common/err.h"
#include "common/utf8.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void set_fills_all_and_returns_the_code_given(void **state _unused_)
{
	struct err err;
	assert_int_equal(
		err_set(&err, -EINVAL, ERR_INVALID_VALUE, "port", "%d is no port", 70000), -EINVAL);
	assert_int_equal(err.code, ERR_INVALID_VALUE);
	assert_string_equal(err.field, "port");
	assert_string_equal(err.message, "70000 is no port");
	assert_int_equal(err_set(&err, -ENOENT, ERR_NOT_FOUND, NULL, "no such host"), -ENOENT);
	assert_string_equal(err.field, "");
}

static void set_without_an_err_only_returns(void **state _unused_)
{
	assert_int_equal(err_set(NULL, -EPERM, ERR_FORBIDDEN, "x", "%s", "y"), -EPERM);
	err_prefix(NULL, "x", 1);
}

static void set_may_wrap_its_own_old_message(void **state _unused_)
{
	struct err err;
	err_set(&err, -EINVAL, ERR_INVALID_VALUE, "port", "bad");
	err_set(&err, -EINVAL, ERR_INVALID_VALUE, err.field, "in the file: %s", err.message);
	assert_string_equal(err.message, "in the file: bad");
	assert_string_equal(err.field, "port");
}

static void a_cut_message_ends_with_a_whole_character(void **state _unused_)
{
	/* "€" has three bytes: one of three offsets splits it at the cut, whichever the size is. */
	for (int offset = 0; offset < 3; offset++) {
		char text[1024] = "";
		memset(text, 'x', (size_t)offset);
		for (size_t at = (size_t)offset; at + 4 < sizeof(text); at += 3) {
			memcpy(text + at, "\xe2\x82\xac", 4);
		}
		struct err err;
		err_set(&err, -EINVAL, ERR_INVALID_VALUE, text, "%s", text);
		size_t len = strlen(err.message), field_len = strlen(err.field);
		assert_true(utf8_is_valid(err.message, len));
		assert_true(utf8_is_valid(err.field, field_len));
		assert_in_range(len, sizeof(err.message) - 3, sizeof(err.message) - 1);
		assert_null(strchr(err.message, '?'));
		assert_null(strchr(err.field, '?'));
	}
}

static void invalid_bytes_are_repaired(void **state _unused_)
{
	struct err err;
	err_set(&err, -EINVAL, ERR_INVALID_VALUE, "a\xff", "name \xc3( and \xc3\xa9");
	assert_string_equal(err.message, "name ?( and \xc3\xa9");
	assert_string_equal(err.field, "a?");
}

static void control_characters_are_not_passed_on(void **state _unused_)
{
	struct err err;

	err_set(&err, 0, ERR_INVALID_VALUE, "a\nb", "\033[31m%s", "red\tand\x7f");
	assert_string_equal(err.message, "?[31mred?and?");
	assert_string_equal(err.field, "a?b");
}

static void prefixes_build_a_path_from_the_inside(void **state _unused_)
{
	struct err err;
	err_set(&err, -EINVAL, ERR_INVALID_VALUE, NULL, "bad");
	err_prefix(&err, "", 3);
	assert_string_equal(err.field, "[3]");
	err_prefix(&err, "exclude", -1);
	assert_string_equal(err.field, "exclude[3]");
	err_prefix(&err, "directories", 12);
	assert_string_equal(err.field, "directories[12].exclude[3]");
	err_set(&err, -EINVAL, ERR_INVALID_VALUE, NULL, "bad");
	err_prefix(&err, "limits", -1);
	assert_string_equal(err.field, "limits");
	for (int i = 0; i < 100; i++) {
		err_prefix(&err, "very_long_prefix", i);
	}
	assert_int_equal(strlen(err.field), sizeof(err.field) - 1);
}

static void every_code_has_its_own_name_and_back(void **state _unused_)
{
	for (int a = 0; a < _ERR_MAX; a++) {
		assert_non_null(err_code_name((enum err_code)a));
		assert_int_equal(err_code_from_name(err_code_name((enum err_code)a)), a);
	}
	assert_string_equal(err_code_name(ERR_SCAN_RUNNING), "scan_running");
	assert_string_equal(err_code_name((enum err_code)4711), "internal");
	assert_int_equal(err_code_from_name("no_such_code"), ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_fills_all_and_returns_the_code_given),
		cmocka_unit_test(set_without_an_err_only_returns),
		cmocka_unit_test(set_may_wrap_its_own_old_message),
		cmocka_unit_test(a_cut_message_ends_with_a_whole_character),
		cmocka_unit_test(invalid_bytes_are_repaired),
		cmocka_unit_test(control_characters_are_not_passed_on),
		cmocka_unit_test(prefixes_build_a_path_from_the_inside),
		cmocka_unit_test(every_code_has_its_own_name_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
