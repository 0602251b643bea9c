/* doctor.h - what is wrong with an installation: checks as a table, findings with what to do. */
#ifndef CLIENT_DOCTOR_H
#define CLIENT_DOCTOR_H

#include "client/install.h"
#include "client/inventory.h"
#include "common/config.h"
#include <sys/stat.h>
#include <sys/statvfs.h>

enum doctor_level { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_ERROR, _DOCTOR_LEVELS };
extern const char *const doctor_level_names[]; /* "ok", "warning", "error" */

struct finding_row {
	const char *check; /* the row's name */
	enum doctor_level level;
	char *message;
	char *advice; /* what to do; NULL: nothing */
};

struct doctor {
	const struct install *in;
	int64_t now;
	const char *check; /* that runs now */
	/* What checks find out for those behind them. */
	bool has_config;
	struct config config;
	bool has_info;
	struct info_out info;
	struct inventory *inventory; /* NULL: it cannot be read */
	char web_address[128];       /* where systemd listens for webd; "": not known */
	struct finding_row *findings;
	size_t n, cap;
};

void doctor_done(struct doctor *d);
/* Adds a finding of the check that runs. The advice may be NULL. */
void doctor_say(struct doctor *d, enum doctor_level level, const char *advice, const char *fmt, ...)
	_printf_(4, 5);
/* 0, 1 with a warning, 2 with an error. */
int doctor_exit_code(const struct doctor *d);

/* The advice to who sees too little. */
extern const char doctor_as_root[];
/* As whom systemd starts scannerd; false: no unit says so. */
bool doctor_scannerd_user(char *out, size_t size);

/* The checks, in the order in which they run. doctor_files.c, doctor_parts.c, doctor_units.c,
 * doctor_web.c, doctor_scans.c */
void doctor_configuration(struct doctor *d);
void doctor_state(struct doctor *d);
void doctor_database(struct doctor *d);
void doctor_disk(struct doctor *d);
void doctor_socket(struct doctor *d);
void doctor_scannerd(struct doctor *d);
void doctor_accounts(struct doctor *d);
void doctor_units(struct doctor *d);
void doctor_web(struct doctor *d);
void doctor_nmap(struct doctor *d);
void doctor_network(struct doctor *d);
void doctor_libevent(struct doctor *d);
void doctor_clock(struct doctor *d);
void doctor_directories(struct doctor *d);
void doctor_scans(struct doctor *d);

/* --- what they judge by, without looking at the machine --- */

/* A file or directory whose mode may have no bits but `allowed`. Who may write it is an error, who
 * may read it a warning. True if nothing was said. */
bool doctor_judge_mode(struct doctor *d, const char *path, const struct stat *st, mode_t allowed);
void doctor_judge_disk(
	struct doctor *d, const char *path, const struct statvfs *fs, int64_t database_bytes);
/* The answer of systemctl show --property=Id,LoadState,ActiveState,NRestarts,Listen UNIT... */
void doctor_judge_units(struct doctor *d, const char *text);
/* Asks webd at "127.0.0.1:8080", "[::1]:80" or "/run/x.sock" whether it is alive. */
void doctor_judge_web(struct doctor *d, const char *address, int timeout_ms);
/* "Nmap version 7.93 ( https://nmap.org )": the version, at most size bytes. -EINVAL. */
int doctor_nmap_version(const char *text, char *out, size_t size);
/* A scan of that kind that last succeeded at `good` (TIME_NONE: never), by its schedule. */
void doctor_judge_scan(struct doctor *d, enum scan_kind kind, const char *schedule,
	const char *zone, int64_t good, bool running);

#endif
