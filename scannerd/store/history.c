/* history.c - scans, what went wrong in them, and who changed the settings when; each list keeps
 * its newest rows. */
#include "scannerd/store/history.h"

#include "scannerd/store/inside.h"
#include <errno.h>

enum {
	MESSAGE_BYTES = 1024,
	SUBJECT_BYTES = 4096,
	SETTINGS_BYTES = 32 << 20, /* of all kept settings together */
};

static int begin(
	struct store *s, enum scan_kind kind, const char *by, int64_t due, int64_t now, int64_t *id)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	/* Of a kind one runs at a time: any other was not recorded to its end. */
	if (r == 0) {
		r = db_run(s->db,
			"UPDATE scans SET state = ?, finished = ? WHERE kind = ? AND state = ?",
			"siss", scan_state_names[SCAN_INTERRUPTED], now, scan_kind_names[kind],
			scan_state_names[SCAN_RUNNING]);
	}
	if (r == 0) {
		r = db_run(s->db,
			"INSERT INTO scans (kind, state, requested_by, due, started)"
			" VALUES (?, ?, ?, ?, ?)",
			"sssIi", scan_kind_names[kind], scan_state_names[SCAN_RUNNING], by, due,
			now);
		*id = db_last_id(s->db);
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM scans WHERE id <= ?", "i", *id - SCANS_KEPT);
	}
	if (r == 0) {
		r = store_touch(s, "scans");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_scan_begin(struct store *s, enum scan_kind kind, const char *requested_by, int64_t due,
	int64_t now, int64_t *ret_id, struct err *err)
{
	int64_t id = 0;
	int r = begin(s, kind, requested_by, due, now, &id);

	if (r < 0) {
		return db_fail(s->db, r, err, "recording the scan");
	}
	*ret_id = id;
	return 0;
}

static int end(struct store *s, const struct scan_end *e)
{
	_transaction_ struct transaction t = {0};
	const struct scan_progress *p = e->progress;
	int64_t reduced = e->reduced;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db,
			"UPDATE scans SET state = ?, finished = ?, files = ?, directories = ?, "
			"bytes = ?,"
			" hosts = ?, hosts_up = ?, changed = ?, errors = ?, reduced = ?, message = "
			"?"
			" WHERE id = ?",
			"siiiiiiiiisi", scan_state_names[p->state], e->finished, p->files,
			p->directories, p->bytes, p->hosts, p->hosts_up, e->changed, p->errors,
			reduced, p->message != NULL ? p->message : "", p->scan);
	}
	if (r == 0) {
		r = store_touch(s, "scans");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_scan_end(struct store *s, const struct scan_end *e, struct err *err)
{
	int r = end(s, e);

	return r < 0 ? db_fail(s->db, r, err, "recording the end of the scan") : 0;
}

int store_scan_problem(
	struct store *s, int64_t scan, const char *subject, size_t len, const char *message)
{
	char cut[MESSAGE_BYTES];
	int64_t seq = 0;
	int r = db_int(s->db, &seq, "SELECT coalesce(max(seq), 0) + 1 FROM problems WHERE scan = ?",
		"i", scan);

	if (r < 0 || seq > PROBLEMS_KEPT) {
		return r;
	}
	snprintf(cut, sizeof(cut), "%s", message);
	return db_run(s->db,
		"INSERT INTO problems (scan, seq, subject, message) VALUES (?, ?, ?, ?)", "iibs",
		scan, seq, (const void *)(len > 0 ? subject : ""), MIN(len, SUBJECT_BYTES), cut);
}

/* The newest value of one column; TIME_NONE without a row. */
static int newest(struct store *s, const char *sql, enum scan_kind kind, int64_t *ret)
{
	int r = db_int(s->db, ret, sql, "s", scan_kind_names[kind]);

	if (r == -ENOENT) {
		*ret = TIME_NONE;
		return 0;
	}
	return r;
}

int store_scan_last(struct store *s, enum scan_kind kind, int64_t *ret_started, int64_t *ret_due)
{
	int64_t started, due;
	int r = newest(s, "SELECT started FROM scans WHERE kind = ? ORDER BY id DESC LIMIT 1", kind,
		&started);

	if (r == 0) {
		r = newest(s,
			"SELECT due FROM scans WHERE kind = ? AND due IS NOT NULL"
			" ORDER BY id DESC LIMIT 1",
			kind, &due);
	}
	if (r == 0) {
		*ret_started = started;
		*ret_due = due;
	}
	return r;
}

int store_settings_record(struct store *s, const char *actor, const char *revision,
	const char *config_json, int64_t now)
{
	_transaction_ struct transaction t = {0};
	/* Large ones push out more of the older, so that whoever may change settings cannot fill
	 * the disk with them. */
	int64_t kept = MIN(SETTINGS_BYTES / ((int64_t)strlen(config_json) + 1), SETTINGS_KEPT);
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db,
			"INSERT INTO settings_history (time, actor, revision, config)"
			" VALUES (?, ?, ?, ?)",
			"isss", now, actor, revision, config_json);
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM settings_history WHERE id <= ?", "i",
			db_last_id(s->db) - kept);
	}
	if (r == 0) {
		r = store_touch(s, "config");
	}
	return r < 0 ? r : transaction_commit(&t);
}
