/* known.h - the directories that the store already holds, by path, shared by all walkers: digests
 * to compare, marks for what was seen. */
#ifndef SCANNERD_WALK_KNOWN_H
#define SCANNERD_WALK_KNOWN_H

#include "scannerd/walk/listing.h"
#include "scannerd/walk/mounts.h"

struct known;

int known_new(struct known **ret);
void known_free(struct known *k);
DEFINE_CLEANUP(struct known *, known_free);
/* The file systems mounted below the roots; they live as long as k. */
struct mounts *known_mounts(const struct known *k);
/* Before the walk, one thread: one directory of the store. -EEXIST if that root has the path
 * already, -ENOMEM. Give a directory that must be handed on even if it did not change (one that was
 * kept the last time) a digest of zeros. */
int known_add(struct known *k, int64_t root, int64_t dir, const char *path, size_t len,
	const uint8_t digest[LISTING_DIGEST_SIZE]);
/* During the walk, any thread: whether the store has the directory in that root; marks nothing. */
bool known_has(const struct known *k, int64_t root, const char *path, size_t len);
/* During the walk, any thread: finds the directory of that root and marks it seen. Its id, or 0;
 * *ret_digest points to its digest. */
int64_t known_see(
	struct known *k, int64_t root, const char *path, size_t len, const uint8_t **ret_digest);
/* During the walk, any thread: whatever lies at or below path could not be read and must be kept. 0
 * or -ENOMEM. */
int known_keep(struct known *k, const char *path, size_t len);
/* After the walk: whether path or a directory above it must be kept. */
bool known_is_kept(const struct known *k, const char *path, size_t len);
/* After the walk: each directory of that root that was not seen: gone = false if it lies at or
 * below a kept path, else gone = true. Stops at the first non-zero and returns it; -ENOMEM. */
int known_each_unseen(
	struct known *k, int64_t root, int (*fn)(void *arg, int64_t dir, bool gone), void *arg);

#endif
