// needs: webd proto common
/* test_cursor.c - a cursor comes back as it was, and nothing else is taken for one. */
#include "common/buf.h"
#include "webd/cursor.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct buf query = {.data = (char[]){"files\0size\0asc"}, .len = 14};
static const struct buf other = {.data = (char[]){"files\0size\0des"}, .len = 14};

static char long_text[CURSOR_VALUE_MAX + 2], longest[CURSOR_VALUE_MAX + 1];

#define BYTES(kind, text)                                                                        \
	{                                                                                        \
		.type = CURSOR_##kind, .data = (char[]){text}, .len = sizeof(text) - 1, .key = 7 \
	}
static struct cursor cases[] = {
	{.type = CURSOR_NULL, .key = 1},
	{.type = CURSOR_INT, .number = INT64_MAX, .key = INT64_MAX},
	{.type = CURSOR_INT, .number = INT64_MIN, .key = INT64_MIN},
	{.type = CURSOR_INT, .number = 1700000000999999999, .key = 9007199254740993},
	{.type = CURSOR_ABSENT, .key = 5},
	BYTES(TEXT, ""),
	BYTES(TEXT, "web01"),
	BYTES(TEXT, "\"<&>\\ \xe2\x80\xa8 \x01"),
	BYTES(TEXT, "a\0b"),
	BYTES(BLOB, "b\xc3\xbc"
		    "cher"),
	BYTES(BLOB, "\xff\xfe\0\x80"),
	BYTES(BLOB, ""),
	{.type = CURSOR_BLOB, .data = longest, .len = CURSOR_VALUE_MAX, .key = 7},
};

static int fill(void **state _unused_)
{
	memset(long_text, 'x', sizeof(long_text) - 1);
	memset(longest, 0xff, sizeof(longest) - 1); /* the longest way to write it */
	return 0;
}

static char *encode(const struct cursor *c, const struct buf *of)
{
	struct buf b = BUF_INIT;

	assert_int_equal(cursor_encode(c, of, &b), 0);
	buf_addc(&b, '\0');
	return buf_steal(&b);
}

static void every_value_comes_back(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(cursor_done) struct cursor c = {0};
		_free_ char *text = encode(&cases[i], &query);
		struct err err = {0};

		if (cursor_decode(text, &query, &c, &err) < 0) {
			fail_msg("case %zu: %s", i, err.message);
		}
		assert_int_equal(c.type, cases[i].type);
		assert_int_equal(c.key, cases[i].key);
		assert_int_equal(c.number, cases[i].number);
		assert_int_equal(c.len, cases[i].len);
		if (c.len > 0) {
			assert_memory_equal(c.data, cases[i].data, c.len);
		}
		assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "0123456789-_"),
			strlen(text));
		assert_true(strlen(text) <= CURSOR_TEXT_MAX);
	}
}

static void a_value_too_long_is_left_out(void **state _unused_)
{
	_cleanup_(cursor_done) struct cursor c = {0};
	struct cursor big = {
		.type = CURSOR_TEXT, .data = long_text, .len = CURSOR_VALUE_MAX + 1, .key = 3};
	_free_ char *text = encode(&big, &query);

	assert_int_equal(cursor_decode(text, &query, &c, NULL), 0);
	assert_int_equal(c.type, CURSOR_ABSENT);
	assert_int_equal(c.key, 3);
}

static void assert_refused(const char *text, const struct buf *of)
{
	struct cursor c = {0};
	struct err err = {0};

	assert_int_equal(cursor_decode(text, of, &c, &err), -EINVAL);
	assert_int_equal(err.code, ERR_INVALID_VALUE);
	assert_string_equal(err.field, "cursor");
	assert_true(strlen(err.message) > 20);
	assert_null(c.data);
}

static void a_cursor_of_another_list_is_refused(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = encode(&cases[i], &other);

		assert_refused(text, &query);
	}
}

/* Every single changed, dropped or added character. */
static void an_edited_cursor_is_refused(void **state _unused_)
{
	static const char letters[] = "aA9_-=+/ \x01\xff";

	for (size_t i = 0; i + 1 < ARRAY_SIZE(cases); i++) {
		_free_ char *text = encode(&cases[i], &query);
		size_t len = strlen(text);

		for (size_t at = 0; at < len; at++) {
			char before = text[at];

			for (const char *p = letters; *p != '\0'; p++) {
				if (*p != before) {
					text[at] = *p;
					assert_refused(text, &query);
				}
			}
			text[at] = '\0';
			assert_refused(text, &query);
			text[at] = before;
		}
	}
}

static void what_is_no_cursor_is_refused(void **state _unused_)
{
	static const char *const texts[] = {
		"",
		"x",
		"====",
		"e30",                                                    /* {} */
		"bnVsbA",                                                 /* null */
		"W10",                                                    /* [] */
		"eyJ2IjoibiIsImsiOiIxIn0",                                /* {"v":"n","k":"1"} */
		"eyJ2IjoibiIsImsiOiIxIiwiYyI6IjAwMDAwMDAwMDAwMDAwMDAifQ", /* a wrong check */
		"eyJ2IjoxLCJrIjoyLCJjIjozfQ",                             /* numbers */
		"%00",
		"../../etc/passwd",
		"' OR 1=1 --",
	};
	char much[CURSOR_TEXT_MAX + 2];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_refused(texts[i], &query);
	}
	memset(much, 'A', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	assert_refused(much, &query);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_comes_back),
		cmocka_unit_test(a_value_too_long_is_left_out),
		cmocka_unit_test(a_cursor_of_another_list_is_refused),
		cmocka_unit_test(an_edited_cursor_is_refused),
		cmocka_unit_test(what_is_no_cursor_is_refused),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
