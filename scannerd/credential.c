/* credential.c - makes and reads the texts of sessions and API tokens. */
#include "scannerd/credential.h"

#include "proto/accounts_iface.h"
#include <errno.h>
#include <sodium.h>

enum {
	SECRET_BYTES = 32,
	SECRET_CHARACTERS = 43,
	VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

static const struct {
	const char *text;
	size_t len;
} prefixes[] = {
	[CREDENTIAL_SESSION] = {"bcs_", 4},
	[CREDENTIAL_TOKEN] = {API_TOKEN_PREFIX, sizeof(API_TOKEN_PREFIX) - 1},
};

static void digest_of(const uint8_t secret[SECRET_BYTES], uint8_t digest[CREDENTIAL_DIGEST_BYTES])
{
	crypto_generichash(digest, CREDENTIAL_DIGEST_BYTES, secret, SECRET_BYTES, NULL, 0);
}

void credential_make(enum credential_kind kind, char text[CREDENTIAL_TEXT_SIZE],
	uint8_t digest[CREDENTIAL_DIGEST_BYTES])
{
	uint8_t secret[SECRET_BYTES];
	size_t at = prefixes[kind].len;

	randombytes_buf(secret, sizeof(secret));
	memcpy(text, prefixes[kind].text, at);
	sodium_bin2base64(text + at, CREDENTIAL_TEXT_SIZE - at, secret, sizeof(secret), VARIANT);
	digest_of(secret, digest);
	sodium_memzero(secret, sizeof(secret));
}

int credential_read(const char *text, enum credential_kind *ret_kind,
	uint8_t ret_digest[CREDENTIAL_DIGEST_BYTES])
{
	uint8_t secret[SECRET_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *rest = text + prefixes[i].len;

		if (strncmp(text, prefixes[i].text, prefixes[i].len) != 0 ||
			strlen(rest) != SECRET_CHARACTERS) {
			continue;
		}
		if (sodium_base642bin(secret, sizeof(secret), rest, SECRET_CHARACTERS, NULL, &len,
			    NULL, VARIANT) != 0 ||
			len != sizeof(secret)) {
			return -EINVAL;
		}
		digest_of(secret, ret_digest);
		*ret_kind = (enum credential_kind)i;
		sodium_memzero(secret, sizeof(secret));
		return 0;
	}
	return -EINVAL;
}
