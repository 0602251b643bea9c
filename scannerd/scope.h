/* scope.h - what a scan of servers asks of netscan, and the addresses that netscan is believed
 * about: no others. */
#ifndef SCANNERD_SCOPE_H
#define SCANNERD_SCOPE_H

#include "common/addr.h"
#include "common/config.h"
#include "proto/netscan.h"

struct scope {
	struct prefix *targets, *exclude, *within;
	size_t n_targets, n_exclude, n_within;
	bool names;   /* among the targets: their addresses are only known to lie in `within` */
	int64_t most; /* addresses that there can be */
};

enum { SCOPE_NAMED_MAX = 4096 }; /* addresses of all names together */

/* From the settings; only: a part of the configured subnets, or nothing for all. -EINVAL, or -EPERM
 * (ERR_OUTSIDE_LIMITS) for a part that is not configured. */
int scope_request(const struct config *c, const struct strv *only, struct netscan_request *ret,
	struct err *err);
/* Of a request that was made from a judged configuration. -ENOMEM. */
int scope_init(struct scope *s, const struct netscan_request *r);
void scope_done(struct scope *s);
/* May netscan speak of this address? */
bool scope_has(const struct scope *s, const char *address);
/* Can a name have led to it? It may be excluded all the same. */
bool scope_has_named(const struct scope *s, const char *address);

#endif
