/* rules.h - the user's rules: globs and PCRE2 on the path below the scanned directory. The first
 * that matches decides.
 *
 * A regex runs with limits on steps, depth and memory; a name on which it hits one of them does not
 * match it. */
#ifndef SCANNERD_MATCH_RULES_H
#define SCANNERD_MATCH_RULES_H

#include "common/config.h"
#include "scannerd/match/whose.h"

enum { RULES_PATH_MAX = 8192 }; /* a longer path matches no rule */

struct rules;
/* Copies what it needs of cfg; naming must outlive it. -EINVAL with err for a regex that does not
 * compile. */
int rules_new(
	const struct config *cfg, const struct naming *naming, struct rules **ret, struct err *err);
void rules_free(struct rules *r); /* NULL is fine */
DEFINE_CLEANUP(struct rules *, rules_free);
bool rules_any(const struct rules *r);
/* Does some rule look up the host that (?<host>...) takes from a path? */
bool rules_ask_names(const struct rules *r);
/* Two compilations of the same rules: do they give files to the same servers? */
bool rules_agree(const struct rules *a, const struct rules *b);

struct rule_outcome {
	size_t index; /* of the rule */
	bool ignore;
	struct match_whose whose; /* MATCH_NOBODYS: the rule names a server that is not known */
	int64_t time;             /* of (?<date>...); TIME_NONE */
	bool time_in_name;        /* it lies in the last component */
};
/* Can a rule match a path in this directory, which is below the scanned one and ends in no slash?
 */
bool rules_reach(const struct rules *r, const char *dir, size_t len);
/* path is below the scanned directory, without a leading slash; name_at is where its last component
 * begins. */
bool rules_apply(const struct rules *r, const char *path, size_t len, size_t name_at,
	const struct date_rules *dates, struct rule_outcome *ret);

#endif
