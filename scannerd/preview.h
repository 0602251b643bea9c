/* preview.h - what a rule would match, before anybody saves it. */
#ifndef SCANNERD_PREVIEW_H
#define SCANNERD_PREVIEW_H

#include "scannerd/daemon.h"

enum { PREVIEW_SAMPLES = 50 };

/* On the store's thread. Writes
 * {"samples":[{"path","server","counts","reason"}],"files","with_server","counted","ignored",
 * "complete"}; complete is false where the rule is so slow that not every file could be looked at.
 * A rule that is wrong is -EINVAL with its field. */
int preview_run(
	struct daemon *d, struct store *s, const cJSON *rule, struct jsonw *w, struct err *err);

#endif
