/* routes.c - the table of routes, and finding a row in it. */
#include "webd/routes.h"

#include "webd/assets.h"
#include "webd/configuration.h"
#include "webd/events.h"
#include "webd/forward.h"
#include "webd/health.h"
#include "webd/openapi.h"
#include "webd/scan.h"
#include "webd/session.h"
#include "webd/summary.h"

const char *const http_method_names[] = {"GET", "POST", "PUT", "DELETE"};

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

static const struct forward scan_directories = {
	.method = SCANNER_START_SCAN,
	.status = 202,
	.answers = "ScanStartedAnswer",
	.takes = "ScanInput",
	.message = "The scan of the directories has been started.",
	.after = FORWARD_SCAN,
	.word_name = "kind",
	.word = "directories",
	.body = true,
};
static const struct forward scan_servers = {
	.method = SCANNER_START_SCAN,
	.status = 202,
	.answers = "ScanStartedAnswer",
	.takes = "ScanInput",
	.message = "The scan of the servers has been started.",
	.after = FORWARD_SCAN,
	.word_name = "kind",
	.word = "servers",
	.body = true,
};
static const struct forward cancel_scan = {
	.method = SCANNER_CANCEL_SCAN,
	.status = 200,
	.answers = "DoneAnswer",
	.message = "The scan is being cancelled.",
	.id_name = "scan",
};
static const struct forward add_server = {
	.method = SCANNER_ADD_SERVER,
	.status = 201,
	.answers = "ServerAnswer",
	.takes = "ServerInput",
	.message = "The server has been added.",
	.after = FORWARD_ROW,
	.body = true,
};
static const struct forward update_server = {
	.method = SCANNER_UPDATE_SERVER,
	.status = 200,
	.answers = "ServerAnswer",
	.takes = "ServerInput",
	.message = "The server has been changed.",
	.after = FORWARD_ROW,
	.id_name = "id",
	.body = true,
};
static const struct forward remove_server = {
	.method = SCANNER_REMOVE_SERVER,
	.status = 200,
	.answers = "DoneAnswer",
	.message = "The server has been removed.",
	.id_name = "id",
};
static const struct forward merge_servers = {
	.method = SCANNER_MERGE_SERVERS,
	.status = 200,
	.answers = "ServerAnswer",
	.takes = "MergeInput",
	.message = "The servers are one now.",
	.after = FORWARD_ROW,
	.id_name = "id",
	.body = true,
};
static const struct forward add_alias = {
	.method = SCANNER_ADD_ALIAS,
	.status = 200,
	.answers = "ServerAnswer",
	.takes = "AliasInput",
	.message = "The alias has been added.",
	.after = FORWARD_ROW,
	.id_name = "id",
	.body = true,
};
static const struct forward exempt_server = {
	.method = SCANNER_EXEMPT_SERVER,
	.status = 200,
	.answers = "ServerAnswer",
	.takes = "ExemptionInput",
	.message = "The server is exempt now.",
	.after = FORWARD_ROW,
	.id_name = "id",
	.body = true,
};
static const struct forward end_exemption = {
	.method = SCANNER_END_EXEMPTION,
	.status = 200,
	.answers = "ServerAnswer",
	.message = "Backups of the server are expected again.",
	.after = FORWARD_ROW,
	.id_name = "id",
};
static const struct forward add_rule = {
	.method = SCANNER_ADD_RULE,
	.status = 201,
	.answers = "RuleAddedAnswer",
	.takes = "AddRuleInput",
	.message = "The rule has been added.",
	.body = true,
};
static const struct forward list_unmatched = {
	.method = SCANNER_LIST_UNMATCHED,
	.status = 200,
	.answers = "UnmatchedAnswer",
};
static const struct forward clear_files = {
	.method = SCANNER_CLEAR_FILES,
	.status = 200,
	.answers = "CountAnswer",
	.message = "All files have been forgotten; the next scan finds them again.",
};
static const struct forward clear_servers = {
	.method = SCANNER_CLEAR_SERVERS,
	.status = 200,
	.answers = "CountAnswer",
	.message = "All servers have been forgotten.",
};
static const struct forward explain = {
	.method = SCANNER_EXPLAIN_MATCH,
	.status = 200,
	.answers = "ExplainAnswer",
	.query_name = "path",
};
static const struct forward preview_rule = {
	.method = SCANNER_PREVIEW_RULE,
	.status = 200,
	.answers = "RulePreviewAnswer",
	.takes = "RulePreviewInput",
	.body = true,
};

static const struct forward get_info = {
	.method = SCANNER_GET_INFO,
	.status = 200,
	.answers = "InfoAnswer",
};
static const struct forward describe_schedule = {
	.method = SCANNER_DESCRIBE_SCHEDULE,
	.status = 200,
	.answers = "ScheduleAnswer",
	.query_name = "expression",
	.query_name2 = "timezone",
};
static const struct forward suggest = {
	.method = SCANNER_SUGGEST,
	.status = 200,
	.answers = "SuggestionsAnswer",
};

/* --- people --- */

static const struct query_row sessions_query[] = {
	{"all", "1: everybody's, for admins; absent: one's own.", false, 1, 1},
};
static const struct forward list_sessions = {
	.method = SCANNER_LIST_SESSIONS,
	.status = 200,
	.answers = "SessionsAnswer",
	.query_switch = "all",
};
static const struct forward end_session = {
	.method = SCANNER_END_SESSION,
	.status = 200,
	.answers = "DoneAnswer",
	.message = "The session has been ended.",
	.id_name = "id",
};
static const struct forward change_password = {
	.method = SCANNER_CHANGE_PASSWORD,
	.status = 200,
	.answers = "DoneAnswer",
	.takes = "PasswordChange",
	.message = "The password has been changed; your other sessions have been ended.",
	.body = true,
};
static const struct forward begin_totp = {
	.method = SCANNER_BEGIN_TOTP,
	.status = 200,
	.answers = "TotpAnswer",
	.takes = "PasswordInput",
	.message = "Give the secret to the authenticator, and then a code of it.",
	.body = true,
};
static const struct forward confirm_totp = {
	.method = SCANNER_CONFIRM_TOTP,
	.status = 200,
	.answers = "DoneAnswer",
	.takes = "CodeInput",
	.message = "From now on, signing in asks for a code.",
	.body = true,
};
static const struct forward end_totp = {
	.method = SCANNER_END_TOTP,
	.status = 200,
	.answers = "DoneAnswer",
	.takes = "PasswordInput",
	.message = "Signing in asks for no code any more.",
	.body = true,
};
static const struct forward list_accounts = {
	.method = SCANNER_LIST_ACCOUNTS,
	.status = 200,
	.answers = "AccountsAnswer",
};
static const struct forward add_account = {
	.method = SCANNER_ADD_ACCOUNT,
	.status = 201,
	.answers = "NumberAnswer",
	.takes = "AccountInput",
	.message = "The account has been added.",
	.body = true,
};
static const struct forward update_account = {
	.method = SCANNER_UPDATE_ACCOUNT,
	.status = 200,
	.answers = "DoneAnswer",
	.takes = "AccountChange",
	.message = "The account has been changed.",
	.id_name = "id",
	.body = true,
};
static const struct forward remove_account = {
	.method = SCANNER_REMOVE_ACCOUNT,
	.status = 200,
	.answers = "DoneAnswer",
	.message = "The account has been removed.",
	.id_name = "id",
};
static const struct forward list_tokens = {
	.method = SCANNER_LIST_TOKENS,
	.status = 200,
	.answers = "TokensAnswer",
};
static const struct forward add_token = {
	.method = SCANNER_ADD_TOKEN,
	.status = 201,
	.answers = "TokenAddedAnswer",
	.takes = "TokenInput",
	.message = "The token has been made; it is shown this once.",
	.body = true,
};
static const struct forward remove_token = {
	.method = SCANNER_REMOVE_TOKEN,
	.status = 200,
	.answers = "DoneAnswer",
	.message = "The token has been removed.",
	.id_name = "id",
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
	GET("/metrics", VIEWER, "Prometheus' text format.", .code = summary_metrics,
		.answers = "text/plain"),
	GET("/api/openapi.json", VIEWER, "This description.", .code = openapi_get,
		.schema = "OpenApi"),
	GET("/api/summary", VIEWER, "Counts by status, coverage, last scans.", .code = summary_get,
		.schema = "Summary"),
	GET("/api/info", VIEWER, "What scannerd can do, and when it scans next.",
		.forward = &get_info),
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
		.forward = &clear_files),
	GET("/api/explain", VIEWER, "Why a path belongs to a server, or to none.",
		.forward = &explain, QUERY(explain_query)),
	POST("/api/rules/preview", VIEWER, "What a rule would match, without keeping it.",
		.forward = &preview_rule),
	POST("/api/rules", ADMIN, "Adds one rule to the configuration.", .forward = &add_rule),
	GET("/api/unmatched", VIEWER,
		"The files that no server owns, grouped by directory and shape, the largest first.",
		.forward = &list_unmatched),

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
	POST("/api/servers", OPERATOR, "Adds a server that no scan finds.", .forward = &add_server),
	DELETE("/api/servers", ADMIN, "Forgets all servers.", .forward = &clear_servers),
	GET("/api/servers/{id}", VIEWER, "One server.", .read = &servers_read),
	PUT("/api/servers/{id}", OPERATOR, "Replaces what a person says of a server.",
		.forward = &update_server),
	DELETE("/api/servers/{id}", OPERATOR, "Forgets a server.", .forward = &remove_server),
	POST("/api/servers/{id}/merge", OPERATOR, "Makes another server part of this one.",
		.forward = &merge_servers),
	POST("/api/servers/{id}/aliases", OPERATOR,
		"Adds a name by which the server's backups are known.", .forward = &add_alias),
	PUT("/api/servers/{id}/exemption", OPERATOR,
		"Says that the server needs no backup, why, and until when.",
		.forward = &exempt_server),
	DELETE("/api/servers/{id}/exemption", OPERATOR, "Expects backups of the server again.",
		.forward = &end_exemption),
	GET("/api/servers/{id}/changes", VIEWER, "When this server's status changed.",
		.read = &status_changes_read, .read_id_filter = "server"),

	POST("/api/scan/directories", OPERATOR, "Starts a scan of the directories.",
		.forward = &scan_directories, QUERY(scan_query)),
	POST("/api/scan/servers", OPERATOR, "Starts a scan of the network.",
		.forward = &scan_servers, QUERY(scan_query)),
	DELETE("/api/scan/{id}", OPERATOR, "Cancels a running scan; the last good result stays.",
		.forward = &cancel_scan),
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
		.forward = &describe_schedule, QUERY(schedule_query)),
	GET("/api/suggestions", ADMIN,
		"Directories and networks of this machine that are not configured yet.",
		.forward = &suggest),
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
	GET("/api/sessions", VIEWER, "One's own sessions.", .forward = &list_sessions,
		QUERY(sessions_query)),
	DELETE("/api/sessions/{id}", VIEWER,
		"Ends one of one's own sessions, or, for admins, anybody's.",
		.forward = &end_session),
	PUT("/api/password", VIEWER, "Sets one's own password.", .forward = &change_password),
	POST("/api/totp", VIEWER, "Makes a secret for an authenticator.", .forward = &begin_totp),
	PUT("/api/totp", VIEWER, "Confirms the authenticator by a code.", .forward = &confirm_totp),
	DELETE("/api/totp", VIEWER, "Goes without an authenticator again.", .forward = &end_totp),
	GET("/api/accounts", ADMIN, "All accounts.", .forward = &list_accounts),
	POST("/api/accounts", ADMIN, "Adds an account.", .forward = &add_account),
	PUT("/api/accounts/{id}", ADMIN, "Changes an account's role or password.",
		.forward = &update_account),
	DELETE("/api/accounts/{id}", ADMIN, "Removes an account and its sessions.",
		.forward = &remove_account),
	GET("/api/tokens", ADMIN, "All API tokens.", .forward = &list_tokens),
	POST("/api/tokens", ADMIN, "Makes an API token.", .forward = &add_token),
	DELETE("/api/tokens/{id}", ADMIN, "Removes an API token.", .forward = &remove_token),
	GET("/api/audit", ADMIN, "Who did what, the newest first.", .read = &audit_read),
	GET("/api/audit.csv", ADMIN, "The audit log as CSV (RFC 4180).", .read = &audit_read,
		EXPORT_CSV),
	GET("/api/audit.xlsx", ADMIN, "The audit log as a spreadsheet.", .read = &audit_read,
		EXPORT_XLSX),
};

bool route_is_row(const struct route *r)
{
	return r->read != NULL && r->read_id_filter == NULL && strstr(r->path, "{id}") != NULL;
}

size_t routes_all(const struct route **ret_rows)
{
	*ret_rows = rows;
	return ARRAY_SIZE(rows);
}

/* Does path have the form of pattern? *ret_id and *ret_id_len: what stands for "{id}"; "{name}"
 * stands for any component. */
static bool matches(const char *pattern, const char *path, const char **ret_id, size_t *ret_id_len)
{
	*ret_id = NULL;
	while (*pattern != '\0') {
		if (strncmp(pattern, "{id}", 4) == 0) {
			*ret_id = path;
			*ret_id_len = strcspn(path, "/");
			pattern += 4;
			path += *ret_id_len;
			if (**ret_id < '0' || **ret_id > '9') {
				return false; /* a word: another route's, or nobody's */
			}
		} else if (strncmp(pattern, "{name}", 6) == 0) {
			if (*path == '\0' || *path == '/') {
				return false;
			}
			pattern += 6;
			path += strcspn(path, "/");
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

static void add_allowed(enum http_method method, char allow[ROUTE_ALLOW_SIZE])
{
	size_t len = strlen(allow);

	snprintf(allow + len, ROUTE_ALLOW_SIZE - len, "%s%s", http_method_names[method],
		method == HTTP_GET ? ", HEAD, " : ", ");
}

enum route_result routes_find(const char *method, const char *path, const struct route **ret,
	int64_t *ret_id, char allow[ROUTE_ALLOW_SIZE])
{
	const char *name = strcmp(method, "HEAD") == 0 ? "GET" : method;
	const struct route *found = NULL;
	const char *id = NULL;
	size_t id_len = 0;
	bool known = false;

	allow[0] = '\0';
	*ret_id = 0;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *this_id;
		size_t this_len;

		if (!matches(rows[i].path, path, &this_id, &this_len)) {
			continue;
		}
		known = true;
		add_allowed(rows[i].method, allow);
		if (strcmp(http_method_names[rows[i].method], name) == 0) {
			found = &rows[i];
			id = this_id;
			id_len = this_len;
		}
	}
	if (!known) {
		return ROUTE_NO_PATH;
	}
	snprintf(allow + strlen(allow), ROUTE_ALLOW_SIZE - strlen(allow), "OPTIONS");
	if (found == NULL) {
		return ROUTE_NO_METHOD;
	}
	if (id != NULL && request_canonical_id(id, id_len, ret_id) < 0) {
		return ROUTE_BAD_ID;
	}
	*ret = found;
	return ROUTE_FOUND;
}
