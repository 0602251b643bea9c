/* read_servers.c - the tables of the servers, and of the status of their backups. */
#include "read.h"

#include "proto/status.h"
#include "proto/verdict.h"
#include "webd/functions.h"

#define FACTS FUNCTIONS_FACTS

#define HOSTNAME                                                                       \
	{                                                                              \
		"hostname", "hostname", COLUMN_TEXT, true, true, "What it is called.", \
			"hostname COLLATE NOCASE"                                      \
	}
#define ADDRESS                                                                                   \
	{                                                                                         \
		"ip_address", "address", COLUMN_TEXT, true, true, "The lowest of its addresses.", \
			"address_key", .nullable = true                                           \
	}
#define SYSTEM                                                                      \
	{                                                                           \
		"detected_os", "os", COLUMN_TEXT, true, true, "nmap's best guess.", \
			"os COLLATE NOCASE", .nullable = true                       \
	}
#define STATUS                                                                    \
	{                                                                         \
		"backup_status", "bc_status(" FACTS ")", COLUMN_TEXT, true, true, \
			"Sorts by urgency: red, unknown, yellow, green, exempt.", \
			"bc_rank(" FACTS ")", .names = status_names               \
	}
#define BACKUP_FILE                                                                 \
	{                                                                           \
		"backup_file", "file_name", COLUMN_BYTES, true, true,               \
			"Name of the newest counted backup: the one that decided.", \
			.nullable = true                                            \
	}
#define BACKUP_PATH                                                                      \
	{                                                                                \
		"backup_path", "bc_path(file_dir, file_name)", COLUMN_BYTES, true, true, \
			"Its path.", .nullable = true                                    \
	}
#define BACKUP_TIME                                                                         \
	{                                                                                   \
		"backup_time", "backup_time", COLUMN_TIME, true, true, "When it was made.", \
			.nullable = true                                                    \
	}
#define TIME_SOURCE                                                                    \
	{                                                                              \
		"time_source", "bc_time_source(time_source)", COLUMN_TEXT, true, true, \
			"Where backup_time was found.", .names = time_source_names,    \
							.nullable = true               \
	}
#define BACKUP_COUNT                                                                            \
	{                                                                                       \
		"backup_count", "backup_count", COLUMN_INT, true, true, "How many files count." \
	}
#define BACKUP_BYTES                                                                          \
	{                                                                                     \
		"backup_bytes", "backup_bytes", COLUMN_INT, true, true, "Their bytes in all." \
	}
#define REASON                                                              \
	{                                                                   \
		"reason", "bc_reason(" FACTS ")", COLUMN_TEXT, false, true, \
			"Why the status is what it is."                     \
	}
#define FINDINGS                                                                            \
	{                                                                                   \
		"findings", "bc_findings(findings)", COLUMN_STRINGS, false, true,           \
			"What is odd about the backups: future, drift, shrunk, identical.", \
			.names = finding_names                                              \
	}

#define EXEMPT_REASON                                                                             \
	{                                                                                         \
		"exempt_reason", "exempt_reason", COLUMN_TEXT, true, true,                        \
			"Why it needs no backup; null: nobody says so. After exempt_until it is " \
			"judged again.",                                                          \
			.nullable = true                                                          \
	}
#define EXEMPT_AUTHOR                                                      \
	{                                                                  \
		"exempt_author", "exempt_author", COLUMN_TEXT, true, true, \
			"Who says so; empty: not known.", .nullable = true \
	}
#define EXEMPT_UNTIL                                                                          \
	{                                                                                     \
		"exempt_until", "exempt_until", COLUMN_TIME, true, true,                      \
			"The last second of the exemption; null: until somebody ends it, or " \
			"none.",                                                              \
			.nullable = true                                                      \
	}

static const struct read_column server_columns[] = {
	{"id", "id", COLUMN_INT, true, true, "Stays the same for the server's life."},
	HOSTNAME,
	ADDRESS,
	SYSTEM,
	{"open_ports", "ports", COLUMN_TEXT, true, true, "\"22/tcp (ssh), 80/tcp (http)\""},
	{"last_scan", "last_seen", COLUMN_TIME, true, true, "When a scan last reached it.",
		.nullable = true},
	{"is_reachable", "is_reachable", COLUMN_BOOL, true, true,
		"Whether the last scan reached it; null: never scanned.", .nullable = true},
	{"scan_time", "last_scan", COLUMN_TIME, true, true, "When a scan last looked for it.",
		.nullable = true},
	STATUS,
	BACKUP_FILE,
	BACKUP_PATH,
	BACKUP_TIME,
	TIME_SOURCE,
	BACKUP_COUNT,
	BACKUP_BYTES,
	REASON,
	{"mac_address", "mac", COLUMN_TEXT, true, true, "\"aa:bb:cc:dd:ee:ff\"", .nullable = true},
	{"mac_vendor", "vendor", COLUMN_TEXT, true, true, "Who made the network card.",
		.nullable = true},
	{"aliases", "aliases", COLUMN_STRINGS, false, true, "Other names, told by a person."},
	{"tags", "tags", COLUMN_STRINGS, false, true, "Told by a person."},
	{"addresses", "addresses", COLUMN_STRINGS, false, true, "All its addresses."},
	{"note", "note", COLUMN_TEXT, true, true, "Told by a person."},
	{"by_hand", "by_hand", COLUMN_BOOL, true, true,
		"A person added it: it is kept until a person removes it."},
	{"last_seen", "last_seen", COLUMN_TIME, true, false, "When a scan last reached it.",
		.nullable = true},
	{"policy", "policy", COLUMN_TEXT, true, true,
		"The policy it is judged by; null: the default.", .nullable = true},
	FINDINGS,
	EXEMPT_REASON,
	EXEMPT_AUTHOR,
	{"exempt_since", "exempt_since", COLUMN_TIME, true, true, "When that was said.",
		.nullable = true},
	EXEMPT_UNTIL,
	{"same_name", "same_name", COLUMN_INTS, false, true,
		"The ids of other servers of the very same name: one machine, to be merged."},
};

static const struct read_filter server_filters[] = {
	{"q",
		"bc_contains(hostname, ?) OR bc_contains(address, ?) OR bc_contains(mac, ?) OR "
		"bc_contains(os, ?) OR bc_contains(ports, ?) OR bc_contains(note, ?) OR "
		"bc_contains(file_name, ?)"
		" OR id IN (SELECT server FROM v_addresses WHERE bc_contains(address, ?))"
		" OR id IN (SELECT server FROM v_aliases WHERE bc_contains(alias, ?))"
		" OR id IN (SELECT server FROM v_tags WHERE bc_contains(tag, ?))",
		FILTER_SUBSTRING,
		.doc = "Part of a name, address, alias, system, port, tag, note or backup file; "
		       "ASCII letters in either case."},
	{"status", "instr(?, ',' || bc_status(" FACTS ") || ',') > 0", FILTER_ENUM, status_names,
		.doc = "One or more, separated by commas."},
	{"reachable", "coalesce(is_reachable, 0) = ?", FILTER_BOOL,
		.doc = "1: the last scan reached it; 0: it did not, or there was none."},
	{"os", "bc_contains(os, ?)", FILTER_SUBSTRING,
		.doc = "Part of the detected system's name."},
	{"tag", "id IN (SELECT server FROM v_tags WHERE tag = ? COLLATE NOCASE)", FILTER_TEXT,
		.doc = "Servers with this tag."},
	{"subnet",
		"id IN (SELECT server FROM v_addresses WHERE key BETWEEN bc_first(?) AND "
		"bc_last(?))",
		FILTER_PREFIX,
		.doc = "Servers with an address in it: 10.0.0.0/24, or one address."},
	{"by_hand", "by_hand = ?", FILTER_BOOL, .doc = "1: added by a person; 0: found by scans."},
	{"policy", "policy = ?", FILTER_TEXT, .doc = "Judged by this policy."},
	{"unprotected", "(backup_count = 0 AND bc_status(" FACTS ") != 'exempt') = ?", FILTER_BOOL,
		.doc = "1: not exempt, and no backup that counts is known; 0: the others."},
	{"mergeable", "(same_name != '[]') = ?", FILTER_BOOL,
		.doc = "1: there are other servers of the very same name; 0: the others."},
};

const struct read servers_read = {
	.name = "servers",
	.row = "Server",
	.from = "v_servers",
	.key = "id",
	READ_TABLE(columns, server_columns),
	READ_TABLE(filters, server_filters),
	.doc = "A server, with the status of its backups.",
};

static const struct read_column status_columns[] = {
	HOSTNAME,
	ADDRESS,
	SYSTEM,
	STATUS,
	REASON,
	BACKUP_FILE,
	BACKUP_PATH,
	BACKUP_TIME,
	TIME_SOURCE,
	{"backup_size", "file_size", COLUMN_INT, true, true, "Bytes of the newest counted backup.",
		.nullable = true},
	BACKUP_COUNT,
	BACKUP_BYTES,
	FINDINGS,
	EXEMPT_REASON,
	EXEMPT_AUTHOR,
	EXEMPT_UNTIL,
};

const struct read status_read = {
	.name = "servers",
	.row = "ServerStatus",
	.download = "status",
	.from = "v_servers",
	.key = "id",
	READ_TABLE(columns, status_columns),
	READ_TABLE(filters, server_filters),
	.order = "backup_status",
	.doc = "The status of a server's backups.",
};
