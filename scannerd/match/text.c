/* text.c - lays out a path component: folds it and finds its tokens and digits, 16 bytes at a time.
 */
#include "text.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* memcpy() for names: most are short, and a call or a string instruction costs as much as all that
 * follows. The pieces overlap. */
static inline void copy_name(unsigned char *to, const char *from, size_t len)
{
	enum { PIECE = 16, HALF = 8 };
	if (len >= PIECE) {
		for (size_t at = 0; at + PIECE < len; at += PIECE) {
			memcpy(to + at, from + at, PIECE);
		}
		memcpy(to + len - PIECE, from + len - PIECE, PIECE);
	} else if (len >= HALF) {
		memcpy(to, from, HALF);
		memcpy(to + len - HALF, from + len - HALF, HALF);
	} else {
		for (size_t at = 0; at < len; at++) {
			to[at] = (unsigned char)from[at];
		}
	}
}

static bool text_begin(struct text *t, const char *name, size_t len)
{
	bool fits = len <= TEXT_MAX;
	t->raw = name;
	t->len = fits ? len : 0;
	copy_name(t->s, name, t->len);
	memset(t->s + t->len, 0, 64);
	return fits;
}

/* The last word is left without a set bit, so that text_end() always ends. */
static void text_finish(struct text *t, size_t words)
{
	t->token[words] = 0;
	t->digit[words] = 0;
}

bool text_set_scalar(struct text *t, const char *name, size_t len)
{
	bool fits = text_begin(t, name, len);
	size_t words = t->len / 64 + 1;
	memset(t->token, 0, words * sizeof(t->token[0]));
	memset(t->digit, 0, words * sizeof(t->digit[0]));
	for (size_t i = 0; i < t->len; i++) {
		unsigned char c = t->s[i];
		if (c >= 'A' && c <= 'Z') {
			c |= 0x20;
			t->s[i] = c;
		}
		uint64_t bit = UINT64_C(1) << i % 64;
		if (c >= '0' && c <= '9') {
			t->digit[i / 64] |= bit;
			t->token[i / 64] |= bit;
		} else if ((c >= 'a' && c <= 'z') || c >= 0x80) {
			t->token[i / 64] |= bit;
		}
	}
	text_finish(t, words);
	return fits;
}

#ifdef __SSE2__
/* Bit mask of the bytes from low to high; signed comparison, so only for ASCII bounds. */
static inline __m128i bytes_within(__m128i bytes, char low, char high)
{
	return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(low - 1))),
		_mm_cmplt_epi8(bytes, _mm_set1_epi8((char)(high + 1))));
}

/* Folds 16 bytes; ret_token and ret_digit have a bit for each. */
static inline void set_part(unsigned char *s, uint64_t *ret_token, uint64_t *ret_digit)
{
	__m128i *at = (__m128i *)(void *)s;
	__m128i bytes = _mm_loadu_si128(at);
	__m128i upper = bytes_within(bytes, 'A', 'Z');
	bytes = _mm_or_si128(bytes, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
	_mm_storeu_si128(at, bytes);
	__m128i digits = bytes_within(bytes, '0', '9');
	__m128i tokens = _mm_or_si128(digits, bytes_within(bytes, 'a', 'z'));
	/* movemask takes each byte's top bit: `bytes` itself gives those above 0x7f. */
	tokens = _mm_or_si128(tokens, bytes);
	*ret_token = (uint32_t)_mm_movemask_epi8(tokens);
	*ret_digit = (uint32_t)_mm_movemask_epi8(digits);
}

/* The last word's parts behind the text are zeros. */
bool text_set(struct text *t, const char *name, size_t len)
{
	bool fits = text_begin(t, name, len);
	size_t words = t->len / 64 + 1;
	for (size_t word = 0; word < words; word++) {
		unsigned char *s = t->s + word * 64;
		uint64_t token[4], digit[4];
		for (size_t part = 0; part < 4; part++) {
			set_part(s + part * 16, &token[part], &digit[part]);
		}
		t->token[word] = token[0] | token[1] << 16 | token[2] << 32 | token[3] << 48;
		t->digit[word] = digit[0] | digit[1] << 16 | digit[2] << 32 | digit[3] << 48;
	}
	text_finish(t, words);
	return fits;
}
#else
bool text_set(struct text *t, const char *name, size_t len)
{
	return text_set_scalar(t, name, len);
}
#endif
