/* glob.c - matches a shell pattern, remembering one star at a time. */
#include "glob.h"

/* One bracket expression at p (behind '['): its end, or NULL if it is not closed and '[' is a
 * literal. */
static const char *bracket(const char *p, unsigned char c, bool *ret_in)
{
	bool negated = *p == '!' || *p == '^', in = false;
	if (negated) {
		p++;
	}
	for (const char *first = p; *p != '\0' && (*p != ']' || p == first); p++) {
		unsigned char low = (unsigned char)*p, high = low;
		if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
			high = (unsigned char)p[2];
			p += 2;
		}
		in |= c >= low && c <= high;
	}
	*ret_in = in != negated;
	return *p == ']' ? p + 1 : NULL;
}

/* Does the pattern's next part match the byte c? Its end, or NULL. */
static const char *one(const char *p, unsigned char c)
{
	bool in = false;
	const char *end = *p == '[' ? bracket(p + 1, c, &in) : NULL;
	if (end != NULL) {
		return in ? end : NULL;
	}
	if (*p == '?') {
		return p + 1;
	}
	if (*p == '\\' && p[1] != '\0') {
		p++;
	}
	return *p != '\0' && (unsigned char)*p == c ? p + 1 : NULL;
}

bool glob_match(const char *pattern, const char *text, size_t len)
{
	const char *star = NULL;
	size_t at = 0, star_at = 0;
	while (at < len) {
		if (*pattern == '*') {
			star = ++pattern;
			star_at = at;
			continue;
		}
		const char *next = one(pattern, (unsigned char)text[at]);
		if (next != NULL) {
			pattern = next;
			at++;
		} else if (star != NULL) {
			pattern = star;
			at = ++star_at;
		} else {
			return false;
		}
	}
	while (*pattern == '*') {
		pattern++;
	}
	return *pattern == '\0';
}

size_t glob_literal(const char *pattern)
{
	return strcspn(pattern, "*?[\\");
}
