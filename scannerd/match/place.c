/* place.c - what speaks against a run that equals an identity: the numbers, labels and words around
 * it. */
#include "place.h"

#include "scannerd/match/clock.h"
#include "scannerd/match/uuid.h"

static size_t token_begin(const struct text *t, size_t last)
{
	while (last > 0 && text_bit(t->token, last - 1)) {
		last--;
	}
	return last;
}

static bool is_listed(const char *const *list, const unsigned char *s, size_t len)
{
	for (; *list != NULL; list++) {
		if ((*list)[0] == s[0] && strlen(*list) == len && memcmp(*list, s, len) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_hex(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Could the token from begin to end be one more group of an address of that kind? */
static bool is_group(
	const struct text *t, size_t begin, size_t end, enum identity_kind kind, unsigned char sep)
{
	if (kind == IDENTITY_IPV4) {
		if (sep == '.' && t->s[begin] == 'v' && end - begin > 1) {
			begin++; /* v8.0.1.1.2 */
		}
		return text_end(t->digit, begin) >= end;
	}
	for (size_t i = begin; i < end; i++) {
		if (!is_hex(t->s[i])) {
			return false;
		}
	}
	return end - begin <= 4;
}

/* Does the word before say that the number is no address: "version-8.0.1.1"? */
static bool is_called_version(const struct text *t, size_t begin)
{
	static const char *const words[] = {"v", "ver", "version", "rel", "release", "build", "fw",
		"firmware", "patch", "kernel", NULL};
	if (begin < 2 || !token_at(t, begin - 2) || token_at(t, begin - 1)) {
		return false;
	}
	size_t first = token_begin(t, begin - 1);
	return is_listed(words, t->s + first, begin - 1 - first);
}

/* Does the number go on before or after the run? A date beside it is no part of it. */
static bool in_number(const struct text *t, const struct dates *d, const struct table_slot *id,
	size_t begin, size_t end)
{
	unsigned char sep = t->s[text_end(t->token, begin)];
	if (id->tokens < 2) {
		return false;
	}
	if (id->kind == IDENTITY_IPV4 && is_called_version(t, begin)) {
		return true;
	}
	if (begin >= 2 && t->s[begin - 1] == sep && token_at(t, begin - 2)) {
		size_t first = token_begin(t, begin - 1);
		if (is_group(t, first, begin - 1, id->kind, sep) && !dates_end_at(d, begin - 1)) {
			return true;
		}
	}
	if (t->s[end] == sep && token_at(t, end + 1)) {
		size_t last = text_end(t->token, end + 1);
		if (is_group(t, end + 1, last, id->kind, '\0') && !dates_begin_at(d, end + 1)) {
			return true;
		}
	}
	return false;
}

static bool in_uuid(const struct text *t, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		if (!is_hex(t->s[i]) && t->s[i] != '-') {
			return false;
		}
	}
	return text_in_uuid(t, begin);
}

/* Is the token from begin to end a group of a random number: hexadecimal digits, one of them 0-9?
 */
static bool is_random_group(const struct text *t, const struct dates *d, size_t begin, size_t end)
{
	enum { GROUP_MIN = 4 };
	bool digit = false;
	for (size_t i = begin; i < end; i++) {
		if (!is_hex(t->s[i])) {
			return false;
		}
		digit |= text_bit(t->digit, i);
	}
	return digit && end - begin >= GROUP_MIN && !dates_overlap(d, begin, end);
}

/* "fade" in 3f2a-fade-93ab: hexadecimal digits with more of them on both sides. */
static bool in_random_number(const struct text *t, const struct dates *d, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		if (!is_hex(t->s[i])) {
			return false;
		}
	}
	if (begin < 2 || !token_at(t, begin - 2) || token_at(t, begin - 1) ||
		!token_at(t, end + 1)) {
		return false;
	}
	return is_random_group(t, d, token_begin(t, begin - 1), begin - 1) &&
	       is_random_group(t, d, end + 1, text_end(t->token, end + 1));
}

/* The last labels of full names. Those that are common endings of files (sh, md, zip ...) are left
 * out. */
static bool is_top_label(const unsigned char *s, size_t len, bool *ret_private)
{
	static const char *const private_ones[] = {"local", "lan", "internal", "home", "corp",
		"intranet", "localdomain", "arpa", "intern", "homelab", NULL};
	static const char *const public_ones[] = {"com", "org", "net", "edu", "gov", "mil", "int",
		"info", "io", "example", "test", "invalid", "de", "fr", "uk", "nl", "at", "ch",
		"it", "es", "se", "no", "dk", "fi", "eu", "us", "ca", "au", "jp", "cn", "br", "in",
		"cz", "be", "ie", "nz", "za", "kr", "mx", "pt", "ro", "hu", "tr", "ua", "ru", "pl",
		"gr", "il", "sg", "hk", "tw", "id", "th", "vn", "ph", "ar", "cl", "co", "pe", "lt",
		"lv", "ee", "si", "sk", "hr", "rs", "bg", "is", "lu", "li", "kz", "ae", "ng", "ke",
		"pk", "ir", "me", "tv", "biz", "dev", "cloud", "xyz", "online", NULL};
	*ret_private = is_listed(private_ones, s, len);
	return *ret_private || is_listed(public_ones, s, len);
}

/* Does ".example.com" or ".lan" follow at `at`? Labels may have hyphens; `dots` are needed before a
 * public last label. */
static bool domain_follows(const struct text *t, size_t at, unsigned dots_needed)
{
	unsigned dots = 0;
	for (unsigned tokens = 0; tokens < 8 && (t->s[at] == '.' || (dots != 0 && t->s[at] == '-'));
		tokens++) {
		bool dot = t->s[at] == '.', is_private = false;
		if (!token_at(t, at + 1)) {
			return false;
		}
		dots += dot;
		size_t end = text_end(t->token, at + 1);
		if (dot && is_top_label(t->s + at + 1, end - at - 1, &is_private) &&
			(is_private || dots >= dots_needed)) {
			return true;
		}
		at = end;
	}
	return false;
}

/* Is there a label "x." before the run that is neither a date, nor a number, nor a word about the
 * backup? The number of "esx-08." is part of its label. */
static bool label_precedes(const struct text *t, const struct dates *d, size_t begin)
{
	static const char *const words[] = {"config", "configs", "configuration", "conf", "cfg",
		"backup", "backups", "bkp", "bak", "dump", "dumps", "export", "archive", "full",
		"incr", "inc", "diff", "incremental", "differential", "daily", "weekly", "monthly",
		"hourly", "snapshot", "image", "latest", "host", NULL};
	if (begin < 2 || t->s[begin - 1] != '.' || !token_at(t, begin - 2)) {
		return false;
	}
	size_t first = token_begin(t, begin - 1);
	if (text_end(t->digit, first) >= begin - 1) {
		return first >= 2 && t->s[first - 1] == '-' && token_at(t, first - 2) &&
		       !dates_overlap(d, first, begin - 1);
	}
	return !is_listed(words, t->s + first, begin - 1 - first);
}

/* Does the run belong to the full name of a host that is not this one? */
static bool in_other_host(const struct text *t, const struct dates *d, const struct table_slot *id,
	size_t begin, size_t end)
{
	bool precedes = label_precedes(t, d, begin);
	if ((id->flags & TABLE_FULL) != 0) {
		return precedes || domain_follows(t, end, 1);
	}
	if (precedes && domain_follows(t, end, 1)) {
		return true;
	}
	/* A bare name may be written with its domain; a short name's domain is known, and this is
	 * another. */
	return (id->kind == IDENTITY_SHORT || id->kind == IDENTITY_NETBIOS) &&
	       domain_follows(t, end, 2);
}

static bool is_upper(const struct text *t, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		if (t->raw[i] >= 'a' && t->raw[i] <= 'z') {
			return false;
		}
	}
	return true;
}

enum hit_fate place_judge(const struct text *t, const struct dates *d, const struct table_slot *id,
	size_t begin, size_t end)
{
	if (id->class == WORD_GENERIC) {
		return HIT_GENERIC;
	}
	if (d->n != 0 && dates_overlap(d, begin, end)) {
		return HIT_IN_DATE;
	}
	if (in_uuid(t, begin, end)) {
		return HIT_IN_UUID;
	}
	switch ((enum identity_kind)id->kind) {
	case IDENTITY_IPV4:
	case IDENTITY_IPV6:
	case IDENTITY_MAC:
		return in_number(t, d, id, begin, end) ? HIT_IN_NUMBER : HIT_NAMES;
	case IDENTITY_NETBIOS:
		if (!is_upper(t, begin, end)) {
			return HIT_NOT_UPPER;
		}
		break;
	default:
		if (in_random_number(t, d, begin, end)) {
			return HIT_IN_NUMBER;
		}
		break;
	}
	return in_other_host(t, d, id, begin, end) ? HIT_OTHER_HOST : HIT_NAMES;
}
