/* components.h - the part of openapi.json that names and describes every JSON object once. */
#ifndef WEBD_COMPONENTS_H
#define WEBD_COMPONENTS_H

#include "common/jsonw.h"

struct route;

enum { COMPONENT_NAME_SIZE = 64 };
/* "ServerList" or "ServerAnswer" for a route that reads; returns out. */
const char *component_of_read(const struct route *r, char out[COMPONENT_NAME_SIZE]);
/* "components": {...}, "x-error-codes": {...} */
void components_print(struct jsonw *w);

#endif
