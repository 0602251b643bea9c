/* table.h - a hash table of token runs: which identity ends here, and may the run go on? */
#ifndef SCANNERD_MATCH_TABLE_H
#define SCANNERD_MATCH_TABLE_H

#include "scannerd/match/identity.h"

enum { TABLE_FIRST_WORDS = 4096 };

struct table_slot {
	uint64_t hash;     /* of the run so far; 0: free */
	uint32_t identity; /* its index + 1; 0: none ends here */
	bool longer;       /* some identity goes on after this token */
};

struct table {
	struct table_slot *slots;
	uint64_t mask;
	uint64_t first[TABLE_FIRST_WORDS]; /* a filter of the identities' first tokens: most names
					      stop here */
};

int table_build(struct table *t, const struct identities *ids);
void table_done(struct table *t);

static inline bool table_may_begin(const struct table *t, uint64_t hash)
{
	return (t->first[hash >> 52] >> (hash >> 46 & 63) & 1) != 0;
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
