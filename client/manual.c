/* manual.c - backup-checker(1) out of the commands' rows. */
#include "client/manual.h"

#include "client/commands.h"

static void print_command(const struct command *c, struct buf *out)
{
	const struct program part = {.options = c->options, .count = c->count, .part = true};

	buf_adds(out, ".SS ");
	options_print_roff(c->name, out);
	buf_adds(out, "\n.B backup\\-checker ");
	options_print_roff(c->name, out);
	buf_adds(out, c->count > 0 ? "\n[\\fIOPTION\\fR]..." : "");
	if (c->arguments != NULL) {
		buf_adds(out, "\n.I ");
		options_print_roff(c->arguments, out);
	}
	buf_adds(out, "\n.PP\n");
	options_print_roff(c->summary, out);
	buf_addc(out, '\n');
	if (c->details != NULL) {
		buf_adds(out, ".PP\n");
		options_print_roff(c->details, out);
		buf_addc(out, '\n');
	}
	if (c->count > 0) {
		options_print_manual_rows(&part, out);
	}
}

static const char tail[] =
	".SH ENVIRONMENT\n"
	".TP\n.B BACKUP_CHECKER_TOKEN\nAn API token for which scannerd is asked.\n"
	".TP\n.BR VISUAL \", \" EDITOR\nThe editor of\n.BR \"config edit\" .\n"
	".TP\n.B NO_COLOR\nIf it is set and not empty, no colours are used.\n"
	".SH EXIT STATUS\n"
	"0 on success. Otherwise as\n.B sysexits.h\nhas it, among them 64 for a wrong command "
	"line,\n65 for input that is not acceptable, 66 for what is not there, 69 if scannerd or "
	"the\ndatabase cannot be reached, 75 for what may work later and 77 for what is not "
	"allowed.\nThe commands\n.BR status ,\n.BR scan\nand\n.B doctor\nhave codes of their own, "
	"told above.\n"
	".SH SEE ALSO\n"
	".BR scannerd (8),\n.BR webd (8),\n.BR backup\\-checker\\-config (5)\n";

void manual_print(struct buf *out)
{
	const struct program everywhere = {
		.options = install_options, .count = INSTALL_OPTIONS, .part = true};

	buf_adds(out, ".TH \"BACKUP\\-CHECKER\" 1 \"\" \"backup\\-checker " BACKUP_CHECKER_VERSION
		      "\"\n.SH NAME\nbackup\\-checker \\- ");
	options_print_roff(commands_summary, out);
	buf_adds(out, "\n.SH SYNOPSIS\n.B backup\\-checker\n.I COMMAND\n[\\fIOPTION\\fR]...\n"
		      "[\\fIARGUMENT\\fR]...\n.SH DESCRIPTION\n");
	options_print_roff(commands_details, out);
	buf_adds(out, "\n.SH OPTIONS OF EVERY COMMAND\n");
	options_print_manual_rows(&everywhere, out);
	buf_adds(out, ".SH COMMANDS\n");
	for (const struct command *const *c = commands; *c != NULL; c++) {
		print_command(*c, out);
	}
	buf_adds(out, tail);
}
