/* request.h - what a request asks for: its path and parameters decoded once, its body as JSON.
 * Pure: no sockets here. */
#ifndef WEBD_REQUEST_H
#define WEBD_REQUEST_H

#include "common/err.h"
#include "common/json.h"
#include "webd/read.h"

enum { REQUEST_TARGET_MAX = 8192, REQUEST_PARAMS_MAX = 32 };

struct request {
	char *path; /* decoded, valid UTF-8, no NUL */
	struct param
		params[REQUEST_PARAMS_MAX]; /* decoded likewise; the texts belong to this struct */
	size_t n_params;
	int64_t id;     /* of {id} in the route's path; 0: the route has none */
	cJSON *body;    /* an object; NULL without a body */
	char *if_match; /* the revision in If-Match, without quotes; NULL: none, or "*" */
};

/* One parameter that a route takes. */
struct query_row {
	const char *name, *doc;
	bool required;
	int64_t min, max; /* of an integer; both 0: any text */
};

/* target: the request target as it came ("/api/files?q=a%20b"). -EINVAL with a sentence for bad
 * escapes, a NUL, invalid UTF-8, too many parameters, the same one twice. */
int request_parse(const char *target, struct request *ret, struct err *err);
/* The body must be one JSON object; len 0: none. */
int request_parse_body(struct request *r, const char *body, size_t len, struct err *err);
/* Takes a single strong entity tag or "*"; anything else never matches (RFC 9110, 13.1.1) and is
 * kept as it is. */
int request_parse_if_match(struct request *r, const char *value, struct err *err);
void request_done(struct request *r);

/* Every parameter must be one of rows, inside its bounds, and the required ones must be there. */
int request_check_params(
	const struct request *r, const struct query_row *rows, size_t n, struct err *err);
const char *request_param(const struct request *r, const char *name); /* NULL: not given */
/* After request_check_params(): the number, `otherwise` if not given. */
int64_t request_param_int(const struct request *r, const char *name, int64_t otherwise);

/* "1".."9223372036854775807" without leading zeros, signs or blanks. */
int request_canonical_id(const char *text, size_t len, int64_t *ret);

#endif
