/* mount_rows.h - the table `mounts`: the file systems below the scanned directories, for the next
 * scan to compare with. */
#ifndef SCANNERD_STORE_MOUNT_ROWS_H
#define SCANNERD_STORE_MOUNT_ROWS_H

#include "scannerd/store/inside.h"

/* Adds all rows to k before a walk. */
int mount_rows_load(struct store *s, struct known *k);
/* After a walk in which that root was available, in the caller's transaction. */
int mount_rows_write(struct store *s, const struct known *k, int64_t root);

#endif
