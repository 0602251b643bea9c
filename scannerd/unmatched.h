/* unmatched.h - the work list of files that no server owns: grouped by directory and shape, the
 * largest group first, each with the rule that would settle it. */
#ifndef SCANNERD_UNMATCHED_H
#define SCANNERD_UNMATCHED_H

#include "common/jsonw.h"
#include "scannerd/daemon.h"

enum {
	UNMATCHED_GROUPS_MAX = 500, /* in an answer */
	UNMATCHED_SAMPLES = 3,      /* paths of each group */
	UNMATCHED_SUGGESTIONS = 3,  /* servers of each group */
};

/* On the store's thread. Writes {"groups":[{"directory","shape","rule":{"path"},"reason","files",
 * "bytes","newest","oldest","samples":["/a/b"],"suggestions":[{"server","server_name","because"}]}],
 * "groups_total","files","bytes","complete"}. */
int unmatched_list(struct daemon *d, struct store *s, struct jsonw *w, struct err *err);

#endif
