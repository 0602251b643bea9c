/* monitors.h - the connections that called Monitor, and what they are told. */
#ifndef SCANNERD_MONITORS_H
#define SCANNERD_MONITORS_H

#include "scannerd/daemon.h"

struct call;
int monitors_new(struct monitors **ret);
void monitors_free(struct monitors *m);
/* Takes the call over: it is answered until its connection goes. Says hello first, then the
 * progress of what runs. */
void monitors_add(struct daemon *d, struct call *c);
void monitors_progress(struct daemon *d, const struct scan_progress *p);
/* what: a NULL-terminated list of "files", "servers", "scans", "config", "directories" */
void monitors_changed(struct daemon *d, const char *const *what);

#endif
