/* install.h - where the parts of the installation are that a command works on, and the way to
 * scannerd. */
#ifndef CLIENT_INSTALL_H
#define CLIENT_INSTALL_H

#include "common/options.h"
#include "proto/talk.h"

struct install {
	const char *socket, *database, *config;
};

/* The options that every command takes; they fill install_given. */
enum { INSTALL_OPTIONS = 3 };
extern const struct option_row install_options[INSTALL_OPTIONS];
extern struct install install_given;

enum { INSTALL_ANSWER_MS = 30000 };

/* Connects to scannerd, and speaks for the API token in $BACKUP_CHECKER_TOKEN if there is one.
 * -errno with a sentence that says what to do. */
int install_connect(const struct install *in, struct talk **ret, struct err *err);
/* One call on a connection of its own. */
int install_call(const struct install *in, enum scanner_method method, const void *parameters,
	void *out, struct err *err);

#endif
