/* secret.h - passwords from people and pipes. */
#ifndef CLIENT_SECRET_H
#define CLIENT_SECRET_H

#include "common/err.h"

enum { SECRET_SIZE = 258 }; /* the longest password, a newline, and one to tell what is longer */

/* A new password: asked for twice on the terminal without being shown, or the first line of
 * standard input. The caller wipes it with secret_wipe(). ERR_INVALID_VALUE if the two differ;
 * ERR_UNAVAILABLE without a terminal. */
int secret_new(bool from_stdin, char out[SECRET_SIZE], struct err *err);
void secret_wipe(char secret[SECRET_SIZE]);

#endif
