/* scan.h - the answer to a started scan: at once, or when it has ended (?wait=SECONDS). */
#ifndef WEBD_SCAN_H
#define WEBD_SCAN_H

#include "webd/exchange.h"

struct forward;

enum { SCAN_WAIT_MAX_S = 3600 };
/* reply to StartScan, or its error; ends the exchange, perhaps later. */
void scan_answer(
	struct exchange *x, const struct forward *f, const cJSON *reply, const struct err *err);

#endif
