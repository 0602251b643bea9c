/* openapi.h - the API's description (OpenAPI 3.1), printed from the tables. */
#ifndef WEBD_OPENAPI_H
#define WEBD_OPENAPI_H

#include "common/buf.h"

struct exchange;

/* Appends the document, one line feed at its end. */
void openapi_print(struct buf *out);
void openapi_get(struct exchange *x); /* GET /api/openapi.json */

#endif
