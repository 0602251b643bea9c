/* confine.h - what scannerd gives up before it listens: root, capabilities, files, calls. */
#ifndef SCANNERD_CONFINE_H
#define SCANNERD_CONFINE_H

#include "scannerd/daemon.h"

/* Before there are threads. Started by root, scannerd becomes the user that its state directory
 * belongs to (made here if it is missing, and then the user that its configuration belongs to),
 * which the package has made for it; that may be root. Of the capabilities CAP_DAC_READ_SEARCH is
 * kept. Then, as far as the kernel can: directories can be listed, but no file be read but its own
 * and the system's; nothing be written but state and configuration; nothing be executed; no socket
 * be made but Unix ones. -errno with a sentence: then it must not run. */
int confine(const struct daemon_options *options, struct err *err);

#endif
