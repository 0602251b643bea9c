/* words.h - words that say too little to be a server's name on their own.
 *
 * A generic word never names a server: it needs a rule or a second identity. A common word names
 * one only where nothing else on the path does. */
#ifndef SCANNERD_MATCH_WORDS_H
#define SCANNERD_MATCH_WORDS_H

#include "common/field.h"

enum word_class { WORD_FREE, WORD_COMMON, WORD_GENERIC };

struct words;
/* extra: the user's generic_names, or NULL; copied. */
int words_new(const struct strv *extra, struct words **ret);
void words_free(struct words *w); /* NULL is fine */
DEFINE_CLEANUP(struct words *, words_free);
/* text is folded. A single letter and a plain number are generic, too; what is counted up
 * (backup01, disk2) is common. */
enum word_class words_class(const struct words *w, const unsigned char *text, size_t len);

/* Is it a word that numbers are put behind to count: backup, daily, disk? */
bool words_counted(const struct words *w, const unsigned char *text, size_t len);

#endif
