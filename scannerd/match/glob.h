/* glob.h - shell patterns over bytes: '*' (crosses '/'), '?', '[a-z]', '[!x]', '\\' before a
 * literal. Linear memory, at most pattern x text steps, so that no pattern can hang a scan. */
#ifndef SCANNERD_MATCH_GLOB_H
#define SCANNERD_MATCH_GLOB_H

#include "common/def.h"

bool glob_match(const char *pattern, const char *text, size_t len);
/* So many bytes at the beginning stand for themselves: every text that matches begins with them. */
size_t glob_literal(const char *pattern);

#endif
