// needs: common
/* test_json.c - what the strict reader accepts, what it refuses, and where it says the fault is. */
#include "common/buf.h"
#include "common/json.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Parses a copy of exactly len bytes, so that a sanitizer sees every read behind the end. */
static int parse(const char *text, size_t len, cJSON **ret, struct err *err)
{
	_free_ char *exact = malloc(MAX(len, (size_t)1));
	assert_non_null(exact);
	memcpy(exact, text, len);
	return json_parse(exact, len, ret, err);
}

static void good_json_is_accepted(void **state _unused_)
{
	static const char *const cases[] = {
		"0",
		"-0",
		"12",
		"1.5",
		"-1.25e+10",
		"1E-3",
		"\"\"",
		"true",
		"false",
		"null",
		"[]",
		"{}",
		" \t\r\n{ \"a\" : [ 1 , 2 , { } ] , \"b\" : null } \n",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\\u00e9\\uD83D\\uDE00\"",
		"\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x92\xa9 \x7f\"",
		"1.7976931348623157e308",
		"{\"a\":1,\"A\":2}",
		"{\"\":1}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_json_ cJSON *json = NULL;
		struct err err = {0};
		int r = parse(cases[i], strlen(cases[i]), &json, &err);
		if (r < 0) {
			fail_msg("%s: %s", cases[i], err.message);
		}
		assert_non_null(json);
	}
}

struct bad {
	const char *text;
	const char *message;
};

static void refuse(const struct bad *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		cJSON *json = NULL;
		struct err err = {0};
		assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &json, &err), -EINVAL);
		assert_null(json);
		assert_int_equal(err.code, ERR_INVALID_JSON);
		assert_string_equal(err.message, cases[i].message);
		assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &json, NULL), -EINVAL);
	}
}

static void structure_faults_say_where(void **state _unused_)
{
	static const struct bad cases[] = {
		{"", "line 1, column 1: the text is empty"},
		{" \n ", "line 2, column 2: the text is empty"},
		{"{} x", "line 1, column 4: something follows after the end of the JSON value"},
		{"{}{}", "line 1, column 3: something follows after the end of the JSON value"},
		{"[1,]", "line 1, column 4: expected a value, got ']'"},
		{"[,1]", "line 1, column 2: expected a value, got ','"},
		{"[1 2]", "line 1, column 4: expected ',' or ']', got '2'"},
		{"[1}", "line 1, column 3: expected ',' or ']', got '}'"},
		{"{\"a\":1]", "line 1, column 7: expected ',' or '}', got ']'"},
		{"{\"a\" 1}", "line 1, column 6: expected ':' after the key, got '1'"},
		{"{\n\t\"a\": 1,\n}", "line 3, column 1: expected a key in double quotes after the "
				      "comma, got '}'"},
		{"{a: 1}", "line 1, column 2: expected a key in double quotes or '}', got 'a'"},
		{"{'a': 1}", "line 1, column 2: expected a key in double quotes or '}', got '''"},
		{"// no", "line 1, column 1: expected a value, got '/'"},
		{"nul!", "line 1, column 1: expected a value, got 'n'"},
		{"NaN", "line 1, column 1: expected a value, got 'N'"},
		{"trueish", "line 1, column 5: something follows after the end of the JSON value"},
		{"[\"\xc3\xa9\xc3\xa9\", x]", "line 1, column 8: expected a value, got 'x'"},
		{"[\xff]", "line 1, column 2: expected a value, got '\\xff'"},
		{"\xef\xbb\xbf{}", "line 1, column 1: the text begins with a byte order mark; save "
				   "it as UTF-8 without one"},
	};
	refuse(cases, ARRAY_SIZE(cases));
}

static void a_text_that_is_cut_off_says_so(void **state _unused_)
{
	static const struct bad cases[] = {
		{"{\n\"a\": 1,\n", "line 3, column 1: the text ends in the middle of an object; is "
				   "the file cut off?"},
		{"{\"a\"", "line 1, column 5: the text ends in the middle of an object; is the "
			   "file cut off?"},
		{"{\"a\":", "line 1, column 6: the text ends in the middle of an object; is the "
			    "file cut off?"},
		{"[1", "line 1, column 3: the text ends in the middle of an array; is the file cut "
		       "off?"},
		{"[\"ab", "line 1, column 5: the text ends in the middle of a string; is the file "
			  "cut off?"},
		{"\"\\", "line 1, column 3: the text ends in the middle of a string; is the file "
			 "cut off?"},
		{"\"\\u00", "line 1, column 6: the text ends in the middle of a string; is the "
			    "file cut off?"},
		{"[-", "line 1, column 3: the text ends in the middle of a number; is the file cut "
		       "off?"},
		{"1.", "line 1, column 3: the text ends in the middle of a number; is the file cut "
		       "off?"},
		{"1e+", "line 1, column 4: the text ends in the middle of a number; is the file "
			"cut off?"},
		{"[tru", "line 1, column 5: the text ends in the middle of a word; is the file cut "
			 "off?"},
	};
	refuse(cases, ARRAY_SIZE(cases));
}

/* Every proper prefix of an object is refused: nothing half read can pass for whole. */
static void no_prefix_of_an_object_passes(void **state _unused_)
{
	static const char text[] =
		"{\"a\":[1,-2.5e3,true,null,\"x\\u00e9\xc3\xa9\\n\"],\"b\":{\"c\":{}}}";
	for (size_t len = 0; len < strlen(text); len++) {
		cJSON *json = NULL;
		assert_int_equal(parse(text, len, &json, NULL), -EINVAL);
	}
	_json_ cJSON *json = NULL;
	assert_int_equal(parse(text, strlen(text), &json, NULL), 0);
}

static void string_faults_say_where(void **state _unused_)
{
	static const struct bad cases[] = {
		{"\"a\nb\"", "line 1, column 3: a string must end on the line where it began"},
		{"\"a\tb\"", "line 1, column 3: a control byte (0x09) must be written as \\u0009 "
			     "in a string"},
		{"\"\\u0000\"", "line 1, column 2: \\u0000 is not allowed in a string"},
		{"\"\\u00g0\"", "line 1, column 2: \\u needs four hexadecimal digits"},
		{"\"\\x41\"", "line 1, column 2: a backslash in a string must be written twice"},
		{"\"\\ud800\"", "line 1, column 2: half of a surrogate pair is no character"},
		{"\"\\ud800\\n\"", "line 1, column 2: half of a surrogate pair is no character"},
		{"\"\\ud800\\u0041\"",
			"line 1, column 2: half of a surrogate pair is no character"},
		{"\"\\udc00\"", "line 1, column 2: half of a surrogate pair is no character"},
		{"\"\xff\"", "line 1, column 2: the byte 0xff is no valid UTF-8 here"},
		{"\"\xc0\x80\"", "line 1, column 2: the byte 0xc0 is no valid UTF-8 here"},
		{"\"\xed\xa0\x80\"", "line 1, column 2: the byte 0xed is no valid UTF-8 here"},
		{"{\"\x01\":1}", "line 1, column 3: a control byte (0x01) must be written as "
				 "\\u0001 in a string"},
	};
	refuse(cases, ARRAY_SIZE(cases));
	cJSON *json = NULL;
	assert_int_equal(parse("\"a\0b\"", 5, &json, NULL), -EINVAL);
	assert_int_equal(parse("{}\0", 3, &json, NULL), -EINVAL);
}

static void number_faults_say_where(void **state _unused_)
{
	static const struct bad cases[] = {
		{"01", "line 1, column 1: a number must not begin with 0"},
		{"-01", "line 1, column 1: a number must not begin with 0"},
		{"00", "line 1, column 1: a number must not begin with 0"},
		{"+1", "line 1, column 1: expected a value, got '+'"},
		{".5", "line 1, column 1: expected a value, got '.'"},
		{"-x", "line 1, column 2: expected a digit, got 'x'"},
		{"1.x", "line 1, column 3: expected a digit, got 'x'"},
		{"1ex", "line 1, column 3: expected a digit, got 'x'"},
		{"0x10", "line 1, column 2: something follows after the end of the JSON value"},
		{"[1e999]", "line 1, column 2: the number is too large"},
		{"1234567890123456789012345678901234567890123456789012345678901",
			"line 1, column 1: a number must not be longer than 60 characters"},
	};
	refuse(cases, ARRAY_SIZE(cases));
}

static void duplicate_keys_are_refused_however_they_are_spelled(void **state _unused_)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{"{\"a\":1,\"a\":1}", "a"},
		{"{\"a\":1,\"\\u0061\":2}", "a"},
		{"{\"x\":[0,{\"y\":{\"b\":1,\"c\":2,\"b\":3}}]}", "x[1].y.b"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cJSON *json = NULL;
		struct err err = {0};
		assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &json, &err), -EINVAL);
		assert_int_equal(err.code, ERR_INVALID_JSON);
		assert_string_equal(err.field, cases[i].field);
		assert_non_null(strstr(err.message, "appears twice"));
	}
}

static int parse_object_of(unsigned count, unsigned repeated, struct err *err)
{
	_buf_ struct buf text = BUF_INIT;
	buf_addc(&text, '{');
	for (unsigned i = 0; i < count; i++) {
		buf_printf(&text, "%s\"k%u\":0", i != 0 ? "," : "", i == count - 1 ? repeated : i);
	}
	buf_addc(&text, '}');
	_json_ cJSON *json = NULL;
	return json_parse(text.data, text.len, &json, err);
}

/* Compared pairwise, 150,000 keys would take minutes. */
static void duplicate_keys_in_a_huge_object_are_found_quickly(void **state _unused_)
{
	struct err err = {0};
	clock_t start = clock();
	assert_int_equal(parse_object_of(150000, 149999, &err), 0);
	assert_int_equal(parse_object_of(150000, 7, &err), -EINVAL);
	assert_string_equal(err.field, "k7");
	assert_int_equal(parse_object_of(17, 3, &err), -EINVAL);
	assert_int_equal(parse_object_of(16, 3, &err), -EINVAL);
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
}

static int parse_nested(unsigned depth, struct err *err)
{
	_buf_ struct buf text = BUF_INIT;
	for (unsigned i = 0; i < depth; i++) {
		buf_adds(&text, i % 2 != 0 ? "[" : "{\"a\":");
	}
	buf_adds(&text, "1");
	for (unsigned i = depth; i-- > 0;) {
		buf_addc(&text, i % 2 != 0 ? ']' : '}');
	}
	_json_ cJSON *json = NULL;
	return json_parse(text.data, text.len, &json, err);
}

static void depth_and_count_are_limited(void **state _unused_)
{
	struct err err = {0};
	assert_int_equal(parse_nested(JSON_DEPTH_MAX, &err), 0);
	assert_int_equal(parse_nested(JSON_DEPTH_MAX + 1, &err), -E2BIG);
	assert_int_equal(err.code, ERR_INVALID_JSON);
	assert_non_null(strstr(err.message, "more than 32 levels of nesting"));

	/* The array itself is a value, too. */
	assert_int_equal(parse_object_of(JSON_ITEMS_MAX - 1, JSON_ITEMS_MAX, &err), 0);
	assert_int_equal(parse_object_of(JSON_ITEMS_MAX, JSON_ITEMS_MAX, &err), -E2BIG);
	assert_non_null(strstr(err.message, "more than 200000 values"));
}

static void integers_are_exact_up_to_2_to_the_53(void **state _unused_)
{
	static const struct {
		const char *text;
		int rc;
		int64_t value;
	} cases[] = {
		{"0", 0, 0},
		{"-7", 0, -7},
		{"2.0", 0, 2},
		{"1e3", 0, 1000},
		{"9007199254740991", 0, INT64_C(9007199254740991)},
		{"9007199254740992", 0, INT64_C(9007199254740992)},
		{"-9007199254740992", 0, -INT64_C(9007199254740992)},
		{"9007199254740994", -EINVAL, 0},
		{"1.5", -EINVAL, 0},
		{"1e300", -EINVAL, 0},
		{"\"1\"", -EINVAL, 0},
		{"true", -EINVAL, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_json_ cJSON *json = NULL;
		int64_t value = 4711;
		assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &json, NULL), 0);
		assert_int_equal(json_int(json, &value), cases[i].rc);
		assert_true(value == (cases[i].rc == 0 ? cases[i].value : 4711));
	}
}

static void members_are_found_by_exact_name_and_type(void **state _unused_)
{
	static const char text[] = "{\"name\":\"x\",\"Name\":\"y\",\"n\":5,\"half\":0.5,\"yes\":"
				   "true,\"no\":false,\"l\":[1]}";
	_json_ cJSON *json = NULL;
	assert_int_equal(parse(text, strlen(text), &json, NULL), 0);
	assert_string_equal(json_get_string(json, "name"), "x");
	assert_string_equal(json_get_string(json, "Name"), "y");
	assert_null(json_get_string(json, "NAME"));
	assert_null(json_get_string(json, "n"));
	assert_int_equal(json_get_int(json, "n", -1), 5);
	assert_int_equal(json_get_int(json, "half", -1), -1);
	assert_int_equal(json_get_int(json, "none", -1), -1);
	assert_true(json_get_bool(json, "yes", false));
	assert_false(json_get_bool(json, "no", true));
	assert_true(json_get_bool(json, "n", true));
	assert_null(json_get(json_get(json, "l"), "name"));
	assert_null(json_get(NULL, "name"));
	assert_string_equal(json_type_name(json), "object");
	assert_string_equal(json_type_name(json_get(json, "l")), "array");
	assert_string_equal(json_type_name(json_get(json, "no")), "boolean");
	assert_string_equal(json_type_name(NULL), "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_json_is_accepted),
		cmocka_unit_test(structure_faults_say_where),
		cmocka_unit_test(a_text_that_is_cut_off_says_so),
		cmocka_unit_test(no_prefix_of_an_object_passes),
		cmocka_unit_test(string_faults_say_where),
		cmocka_unit_test(number_faults_say_where),
		cmocka_unit_test(duplicate_keys_are_refused_however_they_are_spelled),
		cmocka_unit_test(duplicate_keys_in_a_huge_object_are_found_quickly),
		cmocka_unit_test(depth_and_count_are_limited),
		cmocka_unit_test(integers_are_exact_up_to_2_to_the_53),
		cmocka_unit_test(members_are_found_by_exact_name_and_type),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
