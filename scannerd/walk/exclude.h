/* exclude.h - does a glob exclude this? Linear in pattern times text, whatever the pattern: globs
 * come from the configuration, over a socket. */
#ifndef SCANNERD_WALK_EXCLUDE_H
#define SCANNERD_WALK_EXCLUDE_H

#include "common/field.h"

/* Bytes, not characters. '*' any bytes but '/', '?' one byte but '/', [a-z] [!a-z], '\' quotes, and
 * a whole component "**" any number of components. Neither is NUL-terminated. */
bool exclude_glob(const char *glob, size_t glob_len, const char *text, size_t text_len);

/* Whether a glob with a slash must be asked, so that the caller makes the path below the root only
 * if needed. */
bool exclude_wants_path(const struct strv *globs);
/* name: the last component; path: the whole path below the root (not asked for unless
 * exclude_wants_path). */
bool exclude_match(const struct strv *globs, const char *name, size_t name_len, const char *path,
	size_t path_len);

#endif
