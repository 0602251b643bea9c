/* statuses.c - writes down how each server stands when that has changed, and the counts of a scan.
 */
#include "scannerd/store/history.h"

#include "proto/status.h"
#include "scannerd/store/inside.h"
#include <errno.h>

enum { REASON_BYTES = 512 };

struct change {
	int64_t server;
	int before; /* enum status, -1: none */
	enum status after;
	char *reason;
};

struct judgement {
	struct change *changes;
	size_t n, cap;
	int64_t counts[_STATUS_MAX];
};

static void judgement_done(struct judgement *j)
{
	for (size_t i = 0; i < j->n; i++) {
		free(j->changes[i].reason);
	}
	free(j->changes);
}

static int status_from_name(const char *name)
{
	for (int i = 0; name != NULL && i < _STATUS_MAX; i++) {
		if (strcmp(status_names[i], name) == 0) {
			return i;
		}
	}
	return -1;
}

enum column {
	COLUMN_SERVER,
	COLUMN_BEFORE,
	COLUMN_BACKUP_TIME,
	COLUMN_BACKUP_COUNT,
	COLUMN_FINDINGS,
	COLUMN_AMBIGUOUS,
	COLUMN_GREEN_WITHIN,
	COLUMN_RED_AFTER,
	COLUMN_COPIES,
	COLUMN_POLICY,
	COLUMN_EVIDENCE_ROOT,
	COLUMN_UNAVAILABLE_ROOT,
	COLUMN_OPAQUE,
	COLUMN_OPAQUE_PATH,
	COLUMN_EXEMPT_REASON,
	COLUMN_EXEMPT_AUTHOR,
	COLUMN_EXEMPT_UNTIL,
	COLUMN_EXEMPT_DAY,
};

/* The same facts as v_servers shows, without what judging does not need. */
static const char facts_sql[] =
	"SELECT e.server, n.status, e.backup_time, e.backup_count, e.findings, e.ambiguous,"
	" e.green_within, e.red_after, e.copies, e.policy,"
	" CAST(CASE WHEN d.stale IS NOT NULL THEN d.path WHEN r.available = 0 THEN r.path END AS "
	"TEXT),"
	" CAST(coalesce((SELECT path FROM roots u WHERE u.available = 0 ORDER BY u.id LIMIT 1),"
	" (SELECT path FROM mounts m WHERE m.lost = 1 ORDER BY m.root, m.path LIMIT 1)) AS TEXT),"
	" (SELECT count(*) FROM repositories o WHERE o.server IS NULL AND o.ignored = 0),"
	" CAST((SELECT p.path FROM repositories o JOIN dirs p ON p.id = o.dir"
	" WHERE o.server IS NULL AND o.ignored = 0 ORDER BY o.dir LIMIT 1) AS TEXT),"
	" x.reason, x.author, x.until, x.day"
	" FROM evidence e LEFT JOIN status_now n ON n.server = e.server"
	" LEFT JOIN dirs d ON d.id = e.file >> 24 LEFT JOIN roots r ON r.id = d.root"
	" LEFT JOIN exemptions x ON x.server = e.server";

static const char *text(sqlite3_stmt *st, enum column column)
{
	return (const char *)sqlite3_column_text(st, (int)column);
}

static int64_t number_or_none(sqlite3_stmt *st, enum column column)
{
	return sqlite3_column_type(st, (int)column) == SQLITE_NULL
		       ? TIME_NONE
		       : sqlite3_column_int64(st, (int)column);
}

static void read_facts(sqlite3_stmt *st, struct status_facts *ret)
{
	*ret = (struct status_facts){
		.backup_time = number_or_none(st, COLUMN_BACKUP_TIME),
		.backup_count = sqlite3_column_int64(st, COLUMN_BACKUP_COUNT),
		.findings = (unsigned)sqlite3_column_int64(st, COLUMN_FINDINGS),
		.ambiguous = sqlite3_column_int64(st, COLUMN_AMBIGUOUS),
		.evidence_root = text(st, COLUMN_EVIDENCE_ROOT),
		.unavailable_root = text(st, COLUMN_UNAVAILABLE_ROOT),
		.opaque = sqlite3_column_int64(st, COLUMN_OPAQUE),
		.opaque_path = text(st, COLUMN_OPAQUE_PATH),
		.green_within_s = sqlite3_column_int64(st, COLUMN_GREEN_WITHIN),
		.red_after_s = sqlite3_column_int64(st, COLUMN_RED_AFTER),
		.copies = sqlite3_column_int64(st, COLUMN_COPIES),
		.policy = text(st, COLUMN_POLICY),
		.exempt_reason = text(st, COLUMN_EXEMPT_REASON),
		.exempt_author = text(st, COLUMN_EXEMPT_AUTHOR),
		.exempt_until = number_or_none(st, COLUMN_EXEMPT_UNTIL),
		.exempt_day = text(st, COLUMN_EXEMPT_DAY),
	};
}

static int add_change(
	struct judgement *j, int64_t server, int before, enum status after, const char *reason)
{
	if (j->n == j->cap) {
		size_t cap = GROW(j->cap);
		struct change *v = reallocarray(j->changes, cap, sizeof(*v));

		if (v == NULL) {
			return -ENOMEM;
		}
		j->changes = v;
		j->cap = cap;
	}
	j->changes[j->n] = (struct change){server, before, after, strdup(reason)};
	return j->changes[j->n++].reason == NULL ? -ENOMEM : 0;
}

static int judge(struct judgement *j, sqlite3_stmt *st, int64_t now)
{
	int before = status_from_name(text(st, COLUMN_BEFORE));
	struct status_facts facts;
	char reason[REASON_BYTES];
	enum status after;

	read_facts(st, &facts);
	after = status_judge(&facts, now, reason, sizeof(reason));
	j->counts[after]++;
	return (int)after == before ? 0
				    : add_change(j, sqlite3_column_int64(st, COLUMN_SERVER), before,
					      after, reason);
}

static int judge_all(struct store *s, struct judgement *j, int64_t now)
{
	_stmt_ sqlite3_stmt *st = db_stmt(s->db, facts_sql);
	int r;

	if (st == NULL) {
		return -EIO;
	}
	while ((r = db_step(s->db, st)) == 1) {
		r = judge(j, st, now);
		if (r < 0) {
			return r;
		}
	}
	return r;
}

/* How a server stands at first is no event, and the view of the servers tells why: ten thousand
 * such sentences would cost a megabyte. */
static int write_change(struct store *s, const struct change *c, int64_t now)
{
	int r = db_run(s->db, "REPLACE INTO status_now (server, status) VALUES (?, ?)", "is",
		c->server, status_names[c->after]);

	if (r < 0) {
		return r;
	}
	return db_run(s->db,
		"INSERT INTO status_changes (server, time, before, after, reason)"
		" VALUES (?, ?, ?, ?, ?)",
		"iisss", c->server, now, c->before >= 0 ? status_names[c->before] : NULL,
		status_names[c->after], c->before >= 0 ? c->reason : "");
}

static int write_changes(struct store *s, const struct judgement *j, int64_t now)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < j->n; i++) {
		r = write_change(s, &j->changes[i], now);
	}
	if (r < 0 || j->n == 0) {
		return r;
	}
	r = db_run(s->db, "DELETE FROM status_changes WHERE id <= ?", "i",
		db_last_id(s->db) - STATUSES_KEPT);
	return r < 0 ? r : store_touch(s, "servers");
}

static int write_counts(struct store *s, const struct judgement *j, int64_t now, int64_t scan)
{
	int r = db_run(s->db,
		"INSERT INTO status_history (time, scan, green, yellow, red, unknown, exempt)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		"iiiiiii", now, scan, j->counts[STATUS_GREEN], j->counts[STATUS_YELLOW],
		j->counts[STATUS_RED], j->counts[STATUS_UNKNOWN], j->counts[STATUS_EXEMPT]);

	return r < 0 ? r
		     : db_run(s->db, "DELETE FROM status_history WHERE id <= ?", "i",
			       db_last_id(s->db) - STATUSES_KEPT);
}

int store_status_record(struct store *s, int64_t now, int64_t scan, struct err *err)
{
	_cleanup_(judgement_done) struct judgement j = {0};
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = judge_all(s, &j, now);
	}
	if (r == 0) {
		r = write_changes(s, &j, now);
	}
	if (r == 0 && scan > 0) {
		r = write_counts(s, &j, now, scan);
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	return r < 0 ? db_fail(s->db, r, err, "recording the statuses") : 0;
}
