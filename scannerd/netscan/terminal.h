/* terminal.h - a terminal that nobody sits at, for a child that tells its progress only to one. */
#ifndef NETSCAN_TERMINAL_H
#define NETSCAN_TERMINAL_H

#include "common/def.h"

/* Both ends stay open in the parent for as long as the child runs: the last close of either takes
 * the terminal away. -1 where there is none. */
struct terminal {
	int master, slave;
};

void terminal_open(struct terminal *ret);
/* In the child, leader of a new session: makes it the session's terminal, as well as it can. */
void terminal_take(const struct terminal *t);
void terminal_done(struct terminal *t);

#endif
