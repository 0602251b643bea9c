/* audit.h - who did what, in the main database: rows are only added. */
#ifndef SCANNERD_STORE_AUDIT_H
#define SCANNERD_STORE_AUDIT_H

#include "scannerd/store/store.h"

/* Of 100,000 rows; sql/0003_audit.sql knows the numbers, too. Attempts are bounded apart, because
 * strangers make them. */
enum { AUDIT_DEEDS_KEPT = 80000, AUDIT_REFUSED_KEPT = 20000, AUDIT_VALUE_BYTES = 1024 };

struct audit_row {
	const char *actor;          /* "jo", "token:NAME", "root", "anonymous", "nobody", "file" */
	const char *source;         /* an address, or "socket" */
	const char *action;         /* "scan.start" ... */
	const char *subject;        /* what it was done to; "" where there is nothing to say */
	const char *before, *after; /* JSON, or NULL */
	bool refused;               /* it was tried and refused */
};

/* [thread] of the main store. Values longer than AUDIT_VALUE_BYTES are left out for a JSON string
 * that says how long they are. */
int store_audit_add(struct store *s, const struct audit_row *row, int64_t now);

#endif
