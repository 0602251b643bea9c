/* cron_parse.c - reads the text of a schedule and says in a sentence what is wrong with it. */
#include "cron.h"

#include "field.h"
#include <errno.h>
#include <stdarg.h>

enum { TEXT_MAX = 256, EVERY_MIN = 60, EVERY_MAX = 366 * 86400 };

/* What one of the five fields accepts. */
struct part {
	const char *name;
	unsigned min, max;
	const char *const *names; /* names[i] stands for min + i */
};

static const char *const month_names[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const weekday_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct part parts[] = {
	{"minute", 0, 59, NULL},
	{"hour", 0, 23, NULL},
	{"day", 1, 31, NULL},
	{"month", 1, 12, month_names},
	{"weekday", 0, 7, weekday_names},
};
enum { PARTS = ARRAY_SIZE(parts) };

static int _printf_(2, 3) invalid(struct err *err, const char *fmt, ...)
{
	char message[sizeof(err->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "%s", message);
}

/* The length of the number or name at p. */
static size_t word_length(const char *p)
{
	return strcspn(p, ",-/");
}

static int take_value(const struct part *part, const char **p, unsigned *ret, struct err *err)
{
	size_t length = word_length(*p);
	size_t digits = strspn(*p, "0123456789");
	unsigned value = 0;

	for (size_t i = 0; part->names != NULL && part->names[i] != NULL; i++) {
		if (length == 3 && strncasecmp(*p, part->names[i], 3) == 0) {
			*ret = part->min + (unsigned)i;
			*p += length;
			return 0;
		}
	}
	if (digits == 0 || digits != length) {
		return invalid(err, "\"%.*s\" is no %s", (int)MIN(length, 32U), *p, part->name);
	}
	for (size_t i = 0; i < digits && value <= part->max; i++) {
		value = value * 10 + (unsigned)((*p)[i] - '0');
	}
	if (value < part->min || value > part->max) {
		return invalid(err, "%s %.*s is not between %u and %u", part->name,
			(int)MIN(digits, 16U), *p, part->min, part->max);
	}
	*ret = value;
	*p += length;
	return 0;
}

/* Behind a slash. */
static int take_step(const struct part *part, const char **p, unsigned *ret, struct err *err)
{
	struct part step = {.name = "step", .min = 1, .max = part->max - part->min};

	return take_value(&step, p, ret, err);
}

/* One element of a comma-separated list: "*", "5", "1-5", each but the second with a step. */
static int take_element(const struct part *part, const char **p, uint64_t *bits, struct err *err)
{
	unsigned first = part->min, last = part->max, step = 1;
	bool range = true;
	int r = 0;

	if (**p == '*') {
		(*p)++;
		/* Sunday is 0 and 7; a star means it once. */
		last = part->names == weekday_names ? 6 : last;
	} else {
		r = take_value(part, p, &first, err);
		last = first;
		range = r == 0 && **p == '-';
		if (range) {
			(*p)++;
			r = take_value(part, p, &last, err);
		}
	}
	if (r == 0 && first > last) {
		return invalid(err, "the %s range %u-%u runs backwards", part->name, first, last);
	}
	if (r == 0 && **p == '/') {
		(*p)++;
		if (!range) {
			return invalid(err,
				"a step needs a range or a star in front: %s %u-%u/N or */N",
				part->name, first, part->max);
		}
		r = take_step(part, p, &step, err);
	}
	if (r < 0) {
		return r;
	}
	for (unsigned i = first; i <= last; i += step) {
		*bits |= UINT64_C(1) << i;
	}
	return 0;
}

static int parse_part(const struct part *part, const char *text, uint64_t *ret, struct err *err)
{
	uint64_t bits = 0;

	for (const char *p = text;; p++) {
		int r = take_element(part, &p, &bits, err);

		if (r < 0) {
			return r;
		}
		if (*p == '\0') {
			break;
		}
		if (*p != ',') {
			return invalid(err, "\"%.32s\" in \"%.64s\" (%s) is not understood", p,
				text, part->name);
		}
	}
	*ret = bits;
	return 0;
}

/* 31 April and the like: no run would ever come. */
static bool never_comes(const struct cron *c)
{
	static const uint8_t longest[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (!c->any_day && !c->any_weekday) {
		return false; /* the weekday is enough */
	}
	for (unsigned month = 1; month <= 12; month++) {
		uint64_t exist = (UINT64_C(1) << (longest[month] + 1)) - 2;

		if ((c->months & (1U << month)) != 0 && (c->days & exist) != 0) {
			return false;
		}
	}
	return true;
}

static int parse_five(const char *const words[PARTS], struct cron *ret, struct err *err)
{
	uint64_t bits[PARTS];
	struct cron c;

	for (size_t i = 0; i < PARTS; i++) {
		int r = parse_part(&parts[i], words[i], &bits[i], err);

		if (r < 0) {
			return r;
		}
	}
	c = (struct cron){
		.minutes = bits[0],
		.hours = (uint32_t)bits[1],
		.days = (uint32_t)bits[2],
		.months = (uint32_t)bits[3],
		.weekdays = (uint8_t)((bits[4] | bits[4] >> 7) & 0x7f),
		.any_minute = words[0][0] == '*',
		.any_hour = words[1][0] == '*',
		.any_day = words[2][0] == '*',
		.any_weekday = words[4][0] == '*',
	};
	if (never_comes(&c)) {
		return invalid(err, "day %.32s never comes in month %.32s", words[2], words[3]);
	}
	*ret = c;
	return 0;
}

static int parse_every(const char *text, struct cron *ret, struct err *err)
{
	int64_t seconds;

	if (duration_parse(text, &seconds) < 0) {
		return invalid(err,
			"behind @every stands a time such as 90m, 6h or 1d, not \"%.32s\"", text);
	}
	if (seconds < EVERY_MIN || seconds > EVERY_MAX) {
		return invalid(err, "@every %.32s is not between 1m and 366d", text);
	}
	*ret = (struct cron){.every_s = seconds};
	return 0;
}

static int parse_name(const char *name, size_t count, struct cron *ret, struct err *err)
{
	static const struct {
		const char *name, *words[PARTS];
	} table[] = {
		{"@hourly", {"0", "*", "*", "*", "*"}},
		{"@daily", {"0", "0", "*", "*", "*"}},
		{"@midnight", {"0", "0", "*", "*", "*"}},
		{"@weekly", {"0", "0", "*", "*", "0"}},
		{"@monthly", {"0", "0", "1", "*", "*"}},
		{"@yearly", {"0", "0", "1", "1", "*"}},
		{"@annually", {"0", "0", "1", "1", "*"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table) && count == 1; i++) {
		if (strcmp(name, table[i].name) == 0) {
			return parse_five(table[i].words, ret, err);
		}
	}
	return invalid(err,
		"\"%.32s\" is none of @hourly, @daily, @weekly, @monthly, @yearly and @every TIME",
		name);
}

/* Cuts text at its blanks; returns the number of words, of which at most `max` are stored. */
static size_t split_words(char *text, const char **words, size_t max)
{
	static const char blanks[] = " \t";
	size_t n = 0;

	for (char *p = text + strspn(text, blanks); *p != '\0'; p += strspn(p, blanks)) {
		if (n < max) {
			words[n] = p;
		}
		n++;
		p += strcspn(p, blanks);
		if (*p != '\0') {
			*p++ = '\0';
		}
	}
	return n;
}

int cron_parse(const char *text, struct cron *ret, struct err *err)
{
	char copy[TEXT_MAX];
	const char *words[PARTS] = {NULL};
	size_t count;

	if (strnlen(text, TEXT_MAX) == TEXT_MAX) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, NULL, "a schedule has at most %d bytes",
			TEXT_MAX - 1);
	}
	memcpy(copy, text, strlen(text) + 1);
	count = split_words(copy, words, PARTS);
	if (count == 0 || (count == 1 && strcmp(words[0], "off") == 0)) {
		*ret = (struct cron){.off = true};
		return 0;
	}
	if (count == 2 && strcmp(words[0], "@every") == 0) {
		return parse_every(words[1], ret, err);
	}
	if (words[0][0] == '@') {
		return parse_name(words[0], count, ret, err);
	}
	if (count != PARTS) {
		return invalid(err,
			"a schedule has five fields (minute hour day month weekday), not %zu; or "
			"it is @daily, "
			"@every 6h or off",
			count);
	}
	return parse_five(words, ret, err);
}
