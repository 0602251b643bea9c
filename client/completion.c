/* completion.c - "completion": a function for bash that knows every command and option. */
#include "client/completion.h"

#include "client/commands.h"
#include "client/say.h"

/* What can follow an option, by how its argument is called. */
static const struct {
	const char *argument, *answer;
} answers[] = {
	{"FILE", "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"},
	{"PATH", "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")"},
	{"STATUS[,STATUS]",
		"mapfile -t COMPREPLY < <(compgen -W 'red yellow green unknown exempt none' -- "
		"\"$word\")"},
	{"ROLE", "mapfile -t COMPREPLY < <(compgen -W 'viewer operator admin' -- \"$word\")"},
};

static bool takes_files(const struct command *c)
{
	return c->arguments != NULL &&
	       (strstr(c->arguments, "PATH") != NULL || strstr(c->arguments, "FILE") != NULL);
}

/* "--wait --socket=..." as bash's words. */
static void print_options(const struct option_row *rows, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, " --%s", rows[i].name);
	}
}

static void print_case(const struct command *c, struct buf *out)
{
	buf_printf(out, "\t'%s')\n\t\toptions='--help", c->name);
	print_options(c->options, c->count, out);
	print_options(install_options, INSTALL_OPTIONS, out);
	buf_printf(out, "'\n\t\tfiles=%s\n\t\t;;\n", takes_files(c) ? "yes" : "");
}

static void add_row(const struct option_row *row, const char *argument, struct buf *names)
{
	char name[64];

	snprintf(name, sizeof(name), "%s--%s", names->len > 0 ? " | " : "", row->name);
	if (row->argument != NULL && strcmp(row->argument, argument) == 0 &&
		strstr(buf_cstr(names), name + (names->len > 0 ? 3 : 0)) == NULL) {
		buf_adds(names, name);
	}
}

/* Options whose arguments can be completed, of all commands: an option of one name takes the same
 * everywhere. */
static void print_arguments(const char *argument, const char *answer, struct buf *out)
{
	_buf_ struct buf names = BUF_INIT;

	for (const struct command *const *c = commands; *c != NULL; c++) {
		for (size_t i = 0; i < (*c)->count; i++) {
			add_row(&(*c)->options[i], argument, &names);
		}
	}
	for (size_t i = 0; i < INSTALL_OPTIONS; i++) {
		add_row(&install_options[i], argument, &names);
	}
	if (names.len > 0) {
		buf_printf(out, "\t%s)\n\t\t%s\n\t\treturn\n\t\t;;\n", buf_cstr(&names), answer);
	}
}

/* The first words, or with a first word the second ones. */
static void print_words(const char *first, struct buf *out)
{
	size_t len = first != NULL ? strlen(first) : 0;
	const char *last = "";
	size_t last_len = 0;

	for (const struct command *const *c = commands; *c != NULL; c++) {
		const char *name = (*c)->name, *word = name;
		size_t n;

		if (first != NULL) {
			if (strncmp(name, first, len) != 0 || name[len] != ' ') {
				continue;
			}
			word = name + len + 1;
		}
		n = strcspn(word, " ");
		if (n != last_len || memcmp(word, last, n) != 0) {
			buf_printf(out, " %.*s", (int)n, word);
		}
		last = word;
		last_len = n;
	}
}

static void print_groups(struct buf *out)
{
	const char *last = "";

	for (const struct command *const *c = commands; *c != NULL; c++) {
		size_t len = strcspn((*c)->name, " ");
		char group[32];

		snprintf(group, sizeof(group), "%.*s", (int)len, (*c)->name);
		if ((*c)->name[len] == ' ' &&
			(strncmp(last, group, len) != 0 || last[len] != ' ')) {
			buf_printf(out, "\t'%s')\n\t\twords='", group);
			print_words(group, out);
			buf_adds(out, "'\n\t\t;;\n");
		}
		last = (*c)->name;
	}
}

void completion_print(struct buf *out)
{
	buf_adds(out,
		"# Completion of backup-checker for bash; printed by: backup-checker completion\n"
		"_backup_checker() {\n"
		"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\tlocal command=${COMP_WORDS[1]} options='' files='' words=''\n"
		"\tCOMPREPLY=()\n"
		"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W '--help --version");
	print_words(NULL, out);
	buf_adds(out, "' -- \"$word\")\n\t\treturn\n\tfi\n\tcase $command in\n");
	print_groups(out);
	buf_adds(out, "\tesac\n"
		      "\tif [ -n \"$words\" ] && [ \"$COMP_CWORD\" -eq 2 ]; then\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
		      "\t\treturn\n\tfi\n"
		      "\t[ -n \"$words\" ] && command=\"$command ${COMP_WORDS[2]}\"\n"
		      "\tcase $before in\n");
	for (size_t i = 0; i < ARRAY_SIZE(answers); i++) {
		print_arguments(answers[i].argument, answers[i].answer, out);
	}
	buf_adds(out, "\tesac\n\tcase $command in\n");
	for (const struct command *const *c = commands; *c != NULL; c++) {
		print_case(*c, out);
	}
	buf_adds(out, "\tesac\n"
		      "\tif [ -n \"$files\" ] && [ \"${word#-}\" = \"$word\" ]; then\n"
		      "\t\tcompopt -o filenames\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
		      "\telse\n"
		      "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
		      "\tfi\n"
		      "}\n"
		      "complete -F _backup_checker backup-checker\n");
}

static int run(const struct install *in _unused_, int n _unused_, char *const *words _unused_)
{
	_buf_ struct buf out = BUF_INIT;

	completion_print(&out);
	return say_output(&out);
}

const struct command completion_command = {
	.name = "completion",
	.summary = "Print completion for bash.",
	.details = "Use it with: . <(backup-checker completion)",
	.run = run,
};
