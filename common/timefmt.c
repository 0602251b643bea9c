/* timefmt.c - reads the clocks, reads and writes times as RFC 3339 text and as spans for sentences.
 */
#include "timefmt.h"

#include <errno.h>

enum { SECONDS_PER_DAY = 86400 };

int64_t time_now(void)
{
	return (int64_t)time(NULL);
}

int64_t time_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

int64_t time_mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * MSEC_PER_SEC + ts.tv_nsec / (NSEC_PER_SEC / MSEC_PER_SEC);
}

int64_t time_days_from_civil(int64_t year, unsigned month, unsigned day)
{
	/* Years begin in March, so that the leap day is the last of its year; an era is 400 years.
	 */
	int64_t y = year - (month <= 2 ? 1 : 0);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year =
		(153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

void time_civil_from_days(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = yoe + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

char *time_iso(int64_t t, char *out)
{
	const int64_t first = time_days_from_civil(0, 1, 1) * SECONDS_PER_DAY;
	const int64_t last = time_days_from_civil(10000, 1, 1) * SECONDS_PER_DAY - 1;
	int64_t clamped = MAX(first, MIN(t, last));
	int64_t days = clamped / SECONDS_PER_DAY;
	int64_t rest = clamped % SECONDS_PER_DAY;
	int64_t year;
	int month, day;

	if (rest < 0) {
		rest += SECONDS_PER_DAY;
		days--;
	}
	time_civil_from_days(days, &year, &month, &day);
	/* The casts tell the compiler how wide each number is; the values are in range already. */
	snprintf(out, TIME_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000,
		(unsigned)month % 100, (unsigned)day % 100, (unsigned)(rest / 3600) % 100,
		(unsigned)(rest / 60 % 60), (unsigned)(rest % 60));
	return out;
}

int time_from_civil(int year, int month, int day, int h, int mi, int s, int64_t *ret)
{
	int64_t y, days;
	int m, d;

	if (month < 1 || month > 12 || day < 1 || day > 31 || h < 0 || h > 23 || mi < 0 ||
		mi > 59 || s < 0 || s > 60) {
		return -EINVAL;
	}
	days = time_days_from_civil(year, (unsigned)month, (unsigned)day);
	time_civil_from_days(days, &y, &m, &d);
	if (m != month || d != day) {
		return -EINVAL; /* the 30th of February became a day of March */
	}
	*ret = days * SECONDS_PER_DAY + h * 3600 + mi * 60 + s;
	return 0;
}

/* --- reading --- */

/* Exactly n digits at *at, which moves behind them. */
static int read_digits(const char **at, int n, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		char c = (*at)[i];

		if (c < '0' || c > '9') {
			return -EINVAL;
		}
		value = value * 10 + (c - '0');
	}
	*at += n;
	*ret = value;
	return 0;
}

/* Numbers of two digits with sep between. */
static int read_pairs(const char **at, char sep, int *ret[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && *(*at)++ != sep) {
			return -EINVAL;
		}
		if (read_digits(at, 2, ret[i]) < 0) {
			return -EINVAL;
		}
	}
	return 0;
}

static int read_day(const char **at, int64_t *ret_days)
{
	int year, month, day;
	int64_t seconds;

	if (read_digits(at, 4, &year) < 0 || *(*at)++ != '-' ||
		read_pairs(at, '-', (int *[]){&month, &day}, 2) < 0 ||
		time_from_civil(year, month, day, 0, 0, 0, &seconds) < 0) {
		return -EINVAL;
	}
	*ret_days = time_days_from_civil(year, (unsigned)month, (unsigned)day);
	return 0;
}

int time_parse_day(const char *text, int64_t *ret_days)
{
	int64_t days;

	if (read_day(&text, &days) < 0 || *text != '\0') {
		return -EINVAL;
	}
	*ret_days = days;
	return 0;
}

/* ".5" is passed over; a point without a digit is left, for whoever expects something else. */
static void skip_fraction(const char **at)
{
	if ((*at)[0] == '.' && (*at)[1] >= '0' && (*at)[1] <= '9') {
		*at += 1 + strspn(*at + 1, "0123456789");
	}
}

/* "Z" or "+05:30": seconds east of UTC. */
static int read_offset(const char **at, int *ret)
{
	char sign = *(*at)++;
	int hours = 0, minutes = 0;

	if (sign == 'Z' || sign == 'z') {
		*ret = 0;
		return 0;
	}
	if ((sign != '+' && sign != '-') ||
		read_pairs(at, ':', (int *[]){&hours, &minutes}, 2) < 0 || hours > 23 ||
		minutes > 59) {
		return -EINVAL;
	}
	*ret = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
	return 0;
}

int time_parse(const char *text, int64_t *ret)
{
	int h, mi, s, offset;
	int64_t days;

	if (read_day(&text, &days) < 0 || (*text != 'T' && *text != 't')) {
		return -EINVAL;
	}
	text++;
	if (read_pairs(&text, ':', (int *[]){&h, &mi, &s}, 3) < 0 || h > 23 || mi > 59 || s > 60) {
		return -EINVAL;
	}
	skip_fraction(&text);
	if (read_offset(&text, &offset) < 0 || *text != '\0') {
		return -EINVAL;
	}
	*ret = days * SECONDS_PER_DAY + h * 3600 + mi * 60 + s - offset;
	return 0;
}

char *time_span(int64_t seconds, char *out)
{
	/* Years begin at two: "400 days" says more than "1 year" beside a limit of 365 days. */
	static const struct {
		int64_t from, unit;
		const char *name;
	} units[] = {
		{INT64_C(2) * 365 * SECONDS_PER_DAY, INT64_C(365) * SECONDS_PER_DAY, "year"},
		{SECONDS_PER_DAY, SECONDS_PER_DAY, "day"},
		{3600, 3600, "hour"},
		{60, 60, "minute"},
		{0, 1, "second"},
	};
	int64_t magnitude = seconds >= 0 ? seconds : seconds == INT64_MIN ? INT64_MAX : -seconds;
	size_t i = 0;

	while (magnitude < units[i].from) {
		i++;
	}
	snprintf(out, 32, "%lld %s%s", (long long)(magnitude / units[i].unit), units[i].name,
		magnitude / units[i].unit == 1 ? "" : "s");
	return out;
}
