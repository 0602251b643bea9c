// needs: common
/* test_totp.c - the vectors of RFC 4226 and RFC 6238; codes are good once, and a step to each side.
 */
#include "common/totp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SECRET ((const uint8_t *)"12345678901234567890")

static void the_vectors_of_rfc_4226_and_6238_come_out(void **state)
{
	(void)state;
	static const struct {
		int64_t step;
		const char *code;
	} cases[] = {
		{0, "755224"},
		{1, "287082"},
		{2, "359152"},
		{9, "520489"},
		/* the last six digits of what RFC 6238, appendix B, gives with eight */
		{59 / TOTP_STEP_S, "287082"},
		{1111111109 / TOTP_STEP_S, "081804"},
		{1111111111 / TOTP_STEP_S, "050471"},
		{1234567890 / TOTP_STEP_S, "005924"},
		{2000000000 / TOTP_STEP_S, "279037"},
		{INT64_C(20000000000) / TOTP_STEP_S, "353130"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char out[TOTP_CODE_SIZE];

		totp_code(SECRET, cases[i].step, out);
		assert_string_equal(out, cases[i].code);
	}
}

static void a_code_is_good_one_step_to_each_side_and_only_once(void **state)
{
	(void)state;
	const int64_t now = 1234567890;
	int64_t step = now / TOTP_STEP_S, got = 0;

	for (int64_t off = -2; off <= 2; off++) {
		char code[TOTP_CODE_SIZE];

		totp_code(SECRET, step + off, code);
		assert_int_equal(totp_check(SECRET, code, now, 0, &got),
			off < -1 || off > 1 ? -EKEYREJECTED : 0);
		if (off >= -1 && off <= 1) {
			assert_int_equal(got, step + off);
			assert_int_equal(
				totp_check(SECRET, code, now, step + off, &got), -EKEYREJECTED);
			assert_int_equal(totp_check(SECRET, code, now, step + off - 1, &got), 0);
		}
	}
}

static void only_six_digits_are_a_code(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", "28708", "2870822", "28708a", "-28708", "+28708",
		"287 0821", "\xef\xbc\x91", "0x1"};
	int64_t got = 77;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(totp_check(SECRET, wrong[i], 59, 0, &got), -EINVAL);
	}
	assert_int_equal(got, 77);
	assert_int_equal(totp_check(SECRET, "287 082", 59, 0, &got), 0);
	assert_int_equal(totp_check(SECRET, " 287082 ", 59, 0, &got), 0);
}

static void the_address_for_authenticators_escapes_names(void **state)
{
	(void)state;
	_buf_ struct buf out = BUF_INIT;

	totp_uri(SECRET, "backup-checker", "jo e&@x", &out);
	assert_string_equal(buf_cstr(&out),
		"otpauth://totp/"
		"backup-checker:jo%20e%26%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
		"&issuer=backup-checker");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_4226_and_6238_come_out),
		cmocka_unit_test(a_code_is_good_one_step_to_each_side_and_only_once),
		cmocka_unit_test(only_six_digits_are_a_code),
		cmocka_unit_test(the_address_for_authenticators_escapes_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
