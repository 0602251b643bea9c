/* judge.h - one pass over all files after anything changed that decides what they are: matches
 * again those that the change touches, counts all for their servers, writes down the statuses. */
#ifndef SCANNERD_STORE_JUDGE_H
#define SCANNERD_STORE_JUDGE_H

#include "common/config.h"
#include "scannerd/match/delta.h"
#include "scannerd/store/store.h"

struct judging {
	const struct config *cfg;
	const struct matcher *matcher;
	/* Files that it touches, and those whose path stated a time in the future, are matched
	 * again; NULL: none is, and no name is read. */
	const struct delta *delta;
	int64_t now, scan; /* as store_status_record() */
};

struct judged {
	int64_t changed; /* files that are judged otherwise than before */
	int64_t future;  /* counted files whose path states a time in the future: it will come */
};

/* [thread] One transaction (or part of the one that is open): files.match, evidence, repositories,
 * statuses. Servers with the same host name (one machine seen at several addresses) share their
 * evidence. On failure nothing is changed. */
int store_judge(struct store *s, const struct judging *j, struct judged *ret, struct err *err);

#endif
