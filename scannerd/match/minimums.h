/* minimums.h - how large a server's files must be to count. */
#ifndef SCANNERD_MATCH_MINIMUMS_H
#define SCANNERD_MATCH_MINIMUMS_H

#include "scannerd/match/match.h"

struct minimum {
	int64_t server, size;
};

struct minimums {
	struct minimum *v; /* of every server, in order of their ids */
	size_t n;
	bool any; /* some size is not 0 */
};

/* -ENOMEM. */
int minimums_build(struct minimums *m, const struct match_server *servers, size_t n);
void minimums_done(struct minimums *m);
/* 0: any size will do. */
int64_t minimums_of(const struct minimums *m, int64_t server);
/* Do all servers that both know want the same? */
bool minimums_agree(const struct minimums *a, const struct minimums *b);

#endif
