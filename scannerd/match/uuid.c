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

static size_t token_begin(const struct text *t, size_t at)
{
	while (at > 0 && text_bit(t->token, at - 1)) {
		at--;
	}
	return at;
}

bool text_in_uuid(const struct text *t, size_t at)
{
	enum { UUID_LEN = 36, GROUPS = 5 };
	if (t->len < UUID_LEN) {
		return false;
	}
	/* Each group is a token, so a UUID begins at this token or at one of the four before. */
	for (int group = 0; group < GROUPS; group++) {
		size_t begin = token_begin(t, at);
		if (begin + UUID_LEN <= t->len && t->s[begin + 8] == '-' && is_uuid(t, begin)) {
			return true;
		}
		if (begin < 2 || t->s[begin - 1] != '-' || !text_bit(t->token, begin - 2)) {
			return false;
		}
		at = begin - 2;
	}
	return false;
}
