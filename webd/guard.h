/* guard.h - judges a request that evhttp has parsed, before anything else looks at it. Pure: no
 * sockets here.
 *
 * evhttp (libevent 2.1.12) lets pass what RFC 9112 forbids; what is refused here, and why, stands
 * in guard.c. */
#ifndef WEBD_GUARD_H
#define WEBD_GUARD_H

#include "common/addr.h"
#include "common/err.h"
#include "common/field.h"

enum { GUARD_HEADERS_MAX = 100, GUARD_HEADER_BYTES_MAX = 16 * 1024, GUARD_BODY_MAX = 1 << 20 };

struct guard_header {
	const char *name, *value;
};
struct guard_request {
	const char *method; /* "GET" */
	const char *target; /* as it came */
	int major, minor;   /* of HTTP, as evhttp has read them */
	const struct guard_header *headers;
	size_t n_headers;
	size_t body_bytes;
};
struct guard_rules {
	struct strv hosts;   /* names and addresses that Host may carry beside loopback's, in lower
				case, IPv6 without brackets */
	struct strv origins; /* "https://backup.example.org": other origins that may ask, in lower
				case */
	bool https;          /* pages of ours come encrypted by us, and never otherwise */
};
struct guard_verdict {
	int status;         /* 0: go on; else the HTTP status of the refusal */
	bool close;         /* the connection must not be used again */
	const char *code;   /* the error's stable code */
	struct err err;     /* the sentence */
	const char *origin; /* the Origin to allow by CORS (points into the request), or NULL */
	bool preflight; /* OPTIONS with Access-Control-Request-Method from a configured origin */
};

void guard_judge(const struct guard_rules *rules, const struct guard_request *request,
	struct guard_verdict *ret);
bool guard_is_loopback(const struct addr *a);
/* A host as guard_parse_host() gives it: localhost, *.localhost or an address of loopback. */
bool guard_is_own_name(const char *host);
void guard_rules_done(struct guard_rules *rules);
/* "https://Backup.example.org:8443" -> lower case; -EINVAL with a sentence unless scheme, host and
 * optional port and nothing else. ret is a heap string. */
int guard_parse_origin(const char *text, char **ret, struct err *err);
/* The host of "name", "name:80", "1.2.3.4:80", "[::1]:80" in lower case without brackets and port;
 * -EINVAL. out holds 256 bytes. */
int guard_parse_host(const char *text, char *out);

#endif
