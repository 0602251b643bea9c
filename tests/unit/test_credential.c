// needs: scannerd common
/* test_credential.c - what is made reads back to the same digest; nothing else reads at all. */
#include "scannerd/credential.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void what_is_made_reads_back_and_is_never_the_same(void **state)
{
	(void)state;
	for (int kind = CREDENTIAL_SESSION; kind <= CREDENTIAL_TOKEN; kind++) {
		char text[CREDENTIAL_TEXT_SIZE], other[CREDENTIAL_TEXT_SIZE];
		uint8_t digest[CREDENTIAL_DIGEST_BYTES], read[CREDENTIAL_DIGEST_BYTES];
		enum credential_kind got;

		credential_make((enum credential_kind)kind, other, digest);
		credential_make((enum credential_kind)kind, text, digest);
		assert_string_not_equal(text, other);
		assert_int_equal(credential_read(text, &got, read), 0);
		assert_int_equal(got, kind);
		assert_memory_equal(read, digest, sizeof(digest));
		assert_int_equal(credential_read(other, &got, read), 0);
		assert_memory_not_equal(read, digest, sizeof(digest));
	}
}

static void nothing_else_reads(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", "bc_", "bcs_", "b", "bearer",
		"bc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"bc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"bcx_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"BC_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"bc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"bc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+/",
		"bc_AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA",
		/* the last character has bits that are no part of the 256 */
		"bc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"};
	uint8_t read[CREDENTIAL_DIGEST_BYTES] = {7};
	enum credential_kind got = CREDENTIAL_TOKEN;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(credential_read(wrong[i], &got, read), -EINVAL);
	}
	assert_int_equal(read[0], 7);
	assert_int_equal(
		credential_read("bc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &got, read), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_reads_back_and_is_never_the_same),
		cmocka_unit_test(nothing_else_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
