/* mounts.h - the file systems that are mounted below the roots: those of the last complete scan,
 * and what a walk makes of them. */
#ifndef SCANNERD_WALK_MOUNTS_H
#define SCANNERD_WALK_MOUNTS_H

#include "common/def.h"
#include <stdatomic.h>

enum mount_state {
	MOUNT_UNSEEN, /* from the last scan, the walk has not come by */
	MOUNT_HERE,
	MOUNT_LOST, /* was there at the last scan: what is stored of it is kept, and so is this */
	MOUNT_LEFT, /* is none any more, and that is meant */
};

struct mount {
	struct mount *next;
	int64_t root;
	_Atomic int64_t fs_type; /* as of statfs(2) */
	_Atomic int state;       /* enum mount_state */
	size_t len;
	char path[]; /* absolute */
};

struct mounts;

int mounts_new(struct mounts **ret);
void mounts_free(struct mounts *m);
/* Before the walk, one thread: a mount of the last complete scan. -EEXIST, -ENOMEM. */
int mounts_add(struct mounts *m, int64_t root, const char *path, size_t len, int64_t fs_type);
/* During the walk, any thread: the mount of the last complete scan at that path, or NULL; at once
 * if there was none at all. */
struct mount *mounts_find(const struct mounts *m, int64_t root, const char *path, size_t len);
/* During the walk, any thread: such a file system is mounted there now. 0 or -ENOMEM. */
int mounts_note(struct mounts *m, int64_t root, const char *path, size_t len, int64_t fs_type);
/* After the walk: every mount of that root, those of the last scan first and in the order of their
 * paths. fn may change the state. Stops at the first non-zero and returns it. */
int mounts_each(
	struct mounts *m, int64_t root, int (*fn)(void *arg, struct mount *mount), void *arg);

#endif
