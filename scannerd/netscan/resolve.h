/* resolve.h - a request's targets as prefixes: names are looked up, and every address is held
 * against the limits. */
#ifndef NETSCAN_RESOLVE_H
#define NETSCAN_RESOLVE_H

#include "proto/netscan.h"
#include "targets.h"

/* Called for a target that is left out, with a sentence. Returns false to give up (-ECANCELED). */
typedef bool (*resolve_warning)(const char *sentence, void *arg);

/* Fills t, and addresses with those that the names led to and that are not excluded. Prefixes
 * outside the limits are an error; names without an address, or with one outside the limits, are
 * warnings. Looking up blocks as long as the system's resolver does. */
int resolve_targets(const struct netscan_request *r, resolve_warning warn, void *arg,
	struct targets *t, struct strv *addresses, struct err *err);

#endif
