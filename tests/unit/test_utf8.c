// needs: common
/* test_utf8.c - what is UTF-8 and what is not, at every border of RFC 3629. */
#include "common/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void sequences_at_every_border(void **state _unused_)
{
	static const struct {
		const char *bytes;
		size_t len, expected;
	} cases[] = {
		{"", 0, 0},
		{"\0", 1, 1},
		{"\x7f", 1, 1},
		{"\x80", 1, 0},
		{"\xc1\xbf", 2, 0},
		{"\xc2\x80", 2, 2},
		{"\xdf\xbf", 2, 2},
		{"\xc2", 1, 0},
		{"\xc2\x7f", 2, 0},
		{"\xe0\x9f\xbf", 3, 0},
		{"\xe0\xa0\x80", 3, 3},
		{"\xed\x9f\xbf", 3, 3},
		{"\xed\xa0\x80", 3, 0},
		{"\xee\x80\x80", 3, 3},
		{"\xef\xbf\xbf", 3, 3},
		{"\xe2\x82", 2, 0},
		{"\xe2\x82\xc0", 3, 0},
		{"\xf0\x8f\xbf\xbf", 4, 0},
		{"\xf0\x90\x80\x80", 4, 4},
		{"\xf4\x8f\xbf\xbf", 4, 4},
		{"\xf4\x90\x80\x80", 4, 0},
		{"\xf5\x80\x80\x80", 4, 0},
		{"\xf0\x9f\x92", 3, 0},
		{"\xff", 1, 0},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(utf8_sequence(cases[i].bytes, cases[i].len), cases[i].expected);
	}
}

/* Exactly the code points of RFC 3629 pass: the encoder below makes them and their forbidden
 * neighbours. */
static void every_code_point_and_no_surrogate(void **state _unused_)
{
	for (unsigned c = 0x800; c < 0x110000; c++) {
		char s[4];
		size_t n = c < 0x10000 ? 3 : 4;
		if (n == 3) {
			s[0] = (char)(0xe0 | c >> 12);
		} else {
			s[0] = (char)(0xf0 | c >> 18);
			s[1] = (char)(0x80 | (c >> 12 & 63));
		}
		s[n - 2] = (char)(0x80 | (c >> 6 & 63));
		s[n - 1] = (char)(0x80 | (c & 63));
		bool surrogate = c >= 0xd800 && c <= 0xdfff;
		assert_int_equal(utf8_sequence(s, n), surrogate ? 0 : n);
	}
}

static void the_valid_prefix_ends_at_the_bad_byte_wherever_it_is(void **state _unused_)
{
	char text[64];
	for (size_t bad = 0; bad < sizeof(text); bad++) {
		memset(text, 'a', sizeof(text));
		text[bad] = '\xff';
		assert_int_equal(utf8_valid_prefix(text, sizeof(text)), bad);
		assert_true(utf8_is_valid(text, bad));
	}
	assert_true(utf8_is_valid("gr\xc3\xbc\xc3\x9f"
				  "e, long enough for words \xe2\x82\xac",
		34));
}

static void repair_touches_only_invalid_bytes(void **state _unused_)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"plain", "plain"},
		{"\xff", "?"},
		{"a\xe2\x82z\xc3\xa9", "a??z\xc3\xa9"},
		{"\xed\xa0\x80", "???"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[32];
		snprintf(text, sizeof(text), "%s", cases[i].text);
		utf8_repair(text, strlen(text));
		assert_string_equal(text, cases[i].expected);
	}
}

static void printable_text_has_no_controls_and_fits(void **state _unused_)
{
	static const struct {
		const char *text;
		size_t size;
		const char *expected;
	} cases[] = {
		{"plain", 8, "plain"},
		{"seven77", 8, "seven77"},
		{"eight888", 8, "eigh..."},
		{"", 8, ""},
		{"a\x1b[2J", 32, "a\\x1b[2J"},
		{"line\nbreak", 32, "line\\x0abreak"},
		{"\x7f\xc2\x9b", 32, "\\x7f\\xc2\\x9b"},
		{"\xc2\xa0\xc3\xa9", 32, "\xc2\xa0\xc3\xa9"},
		{"\xff", 32, "\\xff"},
		{"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 8, "\xe2\x82\xac..."},
		{"\n\n\n", 8, "\\x0a..."},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char out[32];
		memset(out, '#', sizeof(out));
		size_t len =
			utf8_printable(cases[i].text, strlen(cases[i].text), out, cases[i].size);
		assert_string_equal(out, cases[i].expected);
		assert_int_equal(len, strlen(cases[i].expected));
		assert_true(len < cases[i].size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences_at_every_border),
		cmocka_unit_test(every_code_point_and_no_surrogate),
		cmocka_unit_test(the_valid_prefix_ends_at_the_bad_byte_wherever_it_is),
		cmocka_unit_test(repair_touches_only_invalid_bytes),
		cmocka_unit_test(printable_text_has_no_controls_and_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
