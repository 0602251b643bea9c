/* server_said.h - what people have said of a server, as JSON: from what to what, for the audit log.
 */
#ifndef SCANNERD_STORE_SERVER_SAID_H
#define SCANNERD_STORE_SERVER_SAID_H

#include "scannerd/store/store.h"

/* [thread] {"hostname","ip_address","aliases","tags","note"}; to be freed. NULL: there is no such
 * server, or it cannot be read. */
char *store_server_said(struct store *s, int64_t id);
/* [thread] {"reason","author","until"}, until as it was said or in UTC; to be freed. NULL: this
 * server is not exempt, or it cannot be read. */
char *store_exemption_said(struct store *s, int64_t id);
/* Takes from both objects what is the same in both, the texts may become shorter ones. Either may
 * be NULL. */
void said_keep_changes(char **before, char **after);

#endif
