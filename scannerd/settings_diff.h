/* settings_diff.h - which settings differ between two configurations. */
#ifndef SCANNERD_SETTINGS_DIFF_H
#define SCANNERD_SETTINGS_DIFF_H

#include "common/config.h"

/* path: "status.green_within", or "rules[3]" for a list of which elements from there on differ;
 * then before and after are arrays of those that are not the same at both its ends. Compact JSON;
 * never NULL. */
typedef void (*settings_differ)(void *arg, const char *path, const char *before, const char *after);
/* Calls `differ` for each; -ENOMEM. */
int settings_diff(
	const struct config *before, const struct config *after, settings_differ differ, void *arg);

#endif
