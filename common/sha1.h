/* sha1.h - SHA-1 (FIPS 180-4) and HMAC with it (RFC 2104), for one-time codes only: RFC 6238 asks
 * for it, and nothing else here may. */
#ifndef COMMON_SHA1_H
#define COMMON_SHA1_H

#include "def.h"

enum { SHA1_BYTES = 20, SHA1_BLOCK_BYTES = 64 };

struct sha1 {
	uint32_t state[5];
	uint64_t len; /* bytes so far */
	uint8_t block[SHA1_BLOCK_BYTES];
};
void sha1_init(struct sha1 *s);
void sha1_add(struct sha1 *s, const void *data, size_t len);
void sha1_end(struct sha1 *s, uint8_t out[SHA1_BYTES]);

void sha1_hmac(
	const void *key, size_t key_len, const void *data, size_t len, uint8_t out[SHA1_BYTES]);

#endif
