/* tls.h - encrypted connections: the pair of certificate and key in force, and its renewal.
 *
 * TLS 1.2 with forward secrecy and TLS 1.3, HTTP/1.1 only. Session tickets are OpenSSL's own: their
 * keys live as long as the pair, so that a session begun before a reload is negotiated anew. What
 * goes on over TLS while a pair is replaced goes on with the old one. */
#ifndef WEBD_TLS_H
#define WEBD_TLS_H

#include "common/err.h"
#include <event2/bufferevent.h>
#include <event2/http.h>

struct tls;

/* Reads the pair (see certificate.h); logs what is wrong with one that can be used: its dates, a
 * key that everybody can read. The names of the files are copied. -errno with a sentence. */
int tls_new(const char *chain_path, const char *key_path, struct tls **ret, struct err *err);
/* Open connections keep what they need. */
void tls_free(struct tls *t);

/* Reads the pair again. A bad one is logged with the reason, and the one in force stays. */
void tls_reload(struct tls *t);
/* The same when a file has changed since it was read last; else, when the pair in force ends within
 * 14 days, says so, once a day. For every now and then. now: seconds since 1970. */
void tls_look(struct tls *t, int64_t now);
int64_t tls_expires(const struct tls *t); /* the pair in force; seconds since 1970 */

/* One end of a connection whose descriptor is set later; NULL when out of memory. */
struct bufferevent *tls_bufferevent(struct tls *t, struct event_base *base);
/* The answer has been sent. If its connection ends now, tells the client that nothing was cut off:
 * an answer whose length is not said ends with it. For plain connections does nothing. */
void tls_answered(struct evhttp_request *req);

#endif
