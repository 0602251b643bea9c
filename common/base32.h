/* base32.h - RFC 4648, section 6, without padding: how secrets of authenticators are typed. */
#ifndef COMMON_BASE32_H
#define COMMON_BASE32_H

#include "def.h"

/* Bytes of text with the NUL for n bytes of data. */
#define BASE32_SIZE(n) (((n)*8 + 4) / 5 + 1)

/* out holds BASE32_SIZE(len) bytes. */
void base32_encode(const uint8_t *data, size_t len, char *out);

#endif
