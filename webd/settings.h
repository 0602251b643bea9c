/* settings.h - what webd's command line says, judged. */
#ifndef WEBD_SETTINGS_H
#define WEBD_SETTINGS_H

#include "common/err.h"
#include "common/options.h"
#include "webd/connections.h"
#include "webd/guard.h"
#include "webd/visitor.h"
#include <sys/socket.h>

struct settings {
	const char *database, *socket, *state, *listen, *auth, *allow_host, *origin; /* as given */
	const char *proxy_trust, *proxy_user_header, *proxy_role_header, *proxy_role;
	const char *tls_certificate, *tls_key;
	const char *max_connections, *max_per_source, *request_timeout;
	bool check_config, dump_config, print_openapi;
	/* judged */
	struct sockaddr_storage address;
	socklen_t address_len; /* 0: a Unix socket at unix_path */
	const char *unix_path; /* NULL: TCP */
	struct connection_limits limits;
	struct visitor_rules visitors;
	struct tls *tls;          /* NULL: connections are plain */
	struct guard_rules guard; /* from listen, allow_host and origin */
};

/* May an address that others can reach be listened on? Without sign-in, or with passwords that are
 * not encrypted, only this machine may. */
bool settings_may_be_reached(const struct settings *s);
/* 0, *ret_done: everything is said already, or an exit code (sysexits) after a sentence on stderr.
 */
int settings_take(struct settings *s, int argc, char **argv, bool *ret_done);
void settings_print(const struct settings *s, struct buf *out); /* JSON */
void settings_done(struct settings *s);

#endif
