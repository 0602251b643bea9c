/* utf8.h - UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

#include "def.h"

/* Length (1-4) of the valid sequence at s, 0 if there is none within len bytes. NUL is valid,
 * length 1. */
size_t utf8_sequence(const char *s, size_t len);
/* Length of the longest valid prefix: == len when all is valid. Fast for ASCII. */
size_t utf8_valid_prefix(const char *s, size_t len);
static inline bool utf8_is_valid(const char *s, size_t len)
{
	return utf8_valid_prefix(s, len) == len;
}
/* Replaces every invalid byte by '?' in place. */
void utf8_repair(char *s, size_t len);
/* Writes s for a person's eyes, NUL-terminated, into out of size >= 8: control characters (C0, DEL,
 * C1) and invalid bytes become \xHH, and what does not fit is cut at a whole character and ends in
 * "...". Returns the length written. */
size_t utf8_printable(const char *s, size_t len, char *out, size_t size);

#endif
