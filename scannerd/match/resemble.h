/* resemble.h - servers whose names resemble a path, for a person to judge. Matching never uses it:
 * a resemblance is no match.
 *
 * Resembling are: a name that is a token but for separators and leading zeros (web-01, web1); a
 * virtual machine's number (vm108 for qemu-108); a name that is a part of a token (web1 in
 * web1prod); one letter that differs, in names of five letters or more. */
#ifndef SCANNERD_MATCH_RESEMBLE_H
#define SCANNERD_MATCH_RESEMBLE_H

#include "common/buf.h"
#include "scannerd/match/words.h"

enum {
	RESEMBLE_NAMES_MAX = 50000, /* further names are not looked at */
	RESEMBLE_TEXT_SIZE = 64,
};

struct resemble_name { /* a host name or an alias */
	int64_t server;
	const char *text;
	bool has_backup; /* such servers come last */
};

struct resemble;
/* Copies what it needs; words must outlive it. -ENOMEM. */
int resemble_new(const struct resemble_name *names, size_t n, const struct words *words,
	struct resemble **ret);
void resemble_free(struct resemble *r); /* NULL is fine */
DEFINE_CLEANUP(struct resemble *, resemble_free);

enum resemblance_kind { RESEMBLES_SAME, RESEMBLES_VM, RESEMBLES_PART, RESEMBLES_TYPO };

struct resemblance {
	int64_t server;
	enum resemblance_kind kind;
	bool has_backup;
	uint32_t name;                  /* resemble's own */
	char token[RESEMBLE_TEXT_SIZE]; /* of the path, folded; cut */
};
/* The best `max` servers for the path below the scanned directory, added to the *n of best that
 * there are already: servers without a backup first, then by kind, then the longer name. */
void resemble_find(const struct resemble *r, const char *path, size_t len, struct resemblance *best,
	size_t *n, size_t max);
/* A sentence: what of the path resembles it. */
void resemble_because(const struct resemble *r, const struct resemblance *like, struct buf *out);

#endif
