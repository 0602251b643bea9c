/* table.c - fills the table of token runs. */
#include "table.h"

#include <errno.h>

static struct table_slot *slot_for(struct table *t, uint64_t hash)
{
	uint64_t i = hash & t->mask;
	while (t->slots[i].hash != 0 && t->slots[i].hash != hash) {
		i = (i + 1) & t->mask;
	}
	t->slots[i].hash = hash;
	return &t->slots[i];
}

/* One slot for each token of the identity: the last one names it, the others say that it goes on.
 */
static void table_add(
	struct table *t, const struct identities *ids, size_t index, struct text *text)
{
	const struct identity *id = &ids->v[index];
	text_set(text, identity_text(ids, id), id->len);
	uint64_t hash = TEXT_SEED;
	for (size_t at = 0; at < text->len;) {
		size_t end = text_end(text->token, at);
		hash = text_hash(text->s + at, end - at, hash);
		if (at == 0) {
			t->first[hash >> 52] |= UINT64_C(1) << (hash >> 46 & 63);
		}
		struct table_slot *slot = slot_for(t, hash);
		at = text_next(text, text->token, end);
		if (at < text->len) {
			slot->longer = true;
			hash = text_hash_gap(text->s + end, at - end, hash);
		} else {
			slot->identity = (uint32_t)index + 1;
		}
	}
}

int table_build(struct table *t, const struct identities *ids)
{
	size_t tokens = 1, cap = 16;
	for (size_t i = 0; i < ids->n; i++) {
		tokens += ids->v[i].tokens;
	}
	while (cap < tokens + tokens / 2) {
		cap *= 2;
	}
	_free_ struct text *text = malloc(sizeof(*text));
	memset(t->first, 0, sizeof(t->first));
	t->slots = calloc(cap, sizeof(*t->slots));
	t->mask = cap - 1;
	if (text == NULL || t->slots == NULL) {
		table_done(t);
		return -ENOMEM;
	}
	for (size_t i = 0; i < ids->n; i++) {
		table_add(t, ids, i, text);
	}
	return 0;
}

void table_done(struct table *t)
{
	free(t->slots);
	t->slots = NULL;
}
