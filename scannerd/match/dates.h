/* dates.h - the point of time that a file or directory name states.
 *
 * Read are: 2024-01-31 (also with '_', '.' or ' '), 20240131, 202401310300, 20240131030000, each of
 * the first two with a time behind it (T03:00:00Z, _03-00-00, -0300, _03h00m ...); 240131-0300 (a
 * two-digit year needs a time); 31-01-2024 where the order is certain or configured; 31-Jan-2024,
 * Jan-31-2024, 2024-Jan-31; seconds and milliseconds since 1970. The last one in a name counts.
 * Versions (2025.6.3), serial numbers, UUIDs and dates that do not exist are none. A date
 * without a time is the midnight that begins it. Times without "Z" or an offset are those of the
 * zone's clocks; seconds since 1970 need none. */
#ifndef SCANNERD_MATCH_DATES_H
#define SCANNERD_MATCH_DATES_H

#include "common/config.h"
#include "common/tzfile.h"
#include "scannerd/match/text.h"
#include "scannerd/match/words.h"

enum { DATES_SPANS = 6 };

struct date_rules {
	enum date_order order;
	int64_t now;               /* an epoch number after tomorrow is a serial number */
	const struct words *words; /* "backup20240131": a generic word may be glued in front */
	const struct tz *zone;     /* of times without an offset; NULL: UTC */
};

struct dates {
	int64_t time; /* of the last date; TIME_NONE */
	uint8_t n;
	struct date_span {
		uint16_t begin, end;
	} spans[DATES_SPANS]; /* bytes that are dates and therefore no names */
};

/* Fills *ret. Cuts the text (text_cut) where a date is glued to a name: Veeam's
 * HOSTD2019-05-04T224145. */
void dates_scan(struct text *t, const struct date_rules *rules, struct dates *ret);
/* When that day begins; TIME_NONE if the calendar has none such between 1990 and 2099. */
int64_t dates_midnight(const struct date_rules *rules, int year, int month, int day);
/* Do the bytes from begin to end overlap a date? */
bool dates_overlap(const struct dates *d, size_t begin, size_t end);
/* Does a date begin (end) exactly at this byte? */
bool dates_begin_at(const struct dates *d, size_t at);
bool dates_end_at(const struct dates *d, size_t at);

#endif
