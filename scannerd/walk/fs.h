/* fs.h - what the walker must know of kinds of file systems, by statfs(2)'s f_type. */
#ifndef SCANNERD_WALK_FS_H
#define SCANNERD_WALK_FS_H

#include "common/def.h"

/* Type and id of the file system behind a descriptor. 0 or -errno. */
int fs_identify(int fd, int64_t *ret_type, int64_t *ret_id);
/* The kernel's own windows (proc, sysfs ...): no files of anybody, and some whose reading has
 * effects. */
bool fs_is_pseudo(int64_t type);
/* Whether f_fsid is the same after the next mount. Network and FUSE mounts make one up; xfs, f2fs,
 * vfat ... use the device's number, which is another when disks are found in another order. */
bool fs_id_is_lasting(int64_t type);
/* "ext4", or "0x1234" for an unknown one, in out of at least 24 bytes. Returns out. */
char *fs_name(int64_t type, char *out);

#endif
