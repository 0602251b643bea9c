/* utf8.c - judging, repairing and showing UTF-8. */
#include "utf8.h"

size_t utf8_sequence(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	if (len == 0) {
		return 0;
	}
	if (p[0] < 0x80) {
		return 1;
	}

	/* The second byte's range is narrower after four lead bytes: that rules out overlong forms,
	 * surrogates and what lies above U+10FFFF (RFC 3629, section 4). */
	size_t n;
	unsigned char low = 0x80, high = 0xbf;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		n = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		n = 3;
		low = p[0] == 0xe0 ? 0xa0 : 0x80;
		high = p[0] == 0xed ? 0x9f : 0xbf;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		n = 4;
		low = p[0] == 0xf0 ? 0x90 : 0x80;
		high = p[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (len < n || p[1] < low || p[1] > high) {
		return 0;
	}
	for (size_t i = 2; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	return n;
}

size_t utf8_valid_prefix(const char *s, size_t len)
{
	size_t at = 0;
	while (at < len) {
		uint64_t word;
		while (len - at >= sizeof(word)) {
			memcpy(&word, s + at, sizeof(word));
			if ((word & UINT64_C(0x8080808080808080)) != 0) {
				break;
			}
			at += sizeof(word);
		}
		if (at == len) {
			break;
		}
		size_t n = utf8_sequence(s + at, len - at);
		if (n == 0) {
			break;
		}
		at += n;
	}
	return at;
}

void utf8_repair(char *s, size_t len)
{
	size_t at = utf8_valid_prefix(s, len);
	while (at < len) {
		s[at++] = '?';
		at += utf8_valid_prefix(s + at, len - at);
	}
}

/* The length of the character at s when it may be shown as it is, else 0. */
static size_t printable_sequence(const char *s, size_t len)
{
	size_t n = utf8_sequence(s, len);
	unsigned char c = (unsigned char)s[0];
	if (n == 1) {
		return c >= 0x20 && c != 0x7f ? 1 : 0;
	}
	if (n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0) {
		return 0;
	}
	return n;
}

size_t utf8_printable(const char *s, size_t len, char *out, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	size_t used = 0, fits = 0; /* fits: how much of out still leaves room for "..." */
	for (size_t at = 0; at < len;) {
		size_t n = printable_sequence(s + at, len - at);
		size_t cost = n != 0 ? n : 4;
		if (used + cost >= size) {
			memcpy(out + fits, "...", 3);
			used = fits + 3;
			break;
		}
		if (n != 0) {
			memcpy(out + used, s + at, n);
			at += n;
		} else {
			unsigned char c = (unsigned char)s[at++];
			const char escape[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
			memcpy(out + used, escape, sizeof(escape));
		}
		used += cost;
		if (used + 3 < size) {
			fits = used;
		}
	}
	out[used] = '\0';
	return used;
}
