/* beneath.h - opens a directory below another without following any symbolic link on the way,
 * whoever renames what meanwhile. */
#ifndef SCANNERD_WALK_BENEATH_H
#define SCANNERD_WALK_BENEATH_H

#include "common/def.h"

/* rel is relative, len bytes of any number (also beyond PATH_MAX), without "." and ".." components;
 * "" opens dirfd anew. A descriptor for reading, or -errno: -ELOOP or -ENOTDIR where a component is
 * a link or no directory (any more). */
int beneath_open(int dirfd, const char *rel, size_t len);
/* The same for a single name. */
int beneath_open_child(int dirfd, const char *name);

#endif
