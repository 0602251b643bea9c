/* read_audit.c - the table of the audit log. */
#include "webd/read.h"

static const struct read_column audit_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Counts up."},
	{"time", "time", COLUMN_TIME, true, true, "When."},
	{"actor", "actor", COLUMN_TEXT, true, true,
		"Who: an account's name, token:NAME, root, anonymous, nobody, file."},
	{"source", "source", COLUMN_TEXT, true, true,
		"From which address; socket: a program on this machine."},
	{"action", "action", COLUMN_TEXT, true, true, "What was done: scan.start ..."},
	{"subject", "subject", COLUMN_TEXT, true, true, "To what; empty: nothing to name."},
	{"before", "before", COLUMN_TEXT, false, true, "What it was, as JSON.", .nullable = true},
	{"after", "after", COLUMN_TEXT, false, true, "What it is since, as JSON.",
		.nullable = true},
	{"refused", "refused", COLUMN_BOOL, true, true, "Whether it was tried and refused."},
};

static const struct read_filter audit_filters[] = {
	{"q",
		"(instr(lower(actor), lower(?)) > 0 OR instr(lower(subject), lower(?)) > 0 OR "
		"instr(action, lower(?)) > 0 OR instr(source, lower(?)) > 0)",
		FILTER_SUBSTRING, .doc = "Part of who, what, to what or from where."},
	{"id", "id = ?", FILTER_INT, .doc = "The entry of that number."},
	{"actor", "actor = ? COLLATE NOCASE", FILTER_TEXT, .doc = "Who, exactly."},
	{"action", "action = ?", FILTER_TEXT, .doc = "What, exactly."},
	{"refused", "refused = ?", FILTER_BOOL, .doc = "1: attempts that were refused; 0: deeds."},
	{"since", "time >= ?", FILTER_INT, .doc = "Seconds since 1970 UTC: nothing older."},
	{"until", "time < ?", FILTER_INT,
		.doc = "Seconds since 1970 UTC: only what was done before."},
};

const struct read audit_read = {
	.name = "audit",
	.row = "AuditEntry",
	.from = "v_audit",
	.key = "id",
	.descending = true,
	READ_TABLE(columns, audit_columns),
	READ_TABLE(filters, audit_filters),
	.doc = "Something that somebody did, or tried.",
};
