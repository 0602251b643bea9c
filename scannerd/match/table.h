/* table.h - a hash table of token runs: which identity ends here, and may the run go on?
 *
 * A run is known by its 64-bit hash alone, because reading the text back would cost more than all
 * the rest: with 100,000 identities one in 10^14 runs would be taken for another. */
#ifndef SCANNERD_MATCH_TABLE_H
#define SCANNERD_MATCH_TABLE_H

#include "scannerd/match/identity.h"

enum { TABLE_FIRST_WORDS = 1 << 11, TABLE_LATER_WORDS = 1 << 13 };

/* What is needed to judge a run lies in its slot: an identity is read only when it wins. */
struct table_slot {
	uint64_t hash;               /* of the run so far; 0: free */
	uint32_t identity;           /* its index + 1; 0: none ends here */
	uint8_t flags;               /* enum table_flag */
	uint8_t kind, class, tokens; /* the identity's */
};

enum table_flag {
	TABLE_LONGER = 1 << 0, /* some identity goes on after this token */
	TABLE_FULL = 1 << 1,   /* the identity has dots: a full host name */
	TABLE_NUMBERED =
		1
		<< 2, /* some identity goes on with "-" and a number: app-prod-11 after app-prod */
};

struct table {
	struct table_slot *slots;
	uint64_t mask;
	/* Most tokens begin no identity, most runs do not go on: two filters, the first so small
	 * that it stays in the nearest cache, spare them the look-up. */
	uint64_t first[TABLE_FIRST_WORDS], later[TABLE_LATER_WORDS];
};

int table_build(struct table *t, const struct identities *ids);
void table_done(struct table *t);

static inline bool table_may_begin(const struct table *t, uint64_t hash)
{
	return (t->first[hash >> 53] >> (hash >> 47 & 63) & 1) != 0;
}

static inline bool table_may_go_on(const struct table *t, uint64_t hash)
{
	return (t->later[hash >> 51] >> (hash >> 45 & 63) & 1) != 0;
}

static inline const struct table_slot *table_find(const struct table *t, uint64_t hash)
{
	for (uint64_t i = hash & t->mask; t->slots[i].hash != 0; i = (i + 1) & t->mask) {
		if (t->slots[i].hash == hash) {
			return &t->slots[i];
		}
	}
	return NULL;
}

#endif
