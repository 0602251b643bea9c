/* table.c - fills the table of token runs. */
#include "table.h"

#include <errno.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

static struct table_slot *slot_for(struct table *t, uint64_t hash, size_t *new)
{
	uint64_t i = hash & t->mask;
	while (t->slots[i].hash != 0 && t->slots[i].hash != hash) {
		i = (i + 1) & t->mask;
	}
	*new += t->slots[i].hash == 0;
	t->slots[i].hash = hash;
	return &t->slots[i];
}

/* One slot for each token of the identity: the last one names it, the others say that it goes on.
 */
static size_t table_add(
	struct table *t, const struct identities *ids, size_t index, struct text *text)
{
	const struct identity *id = &ids->v[index];
	text_set(text, identity_text(ids, id), id->len);
	uint64_t hash = TEXT_SEED;
	size_t new = 0;
	for (size_t at = 0; at < text->len;) {
		size_t end = text_end(text->token, at);
		hash = text_hash(text->s + at, end - at, hash);
		if (at == 0) {
			t->first[hash >> 53] |= UINT64_C(1) << (hash >> 47 & 63);
		} else {
			t->later[hash >> 51] |= UINT64_C(1) << (hash >> 45 & 63);
		}
		struct table_slot *slot = slot_for(t, hash, &new);
		at = text_next(text, text->token, end);
		if (at < text->len) {
			bool number = text->s[end] == '-' &&
				      text_end(text->digit, at) >= text_end(text->token, at);
			slot->flags |= TABLE_LONGER | (number ? TABLE_NUMBERED : 0);
			hash = text_hash_gap(text->s + end, at - end, hash);
		} else {
			slot->identity = (uint32_t)index + 1;
			slot->kind = id->kind;
			slot->class = id->class;
			slot->tokens = id->tokens;
			slot->flags |= memchr(text->s, '.', text->len) != NULL ? TABLE_FULL : 0;
		}
	}
	return new;
}

/* Look-ups jump about: a large table in huge pages spares a TLB miss each. Only advice, so it may
 * fail. */
static struct table_slot *slots_new(size_t cap)
{
	size_t bytes = cap * sizeof(struct table_slot);
	if (bytes < HUGE_PAGE) {
		return calloc(1, bytes);
	}
	struct table_slot *slots = aligned_alloc(HUGE_PAGE, bytes);
	if (slots != NULL) {
		madvise(slots, bytes, MADV_HUGEPAGE);
		memset(slots, 0, bytes);
	}
	return slots;
}

/* Fills a table of that many slots. Returns how many it took, 0 without memory. */
static size_t table_fill(struct table *t, const struct identities *ids, size_t cap)
{
	_free_ struct text *text = malloc(sizeof(*text));
	t->slots = slots_new(cap);
	t->mask = cap - 1;
	memset(t->first, 0, sizeof(t->first));
	memset(t->later, 0, sizeof(t->later));
	if (text == NULL || t->slots == NULL) {
		table_done(t);
		return 0;
	}
	size_t used = 1;
	for (size_t i = 0; i < ids->n; i++) {
		used += table_add(t, ids, i, text);
	}
	return used;
}

/* Addresses and names share most of their first tokens, so the right size is known only afterwards:
 * a table that fits the cache is worth filling it twice. */
int table_build(struct table *t, const struct identities *ids)
{
	size_t tokens = 1, cap = 16;
	for (size_t i = 0; i < ids->n; i++) {
		tokens += ids->v[i].tokens;
	}
	while (cap < tokens + tokens / 2) {
		cap *= 2;
	}
	size_t used = table_fill(t, ids, cap);
	size_t smaller = cap;
	while (smaller > 16 && smaller / 2 > used + used / 4) {
		smaller /= 2;
	}
	if (used != 0 && smaller != cap) {
		table_done(t);
		used = table_fill(t, ids, smaller);
	}
	return used != 0 ? 0 : -ENOMEM;
}

void table_done(struct table *t)
{
	free(t->slots);
	t->slots = NULL;
}
