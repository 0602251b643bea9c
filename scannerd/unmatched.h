/* unmatched.h - the work list of files that no server owns: grouped by directory and shape, the
 * largest group (by bytes, then by files) first, each with the rule that would settle it.
 *
 * What is in a group and what is left out: unmatched_files.h; what varies in a shape:
 * match/shape.h; which numbers do: match/groups.h. A rule knows only the path below a scanned
 * directory, so files of several scanned directories share a group, whose directory then begins
 * with a star. */
#ifndef SCANNERD_UNMATCHED_H
#define SCANNERD_UNMATCHED_H

#include "common/jsonw.h"
#include "scannerd/daemon.h"

enum {
	UNMATCHED_GROUPS_MAX = 500,      /* in an answer */
	UNMATCHED_BYTES_MAX = 800 << 10, /* of an answer: fewer groups if they have long names */
	UNMATCHED_SAMPLES = 3,           /* paths of each group */
	UNMATCHED_SUGGESTIONS = 3,       /* servers of each group */
	UNMATCHED_MS_MAX = 5000,         /* of reading; meanwhile the store does nothing else */
};

/* On the store's thread. Writes {"groups":[{"directory","shape","rule":{"path"},"reason","files",
 * "bytes","newest","oldest","samples":["/a/b"],"suggestions":[{"server","server_name","because"}]}],
 * "groups_total","files","bytes","complete"}. The answer is kept until files or servers change. */
int unmatched_list(struct daemon *d, struct store *s, struct jsonw *w, struct err *err);

/* The same, made anew; generic: the configuration's generic_names, or NULL. */
int unmatched_write(struct store *s, const struct matcher *m, const struct strv *generic,
	struct jsonw *w, bool *ret_complete, struct err *err);

struct unmatched;                         /* the kept answer */
void unmatched_free(struct unmatched *u); /* NULL is fine */

#endif
