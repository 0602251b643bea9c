/* route_table.c - every route, with all that is said of it. */
#include "webd/assets.h"
#include "webd/configuration.h"
#include "webd/events.h"
#include "webd/forward.h"
#include "webd/health.h"
#include "webd/metrics.h"
#include "webd/openapi.h"
#include "webd/routes.h"
#include "webd/scan.h"
#include "webd/session.h"
#include "webd/summary.h"

static const struct query_row scan_query[] = {
	{"wait", "Answer when the scan has ended, or after so many seconds.", false, 1,
		SCAN_WAIT_MAX_S},
};

static const struct query_row explain_query[] = {
	{"path", "The absolute path of a file.", true, 0, 0},
};

static const struct query_row schedule_query[] = {
	{"expression", "Five cron fields, @daily, @every 6h, or off.", true, 0, 0},
	{"timezone", "IANA time zone; absent: the machine's own.", false, 0, 0},
};

static const struct query_row metrics_query[] = {
	{"servers", "0: without what there is one of for every server.", false, 0, 0},
};

static const struct query_row sessions_query[] = {
	{"all", "1: everybody's, for admins; absent: one's own.", false, 1, 1},
};

#define GET(path, role, doc, ...)                             \
	{                                                     \
		HTTP_GET, path, ROLE_##role, doc, __VA_ARGS__ \
	}
#define POST(path, role, doc, ...)                             \
	{                                                      \
		HTTP_POST, path, ROLE_##role, doc, __VA_ARGS__ \
	}
#define PUT(path, role, doc, ...)                             \
	{                                                     \
		HTTP_PUT, path, ROLE_##role, doc, __VA_ARGS__ \
	}
#define DELETE(path, role, doc, ...)                             \
	{                                                        \
		HTTP_DELETE, path, ROLE_##role, doc, __VA_ARGS__ \
	}
/* What follows the "?" is the page's own affair. */
#define PAGE(path, doc) \
	GET(path, NONE, doc, .code = assets_page, .any_query = true, .answers = "text/html")
#define QUERY(rows) .query = (rows), .n_query = ARRAY_SIZE(rows)
#define EXPORT_CSV  .format = READ_CSV, .answers = "text/csv"
#define EXPORT_XLSX          \
	.format = READ_XLSX, \
	.answers = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* scannerd answers: the method, the status when it is done, the answer's form. */
#define SCANNERD(name, done, form, ...)                                                      \
	.forward = &(const struct forward)                                                   \
	{                                                                                    \
		.method = SCANNER_##name, .status = (done), .answers = (form), ##__VA_ARGS__ \
	}

static const struct route rows[] = {
	PAGE("/", "The dashboard: overview."),
	PAGE("/status", "The dashboard: backup status."),
	PAGE("/servers", "The dashboard: servers."),
	PAGE("/files", "The dashboard: files."),
	PAGE("/directories", "The dashboard: directories."),
	PAGE("/scans", "The dashboard: scans."),
	PAGE("/settings", "The dashboard: settings."),
	PAGE("/account", "The dashboard: one's own account."),
	PAGE("/accounts", "The dashboard: accounts."),
	PAGE("/audit", "The dashboard: the audit log."),
	GET("/assets/{name}", NONE, "A file that these pages load.", .code = assets_file,
		.answers = "*/*"),
	GET("/favicon.svg", NONE, "The icon.", .code = assets_favicon, .answers = "image/svg+xml"),
	GET("/favicon.ico", NONE, "The icon.", .code = assets_favicon, .answers = "image/svg+xml"),

	GET("/api/health", NONE, "Is the database readable?", .code = health_get,
		.schema = "Health", .broken = "Health"),
	GET("/healthz", NONE, "Is the server alive?", .code = health_alive,
		.answers = "text/plain"),
	GET("/readyz", NONE, "Can the server answer?", .code = health_get, .schema = "Health",
		.broken = "Health"),
	GET("/metrics", VIEWER, "Prometheus' text format.", .code = metrics_get,
		.answers = "text/plain", QUERY(metrics_query)),
	GET("/api/openapi.json", VIEWER, "This description.", .code = openapi_get,
		.schema = "OpenApi"),
	GET("/api/summary", VIEWER, "Counts by status, coverage, last scans.", .code = summary_get,
		.schema = "Summary"),
	GET("/api/info", VIEWER, "What scannerd can do, and when it scans next.",
		SCANNERD(GET_INFO, 200, "InfoAnswer")),
	GET("/api/events", VIEWER,
		"Server-sent events: hello, progress, changed, and heartbeat every 15 s.",
		.code = events_serve, .answers = "text/event-stream"),

	GET("/api/files", VIEWER, "The files that lie in the scanned directories.",
		.read = &files_read),
	GET("/api/files.csv", VIEWER, "The files as CSV (RFC 4180).", .read = &files_read,
		EXPORT_CSV),
	GET("/api/files.xlsx", VIEWER, "The files as a spreadsheet.", .read = &files_read,
		EXPORT_XLSX),
	GET("/api/files/{id}", VIEWER, "One file.", .read = &files_read),
	DELETE("/api/files", ADMIN, "Forgets all files; the next scan finds them again.",
		SCANNERD(CLEAR_FILES, 200, "CountAnswer",
			.message =
				"All files have been forgotten; the next scan finds them again.")),
	GET("/api/explain", VIEWER, "Why a path belongs to a server, or to none.",
		SCANNERD(EXPLAIN_MATCH, 200, "ExplainAnswer", .query_name = "path"),
		QUERY(explain_query)),
	POST("/api/rules/preview", VIEWER, "What a rule would match, without keeping it.",
		SCANNERD(PREVIEW_RULE, 200, "RulePreviewAnswer", .takes = "RulePreviewInput")),
	POST("/api/rules", ADMIN, "Adds one rule to the configuration.",
		SCANNERD(ADD_RULE, 201, "RuleAddedAnswer", .takes = "AddRuleInput",
			.message = "The rule has been added.")),
	GET("/api/unmatched", VIEWER,
		"The files that no server owns, grouped by directory and shape, the largest first.",
		SCANNERD(LIST_UNMATCHED, 200, "UnmatchedAnswer")),

	GET("/api/servers", VIEWER, "The servers with the status of their backups.",
		.read = &servers_read),
	GET("/api/servers.csv", VIEWER, "The servers as CSV (RFC 4180).", .read = &servers_read,
		EXPORT_CSV),
	GET("/api/servers.xlsx", VIEWER, "The servers as a spreadsheet.", .read = &servers_read,
		EXPORT_XLSX),
	GET("/api/status.csv", VIEWER, "The status report as CSV (RFC 4180).", .read = &status_read,
		EXPORT_CSV),
	GET("/api/status.xlsx", VIEWER, "The status report as a spreadsheet.", .read = &status_read,
		EXPORT_XLSX),
	POST("/api/servers", OPERATOR, "Adds a server that no scan finds.",
		SCANNERD(ADD_SERVER, 201, "ServerAnswer", .takes = "ServerInput",
			.message = "The server has been added.", .after = FORWARD_ROW)),
	DELETE("/api/servers", ADMIN, "Forgets all servers.",
		SCANNERD(CLEAR_SERVERS, 200, "CountAnswer",
			.message = "All servers have been forgotten.")),
	GET("/api/servers/{id}", VIEWER, "One server.", .read = &servers_read),
	PUT("/api/servers/{id}", OPERATOR, "Replaces what a person says of a server.",
		SCANNERD(UPDATE_SERVER, 200, "ServerAnswer", .takes = "ServerInput",
			.message = "The server has been changed.", .after = FORWARD_ROW,
			.id_name = "id")),
	DELETE("/api/servers/{id}", OPERATOR, "Forgets a server.",
		SCANNERD(REMOVE_SERVER, 200, "DoneAnswer",
			.message = "The server has been removed.", .id_name = "id")),
	POST("/api/servers/{id}/merge", OPERATOR, "Makes another server part of this one.",
		SCANNERD(MERGE_SERVERS, 200, "ServerAnswer", .takes = "MergeInput",
			.message = "The servers are one now.", .after = FORWARD_ROW,
			.id_name = "id")),
	POST("/api/servers/{id}/aliases", OPERATOR,
		"Adds a name by which the server's backups are known.",
		SCANNERD(ADD_ALIAS, 200, "ServerAnswer", .takes = "AliasInput",
			.message = "The alias has been added.", .after = FORWARD_ROW,
			.id_name = "id")),
	PUT("/api/servers/{id}/exemption", OPERATOR,
		"Says that the server needs no backup, why, and until when.",
		SCANNERD(EXEMPT_SERVER, 200, "ServerAnswer", .takes = "ExemptionInput",
			.message = "The server is exempt now.", .after = FORWARD_ROW,
			.id_name = "id")),
	DELETE("/api/servers/{id}/exemption", OPERATOR, "Expects backups of the server again.",
		SCANNERD(END_EXEMPTION, 200, "ServerAnswer",
			.message = "Backups of the server are expected again.",
			.after = FORWARD_ROW, .id_name = "id")),
	GET("/api/servers/{id}/changes", VIEWER, "When this server's status changed.",
		.read = &status_changes_read, .read_id_filter = "server"),

	POST("/api/scan/directories", OPERATOR, "Starts a scan of the directories.",
		SCANNERD(START_SCAN, 202, "ScanStartedAnswer", .takes = "ScanInput",
			.message = "The scan of the directories has been started.",
			.after = FORWARD_SCAN, .word_name = "kind", .word = "directories"),
		QUERY(scan_query)),
	POST("/api/scan/servers", OPERATOR, "Starts a scan of the network.",
		SCANNERD(START_SCAN, 202, "ScanStartedAnswer", .takes = "ScanInput",
			.message = "The scan of the servers has been started.",
			.after = FORWARD_SCAN, .word_name = "kind", .word = "servers"),
		QUERY(scan_query)),
	DELETE("/api/scan/{id}", OPERATOR, "Cancels a running scan; the last good result stays.",
		SCANNERD(CANCEL_SCAN, 200, "DoneAnswer", .message = "The scan is being cancelled.",
			.id_name = "scan")),
	GET("/api/scans", VIEWER, "The scans, the newest first.", .read = &scans_read),
	GET("/api/scans.csv", VIEWER, "The scans as CSV (RFC 4180).", .read = &scans_read,
		EXPORT_CSV),
	GET("/api/scans.xlsx", VIEWER, "The scans as a spreadsheet.", .read = &scans_read,
		EXPORT_XLSX),
	GET("/api/scans/{id}", VIEWER, "One scan.", .read = &scans_read),
	GET("/api/scan/{id}", VIEWER, "One scan.", .read = &scans_read),
	GET("/api/scans/{id}/problems", VIEWER, "What went wrong in a scan without ending it.",
		.read = &problems_read, .read_id_filter = "scan"),
	GET("/api/directories", VIEWER, "The scanned directories and whether they are there.",
		.read = &directories_read),
	GET("/api/directories.csv", VIEWER, "The scanned directories as CSV (RFC 4180).",
		.read = &directories_read, EXPORT_CSV),
	GET("/api/directories.xlsx", VIEWER, "The scanned directories as a spreadsheet.",
		.read = &directories_read, EXPORT_XLSX),
	GET("/api/directories/{id}", VIEWER, "One scanned directory.", .read = &directories_read),
	GET("/api/repositories", VIEWER,
		"Stores of backup tools that cannot be looked into, and whose they are.",
		.read = &repositories_read),
	GET("/api/history", VIEWER, "Servers by status over time.", .read = &status_history_read),
	GET("/api/changes", VIEWER, "Servers whose status changed.", .read = &status_changes_read),

	GET("/api/config", VIEWER, "The configuration; its ETag is the revision.",
		.code = configuration_get, .schema = "ConfigAnswer", .tagged = true),
	PUT("/api/config", ADMIN,
		"Replaces the configuration. With If-Match only if nobody changed it since. A body "
		"of directories_to_scan and subnets_to_scan alone, without If-Match, leaves the "
		"other settings as they are.",
		.code = configuration_put, .schema = "ConfigAnswer", .takes = "ConfigInput",
		.tagged = true),
	GET("/api/schedule/preview", VIEWER, "A schedule in words, and when it would run next.",
		SCANNERD(DESCRIBE_SCHEDULE, 200, "ScheduleAnswer", .query_name = "expression",
			.query_name2 = "timezone"),
		QUERY(schedule_query)),
	GET("/api/suggestions", ADMIN,
		"Directories and networks of this machine that are not configured yet.",
		SCANNERD(SUGGEST, 200, "SuggestionsAnswer")),
	GET("/api/config/history", ADMIN, "Changes of the configuration, the newest first.",
		.read = &settings_history_read),

	GET("/api/session", NONE, "Who asks, with which role, and how people sign in.",
		.code = session_get, .schema = "SessionAnswer"),
	POST("/api/session", NONE, "Signs in: the answer sets a cookie.", .code = session_post,
		.schema = "SignedInAnswer", .takes = "SignInInput"),
	DELETE("/api/session", VIEWER, "Signs out.", .code = session_delete,
		.schema = "DoneAnswer"),
	POST("/api/setup", NONE,
		"Makes the first account, with the token of the link that webd has printed.",
		.code = session_setup, .schema = "DoneAnswer", .takes = "SetupInput"),
	GET("/api/sessions", VIEWER, "One's own sessions.",
		SCANNERD(LIST_SESSIONS, 200, "SessionsAnswer", .query_switch = "all"),
		QUERY(sessions_query)),
	DELETE("/api/sessions", VIEWER, "Ends all of one's own other sessions.",
		SCANNERD(END_OTHER_SESSIONS, 200, "CountAnswer",
			.message = "Your other sessions have been ended.")),
	DELETE("/api/sessions/{id}", VIEWER,
		"Ends one of one's own sessions, or, for admins, anybody's.",
		SCANNERD(END_SESSION, 200, "DoneAnswer", .message = "The session has been ended.",
			.id_name = "id")),
	PUT("/api/password", VIEWER, "Sets one's own password.",
		SCANNERD(CHANGE_PASSWORD, 200, "DoneAnswer", .takes = "PasswordChange",
			.message = "The password has been changed; your other sessions have been "
				   "ended.")),
	POST("/api/totp", VIEWER, "Makes a secret for an authenticator.",
		SCANNERD(BEGIN_TOTP, 200, "TotpAnswer", .takes = "PasswordInput",
			.message = "Give the secret to the authenticator, and then a code of it.")),
	PUT("/api/totp", VIEWER, "Confirms the authenticator by a code.",
		SCANNERD(CONFIRM_TOTP, 200, "DoneAnswer", .takes = "CodeInput",
			.message = "From now on, signing in asks for a code.")),
	DELETE("/api/totp", VIEWER, "Goes without an authenticator again.",
		SCANNERD(END_TOTP, 200, "DoneAnswer", .takes = "PasswordInput",
			.message = "Signing in asks for no code any more.")),
	GET("/api/accounts", ADMIN, "All accounts.",
		SCANNERD(LIST_ACCOUNTS, 200, "AccountsAnswer")),
	POST("/api/accounts", ADMIN, "Adds an account.",
		SCANNERD(ADD_ACCOUNT, 201, "NumberAnswer", .takes = "AccountInput",
			.message = "The account has been added.")),
	PUT("/api/accounts/{id}", ADMIN, "Changes an account's role or password.",
		SCANNERD(UPDATE_ACCOUNT, 200, "DoneAnswer", .takes = "AccountChange",
			.message = "The account has been changed.", .id_name = "id")),
	DELETE("/api/accounts/{id}", ADMIN, "Removes an account and its sessions.",
		SCANNERD(REMOVE_ACCOUNT, 200, "DoneAnswer",
			.message = "The account has been removed.", .id_name = "id")),
	GET("/api/tokens", ADMIN, "All API tokens.", SCANNERD(LIST_TOKENS, 200, "TokensAnswer")),
	POST("/api/tokens", ADMIN, "Makes an API token.",
		SCANNERD(ADD_TOKEN, 201, "TokenAddedAnswer", .takes = "TokenInput",
			.message = "The token has been made; it is shown this once.")),
	DELETE("/api/tokens/{id}", ADMIN, "Removes an API token.",
		SCANNERD(REMOVE_TOKEN, 200, "DoneAnswer", .message = "The token has been removed.",
			.id_name = "id")),
	GET("/api/audit", ADMIN, "Who did what, the newest first.", .read = &audit_read),
	GET("/api/audit.csv", ADMIN, "The audit log as CSV (RFC 4180).", .read = &audit_read,
		EXPORT_CSV),
	GET("/api/audit.xlsx", ADMIN, "The audit log as a spreadsheet.", .read = &audit_read,
		EXPORT_XLSX),
};

size_t routes_all(const struct route **ret_rows)
{
	*ret_rows = rows;
	return ARRAY_SIZE(rows);
}
