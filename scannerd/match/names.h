/* names.h - the lists behind counts.h: endings, whole names and last words of files that are no
 * backups. */
#ifndef SCANNERD_MATCH_NAMES_H
#define SCANNERD_MATCH_NAMES_H

#include "common/def.h"
#include "proto/verdict.h"

enum names_list {
	NAMES_ENDING,         /* what follows a dot */
	NAMES_STEM,           /* a whole name, or one up to its first dot */
	NAMES_WHOLE,          /* a whole name */
	NAMES_TEXT_LAST_WORD, /* the last word of a text file */
	NAMES_BARE_LAST_WORD, /* the last word of any name */
	_NAMES_MAX
};

struct names_entry {
	const char *text;
	uint16_t len;
	uint16_t reason; /* enum verdict_reason */
};

/* The word of a list that equals the folded text, or NULL. Thread-safe. */
const struct names_entry *names_find(enum names_list list, const unsigned char *s, size_t len);

#endif
