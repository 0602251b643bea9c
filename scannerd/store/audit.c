/* audit.c - adds a row to the audit log and lets the oldest of its kind go. */
#include "scannerd/store/audit.h"

#include "scannerd/store/inside.h"

static const char *bounded(const char *value, char *room, size_t size)
{
	size_t len = value != NULL ? strlen(value) : 0;

	if (len <= AUDIT_VALUE_BYTES) {
		return value;
	}
	snprintf(room, size, "\"%zu bytes\"", len);
	return room;
}

static int add(struct store *s, const struct audit_row *row, int64_t now)
{
	char before[32], after[32];
	int64_t serial = 0, kept = row->refused ? AUDIT_REFUSED_KEPT : AUDIT_DEEDS_KEPT;
	int r = db_int(s->db, &serial,
		"SELECT coalesce(max(serial), 0) + 1 FROM audit WHERE refused = ?", "i",
		(int64_t)row->refused);

	if (r == 0) {
		r = db_run(s->db,
			"INSERT INTO audit (time, actor, source, action, subject, before, after,"
			" refused, serial) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"issssssii", now, row->actor, row->source, row->action, row->subject,
			bounded(row->before, before, sizeof(before)),
			bounded(row->after, after, sizeof(after)), (int64_t)row->refused, serial);
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM audit WHERE refused = ? AND serial <= ?", "ii",
			(int64_t)row->refused, serial - kept);
	}
	return r;
}

int store_audit_add(struct store *s, const struct audit_row *row, int64_t now)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = add(s, row, now);
	}
	if (r == 0) {
		r = store_touch(s, "audit");
	}
	return r < 0 ? r : transaction_commit(&t);
}
