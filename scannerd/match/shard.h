/* shard.h - directories that tools name by the first digits of a hash: restic's data/c7/,
 * PBS's .chunks/db01/, git's objects/3f/. All 256 or 65536 exist, so that one of them is called
 * like a server. */
#ifndef SCANNERD_MATCH_SHARD_H
#define SCANNERD_MATCH_SHARD_H

#include "common/def.h"

/* Is the component of path from begin to end such a directory? The path counts from `first` on. */
bool shard_directory(const char *path, size_t first, size_t begin, size_t end);

#endif
