/* uuid.c - recognizes UUIDs, whose digits are neither dates nor names. */
#include "uuid.h"

/* Five groups of hexadecimal digits from `at`: 8-4-4-4-12. */
static bool is_uuid(const struct text *t, size_t at)
{
	static const uint8_t groups[] = {8, 4, 4, 4, 12};
	for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
		for (size_t i = 0; i < groups[g]; i++, at++) {
			unsigned char c = t->s[at];
			if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
				return false;
			}
		}
		if (g + 1 < ARRAY_SIZE(groups) && t->s[at++] != '-') {
			return false;
		}
	}
	return at >= t->len || !text_bit(t->token, at);
}

bool text_in_uuid(const struct text *t, size_t at)
{
	enum { UUID_LEN = 36 };
	if (t->len < UUID_LEN) {
		return false;
	}
	size_t first = at >= UUID_LEN ? at - UUID_LEN + 1 : 0;
	for (size_t i = first; i <= at && i + UUID_LEN <= t->len; i++) {
		bool starts = i == 0 || !text_bit(t->token, i - 1);
		if (starts && t->s[i + 8] == '-' && t->s[i + 13] == '-' && is_uuid(t, i)) {
			return true;
		}
	}
	return false;
}
