/* status.h - GREEN, YELLOW, RED or UNKNOWN for one server from stored facts and the time now: a
 * pure function that both daemons call, so that age is computed when asked. */
#ifndef PROTO_STATUS_H
#define PROTO_STATUS_H

#include "common/def.h"

enum status { STATUS_GREEN, STATUS_YELLOW, STATUS_RED, STATUS_UNKNOWN, STATUS_EXEMPT, _STATUS_MAX };
extern const char *const status_names[]; /* "green" ... */

/* Findings that make green yellow; a bit set in evidence.findings. Stored: add at the end only. */
enum finding {
	FINDING_FUTURE = 1 << 0, /* the newest backup's path states a time in the future */
	FINDING_DRIFT = 1 << 1,  /* the stated time and mtime are more than 36 hours apart (informs,
				    does not judge) */
	FINDING_SHRUNK = 1 << 2, /* below the policy's share of the median size of the last ten */
	FINDING_IDENTICAL =
		1 << 3, /* exactly as large as the one before while earlier ones varied */
};

struct status_facts {
	int64_t backup_time;       /* of the newest counted file; TIME_NONE: there is none */
	int64_t backup_count;      /* counted files */
	unsigned findings;         /* enum finding bits */
	int64_t ambiguous;         /* files that may be this server's or another's */
	const char *evidence_root; /* path of an unavailable directory in which the newest counted
				      file lies, or NULL */
	const char *unavailable_root; /* any unavailable directory, or NULL */
	int64_t opaque; /* repositories (restic, Borg ...) that nothing gives to a server */
	const char *opaque_path;             /* one of them, or NULL */
	int64_t green_within_s, red_after_s; /* the policy; red_after_s 0: never red by age */
	int64_t copies;                      /* wanted; 0 or 1: any */
	const char *policy;                  /* its name, for the reason; NULL: the default */
	/* A person said that it needs no backup. NULL: nobody did. Once `until` is past the
	 * exemption judges no longer, but the reason tells that it ended. */
	const char *exempt_reason, *exempt_author; /* author "" or NULL: not known */
	int64_t exempt_until;                      /* TIME_NONE: without an end */
	/* The day at whose end it ends, "2027-01-31", as it was said; NULL: until says a time. Days
	 * end when the machine's zone says so, which is nothing for a pure function. */
	const char *exempt_day;
};

/* The status and a plain-language reason (cut at size; NULL with size 0: none). Nobody is red whose
 * backup may merely not be visible: then the reason says what would make it known. */
enum status status_judge(const struct status_facts *f, int64_t now, char *reason, size_t size);

#endif
