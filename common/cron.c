/* cron.c - finds the next run of a schedule in a time zone whose clock jumps. */
#include "cron.h"

#include "timefmt.h"
#include "tzfile.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, YEARS_AHEAD = 5 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

static bool day_matches(const struct cron *c, int64_t days)
{
	int64_t year;
	int month, day;
	/* 1970-01-01 was a Thursday (4). */
	int weekday = (int)(((days + 4) % 7 + 7) % 7);
	bool by_day, by_weekday;

	time_civil_from_days(days, &year, &month, &day);
	if ((c->months & (1U << month)) == 0) {
		return false;
	}
	by_day = (c->days & (1U << day)) != 0;
	by_weekday = (c->weekdays & (1U << weekday)) != 0;
	return c->any_day || c->any_weekday ? by_day && by_weekday : by_day || by_weekday;
}

/* The moment when the clock changes from one offset to another, somewhere in (before, after]. */
static int64_t find_change(const struct tz *tz, int64_t before, int64_t after)
{
	int old = tz_offset(tz, before);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (tz_offset(tz, middle) == old) {
			before = middle;
		} else {
			after = middle;
		}
	}
	return after;
}

/* The first moment when the clock shows `wall` (seconds since 1970 without a zone), or, if it skips
 * that, the first minute after the gap. */
static int64_t first_moment(const struct tz *tz, int64_t wall)
{
	/* A day to either side the offset is one of the two that can be meant. */
	int before = tz_offset(tz, wall - DAY);
	int after = tz_offset(tz, wall + DAY);
	int64_t early = wall - MAX(before, after);
	int64_t late = wall - MIN(before, after);
	int64_t change;

	if (early + tz_offset(tz, early) == wall) {
		return early;
	}
	if (late + tz_offset(tz, late) == wall) {
		return late;
	}
	change = find_change(tz, wall - DAY, wall + DAY);
	return floor_div(change + MINUTE - 1, MINUTE) * MINUTE;
}

/* Fixed hours and minutes: each wall time of a day has one moment. */
static int64_t next_fixed(const struct cron *c, const struct tz *tz, int64_t after, int64_t end)
{
	int64_t first_day = floor_div(after + tz_offset(tz, after), DAY) - 1;

	for (int64_t day = first_day; day * DAY <= end + DAY; day++) {
		if (!day_matches(c, day)) {
			continue;
		}
		for (int m = 0; m < DAY / MINUTE; m++) {
			int64_t moment;

			if ((c->hours & (1U << (m / 60))) == 0 ||
				(c->minutes & (UINT64_C(1) << (m % 60))) == 0) {
				continue;
			}
			moment = first_moment(tz, day * DAY + (int64_t)m * MINUTE);
			if (moment > after) {
				return moment <= end ? moment : TIME_NONE;
			}
		}
	}
	return TIME_NONE;
}

/* How far to go from moment t, whose wall time does not match, without passing one that may. */
static int64_t stride(const struct cron *c, const struct tz *tz, int64_t t, int64_t wall)
{
	int64_t unit = !day_matches(c, floor_div(wall, DAY)) ? DAY : HOUR;
	int64_t second = wall - floor_div(wall, unit) * unit;
	int64_t step = unit - second;

	if (unit == HOUR &&
		(c->hours & (1U << (floor_div(wall, HOUR) - floor_div(wall, DAY) * 24))) != 0) {
		return MINUTE;
	}
	/* Where the clock changes on the way, go by minutes. */
	return tz_offset(tz, t + step) == tz_offset(tz, t) ? step : MINUTE;
}

/* '*' in hour or minute: whatever the clock shows, each minute of real time is asked. */
static int64_t next_flowing(const struct cron *c, const struct tz *tz, int64_t after, int64_t end)
{
	int64_t t = floor_div(after, MINUTE) * MINUTE + MINUTE;

	while (t <= end) {
		int64_t wall = t + tz_offset(tz, t);
		int64_t minute = floor_div(wall, MINUTE) - floor_div(wall, DAY) * (DAY / MINUTE);

		if ((c->hours & (1U << (minute / 60))) != 0 &&
			(c->minutes & (UINT64_C(1) << (minute % 60))) != 0 &&
			day_matches(c, floor_div(wall, DAY))) {
			return t;
		}
		t += stride(c, tz, t, wall);
	}
	return TIME_NONE;
}

static int64_t next_every(const struct cron *c, int64_t after, int64_t last)
{
	if (last == TIME_NONE) {
		return after + 1;
	}
	/* A start in the future means that the clock was set back. */
	return MAX(MIN(last, after) + c->every_s, after + 1);
}

int64_t cron_next(const struct cron *c, const char *zone, int64_t after, int64_t last)
{
	_cleanup_(tz_freep) struct tz *tz = NULL;
	int64_t end = after + INT64_C(366) * YEARS_AHEAD * DAY;

	if (c->off) {
		return TIME_NONE;
	}
	if (c->every_s > 0) {
		return next_every(c, after, last);
	}
	if (tz_load(zone, &tz) < 0 && tz_load("UTC", &tz) < 0) {
		return TIME_NONE;
	}
	return c->any_hour || c->any_minute ? next_flowing(c, tz, after, end)
					    : next_fixed(c, tz, after, end);
}

bool timezone_is_valid(const char *name)
{
	_cleanup_(tz_freep) struct tz *tz = NULL;

	return tz_load(name, &tz) == 0;
}

int timezone_offset(const char *name, int64_t t)
{
	_cleanup_(tz_freep) struct tz *tz = NULL;

	return tz_load(name, &tz) == 0 ? tz_offset(tz, t) : 0;
}
