/* fuzz_credential.c - any credential, name, password and code: what reads as a credential has one
 * spelling, and nothing is taken that is too short. */
#include "common/totp.h"
#include "scannerd/credential.h"
#include "scannerd/password.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_spelling(const char *text, const uint8_t digest[CREDENTIAL_DIGEST_BYTES])
{
	char other[CREDENTIAL_TEXT_SIZE];
	uint8_t got[CREDENTIAL_DIGEST_BYTES];
	enum credential_kind kind;

	assert(strlen(text) < sizeof(other));
	for (size_t i = 0; text[i] != '\0'; i++) {
		snprintf(other, sizeof(other), "%s", text);
		other[i] = other[i] == 'A' ? 'B' : 'A';
		assert(credential_read(other, &kind, got) < 0 ||
			memcmp(got, digest, sizeof(got)) != 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t secret[TOTP_SECRET_BYTES] = "a secret of 20 bytes";
	uint8_t digest[CREDENTIAL_DIGEST_BYTES];
	enum credential_kind kind;
	char text[600];
	int64_t step;

	if (size >= sizeof(text) || memchr(data, '\0', size) != NULL) {
		return 0;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	if (credential_read(text, &kind, digest) == 0) {
		try_spelling(text, digest);
	}
	if (password_check(text, "jo", "password", NULL) == 0) {
		assert(size >= PASSWORD_BYTES_MIN && size <= PASSWORD_BYTES_MAX);
	}
	if (account_name_check(text, NULL) == 0) {
		assert(size >= 1 && size <= ACCOUNT_NAME_BYTES_MAX);
	}
	if (totp_check(secret, text, 1790000000, 0, &step) == 0) {
		assert(step >= 1790000000 / TOTP_STEP_S - 1 &&
			step <= 1790000000 / TOTP_STEP_S + 1);
	}
	return 0;
}
