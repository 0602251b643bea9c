/* cron_words.c - says common schedules in words. */
#include "cron.h"

#include "buf.h"

enum { TIMES_MAX = 4 };

static const char *const weekday_words[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const month_words[] = {"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December"};

enum { ALL_WEEKDAYS = 0x7f, WORKDAYS = 0x3e };
#define ALL_HOURS  UINT64_C(0xffffff)
#define ALL_DAYS   UINT64_C(0xfffffffe)
#define ALL_MONTHS UINT64_C(0x1ffe)

/* The index of the only bit that is set, -1 if there is another number of them. */
static int only_bit(uint64_t bits)
{
	return bits != 0 && (bits & (bits - 1)) == 0 ? __builtin_ctzll(bits) : -1;
}

/* The n > 0 for which bits are 0, n, 2n ... below size and n divides size; 0 if there is none. */
static unsigned regular_step(uint64_t bits, unsigned size)
{
	for (unsigned n = 1; n < size; n++) {
		uint64_t pattern = 0;

		for (unsigned i = 0; i < size; i += n) {
			pattern |= UINT64_C(1) << i;
		}
		if (size % n == 0 && pattern == bits) {
			return n;
		}
	}
	return 0;
}

static void say_every(unsigned long long n, const char *unit, struct buf *out)
{
	if (n == 1) {
		buf_printf(out, "every %s", unit);
	} else {
		buf_printf(out, "every %llu %ss", n, unit);
	}
}

static void say_period(int64_t seconds, struct buf *out)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
	size_t i = 0;

	while (seconds % units[i].seconds != 0) {
		i++;
	}
	say_every((unsigned long long)(seconds / units[i].seconds), units[i].name, out);
}

/* "every 15 minutes", "every 6 hours", "every hour at minute 5" */
static bool say_intervals(const struct cron *c, struct buf *out)
{
	int minute = only_bit(c->minutes);
	unsigned hours = regular_step(c->hours, 24);
	unsigned minutes = regular_step(c->minutes, 60);

	if (c->days != ALL_DAYS || c->months != ALL_MONTHS || c->weekdays != ALL_WEEKDAYS) {
		return false;
	}
	if (c->hours == ALL_HOURS && minute < 0 && minutes != 0) {
		say_every(minutes, "minute", out);
		return true;
	}
	if (c->any_hour && hours != 0 && minute >= 0) {
		say_every(hours, "hour", out);
		if (minute != 0) {
			buf_printf(out, " at minute %d", minute);
		}
		return true;
	}
	return false;
}

static bool say_weekdays(uint8_t weekdays, struct buf *out)
{
	bool more = false;

	if (weekdays == WORKDAYS) {
		buf_adds(out, "Monday to Friday");
		return true;
	}
	buf_adds(out, "every ");
	for (int i = 1; i <= 7; i++) { /* the week of sentences begins with Monday */
		if ((weekdays & (1U << (i % 7))) != 0) {
			buf_printf(out, "%s%s", more ? " and " : "", weekday_words[i % 7]);
			more = true;
		}
	}
	return __builtin_popcount(weekdays) <= 3;
}

static bool say_days(const struct cron *c, struct buf *out)
{
	int day = only_bit(c->days);
	int month = only_bit(c->months);
	bool all_days = c->days == ALL_DAYS;
	bool all_weekdays = c->weekdays == ALL_WEEKDAYS;

	if (c->months == ALL_MONTHS && all_days && all_weekdays) {
		buf_adds(out, "every day");
		return true;
	}
	if (c->months == ALL_MONTHS && all_days && c->any_day) {
		return say_weekdays(c->weekdays, out);
	}
	if (c->months == ALL_MONTHS && day > 0 && all_weekdays && c->any_weekday) {
		buf_printf(out, "every month on day %d", day);
		return true;
	}
	if (month > 0 && day > 0 && all_weekdays && c->any_weekday) {
		buf_printf(out, "every year on %d %s", day, month_words[month - 1]);
		return true;
	}
	return false;
}

/* " at 03:00 and 15:00" */
static bool say_times(const struct cron *c, struct buf *out)
{
	int minute = only_bit(c->minutes);
	const char *before = " at ";

	if (minute < 0 || c->any_hour || __builtin_popcount(c->hours) > TIMES_MAX) {
		return false;
	}
	for (int hour = 0; hour < 24; hour++) {
		if ((c->hours & (1U << hour)) != 0) {
			buf_printf(out, "%s%02d:%02d", before, hour, minute);
			before = " and ";
		}
	}
	return true;
}

char *cron_words(const struct cron *c, const char *text, char *out, size_t size)
{
	_buf_ struct buf words = BUF_INIT;
	bool said = true;

	if (c->off) {
		buf_adds(&words, "never");
	} else if (c->every_s > 0) {
		say_period(c->every_s, &words);
	} else {
		said = say_intervals(c, &words) || (say_days(c, &words) && say_times(c, &words));
	}
	snprintf(out, size, "%s", said && !words.failed ? buf_cstr(&words) : text);
	return out;
}
