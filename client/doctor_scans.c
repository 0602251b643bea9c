/* doctor_scans.c - checks of what scans have found: directories, and whether scans still happen. */
#include "client/doctor.h"

#include "client/list.h"
#include "client/spawn.h"
#include "common/cron.h"
#include "common/timefmt.h"
#include <errno.h>
#include <inttypes.h>

enum {
	GRACE_S = 2 * 3600, /* a scan may be late by so much, and as long as it may take */
	LOOK_MS = 5000,
};

/* True if it was said that a directory cannot be listed now, whatever the last scan found. A server
 * of NFS that is gone lets nobody wait for it but a process that can be killed. */
static bool is_away(struct doctor *d, const char *path)
{
	const char *const look[] = {"stat", "--", path, NULL};
	char none[16];
	struct stat st = {0};

	if (spawn_read(look, none, sizeof(none), LOOK_MS) == -ETIMEDOUT) {
		doctor_say(d, DOCTOR_ERROR, "look after its server, or unmount it",
			"%s does not answer", path);
		return true;
	}
	if (stat(path, &st) < 0) {
		if (errno == EACCES) { /* scannerd may see more than who asks here */
			return false;
		}
		doctor_say(d, DOCTOR_ERROR,
			"mount it or make it again, or take it out of directories_to_scan; what "
			"was known of it stays until then",
			"%s: %s", path, strerror(errno));
		return true;
	}
	if (!S_ISDIR(st.st_mode)) {
		doctor_say(d, DOCTOR_ERROR, "name the directory that it lies in",
			"%s is no directory", path);
	}
	return !S_ISDIR(st.st_mode);
}

static void judge_root(struct doctor *d, sqlite3_stmt *st)
{
	const char *path = (const char *)sqlite3_column_text(st, 0);
	const char *reason = (const char *)sqlite3_column_text(st, 2);
	int64_t unreadable = sqlite3_column_int64(st, 3), lost = sqlite3_column_int64(st, 4);

	if (sqlite3_column_int64(st, 1) == 0) {
		doctor_say(d, DOCTOR_ERROR,
			"make it readable again; until then what was known of it stays and "
			"servers may be unknown",
			"%s is not available: %s", path, reason != NULL ? reason : "?");
	} else if (is_away(d, path)) {
		return;
	} else if (lost > 0) {
		doctor_say(d, DOCTOR_ERROR,
			"mount them again, or accept it: backup-checker scan directories "
			"--accept-changed",
			"below %s %" PRId64 " file systems are not mounted any more", path, lost);
	} else if (unreadable > 0) {
		doctor_say(d, DOCTOR_WARNING, "give scannerd's user the right to list them",
			"below %s %" PRId64 " directories could not be read", path, unreadable);
	} else if (sqlite3_column_type(st, 5) == SQLITE_NULL) {
		doctor_say(d, DOCTOR_WARNING, "backup-checker scan directories --wait",
			"%s has not been scanned yet", path);
	} else {
		doctor_say(d, DOCTOR_OK, NULL, "%s: %lld files", path,
			(long long)sqlite3_column_int64(st, 6));
	}
}

static bool is_known(struct db *db, const char *path)
{
	int64_t n = 0;

	return db_int(db, &n, "SELECT count(id) FROM v_roots WHERE path = CAST(? AS BLOB)", "s",
		       path) == 0 &&
	       n > 0;
}

void doctor_directories(struct doctor *d)
{
	struct db *db = d->inventory != NULL ? inventory_db(d->inventory) : NULL;
	_stmt_ sqlite3_stmt *st =
		db != NULL ? db_stmt(db, "SELECT CAST(path AS TEXT), available, reason, "
					 "unreadable, lost_mounts, last_scan, files FROM v_roots "
					 "ORDER BY id")
			   : NULL;

	while (st != NULL && db_step(db, st) == 1) {
		judge_root(d, st);
	}
	for (size_t i = 0; db != NULL && d->has_config && i < d->config.directories_to_scan.n;
		i++) {
		const char *path = d->config.directories_to_scan.v[i].path;

		if (!is_known(db, path) && !is_away(d, path)) {
			doctor_say(d, DOCTOR_WARNING,
				"reload scannerd (systemctl reload backup-checker-scannerd, or "
				"SIGHUP)",
				"scannerd does not know %s of the configuration file yet", path);
		}
	}
}

void doctor_judge_scan(struct doctor *d, enum scan_kind kind, const char *schedule,
	const char *zone, int64_t good, bool running)
{
	const char *what = scan_kind_names[kind];
	char span[32], advice[96], late[32];
	struct cron cron;
	int64_t due;

	snprintf(advice, sizeof(advice), "backup-checker scan %s --wait", what);
	if (good == TIME_NONE) {
		doctor_say(d, running ? DOCTOR_OK : DOCTOR_ERROR, running ? NULL : advice,
			"no scan of the %s has succeeded yet%s", what,
			running ? "; one is running" : "");
		return;
	}
	time_span(MAX(d->now - good, (int64_t)0), span);
	if (cron_parse(schedule, &cron, NULL) < 0 || cron.off) {
		doctor_say(d, DOCTOR_OK, NULL,
			"the last good scan of the %s was %s ago; none is scheduled", what, span);
		return;
	}
	due = cron_next(&cron, zone, good, good);
	if (due != TIME_NONE && d->now > due + GRACE_S && !running) {
		doctor_say(d, DOCTOR_ERROR,
			"backup-checker scan with --wait says why; so does scannerd's journal",
			"the last good scan of the %s was %s ago; the next was due %s ago", what,
			span, time_span(d->now - due, late));
		return;
	}
	doctor_say(d, DOCTOR_OK, NULL, "the last good scan of the %s was %s ago", what, span);
}

static bool is_running(struct db *db, enum scan_kind kind)
{
	int64_t n = 0;

	return db_int(db, &n, "SELECT count(id) FROM v_scans WHERE kind = ? AND state = 'running'",
		       "s", scan_kind_names[kind]) == 0 &&
	       n > 0;
}

void doctor_scans(struct doctor *d)
{
	const struct config *c = &d->config;

	if (d->inventory == NULL || !d->has_config) {
		return;
	}
	const struct {
		size_t configured;
		const char *schedule;
	} kinds[_SCAN_KINDS] = {
		[SCAN_DIRECTORIES] = {c->directories_to_scan.n, c->schedule.directories},
		[SCAN_SERVERS] = {c->subnets_to_scan.n, c->schedule.servers},
	};
	for (int kind = 0; kind < _SCAN_KINDS; kind++) {
		struct err err = {0};
		int64_t good;

		if (kinds[kind].configured == 0) {
			continue;
		}
		if (inventory_last_good(d->inventory, (enum scan_kind)kind, &good, &err) < 0) {
			doctor_say(d, DOCTOR_ERROR, NULL, "%s", err.message);
			continue;
		}
		doctor_judge_scan(d, (enum scan_kind)kind, kinds[kind].schedule,
			c->schedule.timezone, good,
			is_running(inventory_db(d->inventory), (enum scan_kind)kind));
	}
}
