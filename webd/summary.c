/* summary.c - counts over the views, and prints the counts. */
#include "webd/summary.h"

#include "common/jsonw.h"
#include "common/timefmt.h"
#include "webd/events.h"
#include "webd/functions.h"
#include "webd/query.h"
#include <errno.h>

enum { DAY_S = 86400 };

static int64_t column(sqlite3_stmt *st, int i)
{
	return sqlite3_column_type(st, i) == SQLITE_NULL ? TIME_NONE : sqlite3_column_int64(st, i);
}

static const char *text(sqlite3_stmt *st, int i)
{
	return (const char *)sqlite3_column_text(st, i);
}

static void count_server(struct summary *s, sqlite3_stmt *st)
{
	const char *name = text(st, 0);
	enum status status = STATUS_GREEN;

	while (status < STATUS_EXEMPT && strcmp(status_names[status], name) != 0) {
		status++;
	}
	s->servers[status]++;
	s->n_servers++;
	s->unprotected += status != STATUS_EXEMPT && sqlite3_column_int64(st, 1) == 0;
	s->reachable += sqlite3_column_int64(st, 2);
}

static int count_servers(struct db *db, struct summary *s)
{
	sqlite3_stmt *st = db_stmt(db,
		"SELECT bc_status(" FUNCTIONS_FACTS "), backup_count, is_reachable FROM v_servers");
	int rc = -EIO;

	while (st != NULL && (rc = db_step(db, st)) == 1) {
		count_server(s, st);
	}
	return rc;
}

static int count_the_rest(struct db *db, struct summary *s, int64_t now)
{
	int rc = db_int(db, &s->mergeable, "SELECT count(*) FROM v_names WHERE servers > 1", "");

	if (rc == 0) {
		rc = db_int(db, &s->repositories_unsettled,
			"SELECT count(*) FROM v_repositories"
			" WHERE server_id IS NULL AND ignored = 0",
			"");
	}
	if (rc == 0) {
		rc = db_int(db, &s->changed_since_yesterday,
			"SELECT count(*) FROM v_status_changes"
			" WHERE time >= ? AND before IS NOT NULL",
			"i", now - DAY_S);
	}
	return rc;
}

static int count_directories(struct db *db, struct summary *s)
{
	_stmt_ sqlite3_stmt *st = db_stmt(db, "SELECT count(id), total(files), total(bytes), "
					      "count(CASE WHEN available = 0 THEN id END) "
					      "FROM v_roots");
	int rc = st != NULL ? db_step(db, st) : -EIO;

	if (rc != 1) {
		return rc < 0 ? rc : -EIO;
	}
	s->directories = sqlite3_column_int64(st, 0);
	s->files = sqlite3_column_int64(st, 1);
	s->bytes = sqlite3_column_int64(st, 2);
	s->directories_unavailable = sqlite3_column_int64(st, 3);
	return 0;
}

static int find_last_scan(struct db *db, const char *kind, struct summary_scan *scan)
{
	_stmt_ sqlite3_stmt *st = db_stmt(db,
		"SELECT id, state, started, finished, (SELECT max(finished) FROM v_scans "
		"WHERE kind = ?1 AND state = 'succeeded') FROM v_scans WHERE kind = ?1 "
		"ORDER BY id DESC LIMIT 1");
	int rc = st != NULL && db_bind(st, "s", kind) == 0 ? db_step(db, st) : -EIO;

	*scan = (struct summary_scan){
		.started = TIME_NONE, .finished = TIME_NONE, .succeeded = TIME_NONE};
	if (rc == 1) {
		scan->id = sqlite3_column_int64(st, 0);
		snprintf(scan->state, sizeof(scan->state), "%s", text(st, 1));
		scan->started = column(st, 2);
		scan->finished = column(st, 3);
		scan->succeeded = column(st, 4);
	}
	return rc < 0 ? rc : 0;
}

int summary_collect(struct db *db, int64_t now, struct summary *ret, struct err *err)
{
	struct summary s = {0};
	int rc = count_servers(db, &s);

	if (rc == 0) {
		rc = count_the_rest(db, &s, now);
	}
	if (rc == 0) {
		rc = count_directories(db, &s);
	}
	for (int kind = 0; rc == 0 && kind < _SCAN_KINDS; kind++) {
		rc = find_last_scan(db, scan_kind_names[kind], &s.scans[kind]);
	}
	if (rc < 0) {
		return db_fail(db, rc, err, "counting");
	}
	*ret = s;
	return 0;
}

/* Percent of the servers that have a good backup, those that a person has exempted apart. */
static double coverage(const struct summary *s)
{
	int64_t judged = s->n_servers - s->servers[STATUS_EXEMPT];

	return judged > 0 ? (double)(s->servers[STATUS_GREEN] * 1000 / judged) / 10.0 : 0.0;
}

static int print_unavailable(struct db *db, struct jsonw *w, struct err *err)
{
	sqlite3_stmt *st = db_stmt(
		db, "SELECT path, reason FROM v_roots WHERE available = 0 ORDER BY id LIMIT 100");
	int rc = -EIO;

	jsonw_karray(w, "directories_unavailable");
	while (st != NULL && (rc = db_step(db, st)) == 1) {
		jsonw_object(w);
		jsonw_key(w, "path");
		jsonw_bytes(w, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
		jsonw_kstr(w, "reason", text(st, 1));
		jsonw_end(w);
	}
	jsonw_end(w);
	return rc < 0 ? db_fail(db, rc, err, "listing directories") : 0;
}

static int print_lost_mounts(struct db *db, struct jsonw *w, struct err *err)
{
	sqlite3_stmt *st = db_stmt(db, "SELECT path, directory FROM v_lost_mounts LIMIT 100");
	int rc = -EIO;

	jsonw_karray(w, "mounts_lost");
	while (st != NULL && (rc = db_step(db, st)) == 1) {
		jsonw_object(w);
		for (int i = 0; i < 2; i++) {
			jsonw_key(w, i == 0 ? "path" : "directory");
			jsonw_bytes(
				w, sqlite3_column_blob(st, i), (size_t)sqlite3_column_bytes(st, i));
		}
		jsonw_end(w);
	}
	jsonw_end(w);
	return rc < 0 ? db_fail(db, rc, err, "listing lost mounts") : 0;
}

static void print_scans(const struct summary *s, struct jsonw *w)
{
	jsonw_kobject(w, "last_scans");
	for (int kind = 0; kind < _SCAN_KINDS; kind++) {
		const struct summary_scan *scan = &s->scans[kind];

		jsonw_key(w, scan_kind_names[kind]);
		if (scan->id == 0) {
			jsonw_null(w);
			continue;
		}
		jsonw_object(w);
		jsonw_kint(w, "id", scan->id);
		jsonw_kstr(w, "state", scan->state);
		jsonw_ktime(w, "started", scan->started);
		jsonw_ktime(w, "finished", scan->finished);
		jsonw_ktime(w, "succeeded", scan->succeeded);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static int print_summary(struct db *db, const void *arg, struct buf *out, struct err *err)
{
	const bool *scannerd = arg;
	struct jsonw w = JSONW(out);
	int64_t now = time_now();
	struct summary s;
	int rc = summary_collect(db, now, &s, err);

	if (rc < 0) {
		return rc;
	}
	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	jsonw_ktime(&w, "timestamp", now);
	jsonw_kint(&w, "servers", s.n_servers);
	jsonw_kint(&w, "reachable", s.reachable);
	jsonw_kobject(&w, "by_status");
	for (int i = 0; i < _STATUS_MAX; i++) {
		jsonw_kint(&w, status_names[i], s.servers[i]);
	}
	jsonw_end(&w);
	jsonw_key(&w, "coverage_percent");
	jsonw_double(&w, coverage(&s));
	jsonw_kint(&w, "unprotected", s.unprotected);
	jsonw_kint(&w, "mergeable", s.mergeable);
	jsonw_kint(&w, "changed_since_yesterday", s.changed_since_yesterday);
	jsonw_kint(&w, "repositories_unsettled", s.repositories_unsettled);
	jsonw_kint(&w, "files", s.files);
	jsonw_kint(&w, "bytes", s.bytes);
	jsonw_kint(&w, "directories", s.directories);
	rc = print_unavailable(db, &w, err);
	if (rc == 0) {
		rc = print_lost_mounts(db, &w, err);
	}
	print_scans(&s, &w);
	jsonw_kbool(&w, "scannerd", *scannerd);
	jsonw_end(&w);
	return rc;
}

void summary_get(struct exchange *x)
{
	bool scannerd = events_connected(x->web->events);

	query_text(x, "application/json", print_summary, NULL, &scannerd, sizeof(scannerd));
}
