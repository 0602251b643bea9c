/* needles.c - looks for words by their last two bytes, then by four, then whole. */
#include "needles.h"

#include <errno.h>

enum { WORD_MAX = 1024 };

static inline unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Where the words that end like the text before end begin: four bytes tell more words apart than
 * two, but not every word has them. The bit makes capitals and small letters equal; that it does
 * so with some other bytes costs a look at a word, no more. */
static inline size_t head_of_four(const char *end)
{
	uint32_t key;
	memcpy(&key, end - 4, 4);
	return ((key | UINT32_C(0x20202020)) * UINT32_C(0x9e3779b1)) >> 20;
}

static inline size_t head_of_two(const char *end)
{
	uint16_t key;
	memcpy(&key, end - 2, 2);
	return ((uint32_t)(key | 0x2020) * UINT32_C(0x9e3779b1)) >> 20;
}

void needles_init(struct needles *n)
{
	*n = (struct needles){.words = BUF_INIT};
}

void needles_done(struct needles *n)
{
	free(n->v);
	buf_done(&n->words);
	needles_init(n);
}

static void mark_pair(struct needles *n, const char *end)
{
	for (unsigned variant = 0; variant < 4; variant++) {
		char pair[2] = {end[-2], end[-1]};
		uint16_t key;
		for (unsigned i = 0; i < 2; i++) {
			bool letter = pair[i] >= 'a' && pair[i] <= 'z';
			if (letter && (variant >> i & 1) != 0) {
				pair[i] = (char)(pair[i] & ~0x20);
			}
		}
		memcpy(&key, pair, 2);
		n->pairs[key / 64] |= UINT64_C(1) << key % 64;
	}
}

/* Is that needle the text before end, of which len bytes are there? */
static bool is_before(const struct needles *n, const struct needle *v, const char *end, size_t len)
{
	const char *word = n->words.data + v->at, *text = end - v->len;
	if (v->len > len) {
		return false;
	}
	for (size_t i = 0; i < v->len; i++) {
		if (fold(text[i]) != (unsigned char)word[i]) {
			return false;
		}
	}
	return true;
}

static bool any_before(const struct needles *n, uint16_t head, const char *end, size_t len)
{
	for (; head != 0; head = n->v[head - 1].next) {
		if (is_before(n, &n->v[head - 1], end, len)) {
			return true;
		}
	}
	return false;
}

int needles_add(struct needles *n, const char *word, size_t len)
{
	if (needles_in(n, word, len)) {
		return 0; /* what contains this contains the other */
	}
	if (n->n == NEEDLES_MAX || len > WORD_MAX) {
		return -E2BIG;
	}
	if (n->n == n->cap) {
		size_t cap = GROW(n->cap);
		struct needle *v = reallocarray(n->v, cap, sizeof(*v));
		if (v == NULL) {
			return -ENOMEM;
		}
		n->v = v;
		n->cap = cap;
	}
	const char *end = word + len;
	uint16_t *head = len >= 4 ? &n->by_four[head_of_four(end)] : &n->by_two[head_of_two(end)];
	n->v[n->n] =
		(struct needle){.at = (uint32_t)n->words.len, .len = (uint16_t)len, .next = *head};
	buf_add(&n->words, word, len);
	if (n->words.failed) {
		return -ENOMEM;
	}
	*head = (uint16_t)++n->n;
	mark_pair(n, end);
	return 0;
}

static inline bool ends_here(const struct needles *n, const char *end, size_t len)
{
	uint16_t four = len >= 4 ? n->by_four[head_of_four(end)] : 0;
	uint16_t two = n->by_two[head_of_two(end)];
	return (four != 0 && any_before(n, four, end, len)) ||
	       (two != 0 && any_before(n, two, end, len));
}

bool needles_in(const struct needles *n, const char *text, size_t len)
{
	const char *last = text + len;
	if (len < 2) {
		return false;
	}
	for (const char *end = text + 2; end <= last; end++) {
		uint16_t bytes;
		memcpy(&bytes, end - 2, 2);
		size_t pair = bytes;
		if ((n->pairs[pair / 64] >> pair % 64 & 1) != 0 &&
			ends_here(n, end, (size_t)(end - text))) {
			return true;
		}
	}
	return false;
}
