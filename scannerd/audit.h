/* audit.h - writes down who did what: a row of the audit log and a line of the journal each.
 *
 * Rows are queued for the store's thread when something has been done; that it was done does not
 * wait for them. Lines of the journal have the fields AUDIT_ACTOR, AUDIT_SOURCE, AUDIT_ACTION,
 * AUDIT_SUBJECT, AUDIT_BEFORE, AUDIT_AFTER and the MESSAGE_ID AUDIT_MESSAGE_ID. */
#ifndef SCANNERD_AUDIT_H
#define SCANNERD_AUDIT_H

#include "scannerd/caller.h"
#include "scannerd/daemon.h"

#define AUDIT_MESSAGE_ID "7b1de2c95d0c4a3f9a5d8c0e6f214b77"

enum { AUDIT_SUBJECT_SIZE = 512, AUDIT_SETTINGS_MAX = 100 };

/* before, after: JSON, or NULL. */
void audit_write(struct daemon *d, const struct caller *by, const char *action, const char *subject,
	const char *before, const char *after);
/* An attempt that was refused. */
void audit_refused(struct daemon *d, const char *source, const char *action, const char *subject);
/* One row for each setting that differs, at most AUDIT_SETTINGS_MAX. by NULL: the file was edited.
 */
void audit_settings(struct daemon *d, const struct caller *by, const struct config *before,
	const struct config *after);

#endif
