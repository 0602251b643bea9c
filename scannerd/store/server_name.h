/* server_name.h - how people call a server, for sentences. */
#ifndef SCANNERD_STORE_SERVER_NAME_H
#define SCANNERD_STORE_SERVER_NAME_H

#include "scannerd/store/store.h"

enum { SERVER_NAME_SIZE = 256 };

/* [thread] Writes its host name (or address), or "" if there is no such server; cut at size. */
void store_server_name(struct store *s, int64_t id, char *out, size_t size);

#endif
