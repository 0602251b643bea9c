/* needles.h - does a text contain one of several words, in capitals or not? For a few words or some
 * thousand, in a few nanoseconds. */
#ifndef SCANNERD_MATCH_NEEDLES_H
#define SCANNERD_MATCH_NEEDLES_H

#include "common/buf.h"

enum { NEEDLES_MAX = 8192, NEEDLE_MIN = 2, NEEDLE_HEADS = 4096 };

struct needle {
	uint32_t at; /* in words */
	uint16_t len;
	uint16_t next; /* with the same end: its index + 1; 0: none */
};

struct needles {
	struct buf words; /* folded */
	struct needle *v;
	size_t n, cap;
	uint64_t pairs[1024]; /* bit: some word ends with these two bytes, in capitals or not */
	uint16_t by_four[NEEDLE_HEADS], by_two[NEEDLE_HEADS]; /* by the end: index + 1 */
};

void needles_init(struct needles *n);
void needles_done(struct needles *n);
/* word is folded, of at least NEEDLE_MIN bytes. -E2BIG: too many or too long, -ENOMEM. */
int needles_add(struct needles *n, const char *word, size_t len);
bool needles_in(const struct needles *n, const char *text, size_t len);

#endif
