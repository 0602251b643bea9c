/* server.h - webd from open sockets to a clean end. */
#ifndef WEBD_SERVER_H
#define WEBD_SERVER_H

#include "webd/settings.h"

/* Serves until SIGTERM or SIGINT. An exit code of sysexits. */
int server_run(const struct settings *s);

#endif
