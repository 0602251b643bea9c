/* settings.h - the configuration in force: reading it again, and changing it through the socket. */
#ifndef SCANNERD_SETTINGS_H
#define SCANNERD_SETTINGS_H

#include "scannerd/daemon.h"

struct caller;

/* At the start: writes the settings in force into the history (unless they are its newest entry)
 * and the directories into the store. */
void settings_record_start(struct daemon *d);
/* SIGHUP: reads the file again; a bad one is logged and the old one stays. */
void settings_reload(struct daemon *d);
/* Judges, saves and applies what a message asks for. The root-owned limits are those in force.
 * ret_revision is the new one. by: who asks, for the audit log. */
int settings_set(struct daemon *d, const struct caller *by, const cJSON *json, const char *revision,
	char ret_revision[CONFIG_REVISION_SIZE], struct strv *ret_warnings, struct err *err);
/* Adds one rule, as it would stand in the file, at that position (1: first; 0: last) and writes the
 * file. Sentences name "rule" or "position". */
int settings_add_rule(struct daemon *d, const struct caller *by, const cJSON *rule,
	int64_t position, char ret_revision[CONFIG_REVISION_SIZE], struct strv *ret_warnings,
	struct err *err);
/* Fills what GetConfig answers. */
int settings_get(struct daemon *d, struct config_out *ret, struct err *err);

#endif
