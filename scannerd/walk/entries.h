/* entries.h - the entries of one directory: files into the listing, directories onto the stack, the
 * rest counted. */
#ifndef SCANNERD_WALK_ENTRIES_H
#define SCANNERD_WALK_ENTRIES_H

#include "scannerd/walk/reader.h"

/* Reads r->fd to its end. 0; -ECANCELED; -E2BIG: more files than a listing holds; or the error of
 * the file system. What was found before an error has been tallied, and pushed unless it may lie in
 * a repository that was not seen whole. */
int entries_read(struct reader *r);

#endif
