/* schedule.h - starts scans when they are due; a run missed while nothing was running is made up
 * for once. */
#ifndef SCANNERD_SCHEDULE_H
#define SCANNERD_SCHEDULE_H

#include "scannerd/daemon.h"

int schedule_new(struct daemon *d, struct schedule **ret, struct err *err);
void schedule_free(struct schedule *s);
/* The configuration changed. */
void schedule_configure(struct daemon *d);
/* A scan of that kind has started or ended: "@every" counts from its start. */
void schedule_scan_started(struct daemon *d, enum scan_kind kind, int64_t started);
/* When the next one is due; TIME_NONE: never. */
int64_t schedule_next(const struct daemon *d, enum scan_kind kind);

enum { SCHEDULE_RUNS_TOLD = 3 };
/* Says a schedule in words, and its next runs after now; an interval is counted from now. What is
 * in *ret is the caller's, also on failure. */
int schedule_describe(
	const struct schedule_in *in, int64_t now, struct schedule_out *ret, struct err *err);

#endif
