/* json_scan.c - a strict judge of JSON text: RFC 8259's grammar, I-JSON's strings and our limits.
 */
#include "json_scan.h"

#include "json.h"
#include "utf8.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>

/* cJSON copies a number into 64 bytes and would cut a longer one. */
enum { NUMBER_LENGTH_MAX = 60 };

enum want { WANT_VALUE, WANT_VALUE_OR_END, WANT_KEY, WANT_KEY_OR_END, WANT_COMMA_OR_END };

struct scan {
	const char *text;
	size_t len;
	size_t at;
	unsigned depth;
	unsigned items;
	enum want want;
	bool objects[JSON_DEPTH_MAX]; /* what each open level is */
	struct err *err;
};

_printf_(4, 5) static int fail(const struct scan *s, int rc, size_t at, const char *fmt, ...)
{
	size_t line = 1, column = 1;
	for (size_t i = 0; i < at; i++) {
		if (s->text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)s->text[i] & 0xc0) != 0x80) {
			column++;
		}
	}

	char sentence[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	return err_set(s->err, rc, ERR_INVALID_JSON, NULL, "line %zu, column %zu: %s", line, column,
		sentence);
}

static int fail_cut_off(const struct scan *s, const char *where)
{
	return fail(s, -EINVAL, s->len, "the text ends in the middle of %s; is the file cut off?",
		where);
}

static const char *open_level(const struct scan *s)
{
	return s->objects[s->depth - 1] ? "an object" : "an array";
}

/* "expected a value, got 'x'": shows the character at the place that is wrong. */
static int fail_expected(const struct scan *s, const char *expected)
{
	char got[32];
	size_t n = utf8_sequence(s->text + s->at, s->len - s->at);
	utf8_printable(s->text + s->at, MAX(n, (size_t)1), got, sizeof(got));
	return fail(s, -EINVAL, s->at, "expected %s, got '%s'", expected, got);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_blanks(struct scan *s)
{
	while (s->at < s->len && is_blank(s->text[s->at])) {
		s->at++;
	}
}

/* Four hexadecimal digits at s->at, which moves behind them; -1 if they are not there. */
static int scan_hex4(struct scan *s)
{
	int value = 0;
	if (s->len - s->at < 4) {
		return -1;
	}
	for (int i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)s->text[s->at + (size_t)i];
		if (!isxdigit(c)) {
			return -1;
		}
		value = value * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	s->at += 4;
	return value;
}

static int scan_unicode_escape(struct scan *s)
{
	size_t start = s->at - 2;
	int unit = scan_hex4(s);
	if (unit < 0) {
		return s->len - s->at < 4
			       ? fail_cut_off(s, "a string")
			       : fail(s, -EINVAL, start, "\\u needs four hexadecimal digits");
	}
	if (unit == 0) {
		return fail(s, -EINVAL, start, "\\u0000 is not allowed in a string");
	}
	if (unit < 0xd800 || unit > 0xdfff) {
		return 0;
	}
	if (unit <= 0xdbff && s->len - s->at >= 6 && s->text[s->at] == '\\' &&
		s->text[s->at + 1] == 'u') {
		s->at += 2;
		int low = scan_hex4(s);
		if (low >= 0xdc00 && low <= 0xdfff) {
			return 0;
		}
	}
	return fail(s, -EINVAL, start, "half of a surrogate pair is no character");
}

static int scan_escape(struct scan *s)
{
	size_t start = s->at++;
	if (s->at == s->len) {
		return fail_cut_off(s, "a string");
	}
	char c = s->text[s->at++];
	if (c == 'u') {
		return scan_unicode_escape(s);
	}
	if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL) {
		return fail(s, -EINVAL, start, "a backslash in a string must be written twice");
	}
	return 0;
}

/* s->at is at the opening quote and ends behind the closing one. */
static int scan_string(struct scan *s)
{
	s->at++;
	while (s->at < s->len) {
		unsigned char c = (unsigned char)s->text[s->at];
		int r = 0;
		if (c == '"') {
			s->at++;
			return 0;
		}
		if (c == '\\') {
			r = scan_escape(s);
		} else if (c < 0x20) {
			return fail(s, -EINVAL, s->at,
				c == '\n' ? "a string must end on the line where it began"
					  : "a control byte (0x%02x) must be written as \\u%04x in "
					    "a string",
				c, c);
		} else if (c < 0x80) {
			s->at++;
		} else {
			size_t n = utf8_sequence(s->text + s->at, s->len - s->at);
			if (n == 0) {
				return fail(s, -EINVAL, s->at,
					"the byte 0x%02x is no valid UTF-8 here", c);
			}
			s->at += n;
		}
		if (r < 0) {
			return r;
		}
	}
	return fail_cut_off(s, "a string");
}

static size_t skip_digits(struct scan *s)
{
	size_t start = s->at;
	while (s->at < s->len && s->text[s->at] >= '0' && s->text[s->at] <= '9') {
		s->at++;
	}
	return s->at - start;
}

/* At least one digit has to come here. */
static int scan_digits(struct scan *s)
{
	if (skip_digits(s) != 0) {
		return 0;
	}
	return s->at == s->len ? fail_cut_off(s, "a number") : fail_expected(s, "a digit");
}

static int scan_number(struct scan *s)
{
	size_t start = s->at;
	s->at += s->text[s->at] == '-';
	size_t whole = s->at;
	int r = scan_digits(s);
	if (r == 0 && s->text[whole] == '0' && s->at - whole > 1) {
		r = fail(s, -EINVAL, start, "a number must not begin with 0");
	}
	if (r == 0 && s->at < s->len && s->text[s->at] == '.') {
		s->at++;
		r = scan_digits(s);
	}
	if (r == 0 && s->at < s->len && (s->text[s->at] | 0x20) == 'e') {
		s->at++;
		s->at += s->at < s->len && (s->text[s->at] == '+' || s->text[s->at] == '-');
		r = scan_digits(s);
	}
	if (r < 0) {
		return r;
	}

	char copy[NUMBER_LENGTH_MAX + 1];
	size_t n = s->at - start;
	if (n > NUMBER_LENGTH_MAX) {
		return fail(s, -EINVAL, start, "a number must not be longer than %d characters",
			NUMBER_LENGTH_MAX);
	}
	memcpy(copy, s->text + start, n);
	copy[n] = '\0';
	return isfinite(strtod(copy, NULL)) ? 0
					    : fail(s, -EINVAL, start, "the number is too large");
}

static int scan_word(struct scan *s)
{
	static const char *const words[] = {"true", "false", "null"};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]), rest = s->len - s->at;
		if (memcmp(s->text + s->at, words[i], MIN(n, rest)) == 0) {
			s->at += MIN(n, rest);
			return rest < n ? fail_cut_off(s, "a word") : 0;
		}
	}
	return fail_expected(s, "a value");
}

static int open_container(struct scan *s, bool object)
{
	if (s->depth == JSON_DEPTH_MAX) {
		return fail(s, -E2BIG, s->at, "more than %d levels of nesting", JSON_DEPTH_MAX);
	}
	s->objects[s->depth++] = object;
	s->want = object ? WANT_KEY_OR_END : WANT_VALUE_OR_END;
	s->at++;
	return 0;
}

static int close_container(struct scan *s)
{
	s->depth--;
	s->at++;
	s->want = WANT_COMMA_OR_END;
	return 0;
}

static int scan_value(struct scan *s)
{
	char c = s->text[s->at];
	if (++s->items > JSON_ITEMS_MAX) {
		return fail(s, -E2BIG, s->at, "more than %d values", JSON_ITEMS_MAX);
	}
	if (c == '{' || c == '[') {
		return open_container(s, c == '{');
	}
	s->want = WANT_COMMA_OR_END;
	if (c == '"') {
		return scan_string(s);
	}
	if (c == '-' || (c >= '0' && c <= '9')) {
		return scan_number(s);
	}
	return scan_word(s);
}

static int scan_key(struct scan *s)
{
	if (s->text[s->at] != '"') {
		return fail_expected(s, s->want == WANT_KEY
						? "a key in double quotes after the comma"
						: "a key in double quotes or '}'");
	}
	int r = scan_string(s);
	if (r < 0) {
		return r;
	}
	skip_blanks(s);
	if (s->at == s->len) {
		return fail_cut_off(s, "an object");
	}
	if (s->text[s->at] != ':') {
		return fail_expected(s, "':' after the key");
	}
	s->at++;
	s->want = WANT_VALUE;
	return 0;
}

static int scan_comma_or_end(struct scan *s)
{
	if (s->depth == 0) {
		return fail(s, -EINVAL, s->at, "something follows after the end of the JSON value");
	}
	bool object = s->objects[s->depth - 1];
	char c = s->text[s->at];
	if (c == ',') {
		s->at++;
		s->want = object ? WANT_KEY : WANT_VALUE;
		return 0;
	}
	if (c == (object ? '}' : ']')) {
		return close_container(s);
	}
	return fail_expected(s, object ? "',' or '}'" : "',' or ']'");
}

static int scan_step(struct scan *s)
{
	char c = s->text[s->at];
	switch (s->want) {
	case WANT_VALUE_OR_END:
		return c == ']' ? close_container(s) : scan_value(s);
	case WANT_VALUE:
		return scan_value(s);
	case WANT_KEY_OR_END:
		return c == '}' ? close_container(s) : scan_key(s);
	case WANT_KEY:
		return scan_key(s);
	case WANT_COMMA_OR_END:
		break;
	}
	return scan_comma_or_end(s);
}

int json_scan(const char *text, size_t len, struct err *err)
{
	struct scan s = {.text = text, .len = len, .want = WANT_VALUE, .err = err};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		return fail(&s, -EINVAL, 0,
			"the text begins with a byte order mark; save it as UTF-8 without one");
	}

	int r = 0;
	while (r == 0) {
		skip_blanks(&s);
		if (s.at == len) {
			break;
		}
		r = scan_step(&s);
	}
	if (r < 0) {
		return r;
	}
	if (s.depth > 0) {
		return fail_cut_off(&s, open_level(&s));
	}
	return s.want == WANT_VALUE ? fail(&s, -EINVAL, len, "the text is empty") : 0;
}
