/* targets.h - what is really scanned: prefixes without overlaps, without the excluded ones, and
 * none outside the limits.
 *
 * nmap never sees an exclusion: they are taken out here, by splitting prefixes, so that its reading
 * of them does not matter. */
#ifndef NETSCAN_TARGETS_H
#define NETSCAN_TARGETS_H

#include "common/addr.h"
#include "common/buf.h"
#include "common/field.h"

enum {
	TARGETS_PIECES_MAX = 1 << 17,
	TARGETS_ADDRESSES_MAX = 1 << 20, /* of one scan: a /12, or sixteen /16 */
};

struct targets {
	struct prefix *v; /* sorted, disjoint */
	size_t n, cap;
	struct prefix *within, *exclude;
	size_t within_n, exclude_n;
	uint64_t addresses; /* in v */
};

/* Canonical prefixes of the request; -EINVAL or -ENOMEM with err filled. */
int targets_init(
	struct targets *t, const struct strv *within, const struct strv *exclude, struct err *err);
void targets_done(struct targets *t);
/* Does a single address lie within the limits? */
bool targets_allows(const struct targets *t, const struct addr *a);
bool targets_excludes(const struct targets *t, const struct addr *a);
/* Adds what is left of p. -EPERM (ERR_OUTSIDE_LIMITS) if a part of it lies outside the limits,
 * -E2BIG above the maxima. */
int targets_add(struct targets *t, const struct prefix *p, struct err *err);
uint64_t targets_count(const struct targets *t, uint8_t family); /* addresses; family 0: both */
/* One canonical prefix or address on each line, for `nmap -iL -`. */
void targets_print(const struct targets *t, uint8_t family, struct buf *out);

#endif
