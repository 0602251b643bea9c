/* probe.h - looks whether directories are there, without waiting for a dead network mount. */
#ifndef SCANNERD_PROBE_H
#define SCANNERD_PROBE_H

#include "common/config.h"

enum { PROBE_MS_MAX = 500 };

/* Adds a sentence for each configured directory that is not there, is none, or does not answer
 * within PROBE_MS_MAX for all of them together. Without memory or threads nothing is added: these
 * are warnings. */
void probe_directories(const struct config *c, struct strv *warnings);

#endif
