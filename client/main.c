/* main.c - backup-checker, the command-line client: asks scannerd and reads its database, for
 * people, scripts and monitoring.
 *
 * A map of this folder:
 *
 *	commands.c		THE table's engine: finds the command, parses its options, runs it
 *	manual.c, completion.c	the manual page and bash's completion, printed from the table
 *	install.c		where scannerd and the database are, and calls to scannerd
 *	inventory.c, find.c	the database read through its views; which server a person means
 *
 *	status_command.c	"status"; monitoring.c: state, line and perfdata (pure)
 *	servers_command.c, files_command.c, match_command.c	lists, "explain", "unmatched"
 *	exempt_command.c	"exempt", "unexempt"
 *	scan_command.c		"scan"; progress.c: the bar
 *	config_command.c	"config check", "config show"
 *	config_edit.c		"config edit"; editor.c: somebody's editor on a temporary file
 *	user_command.c, token_command.c		accounts and API tokens; role.c, secret.c: what
 *				people type for them
 *	doctor.c		"doctor"; doctor_*.c: its checks; spawn.c: asking other programs
 *
 *	list.c			rows as a table, JSON or CSV
 *	screen.c		widths, colours, and text of other people's made harmless
 *	say.c			sentences to standard error, and exit codes
 */
#include "client/commands.h"

int main(int argc, char **argv)
{
	return commands_run(argc, argv);
}
