/* visitor.h - what a request says of who sends it: a session's cookie, an API token, or what a
 * proxy that is trusted says. scannerd decides whether it is true. Pure: no sockets here. */
#ifndef WEBD_VISITOR_H
#define WEBD_VISITOR_H

#include "common/addr.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/field.h"
#include "proto/accounts_iface.h"

enum auth_method { AUTH_PASSWORD, AUTH_NONE, AUTH_PROXY, _AUTH_METHODS };
extern const char *const auth_method_names[]; /* "password", "none", "proxy", NULL */

enum {
	VISITOR_CREDENTIAL_SIZE = 64,
	VISITOR_NAME_SIZE = 129,
	VISITOR_ADDRESS_SIZE = ADDR_TEXT_SIZE
};

/* How people sign in, from the command line. */
struct visitor_rules {
	enum auth_method method;
	const char *user_header, *role_header; /* of a proxy; role_header NULL: role for all */
	enum role role;
	struct {
		struct prefix *v;
		size_t n;
	} trusted;       /* proxies */
	bool trust_unix; /* whoever comes by a Unix socket is one */
	bool tls;        /* connections are encrypted by us */
};

enum visitor_kind {
	VISITOR_NOBODY,
	VISITOR_CREDENTIAL, /* a session's, or an API token */
	VISITOR_CLAIMED,    /* name and role, by ActAs */
};
struct visitor {
	enum visitor_kind kind;
	char credential[VISITOR_CREDENTIAL_SIZE];
	char name[VISITOR_NAME_SIZE];
	enum role role;
	char address[VISITOR_ADDRESS_SIZE]; /* where the person sits; "": not known */
	bool https;    /* the browser's connection is encrypted, by us or by a proxy */
	bool loopback; /* the browser asked for a name of this machine's own */
};

/* Headers of a request: the value of the only one with that name, NULL without one; *ret_n says how
 * many there are. */
typedef const char *(*visitor_header)(const void *request, const char *name, size_t *ret_n);

/* peer: who is at the other end of the connection; family 0: a Unix socket. -EINVAL with a
 * sentence for what can be meant in two ways. */
int visitor_read(const struct visitor_rules *rules, const struct addr *peer, visitor_header header,
	const void *request, struct visitor *ret, struct err *err);
/* "10.0.0.5", "10.0.0.0/24", "unix". */
int visitor_trust(struct visitor_rules *rules, const char *text, struct err *err);
/* Is whoever is at the other end of a connection a trusted proxy? */
bool visitor_is_proxy(const struct visitor_rules *rules, const struct addr *peer);
void visitor_rules_done(struct visitor_rules *rules);

/* The parameters of Authenticate or ActAs, of a visitor who is not nobody. */
void visitor_print(const struct visitor *v, struct buf *out);
/* A Set-Cookie header's value; credential NULL: the cookie is to be forgotten. -EPERM with a
 * sentence where no cookie is safe: without encryption, from another machine. */
int visitor_cookie(
	const struct visitor *v, const char *credential, struct buf *out, struct err *err);

#endif
