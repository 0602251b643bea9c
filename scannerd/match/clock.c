/* clock.c - reads the time of day and the offset from Greenwich behind a date. */
#include "clock.h"

/* "+01:00", "+0100", "-0500" behind a time; the minutes of real zones only, so that "-0001" is
 * none. */
static size_t read_offset(const struct text *t, size_t at, struct civil *c)
{
	if (t->s[at] != '+' && t->s[at] != '-') {
		return at;
	}
	size_t n = digits_from(t, at + 1), end = at + 5, minutes_at = at + 3;
	if (n == 2 && t->s[at + 3] == ':' && digits_from(t, at + 4) == 2) {
		minutes_at = at + 4;
		end = at + 6;
	} else if (n != 4) {
		return at;
	}
	int hours = number(t, at + 1, 2), minutes = number(t, minutes_at, 2);
	if (hours > 14 || (minutes != 0 && minutes != 30 && minutes != 45) || token_at(t, end)) {
		return at;
	}
	c->offset_s = (hours * 60 + minutes) * 60 * (t->s[at] == '-' ? -1 : 1);
	c->absolute = true;
	return end;
}

/* "03h00m", "03h00", "03h00m00s" from the hour's first digit; 0 if it is none. */
static size_t read_h_time(const struct text *t, size_t at, struct civil *c)
{
	if (t->s[at + 2] != 'h' || digits_from(t, at + 3) != 2) {
		return 0;
	}
	c->hour = number(t, at, 2);
	c->minute = number(t, at + 3, 2);
	size_t end = at + 5;
	if (t->s[end] == 'm') {
		end++;
		if (digits_from(t, end) == 2 && t->s[end + 2] == 's') {
			c->second = number(t, end, 2);
			end += 3;
		}
	}
	return token_at(t, end) ? 0 : end;
}

/* GitLab's 10.10.10-ee is its version. */
static bool is_edition(const struct text *t, size_t at)
{
	return t->s[at] == '-' && (t->s[at + 1] == 'c' || t->s[at + 1] == 'e') &&
	       t->s[at + 2] == 'e' && !token_at(t, at + 3);
}

/* "03:00[:00]" with one of ":-_.;" between. Four such numbers are an address or a serial, no time.
 */
static size_t read_split_time(const struct text *t, size_t at, bool iso, struct civil *c)
{
	unsigned char sep = t->s[at + 2];
	if ((sep != ':' && sep != '-' && sep != '_' && sep != '.' && sep != ';') ||
		digits_from(t, at + 3) != 2) {
		return 0;
	}
	c->hour = number(t, at, 2);
	c->minute = number(t, at + 3, 2);
	size_t end = at + 5;
	if (t->s[end] == sep && digits_from(t, end + 1) == 2) {
		c->second = number(t, end + 1, 2);
		end += 3;
	}
	if (iso) {
		size_t behind = read_offset(t, end, c);
		if (behind != end) {
			return behind;
		}
		if ((t->s[end] == '.' || t->s[end] == ',') && digit_at(t, end + 1) && sep != '.') {
			return end + 1 + digits_from(t, end + 1);
		}
	}
	if (t->s[end] == sep && digit_at(t, end + 1)) {
		return 0;
	}
	return sep == '.' && is_edition(t, end) ? 0 : end;
}

/* "030000", "0300", "030000123" without separators. */
size_t clock_read_packed(const struct text *t, size_t at, size_t n, struct civil *c)
{
	c->hour = number(t, at, 2);
	c->minute = number(t, at + 2, 2);
	c->second = n >= 6 ? number(t, at + 4, 2) : 0;
	return at + n;
}

/* " PM", "_UTC" and the like behind a time that ends at `at`: its end, or `at`. */
static size_t read_suffix(const struct text *t, size_t at, struct civil *c)
{
	size_t begin = at + (t->s[at] == ' ' || t->s[at] == '_' || t->s[at] == '-');
	if (!token_at(t, begin)) {
		return at;
	}
	size_t len = text_end(t->token, begin) - begin;
	const unsigned char *s = t->s + begin;
	if (len == 3 && (memcmp(s, "utc", 3) == 0 || memcmp(s, "gmt", 3) == 0)) {
		c->absolute = true;
		return begin + len;
	}
	if (len == 2 && s[1] == 'm' && (s[0] == 'a' || s[0] == 'p') && c->hour >= 1 &&
		c->hour <= 12) {
		c->hour = c->hour % 12 + (s[0] == 'p' ? 12 : 0);
		return begin + len;
	}
	return at;
}

/* Are the four digits at `at` the year of another date: 2024.12.10_2024-12-31? */
static bool begins_date(const struct text *t, size_t at)
{
	unsigned char sep = t->s[at + 4];
	return (sep == '-' || sep == '_' || sep == '.') && digits_from(t, at + 5) == 2 &&
	       t->s[at + 7] == sep && digits_from(t, at + 8) == 2;
}

/* pgBackRest's labels: 20240131-030000F, -030000D, -030000I. */
static bool is_label_end(const struct text *t, size_t at, size_t n)
{
	char c = n == 6 && at < t->len ? t->raw[at] : 0;
	return (c == 'F' || c == 'D' || c == 'I') && !token_at(t, at + 1);
}

static bool is_intro(unsigned char c)
{
	return c == 't' || c == '_' || c == '-' || c == ' ' || c == '.' || c == '@';
}

/* The time behind a date that ends at `at`; returns its end, or `at` if there is none. */
size_t clock_read(const struct text *t, size_t at, struct civil *c)
{
	size_t before = at;
	unsigned char intro = t->s[at];
	if (at >= t->len || !is_intro(intro)) {
		return at;
	}
	at += memcmp(t->s + at, " at ", 4) == 0 ? 3 : 0;
	struct civil found = *c;
	size_t n = digits_from(t, at + 1), end = 0;
	if (n == 6 || n == 9 || (n == 4 && !begins_date(t, at + 1))) {
		end = clock_read_packed(t, at + 1, n, &found);
		if (intro == 't') {
			end = read_offset(t, end, &found);
		}
	} else if (n == 2) {
		end = read_h_time(t, at + 1, &found);
		if (end == 0) {
			end = read_split_time(t, at + 1, intro == 't', &found);
		}
	}
	if (end != 0 && t->s[end] == 'z') {
		found.absolute = true;
		end++;
	} else if (end != 0 && is_label_end(t, end, n)) {
		end++;
	} else if (end != 0 && !found.absolute) {
		end = read_suffix(t, end, &found);
	}
	if (end == 0 || token_at(t, end) || found.hour > 23 || found.minute > 59 ||
		found.second > 60) {
		return before;
	}
	*c = found;
	return end;
}
