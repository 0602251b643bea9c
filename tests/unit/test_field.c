// needs: common
/* test_field.c - field tables: decoding and its sentences, encoding, copying, and the three kinds
 * of documentation. */
#include "common/field.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct place {
	char *path;
	struct strv exclude;
	bool deep;
};

struct inner {
	int64_t days;
	int64_t order;
};

struct outer {
	bool on;
	int64_t count;
	int64_t any;
	int64_t wait;
	int64_t order;
	char *name;
	char *zone;
	struct strv words;
	struct inner inner;
	struct {
		struct place *v;
		size_t n;
	} places;
	cJSON *extra;
};

static const char *const orders[] = {"none", "day-first", "month-first", NULL};

static int check_path(const void *value, struct err *err)
{
	const char *path = value;
	return path[0] == '/' ? 0
			      : err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must be absolute");
}

static int check_even(const void *value, struct err *err)
{
	return *(const int64_t *)value % 2 == 0
		       ? 0
		       : err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must be even");
}

static int check_word(const void *value, struct err *err)
{
	return strcmp(value, "bad") != 0
		       ? 0
		       : err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must not be bad");
}

static int check_place(const void *value, struct err *err)
{
	const struct place *place = value;
	return place->deep || place->exclude.n == 0
		       ? 0
		       : err_set(err, -EINVAL, ERR_INVALID_VALUE, "exclude",
				 "is useless when not deep");
}

static const struct field place_fields[] = {
	FIELD_ROW_STRING(struct place, path, "Where.", .flags = FIELD_REQUIRED, .min = 1, .max = 20,
		.check = check_path),
	FIELD_ROW_STRINGS(struct place, exclude, "Not these.", .max = 3, .flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_BOOL(
		struct place, deep, "All below.", .otherwise = true, .flags = FIELD_OMIT_EMPTY),
};
static const struct field_table place_table = {
	"Place", "A place.", sizeof(struct place), place_fields, ARRAY_SIZE(place_fields)};

static const struct field inner_fields[] = {
	FIELD_ROW_INT(struct inner, days, "Days.", .min = 1, .max = 365, .otherwise = 30),
	FIELD_ROW_ENUM(struct inner, order, "Order.", .names = orders, .otherwise = 1),
};
static const struct field_table inner_table = {
	"Inner", "Inside.", sizeof(struct inner), inner_fields, ARRAY_SIZE(inner_fields)};

static const struct field outer_fields[] = {
	FIELD_ROW_BOOL(struct outer, on, "On or off."),
	FIELD_ROW_INT(struct outer, count, "A count.", .min = 0, .max = 10, .otherwise = 4,
		.check = check_even),
	FIELD_ROW_INT(struct outer, any, "Any number."),
	FIELD_ROW_DURATION(
		struct outer, wait, "How long.", .min = 60, .max = 86400, .otherwise = 3600),
	FIELD_ROW_ENUM(struct outer, order, "The order.", .names = orders),
	FIELD_ROW_STRING(struct outer, name, "A name.", .flags = FIELD_NULLABLE, .max = 8),
	FIELD_ROW_STRING(
		struct outer, zone, "A zone.", .otherwise_text = "UTC", .flags = FIELD_LOCKED),
	FIELD_ROW_STRINGS(struct outer, words, "Words.", .max = 3,
		.otherwise_text = "[\"a\",\"b\"]", .check = check_word, .flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_OBJECT(struct outer, inner, struct inner, &inner_table, "Inside."),
	FIELD_ROW_OBJECTS(struct outer, places, struct place, &place_table, "Places.", .max = 2,
		.shorthand = "path", .check = check_place),
	FIELD_ROW_JSON(struct outer, extra, "Whatever.", .flags = FIELD_OMIT_EMPTY),
};
static const struct field_table outer_table = {
	"Outer", "Everything.", sizeof(struct outer), outer_fields, ARRAY_SIZE(outer_fields)};

static int decode(const struct field_table *t, const char *text, void *s, struct err *err)
{
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return field_decode(t, json, s, err);
}

static void assert_encodes(const struct outer *o, const char *expected)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	field_encode(&outer_table, o, &w);
	assert_string_equal(buf_cstr(&b), expected);
}

static const char everything[] =
	"{\"on\":true,\"count\":2,\"any\":-7,\"wait\":\"90s\",\"order\":\"month-first\","
	"\"name\":\"x\",\"zone\":\"CET\",\"words\":[\"w\"],\"inner\":{\"days\":365,\"order\":"
	"\"none\"},"
	"\"places\":[\"/a\",{\"path\":\"/b\",\"exclude\":[\"*.tmp\"]}],\"extra\":{\"k\":[1]}}";
static const char defaults[] =
	"{\"on\":false,\"count\":4,\"any\":0,\"wait\":\"1h\",\"order\":\"none\",\"name\":null,"
	"\"zone\":\"UTC\",\"inner\":{\"days\":30,\"order\":\"day-first\"},\"places\":[]}";

static void every_type_decodes_into_its_member(void **state _unused_)
{
	struct outer o;
	assert_int_equal(decode(&outer_table, everything, &o, NULL), 0);
	assert_true(o.on);
	assert_int_equal(o.count, 2);
	assert_true(o.any == -7);
	assert_int_equal(o.wait, 90);
	assert_int_equal(o.order, 2);
	assert_string_equal(o.name, "x");
	assert_string_equal(o.zone, "CET");
	assert_int_equal(o.words.n, 1);
	assert_int_equal(o.inner.days, 365);
	assert_int_equal(o.inner.order, 0);
	assert_int_equal(o.places.n, 2);
	assert_string_equal(o.places.v[0].path, "/a");
	assert_true(o.places.v[0].deep);
	assert_string_equal(o.places.v[1].exclude.v[0], "*.tmp");
	assert_true(cJSON_IsObject(o.extra));
	field_done(&outer_table, &o);
}

static void what_is_absent_gets_its_default(void **state _unused_)
{
	struct outer o;
	assert_int_equal(field_decode(&outer_table, NULL, &o, NULL), 0);
	assert_int_equal(o.count, 4);
	assert_int_equal(o.wait, 3600);
	assert_null(o.name);
	assert_int_equal(o.words.n, 2);
	assert_string_equal(o.words.v[1], "b");
	assert_int_equal(o.inner.days, 30);
	assert_encodes(&o, defaults);
	field_done(&outer_table, &o);
	assert_int_equal(field_defaults(&outer_table, &o), 0);
	assert_encodes(&o, defaults);
	field_done(&outer_table, &o);
	assert_null(o.zone);
	field_done(&outer_table, &o);
}

struct bad {
	const char *text;
	enum err_code code;
	const char *field, *message;
};

static void refuse(const struct bad *cases, size_t count, int rc)
{
	for (size_t i = 0; i < count; i++) {
		struct outer o, zero;
		struct err err = {0};
		memset(&zero, 0, sizeof(zero));
		assert_int_equal(decode(&outer_table, cases[i].text, &o, &err), rc);
		assert_string_equal(err.message, cases[i].message);
		assert_string_equal(err.field, cases[i].field);
		assert_int_equal(err.code, cases[i].code);
		assert_memory_equal(&o, &zero, sizeof(o));
		assert_int_equal(decode(&outer_table, cases[i].text, &o, NULL), rc);
	}
}

static void wrong_types_name_both_types(void **state _unused_)
{
	static const struct bad cases[] = {
		{"[]", ERR_INVALID_TYPE, "", "expected an object, got an array"},
		{"{\"on\":1}", ERR_INVALID_TYPE, "on", "expected true or false, got a number"},
		{"{\"count\":\"2\"}", ERR_INVALID_TYPE, "count",
			"expected a whole number, got a string"},
		{"{\"count\":null}", ERR_INVALID_TYPE, "count",
			"expected a whole number, got null"},
		{"{\"wait\":60}", ERR_INVALID_TYPE, "wait",
			"expected a duration in quotes such as \"36h\", got a number"},
		{"{\"order\":true}", ERR_INVALID_TYPE, "order",
			"expected a string, got true or false"},
		{"{\"name\":5}", ERR_INVALID_TYPE, "name", "expected a string, got a number"},
		{"{\"words\":\"a\"}", ERR_INVALID_TYPE, "words",
			"expected an array of strings, got a string"},
		{"{\"words\":[\"a\",1]}", ERR_INVALID_TYPE, "words[1]",
			"expected a string, got a number"},
		{"{\"inner\":[]}", ERR_INVALID_TYPE, "inner", "expected an object, got an array"},
		{"{\"places\":{}}", ERR_INVALID_TYPE, "places", "expected an array, got an object"},
		{"{\"places\":[1]}", ERR_INVALID_TYPE, "places[0]",
			"expected a string or an object, got a number"},
		{"{\"places\":[{\"path\":\"/\",\"deep\":0}]}", ERR_INVALID_TYPE, "places[0].deep",
			"expected true or false, got a number"},
		{"{\"extra\":[]}", ERR_INVALID_TYPE, "extra", "expected an object, got an array"},
	};
	refuse(cases, ARRAY_SIZE(cases), -EINVAL);
}

static void values_outside_their_limits_name_the_limits(void **state _unused_)
{
	static const struct bad cases[] = {
		{"{\"inner\":{\"days\":400}}", ERR_INVALID_VALUE, "inner.days",
			"must be between 1 and 365, not 400"},
		{"{\"inner\":{\"days\":0}}", ERR_INVALID_VALUE, "inner.days",
			"must be between 1 and 365, not 0"},
		{"{\"any\":1.5}", ERR_INVALID_VALUE, "any",
			"must be a whole number up to 2^53, not 1.5"},
		{"{\"wait\":\"59s\"}", ERR_INVALID_VALUE, "wait",
			"must be between 1m and 1d, not 59s"},
		{"{\"wait\":\"0\"}", ERR_INVALID_VALUE, "wait", "must be between 1m and 1d, not 0"},
		{"{\"wait\":\"soon\"}", ERR_INVALID_VALUE, "wait",
			"must be a number with a unit (s, m, h, d or w) such as \"36h\", not "
			"\"soon\""},
		{"{\"order\":\"last\"}", ERR_INVALID_VALUE, "order",
			"must be \"none\", \"day-first\" or \"month-first\", not \"last\""},
		{"{\"name\":\"123456789\"}", ERR_INVALID_VALUE, "name",
			"must be at most 8 bytes long, not 9"},
		{"{\"words\":[\"a\",\"\"]}", ERR_INVALID_VALUE, "words[1]", "must not be empty"},
		{"{\"places\":[\"\"]}", ERR_INVALID_VALUE, "places[0].path", "must not be empty"},
	};
	refuse(cases, ARRAY_SIZE(cases), -EINVAL);
	static const struct bad too_many[] = {
		{"{\"words\":[\"a\",\"b\",\"c\",\"d\"]}", ERR_TOO_LARGE, "words",
			"must have at most 3 entries, not 4"},
		{"{\"places\":[\"/\",\"/\",\"/\"]}", ERR_TOO_LARGE, "places",
			"must have at most 2 entries, not 3"},
	};
	refuse(too_many, ARRAY_SIZE(too_many), -E2BIG);
}

static void unknown_and_missing_keys_are_named_with_their_path(void **state _unused_)
{
	static const struct bad cases[] = {
		{"{\"zoen\":1}", ERR_UNKNOWN_KEY, "zoen",
			"unknown key \"zoen\"; did you mean \"zone\"?"},
		{"{\"Count\":1}", ERR_UNKNOWN_KEY, "Count",
			"unknown key \"Count\"; did you mean \"count\"?"},
		{"{\"elephant\":1}", ERR_UNKNOWN_KEY, "elephant", "unknown key \"elephant\""},
		{"{\"places\":[\"/a\",{\"path\":\"/b\",\"exlude\":[]}]}", ERR_UNKNOWN_KEY,
			"places[1].exlude", "unknown key \"exlude\"; did you mean \"exclude\"?"},
		{"{\"places\":[{}]}", ERR_MISSING_KEY, "places[0].path",
			"the key \"path\" is missing"},
		{"{\"a\\u001b[2J\":1}", ERR_UNKNOWN_KEY, "a\\x1b[2J", "unknown key \"a\\x1b[2J\""},
	};
	refuse(cases, ARRAY_SIZE(cases), -EINVAL);
}

static void a_rows_own_check_judges_every_value(void **state _unused_)
{
	static const struct bad cases[] = {
		{"{\"count\":3}", ERR_INVALID_VALUE, "count", "must be even"},
		{"{\"words\":[\"a\",\"bad\"]}", ERR_INVALID_VALUE, "words[1]", "must not be bad"},
		{"{\"places\":[\"/a\",\"b\"]}", ERR_INVALID_VALUE, "places[1].path",
			"must be absolute"},
		{"{\"places\":[{\"path\":\"/a\",\"exclude\":[\"x\"],\"deep\":false}]}",
			ERR_INVALID_VALUE, "places[0].exclude", "is useless when not deep"},
	};
	refuse(cases, ARRAY_SIZE(cases), -EINVAL);
}

static void a_long_value_is_cut_in_the_sentence(void **state _unused_)
{
	char text[1200] = "{\"order\":\"";
	size_t at = strlen(text);
	memset(text + at, 'x', 1000);
	memcpy(text + at + 1000, "\"}", 3);
	struct outer o;
	struct err err = {0};
	assert_int_equal(decode(&outer_table, text, &o, &err), -EINVAL);
	assert_int_equal(strspn(strstr(err.message, "not \"") + 5, "x"), 80);
	assert_non_null(strstr(err.message, "x...\""));
}

static void text_and_lists_without_limits_are_limited_all_the_same(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	buf_adds(&b, "{\"zone\":\"");
	for (int i = 0; i < 4097; i++) {
		buf_addc(&b, 'z');
	}
	buf_adds(&b, "\"}");
	struct outer o;
	struct err err = {0};
	assert_int_equal(decode(&outer_table, buf_cstr(&b), &o, &err), -EINVAL);
	assert_string_equal(err.message, "must be at most 4096 bytes long, not 4097");

	static const struct field rows[] = {FIELD_ROW_STRINGS(struct outer, words, "Words.")};
	const struct field_table t = {"T", "", sizeof(struct outer), rows, 1};
	buf_reset(&b);
	buf_adds(&b, "{\"words\":[\"w\"");
	for (int i = 1; i < 1025; i++) {
		buf_adds(&b, ",\"w\"");
	}
	buf_adds(&b, "]}");
	assert_int_equal(decode(&t, buf_cstr(&b), &o, &err), -E2BIG);
	assert_string_equal(err.message, "must have at most 1024 entries, not 1025");
}

static void encoding_gives_back_what_was_decoded(void **state _unused_)
{
	static const char *const cases[] = {
		everything,
		/* a list whose default is not empty stays when a person emptied it */
		"{\"on\":false,\"count\":0,\"any\":9007199254740992,\"wait\":\"1d\",\"order\":"
		"\"day-first\",\"name\":\"\","
		"\"zone\":\"\",\"words\":[],\"inner\":{\"days\":1,\"order\":\"none\"},"
		"\"places\":[{\"path\":\"/b\",\"deep\":false}]}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outer o, copy;
		assert_int_equal(decode(&outer_table, cases[i], &o, NULL), 0);
		assert_encodes(&o, cases[i]);
		assert_int_equal(field_copy(&outer_table, &o, &copy), 0);
		field_done(&outer_table, &o);
		assert_encodes(&copy, cases[i]);
		field_done(&outer_table, &copy);
	}
}

static void a_long_form_without_news_becomes_the_short_form(void **state _unused_)
{
	struct outer o;
	assert_int_equal(decode(&outer_table,
				 "{\"words\":[\"a\",\"b\"],\"places\":[{\"path\":\"/"
				 "a\",\"deep\":true,\"exclude\":[]}]}",
				 &o, NULL),
		0);
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	field_encode(&outer_table, &o, &w);
	assert_non_null(strstr(buf_cstr(&b), "\"places\":[\"/a\"]"));
	assert_null(strstr(buf_cstr(&b), "words"));
	field_done(&outer_table, &o);
}

static void durations_parse_and_format(void **state _unused_)
{
	static const struct {
		const char *text;
		int64_t seconds;
		const char *formatted;
	} good[] = {
		{"0", 0, "0"},
		{"0h", 0, "0"},
		{"90s", 90, "90s"},
		{"60s", 60, "1m"},
		{"15m", 900, "15m"},
		{"36h", 129600, "36h"},
		{"24h", 86400, "1d"},
		{"365d", 31536000, "365d"},
		{"7d", 604800, "1w"},
		{"2w", 1209600, "2w"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		int64_t seconds = -1;
		char out[24];
		assert_int_equal(duration_parse(good[i].text, &seconds), 0);
		assert_int_equal(seconds, good[i].seconds);
		duration_format(seconds, out, sizeof(out));
		assert_string_equal(out, good[i].formatted);
	}
	static const char *const bad[] = {"", "5", "h", "-5m", "+5m", " 5m", "5 m", "5m ", "5M",
		"1h30m", "1.5h", "5y", "99999999999999999999s", "9223372036854775807w"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t seconds = 4711;
		assert_int_equal(duration_parse(bad[i], &seconds), -EINVAL);
		assert_int_equal(seconds, 4711);
	}
}

static void the_nearest_name_is_near(void **state _unused_)
{
	static const struct {
		const char *wrong, *nearest;
	} cases[] = {
		{"nmae", "name"},
		{"names", "name"},
		{"wiat", "wait"},
		{"INNER", "inner"},
		{"palces", "places"},
		{"xy", NULL},
		{"subnets_to_scan", NULL},
		{"", NULL},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *nearest = field_nearest(&outer_table, cases[i].wrong);
		if (cases[i].nearest == NULL) {
			assert_null(nearest);
		} else {
			assert_non_null(nearest);
			assert_string_equal(nearest, cases[i].nearest);
		}
	}
}

static void varlink_types_are_printed(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	field_print_varlink(&outer_table, &b);
	assert_string_equal(buf_cstr(&b),
		"(on: ?bool, count: ?int, any: ?int, wait: ?string, order: ?string, name: ?string, "
		"zone: ?string, "
		"words: ?[]string, inner: ?(days: ?int, order: ?string), "
		"places: ?[](path: string, exclude: ?[]string, deep: ?bool), extra: ?object)");
}

/* An encoded struct leaves out only strings and objects that are NULL without being nullable. */
static void the_answer_schema_says_what_the_encoder_writes(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	field_print_answer_schema(&outer_table, &w);
	const char *schema = buf_cstr(&b);
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(b.data, b.len, &json, NULL), 0);
	assert_null(strstr(schema, "\"default\""));
	static const char *const parts[] = {
		"\"required\":[\"days\",\"order\"]",
		"\"required\":[\"path\",\"exclude\",\"deep\"]",
		"\"required\":[\"on\",\"count\",\"any\",\"wait\",\"order\",\"name\",\"zone\","
		"\"words\",\"inner\",\"places\"]",
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strstr(schema, parts[i]) == NULL) {
			fail_msg("%s is not in %s", parts[i], schema);
		}
	}
}

static void the_schema_says_what_the_decoder_asks_for(void **state _unused_)
{
	_buf_ struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	field_print_schema(&outer_table, &w);
	const char *schema = buf_cstr(&b);
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(b.data, b.len, &json, NULL), 0);
	static const char *const parts[] = {
		"{\"title\":\"Outer\",\"description\":\"Everything.\",\"type\":\"object\","
		"\"properties\":{",
		"\"on\":{\"description\":\"On or off.\",\"type\":\"boolean\",\"default\":false}",
		"\"count\":{\"description\":\"A "
		"count.\",\"type\":\"integer\",\"minimum\":0,\"maximum\":10,\"default\":4}",
		"\"type\":\"string\",\"pattern\":\"^(0|[0-9]+[smhdw])$\",\"default\":\"1h\"}",
		"\"enum\":[\"none\",\"day-first\",\"month-first\"],\"default\":\"none\"}",
		"\"type\":[\"string\",\"null\"],\"maxLength\":8}",
		"\"default\":\"UTC\",\"readOnly\":true}",
		"\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"string\",\"minLength\":1,"
		"\"maxLength\":4096},"
		"\"default\":[\"a\",\"b\"]}",
		"\"items\":{\"anyOf\":[{\"type\":\"string\",\"minLength\":1},{\"title\":\"Place\",",
		"\"required\":[\"path\"],\"additionalProperties\":false}]}}",
		"\"extra\":{\"description\":\"Whatever.\",\"type\":\"object\"}},"
		"\"additionalProperties\":false}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strstr(schema, parts[i]) == NULL) {
			fail_msg("%s is not in %s", parts[i], schema);
		}
	}
}

static void roff_entries_are_escaped_and_nested(void **state _unused_)
{
	static const struct field rows[] = {
		FIELD_ROW_INT(struct inner, days, ".5 of\n'a\\b' is half-done", .min = 1, .max = 9,
			.otherwise = 2),
	};
	const struct field_table t = {"T", "", sizeof(struct inner), rows, 1};
	_buf_ struct buf b = BUF_INIT;
	field_print_roff(&t, "x-", &b);
	assert_string_equal(buf_cstr(&b), ".TP\n\\fBx\\-days\\fR (number, 1 to 9, default 2)\n"
					  "\\&.5 of \\(aqa\\eb\\(aq is half\\-done\n");
	buf_reset(&b);
	field_print_roff(&outer_table, "", &b);
	static const char *const parts[] = {
		".TP\n\\fBwait\\fR (duration, 1m to 1d, default \"1h\")\nHow long.\n",
		".TP\n\\fBorder\\fR (one of \"none\", \"day\\-first\", \"month\\-first\", default "
		"\"none\")\n",
		".TP\n\\fBzone\\fR (string, default \"UTC\", only in the file)\n",
		".TP\n\\fBplaces\\fR (list of strings or "
		"objects)\nPlaces.\n.TP\n\\fBplaces[].path\\fR (string, required)\n",
		".TP\n\\fBinner.days\\fR (number, 1 to 365, default 30)\nDays.\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strstr(buf_cstr(&b), parts[i]) == NULL) {
			fail_msg("%s is not in %s", parts[i], buf_cstr(&b));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_decodes_into_its_member),
		cmocka_unit_test(what_is_absent_gets_its_default),
		cmocka_unit_test(wrong_types_name_both_types),
		cmocka_unit_test(values_outside_their_limits_name_the_limits),
		cmocka_unit_test(unknown_and_missing_keys_are_named_with_their_path),
		cmocka_unit_test(a_rows_own_check_judges_every_value),
		cmocka_unit_test(a_long_value_is_cut_in_the_sentence),
		cmocka_unit_test(text_and_lists_without_limits_are_limited_all_the_same),
		cmocka_unit_test(encoding_gives_back_what_was_decoded),
		cmocka_unit_test(a_long_form_without_news_becomes_the_short_form),
		cmocka_unit_test(durations_parse_and_format),
		cmocka_unit_test(the_nearest_name_is_near),
		cmocka_unit_test(varlink_types_are_printed),
		cmocka_unit_test(the_schema_says_what_the_decoder_asks_for),
		cmocka_unit_test(the_answer_schema_says_what_the_encoder_writes),
		cmocka_unit_test(roff_entries_are_escaped_and_nested),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
