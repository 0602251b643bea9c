/* role.h - roles and times as people write them for accounts and tokens. */
#ifndef CLIENT_ROLE_H
#define CLIENT_ROLE_H

#include "common/err.h"

/* "viewer", "operator" or "admin". -EINVAL with a sentence. */
int role_parse(const char *text, int64_t *ret, struct err *err);
/* "90d" from now, "2027-01-31" (to the end of that day, UTC) or RFC 3339, in the future. -EINVAL
 * with a sentence. */
int role_expiry(const char *text, int64_t now, int64_t *ret, struct err *err);

#endif
