/* tzrule.h - the POSIX TZ string (IEEE 1003.1, 8.3, with RFC 8536's extension of hours) that rules
 * after a zone's last transition. */
#ifndef COMMON_TZRULE_H
#define COMMON_TZRULE_H

#include "def.h"

struct tzrule_date { /* when the clock changes, in its wall time before the change */
	char form;   /* 'M' month.week.weekday, 'J' day 1-365 without leap days, 'N' day 0-365 */
	int month, week, day;
	int time; /* seconds after midnight; may be negative or more than a day */
};

struct tzrule {
	int standard; /* seconds east of UTC */
	bool has_summer;
	int summer;
	struct tzrule_date start, end; /* of summer time */
};

/* "CET-1CEST,M3.5.0,M10.5.0/3". -EINVAL if it is none. */
int tzrule_parse(const char *text, struct tzrule *ret);
/* Seconds east of UTC at time t. */
int tzrule_offset(const struct tzrule *rule, int64_t t);
/* When summer time begins and ends in a year, in seconds since 1970; false: the rule has none. */
bool tzrule_changes(const struct tzrule *rule, int64_t year, int64_t *ret_start, int64_t *ret_end);

#endif
