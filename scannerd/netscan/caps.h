/* caps.h - giving up every right but raw sockets, which nmap inherits as an ambient capability
 * (capabilities(7)). */
#ifndef NETSCAN_CAPS_H
#define NETSCAN_CAPS_H

#include "common/def.h"
#include "common/err.h"

/* Root becomes the user backup-checker-netscan, or nobody where that does not exist. Everybody
 * loses all capabilities but CAP_NET_RAW and can gain none. *ret_raw says whether CAP_NET_RAW is
 * left. -errno with err filled: then nothing may be run. */
int caps_drop(bool *ret_raw, struct err *err);

#endif
