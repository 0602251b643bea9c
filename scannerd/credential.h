/* credential.h - the random texts that stand for a session or an API token, of which only a digest
 * is kept.
 *
 * "bcs_" (session) or "bc_" (token) and 256 random bits as base64url (RFC 4648, section 5) without
 * padding: 43 characters. The digest is BLAKE2b-256 of the bits; they have too much entropy to need
 * a slow hash. */
#ifndef SCANNERD_CREDENTIAL_H
#define SCANNERD_CREDENTIAL_H

#include "common/def.h"

enum credential_kind { CREDENTIAL_SESSION, CREDENTIAL_TOKEN };
enum { CREDENTIAL_TEXT_SIZE = 48, CREDENTIAL_DIGEST_BYTES = 32 };

void credential_make(enum credential_kind kind, char text[CREDENTIAL_TEXT_SIZE],
	uint8_t digest[CREDENTIAL_DIGEST_BYTES]);
/* -EINVAL if text is none that credential_make() can have made. */
int credential_read(const char *text, enum credential_kind *ret_kind,
	uint8_t ret_digest[CREDENTIAL_DIGEST_BYTES]);

#endif
