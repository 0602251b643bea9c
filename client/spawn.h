/* spawn.h - runs another program of this machine and reads what it says. */
#ifndef CLIENT_SPAWN_H
#define CLIENT_SPAWN_H

#include "common/def.h"

/* Runs argv (found in PATH, with the locale C) for at most timeout_ms and keeps the beginning of
 * its standard output, NUL-terminated; its standard error goes nowhere. Returns its exit code,
 * -ENOENT if there is no such program, -ETIMEDOUT (it is killed), -ECANCELED (a signal ended it)
 * or another -errno. */
int spawn_read(const char *const *argv, char *out, size_t size, int timeout_ms);

#endif
