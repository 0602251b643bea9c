/* exchange.h - one request and its answer. Only the loop's thread may touch it.
 *
 * Every exchange ends with exactly one of exchange_reply(), _json(), _error(), _refuse(), _end() or
 * _cut(), and is gone then. If the client goes away first, on_gone is called and the exchange is
 * gone after it: whoever holds one past the return of the route's code must set on_gone and forget
 * the pointer there. */
#ifndef WEBD_EXCHANGE_H
#define WEBD_EXCHANGE_H

#include "common/buf.h"
#include "common/err.h"
#include "webd/access.h"
#include "webd/request.h"
#include "webd/web.h"
#include <event2/http.h>

enum { EXCHANGE_IDLE_S = 60 }; /* nothing read or written on a connection */

struct exchange {
	struct web *web;
	struct evhttp_request *req;
	const struct route *route; /* NULL before one is found */
	struct request request;
	struct visitor visitor;
	struct access_caller caller; /* of routes that need a role */
	struct access_question *asked;
	bool head;      /* the body is not wanted */
	bool started;   /* exchange_start() was called */
	bool unwritten; /* of a chunk it is not said yet that it is written */
	bool ending;    /* exchange_end() was called, and waits for that */
	bool noticing;  /* exchange_notice_leaving() was called, the answer has not begun */
	void (*on_gone)(void *arg);
	void *gone_arg;
	void (*written)(void *arg);
	void *written_arg;
	LIST_ENTRY(exchange) entry;
};

/* NULL when out of memory. */
struct exchange *exchange_new(struct web *web, struct evhttp_request *req);
/* The answer's header; name and value are copied. Values come from us, never from a request
 * unjudged. */
void exchange_header(struct exchange *x, const char *name, const char *value);

void exchange_reply(
	struct exchange *x, int status, const char *content_type, const void *data, size_t len);
/* body's failure (out of memory) becomes an error 500. */
void exchange_json(struct exchange *x, int status, const struct buf *body);
void exchange_empty(struct exchange *x, int status); /* 204 */
/* {"status":"error","code","message","field"} with the code's HTTP status. */
void exchange_error(struct exchange *x, const struct err *err);
/* The same with another status or code; close ends the connection after it. */
void exchange_refuse(
	struct exchange *x, int status, const char *code, const struct err *err, bool close);
/* Appends that JSON object. */
void exchange_print_error(struct buf *out, const char *code, const struct err *err);

/* An answer in pieces. length < 0: chunked. written(arg) is called each time that everything given
 * has been sent. */
void exchange_start(struct exchange *x, int status, const char *content_type, int64_t length);
void exchange_chunk(
	struct exchange *x, struct evbuffer *data, void (*written)(void *arg), void *arg);
void exchange_end(struct exchange *x);
/* Drops the connection at once; on_gone is not called. */
void exchange_cut(struct exchange *x);
/* As if the client had gone: on_gone is called, the connection ends. */
void exchange_drop(struct exchange *x);
/* evhttp does not look at a connection between a request and its answer: from now on until the
 * answer begins, a client that leaves is noticed at once (on_gone). For answers that may take long.
 */
void exchange_notice_leaving(struct exchange *x);
size_t exchange_unsent(const struct exchange *x); /* bytes that wait for the client */

#endif
