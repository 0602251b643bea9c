/* base32.c - five bits at a time into A-Z and 2-7. */
#include "base32.h"

void base32_encode(const uint8_t *data, size_t len, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | data[i];
		for (held += 8; held >= 5; held -= 5) {
			*out++ = digits[bits >> (held - 5) & 31];
		}
	}
	if (held > 0) {
		*out++ = digits[bits << (5 - held) & 31];
	}
	*out = '\0';
}
