/* cron.h - schedules: five-field cron (POSIX crontab(5) plus names, ranges, steps, and Sunday as 0
 * or 7), "@hourly", "@daily", "@midnight",
 * "@weekly", "@monthly", "@yearly", "@annually", "@every 6h", "" or "off" for never.
 *
 * Daylight saving as in ISC/Vixie cron's documentation: a time that the clock skips runs once, at
 * the first minute after the gap; a time that the clock repeats runs once, at its first occurrence;
 * entries with "*" or a step in hour or minute simply follow real time. Day of month and day of
 * week: if both are restricted, either one is enough. */
#ifndef COMMON_CRON_H
#define COMMON_CRON_H

#include "def.h"
#include "err.h"

struct cron {
	bool off;
	int64_t every_s;              /* > 0: "@every"; the fields below are unused */
	uint64_t minutes;             /* bit m */
	uint32_t hours, days, months; /* bit 0-23, 1-31, 1-12 */
	uint8_t weekdays;             /* bit 0-6, Sunday 0 */
	bool any_day, any_weekday, any_hour, any_minute; /* written as '*' or '*' with a step */
};

/* -EINVAL with a sentence that names the field ("hour 25 is not between 0 and 23"). @every: 1m to
 * 366d. */
int cron_parse(const char *text, struct cron *ret, struct err *err);
/* The first run strictly after `after` in the time zone (IANA name, "UTC", or "" for the machine's
 * own); TIME_NONE if there is none within five years. @every counts from `last` (the last start),
 * or is due at once (returns `after` + 1) if last is TIME_NONE. Reads the zone from the system's
 * tzdata (RFC 8536 TZif files), without touching TZ or localtime(3): safe in any thread. */
int64_t cron_next(const struct cron *c, const char *zone, int64_t after, int64_t last);
/* "every day at 03:00", "every 6 hours", "every Monday at 04:30"; falls back to the expression.
 * Returns out. */
char *cron_words(const struct cron *c, const char *text, char *out, size_t size);
/* Is this an installed zone? "" and "UTC" always are; names with ".." or a leading "/" never are.
 */
bool timezone_is_valid(const char *name);
/* Seconds east of UTC at time t in that zone. 0 if it cannot be read. */
int timezone_offset(const char *name, int64_t t);

#endif
