/* completion.h - completion for bash, printed from the table of the commands. */
#ifndef CLIENT_COMPLETION_H
#define CLIENT_COMPLETION_H

#include "common/buf.h"

void completion_print(struct buf *out);

#endif
