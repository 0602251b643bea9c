/* sandbox.h - what this process shall never be able to do again: Landlock for files, seccomp for
 * system calls, and capabilities.
 *
 * Each function takes effect for the calling thread and all that it starts later: call them before
 * there are threads. None can be undone. Files and calls are a second wall behind users, modes and
 * units: a kernel that lacks them (-EOPNOTSUPP) is no reason not to run. */
#ifndef COMMON_SANDBOX_H
#define COMMON_SANDBOX_H

#include "def.h"

enum sandbox_right {
	SANDBOX_LIST = 1,     /* directories can be listed */
	SANDBOX_READ = 2,     /* and files read */
	SANDBOX_WRITE = 4,    /* files changed, made and removed; folders too */
	SANDBOX_SOCKET = 8,   /* Unix sockets made, replaced and removed */
	SANDBOX_EXECUTE = 16, /* programs executed */
	SANDBOX_FOLDER = 32,  /* all this in the folder that the path lies in, not at the path */
};

struct sandbox_path {
	const char *path; /* NULL or missing: nothing to allow */
	unsigned rights;  /* for it and all below, whatever is mounted there and whenever */
};

/* From now on files can be used only as paths say. Also no TCP connection can be opened or awaited
 * (kernel 6.7), no signal sent and no abstract Unix socket reached outside (6.12): sockets that are
 * there stay. -EOPNOTSUPP without Landlock; -errno. */
int sandbox_files(const struct sandbox_path *paths, size_t n);

/* From now on: no execution, no tracing, no new sockets but Unix ones, no memory that is writable
 * and executable, and none of the calls that change the machine; they fail with EPERM. In a build
 * for finding leaks this does nothing: the leak check itself traces. -EOPNOTSUPP on machines whose
 * calls are not known here; -errno. */
int sandbox_calls(void);

/* For the log: a wall that is missing is worth a word, but the others stand. rc: what one of the
 * two above returned. */
void sandbox_note(const char *wall, int rc);

/* Only these capabilities (a mask of 1 << CAP_...) stay, of those that are there: permitted and
 * effective. None comes back by execution. -errno. */
int sandbox_capabilities(uint64_t keep);

#endif
