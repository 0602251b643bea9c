/* exemptions.h - servers of which a person said that they need no backup: why, who, and until when.
 *
 * An exemption that is past its end judges no longer but stays, so that the status can say that it
 * ended; a person removes or renews it. */
#ifndef SCANNERD_STORE_EXEMPTIONS_H
#define SCANNERD_STORE_EXEMPTIONS_H

#include "proto/iface.h"
#include "scannerd/store/store.h"

enum { EXEMPTION_YEARS_MAX = 100 };

/* [thread] Sets or replaces a server's exemption and writes its status down. in->until without a
 * time is the end of that day in the machine's time zone. Sentences: no such server
 * (ERR_NOT_FOUND); a reason or author that is empty or cannot be printed; a time that does not
 * exist, is over, or lies more than EXEMPTION_YEARS_MAX ahead (field until). */
int store_exemption_set(
	struct store *s, const struct exemption_in *in, int64_t now, struct err *err);
/* [thread] Removes it, ended or not; ERR_NOT_FOUND if there is none. */
int store_exemption_end(struct store *s, int64_t server, int64_t now, struct err *err);
/* [thread] When the next exemption ends by itself, at or after now: from the second behind that on
 * its server is judged again. TIME_NONE: none does. */
int64_t store_exemption_next_end(struct store *s, int64_t now);

#endif
