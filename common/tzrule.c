/* tzrule.c - parses a POSIX TZ string and tells the offset that it gives at a time. */
#include "tzrule.h"

#include "timefmt.h"
#include <errno.h>

enum { DAY_SECONDS = 86400, NAME_MAX_LETTERS = 32 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A number between min and max at *p, which moves behind it. */
static bool take_number(const char **p, int min, int max, int *ret)
{
	int n = 0;

	if (!is_digit(**p)) {
		return false;
	}
	for (; is_digit(**p); (*p)++) {
		n = n * 10 + (**p - '0');
		if (n > max) {
			return false;
		}
	}
	*ret = n;
	return n >= min;
}

static bool take_char(const char **p, char c)
{
	if (**p != c) {
		return false;
	}
	(*p)++;
	return true;
}

/* "CET" or "<+0330>" */
static bool take_name(const char **p)
{
	const char *start = *p;
	size_t n;

	if (take_char(p, '<')) {
		n = strcspn(*p, ">");
		if ((*p)[n] != '>' || n > NAME_MAX_LETTERS) {
			return false;
		}
		*p += n + 1;
		return true;
	}
	while (is_letter(**p)) {
		(*p)++;
	}
	return *p - start >= 3 && *p - start <= NAME_MAX_LETTERS;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool take_time(const char **p, int max_hours, int *ret)
{
	bool negative = false;
	int h, m = 0, s = 0;

	if (take_char(p, '-')) {
		negative = true;
	} else {
		take_char(p, '+');
	}
	if (!take_number(p, 0, max_hours, &h)) {
		return false;
	}
	if (take_char(p, ':') &&
		(!take_number(p, 0, 59, &m) || (take_char(p, ':') && !take_number(p, 0, 59, &s)))) {
		return false;
	}
	*ret = (h * 3600 + m * 60 + s) * (negative ? -1 : 1);
	return true;
}

static bool take_date(const char **p, struct tzrule_date *ret)
{
	struct tzrule_date d = {.form = 'N', .time = 2 * 3600};
	bool ok;

	if (take_char(p, 'M')) {
		d.form = 'M';
		ok = take_number(p, 1, 12, &d.month) && take_char(p, '.') &&
		     take_number(p, 1, 5, &d.week) && take_char(p, '.') &&
		     take_number(p, 0, 6, &d.day);
	} else if (take_char(p, 'J')) {
		d.form = 'J';
		ok = take_number(p, 1, 365, &d.day);
	} else {
		ok = take_number(p, 0, 365, &d.day);
	}
	if (ok && take_char(p, '/')) {
		ok = take_time(p, 167, &d.time);
	}
	*ret = d;
	return ok;
}

int tzrule_parse(const char *text, struct tzrule *ret)
{
	struct tzrule rule = {0};
	const char *p = text;
	int west;

	if (!take_name(&p) || !take_time(&p, 24, &west)) {
		return -EINVAL;
	}
	rule.standard = -west;
	if (*p == '\0') {
		*ret = rule;
		return 0;
	}
	rule.has_summer = true;
	rule.summer = rule.standard + 3600;
	if (!take_name(&p)) {
		return -EINVAL;
	}
	if (*p != ',') {
		if (!take_time(&p, 24, &west)) {
			return -EINVAL;
		}
		rule.summer = -west;
	}
	if (!take_char(&p, ',') || !take_date(&p, &rule.start) || !take_char(&p, ',') ||
		!take_date(&p, &rule.end) || *p != '\0') {
		return -EINVAL;
	}
	*ret = rule;
	return 0;
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The day (since 1970) of the week-th weekday of a month; week 5 is the last one. */
static int64_t nth_weekday(int64_t year, const struct tzrule_date *d)
{
	int64_t first = time_days_from_civil(year, (unsigned)d->month, 1);
	int64_t next = d->month == 12 ? time_days_from_civil(year + 1, 1, 1)
				      : time_days_from_civil(year, (unsigned)d->month + 1, 1);
	/* 1970-01-01 was a Thursday (4). */
	int64_t first_weekday = ((first + 4) % 7 + 7) % 7;
	int64_t day = first + (d->day - first_weekday + 7) % 7 + INT64_C(7) * (d->week - 1);

	return day >= next ? day - 7 : day;
}

/* The wall time of a change, as seconds since 1970 without a zone. */
static int64_t wall_time(int64_t year, const struct tzrule_date *d)
{
	int64_t new_year = time_days_from_civil(year, 1, 1);
	int64_t day;

	switch (d->form) {
	case 'M':
		day = nth_weekday(year, d);
		break;
	case 'J':
		day = new_year + d->day - 1 + (d->day > 59 && is_leap(year) ? 1 : 0);
		break;
	default:
		day = new_year + d->day;
	}
	return day * DAY_SECONDS + d->time;
}

bool tzrule_changes(const struct tzrule *rule, int64_t year, int64_t *ret_start, int64_t *ret_end)
{
	if (!rule->has_summer) {
		return false;
	}
	*ret_start = wall_time(year, &rule->start) - rule->standard;
	*ret_end = wall_time(year, &rule->end) - rule->summer;
	return true;
}

int tzrule_offset(const struct tzrule *rule, int64_t t)
{
	int64_t local = t + rule->standard;
	int64_t year, start, end;
	int month, day;
	bool summer;

	time_civil_from_days(
		local / DAY_SECONDS - (local % DAY_SECONDS < 0 ? 1 : 0), &year, &month, &day);
	if (!tzrule_changes(rule, year, &start, &end)) {
		return rule->standard;
	}
	/* In the south summer contains New Year. */
	summer = start < end ? t >= start && t < end : t >= start || t < end;
	return summer ? rule->summer : rule->standard;
}
