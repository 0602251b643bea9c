/* session.h - the one connection: its calls are answered until it asks for a scan, which is its
 * last call. */
#ifndef NETSCAN_SESSION_H
#define NETSCAN_SESSION_H

#include "scan.h"

/* Takes fd over. 0 when the connection has ended in order, -errno otherwise. */
int session_serve(int fd, const struct scan_setup *setup);

#endif
