/* progress.h - how far the whole scan is, from hosts that nmap has finished and the percentage of
 * its present task. */
#ifndef NETSCAN_PROGRESS_H
#define NETSCAN_PROGRESS_H

#include "proto/netscan.h"

struct progress {
	char phase[16];
	char task[80];
	uint64_t done, total;          /* hosts of this phase */
	uint64_t looked_at, addresses; /* by discovery; stay when the ports are scanned */
	double task_percent;
	int64_t started_ms, told_ms; /* of the phase; of the last record */
	int percent;                 /* told last: it never goes back */
};

void progress_begin(struct progress *p, const char *phase, uint64_t total, int64_t now_ms);
void progress_step(struct progress *p); /* one more host */
void progress_task(struct progress *p, const char *task, double percent);
/* At most once a second. *ret borrows from p; hosts_up is the caller's. */
bool progress_due(struct progress *p, int64_t now_ms, struct netscan_progress *ret);

#endif
