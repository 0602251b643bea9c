/* routes.h - THE table of what webd answers: method, path, who may ask, and what answers: a read, a
 * forwarded command, or code. */
#ifndef WEBD_ROUTES_H
#define WEBD_ROUTES_H

#include "proto/accounts_iface.h"
#include "webd/read.h"
#include "webd/request.h"

struct exchange;
struct forward;

enum http_method { HTTP_GET, HTTP_POST, HTTP_PUT, HTTP_DELETE, _HTTP_METHODS };
extern const char *const http_method_names[]; /* "GET" ... */

struct route {
	enum http_method method;
	const char *path; /* exact; one component may be "{id}" (a number) or "{name}" (anything) */
	enum role role;   /* who may ask, once somebody signs in */
	const char *doc;
	/* exactly one of the following three */
	const struct read *read;
	const struct forward *forward;
	void (*code)(struct exchange *x);

	enum read_format format; /* of a read */
	const char *
		read_id_filter; /* the filter of the read that {id} sets; NULL with {id}: one row */
	const struct query_row *query; /* of code and forward */
	size_t n_query;
	bool any_query;      /* takes parameters that it does not know */
	const char *answers; /* the content type; NULL: application/json */
	/* components of openapi.json, where a read or a forward does not say it */
	const char *schema; /* of the answer */
	const char *takes;  /* of the body; NULL: there is none */
	const char *broken; /* of an answer 503; NULL: an error */
	bool tagged;        /* answers carry an ETag, changes may ask for it by If-Match */
};

/* Does it answer one row of its read? */
bool route_is_row(const struct route *r);
size_t routes_all(const struct route **ret_rows);

enum route_result { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD, ROUTE_BAD_ID };
enum { ROUTE_ALLOW_SIZE = 64 };
/* method is "GET" ...; HEAD finds GET. allow gets "GET, HEAD, OPTIONS" whenever the path is known.
 * *ret_id: of {id}, else 0. */
enum route_result routes_find(const char *method, const char *path, const struct route **ret,
	int64_t *ret_id, char allow[ROUTE_ALLOW_SIZE]);

#endif
