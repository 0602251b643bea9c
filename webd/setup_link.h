/* setup_link.h - the link by which the first account is made: known only to who can read what webd
 * prints where it was started. */
#ifndef WEBD_SETUP_LINK_H
#define WEBD_SETUP_LINK_H

#include <event2/event.h>
#include <stdbool.h>

enum { SETUP_ADDRESS_SIZE = 320 };

struct setup_link;

/* address: what a browser would open, with "/" at its end; copied. -errno */
int setup_link_new(struct event_base *base, const char *socket_path, const char *address,
	struct setup_link **ret);
void setup_link_free(struct setup_link *s);
/* Asks scannerd whether there are accounts: without any the link is printed, once; with one it is
 * worth nothing any more. */
void setup_link_look(struct setup_link *s);
/* Compares without telling by the time it takes how much was right. NULL is never right. */
bool setup_link_is(const struct setup_link *s, const char *token);

#endif
