/* health.h - is this server alive, and is the database readable? */
#ifndef WEBD_HEALTH_H
#define WEBD_HEALTH_H

#include "webd/exchange.h"

void health_get(struct exchange *x);   /* GET /api/health, as the original's, and GET /readyz */
void health_alive(struct exchange *x); /* GET /healthz: the loop runs */

#endif
