/* verdict.h - what matching says of one file, and how it is packed into the column files.match. */
#ifndef PROTO_VERDICT_H
#define PROTO_VERDICT_H

#include "common/def.h"

enum time_source { TIME_FROM_MTIME, TIME_FROM_NAME, TIME_FROM_DIRECTORY };
extern const char *const time_source_names[]; /* "mtime", "name", "directory" */

/* Why a file is somebody's and counts, or not. The order is stored in databases: add at the end
 * only. */
enum verdict_reason {
	VERDICT_COUNTS,        /* a backup of its server */
	VERDICT_NO_SERVER,     /* no identity in its name or directories */
	VERDICT_AMBIGUOUS,     /* two servers tie */
	VERDICT_IGNORED,       /* a rule of the user's */
	VERDICT_EMPTY,         /* zero bytes */
	VERDICT_EMPTY_ARCHIVE, /* the 20-31 bytes of a compressed nothing */
	VERDICT_SIDECAR,       /* checksum, signature, manifest, metadata */
	VERDICT_LOG,
	VERDICT_PARTIAL,         /* .part, .partial, .filepart, .incomplete ... */
	VERDICT_TEMPORARY,       /* temporary name or below tmp/ */
	VERDICT_CHANGING,        /* changed between the last two scans */
	VERDICT_TOO_SMALL,       /* below the policy's minimum size */
	VERDICT_REPOSITORY,      /* in a repository that nothing gives to a server */
	VERDICT_REPOSITORY_DATA, /* in a server's repository, but not what says when a backup was
				  * made
				  */
	_VERDICT_MAX = 31
};

struct verdict {
	int64_t server;      /* 0: none */
	int64_t backup_time; /* seconds since 1970: from the name, else the nearest directory, else
				mtime */
	enum time_source time_source;
	enum verdict_reason reason; /* VERDICT_COUNTS: it counts for `server` */
	bool future;  /* the path states a time more than a day in the future: mtime decides, shown
			 as a finding */
	bool drifted; /* the stated time and mtime are more than 36 hours apart */
};

/* files.match = server << 9 | drifted << 8 | future << 7 | time_source << 5 | reason; files.drift =
 * backup_time - mtime in seconds. */
int64_t verdict_pack(const struct verdict *v);
/* mtime_s is the file's mtime in whole seconds. */
void verdict_unpack(int64_t match, int64_t drift, int64_t mtime_s, struct verdict *ret);
/* A sentence for a person: "counts", "the file is empty" ... */
const char *verdict_reason_words(enum verdict_reason r);
const char *verdict_reason_name(enum verdict_reason r); /* stable: "counts", "no_server", ... */

#endif
