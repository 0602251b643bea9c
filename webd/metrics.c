/* metrics.c - prints /metrics in Prometheus' text format, most of it from tables of queries. */
#include "webd/metrics.h"

#include "common/options.h"
#include "common/timefmt.h"
#include "webd/connections.h"
#include "webd/events.h"
#include "webd/exposition.h"
#include "webd/functions.h"
#include "webd/process.h"
#include "webd/query.h"
#include "webd/settings.h"
#include "webd/summary.h"
#include "webd/tls.h"
#include <errno.h>

/* What the loop's thread knows, and what was asked for. */
struct facts {
	bool scannerd, servers;
	int connections;
	int64_t started, certificate_ends; /* TIME_NONE: webd speaks no TLS */
	uint64_t requests, refused;
};

enum { LABELS_MAX = 2, FAMILIES_MAX = 6 };

/* Families with the same labels, from one query: first the columns of the labels, then those of the
 * families. A NULL is a sample that is not there. */
struct series {
	const char *sql, *doing;
	const char *labels[LABELS_MAX];
	struct family families[FAMILIES_MAX];
};

/* The status is one number and not a family of five flags (OpenMetrics' StateSet): with thousands
 * of servers that is a fifth of the series, and none that ends because a server has got better. The
 * numbers are the exit codes of monitoring plugins, and one more. */
static const struct series servers_series = {
	"SELECT id, hostname, CASE bc_status(" FUNCTIONS_FACTS ")"
	" WHEN 'green' THEN 0 WHEN 'yellow' THEN 1 WHEN 'red' THEN 2 WHEN 'unknown' THEN 3"
	" ELSE 4 END, backup_time, file_size, backup_count FROM v_servers ORDER BY id",
	"listing servers", {"id", "server"},
	{
		{"server_status", "gauge",
			"The status of a server's backups: 0 good, 1 warning, 2 error, 3 unknown, "
			"4 "
			"exempt."},
		{"server_newest_backup_timestamp_seconds", "gauge",
			"When the newest backup that counts was made, since 1970; none: there is "
			"none."},
		{"server_newest_backup_size_bytes", "gauge", "The size of that backup's file."},
		{"server_backups", "gauge", "How many files count as backups of a server."},
	}};

static const struct series directories_series = {
	"SELECT path, available, files, bytes, unreadable, lost_mounts, last_scan FROM v_roots"
	" ORDER BY id",
	"listing directories", {"directory"},
	{
		{"directory_available", "gauge",
			"1: the last scan could read a scanned directory; 0: its last index is "
			"kept."},
		{"directory_files", "gauge", "Files in a scanned directory."},
		{"directory_size_bytes", "gauge", "The size of these files."},
		{"directory_unreadable", "gauge", "Folders in it that could not be read."},
		{"directory_lost_mounts", "gauge",
			"File systems that were mounted in it and are not now."},
		{"directory_last_scan_timestamp_seconds", "gauge",
			"When its last complete scan was, since 1970; none: never."},
	}};

/* Failures since the last success and not in all: the history is pruned, and a counter must not go
 * back. A scan that somebody cancelled has not failed. */
#define SCANS_OF " FROM v_scans WHERE kind = k.kind AND state "
static const struct series scans_series = {
	"SELECT k.kind, (SELECT count(id)" SCANS_OF "= 'running'),"
	" (SELECT max(finished)" SCANS_OF "= 'succeeded'),"
	" (SELECT finished - started" SCANS_OF "= 'succeeded' ORDER BY id DESC LIMIT 1),"
	" (SELECT count(id)" SCANS_OF "IN ('failed', 'interrupted')"
	" AND id > coalesce((SELECT max(id)" SCANS_OF "= 'succeeded'), 0))"
	" FROM (SELECT 'directories' AS kind UNION ALL SELECT 'servers') k",
	"listing scans", {"kind"},
	{
		{"scan_running", "gauge", "1: a scan of this kind runs."},
		{"scan_last_success_timestamp_seconds", "gauge",
			"When the last good scan of a kind ended, since 1970; none: never."},
		{"scan_last_success_duration_seconds", "gauge", "How long that scan took."},
		{"scan_failures_since_success", "gauge",
			"Scans of a kind that have failed since the last good one."},
	}};

static void print_labels(const struct series *s, sqlite3_stmt *st, struct buf *out)
{
	for (int i = 0; i < LABELS_MAX && s->labels[i] != NULL; i++) {
		buf_addc(out, i == 0 ? '{' : ',');
		exposition_label(out, s->labels[i], sqlite3_column_blob(st, i),
			(size_t)sqlite3_column_bytes(st, i));
	}
	buf_addc(out, '}');
}

/* All samples of a family stand together in the answer, and come one a row from the query. */
static void add_samples(
	const struct series *s, sqlite3_stmt *st, struct buf *labels, struct buf of[FAMILIES_MAX])
{
	int column = 0;

	while (column < LABELS_MAX && s->labels[column] != NULL) {
		column++;
	}
	buf_reset(labels);
	print_labels(s, st, labels);
	for (int i = 0; i < FAMILIES_MAX && s->families[i].name != NULL; i++, column++) {
		if (sqlite3_column_type(st, column) == SQLITE_NULL) {
			continue;
		}
		buf_adds(&of[i], EXPOSITION_PREFIX);
		buf_adds(&of[i], s->families[i].name);
		buf_add(&of[i], labels->data, labels->len);
		buf_printf(&of[i], " %lld\n", (long long)sqlite3_column_int64(st, column));
	}
}

static int print_series(struct db *db, const struct series *s, struct buf *out, struct err *err)
{
	struct buf of[FAMILIES_MAX] = {{0}};
	_buf_ struct buf labels = BUF_INIT;
	sqlite3_stmt *st = db_stmt(db, s->sql);
	int rc = -EIO;

	while (st != NULL && (rc = db_step(db, st)) == 1) {
		add_samples(s, st, &labels, of);
	}
	for (int i = 0; i < FAMILIES_MAX && s->families[i].name != NULL; i++) {
		exposition_family(out, EXPOSITION_PREFIX, &s->families[i]);
		buf_add(out, of[i].data, of[i].len);
		out->failed |= of[i].failed;
		buf_done(&of[i]);
	}
	out->failed |= labels.failed;
	return rc < 0 ? db_fail(db, rc, err, s->doing) : 0;
}

static void print_build(struct buf *out)
{
	static const struct family family = {"build_info", "gauge", "Which version this is."};

	exposition_family(out, EXPOSITION_PREFIX, &family);
	buf_printf(out, EXPOSITION_PREFIX "build_info{");
	exposition_label(
		out, "version", BACKUP_CHECKER_VERSION, sizeof(BACKUP_CHECKER_VERSION) - 1);
	buf_adds(out, "} 1\n");
}

static void print_daemon(const struct facts *facts, bool database, struct buf *out)
{
	static const struct family certificate = {"webd_certificate_expiry_timestamp_seconds",
		"gauge", "When webd's certificate ends, since 1970; none: it has none."};
	const struct {
		struct family family;
		int64_t value;
	} rows[] = {
		{{"database_up", "gauge", "1: the database can be read."}, database},
		{{"scannerd_up", "gauge", "1: scannerd can be reached."}, facts->scannerd},
		{{"http_connections", "gauge", "Open connections."}, facts->connections},
		{{"http_requests_total", "counter", "Requests that came, this one among them."},
			(int64_t)facts->requests},
		{{"sign_in_failures_total", "counter",
			 "Passwords and codes that were refused, or not looked at because too many "
			 "were wrong."},
			(int64_t)facts->refused},
	};

	print_build(out);
	process_print(facts->started, out);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		exposition_value(out, &rows[i].family, rows[i].value);
	}
	if (facts->certificate_ends != TIME_NONE) {
		exposition_value(out, &certificate, facts->certificate_ends);
	}
}

static void print_counts(const struct summary *s, struct buf *out)
{
	static const struct family servers = {"servers", "gauge", "Servers by backup status."};
	const struct {
		struct family family;
		int64_t value;
	} rows[] = {
		{{"servers_reachable", "gauge", "Servers that answered the last scan."},
			s->reachable},
		{{"servers_unprotected", "gauge",
			 "Servers without a backup that counts, exempt ones apart."},
			s->unprotected},
		{{"repositories_unsettled", "gauge",
			 "Repositories of which nothing says whose they are."},
			s->repositories_unsettled},
	};

	exposition_family(out, EXPOSITION_PREFIX, &servers);
	for (int i = 0; i < _STATUS_MAX; i++) {
		buf_printf(out, EXPOSITION_PREFIX "servers{status=\"%s\"} %lld\n", status_names[i],
			(long long)s->servers[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		exposition_value(out, &rows[i].family, rows[i].value);
	}
}

static int print_all(struct db *db, const void *arg, struct buf *out, struct err *err)
{
	const struct facts *facts = arg;
	struct summary s;
	int rc = summary_collect(db, time_now(), &s, err);

	if (rc < 0) {
		return rc;
	}
	print_daemon(facts, true, out);
	print_counts(&s, out);
	rc = print_series(db, &scans_series, out, err);
	if (rc == 0) {
		rc = print_series(db, &directories_series, out, err);
	}
	if (rc == 0 && facts->servers) {
		rc = print_series(db, &servers_series, out, err);
	}
	return rc;
}

static int print_without_database(const void *arg, const struct err *err, struct buf *out)
{
	(void)err;
	print_daemon(arg, false, out);
	return 200;
}

void metrics_get(struct exchange *x)
{
	const struct web *web = x->web;
	const struct tls *tls = web->settings->tls;
	const char *servers = request_param(&x->request, "servers");
	struct facts facts = {
		.scannerd = events_connected(web->events),
		.servers = servers == NULL || strcmp(servers, "1") == 0,
		.connections = connections_count(web->connections),
		.started = web->started,
		.certificate_ends = tls != NULL ? tls_expires(tls) : TIME_NONE,
		.requests = web->requests,
		.refused = web->sign_ins_refused,
	};
	struct err err;

	if (!facts.servers && strcmp(servers, "0") != 0) {
		err_set(&err, -EINVAL, ERR_INVALID_VALUE, "servers", "it must be 0 or 1");
		exchange_error(x, &err);
		return;
	}
	query_text(x, "text/plain; version=0.0.4; charset=utf-8", print_all, print_without_database,
		&facts, sizeof(facts));
}
