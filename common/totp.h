/* totp.h - one-time codes of six digits that change every 30 seconds (RFC 6238, HMAC-SHA-1), as
 * every authenticator application makes them. */
#ifndef COMMON_TOTP_H
#define COMMON_TOTP_H

#include "buf.h"

enum {
	TOTP_SECRET_BYTES = 20, /* RFC 4226, section 4: as long as the hash */
	TOTP_STEP_S = 30,
	TOTP_DRIFT_STEPS = 1, /* a clock may be that far off, before and behind */
	TOTP_CODE_SIZE = 7,
	TOTP_SECRET_TEXT_SIZE = 33,
};

/* The code of a step (seconds since 1970 / TOTP_STEP_S). */
void totp_code(const uint8_t secret[TOTP_SECRET_BYTES], int64_t step, char out[TOTP_CODE_SIZE]);
/* Six digits, blanks between them allowed: -EINVAL for anything else; -EKEYREJECTED if they are not
 * the code of now or a step beside it, or of a step not after last_step: a code is good once. *ret
 * is the step, to be kept as the next last_step. */
int totp_check(const uint8_t secret[TOTP_SECRET_BYTES], const char *code, int64_t now,
	int64_t last_step, int64_t *ret_step);
/* The secret as people type it: base32 (RFC 4648, section 6). */
void totp_secret_text(const uint8_t secret[TOTP_SECRET_BYTES], char out[TOTP_SECRET_TEXT_SIZE]);
/* What the QR code says: "otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER". The account is
 * percent-encoded. */
void totp_uri(const uint8_t secret[TOTP_SECRET_BYTES], const char *issuer, const char *account,
	struct buf *out);

#endif
