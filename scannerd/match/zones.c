/* zones.c - loads time zones for a matcher and shares them by name. */
#include "zones.h"

#include <assert.h>
#include <errno.h>

int zones_init(struct zones *z, size_t names)
{
	*z = (struct zones){.v = calloc(names, sizeof(*z->v)), .cap = names};
	return z->v != NULL ? 0 : -ENOMEM;
}

void zones_done(struct zones *z)
{
	for (size_t i = 0; i < z->n; i++) {
		free(z->v[i].name);
		tz_free(z->v[i].tz);
	}
	free(z->v);
	*z = (struct zones){0};
}

int zones_get(struct zones *z, const char *name, const struct tz **ret)
{
	for (size_t i = 0; i < z->n; i++) {
		if (strcmp(z->v[i].name, name) == 0) {
			*ret = z->v[i].tz;
			return 0;
		}
	}
	assert(z->n < z->cap);
	struct zone *zone = &z->v[z->n];
	int rc = strcmp(name, "UTC") != 0 ? tz_load(name, &zone->tz) : 0;
	if (rc == -ENOMEM) {
		return rc;
	}
	zone->name = strdup(name);
	if (zone->name == NULL) {
		tz_free(zone->tz);
		zone->tz = NULL;
		return -ENOMEM;
	}
	z->n++;
	*ret = zone->tz;
	return 0;
}

const char *zones_name(const struct zones *z, const struct tz *tz)
{
	for (size_t i = 0; tz != NULL && i < z->n; i++) {
		if (z->v[i].tz == tz) {
			return z->v[i].name;
		}
	}
	return "UTC";
}
