/* listen.h - the sockets that webd serves on: from systemd, or opened as the command line says. */
#ifndef WEBD_LISTEN_H
#define WEBD_LISTEN_H

#include "webd/settings.h"

enum { LISTEN_MAX = 8, LISTEN_NAME_SIZE = 160 };

/* Their number (descriptors in fds), or -errno with err filled. */
int listen_open(const struct settings *s, int fds[LISTEN_MAX], struct err *err);
/* "http://127.0.0.1:8080/", with tls "https://...", or "unix:/run/..." of a listening socket.
 * Returns out. */
char *listen_name(int fd, bool tls, char out[LISTEN_NAME_SIZE]);

#endif
