// needs: webd proto common
/* test_exposition.c - what Prometheus reads: families, samples, and labels that hold hostile names.
 */
#include "webd/exposition.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_a_label_keeps_every_name_inside_its_quotes(void **state _unused_)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *printed;
	} rows[] = {
		{"web01", 5, "server=\"web01\""},
		{"", 0, "server=\"\""},
		{NULL, 0, "server=\"\""},
		{"a\"b", 3, "server=\"a\\\"b\""},
		{"a\\b", 3, "server=\"a\\\\b\""},
		{"a\\", 2, "server=\"a\\\\\""},
		{"\"} 1\nup 0", 9, "server=\"\\\"} 1\\\\x0aup 0\""},
		{"a\0b", 3, "server=\"a\\\\x00b\""},
		{"\033[31m\r", 6, "server=\"\\\\x1b[31m\\\\x0d\""},
		{"b\xfcro", 4, "server=\"b\\\\xfcro\""},
		{"b\303\274ro", 5, "server=\"b\303\274ro\""},
		{"\302\205", 2, "server=\"\\\\xc2\\\\x85\""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_buf_ struct buf out = BUF_INIT;

		exposition_label(&out, "server", rows[i].bytes, rows[i].len);
		assert_string_equal(buf_cstr(&out), rows[i].printed);
	}
}

/* Two paths that differ in their last byte must not become one series. */
static void test_the_longest_path_is_not_cut(void **state _unused_)
{
	enum { LEN = 4095 };
	_buf_ struct buf out = BUF_INIT;
	char path[LEN];

	memset(path, 0xff, sizeof(path));
	path[LEN - 1] = 'z';
	exposition_label(&out, "d", path, sizeof(path));
	assert_int_equal(out.len, strlen("d=\"\"") + (size_t)(LEN - 1) * strlen("\\\\xff") + 1);
	assert_memory_equal(out.data + out.len - 2, "z\"", 2);
}

static void test_a_value_is_a_family_of_one_sample(void **state _unused_)
{
	static const struct family family = {"servers_reachable", "gauge", "Who answered."};
	_buf_ struct buf out = BUF_INIT;

	exposition_value(&out, &family, -7);
	assert_string_equal(buf_cstr(&out),
		"# HELP backup_checker_servers_reachable Who answered.\n"
		"# TYPE backup_checker_servers_reachable gauge\n"
		"backup_checker_servers_reachable -7\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_label_keeps_every_name_inside_its_quotes),
		cmocka_unit_test(test_the_longest_path_is_not_cut),
		cmocka_unit_test(test_a_value_is_a_family_of_one_sample),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
