/* quota.c - counts lines from the first one of a minute on. */
#include "scannerd/quota.h"

#include "common/timefmt.h"
#include <stdio.h>

#define LAST "; more of this is left out for a minute"

enum { PERIOD_MS = 60 * MSEC_PER_SEC };

bool quota_take(
	struct quota *q, int64_t now_ms, char text[QUOTA_LINE_SIZE], const char *fmt, va_list ap)
{
	int len;

	if (q->used == 0 || now_ms - q->since_ms >= PERIOD_MS) {
		q->used = 0;
		q->since_ms = now_ms;
	}
	if (q->used >= QUOTA_LINES) {
		return false;
	}
	len = vsnprintf(text, QUOTA_LINE_SIZE - sizeof(LAST), fmt, ap);
	if (++q->used == QUOTA_LINES && len >= 0) {
		len = MIN(len, (int)(QUOTA_LINE_SIZE - sizeof(LAST) - 1));
		memcpy(text + len, LAST, sizeof(LAST));
	}
	return true;
}
