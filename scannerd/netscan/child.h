/* child.h - one child process with its output on pipes: closed descriptors, limits, a session of
 * its own, gone when we are. */
#ifndef NETSCAN_CHILD_H
#define NETSCAN_CHILD_H

#include "common/def.h"
#include "common/err.h"
#include "terminal.h"

struct child {
	pid_t pid;
	int pidfd;    /* readable once it has ended */
	int out, err; /* non-blocking; -1 once closed */
	struct terminal terminal;
};
#define CHILD_INIT                                                                   \
	{                                                                            \
		.pid = -1, .pidfd = -1, .out = -1, .err = -1, .terminal = { -1, -1 } \
	}

/* Runs path with that command line, environment and standard input (which stays the caller's). It
 * has a terminal that says nothing. The result says also whether exec worked: -ENOENT etc. from the
 * child itself. */
int child_start(
	const char *path, char *const argv[], char *const envp[], int input, struct child *ret);
/* To its whole process group. */
void child_signal(const struct child *c, int signal);
/* Waits for a child that has ended, or kills it first. Returns the status of waitpid(2). Frees
 * everything. */
int child_done(struct child *c);

#endif
