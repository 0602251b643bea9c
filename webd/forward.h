/* forward.h - requests that scannerd answers: the body is judged by the method's field table, sent
 * on, and the reply becomes the answer. */
#ifndef WEBD_FORWARD_H
#define WEBD_FORWARD_H

#include "proto/iface.h"
#include "webd/exchange.h"
#include "webd/read.h"

enum forward_after {
	FORWARD_PLAIN, /* {"status":"success","message",...the reply's members} */
	FORWARD_ROW,   /* the same with "server": the row as it is now */
	FORWARD_SCAN,  /* a scan was started: 202, or the end of it with ?wait= */
};
/* One row a forwarded request. */
struct forward {
	enum scanner_method method;
	int status;
	const char *answers; /* the component of openapi.json that describes the answer */
	/* The same of the body, which gives what the address does not; it may be absent if nothing
	 * in it is required. NULL: there is none. */
	const char *takes;
	const char *message;
	enum forward_after after;
	const char *id_name;          /* the method's parameter that {id} gives, or NULL */
	const char *word_name, *word; /* a parameter that the path says: "kind", "servers" */
	const char *query_name;       /* a parameter that comes from the query: "path" */
	const char *query_name2;      /* another one, which may be absent */
	const char *query_switch;     /* true if the query has it */
};

void forward_run(const struct forward *f, struct exchange *x);
/* The fields that the body has: the method's own without those that the address gives. space holds
 * FORWARD_FIELDS_MAX. */
enum { FORWARD_FIELDS_MAX = 16 };
void forward_body_table(
	const struct forward *f, struct field space[FORWARD_FIELDS_MAX], struct field_table *ret);

/* One call of a scanner method. answer is called once, with the exchange (NULL: the client has
 * gone) and either the reply or an error; perhaps before this returns. */
typedef void (*forward_answer)(
	struct exchange *x, const cJSON *reply, const struct err *err, void *arg);
/* At the end: forgets calls that have no reply yet. Their exchanges must be gone. */
void forward_cancel_all(struct web *web);
void forward_call(struct exchange *x, enum scanner_method method, const struct buf *parameters,
	forward_answer answer, void *arg);

#endif
