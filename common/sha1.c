/* sha1.c - SHA-1 as FIPS 180-4, section 6.1, describes it, and HMAC as RFC 2104 does. */
#include "sha1.h"

enum { ROUNDS = 80, LENGTH_AT = 56 };

static uint32_t rotate(uint32_t v, unsigned bits)
{
	return v << bits | v >> (32 - bits);
}

/* The function and the constant of a round: sections 4.1.1 and 4.2.1. */
static uint32_t mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20) {
		return ((b & c) ^ (~b & d)) + 0x5a827999;
	}
	if (round < 40) {
		return (b ^ c ^ d) + 0x6ed9eba1;
	}
	if (round < 60) {
		return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
	}
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void take_block(struct sha1 *s)
{
	uint32_t w[ROUNDS], a = s->state[0], b = s->state[1], c = s->state[2], d = s->state[3],
			    e = s->state[4];

	for (int t = 0; t < 16; t++) {
		const uint8_t *p = s->block + (size_t)t * 4;

		w[t] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	}
	for (int t = 16; t < ROUNDS; t++) {
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	}
	for (int t = 0; t < ROUNDS; t++) {
		uint32_t next = rotate(a, 5) + mix(t, b, c, d) + e + w[t];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	s->state[0] += a;
	s->state[1] += b;
	s->state[2] += c;
	s->state[3] += d;
	s->state[4] += e;
}

void sha1_init(struct sha1 *s)
{
	*s = (struct sha1){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void sha1_add(struct sha1 *s, const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len > 0) {
		size_t at = s->len % SHA1_BLOCK_BYTES;
		size_t n = MIN(len, SHA1_BLOCK_BYTES - at);

		memcpy(s->block + at, p, n);
		s->len += n;
		p += n;
		len -= n;
		if (s->len % SHA1_BLOCK_BYTES == 0) {
			take_block(s);
		}
	}
}

void sha1_end(struct sha1 *s, uint8_t out[SHA1_BYTES])
{
	static const uint8_t padding[SHA1_BLOCK_BYTES] = {0x80};
	uint64_t bits = s->len * 8;
	uint8_t length[8];
	size_t at = s->len % SHA1_BLOCK_BYTES;

	for (size_t i = 0; i < sizeof(length); i++) {
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	}
	sha1_add(s, padding, (at < LENGTH_AT ? LENGTH_AT : LENGTH_AT + SHA1_BLOCK_BYTES) - at);
	sha1_add(s, length, sizeof(length));
	for (size_t i = 0; i < SHA1_BYTES; i++) {
		out[i] = (uint8_t)(s->state[i / 4] >> (24 - 8 * (i % 4)));
	}
	explicit_bzero(s, sizeof(*s));
}

static void hash_padded(const uint8_t key[SHA1_BLOCK_BYTES], uint8_t pad, const void *data,
	size_t len, uint8_t out[SHA1_BYTES])
{
	uint8_t block[SHA1_BLOCK_BYTES];
	struct sha1 s;

	for (size_t i = 0; i < sizeof(block); i++) {
		block[i] = key[i] ^ pad;
	}
	sha1_init(&s);
	sha1_add(&s, block, sizeof(block));
	sha1_add(&s, data, len);
	sha1_end(&s, out);
	explicit_bzero(block, sizeof(block));
}

void sha1_hmac(
	const void *key, size_t key_len, const void *data, size_t len, uint8_t out[SHA1_BYTES])
{
	uint8_t padded[SHA1_BLOCK_BYTES] = {0}, inner[SHA1_BYTES];
	struct sha1 s;

	if (key_len > sizeof(padded)) {
		sha1_init(&s);
		sha1_add(&s, key, key_len);
		sha1_end(&s, padded);
	} else if (key_len > 0) {
		memcpy(padded, key, key_len);
	}
	hash_padded(padded, 0x36, data, len, inner);
	hash_padded(padded, 0x5c, inner, sizeof(inner), out);
	explicit_bzero(padded, sizeof(padded));
	explicit_bzero(inner, sizeof(inner));
}
