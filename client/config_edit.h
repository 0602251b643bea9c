/* config_edit.h - the configuration in force as text, for showing it and for an editor. */
#ifndef CLIENT_CONFIG_EDIT_H
#define CLIENT_CONFIG_EDIT_H

#include "common/buf.h"
#include "proto/iface.h"

/* Laid out for people. everything: also what is at its default, and the limits, which cannot be
 * changed over the socket. */
int config_text(const struct config_out *answer, bool everything, struct buf *out, struct err *err);

#endif
