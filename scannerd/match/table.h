/* table.h - a hash table of token runs: which identity ends here, and may the run go on?
 *
 * A run is known by its 64-bit hash alone, because reading the text back would cost more than all
 * the rest: with 100,000 identities one in 10^14 runs would be taken for another. */
#ifndef SCANNERD_MATCH_TABLE_H
#define SCANNERD_MATCH_TABLE_H

#include "scannerd/match/identity.h"

enum { TABLE_FILTER_WORDS = 1 << 14 };

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
};

struct table {
	struct table_slot *slots;
	uint64_t mask;
	uint64_t filter[TABLE_FILTER_WORDS]; /* of all hashes: most names stop here */
};

int table_build(struct table *t, const struct identities *ids);
void table_done(struct table *t);

static inline const struct table_slot *table_find(const struct table *t, uint64_t hash)
{
	if ((t->filter[hash >> 50] >> (hash >> 44 & 63) & 1) == 0) {
		return NULL;
	}
	for (uint64_t i = hash & t->mask; t->slots[i].hash != 0; i = (i + 1) & t->mask) {
		if (t->slots[i].hash == hash) {
			return &t->slots[i];
		}
	}
	return NULL;
}

#endif
