/* confine.h - what webd gives up once it listens. */
#ifndef WEBD_CONFINE_H
#define WEBD_CONFINE_H

#include "webd/settings.h"

/* After the listening sockets are open, before there are threads. Every capability goes (started by
 * root, which it should not be, the one that lets it reach scannerd's files stays). Then, as far as
 * the kernel can: nothing but the database, the system's libraries and times, and its own temporary
 * files can be read; nothing but those temporary files written; nothing executed; no socket made
 * but Unix ones, so nothing connected to but scannerd. Files needed later, by name, have to be
 * added to its table. -errno with a sentence: then it must not serve. */
int confine(const struct settings *s, struct err *err);

#endif
