/* manual.h - the manual page, printed from the table of the commands. */
#ifndef CLIENT_MANUAL_H
#define CLIENT_MANUAL_H

#include "common/buf.h"

void manual_print(struct buf *out); /* man(7) source */

#endif
