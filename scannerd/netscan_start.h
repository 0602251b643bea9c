/* netscan_start.h - the program netscan as a child of its own, for places without systemd: same
 * protocol on both roads. */
#ifndef SCANNERD_NETSCAN_START_H
#define SCANNERD_NETSCAN_START_H

#include "common/err.h"

/* Starts program with one end of a socket pair as LISTEN_FDS expects it (descriptor 3), an empty
 * environment and nothing else inherited. Returns our end (non-blocking, close-on-exec) and the
 * child's pid, which the caller reaps; -errno with a sentence. The child ends when our end is
 * closed. */
int netscan_start(const char *program, pid_t *ret_pid, struct err *err);

#endif
