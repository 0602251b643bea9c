/* history.h - scans, problems, settings history and the history of statuses. */
#ifndef SCANNERD_STORE_HISTORY_H
#define SCANNERD_STORE_HISTORY_H

#include "common/config.h"
#include "proto/iface.h"
#include "scannerd/store/store.h"

enum { SCANS_KEPT = 1000, PROBLEMS_KEPT = 1000, SETTINGS_KEPT = 1000, STATUSES_KEPT = 100000 };

/* [thread] The row of a scan that starts; committed when this returns. due: TIME_NONE for a
 * person's. */
int store_scan_begin(struct store *s, enum scan_kind kind, const char *requested_by, int64_t due,
	int64_t now, int64_t *ret_id, struct err *err);
/* [thread] Its end: p->state, counts and message. changed: rows. reduced: the network was scanned
 * without raw sockets. */
struct scan_end {
	const struct scan_progress *progress;
	int64_t changed;
	bool reduced;
	int64_t finished;
};
int store_scan_end(struct store *s, const struct scan_end *e, struct err *err);
int store_scan_problem(
	struct store *s, int64_t scan, const char *subject, size_t len, const char *message);
/* [thread] When a scan of that kind was last started (any), and the last due time of a scheduled
 * one; TIME_NONE: never. */
int store_scan_last(struct store *s, enum scan_kind kind, int64_t *ret_started, int64_t *ret_due);

int store_settings_record(struct store *s, const char *actor, const char *revision,
	const char *config_json, int64_t now);

/* [thread] Judges every server with proto/status.h and writes down what changed since the last time
 * (status_now, status_changes) and, when scan > 0, the counts (status_history). For changes by age
 * alone, call it now and then. */
int store_status_record(struct store *s, int64_t now, int64_t scan, struct err *err);

#endif
