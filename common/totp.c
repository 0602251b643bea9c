/* totp.c - RFC 6238 over RFC 4226: codes made, and compared without saying where they differ. */
#include "totp.h"

#include "base32.h"
#include "sha1.h"
#include <errno.h>
#include <sodium.h>

enum { DIGITS = TOTP_CODE_SIZE - 1, MODULUS = 1000000 };

void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char out[TOTP_CODE_SIZE])
{
	uint8_t counter[8], mac[SHA1_BYTES];
	const uint8_t *p;
	uint32_t number;

	for (size_t i = 0; i < sizeof(counter); i++) {
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	}
	sha1_hmac(secret, TOTP_SECRET_BYTES, counter, sizeof(counter), mac);
	p = mac + (mac[SHA1_BYTES - 1] & 0x0f);
	number = (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	snprintf(out, TOTP_CODE_SIZE, "%06u", (unsigned)(number % MODULUS));
	explicit_bzero(mac, sizeof(mac));
}

static int read_digits(const char *text, char out[TOTP_CODE_SIZE])
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ' ') {
			continue;
		}
		if (*text < '0' || *text > '9' || n == DIGITS) {
			return -EINVAL;
		}
		out[n++] = *text;
	}
	out[n] = '\0';
	return n == DIGITS ? 0 : -EINVAL;
}

int totp_check(const uint8_t secret[TOTP_SECRET_BYTES], const char *code, int64_t now,
	int64_t last_step, int64_t *ret_step)
{
	char given[TOTP_CODE_SIZE], right[TOTP_CODE_SIZE];
	int64_t found = -1;
	int rc = read_digits(code, given);

	if (rc < 0) {
		return rc;
	}
	for (int64_t step = now / TOTP_STEP_S - TOTP_DRIFT_STEPS;
		step <= now / TOTP_STEP_S + TOTP_DRIFT_STEPS; step++) {
		totp_code(secret, step, right);
		if (sodium_memcmp(given, right, DIGITS) == 0 && step > last_step && found < 0) {
			found = step;
		}
	}
	if (found < 0) {
		return -EKEYREJECTED;
	}
	*ret_step = found;
	return 0;
}

void totp_secret_text(const uint8_t secret[TOTP_SECRET_BYTES], char out[TOTP_SECRET_TEXT_SIZE])
{
	_Static_assert(BASE32_SIZE(TOTP_SECRET_BYTES) == TOTP_SECRET_TEXT_SIZE, "room for it");
	base32_encode(secret, TOTP_SECRET_BYTES, out);
}

static void add_escaped(struct buf *out, const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL) {
			buf_addc(out, *text);
		} else {
			buf_printf(out, "%%%02X", (unsigned char)*text);
		}
	}
}

void totp_uri(const uint8_t secret[TOTP_SECRET_BYTES], const char *issuer, const char *account,
	struct buf *out)
{
	char text[TOTP_SECRET_TEXT_SIZE];

	totp_secret_text(secret, text);
	buf_adds(out, "otpauth://totp/");
	add_escaped(out, issuer);
	buf_addc(out, ':');
	add_escaped(out, account);
	buf_printf(out, "?secret=%s&issuer=", text);
	add_escaped(out, issuer);
	explicit_bzero(text, sizeof(text));
}
