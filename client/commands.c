/* commands.c - finds the command that a command line means, and runs it. */
#include "client/commands.h"

#include "client/completion.h"
#include "client/manual.h"
#include "client/say.h"
#include <sysexits.h>

enum { ROWS_MAX = 64, WORDS_OF_A_NAME = 2 };

const struct command *const commands[] = {&status_command, &servers_command, &files_command,
	&unmatched_command, &explain_command, &scan_directories_command, &scan_servers_command,
	&scan_cancel_command, &exempt_command, &unexempt_command, &config_show_command,
	&config_check_command, &config_edit_command, &user_list_command, &user_add_command,
	&user_role_command, &user_passwd_command, &user_remove_command, &token_list_command,
	&token_add_command, &token_remove_command, &doctor_command, &completion_command, NULL};

const char commands_summary[] = "ask and command backup-checker from a shell";
const char commands_details[] =
	"It reads scannerd's database and talks to scannerd over its socket, so it works where "
	"scannerd runs, as root. A member of the groups backup-checker-read and "
	"backup-checker-control can use it too: the first may read the database; with the second "
	"and an API token in $BACKUP_CHECKER_TOKEN one may do what the token's role allows.\n\n"
	"Names of servers and files are other people's: control characters in them are printed as "
	"escapes. Colours are used on a terminal unless $NO_COLOR is set.";

/* How many words of argv are the command's name; 0: it is another. */
static int matches(const struct command *c, char *const *argv)
{
	const char *name = c->name;

	for (int i = 0; argv[i] != NULL; i++) {
		size_t len = strcspn(name, " ");

		if (strlen(argv[i]) != len || memcmp(argv[i], name, len) != 0) {
			return 0;
		}
		if (name[len] == '\0') {
			return i + 1;
		}
		name += len + 1;
	}
	return 0;
}

static const struct command *find(char *const *argv, int *ret_words)
{
	for (const struct command *const *c = commands; *c != NULL; c++) {
		*ret_words = matches(*c, argv);
		if (*ret_words != 0) {
			return *c;
		}
	}
	return NULL;
}

/* The field tables know how to measure which name is near. */
static int unknown(char *const *argv)
{
	struct field fields[ARRAY_SIZE(commands)] = {0};
	struct field_table table = {.fields = fields, .count = ARRAY_SIZE(commands) - 1};
	char wrong[128];
	const char *near;
	bool group = false;

	for (size_t i = 0; i < table.count; i++) {
		size_t len = strlen(argv[0]);

		fields[i].name = commands[i]->name;
		group = group || (strncmp(commands[i]->name, argv[0], len) == 0 &&
					 commands[i]->name[len] == ' ');
	}
	snprintf(wrong, sizeof(wrong), "%.60s%s%.60s", argv[0], group && argv[1] != NULL ? " " : "",
		group && argv[1] != NULL ? argv[1] : "");
	near = field_nearest(&table, wrong);
	if (near != NULL) {
		return say_usage("unknown command \"%s\"; did you mean %s?", wrong, near);
	}
	return say_usage(group ? "\"%s\" is the beginning of a command; --help lists what there is"
			       : "unknown command \"%s\"; --help lists what there is",
		wrong);
}

/* The command's own options and those of every command; rows holds ROWS_MAX. */
static size_t join_rows(const struct command *c, struct option_row *rows)
{
	size_t n = MIN(c->count, (size_t)ROWS_MAX - INSTALL_OPTIONS);

	if (n > 0) {
		memcpy(rows, c->options, n * sizeof(*rows));
	}
	memcpy(rows + n, install_options, sizeof(install_options));
	return n + INSTALL_OPTIONS;
}

static int check_words(const struct command *c, int n, char *const *words)
{
	if (n < c->least) {
		return say_usage("%s needs more: %s %s", c->name, c->name, c->arguments);
	}
	if (n > c->most && c->most == 0) {
		return say_usage(
			"%s: \"%.200s\" is too much; it takes options only", c->name, words[0]);
	}
	if (n > c->most) {
		return say_usage("%s: \"%.200s\" is too much", c->name, words[c->most]);
	}
	return 0;
}

static int run(const struct command *c, int argc, char **argv)
{
	struct option_row rows[ROWS_MAX];
	char name[64];
	const struct program program = {
		.name = name,
		.summary = c->summary,
		.details = c->details,
		.options = rows,
		.count = join_rows(c, rows),
		.arguments = c->arguments,
		.part = true,
	};
	bool done = false;
	int n = 0, code;

	snprintf(name, sizeof(name), "backup-checker %s", c->name);
	code = options_parse_words(&program, argc, argv, &n, &done);
	if (done) {
		return code;
	}
	if (code == 0) {
		code = check_words(c, n, argv + 1);
	}
	if (code == 0) {
		code = c->run(&install_given, n, argv + 1);
		return c->failure != 0 && code > c->failure ? c->failure : code;
	}
	return c->failure != 0 ? c->failure : code;
}

/* --- without a command --- */

static void print_help(struct buf *out)
{
	size_t width = 0;

	buf_printf(out, "Usage: backup-checker COMMAND [OPTION]... [ARGUMENT]...\n\n%s\n\n",
		commands_summary);
	for (const struct command *const *c = commands; *c != NULL; c++) {
		size_t arguments = (*c)->arguments != NULL ? strlen((*c)->arguments) + 1 : 0;

		width = MAX(width, strlen((*c)->name) + arguments);
	}
	for (const struct command *const *c = commands; *c != NULL; c++) {
		char left[64];

		snprintf(left, sizeof(left), "%s%s%s", (*c)->name,
			(*c)->arguments != NULL ? " " : "",
			(*c)->arguments != NULL ? (*c)->arguments : "");
		options_print_entry(left, width, (*c)->summary, out);
	}
	buf_adds(out, "\nbackup-checker COMMAND --help tells the options of a command.\n");
}

static int run_built_in(const char *name)
{
	_buf_ struct buf out = BUF_INIT;

	if (strcmp(name, "--help") == 0) {
		print_help(&out);
	} else if (strcmp(name, "--version") == 0) {
		buf_adds(&out, "backup-checker " BACKUP_CHECKER_VERSION "\n");
	} else if (strcmp(name, "--print-manual") == 0) {
		manual_print(&out);
	} else {
		return say_usage("unknown option %.64s before the command; --help lists what there "
				 "is",
			name);
	}
	return say_output(&out);
}

/* Options that every command takes may stand before it, too: how many arguments they are. */
static int leading(int argc, char *const *argv)
{
	int i = 1;

	while (i < argc && strncmp(argv[i], "--", 2) == 0) {
		size_t len = strcspn(argv[i] + 2, "=");
		bool known = false;

		for (size_t k = 0; k < INSTALL_OPTIONS; k++) {
			known = known ||
				(strlen(install_options[k].name) == len &&
					memcmp(install_options[k].name, argv[i] + 2, len) == 0);
		}
		if (!known) {
			break;
		}
		i += argv[i][2 + len] == '=' ? 1 : 2;
	}
	return MIN(i, argc);
}

int commands_run(int argc, char **argv)
{
	int at = leading(argc, argv), words = 0;
	const struct command *c;

	if (at >= argc) {
		return say_usage("which command? --help lists what there is");
	}
	if (argv[at][0] == '-') {
		return run_built_in(argv[at]);
	}
	c = find(argv + at, &words);
	if (c == NULL) {
		return unknown(argv + at);
	}
	memmove(argv + at, argv + at + words, (size_t)(argc - at - words + 1) * sizeof(*argv));
	return run(c, argc - words, argv);
}
