/* netscan_start.h - the program netscan as a child of its own, for places without systemd: same
 * protocol on both roads.
 *
 * netscan needs rights that scannerd gives up, and a user of its own. So a small process is split
 * off first, which keeps them and does nothing but start that one program. */
#ifndef SCANNERD_NETSCAN_START_H
#define SCANNERD_NETSCAN_START_H

#include "common/err.h"
#include <sys/types.h>

struct netscan_starter {
	int fd; /* -1: there is none */
	pid_t pid;
	const char *program;
};

/* Before there are threads and before rights are given up. It ends when we do. -errno with a
 * sentence. */
int netscan_starter_new(const char *program, struct netscan_starter *ret, struct err *err);
void netscan_starter_end(struct netscan_starter *s); /* waits for it */

/* Starts the program with one end of a socket pair as LISTEN_FDS expects it (descriptor 3), an
 * empty environment and nothing else inherited. Returns our end (non-blocking, close-on-exec) and
 * the pid, a child of ours, which the caller reaps; -errno with a sentence. The child ends when our
 * end is closed. */
int netscan_start(const struct netscan_starter *s, pid_t *ret_pid, struct err *err);
/* The last one that was started, if it does not end. */
void netscan_kill(const struct netscan_starter *s);

#endif
