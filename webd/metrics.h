/* metrics.h - GET /metrics: the state of the backups, of the scans and of webd for Prometheus. */
#ifndef WEBD_METRICS_H
#define WEBD_METRICS_H

#include "webd/exchange.h"

/* ?servers=0 leaves out what there is one of for every server. Answers 200 also when the database
 * cannot be read: Prometheus would throw away an error's body, and with it database_up 0. */
void metrics_get(struct exchange *x);

#endif
