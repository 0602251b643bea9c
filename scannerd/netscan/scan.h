/* scan.h - a whole scan: find the live ones, then look at their ports, telling each host as soon as
 * it is known. */
#ifndef NETSCAN_SCAN_H
#define NETSCAN_SCAN_H

#include "peer.h"
#include "proto/netscan.h"

struct scan_setup {
	const char *nmap;
	bool raw; /* CAP_NET_RAW is there */
};

/* Sends hosts, progress and warnings to the peer; the last record is the caller's to send.
 * -ECANCELED: the peer is gone; else -errno with err filled. *ret needs no freeing. */
int scan_run(const struct scan_setup *setup, const struct netscan_request *r, struct peer *peer,
	struct netscan_finished *ret, struct err *err);

#endif
