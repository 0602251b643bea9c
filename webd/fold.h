/* fold.h - text as searches compare it: the capital letters of ASCII are small, every other byte is
 * what it is. */
#ifndef WEBD_FOLD_H
#define WEBD_FOLD_H

#include "common/def.h"

/* The capital letters of eight bytes become small: a search over a million paths spends its time
 * here. A byte's seven low bits plus 0x3f reach the highest bit from 'A' on, plus 0x25 after 'Z'.
 */
static inline uint64_t fold_eight(uint64_t word)
{
	const uint64_t every = UINT64_C(0x0101010101010101);
	uint64_t low = word & every * 0x7f;
	uint64_t from_a = low + every * (0x80 - 'A'), after_z = low + every * (0x7f - 'Z');

	return word | (from_a & ~after_z & ~word & every * 0x80) >> 2;
}

static inline char fold_one(char c)
{
	unsigned char ch = (unsigned char)c;

	return (char)(ch | ((unsigned)(ch - 'A') < 26 ? 0x20 : 0));
}

/* Writes len bytes to `to`; returns len. */
static inline size_t fold(char *to, const char *from, size_t len)
{
	size_t i = 0;
	uint64_t word;

	for (; i + sizeof(word) <= len; i += sizeof(word)) {
		memcpy(&word, from + i, sizeof(word));
		word = fold_eight(word);
		memcpy(to + i, &word, sizeof(word));
	}
	for (; i < len; i++) {
		to[i] = fold_one(from[i]);
	}
	return len;
}

#endif
