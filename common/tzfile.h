/* tzfile.h - time zones from the system's TZif files (RFC 8536), without TZ, localtime(3) or any
 * shared state. */
#ifndef COMMON_TZFILE_H
#define COMMON_TZFILE_H

#include "def.h"

struct tz;

/* The zone of an IANA name, "UTC" (needs no file) or "" (the machine's own; UTC if it has none).
 * -EINVAL for a name that cannot be one, -ENOENT if it is not installed, -EBADMSG if the file is
 * damaged or counts leap seconds, -ENOMEM. */
int tz_load(const char *name, struct tz **ret);
/* The same from the bytes of a TZif file. */
int tz_decode(const uint8_t *data, size_t size, struct tz **ret);
void tz_free(struct tz *tz);
/* Seconds east of UTC at time t. */
int tz_offset(const struct tz *tz, int64_t t);
/* The time at which the zone's clocks show local_s (seconds since 1970 as if they were UTC). Of an
 * hour that is passed twice the earlier one; one that is skipped is moved on by what was skipped.
 */
int64_t tz_from_local(const struct tz *tz, int64_t local_s);
/* Does tz_from_local() say the same of both, at least up to the year 2100? */
bool tz_equal(const struct tz *a, const struct tz *b);

DEFINE_CLEANUP(struct tz *, tz_free);

#endif
