// needs: common
/* test_sha1.c - the vectors of FIPS 180-4's examples, RFC 3174 and RFC 2202. */
#include "common/sha1.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_hex(const uint8_t digest[SHA1_BYTES], const char *hex)
{
	char text[2 * SHA1_BYTES + 1];

	sodium_bin2hex(text, sizeof(text), digest, SHA1_BYTES);
	assert_string_equal(text, hex);
}

static void the_vectors_of_the_standard_come_out(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int times;
		const char *hex;
	} cases[] = {
		{"", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
		{"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
			"84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
		{"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
		{"0123456701234567012345670123456701234567012345670123456701234567", 10,
			"dea356a2cddd90c7a7ecedc5ebb563934f460452"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t digest[SHA1_BYTES];
		struct sha1 s;

		sha1_init(&s);
		for (int n = 0; n < cases[i].times; n++) {
			sha1_add(&s, cases[i].text, strlen(cases[i].text));
		}
		sha1_end(&s, digest);
		assert_hex(digest, cases[i].hex);
	}
}

static void every_length_around_a_block_is_the_same_in_one_piece_and_in_bytes(void **state)
{
	(void)state;
	uint8_t data[200], whole[SHA1_BYTES], pieces[SHA1_BYTES];

	for (size_t i = 0; i < sizeof(data); i++) {
		data[i] = (uint8_t)(i * 7);
	}
	for (size_t len = 0; len <= sizeof(data); len++) {
		struct sha1 s;

		sha1_init(&s);
		sha1_add(&s, data, len);
		sha1_end(&s, whole);
		sha1_init(&s);
		for (size_t i = 0; i < len; i++) {
			sha1_add(&s, data + i, 1);
		}
		sha1_end(&s, pieces);
		assert_memory_equal(whole, pieces, SHA1_BYTES);
	}
}

static void the_keyed_vectors_of_rfc_2202_come_out(void **state)
{
	(void)state;
	uint8_t key[80], digest[SHA1_BYTES];

	memset(key, 0x0b, 20);
	sha1_hmac(key, 20, "Hi There", 8, digest);
	assert_hex(digest, "b617318655057264e28bc0b6fb378c8ef146be00");
	sha1_hmac("Jefe", 4, "what do ya want for nothing?", 28, digest);
	assert_hex(digest, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xaa, sizeof(key));
	sha1_hmac(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54,
		digest);
	assert_hex(digest, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_standard_come_out),
		cmocka_unit_test(every_length_around_a_block_is_the_same_in_one_piece_and_in_bytes),
		cmocka_unit_test(the_keyed_vectors_of_rfc_2202_come_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
