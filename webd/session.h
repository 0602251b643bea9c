/* session.h - signing in, who one is, signing out, and the first account. */
#ifndef WEBD_SESSION_H
#define WEBD_SESSION_H

#include "webd/exchange.h"

void session_post(struct exchange *x);
void session_get(struct exchange *x);
void session_delete(struct exchange *x);
/* POST /api/setup */
void session_setup(struct exchange *x);

#endif
