/* shapes.c - the tables of every JSON object that is neither a list's row nor a field table. */
#include "webd/shape.h"

#include "proto/iface.h"
#include "proto/verdict.h"
#include "webd/visitor.h"

#define INT(name, doc, ...)                        \
	{                                          \
		name, MEMBER_INT, doc, __VA_ARGS__ \
	}
#define BOOL(name, doc, ...)                        \
	{                                           \
		name, MEMBER_BOOL, doc, __VA_ARGS__ \
	}
#define NUMBER(name, doc, ...)                        \
	{                                             \
		name, MEMBER_NUMBER, doc, __VA_ARGS__ \
	}
#define TEXT(name, doc, ...)                        \
	{                                           \
		name, MEMBER_TEXT, doc, __VA_ARGS__ \
	}
#define TIME(name, doc, ...)                        \
	{                                           \
		name, MEMBER_TIME, doc, __VA_ARGS__ \
	}
#define OBJECT(name, doc, ...)                        \
	{                                             \
		name, MEMBER_OBJECT, doc, __VA_ARGS__ \
	}
#define OF(name, component, doc, ...)                                \
	{                                                            \
		name, MEMBER_OF, doc, .of = (component), __VA_ARGS__ \
	}
#define OPTIONAL .flags = MEMBER_OPTIONAL
#define NULLABLE .flags = MEMBER_NULLABLE
#define LIST     .flags = MEMBER_LIST
#define WORDS(...)                     \
	.words = (const char *const[]) \
	{                              \
		__VA_ARGS__, NULL      \
	}
#define SUCCESS TEXT("status", NULL, WORDS("success"))
#define MESSAGE TEXT("message", "What was done, as a sentence.")

static const struct member error_members[] = {
	TEXT("status", NULL, WORDS("error")),
	TEXT("code", "Stays the same in every version; x-error-codes lists those there are."),
	TEXT("message", "A sentence for a person."),
	TEXT("field", "The parameter, setting or member that is wrong.", OPTIONAL),
	OF("scan", "RunningScan", "With scan_running: the scan that runs, where it is known.",
		OPTIONAL),
};

static const struct member health_members[] = {
	TEXT("status", NULL, WORDS("healthy", "unhealthy")),
	TEXT("database", NULL, WORDS("connected", "disconnected")),
	TEXT("scannerd", NULL, WORDS("connected", "disconnected")),
	TEXT("version", "The program's."),
	TIME("timestamp", "Now."),
	TEXT("message", "Why the database cannot be read.", OPTIONAL),
};

static const struct member status_count_members[] = {
	INT("green", "Servers with a good, recent backup."),
	INT("yellow", "Servers with an old or odd backup."),
	INT("red", "Servers without a backup."),
	INT("unknown", "Servers whose evidence is incomplete."),
	INT("exempt", "Servers that need none."),
};
static const struct member unavailable_members[] = {
	TEXT("path", "The configured directory."),
	TEXT("reason", "Why it is not available."),
};
static const struct member lost_mount_members[] = {
	TEXT("path", "Where it was mounted."),
	TEXT("directory", "The configured directory above it."),
};
static const struct member last_scan_members[] = {
	INT("id", "The scan's id."),
	TEXT("state", "How it stands or ended.", .words = scan_state_names),
	TIME("started", "When it began."),
	TIME("finished", "When it ended; null: it runs.", NULLABLE),
	TIME("succeeded", "When the last good scan of this kind ended; null: never.", NULLABLE),
};
static const struct member last_scans_members[] = {
	OF("directories", "LastScan", "Null: never scanned.", NULLABLE),
	OF("servers", "LastScan", "Null: never scanned.", NULLABLE),
};
static const struct member summary_members[] = {
	SUCCESS,
	TIME("timestamp", "Now."),
	INT("servers", "Servers in all."),
	INT("reachable", "Servers that the last scan reached."),
	OF("by_status", "StatusCounts", NULL),
	NUMBER("coverage_percent", "Green ones among the servers that are not exempt."),
	INT("unprotected", "Servers without a backup that counts, those that are exempt apart: "
			   "/api/servers?unprotected=1."),
	INT("mergeable", "Host names that several servers have: /api/servers?mergeable=1."),
	INT("changed_since_yesterday",
		"Changes of status in the last 24 hours: /api/changes?first=0&since=."),
	INT("repositories_unsettled", "Repositories of which nothing says whose they are: "
				      "/api/repositories?unsettled=1."),
	INT("files", "Files in the scanned directories."),
	INT("bytes", "Bytes of these files."),
	INT("directories", "Scanned directories."),
	OF("directories_unavailable", "UnavailableDirectory",
		"Those that the last try could not read; their files are kept as they were.", LIST),
	OF("mounts_lost", "LostMount",
		"File systems that were mounted below scanned directories and are not now; their "
		"files are kept as they were.",
		LIST),
	OF("last_scans", "LastScans", NULL),
	BOOL("scannerd", "Whether scannerd can be reached: without it nothing can be changed."),
};

static const struct member config_answer_members[] = {
	SUCCESS,
	TEXT("message", "After a change.", OPTIONAL),
	TEXT("warnings", "After a change: what was accepted but looks wrong now.",
		.flags = MEMBER_OPTIONAL | MEMBER_LIST),
	OF("config", "Config", NULL),
	OF("directories_to_scan", "Config/properties/directories_to_scan", "As in config."),
	OF("subnets_to_scan", "Config/properties/subnets_to_scan", "As in config."),
	OF("limits", "Limits", NULL),
	TEXT("revision", "A name for this content; also the ETag."),
	BOOL("writable", "Whether the configuration can be changed here."),
};

static const struct member info_members[] = {
	SUCCESS,
	TEXT("product", "The program."),
	TEXT("version", "Its version."),
	INT("started", "When scannerd was started, in seconds since 1970."),
	BOOL("reduced",
		"Servers are scanned without raw sockets: no operating system, no MAC address."),
	TEXT("network_reason",
		"Why it is reduced, or why nmap cannot be used at all; absent: it is not.",
		OPTIONAL),
	TIME("next_directories", "When the next scan of the directories is due; absent: never.",
		OPTIONAL),
	TIME("next_servers", "When the next scan of the servers is due; absent: never.", OPTIONAL),
};

static const struct member schedule_members[] = {
	SUCCESS,
	TEXT("words", "The schedule in words; the expression where there are none."),
	TIME("next",
		"The next three runs, an interval counted from now; fewer if there are none within "
		"five years.",
		LIST),
};
static const struct member suggested_directory_members[] = {
	TEXT("path", "An absolute path."),
	TEXT("because", "What speaks for it."),
};
static const struct member suggested_network_members[] = {
	TEXT("subnet", "A network."),
	TEXT("because", "What speaks for it."),
};
static const struct member suggestions_members[] = {
	SUCCESS,
	OF("directories", "SuggestedDirectory", "The likeliest first.", LIST),
	OF("networks", "SuggestedNetwork", "None where scannerd has no view of the network.", LIST),
};

static const struct member candidate_members[] = {
	INT("server", "Its id."),
	TEXT("server_name", "What it is called."),
	TEXT("identity", "The name, address or alias that was found."),
	TEXT("component", "The part of the path that contains it."),
	TEXT("strength", "Where the identity comes from."),
	BOOL("won", "Whether it decided."),
};
static const struct member explanation_members[] = {
	TEXT("path", "The path that was asked for."),
	INT("server", "The id of the server it belongs to; null: none.", NULLABLE),
	TEXT("server_name", "What that server is called.", NULLABLE),
	BOOL("counts", "Whether it counts as a backup of that server."),
	TEXT("reason", "Why it counts, or why not."),
	TIME("time", "When the backup was made; null: not known.", NULLABLE),
	TEXT("time_source", "Where the time was found.", .words = time_source_names),
	TEXT("steps", "How that was found out, sentence by sentence.", LIST),
	OF("candidates", "ExplanationCandidate", "Every server that the path names.", LIST),
};
static const struct member explain_answer_members[] = {
	SUCCESS,
	OF("result", "Explanation", NULL),
};

static const struct member preview_in_members[] = {
	OF("rule", "Rule", "As it would stand in the configuration."),
};
static const struct member sample_members[] = {
	TEXT("path", "The file."),
	TEXT("server", "The server it would belong to; null: none.", NULLABLE),
	BOOL("counts", "Whether it would count as a backup."),
	TEXT("reason", "Why it would count, or why not."),
};
static const struct member preview_members[] = {
	OF("samples", "RulePreviewSample", "The first files that the rule matches.", LIST),
	INT("files", "Files that the rule matches."),
	INT("with_server", "Those that would belong to a server."),
	INT("counted", "Those that would count as backups."),
	INT("ignored", "Those that would be ignored."),
	BOOL("complete", "Whether every file was looked at; a slow rule is stopped before."),
};
static const struct member preview_answer_members[] = {
	SUCCESS,
	OF("result", "RulePreview", NULL),
};

static const struct member add_rule_in_members[] = {
	OF("rule", "Rule", "As it stands in the configuration."),
	INT("position",
		"Its place among the rules, of which the first that matches wins: 1 is before all "
		"others; 0 or absent, behind them.",
		OPTIONAL),
};
static const struct member rule_added_members[] = {
	SUCCESS,
	MESSAGE,
	TEXT("revision", "The configuration's new revision."),
	TEXT("warnings", "What was accepted but looks wrong now.", LIST),
};

static const struct member unmatched_rule_members[] = {
	TEXT("path", "A glob that matches exactly the files of this shape."),
};
static const struct member suggestion_members[] = {
	INT("server", "Its id."),
	TEXT("server_name", "What it is called."),
	TEXT("because", "What of the path resembles it, as a sentence."),
};
static const struct member unmatched_group_members[] = {
	TEXT("directory", "The directory; what varies in it is a *."),
	TEXT("shape", "The names; what varies in them is a *."),
	OF("rule", "UnmatchedRule", "Add a server or ignore, and it settles the group."),
	TEXT("reason", "Why no server owns them.", WORDS("no_server", "ambiguous", "repository")),
	INT("files", "How many."),
	INT("bytes", "Their size."),
	TIME("newest", "The newest modification."),
	TIME("oldest", "The oldest modification."),
	TEXT("samples", "Some of the paths, the newest first.", LIST),
	OF("suggestions", "UnmatchedSuggestion",
		"Servers whose they may be: for a person to judge.", LIST),
};
static const struct member unmatched_members[] = {
	OF("groups", "UnmatchedGroup", "The largest first.", LIST),
	INT("groups_total", "Groups in all; only the largest are listed."),
	INT("files", "Files in all groups."),
	INT("bytes", "Their size."),
	BOOL("complete", "Whether every file was looked at."),
};
static const struct member unmatched_answer_members[] = {
	SUCCESS,
	OF("result", "Unmatched", NULL),
};

static const struct member running_scan_members[] = {
	INT("id", "The scan's id."),
	TEXT("kind", "What is scanned.", .words = scan_kind_names),
	TEXT("state", NULL, WORDS("running")),
};
static const struct member scan_started_members[] = {
	SUCCESS,
	TEXT("message", "What was done, as a sentence.", OPTIONAL),
	OF("scan", "Scan", "The whole row where the answer was waited for.",
		.or_of = "RunningScan"),
};

static const struct member done_members[] = {SUCCESS, MESSAGE};
static const struct member count_members[] = {
	SUCCESS,
	MESSAGE,
	INT("count", "How many were removed."),
};

static const struct member hello_members[] = {
	TEXT("version", "The program's."),
	BOOL("scannerd", "Whether scannerd can be reached."),
	OF("scans", "ScanProgress", "The scans that run.", LIST),
};
static const struct member changed_members[] = {
	TEXT("changed", "What to ask for again.", LIST,
		WORDS("files", "servers", "scans", "config", "directories", "accounts")),
};
static const struct member heartbeat_members[] = {
	TIME("time", "Now."),
};

static const struct member session_answer_members[] = {
	SUCCESS,
	TEXT("method", "How people sign in here.", .words = auth_method_names),
	TEXT("name", "Who asks; empty: nobody is signed in."),
	TEXT("role", "What that person may do.", .words = role_names),
	TEXT("kind", "By what.", .words = caller_kind_names),
	INT("id", "The session's or token's number; 0: neither."),
	INT("expires", "When that ends at the latest, in seconds since 1970; 0: it does not."),
	BOOL("totp", "Whether that person signs in with a code, too."),
	BOOL("setup", "There is no account yet: the link that webd has printed makes one."),
};
static const struct member signed_in_members[] = {
	SUCCESS,
	MESSAGE,
	TEXT("name", "The account's name as it is written."),
	TEXT("role", "What it may do.", .words = role_names),
	INT("id", "The session's number."),
	INT("expires", "When it ends at the latest, in seconds since 1970."),
	INT("idle", "It ends after so many seconds without a use."),
};
static const struct member sign_in_members[] = {
	TEXT("name", "The account's name."),
	TEXT("password", "Its password."),
	TEXT("code", "The code of the authenticator, after code_needed.", OPTIONAL),
};
static const struct member setup_members[] = {
	TEXT("token", "What stands behind token= in the link."),
	TEXT("name", "The account's name."),
	TEXT("password", "Its password."),
};
static const struct member session_members[] = {
	INT("id", "Its number."),
	INT("account", "The account's number."),
	TEXT("name", "The account's name."),
	INT("created", "When it began, in seconds since 1970."),
	INT("used", "When it was used last, to the minute."),
	INT("expires", "When it ends at the latest."),
	TEXT("address", "From where it began; empty: not known."),
	TEXT("agent", "With what; empty: not known."),
	BOOL("current", "The one by which this was asked."),
};
static const struct member sessions_members[] = {
	SUCCESS,
	OF("sessions", "Session", "The one used last first, at most 1000.", LIST),
};
static const struct member account_members[] = {
	INT("id", "Its number."),
	TEXT("name", "Its name."),
	TEXT("role", "What it may do.", .words = role_names),
	BOOL("totp", "A code is asked for."),
	INT("created", "When it was made, in seconds since 1970."),
	INT("changed", "When its password was set."),
	INT("sessions", "How many sessions it has."),
};
static const struct member accounts_members[] = {
	SUCCESS,
	OF("accounts", "Account", "By name.", LIST),
};
static const struct member token_members[] = {
	INT("id", "Its number."),
	TEXT("name", "What it is for."),
	TEXT("role", "What it may do: never more than who made it.", .words = role_names),
	INT("created", "When it was made, in seconds since 1970."),
	INT("expires", "When it ends; 0: never."),
	INT("used", "When it was used last, to the minute; 0: never."),
	TEXT("account", "Who made it; null: root.", NULLABLE),
};
static const struct member tokens_members[] = {
	SUCCESS,
	OF("tokens", "Token", "By name.", LIST),
};
static const struct member token_added_members[] = {
	SUCCESS,
	MESSAGE,
	INT("id", "Its number."),
	TEXT("token", "The credential, for \"Authorization: Bearer\"; it is shown this once."),
};
static const struct member number_members[] = {
	SUCCESS,
	MESSAGE,
	INT("id", "The number."),
};
static const struct member totp_members[] = {
	SUCCESS,
	MESSAGE,
	TEXT("secret", "In base32, to be typed."),
	TEXT("uri", "The same as otpauth: URI, to be shown as a QR code."),
};

static const struct member openapi_members[] = {
	TEXT("openapi", "The version of OpenAPI."),
	OBJECT("info", NULL),
	OBJECT("paths", NULL),
	OBJECT("components", NULL),
};

static const struct member value_count_members[] = {
	{"value", MEMBER_TEXT, "A value of the column; null: those rows have none.",
		MEMBER_NULLABLE},
	INT("count", "How many rows have it."),
};

#define SHAPE(name, rows, doc, ...)                            \
	{                                                      \
		name, doc, rows, ARRAY_SIZE(rows), __VA_ARGS__ \
	}
static const struct shape shapes[] = {
	SHAPE("Error", error_members, "Refused or failed; the message says why."),
	SHAPE("Health", health_members, "Is the server alive, and is the database readable?"),
	SHAPE("Summary", summary_members, "The whole in a few numbers."),
	SHAPE("StatusCounts", status_count_members, "Servers by status."),
	SHAPE("ValueCount", value_count_members, "How often a list has a value."),
	SHAPE("UnavailableDirectory", unavailable_members, "A directory that cannot be read."),
	SHAPE("LostMount", lost_mount_members, "A file system that is not mounted any more."),
	SHAPE("LastScan", last_scan_members, "The last scan of a kind."),
	SHAPE("LastScans", last_scans_members, "The last scan of each kind."),
	SHAPE("ConfigAnswer", config_answer_members, "The configuration in force."),
	SHAPE("InfoAnswer", info_members, "What scannerd can do, and what it will do next."),
	SHAPE("ScheduleAnswer", schedule_members, "When a schedule runs."),
	SHAPE("SuggestionsAnswer", suggestions_members, "What settings could name."),
	SHAPE("SuggestedDirectory", suggested_directory_members,
		"A directory that may hold backups."),
	SHAPE("SuggestedNetwork", suggested_network_members, "A network that may have servers."),
	SHAPE("ExplainAnswer", explain_answer_members, NULL),
	SHAPE("Explanation", explanation_members, "Why a path belongs to a server, or to none."),
	SHAPE("ExplanationCandidate", candidate_members, "A server that a path names."),
	SHAPE("RulePreviewInput", preview_in_members, NULL),
	SHAPE("RulePreviewAnswer", preview_answer_members, NULL),
	SHAPE("RulePreview", preview_members, "What a rule would match."),
	SHAPE("RulePreviewSample", sample_members, "A file that a rule would match."),
	SHAPE("AddRuleInput", add_rule_in_members, NULL),
	SHAPE("RuleAddedAnswer", rule_added_members, "The rule is in force."),
	SHAPE("UnmatchedAnswer", unmatched_answer_members, NULL),
	SHAPE("Unmatched", unmatched_members, "The files that no server owns."),
	SHAPE("UnmatchedGroup", unmatched_group_members, "Files of one shape in one place."),
	SHAPE("UnmatchedRule", unmatched_rule_members, "The rule that matches the group."),
	SHAPE("UnmatchedSuggestion", suggestion_members, "A server whose name resembles a path."),
	SHAPE("RunningScan", running_scan_members, "A scan that runs."),
	SHAPE("ScanStartedAnswer", scan_started_members, "A scan runs."),
	SHAPE("DoneAnswer", done_members, "It has been done."),
	SHAPE("CountAnswer", count_members, "It has been done, to so many."),
	SHAPE("HelloEvent", hello_members,
		"Sent at the beginning, and when scannerd comes or goes."),
	SHAPE("ChangedEvent", changed_members, "Something is different now."),
	SHAPE("HeartbeatEvent", heartbeat_members, "The server is alive."),
	SHAPE("SessionAnswer", session_answer_members, "Who asks."),
	SHAPE("SignedInAnswer", signed_in_members, "A session has begun."),
	SHAPE("SignInInput", sign_in_members, "Who wants in."),
	SHAPE("SetupInput", setup_members, "The first account, an administrator."),
	SHAPE("SessionsAnswer", sessions_members, NULL),
	SHAPE("Session", session_members, "A session."),
	SHAPE("AccountsAnswer", accounts_members, NULL),
	SHAPE("Account", account_members, "An account."),
	SHAPE("TokensAnswer", tokens_members, NULL),
	SHAPE("Token", token_members, "An API token."),
	SHAPE("TokenAddedAnswer", token_added_members, "An API token."),
	SHAPE("NumberAnswer", number_members, "It has been made."),
	SHAPE("TotpAnswer", totp_members, "What an authenticator needs."),
	SHAPE("OpenApi", openapi_members, "An OpenAPI 3.1 document.", .open = true),
};

size_t shapes_all(const struct shape **ret)
{
	*ret = shapes;
	return ARRAY_SIZE(shapes);
}
