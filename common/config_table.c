/* config_table.c - every setting of config.json as a row: its type, its limits, its default and its
 * documentation. */
#include "config.h"

enum {
	DIRECTORIES_MAX = 1000,
	SUBNETS_MAX = 1000,
	POLICIES_MAX = 200,
	WORDS_MAX = 1000,
	PATH_BYTES_MAX = 4095,
	GLOB_BYTES_MAX = 1024,
	NAME_BYTES_MAX = 253,
};

#define MINUTE   INT64_C(60)
#define HOUR     (60 * MINUTE)
#define DAY      (24 * HOUR)
#define YEARS(n) ((n)*365 * DAY)

static const char *const date_orders[] = {"none", "day_first", "month_first", NULL};

static const struct field directory_fields[] = {
	FIELD_ROW_STRING(struct directory, path, "Absolute path of a directory that holds backups.",
		.flags = FIELD_REQUIRED, .min = 1, .max = PATH_BYTES_MAX),
	FIELD_ROW_STRINGS(struct directory, exclude,
		"Globs of what is skipped: with a slash against the path below the directory, else "
		"against "
		"the last component.",
		.flags = FIELD_OMIT_EMPTY, .max = WORDS_MAX),
	FIELD_ROW_BOOL(struct directory, one_file_system,
		"Do not enter other file systems that are mounted below.",
		.flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_STRING(struct directory, server,
		"Everything below belongs to this server (name, alias or address).",
		.flags = FIELD_OMIT_EMPTY | FIELD_NULLABLE, .min = 1, .max = NAME_BYTES_MAX),
	FIELD_ROW_ENUM(struct directory, date_order,
		"How a date such as 02-03-2024 in a name is read.", .flags = FIELD_OMIT_EMPTY,
		.names = date_orders),
	FIELD_ROW_STRING(struct directory, timezone,
		"IANA time zone of the machines whose backups lie here, such as Europe/Berlin: a "
		"time in a name that states no offset is read by its clocks; absent: "
		"schedule.timezone.",
		.flags = FIELD_OMIT_EMPTY | FIELD_NULLABLE, .min = 1, .max = 64),
};
FIELD_TABLE(directory_table, "Directory", "A directory that holds backups.", struct directory,
	directory_fields);

static const struct field rule_fields[] = {
	FIELD_ROW_STRING(struct rule, path,
		"Glob against the path below the scanned directory; * also crosses slashes.",
		.flags = FIELD_OMIT_EMPTY | FIELD_NULLABLE, .min = 1, .max = GLOB_BYTES_MAX),
	FIELD_ROW_STRING(struct rule, regex,
		"PCRE2 expression against the same path; the groups (?<host>...) and (?<date>...) "
		"name the "
		"server and the time.",
		.flags = FIELD_OMIT_EMPTY | FIELD_NULLABLE, .min = 1, .max = GLOB_BYTES_MAX),
	FIELD_ROW_STRING(struct rule, server,
		"The server that such files belong to: its name, an alias or an address.",
		.flags = FIELD_OMIT_EMPTY | FIELD_NULLABLE, .min = 1, .max = NAME_BYTES_MAX),
	FIELD_ROW_BOOL(struct rule, ignore, "Such files belong to nobody and never count.",
		.flags = FIELD_OMIT_EMPTY),
};
FIELD_TABLE(rule_table, "Rule",
	"Tells what no name can tell; the first rule that matches a file wins.", struct rule,
	rule_fields);

static const struct field policy_fields[] = {
	FIELD_ROW_STRING(struct policy, name, "The policy's name, as reasons show it.",
		.flags = FIELD_REQUIRED, .min = 1, .max = NAME_BYTES_MAX),
	FIELD_ROW_STRINGS(struct policy, servers, "Globs on host names and aliases.",
		.flags = FIELD_OMIT_EMPTY, .max = WORDS_MAX),
	FIELD_ROW_STRINGS(struct policy, subnets, "Networks and addresses.",
		.flags = FIELD_OMIT_EMPTY, .max = SUBNETS_MAX),
	FIELD_ROW_STRINGS(struct policy, tags, "Tags of servers kept by hand.",
		.flags = FIELD_OMIT_EMPTY, .max = WORDS_MAX),
	FIELD_ROW_STRINGS(struct policy, os, "Globs on the detected operating system.",
		.flags = FIELD_OMIT_EMPTY, .max = WORDS_MAX),
	FIELD_ROW_DURATION(struct policy, green_within,
		"A server is green while its newest backup is younger than this.", .min = MINUTE,
		.max = YEARS(100), .otherwise = YEARS(1)),
	FIELD_ROW_DURATION(struct policy, red_after,
		"A server is red when its newest backup is older than this; 0 means never.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = YEARS(100)),
	FIELD_ROW_INT(struct policy, minimum_size, "Files of fewer bytes do not count.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = INT64_C(1) << 50),
	FIELD_ROW_INT(struct policy, copies,
		"How many counted backups are wanted; fewer is a warning.",
		.flags = FIELD_OMIT_EMPTY, .min = 1, .max = 1000, .otherwise = 1),
	FIELD_ROW_INT(struct policy, shrunk_below_percent,
		"A newest backup that is smaller than this share of the median of the ten before "
		"it, in percent, is a warning; 0: never.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = 100, .otherwise = 50),
};
FIELD_TABLE(policy_table, "Policy",
	"Expectations for some servers; the first policy that matches a server counts.",
	struct policy, policy_fields);

static const struct field network_scan_fields[] = {
	FIELD_ROW_STRING(struct network_scan, ports,
		"TCP ports to try: numbers and ranges such as 22,80,8000-8100, or top:N for the N "
		"most "
		"common.",
		.flags = FIELD_OMIT_EMPTY, .min = 1, .max = 1024, .otherwise_text = "top:100"),
	FIELD_ROW_BOOL(struct network_scan, detect_os,
		"Guess the operating system (slower, needs raw sockets).",
		.flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_INT(struct network_scan, max_rate,
		"Packets a second at most; 0 leaves it to nmap, if limits.max_rate is 0 too.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = 1000000, .otherwise = 1000),
	FIELD_ROW_DURATION(struct network_scan, host_timeout, "Time for one host at most.",
		.flags = FIELD_OMIT_EMPTY, .min = 1, .max = DAY, .otherwise = 5 * MINUTE),
	FIELD_ROW_DURATION(struct network_scan, scan_timeout, "Time for a whole scan at most.",
		.flags = FIELD_OMIT_EMPTY, .min = 1, .max = 7 * DAY, .otherwise = 6 * HOUR),
};
static FIELD_TABLE(network_scan_table, "NetworkScan", "How the network is scanned.",
	struct network_scan, network_scan_fields);

static const struct field schedule_fields[] = {
	FIELD_ROW_STRING(struct schedule_settings, directories,
		"When directories are scanned: five cron fields, @daily, @every 6h, or off.",
		.max = 128, .otherwise_text = "@every 1h"),
	FIELD_ROW_STRING(struct schedule_settings, servers,
		"When the network is scanned: five cron fields, @daily, @every 6h, or off.",
		.max = 128, .otherwise_text = "@every 6h"),
	FIELD_ROW_STRING(struct schedule_settings, timezone,
		"IANA time zone of the cron fields, such as Europe/Berlin, and of times in names "
		"that state none; empty: the machine's own.",
		.flags = FIELD_OMIT_EMPTY, .max = 64, .otherwise_text = ""),
};
static FIELD_TABLE(schedule_table, "Schedule", "When scans start by themselves.",
	struct schedule_settings, schedule_fields);

static const struct field status_fields[] = {
	FIELD_ROW_DURATION(struct status_settings, green_within,
		"A server is green while its newest backup is younger than this.", .min = MINUTE,
		.max = YEARS(100), .otherwise = YEARS(1)),
	FIELD_ROW_DURATION(struct status_settings, red_after,
		"A server is red when its newest backup is older than this; 0 means never.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = YEARS(100)),
	FIELD_ROW_INT(struct status_settings, shrunk_below_percent,
		"A newest backup that is smaller than this share of the median of the ten before "
		"it, in percent, is a warning; 0: never.",
		.flags = FIELD_OMIT_EMPTY, .min = 0, .max = 100, .otherwise = 50),
};
static FIELD_TABLE(status_table, "StatusSettings",
	"What is expected of servers that no policy matches.", struct status_settings,
	status_fields);

static const struct field sign_in_fields[] = {
	FIELD_ROW_DURATION(struct sign_in_settings, session_idle,
		"A session ends after so long without a use; of sessions that begin afterwards.",
		.flags = FIELD_OMIT_EMPTY, .min = 5 * MINUTE, .max = 365 * DAY,
		.otherwise = 12 * HOUR),
	FIELD_ROW_DURATION(struct sign_in_settings, session_max,
		"A session ends after so long in any case; of sessions that begin afterwards.",
		.flags = FIELD_OMIT_EMPTY, .min = 5 * MINUTE, .max = 365 * DAY,
		.otherwise = 7 * DAY),
};
static FIELD_TABLE(sign_in_table, "SignInSettings", "How long people stay signed in.",
	struct sign_in_settings, sign_in_fields);

/* enum sign_in_mode */
static const char *const sign_in_modes[] = {"password", "webd", NULL};

static const struct field limits_fields[] = {
	FIELD_ROW_STRINGS(struct limits, directories_within,
		"Only directories below these may be scanned.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .max = DIRECTORIES_MAX,
		.otherwise_text = "[\"/\"]"),
	FIELD_ROW_STRINGS(struct limits, directories_never,
		"Directories that are never scanned, nor anything below them.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .max = DIRECTORIES_MAX,
		.otherwise_text = "[\"/proc\", \"/sys\", \"/dev\", \"/run\"]"),
	FIELD_ROW_STRINGS(struct limits, subnets_within,
		"Only networks inside these may be scanned.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .max = SUBNETS_MAX,
		.otherwise_text =
			"[\"10.0.0.0/8\", \"172.16.0.0/12\", \"192.168.0.0/16\", "
			"\"100.64.0.0/10\", "
			"\"169.254.0.0/16\", \"127.0.0.0/8\", \"fc00::/7\", \"fe80::/10\", \"::1/"
			"128\"]"),
	FIELD_ROW_INT(struct limits, smallest_prefix_v4,
		"An IPv4 network with a shorter prefix is refused.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .min = 0, .max = 32, .otherwise = 16),
	FIELD_ROW_INT(struct limits, smallest_prefix_v6,
		"An IPv6 network with a shorter prefix is refused.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .min = 0, .max = 128, .otherwise = 112),
	FIELD_ROW_INT(struct limits, max_rate,
		"The highest network_scan.max_rate that may be asked for; 0: any.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .min = 0, .max = 1000000,
		.otherwise = 10000),
	FIELD_ROW_ENUM(struct limits, sign_in,
		"Who says who asks: \"password\": scannerd itself, by accounts, sessions and API "
		"tokens; \"webd\": webd, which scannerd then believes.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED, .names = sign_in_modes),
};
FIELD_TABLE(limits_table, "Limits",
	"What may be scanned at all; only an editor of the file can change it.", struct limits,
	limits_fields);

static const struct field config_fields[] = {
	FIELD_ROW_OBJECTS(struct config, directories_to_scan, struct directory, &directory_table,
		"Directories that hold backups: paths, or objects with a path and more.",
		.flags = FIELD_REQUIRED, .max = DIRECTORIES_MAX, .shorthand = "path"),
	FIELD_ROW_STRINGS(struct config, subnets_to_scan,
		"Networks, addresses and host names of the servers.", .flags = FIELD_REQUIRED,
		.max = SUBNETS_MAX),
	FIELD_ROW_STRINGS(struct config, exclude_addresses,
		"Networks and addresses that are never scanned.", .flags = FIELD_OMIT_EMPTY,
		.max = SUBNETS_MAX),
	FIELD_ROW_OBJECT(struct config, network_scan, struct network_scan, &network_scan_table,
		"How the network is scanned.", .flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_OBJECT(struct config, schedule, struct schedule_settings, &schedule_table,
		"When scans start by themselves.", .flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_OBJECT(struct config, status, struct status_settings, &status_table,
		"What is expected of servers that no policy matches.", .flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_OBJECT(struct config, sign_in, struct sign_in_settings, &sign_in_table,
		"How long people stay signed in.", .flags = FIELD_OMIT_EMPTY),
	FIELD_ROW_OBJECTS(struct config, policies, struct policy, &policy_table,
		"Expectations for some servers; the first that matches counts.",
		.flags = FIELD_OMIT_EMPTY, .max = POLICIES_MAX),
	FIELD_ROW_OBJECTS(struct config, rules, struct rule, &rule_table,
		"What no file name can tell; the first that matches wins.",
		.flags = FIELD_OMIT_EMPTY, .max = CONFIG_RULES_MAX),
	FIELD_ROW_STRINGS(struct config, generic_names,
		"More words that are too common to name a server by themselves.",
		.flags = FIELD_OMIT_EMPTY, .max = WORDS_MAX),
	FIELD_ROW_OBJECT(struct config, limits, struct limits, &limits_table,
		"What may be scanned at all; only an editor of the file can change it.",
		.flags = FIELD_OMIT_EMPTY | FIELD_LOCKED),
};
FIELD_TABLE(config_table, "Config", "The configuration.", struct config, config_fields);
