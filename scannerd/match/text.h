/* text.h - one path component laid out for matching: folded bytes, and bitmaps of tokens and
 * digits.
 *
 * A token is a run of ASCII letters, digits and bytes above 0x7f (so that no half of a UTF-8 letter
 * is a boundary); everything else separates. ASCII letters are folded to lower case, nothing else.
 */
#ifndef SCANNERD_MATCH_TEXT_H
#define SCANNERD_MATCH_TEXT_H

#include "common/def.h"

enum {
	TEXT_MAX = 1023, /* bytes; a longer component names nobody */
	TEXT_WORDS = 17,
	TEXT_GAP_MAX = 4, /* separators between two tokens of one identity */
};

struct text {
	const char *raw; /* as given, not folded; borrowed */
	size_t len;
	uint64_t token[TEXT_WORDS]; /* bit i: byte i belongs to a token; one zero word follows */
	uint64_t digit[TEXT_WORDS];
	unsigned char s[TEXT_MAX + 65]; /* folded; at least 8 zero bytes follow */
};

/* False if the name is longer than TEXT_MAX: *t is then the empty text. */
bool text_set(struct text *t, const char *name, size_t len);
/* The same without vector instructions; for machines that have none and for the tests. */
bool text_set_scalar(struct text *t, const char *name, size_t len);

/* The first bit of map at or after `from` that is set; t->len if there is none. */
static inline size_t text_next(const struct text *t, const uint64_t *map, size_t from)
{
	size_t word = from / 64, last = t->len / 64;
	uint64_t bits = map[word] & (~UINT64_C(0) << from % 64);
	while (bits == 0) {
		if (++word > last) {
			return t->len;
		}
		bits = map[word];
	}
	return word * 64 + (size_t)__builtin_ctzll(bits);
}

/* The first bit of map at or after `from` that is not set; always found, at most t->len. */
static inline size_t text_end(const uint64_t *map, size_t from)
{
	size_t word = from / 64;
	uint64_t bits = ~map[word] & (~UINT64_C(0) << from % 64);
	while (bits == 0) {
		bits = ~map[++word];
	}
	return word * 64 + (size_t)__builtin_ctzll(bits);
}

static inline bool text_bit(const uint64_t *map, size_t at)
{
	return (map[at / 64] >> at % 64 & 1) != 0;
}

/* Makes the byte at a separator: glue, see glue.h. */
static inline void text_cut(struct text *t, size_t at)
{
	t->token[at / 64] &= ~(UINT64_C(1) << at % 64);
}

static inline uint64_t text_mix(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#define TEXT_SEED UINT64_C(0x2545f4914f6cdd1d)

/* The hash of a token after what `seed` stands for; never 0. Reads up to 8 bytes past its end. */
static inline uint64_t text_hash(const unsigned char *s, size_t len, uint64_t seed)
{
	uint64_t hash = seed ^ (uint64_t)len << 48, word;
	while (len > 8) {
		memcpy(&word, s, 8);
		hash = text_mix(hash ^ word, UINT64_C(0xa0761d6478bd642f));
		s += 8;
		len -= 8;
	}
	memcpy(&word, s, 8);
	word &= ~UINT64_C(0) >> (64 - 8 * len);
	hash = text_mix(hash ^ word ^ UINT64_C(0xe7037ed1a0b428db), UINT64_C(0x8ebc6af09c88c6e3));
	return hash != 0 ? hash : 1;
}

/* The seed for the token that follows a gap of 1 to TEXT_GAP_MAX separators at s. */
static inline uint64_t text_hash_gap(const unsigned char *s, size_t len, uint64_t hash)
{
	uint32_t gap;
	memcpy(&gap, s, 4);
	gap &= UINT32_MAX >> (32 - 8 * len);
	return text_mix(hash ^ gap, UINT64_C(0x9e3779b97f4a7c15));
}

#endif
