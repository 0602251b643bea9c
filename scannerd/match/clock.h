/* clock.h - the time of day behind a date, and reading digits of a text. */
#ifndef SCANNERD_MATCH_CLOCK_H
#define SCANNERD_MATCH_CLOCK_H

#include "scannerd/match/text.h"

struct civil {
	int year, month, day, hour, minute, second;
	int offset_s;  /* east of Greenwich */
	bool absolute; /* "Z" or an offset was stated: no local time of a zone */
};

/* Bytes after the end are zero, so that looking ahead by a few needs no check. */
static inline bool digit_at(const struct text *t, size_t at)
{
	return at < t->len && text_bit(t->digit, at);
}

static inline bool token_at(const struct text *t, size_t at)
{
	return at < t->len && text_bit(t->token, at);
}

static inline size_t digits_from(const struct text *t, size_t at)
{
	return at < t->len ? text_end(t->digit, at) - at : 0;
}

static inline int number(const struct text *t, size_t at, size_t n)
{
	int value = 0;
	for (size_t i = at; i < at + n; i++) {
		value = value * 10 + (t->s[i] - '0');
	}
	return value;
}

/* "123456" and the like: hour, minute and, of six digits or more, second. Returns the end. */
size_t clock_read_packed(const struct text *t, size_t at, size_t n, struct civil *c);
/* The time behind a date that ends at `at`: fills *c and returns its end, or returns `at` if there
 * is none. */
size_t clock_read(const struct text *t, size_t at, struct civil *c);

#endif
