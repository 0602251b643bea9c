/* iface.h - the Varlink interfaces as data: methods with their field tables. The daemons dispatch
 * by them, the binaries print them. */
#ifndef PROTO_IFACE_H
#define PROTO_IFACE_H

#include "common/buf.h"
#include "common/err.h"
#include "common/field.h"
#include "proto/accounts_iface.h"
#include "proto/wire.h"

struct method {
	const char *name; /* "StartScan" */
	const char *doc;
	const struct field_table *in; /* never NULL; a table without rows for () */
	const struct field_table *out;
	bool more; /* answers repeatedly; calls without "more" get org.varlink.service.ExpectedMore
		    */
};
struct interface {
	const char *name; /* "org.backupchecker.scanner" */
	const char *doc;
	const struct method *methods;
	size_t count;
	const char *const *errors; /* Varlink names of errors.h, NULL-terminated: what its methods
				      may answer */
};
extern const struct interface scanner_interface; /* webd -> scannerd; iface.c */
extern const struct interface netscan_interface; /* scannerd -> netscan; netscan.c */

/* Index of the method in i->methods for a full name "org.backupchecker.scanner.StartScan", -1 if it
 * is not one of them. */
ssize_t interface_find(const struct interface *i, const char *full_name);
/* The interface description (https://varlink.org/Interface-Definition), documentation as comments,
 * errors at the end. */
void interface_print(const struct interface *i, struct buf *out);
/* Answers everything of org.varlink.service (GetInfo, GetInterfaceDescription), and MethodNotFound,
 * InterfaceNotFound, ExpectedMore, InvalidParameter for calls that i cannot take. Returns true if
 * an answer was appended to out, false if the call is for i's method *ret_method. */
bool interface_answer(const struct interface *i, const struct wire_call *call, struct buf *out,
	size_t *ret_method);

/* --- org.backupchecker.scanner: the structs behind its tables --- */

enum scan_kind { SCAN_DIRECTORIES, SCAN_SERVERS, _SCAN_KINDS };
extern const char *const scan_kind_names[]; /* "directories", "servers", NULL */
enum scan_state { SCAN_RUNNING, SCAN_SUCCEEDED, SCAN_FAILED, SCAN_CANCELLED, SCAN_INTERRUPTED };
extern const char *const scan_state_names[];

struct empty_parameters {
	char unused;
};
struct start_scan_in {
	int64_t kind;
	struct strv only; /* some of the configured directories, or prefixes inside the configured
			     subnets */
	bool accept_changed; /* take a directory that is suddenly empty or on another file system as
				it is now */
};
struct scan_out {
	int64_t scan;
};
struct cancel_scan_in {
	int64_t scan;
};
struct info_out {
	char *product, *version;
	int64_t started;      /* seconds since 1970 */
	bool reduced;         /* servers are scanned without raw sockets: no OS, no MAC */
	char *network_reason; /* why reduced, or why nmap cannot be used at all */
	char *next_directories, *next_servers; /* the next scheduled scans; NULL: never */
};
struct scan_progress {
	int64_t scan, kind, state;
	char *requested_by; /* "person", "schedule" */
	int64_t started;
	int64_t files, directories, bytes; /* so far */
	int64_t hosts, hosts_up;
	int64_t percent;      /* 0-100, -1: not known */
	int64_t seconds_left; /* -1: not known */
	int64_t errors;
	char *current; /* what is under the hands now; repaired to UTF-8 */
	char *message; /* the result in words, once ended */
};
struct monitor_event { /* each reply has one of them */
	char *event;   /* "hello", "progress", "changed" */
	struct scan_progress scan;
	struct strv changed; /* of "files", "servers", "scans", "config", "directories",
				"accounts" (also sessions and tokens) */
};
struct config_out {
	cJSON *config; /* without limits */
	cJSON *limits;
	char *revision;
	bool writable;
};
struct set_config_in {
	cJSON *config;
	char *revision;
};
struct set_config_out {
	char *revision;
	struct strv warnings;
};
struct explain_in {
	char *path;
};
struct json_out {
	cJSON *result;
};
struct preview_in {
	cJSON *rule;
};
struct count_out {
	int64_t count;
};
struct server_in {  /* what a person says of a server; whole, not a patch */
	int64_t id; /* UpdateServer only */
	char *hostname;
	char *ip_address;
	struct strv aliases, tags;
	char *note;
};
struct server_id {
	int64_t id;
};
struct merge_in {
	int64_t id, other;
}; /* other's addresses, aliases and files become id's */
struct alias_in {
	int64_t id;
	char *alias;
};
struct exemption_in {
	int64_t id;
	char *reason, *author;
	char *until; /* "2027-01-31" (to the end of that day) or RFC 3339; NULL: without an end */
};
struct add_rule_in {
	cJSON *rule;
	int64_t position; /* 1: before all others; 0: behind them */
};

struct schedule_in {
	char *expression, *timezone; /* timezone NULL: the machine's own */
};
struct schedule_out {
	char *words;
	struct strv next; /* RFC 3339 */
};
struct suggested_directory {
	char *path, *because;
};
struct suggested_network {
	char *subnet, *because;
};
struct suggestions_out {
	struct {
		struct suggested_directory *v;
		size_t n;
	} directories;
	struct {
		struct suggested_network *v;
		size_t n;
	} networks;
};

enum scanner_method {
	SCANNER_GET_INFO,
	SCANNER_START_SCAN,
	SCANNER_CANCEL_SCAN,
	SCANNER_MONITOR,
	SCANNER_GET_CONFIG,
	SCANNER_SET_CONFIG,
	SCANNER_EXPLAIN_MATCH,
	SCANNER_PREVIEW_RULE,
	SCANNER_CLEAR_FILES,
	SCANNER_CLEAR_SERVERS,
	SCANNER_ADD_SERVER,
	SCANNER_UPDATE_SERVER,
	SCANNER_REMOVE_SERVER,
	SCANNER_MERGE_SERVERS,
	SCANNER_ADD_ALIAS,
	SCANNER_EXEMPT_SERVER,
	SCANNER_END_EXEMPTION,
	SCANNER_ADD_RULE,
	SCANNER_LIST_UNMATCHED,
	SCANNER_DESCRIBE_SCHEDULE,
	SCANNER_SUGGEST,
	SCANNER_FIRST_ACCOUNT,
	SCANNER_SIGN_IN,
	SCANNER_SIGN_OUT,
	SCANNER_AUTHENTICATE,
	SCANNER_ACT_AS,
	SCANNER_WHO_AM_I,
	SCANNER_LIST_SESSIONS,
	SCANNER_END_SESSION,
	SCANNER_END_OTHER_SESSIONS,
	SCANNER_CHANGE_PASSWORD,
	SCANNER_BEGIN_TOTP,
	SCANNER_CONFIRM_TOTP,
	SCANNER_END_TOTP,
	SCANNER_LIST_ACCOUNTS,
	SCANNER_ADD_ACCOUNT,
	SCANNER_UPDATE_ACCOUNT,
	SCANNER_REMOVE_ACCOUNT,
	SCANNER_LIST_TOKENS,
	SCANNER_ADD_TOKEN,
	SCANNER_REMOVE_TOKEN,
	_SCANNER_METHODS
};
extern const struct field_table empty_table, start_scan_in_table, scan_out_table,
	cancel_scan_in_table, info_out_table, scan_progress_table, monitor_event_table,
	config_out_table, set_config_in_table, set_config_out_table, explain_in_table,
	json_out_table, preview_in_table, count_out_table, server_in_table, server_id_table,
	merge_in_table, alias_in_table, exemption_in_table, add_rule_in_table, schedule_in_table,
	schedule_out_table, suggestions_out_table;

#endif
