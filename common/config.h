/* config.h - config.json: its struct, its field tables, reading it strictly, writing it atomically,
 * and the limits that bound it.
 *
 * The section `limits` belongs to whoever may edit the file; config_merge() never takes it from a
 * message. */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include "addr.h"
#include "def.h"
#include "err.h"
#include "field.h"

enum date_order { DATE_ORDER_NONE, DATE_ORDER_DAY_FIRST, DATE_ORDER_MONTH_FIRST };

struct directory {
	char *path;           /* absolute, no "..", no doubled or trailing slash */
	struct strv exclude;  /* globs: with a slash against the path below the directory, else
				 against the last component */
	bool one_file_system; /* do not enter other file systems; default false */
	char *server;         /* everything below belongs to this server; NULL: matching decides */
	int64_t date_order;   /* enum date_order for 02-03-2024 */
	char *timezone;       /* of times in names that state none; NULL: schedule.timezone */
};

struct rule { /* what no name can tell; the first rule that matches wins over every token match */
	char *path;   /* glob against the path below the scanned directory (FNM_PATHNAME off: '*'
			 crosses '/') */
	char *regex;  /* PCRE2 against the same, may name (?<host>...) and (?<date>...) */
	char *server; /* name, alias or address of a server; with regex it may be absent if
			 (?<host>) is there */
	bool ignore;  /* such files belong to nobody and never count */
};

struct policy {
	char *name;
	struct strv servers; /* globs on host names and aliases */
	struct strv subnets;
	struct strv tags;
	struct strv os;               /* globs on the detected OS */
	int64_t green_within;         /* seconds */
	int64_t red_after;            /* seconds; 0: never */
	int64_t minimum_size;         /* bytes; smaller files do not count */
	int64_t copies;               /* counted backups wanted; fewer is a warning */
	int64_t shrunk_below_percent; /* of the median of those before; smaller is a warning */
};

struct limits {
	struct strv directories_within; /* default ["/"] */
	struct strv directories_never;  /* default ["/proc","/sys","/dev","/run"] */
	struct strv subnets_within;     /* default: private, loopback, link-local, unique-local */
	int64_t smallest_prefix_v4;     /* 16: a /15 is refused */
	int64_t smallest_prefix_v6;     /* 112 */
	int64_t max_rate; /* packets a second that may be asked for; default 10000; 0: any */
	int64_t sign_in;  /* enum sign_in_mode of proto/accounts_iface.h */
};

struct config {
	struct {
		struct directory *v;
		size_t n;
	} directories_to_scan;
	struct strv subnets_to_scan;
	struct strv exclude_addresses;
	struct network_scan {
		char *ports;          /* "22,80,443,8000-8100" or "top:100" (the default) */
		bool detect_os;       /* default false */
		int64_t max_rate;     /* packets a second, 0: nmap decides; default 1000 */
		int64_t host_timeout; /* seconds for one host, default 5m */
		int64_t scan_timeout; /* seconds for a whole scan, default 6h */
	} network_scan;
	struct schedule_settings {
		char *directories; /* cron.h; default "@every 1h" */
		char *servers;     /* default "@every 6h" */
		char *timezone;    /* also of times in names; default "": the machine's own */
	} schedule;
	struct status_settings {
		int64_t green_within;         /* default 365d */
		int64_t red_after;            /* default 0: never */
		int64_t shrunk_below_percent; /* default 50; 0: never */
	} status;
	struct sign_in_settings {
		int64_t session_idle; /* seconds; default 12h */
		int64_t session_max;  /* default 7d */
	} sign_in;
	struct {
		struct policy *v;
		size_t n;
	} policies; /* first match wins; `status` is the default */
	struct {
		struct rule *v;
		size_t n;
	} rules;
	struct strv generic_names; /* extra generic words */
	struct limits limits;
};

extern const struct field_table config_table, directory_table, rule_table, policy_table,
	limits_table;

enum { CONFIG_REVISION_SIZE = 17, CONFIG_FILE_MAX = 1 << 20, CONFIG_RULES_MAX = 2000 };

/* Reads, decodes and judges (config_check) the file. Sentences for a file that is missing, cut in
 * half, too large ... */
int config_load(const char *path, struct config *ret, struct err *err);
/* From JSON text; `limits` only if with_limits, otherwise its presence is ERR_FORBIDDEN (field
 * "limits"). */
int config_decode(const cJSON *json, bool with_limits, struct config *ret, struct err *err);
/* Everything that no single field can know: directories against the limits and each other, subnets,
 * cron, time zone, ports, globs, regexes. Paths are made canonical in place (doubled and trailing
 * slashes). */
int config_check(struct config *c, struct err *err);
/* Writes JSON, indented with tabs, to a temporary file beside path, fsync, rename, fsync of the
 * folder; mode and owner of an existing file are kept. -EROFS/-EACCES are ERR_READ_ONLY with a
 * sentence. */
int config_save(const struct config *c, const char *path, struct err *err);
/* A name for this content (16 hexadecimal digits): equal settings, equal revision. */
void config_revision(const struct config *c, char out[CONFIG_REVISION_SIZE]);
void config_encode(const struct config *c, struct jsonw *w);
/* The same laid out for people, as config_save() writes it: tabs, short lists on one line. all:
 * also what is at its default. */
void config_print(const struct config *c, bool all, struct buf *out);
void config_done(struct config *c);
static inline int config_copy(const struct config *from, struct config *to)
{
	return field_copy(&config_table, from, to);
}

/* The root-owned limits, one question each: 0, or -EPERM with ERR_OUTSIDE_LIMITS and the reason. */
int limits_check_directory(const struct limits *l, const char *path, struct err *err);
int limits_check_target(const struct limits *l, const struct target *t,
	struct err *err); /* a name passes; its addresses are judged later */
/* 0 (nmap decides) is within the limits only if limits.max_rate is 0 too. */
int limits_check_rate(const struct limits *l, int64_t rate, struct err *err);
/* Is path equal to dir or below it? Both canonical. */
bool path_is_within(const char *path, const char *dir);
/* Removes doubled and trailing slashes in place; -EINVAL with a sentence if relative, too long, or
 * with "." or ".." components. */
int path_canonical(char *path, struct err *err);
/* nmap port list: numbers and ranges 1-65535, comma-separated, at most 1024 bytes, or "top:N" with
 * N 1-65535. */
int ports_check(const char *ports, struct err *err);

#endif
