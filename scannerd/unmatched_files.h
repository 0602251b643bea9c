/* unmatched_files.h - reads the files that no server owns into groups.
 *
 * Left out are files that could not count for anybody: sidecars, logs, partial, temporary and empty
 * ones beside unmatched backups would only be noise. Ignored files are settled already. A
 * repository that nobody owns is one group: its files have no names of servers. */
#ifndef SCANNERD_UNMATCHED_FILES_H
#define SCANNERD_UNMATCHED_FILES_H

#include "scannerd/match/groups.h"
#include "scannerd/store/store.h"

struct unmatched_files {
	struct groups *groups; /* class: enum verdict_reason */
	int64_t files, bytes;
	bool complete; /* every file was looked at and is in a group */
};
void unmatched_files_done(struct unmatched_files *u);

/* [store's thread] Reads for at most ms milliseconds; complete is false when that was too short. 0,
 * or -errno with nothing to free. */
int unmatched_files_read(
	struct store *s, const struct words *words, int64_t ms, struct unmatched_files *ret);

#endif
