// needs: common
/* test_jsonw.c - the streaming writer: punctuation, escapes, numbers, and that its output reads
 * back. */
#include "common/json.h"
#include "common/jsonw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void commas_and_colons_come_by_themselves(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	jsonw_object(&w);
	jsonw_karray(&w, "list");
	jsonw_int(&w, 1);
	jsonw_array(&w);
	jsonw_end(&w);
	jsonw_object(&w);
	jsonw_end(&w);
	jsonw_null(&w);
	jsonw_end(&w);
	jsonw_kobject(&w, "o");
	jsonw_kstr(&w, "s", "x");
	jsonw_kstr(&w, "none", NULL);
	jsonw_kint(&w, "i", -5);
	jsonw_kbool(&w, "b", true);
	jsonw_knull(&w, "n");
	jsonw_end(&w);
	jsonw_key(&w, "raw");
	jsonw_raw(&w, "[1,2]", 5);
	jsonw_key(&w, "f");
	jsonw_bool(&w, false);
	jsonw_end(&w);
	assert_int_equal(w.depth, 0);
	assert_string_equal(buf_cstr(&b),
		"{\"list\":[1,[],{},null],\"o\":{\"s\":\"x\",\"none\":null,\"i\":-5,"
		"\"b\":true,\"n\":null},\"raw\":[1,2],\"f\":false}");
}

static void the_place_is_kept_while_the_buffer_is_drained(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT, all = BUF_INIT;
	struct jsonw w = JSONW(&b);
	jsonw_array(&w);
	for (int i = 0; i < 3; i++) {
		jsonw_int(&w, i);
		buf_add(&all, b.data, b.len);
		buf_reset(&b);
	}
	jsonw_end(&w);
	buf_add(&all, b.data, b.len);
	assert_string_equal(buf_cstr(&all), "[0,1,2]");
}

static void deep_nesting_keeps_each_level_apart(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	for (int i = 0; i < JSONW_DEPTH_MAX; i++) {
		jsonw_array(&w);
		jsonw_int(&w, i);
	}
	for (int i = 0; i < JSONW_DEPTH_MAX; i++) {
		jsonw_end(&w);
	}
	assert_memory_equal(b.data, "[0,[1,[2,", 9);
	assert_memory_equal(b.data + b.len - JSONW_DEPTH_MAX - 4, ",[63]", 5);
}

static void strings_are_inert_in_json_and_html(void **state _unused_)
{
	static const struct {
		const char *text;
		size_t len;
		const char *expected;
	} cases[] = {
		{"", 0, "\"\""},
		{"plain /path", 11, "\"plain /path\""},
		{"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
		{"\0\x1f\n", 3, "\"\\u0000\\u001f\\u000a\""},
		{"\x7f", 1, "\"\x7f\""},
		{"</script>&", 10, "\"\\u003c/script\\u003e\\u0026\""},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xa9", 9,
			"\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xa9\""},
		{"\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", 12,
			"\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\""},
		{"a\xff"
		 "b\xe2\x82",
			5,
			"\"a\xef\xbf\xbd"
			"b\xef\xbf\xbd\xef\xbf\xbd\""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf b = BUF_INIT;
		struct jsonw w = JSONW(&b);
		jsonw_bytes(&w, cases[i].text, cases[i].len);
		assert_string_equal(buf_cstr(&b), cases[i].expected);
	}
}

static void keys_are_escaped_too(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	jsonw_object(&w);
	jsonw_kint(&w, "a\"<\n", 1);
	jsonw_end(&w);
	assert_string_equal(buf_cstr(&b), "{\"a\\\"\\u003c\\u000a\":1}");
}

/* Each of the 256 bytes passes the strict reader again, ASCII ones unchanged. */
static void every_byte_reads_back(void **state _unused_)
{
	for (int c = 1; c < 256; c++) {
		const char text[3] = {'x', (char)c, '\0'};
		_buf_ struct buf b = BUF_INIT;
		struct jsonw w = JSONW(&b);
		jsonw_str(&w, text);
		_json_ cJSON *json = NULL;
		assert_int_equal(json_parse(b.data, b.len, &json, NULL), 0);
		assert_string_equal(json->valuestring, c < 0x80 ? text : "x\xef\xbf\xbd");
	}
}

static void integers_have_their_full_range(void **state _unused_)
{
	static const int64_t cases[] = {0, 1, -1, 9, 10, 1234567890123, INT64_MAX, INT64_MIN};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char expected[24];
		snprintf(expected, sizeof(expected), "%lld", (long long)cases[i]);
		_buf_ struct buf b = BUF_INIT;
		struct jsonw w = JSONW(&b);
		jsonw_int(&w, cases[i]);
		assert_string_equal(buf_cstr(&b), expected);
	}
}

static void doubles_are_as_short_as_reads_back(void **state _unused_)
{
	static const struct {
		double value;
		const char *expected;
	} cases[] = {
		{0.0, "0"},
		{100.0, "100"},
		{-3.0, "-3"},
		{0.1, "0.1"},
		{1.5, "1.5"},
		{1e300, "1e+300"},
		{5e-324, "5e-324"},
		{9007199254740992.0, "9007199254740992"},
		{1.0 / 3, "0.3333333333333333"},
		{NAN, "null"},
		{INFINITY, "null"},
		{-INFINITY, "null"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf b = BUF_INIT;
		struct jsonw w = JSONW(&b);
		jsonw_double(&w, cases[i].value);
		assert_string_equal(buf_cstr(&b), cases[i].expected);
	}
}

/* RFC 4648, section 10 */
static void base64_follows_the_test_vectors(void **state _unused_)
{
	static const char *const cases[][2] = {
		{"", "\"\""},
		{"f", "\"Zg==\""},
		{"fo", "\"Zm8=\""},
		{"foo", "\"Zm9v\""},
		{"foobar", "\"Zm9vYmFy\""},
		{"\xff\xfe\xfb", "\"//77\""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf b = BUF_INIT;
		struct jsonw w = JSONW(&b);
		jsonw_base64(&w, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(buf_cstr(&b), cases[i][1]);
	}
}

static void a_tree_is_written_as_it_was_read(void **state _unused_)
{
	static const char text[] = "{\"a\":[1,-2,9007199254740991,0.5,\"x\\u003c\",true,false,null,"
				   "[],{}],\"b\":{\"c\":{\"d\":\"\"}}}";
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	jsonw_tree(&w, json);
	assert_string_equal(buf_cstr(&b), text);
}

/* The deepest tree that may be read fits below the writer's own levels. */
static void the_deepest_tree_fits_inside_a_message(void **state _unused_)
{
	char text[2 * JSON_DEPTH_MAX + 1];
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(text, 2 * JSON_DEPTH_MAX, &json, NULL), 0);
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	jsonw_object(&w);
	jsonw_key(&w, "parameters");
	jsonw_tree(&w, json);
	jsonw_end(&w);
	assert_int_equal(b.len, strlen("{\"parameters\":}") + 2 * JSON_DEPTH_MAX);
}

static void times_are_rfc_3339(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	jsonw_object(&w);
	jsonw_ktime(&w, "epoch", 0);
	jsonw_ktime(&w, "then", 1769828400);
	jsonw_ktime(&w, "never", INT64_MIN);
	jsonw_end(&w);
	assert_string_equal(buf_cstr(&b), "{\"epoch\":\"1970-01-01T00:00:00Z\",\"then\":\"2026-01-"
					  "31T03:00:00Z\",\"never\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_and_colons_come_by_themselves),
		cmocka_unit_test(the_place_is_kept_while_the_buffer_is_drained),
		cmocka_unit_test(deep_nesting_keeps_each_level_apart),
		cmocka_unit_test(strings_are_inert_in_json_and_html),
		cmocka_unit_test(keys_are_escaped_too),
		cmocka_unit_test(every_byte_reads_back),
		cmocka_unit_test(integers_have_their_full_range),
		cmocka_unit_test(doubles_are_as_short_as_reads_back),
		cmocka_unit_test(base64_follows_the_test_vectors),
		cmocka_unit_test(a_tree_is_written_as_it_was_read),
		cmocka_unit_test(the_deepest_tree_fits_inside_a_message),
		cmocka_unit_test(times_are_rfc_3339),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
