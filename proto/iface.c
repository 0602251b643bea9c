/* iface.c - org.backupchecker.scanner as data: what webd may ask scannerd, every parameter with its
 * limits. */
#include "iface.h"

/* What JSON numbers carry exactly (RFC 7493, section 2.2). */
#define INT_LARGEST ((INT64_C(1) << 53) - 1)

enum {
	LIST_MAX = 1000,      /* elements of a list of names, addresses or directories */
	HOSTNAME_BYTES = 253, /* RFC 1123 */
	ADDRESS_BYTES = 64,
	PATH_BYTES = 16384, /* in UTF-8; longer than PATH_MAX because repaired names grow */
	NOTE_BYTES = 4096,
	REASON_BYTES = 500,
	REVISION_BYTES = 64,
	WORDS_BYTES = 1024, /* a sentence */
	SCHEDULE_BYTES = 128,
	TIMEZONE_BYTES = 64,
};

const char *const scan_kind_names[] = {"directories", "servers", NULL};
const char *const scan_state_names[] = {
	"running", "succeeded", "failed", "cancelled", "interrupted", NULL};

#define ID(S, member, text) \
	FIELD_ROW_INT(S, member, text, .flags = FIELD_REQUIRED, .min = 1, .max = INT_LARGEST)
#define AMOUNT(S, member, text) FIELD_ROW_INT(S, member, text, .min = 0, .max = INT_LARGEST)

const struct field_table empty_table = {
	.name = "Empty", .doc = "No parameters.", .size = sizeof(struct empty_parameters)};

static const struct field start_scan_in_fields[] = {
	FIELD_ROW_ENUM(struct start_scan_in, kind, "What to scan.", .flags = FIELD_REQUIRED,
		.names = scan_kind_names),
	FIELD_ROW_STRINGS(struct start_scan_in, only,
		"Some of the configured directories, or prefixes inside the configured subnets; "
		"all of them if absent.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = LIST_MAX),
	FIELD_ROW_BOOL(struct start_scan_in, accept_changed,
		"Take a directory that is suddenly empty, on another file system or without a "
		"mount below it as "
		"it is now.",
		.flags = FIELD_NULLABLE),
};
FIELD_TABLE(start_scan_in_table, "StartScanIn", "What to scan.", struct start_scan_in,
	start_scan_in_fields);

static const struct field scan_out_fields[] = {
	ID(struct scan_out, scan, "The scan's number."),
};
FIELD_TABLE(scan_out_table, "ScanOut", "A scan that has begun.", struct scan_out, scan_out_fields);

static const struct field cancel_scan_in_fields[] = {
	ID(struct cancel_scan_in, scan, "The scan's number."),
};
FIELD_TABLE(cancel_scan_in_table, "CancelScanIn", "A scan to cancel.", struct cancel_scan_in,
	cancel_scan_in_fields);

static const struct field info_out_fields[] = {
	FIELD_ROW_STRING(struct info_out, product, "The program.", .flags = FIELD_REQUIRED,
		.max = WORDS_BYTES),
	FIELD_ROW_STRING(struct info_out, version, "Its version.", .flags = FIELD_REQUIRED,
		.max = WORDS_BYTES),
	FIELD_ROW_INT(struct info_out, started, "When it was started, in seconds since 1970.",
		.flags = FIELD_REQUIRED, .min = -INT_LARGEST, .max = INT_LARGEST),
	FIELD_ROW_BOOL(struct info_out, reduced,
		"Servers are scanned without raw sockets: no operating system, no MAC address.",
		.flags = FIELD_REQUIRED),
	FIELD_ROW_STRING(struct info_out, network_reason,
		"Why it is reduced, or why nmap cannot be used at all.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = WORDS_BYTES),
	FIELD_ROW_STRING(struct info_out, next_directories,
		"When the next scan of the directories is due, as RFC 3339; absent: never.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = WORDS_BYTES),
	FIELD_ROW_STRING(struct info_out, next_servers,
		"When the next scan of the servers is due, as RFC 3339; absent: never.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = WORDS_BYTES),
};
FIELD_TABLE(info_out_table, "Info", "What runs.", struct info_out, info_out_fields);

static const struct field scan_progress_fields[] = {
	AMOUNT(struct scan_progress, scan, "The scan's number."),
	FIELD_ROW_ENUM(struct scan_progress, kind, "What is scanned.", .names = scan_kind_names),
	FIELD_ROW_ENUM(struct scan_progress, state, "How far it is.", .names = scan_state_names),
	FIELD_ROW_STRING(struct scan_progress, requested_by, "\"person\" or \"schedule\".",
		.flags = FIELD_NULLABLE, .max = WORDS_BYTES),
	FIELD_ROW_INT(struct scan_progress, started, "In seconds since 1970.", .min = -INT_LARGEST,
		.max = INT_LARGEST),
	AMOUNT(struct scan_progress, files, "Files seen so far."),
	AMOUNT(struct scan_progress, directories, "Directories seen so far."),
	AMOUNT(struct scan_progress, bytes, "The files' size so far."),
	AMOUNT(struct scan_progress, hosts, "Addresses looked at so far."),
	AMOUNT(struct scan_progress, hosts_up, "Hosts that answered so far."),
	FIELD_ROW_INT(struct scan_progress, percent, "0 to 100; -1 while it is not known.",
		.min = -1, .max = 100, .otherwise = -1),
	FIELD_ROW_INT(struct scan_progress, seconds_left, "An estimate; -1 while it is not known.",
		.min = -1, .max = INT_LARGEST, .otherwise = -1),
	AMOUNT(struct scan_progress, errors, "Things that could not be read."),
	FIELD_ROW_STRING(struct scan_progress, current, "What is under the hands now.",
		.flags = FIELD_NULLABLE, .max = PATH_BYTES),
	FIELD_ROW_STRING(struct scan_progress, message, "The result in words, once it has ended.",
		.flags = FIELD_NULLABLE, .max = WORDS_BYTES),
};
FIELD_TABLE(scan_progress_table, "ScanProgress", "How far a scan is.", struct scan_progress,
	scan_progress_fields);

static const struct field monitor_event_fields[] = {
	FIELD_ROW_STRING(struct monitor_event, event, "\"hello\", \"progress\" or \"changed\".",
		.flags = FIELD_REQUIRED, .max = WORDS_BYTES),
	FIELD_ROW_OBJECT(struct monitor_event, scan, struct scan_progress, &scan_progress_table,
		"The scan that \"progress\" is about.", .flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY),
	FIELD_ROW_STRINGS(struct monitor_event, changed,
		"What \"changed\": files, servers, scans, config, directories, accounts.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = LIST_MAX),
};
FIELD_TABLE(monitor_event_table, "MonitorEvent", "One event.", struct monitor_event,
	monitor_event_fields);

static const struct field config_out_fields[] = {
	FIELD_ROW_JSON(struct config_out, config, "The configuration without its limits.",
		.flags = FIELD_REQUIRED),
	FIELD_ROW_JSON(struct config_out, limits,
		"The limits; only an editor of the file can change them.", .flags = FIELD_REQUIRED),
	FIELD_ROW_STRING(struct config_out, revision, "A name for this content.",
		.flags = FIELD_REQUIRED, .max = REVISION_BYTES),
	FIELD_ROW_BOOL(struct config_out, writable, "SetConfig can work.", .flags = FIELD_REQUIRED),
};
FIELD_TABLE(
	config_out_table, "ConfigOut", "The configuration.", struct config_out, config_out_fields);

static const struct field set_config_in_fields[] = {
	FIELD_ROW_JSON(struct set_config_in, config, "The whole configuration without its limits.",
		.flags = FIELD_REQUIRED),
	FIELD_ROW_STRING(struct set_config_in, revision,
		"The revision that was edited; Conflict if it is no longer the present one.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = REVISION_BYTES),
};
FIELD_TABLE(set_config_in_table, "SetConfigIn", "A new configuration.", struct set_config_in,
	set_config_in_fields);

static const struct field set_config_out_fields[] = {
	FIELD_ROW_STRING(struct set_config_out, revision, "The new revision.",
		.flags = FIELD_REQUIRED, .max = REVISION_BYTES),
	FIELD_ROW_STRINGS(struct set_config_out, warnings,
		"What was accepted but looks wrong now, such as a directory that does not exist.",
		.flags = FIELD_REQUIRED, .max = LIST_MAX),
};
FIELD_TABLE(set_config_out_table, "SetConfigOut", "The accepted configuration.",
	struct set_config_out, set_config_out_fields);

static const struct field explain_in_fields[] = {
	FIELD_ROW_STRING(struct explain_in, path, "An absolute path.", .flags = FIELD_REQUIRED,
		.min = 1, .max = PATH_BYTES),
};
FIELD_TABLE(explain_in_table, "ExplainIn", "A path.", struct explain_in, explain_in_fields);

static const struct field json_out_fields[] = {
	FIELD_ROW_JSON(struct json_out, result, "The result.", .flags = FIELD_REQUIRED),
};
FIELD_TABLE(json_out_table, "JsonOut", "A result.", struct json_out, json_out_fields);

static const struct field preview_in_fields[] = {
	FIELD_ROW_JSON(struct preview_in, rule, "A rule as it would stand in the configuration.",
		.flags = FIELD_REQUIRED),
};
FIELD_TABLE(preview_in_table, "PreviewIn", "A rule.", struct preview_in, preview_in_fields);

static const struct field count_out_fields[] = {
	FIELD_ROW_INT(struct count_out, count, "How many were removed.", .flags = FIELD_REQUIRED,
		.min = 0, .max = INT_LARGEST),
};
FIELD_TABLE(count_out_table, "CountOut", "A count.", struct count_out, count_out_fields);

static const struct field server_in_fields[] = {
	FIELD_ROW_INT(struct server_in, id, "The server's number; only for UpdateServer.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .min = 0, .max = INT_LARGEST),
	FIELD_ROW_STRING(struct server_in, hostname, "Its host name.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = HOSTNAME_BYTES),
	FIELD_ROW_STRING(struct server_in, ip_address, "Its address.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = ADDRESS_BYTES),
	FIELD_ROW_STRINGS(struct server_in, aliases, "Other names that its backups carry.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = LIST_MAX),
	FIELD_ROW_STRINGS(struct server_in, tags, "Words that policies refer to.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = LIST_MAX),
	FIELD_ROW_STRING(struct server_in, note, "Free text.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = NOTE_BYTES),
};
FIELD_TABLE(
	server_in_table, "ServerIn", "A server kept by hand.", struct server_in, server_in_fields);

static const struct field server_id_fields[] = {
	ID(struct server_id, id, "The server's number."),
};
FIELD_TABLE(server_id_table, "ServerId", "A server.", struct server_id, server_id_fields);

static const struct field merge_in_fields[] = {
	ID(struct merge_in, id, "The server that stays."),
	ID(struct merge_in, other, "The server that becomes part of it."),
};
FIELD_TABLE(
	merge_in_table, "MergeIn", "Two servers that are one.", struct merge_in, merge_in_fields);

static const struct field alias_in_fields[] = {
	ID(struct alias_in, id, "The server's number."),
	FIELD_ROW_STRING(struct alias_in, alias, "Another name that its backups carry.",
		.flags = FIELD_REQUIRED, .min = 1, .max = HOSTNAME_BYTES),
};
FIELD_TABLE(
	alias_in_table, "AliasIn", "One more name of a server.", struct alias_in, alias_in_fields);

static const struct field exemption_in_fields[] = {
	ID(struct exemption_in, id, "The server's number."),
	FIELD_ROW_STRING(struct exemption_in, reason, "Why it needs no backup.",
		.flags = FIELD_REQUIRED, .min = 1, .max = REASON_BYTES),
	FIELD_ROW_STRING(struct exemption_in, author, "Who says so.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = HOSTNAME_BYTES),
	FIELD_ROW_STRING(struct exemption_in, until,
		"When it ends by itself: a date such as 2027-01-31, to the end of that day, or a "
		"time such as 2027-01-31T12:00:00Z; null: without an end.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = 64),
};
FIELD_TABLE(exemption_in_table, "ExemptionIn", "A server that needs no backup.",
	struct exemption_in, exemption_in_fields);

static const struct field add_rule_in_fields[] = {
	FIELD_ROW_JSON(struct add_rule_in, rule, "A rule as it stands in the configuration.",
		.flags = FIELD_REQUIRED),
	FIELD_ROW_INT(struct add_rule_in, position,
		"Its place among the rules, of which the first that matches wins: 1 is before all "
		"others; 0 or absent, behind them.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = INT_LARGEST),
};
FIELD_TABLE(
	add_rule_in_table, "AddRuleIn", "One more rule.", struct add_rule_in, add_rule_in_fields);

static const struct field schedule_in_fields[] = {
	FIELD_ROW_STRING(struct schedule_in, expression,
		"Five cron fields, @daily, @every 6h, or off.", .flags = FIELD_REQUIRED,
		.max = SCHEDULE_BYTES),
	FIELD_ROW_STRING(struct schedule_in, timezone,
		"IANA time zone, such as Europe/Berlin; empty or absent: the machine's own.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = TIMEZONE_BYTES),
};
FIELD_TABLE(schedule_in_table, "ScheduleIn", "A schedule.", struct schedule_in, schedule_in_fields);

static const struct field schedule_out_fields[] = {
	FIELD_ROW_STRING(struct schedule_out, words,
		"The schedule in words; the expression where there are none.",
		.flags = FIELD_REQUIRED, .max = WORDS_BYTES),
	FIELD_ROW_STRINGS(struct schedule_out, next,
		"The next three runs, as RFC 3339; an interval is counted from now. Fewer if there "
		"are none within five years.",
		.flags = FIELD_REQUIRED, .max = LIST_MAX),
};
FIELD_TABLE(schedule_out_table, "ScheduleOut", "When it runs.", struct schedule_out,
	schedule_out_fields);

static const struct field suggested_directory_fields[] = {
	FIELD_ROW_STRING(struct suggested_directory, path, "An absolute path.",
		.flags = FIELD_REQUIRED, .max = PATH_BYTES),
	FIELD_ROW_STRING(struct suggested_directory, because, "What speaks for it.",
		.flags = FIELD_REQUIRED, .max = WORDS_BYTES),
};
static FIELD_TABLE(suggested_directory_table, "SuggestedDirectory",
	"A directory that may hold backups.", struct suggested_directory,
	suggested_directory_fields);
static const struct field suggested_network_fields[] = {
	FIELD_ROW_STRING(struct suggested_network, subnet, "A network.", .flags = FIELD_REQUIRED,
		.max = ADDRESS_BYTES),
	FIELD_ROW_STRING(struct suggested_network, because, "What speaks for it.",
		.flags = FIELD_REQUIRED, .max = WORDS_BYTES),
};
static FIELD_TABLE(suggested_network_table, "SuggestedNetwork", "A network that may have servers.",
	struct suggested_network, suggested_network_fields);
static const struct field suggestions_out_fields[] = {
	FIELD_ROW_OBJECTS(struct suggestions_out, directories, struct suggested_directory,
		&suggested_directory_table, "The likeliest first.", .flags = FIELD_REQUIRED),
	FIELD_ROW_OBJECTS(struct suggestions_out, networks, struct suggested_network,
		&suggested_network_table, "None where scannerd has no view of the network.",
		.flags = FIELD_REQUIRED),
};
FIELD_TABLE(suggestions_out_table, "Suggestions", "What settings could name.",
	struct suggestions_out, suggestions_out_fields);

static const struct method methods[_SCANNER_METHODS] = {
	[SCANNER_GET_INFO] = {"GetInfo", "Says what runs and what it can do.", &empty_table,
		&info_out_table, false},
	[SCANNER_START_SCAN] = {"StartScan",
		"Starts a scan and returns at once; Monitor tells its progress.",
		&start_scan_in_table, &scan_out_table, false},
	[SCANNER_CANCEL_SCAN] = {"CancelScan", "Ends a running scan; the last good result stays.",
		&cancel_scan_in_table, &empty_table, false},
	[SCANNER_MONITOR] = {"Monitor",
		"Tells progress and changes, until the connection is closed.", &empty_table,
		&monitor_event_table, true},
	[SCANNER_GET_CONFIG] = {"GetConfig", "Returns the configuration in force.", &empty_table,
		&config_out_table, false},
	[SCANNER_SET_CONFIG] = {"SetConfig", "Replaces the configuration and writes the file.",
		&set_config_in_table, &set_config_out_table, false},
	[SCANNER_EXPLAIN_MATCH] = {"ExplainMatch",
		"Says why a path belongs to a server, or to none.", &explain_in_table,
		&json_out_table, false},
	[SCANNER_PREVIEW_RULE] = {"PreviewRule",
		"Says what a rule would match, without keeping it.", &preview_in_table,
		&json_out_table, false},
	[SCANNER_CLEAR_FILES] = {"ClearFiles", "Forgets all files; the next scan finds them again.",
		&empty_table, &count_out_table, false},
	[SCANNER_CLEAR_SERVERS] = {"ClearServers", "Forgets all servers.", &empty_table,
		&count_out_table, false},
	[SCANNER_ADD_SERVER] = {"AddServer", "Adds a server that no scan finds.", &server_in_table,
		&server_id_table, false},
	[SCANNER_UPDATE_SERVER] = {"UpdateServer", "Replaces what a person says of a server.",
		&server_in_table, &empty_table, false},
	[SCANNER_REMOVE_SERVER] = {"RemoveServer", "Forgets a server.", &server_id_table,
		&empty_table, false},
	[SCANNER_MERGE_SERVERS] = {"MergeServers", "Makes two servers one.", &merge_in_table,
		&empty_table, false},
	[SCANNER_ADD_ALIAS] = {"AddAlias", "Adds a name by which a server's backups are known.",
		&alias_in_table, &empty_table, false},
	[SCANNER_EXEMPT_SERVER] = {"ExemptServer",
		"Says that a server needs no backup, why, and until when.", &exemption_in_table,
		&empty_table, false},
	[SCANNER_END_EXEMPTION] = {"EndExemption", "Expects backups of a server again.",
		&server_id_table, &empty_table, false},
	[SCANNER_ADD_RULE] = {"AddRule", "Adds one rule to the configuration.", &add_rule_in_table,
		&set_config_out_table, false},
	[SCANNER_LIST_UNMATCHED] = {"ListUnmatched",
		"Groups the files that no server owns by directory and shape, the largest first.",
		&empty_table, &json_out_table, false},
	[SCANNER_DESCRIBE_SCHEDULE] = {"DescribeSchedule",
		"Says a schedule in words, and when it would run next.", &schedule_in_table,
		&schedule_out_table, false},
	[SCANNER_SUGGEST] = {"Suggest",
		"Names directories and networks of this machine that are not configured yet.",
		&empty_table, &suggestions_out_table, false},
	[SCANNER_FIRST_ACCOUNT] = {"FirstAccount",
		"Makes the first account, an administrator; possible only while there is none.",
		&first_account_in_table, &account_id_table, false},
	[SCANNER_SIGN_IN] = {"SignIn", "Begins a session; does not authenticate this connection.",
		&sign_in_in_table, &sign_in_out_table, false},
	[SCANNER_SIGN_OUT] = {"SignOut", "Ends the session of this connection.", &empty_table,
		&empty_table, false},
	[SCANNER_AUTHENTICATE] = {"Authenticate",
		"From now on this connection speaks for a session or a token; one that fails "
		"leaves it nobody.",
		&authenticate_in_table, &caller_out_table, false},
	[SCANNER_ACT_AS] = {"ActAs",
		"From now on this connection speaks for somebody whom webd knows; only where "
		"limits.sign_in is \"webd\".",
		&act_as_in_table, &empty_table, false},
	[SCANNER_WHO_AM_I] = {"WhoAmI",
		"Says for whom this connection speaks, and how people sign in.", &empty_table,
		&who_am_i_out_table, false},
	[SCANNER_LIST_SESSIONS] = {"ListSessions",
		"Lists one's own sessions, or for admins everybody's.", &sessions_in_table,
		&sessions_out_table, false},
	[SCANNER_END_SESSION] = {"EndSession",
		"Ends one of one's own sessions, or for admins anybody's.", &account_id_table,
		&empty_table, false},
	[SCANNER_END_OTHER_SESSIONS] = {"EndOtherSessions",
		"Ends all of one's own sessions but the one of this connection.", &empty_table,
		&count_out_table, false},
	[SCANNER_CHANGE_PASSWORD] = {"ChangePassword",
		"Sets one's own password and ends one's other sessions.", &password_change_table,
		&empty_table, false},
	[SCANNER_BEGIN_TOTP] = {"BeginTotp",
		"Makes a secret for an authenticator; it counts once ConfirmTotp has seen a code.",
		&password_in_table, &totp_out_table, false},
	[SCANNER_CONFIRM_TOTP] = {"ConfirmTotp", "From now on signing in asks for a code.",
		&code_in_table, &empty_table, false},
	[SCANNER_END_TOTP] = {"EndTotp", "Signing in asks for no code any more.",
		&password_in_table, &empty_table, false},
	[SCANNER_LIST_ACCOUNTS] = {"ListAccounts", "Lists all accounts.", &empty_table,
		&accounts_out_table, false},
	[SCANNER_ADD_ACCOUNT] = {"AddAccount", "Adds an account.", &account_in_table,
		&account_id_table, false},
	[SCANNER_UPDATE_ACCOUNT] = {"UpdateAccount",
		"Changes an account's role or password. The last administrator stays one.",
		&account_change_table, &empty_table, false},
	[SCANNER_REMOVE_ACCOUNT] = {"RemoveAccount",
		"Removes an account with its sessions and the tokens it made. The last "
		"administrator stays.",
		&account_id_table, &empty_table, false},
	[SCANNER_LIST_TOKENS] = {"ListTokens", "Lists all API tokens.", &empty_table,
		&tokens_out_table, false},
	[SCANNER_ADD_TOKEN] = {"AddToken", "Makes an API token.", &token_in_table, &token_out_table,
		false},
	[SCANNER_REMOVE_TOKEN] = {"RemoveToken", "Removes an API token.", &account_id_table,
		&empty_table, false},
};

static const char *const errors[] = {"InvalidValue", "InvalidType", "InvalidJson", "UnknownKey",
	"MissingKey", "TooLarge", "InvalidConfig", "OutsideLimits", "NotFound", "Exists",
	"Conflict", "ScanRunning", "ReadOnly", "Forbidden", "Unavailable", "Timeout", "Busy",
	"NotSignedIn", "PermissionDenied", "SignInRefused", "CodeNeeded", "TooManyAttempts",
	"Database", "Internal", NULL};

const struct interface scanner_interface = {
	.name = "org.backupchecker.scanner",
	.doc = "What scannerd of backup-checker does for webd and for the command line.",
	.methods = methods,
	.count = ARRAY_SIZE(methods),
	.errors = errors,
};
