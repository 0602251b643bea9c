/* matcher.h - what a matcher holds, for match.c and explain.c. */
#ifndef SCANNERD_MATCH_MATCHER_H
#define SCANNERD_MATCH_MATCHER_H

#include "scannerd/match/minimums.h"
#include "scannerd/match/rules.h"
#include "scannerd/match/zones.h"
#include <stdatomic.h>

struct mapping { /* what the configuration says of one scanned directory */
	char *path;
	enum date_order date_order;
	const struct tz *zone;
	bool maps;
	int64_t server; /* of maps; 0: not known */
};

struct matcher {
	_Atomic unsigned references;
	struct matcher *of; /* owns everything but the rules; NULL: they are this one's own */
	int64_t now;
	struct naming naming;
	struct rules *rules;
	struct mapping *mappings;
	size_t n_mappings;
	struct zones zones;
	const struct tz *zone; /* where a directory names none; NULL: UTC */
	struct minimums minimums;
	char *said; /* every setting that matters, as text: for comparing two matchers */
};

/* How a file was judged, step by step; matcher_file() keeps the verdict, explaining tells the rest.
 */
struct judgement {
	struct verdict verdict;
	struct match_whose whose;
	bool by_rule;
	struct rule_outcome rule;
	int64_t stated_time; /* before it was judged against now; TIME_NONE */
	enum time_source stated_by;
	enum verdict_reason counts; /* what the file is, whoever owns it */
};
void match_judge(const struct match_dir *d, const char *name, size_t len, int64_t mtime_ns,
	int64_t size, struct hit_log *log, struct judgement *ret);

/* How dates are read in that directory. */
struct date_rules match_date_rules(const struct match_dir *d);
/* The same directory, were its zone UTC. */
void match_dir_utc(const struct match_dir *d, struct match_dir *ret);
/* The component of path that ends at `end`, not before `first`: its begin. */
size_t match_component(const char *path, size_t first, size_t end);

#endif
