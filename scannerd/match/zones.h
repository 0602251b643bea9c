/* zones.h - the time zones by whose clocks a matcher reads times, each loaded once. */
#ifndef SCANNERD_MATCH_ZONES_H
#define SCANNERD_MATCH_ZONES_H

#include "common/tzfile.h"

struct zone {
	char *name;    /* IANA name; "": the machine's own */
	struct tz *tz; /* NULL: UTC */
};

struct zones {
	struct zone *v;
	size_t n, cap;
};

/* Room for so many names. -ENOMEM. */
int zones_init(struct zones *z, size_t names);
void zones_done(struct zones *z);
/* The zone of that name. One that cannot be loaded is UTC: config_check() has refused it before,
 * and a time that is hours off is better than no matching. -ENOMEM. */
int zones_get(struct zones *z, const char *name, const struct tz **ret);
/* The name under which a zone was loaded; "UTC" for NULL. */
const char *zones_name(const struct zones *z, const struct tz *tz);

#endif
