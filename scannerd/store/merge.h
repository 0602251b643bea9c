/* merge.h - a changed directory against its rows. */
#ifndef SCANNERD_STORE_MERGE_H
#define SCANNERD_STORE_MERGE_H

#include "scannerd/store/inside.h"

/* Makes the rows of directory l->dir those of l: names that stay keep their id. Inside a
 * transaction. A file that grew or shrank since the last scan and was written to minutes before
 * this one is VERDICT_CHANGING until a later scan finds it at rest. *changed grows by the files
 * added, changed and removed, and by one if its place in a repository changed, on which evidence
 * depends. A directory that is not in the store is left out. */
int merge_directory(struct store *s, const struct listing *l, int64_t scan_time, int64_t *changed);

#endif
