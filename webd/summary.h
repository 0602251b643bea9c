/* summary.h - the whole in a few numbers: servers by status, files, directories, the last scans.
 * /api/summary prints it, /metrics prints most of it. */
#ifndef WEBD_SUMMARY_H
#define WEBD_SUMMARY_H

#include "proto/iface.h"
#include "proto/status.h"
#include "webd/exchange.h"

struct summary {
	int64_t servers[_STATUS_MAX]; /* by status */
	int64_t n_servers, reachable;
	int64_t unprotected; /* not exempt, and no counted backup is known */
	int64_t mergeable;   /* names that several servers have */
	int64_t repositories_unsettled, changed_since_yesterday;
	int64_t files, bytes, directories, directories_unavailable;
	struct summary_scan {
		int64_t id; /* 0: never */
		char state[16];
		int64_t started, finished; /* TIME_NONE: not */
		int64_t succeeded;         /* when the last good one ended */
	} scans[_SCAN_KINDS];
};

/* Judges every server by the time of the connection's functions; `now` is theirs. 0 or -errno with
 * err filled. */
int summary_collect(struct db *db, int64_t now, struct summary *ret, struct err *err);

void summary_get(struct exchange *x); /* GET /api/summary */

#endif
