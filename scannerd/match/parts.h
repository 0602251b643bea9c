/* parts.h - which part of a backup tool's repository tells when a backup was made. */
#ifndef SCANNERD_MATCH_PARTS_H
#define SCANNERD_MATCH_PARTS_H

#include "scannerd/match/match.h"

enum part {
	PART_DATA,  /* says nothing: chunks, indices, locks, what upkeep writes, too */
	PART_SIGN,  /* is written when a backup is made; its size says nothing */
	PART_BACKUP /* is a backup with its size */
};
/* Of a file in d, which lies in a repository. */
enum part part_of(const struct match_dir *d, const char *name, size_t len);
/* "only the files in snapshots/ tell when a backup was made": what counts in that kind, for a
 * sentence. */
const char *part_words(enum repository_kind kind);

#endif
