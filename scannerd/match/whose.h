/* whose.h - whom one path component names: every run of tokens that equals an identity, judged by
 * where it stands. */
#ifndef SCANNERD_MATCH_WHOSE_H
#define SCANNERD_MATCH_WHOSE_H

#include "scannerd/match/dates.h"
#include "scannerd/match/match.h"
#include "scannerd/match/table.h"

struct naming { /* all that is needed to know whose a name is */
	struct words *words;
	struct identities ids;
	struct table table;
};

/* Why a run that equals an identity names nobody all the same. */
enum hit_fate {
	HIT_NAMES,
	HIT_GENERIC,   /* backup, nas, db ... */
	HIT_IN_DATE,   /* 2025 in 2025-01-31 */
	HIT_IN_NUMBER, /* 10.0.1.3 in 10.0.1.3.7 */
	HIT_IN_UUID,
	HIT_OTHER_HOST, /* mail in mail.example.net, mail.example.org in x.mail.example.org */
	HIT_NOT_UPPER,  /* a NetBIOS name is written in capitals */
	HIT_IN_SHARD,   /* c7 in data/c7/ */
	HIT_NEIGHBOUR,  /* app in app-prod-12 where app-prod-11 is known */
	_HIT_MAX
};
extern const char *const hit_fate_words[];

enum { HIT_LOG_MAX = 64 };
struct hit_log { /* for explaining only */
	size_t n;
	struct hit {
		uint32_t identity;
		enum hit_fate fate;
	} hits[HIT_LOG_MAX];
};

/* Fills *strong and *weak; log may be NULL. */
void whose_name(const struct naming *n, const struct text *t, const struct dates *d,
	struct match_whose *strong, struct match_whose *weak, struct hit_log *log);
/* The same of a directory; shard: it is named by the first digits of a hash, so nobody's. */
void whose_directory(const struct naming *n, bool shard, const struct text *t,
	const struct dates *d, struct match_whose *strong, struct match_whose *weak,
	struct hit_log *log);
/* What is known so far (nearer) together with the next component further up: nearer decides; a tie
 * is settled by a farther one that names one of the tied. Returns true when nothing further up can
 * change it. */
bool whose_add_farther(
	const struct naming *n, struct match_whose *nearer, const struct match_whose *farther);
/* The servers of a tie, at most max; returns their number. */
size_t whose_ties(
	const struct naming *n, const struct match_whose *w, int64_t *ret_ids, size_t max);
/* Whose the text is when it is all of an identity, generic or not: for what a person wrote in a
 * rule. */
void whose_exactly(const struct naming *n, const char *text, size_t len, struct match_whose *ret);

#endif
