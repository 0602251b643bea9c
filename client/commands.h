/* commands.h - every command of the program as a row: the words it is called by, its options, its
 * arguments, its documentation, what runs it. */
#ifndef CLIENT_COMMANDS_H
#define CLIENT_COMMANDS_H

#include "client/install.h"
#include "common/options.h"

struct command {
	const char *name;      /* "scan directories" */
	const char *arguments; /* "[PATH]..."; NULL: none */
	const char *summary;   /* one line */
	const char *details;   /* paragraphs, or NULL */
	const struct option_row *options;
	size_t count;
	int least, most; /* how many arguments it takes */
	int failure;     /* the exit code of whatever goes wrong; 0: by sysexits.h */
	/* Says what goes wrong itself; returns the exit code. */
	int (*run)(const struct install *in, int n, char *const *words);
};

extern const struct command status_command, scan_directories_command, scan_servers_command,
	scan_cancel_command, servers_command, files_command, explain_command, unmatched_command,
	exempt_command, unexempt_command, config_check_command, config_show_command,
	config_edit_command, user_list_command, user_add_command, user_role_command,
	user_passwd_command, user_remove_command, token_list_command, token_add_command,
	token_remove_command, doctor_command, completion_command;

/* All of them, in the order of the manual; ends with NULL. */
extern const struct command *const commands[];

/* What is said of the program where no command is meant. */
extern const char commands_summary[], commands_details[];

/* The command that argv means, run; the exit code of the program. */
int commands_run(int argc, char **argv);

#endif
