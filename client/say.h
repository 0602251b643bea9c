/* say.h - what the client says to people when something does not work, and the exit code for it. */
#ifndef CLIENT_SAY_H
#define CLIENT_SAY_H

#include "common/err.h"

enum { EXIT_OK = 0, EXIT_INTERRUPTED = 130 };

/* "backup-checker: ..." to standard error; text from elsewhere becomes harmless. */
void say(const char *fmt, ...) _printf_(1, 2);
/* The same for an error: "what: field: sentence"; what may be NULL. Returns its exit code. */
int say_error(const char *what, const struct err *err);
/* By sysexits.h; never 0. */
int say_exit_code(enum err_code code);
/* A wrong command line; returns EX_USAGE. */
int say_usage(const char *fmt, ...) _printf_(1, 2);
/* Writes a buffer to standard output: 0, or EX_IOERR with a sentence. */
struct buf;
int say_output(const struct buf *text);
/* The same for JSON: as it is, but harmless on a terminal. */
int say_data(const struct buf *json);

#endif
