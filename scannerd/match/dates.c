/* dates.c - finds dates among the digits of a name. */
#include "dates.h"

#include "common/timefmt.h"
#include "scannerd/match/clock.h"
#include "scannerd/match/uuid.h"

enum { YEAR_MIN = 1990, YEAR_MAX = 2099, DAY_S = 86400 };

struct scan {
	struct text *t;
	const struct date_rules *rules;
	struct dates *out;
};

static bool is_year(int year)
{
	return year >= YEAR_MIN && year <= YEAR_MAX;
}

/* A civil time as seconds since 1970; of the zone's clocks unless the name states an offset. */
static bool dates_civil(const struct date_rules *rules, const struct civil *c, int64_t *ret)
{
	int64_t time;
	if (time_from_civil(c->year, c->month, c->day, c->hour, c->minute, c->second, &time) < 0) {
		return false;
	}
	bool local = rules->zone != NULL && !c->absolute;
	*ret = local ? tz_from_local(rules->zone, time) : time - c->offset_s;
	return true;
}

int64_t dates_midnight(const struct date_rules *rules, int year, int month, int day)
{
	const struct civil c = {.year = year, .month = month, .day = day};
	int64_t time;
	return is_year(year) && dates_civil(rules, &c, &time) ? time : TIME_NONE;
}

static void add_span(struct scan *s, size_t begin, size_t end)
{
	struct dates *d = s->out;
	if (d->n == DATES_SPANS) {
		d->n--;
	}
	d->spans[d->n++] = (struct date_span){.begin = (uint16_t)begin, .end = (uint16_t)end};
}

/* Takes the date; false if the calendar has none such. */
static bool take(struct scan *s, const struct civil *c, size_t begin, size_t end)
{
	int64_t time;
	if (!is_year(c->year) || !dates_civil(s->rules, c, &time)) {
		return false;
	}
	s->out->time = time;
	add_span(s, begin, end);
	return true;
}

/* May a date begin here? Not inside a token, unless the token begins with a generic word. */
static bool left_is_free(const struct scan *s, size_t begin)
{
	const struct text *t = s->t;
	if (begin == 0 || !text_bit(t->token, begin - 1)) {
		return true;
	}
	size_t first = begin;
	while (first > 0 && text_bit(t->token, first - 1)) {
		first--;
	}
	return begin - first >= 2 && text_next(t, t->digit, first) == begin &&
	       words_class(s->rules->words, t->s + first, begin - first) == WORD_GENERIC;
}

static bool precedes(const struct text *t, size_t begin, const char *const *words)
{
	enum { WORD_MAX = 8 };
	if (begin < 2 || text_bit(t->token, begin - 1) || digit_at(t, begin - 2)) {
		return false;
	}
	size_t end = begin - 1, first = end;
	while (first > 0 && text_bit(t->token, first - 1) && end - first <= WORD_MAX) {
		first--;
	}
	for (; *words != NULL; words++) {
		if ((unsigned char)(*words)[0] == t->s[first] && strlen(*words) == end - first &&
			memcmp(*words, t->s + first, end - first) == 0) {
			return true;
		}
	}
	return false;
}

/* "version 2024.01.31", "SN-20240131": the word before says what the number is. */
static bool is_called_otherwise(const struct text *t, size_t begin, unsigned char sep)
{
	static const char *const versions[] = {"v", "ver", "version", "rel", "release", "build",
		"fw", "firmware", "patch", "core", "update", NULL};
	static const char *const serials[] = {"sn", "serial", "serialno", "ser", NULL};
	return precedes(t, begin, sep == '.' ? versions : serials);
}

/* Samba and Synology name snapshots "@GMT-2024.01.31-03.00.00". */
static bool is_gmt(const struct text *t, size_t begin)
{
	static const char *const words[] = {"gmt", "utc", NULL};
	return precedes(t, begin, words);
}

/* The date's end is at `end`: reads a time and takes both, unless letters follow at once. */
static size_t finish(struct scan *s, struct civil *c, size_t begin, size_t end)
{
	size_t behind = clock_read(s->t, end, c);
	if (token_at(s->t, behind) || text_in_uuid(s->t, begin) ||
		is_called_otherwise(s->t, begin, digit_at(s->t, end - 3) ? 0 : s->t->s[end - 3])) {
		return 0;
	}
	c->absolute = c->absolute || (behind != end && is_gmt(s->t, begin));
	return take(s, c, begin, behind) ? behind : 0;
}

/* Veeam glues "D" and an ISO time to the name: HOSTD2019-05-04T224145. */
static bool is_veeam_glue(const struct text *t, size_t begin)
{
	return begin > 0 && t->raw[begin - 1] == 'D' && t->s[begin + 4] == '-' &&
	       digits_from(t, begin + 5) == 2 && t->s[begin + 7] == '-' &&
	       digits_from(t, begin + 8) == 2 && digits_from(t, begin + 11) == 6 &&
	       t->raw[begin + 10] == 'T';
}

/* "jan", "january" at `at`: the month and its end, or 0. */
static int month_name(const struct text *t, size_t at, size_t *ret_end)
{
	static const char *const months[] = {"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december"};
	size_t end = at;
	while (end < t->len && t->s[end] >= 'a' && t->s[end] <= 'z') {
		end++;
	}
	for (int i = 0; end - at >= 3 && i < 12; i++) {
		if ((unsigned char)months[i][0] == t->s[at] &&
			memcmp(months[i], t->s + at, 3) == 0) {
			bool whole = strlen(months[i]) == end - at &&
				     memcmp(months[i], t->s + at, end - at) == 0;
			*ret_end = end;
			return end - at == 3 || whole ? i + 1 : 0;
		}
	}
	return 0;
}

static bool is_separator(unsigned char c)
{
	return c == '-' || c == '_' || c == '.' || c == ' ';
}

/* 2024-01-31 and 2024-Jan-31 from the year's first digit. */
static size_t year_first(struct scan *s, size_t begin)
{
	struct text *t = s->t;
	struct civil c = {.year = number(t, begin, 4)};
	size_t at = begin + 4, end;
	unsigned char sep = t->s[at];
	if (!is_year(c.year) || !is_separator(sep)) {
		return 0;
	}
	if (is_veeam_glue(t, begin)) {
		text_cut(t, begin - 1);
	}
	if (!left_is_free(s, begin)) {
		return 0;
	}
	c.month = month_name(t, at + 1, &end);
	if (c.month == 0) {
		if (digits_from(t, at + 1) != 2) {
			return 0;
		}
		c.month = number(t, at + 1, 2);
		end = at + 3;
	}
	if (t->s[end] != sep || digits_from(t, end + 1) != 2) {
		return 0;
	}
	if (sep == '.' && begin >= 2 && t->s[begin - 1] == '.' && digit_at(t, begin - 2)) {
		return 0; /* 7.2024.01.31 is a version */
	}
	c.day = number(t, end + 1, 2);
	return finish(s, &c, begin, end + 3);
}

/* Orders day and month of 31-01-2024. False: the date is one, but which is open. */
static bool order_day(const struct scan *s, struct civil *c, int first, int second)
{
	bool day_first = s->rules->order == DATE_ORDER_DAY_FIRST;
	if (first > 12 || first == second) {
		day_first = true;
	} else if (second > 12) {
		day_first = false;
	} else if (s->rules->order == DATE_ORDER_NONE) {
		return false;
	}
	c->day = day_first ? first : second;
	c->month = day_first ? second : first;
	return true;
}

/* Is the number at `at`, behind `sep`, the year of a date that is written year first? */
static bool is_year_first(const struct text *t, size_t at, unsigned char sep)
{
	return t->s[at + 4] == sep && digits_from(t, at + 5) == 2 && t->s[at + 7] == sep &&
	       digits_from(t, at + 8) == 2 && number(t, at + 5, 2) <= 12 &&
	       number(t, at + 8, 2) <= 31;
}

/* 31-01-2024 and 1.31.2024 from its first digit; n of them come first. */
static size_t numbers_year_last(struct scan *s, size_t begin, size_t n)
{
	struct text *t = s->t;
	unsigned char sep = t->s[begin + n];
	size_t second_n = digits_from(t, begin + n + 1), year_at = begin + n + 1 + second_n + 1;
	bool padded = n == 2 && second_n == 2;
	if ((!padded && sep != '.') || second_n < 1 || second_n > 2 || t->s[year_at - 1] != sep ||
		digits_from(t, year_at) != 4 || is_year_first(t, year_at, sep)) {
		return 0;
	}
	if (begin >= 2 && t->s[begin - 1] == sep && digit_at(t, begin - 2)) {
		return 0; /* the tail of a longer row of numbers */
	}
	struct civil c = {.year = number(t, year_at, 4)};
	int first = number(t, begin, n), second = number(t, begin + n + 1, second_n);
	if (!is_year(c.year) || MAX(first, second) > 31 || MIN(first, second) > 12 ||
		MIN(first, second) == 0 || token_at(t, year_at + 4)) {
		return 0;
	}
	if (!order_day(s, &c, first, second)) {
		size_t end = clock_read(t, year_at + 4, &c);
		add_span(s, begin, end);
		return end;
	}
	return finish(s, &c, begin, year_at + 4);
}

/* 31-Jan-2024, and Jan-31-2024 where the month stands before begin. */
static size_t named_month(struct scan *s, size_t begin, size_t n)
{
	struct text *t = s->t;
	unsigned char sep = t->s[begin + n];
	struct civil c = {.day = number(t, begin, n)};
	size_t end = begin + n;
	c.month = month_name(t, end + 1, &end);
	if (c.month == 0 && begin >= 4 && t->s[begin - 1] == sep) {
		size_t month_end = 0, first = begin - 1;
		while (first > 0 && text_bit(t->token, first - 1)) {
			first--;
		}
		c.month = month_name(t, first, &month_end);
		c.month = month_end == begin - 1 ? c.month : 0;
		begin = first;
	}
	if (c.month == 0 || t->s[end] != sep || digits_from(t, end + 1) != 4) {
		return 0;
	}
	c.year = number(t, end + 1, 4);
	return finish(s, &c, begin, end + 5);
}

/* 31Jan2024 */
static size_t glued_month(struct scan *s, size_t begin, size_t n)
{
	const struct text *t = s->t;
	struct civil c = {.day = number(t, begin, n)};
	size_t end = 0;
	c.month = month_name(t, begin + n, &end);
	if (c.month == 0 || digits_from(t, end) != 4 || !left_is_free(s, begin)) {
		return 0;
	}
	c.year = number(t, end, 4);
	return finish(s, &c, begin, end + 4);
}

static size_t year_last(struct scan *s, size_t begin, size_t n)
{
	if (text_bit(s->t->token, begin + n)) {
		return glued_month(s, begin, n);
	}
	if (!is_separator(s->t->s[begin + n]) || !left_is_free(s, begin)) {
		return 0;
	}
	size_t end = numbers_year_last(s, begin, n);
	return end != 0 ? end : named_month(s, begin, n);
}

/* 20240131 with a time behind it, 202401310300, 20240131030000. */
static size_t packed(struct scan *s, size_t begin, size_t n)
{
	const struct text *t = s->t;
	struct civil c = {.year = number(t, begin, 4),
		.month = number(t, begin + 4, 2),
		.day = number(t, begin + 6, 2)};
	if (!is_year(c.year) || c.month > 12 || c.day > 31 || !left_is_free(s, begin)) {
		return 0;
	}
	if (n == 8) {
		return finish(s, &c, begin, begin + 8);
	}
	size_t end = clock_read_packed(t, begin + 8, n - 8, &c);
	if (c.hour > 23 || c.minute > 59) {
		return 0;
	}
	if (t->s[end] == 'z') {
		c.absolute = true;
		end++;
	}
	if (token_at(t, end) || text_in_uuid(t, begin) || !take(s, &c, begin, end)) {
		return 0;
	}
	return end;
}

/* 240131-0300: six digits alone are a serial number, so the time must be there. */
static size_t short_year(struct scan *s, size_t begin)
{
	const struct text *t = s->t;
	struct civil c = {.year = 2000 + number(t, begin, 2),
		.month = number(t, begin + 2, 2),
		.day = number(t, begin + 4, 2)};
	size_t end = begin + 6, n = digits_from(t, end + 1);
	if ((t->s[end] != '-' && t->s[end] != '_') || (n != 4 && n != 6) ||
		!left_is_free(s, begin)) {
		return 0;
	}
	size_t behind = clock_read(t, end, &c);
	int64_t time;
	if (behind == end || !dates_civil(s->rules, &c, &time) || time > s->rules->now + DAY_S) {
		return 0;
	}
	return take(s, &c, begin, behind) ? behind : 0;
}

/* Seconds or milliseconds since 1970. */
static size_t epoch(struct scan *s, size_t begin, size_t n)
{
	const struct text *t = s->t;
	int64_t time = number(t, begin, 5) * INT64_C(100000) + number(t, begin + 5, 5);
	if (t->s[begin] == '0' || time > s->rules->now + DAY_S || token_at(t, begin + n) ||
		(begin > 0 && text_bit(t->token, begin - 1)) || text_in_uuid(t, begin)) {
		return 0;
	}
	s->out->time = time;
	add_span(s, begin, begin + n);
	return begin + n;
}

/* The date that begins with this run of n digits: its end, or 0. */
static size_t date_at(struct scan *s, size_t begin, size_t n)
{
	switch (n) {
	case 1:
	case 2:
		return year_last(s, begin, n);
	case 4:
		return year_first(s, begin);
	case 6:
		return short_year(s, begin);
	case 8:
	case 12:
	case 14:
	case 17:
		return packed(s, begin, n);
	case 10:
	case 13:
		return epoch(s, begin, n);
	default:
		return 0;
	}
}

/* Is there a run of four digits? Every date has one, if only to end it. */
static bool has_year(const struct text *t)
{
	uint64_t before = 0;
	for (size_t word = 0; word <= t->len / 64; word++) {
		uint64_t digit = t->digit[word];
		uint64_t pairs = digit & (digit << 1 | before >> 63);
		uint64_t pairs_before = before & before << 1;
		if ((pairs & (pairs << 2 | pairs_before >> 62)) != 0) {
			return true;
		}
		before = digit;
	}
	return false;
}

void dates_scan(struct text *t, const struct date_rules *rules, struct dates *ret)
{
	struct scan s = {.t = t, .rules = rules, .out = ret};
	ret->time = TIME_NONE;
	ret->n = 0;
	size_t begin = has_year(t) ? text_next(t, t->digit, 0) : t->len;
	while (begin < t->len) {
		size_t run = text_end(t->digit, begin);
		size_t end = date_at(&s, begin, run - begin);
		begin = text_next(t, t->digit, end != 0 ? end : run);
	}
}

bool dates_overlap(const struct dates *d, size_t begin, size_t end)
{
	for (size_t i = 0; i < d->n; i++) {
		if (begin < d->spans[i].end && d->spans[i].begin < end) {
			return true;
		}
	}
	return false;
}

bool dates_begin_at(const struct dates *d, size_t at)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->spans[i].begin == at) {
			return true;
		}
	}
	return false;
}

bool dates_end_at(const struct dates *d, size_t at)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->spans[i].end == at) {
			return true;
		}
	}
	return false;
}
