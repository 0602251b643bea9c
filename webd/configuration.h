/* configuration.h - GET and PUT /api/config. */
#ifndef WEBD_CONFIGURATION_H
#define WEBD_CONFIGURATION_H

#include "webd/exchange.h"

void configuration_get(struct exchange *x);
/* The body is the whole configuration (without limits). The original's front-end sends
 * directories_to_scan and subnets_to_scan alone: then, and without If-Match, the other settings
 * stay. */
void configuration_put(struct exchange *x);

#endif
