/* read_tables.c - the tables of every list that the API gives, but for the servers. */
#include "read.h"

#include "proto/iface.h"
#include "proto/repository.h"
#include "proto/status.h"
#include "proto/verdict.h"

static const char *const requesters[] = {"person", "schedule", NULL};
/* As verdict_reason_name() has them, which test_read holds them against. */
static const char *const reasons[] = {"counts", "no_server", "ambiguous", "ignored", "empty",
	"empty_archive", "sidecar", "log", "partial", "temporary", "changing", "too_small",
	"repository", "repository_data", NULL};

/* --- files --- */

static const struct read_column file_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Stays the same while the file stays where it is."},
	{"filename", "name", COLUMN_BYTES, true, true, "The last component of the path.",
		.zone = ZONE_NAME},
	{"filepath", "bc_path(dir, name)", COLUMN_BYTES, true, true, "The absolute path."},
	{"last_modified", "mtime_ns", COLUMN_TIME_NS, true, true, "mtime at the last scan.",
		.zone = ZONE_MODIFIED},
	{"size", "size", COLUMN_INT, true, true, "Bytes.", .zone = ZONE_SIZE},
	{"scan_time", "scan_time", COLUMN_TIME, true, true,
		"The last complete scan of its directory tree.", .nullable = true},
	{"server", "server", COLUMN_TEXT, true, true,
		"Host name of the server it belongs to; null: none.", .joined = true,
		.nullable = true},
	{"server_id", "nullif(server_id, 0)", COLUMN_INT, true, false, "The server's id.",
		.nullable = true},
	{"backup_time", "bc_seconds(mtime_ns) + drift", COLUMN_TIME, true, true,
		"When the backup was made, as time_source says.", .zone = ZONE_BACKUP_TIME},
	{"time_source", "bc_time_source((match >> 5) & 3)", COLUMN_TEXT, true, true,
		"Where backup_time was found.", .names = time_source_names},
	{"counts", "reason = 0", COLUMN_BOOL, true, true,
		"Whether it counts as a backup of its server."},
	{"reason", "bc_verdict(reason)", COLUMN_TEXT, true, true, "Why it counts, or why not."},
};

static const struct read_filter file_filters[] = {
	{"q", "bc_path_contains(dir, name, ?)", FILTER_SUBSTRING,
		.doc = "Part of the path or name; ASCII letters in either case.",
		.skip = SKIP_BY_TEXT},
	{"server",
		"server_id IN (SELECT id FROM v_servers WHERE id = ? OR hostname = ? COLLATE "
		"NOCASE)",
		FILTER_TEXT, .doc = "The id or the host name of a server.", .joined = true,
		.skip = SKIP_BY_SERVER},
	{"root", "root IN (SELECT id FROM v_roots WHERE id = ? OR path = CAST(? AS BLOB))",
		FILTER_TEXT, .doc = "The id or the path of a scanned directory."},
	{"unmatched", "(reason IN (1, 2)) = ?", FILTER_BOOL,
		.doc = "1: files of which nothing says whose they are: no server is named, or more "
		       "than one; 0: the others."},
	{"reason", "(1 << reason) & bc_reasons(?)", FILTER_ENUM, reasons,
		.doc = "Why files count or not; one or more, separated by commas."},
	{"counts", "(reason = 0) = ?", FILTER_BOOL,
		.doc = "1: files that count as backups; 0: the others."},
	{"ambiguous", "(reason = 2) = ?", FILTER_BOOL,
		.doc = "1: files that two servers may claim; 0: the others."},
};

const struct read files_read = {
	.name = "files",
	.row = "File",
	.from = "v_files",
	.key = "id",
	.version = "files",
	.joined = "servers",
	READ_TABLE(columns, file_columns),
	READ_TABLE(filters, file_filters),
	.total = "SELECT coalesce(sum(files), 0) FROM v_roots",
	.doc = "A file found in a scanned directory.",
};

/* --- scans and what went wrong in them --- */

static const struct read_column scan_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Counts up."},
	{"kind", "kind", COLUMN_TEXT, true, true, "What was scanned.", .names = scan_kind_names},
	{"state", "state", COLUMN_TEXT, true, true, "How it stands or ended.",
		.names = scan_state_names},
	{"requested_by", "requested_by", COLUMN_TEXT, true, true, "Who asked for it.",
		.names = requesters},
	{"due", "due", COLUMN_TIME, true, true, "When a scheduled scan was due.", .nullable = true},
	{"started", "started", COLUMN_TIME, true, true, "When it began."},
	{"finished", "finished", COLUMN_TIME, true, true, "When it ended; null: it runs.",
		.nullable = true},
	{"files", "files", COLUMN_INT, true, true, "Files seen."},
	{"directories", "directories", COLUMN_INT, true, true, "Directories seen."},
	{"bytes", "bytes", COLUMN_INT, true, true, "Bytes of the files seen."},
	{"hosts", "hosts", COLUMN_INT, true, true, "Addresses looked at."},
	{"hosts_up", "hosts_up", COLUMN_INT, true, true, "Addresses that answered."},
	{"changed", "changed", COLUMN_INT, true, true, "Rows added, changed or removed."},
	{"errors", "errors", COLUMN_INT, true, true, "What went wrong without ending the scan."},
	{"reduced", "reduced", COLUMN_BOOL, true, true,
		"Scanned without raw sockets: no system, no MAC."},
	{"message", "message", COLUMN_TEXT, false, true, "The result in words."},
};

static const struct read_filter scan_filters[] = {
	{"kind", "instr(?, ',' || kind || ',') > 0", FILTER_ENUM, scan_kind_names,
		.doc = "One or more, separated by commas."},
	{"state", "instr(?, ',' || state || ',') > 0", FILTER_ENUM, scan_state_names,
		.doc = "One or more, separated by commas."},
};

const struct read scans_read = {
	.name = "scans",
	.row = "Scan",
	.from = "v_scans",
	.key = "id",
	.descending = true,
	READ_TABLE(columns, scan_columns),
	READ_TABLE(filters, scan_filters),
	.doc = "A scan of directories or servers.",
};

static const struct read_column problem_columns[] = {
	{"scan", "scan", COLUMN_INT, true, true, "The scan's id."},
	{"seq", "seq", COLUMN_INT, true, true, "Counts up within the scan."},
	{"subject", "subject", COLUMN_BYTES, true, true, "A path or a target."},
	{"message", "message", COLUMN_TEXT, true, true, "What went wrong."},
};

static const struct read_filter problem_filters[] = {
	{"scan", "scan = ?", FILTER_INT, .doc = "The scan's id."},
	{"q", "bc_contains(subject, ?) OR bc_contains(message, ?)", FILTER_SUBSTRING,
		.doc = "Part of the subject or the message."},
};

const struct read problems_read = {
	.name = "problems",
	.row = "Problem",
	.from = "v_problems",
	.key = "(scan << 24 | seq)",
	.lookup = "scan = (? >> 24) AND seq = (? & 16777215)",
	READ_TABLE(columns, problem_columns),
	READ_TABLE(filters, problem_filters),
	.doc = "Something that went wrong in a scan without ending it.",
};

/* --- the scanned directories --- */

static const struct read_column directory_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "The directory's id."},
	{"path", "path", COLUMN_BYTES, true, true, "The configured directory."},
	{"available", "available", COLUMN_BOOL, true, true,
		"Whether the last try could read it. If not, its files are kept as they were."},
	{"reason", "reason", COLUMN_TEXT, true, true, "Why it is not available."},
	{"changed", "changed", COLUMN_BOOL, true, true,
		"It is not available because it is not what it was: suddenly empty, or another "
		"file system. A scan with accept_changed takes it as it is."},
	{"files", "files", COLUMN_INT, true, true, "Files in it."},
	{"directories", "dirs", COLUMN_INT, true, true, "Directories in it."},
	{"bytes", "bytes", COLUMN_INT, true, true, "Bytes of its files."},
	{"unreadable", "unreadable", COLUMN_INT, true, true,
		"Directories below it that could not be read."},
	{"lost_mounts", "lost_mounts", COLUMN_INT, true, true,
		"File systems that were mounted below it and are not now; their files are kept. A "
		"scan with accept_changed forgets them."},
	{"newest", "newest", COLUMN_TIME, true, true, "The newest modification time in it.",
		.nullable = true},
	{"last_scan", "last_scan", COLUMN_TIME, true, true, "The last complete scan.",
		.nullable = true},
	{"last_try", "last_try", COLUMN_TIME, true, true, "The last scan, complete or not.",
		.nullable = true},
};

static const struct read_filter directory_filters[] = {
	{"available", "available = ?", FILTER_BOOL, .doc = "1: readable at the last try; 0: not."},
};

const struct read directories_read = {
	.name = "directories",
	.row = "ScannedDirectory",
	.from = "v_roots",
	.key = "id",
	.order = "path",
	READ_TABLE(columns, directory_columns),
	READ_TABLE(filters, directory_filters),
	.doc = "A directory that is scanned for backups.",
};

/* --- the repositories that cannot be looked into --- */

static const struct read_column repository_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Stays the same while it stays where it is."},
	{"path", "path", COLUMN_BYTES, true, true, "Its directory."},
	{"kind", "bc_repository_name(kind)", COLUMN_TEXT, true, true, "Whose tool's it is.",
		.names = repository_kind_names},
	{"description", "bc_repository(kind)", COLUMN_TEXT, true, true,
		"The same in words: \"restic repository\"."},
	{"server", "server", COLUMN_TEXT, true, true,
		"Host name of the server whose it is; null: nothing says so.",
		"server COLLATE NOCASE", .nullable = true},
	{"server_id", "server_id", COLUMN_INT, true, false, "The server's id.", .nullable = true},
	{"ignored", "ignored", COLUMN_BOOL, true, true,
		"Whether a rule ignores it. If not, and it is nobody's, servers without a backup "
		"are unknown: theirs may be in it."},
	{"files", "files", COLUMN_INT, true, true, "Files in it."},
	{"bytes", "bytes", COLUMN_INT, true, true, "Bytes of its files."},
	{"newest", "newest", COLUMN_TIME, true, true, "The newest modification time in it.",
		.nullable = true},
};

static const struct read_filter repository_filters[] = {
	{"q", "bc_contains(path, ?) OR bc_contains(server, ?)", FILTER_SUBSTRING,
		.doc = "Part of the path or of the server's name; ASCII letters in either case."},
	{"kind", "instr(?, ',' || bc_repository_name(kind) || ',') > 0", FILTER_ENUM,
		repository_kind_names, .doc = "One or more, separated by commas."},
	{"root", "root IN (SELECT id FROM v_roots WHERE id = ? OR path = CAST(? AS BLOB))",
		FILTER_TEXT, .doc = "The id or the path of a scanned directory."},
	{"unsettled", "(server_id IS NULL AND ignored = 0) = ?", FILTER_BOOL,
		.doc = "1: nothing says whose it is, and no rule ignores it; 0: the others."},
};

const struct read repositories_read = {
	.name = "repositories",
	.row = "Repository",
	.from = "v_repositories",
	.key = "id",
	.order = "path",
	READ_TABLE(columns, repository_columns),
	READ_TABLE(filters, repository_filters),
	.doc = "A store of a backup tool that cannot be looked into from outside.",
};

/* --- histories --- */

static const struct read_column status_history_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Counts up."},
	{"time", "time", COLUMN_TIME, true, true, "When the servers were counted."},
	{"scan", "scan", COLUMN_INT, true, true, "After which scan.", .nullable = true},
	{"green", "green", COLUMN_INT, true, true, "Servers with a good, recent backup."},
	{"yellow", "yellow", COLUMN_INT, true, true, "Servers with an old or odd backup."},
	{"red", "red", COLUMN_INT, true, true, "Servers without a backup."},
	{"unknown", "unknown", COLUMN_INT, true, true, "Servers whose evidence is incomplete."},
	{"exempt", "exempt", COLUMN_INT, true, true, "Servers that need none."},
};

static const struct read_filter history_filters[] = {
	{"since", "time >= ?", FILTER_INT, .doc = "Seconds since 1970 UTC: nothing older."},
};

const struct read status_history_read = {
	.name = "history",
	.row = "HistoryEntry",
	.from = "v_status_history",
	.key = "id",
	.descending = true,
	READ_TABLE(columns, status_history_columns),
	READ_TABLE(filters, history_filters),
	.doc = "How many servers had which status.",
};

static const struct read_column status_change_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Counts up."},
	{"server_id", "server_id", COLUMN_INT, true, true, "The server's id."},
	{"server", "server", COLUMN_TEXT, true, true, "Its host name.", "server COLLATE NOCASE"},
	{"time", "time", COLUMN_TIME, true, true, "When the change was noticed."},
	{"before", "before", COLUMN_TEXT, true, true, "The status before; null: the server is new.",
		.names = status_names, .nullable = true},
	{"after", "after", COLUMN_TEXT, true, true, "The status since.", .names = status_names},
	{"reason", "reason", COLUMN_TEXT, false, true, "Why."},
};

static const struct read_filter status_change_filters[] = {
	{"server",
		"server_id IN (SELECT id FROM v_servers WHERE id = ? OR hostname = ? COLLATE "
		"NOCASE)",
		FILTER_TEXT, .doc = "The id or the host name of a server."},
	{"first", "(before IS NULL) = ?", FILTER_BOOL,
		.doc = "1: how new servers stood at first; 0: changes only."},
	{"after", "instr(?, ',' || after || ',') > 0", FILTER_ENUM, status_names,
		.doc = "One or more, separated by commas."},
	{"since", "time >= ?", FILTER_INT, .doc = "Seconds since 1970 UTC: nothing older."},
};

const struct read status_changes_read = {
	.name = "changes",
	.row = "StatusChange",
	.from = "v_status_changes",
	.key = "id",
	.descending = true,
	READ_TABLE(columns, status_change_columns),
	READ_TABLE(filters, status_change_filters),
	.doc = "A server whose status changed.",
};

static const struct read_column settings_history_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Counts up."},
	{"time", "time", COLUMN_TIME, true, true, "When it was changed."},
	{"actor", "actor", COLUMN_TEXT, true, true, "Who changed it."},
	{"revision", "revision", COLUMN_TEXT, false, true, "Its revision, as in ETag."},
	{"config", "config", COLUMN_JSON, false, false, "The configuration from then on."},
};

const struct read settings_history_read = {
	.name = "settings",
	.row = "ConfigChange",
	.from = "v_settings_history",
	.key = "id",
	.descending = true,
	READ_TABLE(columns, settings_history_columns),
	READ_TABLE(filters, history_filters),
	.doc = "A change of the configuration.",
};
