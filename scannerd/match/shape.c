/* shape.c - tells the varying bytes of a path from the others. */
#include "scannerd/match/clock.h"
#include "scannerd/match/shape_key.h"
#include "scannerd/match/uuid.h"

enum {
	UUID_LEN = 36,
	HEX_LEN = 16,        /* a hexadecimal run of that length varies */
	HEX_NUMBER_LEN = 8,  /* a shorter one is like a number */
	NUMBER_LEN_MAX = 20, /* a longer run of digits varies */
	RANDOM_LEN = 20,     /* a token of that length */
	RANDOM_SWITCHES = 4, /* that goes so often from letters to digits or back is no word */
};

void shape_done(struct shape *s)
{
	buf_done(&s->key);
	buf_done(&s->numbers);
}

void shape_reset(struct shape *s)
{
	shape_return(s, &(struct shape_place){0});
}

struct shape_place shape_place(const struct shape *s)
{
	return (struct shape_place){s->key.len, s->numbers.len, s->n, s->calendar};
}

void shape_return(struct shape *s, const struct shape_place *place)
{
	s->key.len = place->key;
	s->numbers.len = place->numbers;
	s->n = place->n;
	s->calendar = place->calendar;
}

/* --- adding --- */

/* Each byte of a name needs at most this many in the key; so much is there before a name is added,
 * because a million names are. */
enum { KEY_BYTES = 6, KEY_MORE = 16 };

static bool reserve(struct shape *s, size_t name_len)
{
	size_t more = name_len * KEY_BYTES + KEY_MORE;

	return s->key.cap - s->key.len >= more || buf_reserve(&s->key, more) == 0;
}

static void add_byte(struct shape *s, char c)
{
	s->key.data[s->key.len++] = c;
}

static void add_mark(struct shape *s, enum mark mark)
{
	add_byte(s, '\0');
	add_byte(s, (char)mark);
}

static void add_literal(struct shape *s, const char *bytes, size_t len)
{
	for (const char *nul; len > 0 && (nul = memchr(bytes, '\0', len)) != NULL;) {
		size_t before = (size_t)(nul - bytes);

		memcpy(s->key.data + s->key.len, bytes, before);
		s->key.len += before;
		add_mark(s, MARK_ANY);
		len -= before + 1;
		bytes = nul + 1;
	}
	if (len > 0) {
		memcpy(s->key.data + s->key.len, bytes, len);
		s->key.len += len;
	}
}

static void add_same(struct shape *s, enum mark mark, size_t n)
{
	add_mark(s, MARK_BEGIN);
	for (size_t i = 0; i < n; i++) {
		add_mark(s, mark);
	}
	add_mark(s, MARK_END);
}

static bool is_letter(const struct text *t, size_t at)
{
	return at < t->len && text_bit(t->token, at) && !text_bit(t->digit, at);
}

/* Digits vary, and letters where several make a word: T03h00 has its letters always, Jan not. */
static void add_layout(struct shape *s, const struct text *t, size_t begin, size_t end)
{
	add_mark(s, MARK_BEGIN);
	for (size_t i = begin; i < end; i++) {
		bool word = is_letter(t, i) &&
			    ((i > begin && is_letter(t, i - 1)) || is_letter(t, i + 1));
		if (text_bit(t->digit, i)) {
			add_mark(s, MARK_DIGIT);
		} else if (word || t->raw[i] == '\0') {
			add_mark(s, MARK_ANY);
		} else {
			add_byte(s, t->raw[i]);
		}
	}
	add_mark(s, MARK_END);
}

static void add_uuid(struct shape *s, const struct text *t, size_t begin)
{
	add_mark(s, MARK_BEGIN);
	for (size_t i = begin; i < begin + UUID_LEN; i++) {
		if (t->s[i] == '-') {
			add_byte(s, '-');
		} else {
			add_mark(s, MARK_HEX);
		}
	}
	add_mark(s, MARK_END);
}

static void add_number(
	struct shape *s, enum mark mark, const struct text *t, size_t begin, size_t end)
{
	if (s->n == SHAPE_NUMBERS_MAX || end - begin > NUMBER_LEN_MAX) {
		add_same(s, mark == MARK_NUMBER ? MARK_DIGIT : MARK_HEX, end - begin);
		return;
	}
	add_mark(s, mark);
	s->n++;
	buf_add(&s->numbers, t->raw + begin, end - begin);
	buf_addc(&s->numbers, '\0');
}

/* --- what a token is --- */

struct token {
	size_t digits, switches;
	bool hex;
};

static struct token look_at(const struct text *t, size_t begin, size_t end)
{
	struct token k = {.hex = true};

	for (size_t i = begin; i < end; i++) {
		bool digit = text_bit(t->digit, i);

		k.digits += digit;
		k.switches += i > begin && digit != text_bit(t->digit, i - 1);
		k.hex &= digit || (t->s[i] >= 'a' && t->s[i] <= 'f');
	}
	return k;
}

static bool is_year(const struct text *t, size_t at)
{
	int year = digits_from(t, at) == 4 ? number(t, at, 4) : 0;

	return year >= 1990 && year <= 2099;
}

static bool is_two_digits(const struct text *t, size_t at, int max)
{
	int value = digits_from(t, at) == 2 ? number(t, at, 2) : 0;

	return value >= 1 && value <= max;
}

/* 2024-01, which is no date, but no name either. */
static bool is_year_month(const struct text *t, size_t begin, size_t end)
{
	return is_year(t, begin) && end == begin + 4 && (t->s[end] == '-' || t->s[end] == '_') &&
	       is_two_digits(t, end + 1, 12) && !token_at(t, end + 3);
}

static void add_letters_and_digits(struct shape *s, const struct text *t, size_t begin, size_t end)
{
	while (begin < end) {
		size_t next = MIN(text_next(t, t->digit, begin), end);

		add_literal(s, t->raw + begin, next - begin);
		begin = next;
		if (begin < end) {
			next = MIN(text_end(t->digit, begin), end);
			add_number(s, MARK_NUMBER, t, begin, next);
			begin = next;
		}
	}
}

/* A token, up to its end or to the date that is glued to it. Returns where to go on. */
static size_t add_token(struct shape *s, const struct text *t, size_t begin, size_t end)
{
	struct token k = look_at(t, begin, end);
	bool mixed = k.digits > 0 && k.digits < end - begin;

	if (begin + UUID_LEN <= t->len && t->s[begin + 8] == '-' && text_in_uuid(t, begin)) {
		add_uuid(s, t, begin);
		return begin + UUID_LEN;
	}
	if (is_year_month(t, begin, end)) {
		add_layout(s, t, begin, end + 3);
		return end + 3;
	}
	if (k.hex && mixed && end - begin >= HEX_LEN) {
		add_same(s, MARK_HEX, end - begin);
	} else if (k.hex && mixed && end - begin >= HEX_NUMBER_LEN) {
		add_number(s, MARK_HEX_NUMBER, t, begin, end);
	} else if (end - begin >= RANDOM_LEN && k.switches >= RANDOM_SWITCHES) {
		add_same(s, MARK_ANY, end - begin);
	} else {
		add_letters_and_digits(s, t, begin, end);
	}
	return end;
}

/* The end of the date that the byte belongs to, or 0; *limit is lowered to where the next begins.
 */
static size_t date_end(const struct dates *d, size_t at, size_t *limit)
{
	size_t end = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (d->spans[i].begin <= at && at < d->spans[i].end) {
			end = MAX(end, (size_t)d->spans[i].end);
		} else if (d->spans[i].begin > at) {
			*limit = MIN(*limit, (size_t)d->spans[i].begin);
		}
	}
	return end;
}

static void add_name(struct shape *s, struct text *t, const struct date_rules *rules)
{
	struct dates dates;

	if (text_next(t, t->digit, 0) == t->len) {
		add_literal(s, t->raw, t->len);
		return;
	}
	dates_scan(t, rules, &dates);
	for (size_t at = 0; at < t->len;) {
		size_t limit = t->len, end = date_end(&dates, at, &limit);

		if (end != 0) {
			add_layout(s, t, at, end);
		} else if (text_bit(t->token, at)) {
			end = add_token(s, t, at, MIN(text_end(t->token, at), limit));
		} else {
			end = MIN(text_next(t, t->token, at), limit);
			add_literal(s, t->raw + at, end - at);
		}
		at = end;
	}
}

/* Directories named 2024/01/31 state a date together; a year alone varies, too. */
static bool add_calendar(struct shape *s, const struct text *t)
{
	bool year = t->len == 4 && is_year(t, 0);
	bool below = t->len == 2 && s->calendar != 0 && s->calendar < 3 &&
		     is_two_digits(t, 0, s->calendar == 1 ? 12 : 31);

	s->calendar = year ? 1 : below ? s->calendar + 1 : 0;
	if (year || below) {
		add_same(s, MARK_DIGIT, t->len);
	}
	return year || below;
}

void shape_add(struct shape *s, struct text *t, const char *name, size_t len,
	const struct date_rules *rules)
{
	if (!reserve(s, len)) {
		return;
	}
	if (s->key.len > 0) {
		add_byte(s, '/');
	}
	if (t->len != len) {
		s->calendar = 0;
		add_literal(s, name, len);
	} else if (!add_calendar(s, t)) {
		add_name(s, t, rules);
	}
}

void shape_add_literal(struct shape *s, const char *path, size_t len, bool below)
{
	if (!reserve(s, len)) {
		return;
	}
	if (s->key.len > 0) {
		add_byte(s, '/');
	}
	add_literal(s, path, len);
	if (below) {
		add_byte(s, '/');
		add_mark(s, MARK_BELOW);
	}
}
