/* timefmt.h - times as people and RFC 3339 write them. All times are seconds since 1970 UTC unless
 * the name says ns. */
#ifndef COMMON_TIMEFMT_H
#define COMMON_TIMEFMT_H

#include "def.h"

#define TIME_NONE INT64_MIN

int64_t time_now(void);     /* wall clock, seconds */
int64_t time_now_ns(void);  /* wall clock */
int64_t time_mono_ms(void); /* monotonic */
/* Whole seconds of a time in nanoseconds, rounded down also before 1970. */
static inline int64_t time_floor_ns(int64_t ns)
{
	return ns / NSEC_PER_SEC - (ns % NSEC_PER_SEC < 0);
}

/* "2026-01-31T03:00:00Z". Years outside 0..9999 are clamped. out holds TIME_ISO_SIZE bytes. Returns
 * out. */
enum { TIME_ISO_SIZE = 24 };
char *time_iso(int64_t t, char *out);
/* Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"). */
int64_t time_days_from_civil(int64_t year, unsigned month, unsigned day);
/* The inverse: the date of a day. */
void time_civil_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day);
/* -EINVAL unless the date exists. h may be 0-23, mi 0-59, s 0-60. */
int time_from_civil(int year, int month, int day, int h, int mi, int s, int64_t *ret);
/* "2027-01-31" and nothing else: its days since 1970. -EINVAL unless the date exists. */
int time_parse_day(const char *text, int64_t *ret_days);
/* RFC 3339 with its offset: "2027-01-31T12:00:00Z", "2027-01-31t12:00:00.5+05:30"; a fraction is
 * dropped. -EINVAL for anything else, and for a date, time or offset that does not exist. */
int time_parse(const char *text, int64_t *ret);
/* "3 hours", "12 days", "2 years": one unit, floored, for sentences. out holds 32 bytes. Returns
 * out. */
char *time_span(int64_t seconds, char *out);

#endif
