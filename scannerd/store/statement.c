/* statement.c - judges names, addresses, aliases, tags and notes before they are stored. */
#include "scannerd/store/statement.h"

#include "common/utf8.h"
#include <errno.h>

static bool is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool has_control(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f) {
			return true;
		}
	}
	return false;
}

static int check_word(const char *word, const char *list, size_t i, struct err *err)
{
	size_t len = strlen(word);
	const char *wrong = NULL;

	if (len == 0 || strspn(word, " ") == len) {
		wrong = "is empty";
	} else if (len > STATEMENT_WORD_BYTES) {
		wrong = "is longer than 253 bytes";
	} else if (has_control(word) || !utf8_is_valid(word, len)) {
		wrong = "has characters that cannot be printed";
	} else if (word[0] == ' ' || word[len - 1] == ' ') {
		wrong = "begins or ends with a blank";
	}
	if (wrong != NULL) {
		err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "it %s", wrong);
		err_prefix(err, list, (ssize_t)i);
		return -EINVAL;
	}
	return 0;
}

static int check_words(const struct strv *words, const char *list, struct err *err)
{
	if (words->n > STATEMENT_WORDS_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, list, "at most %d are kept, not %zu",
			STATEMENT_WORDS_MAX, words->n);
	}
	for (size_t i = 0; i < words->n; i++) {
		int r = check_word(words->v[i], list, i, err);

		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int check_note(const char *note, struct err *err)
{
	size_t len = strlen(note);

	if (len > STATEMENT_NOTE_BYTES) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, "note",
			"a note has at most %d bytes, not %zu", STATEMENT_NOTE_BYTES, len);
	}
	if (!utf8_is_valid(note, len)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "note", "it is not valid UTF-8");
	}
	return 0;
}

static void statement_address(struct statement *s, const struct addr *addr)
{
	s->has_address = true;
	s->key_len = address_key(addr, s->key);
	addr_format(addr, s->address);
}

static int read_hostname(const char *text, struct statement *s, struct err *err)
{
	struct addr addr;

	/* Where there is no name, the address is shown in its place and comes back as such. */
	if (addr_parse(text, &addr) == 0) {
		statement_address(s, &addr);
		return 0;
	}
	if (!hostname_is_valid(text)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "hostname",
			"%.260s is not a host name: letters, digits, hyphens and dots", text);
	}
	s->hostname = text;
	return 0;
}

static int read_address(const char *text, struct statement *s, struct err *err)
{
	struct addr addr;

	if (addr_parse(text, &addr) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "ip_address",
			"%.60s is not an IPv4 or IPv6 address", text);
	}
	statement_address(s, &addr);
	return 0;
}

static int read_names(const struct server_in *in, struct statement *s, struct err *err)
{
	int r = is_given(in->hostname) ? read_hostname(in->hostname, s, err) : 0;

	if (r == 0 && is_given(in->ip_address)) {
		r = read_address(in->ip_address, s, err);
	}
	return r;
}

int statement_check_named(const struct statement *s, struct err *err)
{
	if (s->hostname == NULL && !s->has_address) {
		return err_set(err, -EINVAL, ERR_MISSING_KEY, "hostname",
			"a host name or an address is needed");
	}
	return 0;
}

int statement_read(const struct server_in *in, struct statement *ret, struct err *err)
{
	struct statement s = {
		.aliases = &in->aliases,
		.tags = &in->tags,
		.note = in->note != NULL ? in->note : "",
	};
	int r = read_names(in, &s, err);

	if (r == 0) {
		r = check_words(s.aliases, "aliases", err);
	}
	if (r == 0) {
		r = check_words(s.tags, "tags", err);
	}
	if (r == 0) {
		r = check_note(s.note, err);
	}
	if (r == 0) {
		*ret = s;
	}
	return r;
}
