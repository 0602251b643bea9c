/* nmap_run.h - one run of nmap from start to judgement, watching the peer and the clock. */
#ifndef NETSCAN_NMAP_RUN_H
#define NETSCAN_NMAP_RUN_H

#include "nmap_args.h"
#include "nmap_xml.h"
#include "peer.h"

struct nmap_job {
	const char *path; /* of nmap */
	enum nmap_phase phase;
	uint8_t family;
	bool privileged;
	const struct netscan_request *request;
	const struct buf *targets; /* one on each line */
	uint64_t addresses;        /* in targets: nmap has to look at all; bounds its output */
	int64_t deadline_ms;       /* monotonic */
	struct peer *peer;
	const struct nmap_events *events;
	void *arg;
};

/* 0 only if nmap has done everything. -ECANCELED: the peer is gone or a callback stopped it;
 * -ETIME; -ENOENT: no nmap; else what went wrong, with err filled. nmap and all that it started is
 * gone in every case. */
int nmap_run(const struct nmap_job *job, struct err *err);

#endif
