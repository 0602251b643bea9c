/* role.c - reads roles and the ends of tokens. */
#include "client/role.h"

#include "common/field.h"
#include "common/timefmt.h"
#include "proto/accounts_iface.h"
#include <errno.h>

enum { DAY_S = 86400 };

int role_parse(const char *text, int64_t *ret, struct err *err)
{
	for (int r = ROLE_VIEWER; r < _ROLES; r++) {
		if (strcmp(text, role_names[r]) == 0) {
			*ret = r;
			return 0;
		}
	}
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
		"\"%.64s\" is no role; there are viewer, operator and admin", text);
}

int role_expiry(const char *text, int64_t now, int64_t *ret, struct err *err)
{
	int64_t t, days;

	if (duration_parse(text, &t) == 0) {
		t = t > INT64_MAX / 2 ? INT64_MAX / 2 : now + t;
	} else if (time_parse_day(text, &days) == 0) {
		t = (days + 1) * DAY_S - 1;
	} else if (time_parse(text, &t) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"\"%.64s\" is no time; write 90d, 2027-01-31 or 2027-01-31T12:00:00Z",
			text);
	}
	if (t <= now) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"\"%.64s\" is not in the future", text);
	}
	*ret = t;
	return 0;
}
