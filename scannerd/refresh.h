/* refresh.h - keeping matches and statuses right after identities, rules or policies change:
 * coalesced work on the store's thread. */
#ifndef SCANNERD_REFRESH_H
#define SCANNERD_REFRESH_H

#include "scannerd/daemon.h"

int refresh_new(struct daemon *d, struct refresh **ret);
void refresh_free(struct refresh *r);
/* Identities changed: matches every file again and rebuilds the evidence. Soon, once for many
 * requests. */
void refresh_request(struct daemon *d);
/* The configuration changed: the same, after the store's thread has got a copy of the one in force;
 * what is queued from now on, such as a scan, knows it. */
void refresh_configure(struct daemon *d);
/* Exemptions changed: when the next one ends by itself, statuses are written down. */
void refresh_exemptions(struct daemon *d);
bool refresh_idle(const struct daemon *d);

/* On the store's thread. The matcher in force; built on first use. Borrowed until the work ends;
 * matcher_ref() keeps it. NULL with err. */
struct matcher *refresh_matcher(struct daemon *d, struct store *s, struct err *err);
/* Identities changed in this very work: whatever runs next on the store's thread, such as a scan's
 * beginning, builds a matcher that knows them. refresh_request() must follow. */
void refresh_stale(struct daemon *d);
/* Files were stored as this matcher judges them, in this very work or before it ends. If that is
 * not how the others are judged, the next refresh_now() judges all. */
void refresh_stored(struct daemon *d, const struct matcher *by);
/* The store thread's copy of the configuration. */
const struct config *refresh_config(struct daemon *d);
/* Brings matches (if identities_changed, or refresh_stale() said so before) and evidence up to date
 * now. facts_changed: files, or what policies look at; without any of these only the statuses are
 * written down. */
int refresh_now(struct daemon *d, struct store *s, int64_t scan, bool identities_changed,
	bool facts_changed, struct err *err);

#endif
