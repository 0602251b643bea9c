// needs: scannerd proto common
/* test_settings_diff.c - which settings changed, from what to what, and nothing of the others. */
#include "scannerd/settings_diff.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void append(void *arg, const char *path, const char *before, const char *after)
{
	buf_printf(arg, "%s: %s -> %s\n", path, before, after);
}

static void read_config(const char *text, struct config *ret)
{
	_json_ cJSON *json = NULL;
	_buf_ struct buf whole = BUF_INIT;
	struct err err = {0};

	buf_printf(&whole, "{\"directories_to_scan\":[\"/a\"],\"subnets_to_scan\":[]%s%s}",
		text[0] != '\0' ? "," : "", text);
	assert_int_equal(json_parse(whole.data, whole.len, &json, &err), 0);
	if (config_decode(json, true, ret, &err) < 0) {
		fail_msg("%s: %s", err.field, err.message);
	}
}

static void each_difference_is_told_by_its_path(void **state)
{
	(void)state;
	static const struct {
		const char *before, *after, *told;
	} cases[] = {
		{"", "", ""},
		{"\"status\":{\"green_within\":\"30d\"}", "\"status\":{\"green_within\":\"720h\"}",
			""},
		{"", "\"status\":{\"green_within\":\"30d\"}",
			"status.green_within: \"365d\" -> \"30d\"\n"},
		{"\"generic_names\":[\"a\",\"b\",\"c\"]", "\"generic_names\":[\"a\",\"c\"]",
			"generic_names[1]: [\"b\"] -> []\n"},
		{"\"generic_names\":[\"a\",\"b\"]", "\"generic_names\":[\"x\",\"a\",\"b\"]",
			"generic_names[0]: [] -> [\"x\"]\n"},
		{"\"generic_names\":[\"a\",\"a\"]", "\"generic_names\":[\"a\",\"a\",\"a\"]",
			"generic_names[2]: [] -> [\"a\"]\n"},
		{"\"generic_names\":[\"a\",\"b\",\"c\"]",
			"\"generic_names\":[\"a\",\"x\",\"y\",\"c\"]",
			"generic_names[1]: [\"b\"] -> [\"x\",\"y\"]\n"},
		{"\"limits\":{\"max_rate\":5}", "\"network_scan\":{\"detect_os\":true}",
			"network_scan.detect_os: false -> true\nlimits.max_rate: 5 -> 10000\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(config_done) struct config before = {0};
		_cleanup_(config_done) struct config after = {0};
		_buf_ struct buf told = BUF_INIT;

		read_config(cases[i].before, &before);
		read_config(cases[i].after, &after);
		assert_int_equal(settings_diff(&before, &after, append, &told), 0);
		assert_string_equal(buf_cstr(&told), cases[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_difference_is_told_by_its_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
