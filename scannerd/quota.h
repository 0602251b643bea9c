/* quota.h - lines of log that peers can cause: so many a minute, the last of which says that there
 * were more. */
#ifndef SCANNERD_QUOTA_H
#define SCANNERD_QUOTA_H

#include "common/def.h"
#include <stdarg.h>

enum { QUOTA_LINES = 20, QUOTA_LINE_SIZE = 1024 };

struct quota { /* zero at first */
	unsigned used;
	int64_t since_ms;
};

/* Formats a line into text; false if it is one too many at now_ms, which is monotonic. */
bool quota_take(struct quota *q, int64_t now_ms, char text[QUOTA_LINE_SIZE], const char *fmt,
	va_list ap) _printf_(4, 0);

#endif
