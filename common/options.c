/* options.c - parses a command line by its table, and prints the help and the manual page from the
 * same table. */
#include "options.h"

#include "field.h"
#include <errno.h>
#include <stdarg.h>
#include <sysexits.h>

enum { HELP_COLUMNS = 80, HELP_GAP = 2, OPTIONS_MAX = 64 };

static const struct option_row built_in[] = {
	{.name = "help", .doc = "Print this help."},
	{.name = "version", .doc = "Print the version."},
	{.name = "print-manual", .doc = "Print the manual page, as man(7) source."},
};

static size_t row_count(const struct program *p)
{
	return p->count + (p->part ? 1 : ARRAY_SIZE(built_in));
}

/* The program's own rows, then the built-in ones. */
static const struct option_row *row_at(const struct program *p, size_t i)
{
	return i < p->count ? &p->options[i] : &built_in[i - p->count];
}

static int _printf_(2, 3) usage(const struct program *p, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", p->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EX_USAGE;
}

/* The name of the option nearest to a wrong one. The field tables know how to measure that. */
static const char *nearest(const struct program *p, const char *wrong)
{
	struct field fields[OPTIONS_MAX] = {0};
	struct field_table table = {
		.fields = fields, .count = MIN(row_count(p), (size_t)OPTIONS_MAX)};

	for (size_t i = 0; i < table.count; i++) {
		fields[i].name = row_at(p, i)->name;
	}
	return field_nearest(&table, wrong);
}

static int unknown_option(const struct program *p, const char *argument)
{
	char name[64];
	const char *near;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(argument, "="), argument);
	near = nearest(p, name + strspn(name, "-"));
	if (near != NULL) {
		return usage(p, "unknown option %s; did you mean --%s?", name, near);
	}
	return usage(p, "unknown option %s; --help lists what there is", name);
}

/* The row that argument ("--name" or "--name=value") asks for, NULL if none; *ret_value: behind the
 * "=", or NULL. */
static const struct option_row *find_row(
	const struct program *p, const char *argument, const char **ret_value)
{
	const char *name = argument + 2;
	size_t length = strcspn(name, "=");

	for (size_t i = 0; i < row_count(p); i++) {
		const struct option_row *row = row_at(p, i);

		if (strlen(row->name) == length && memcmp(row->name, name, length) == 0) {
			*ret_value = name[length] == '=' ? name + length + 1 : NULL;
			return row;
		}
	}
	return NULL;
}

static void take_environment(const struct program *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct option_row *row = &p->options[i];
		const char *value = row->env != NULL ? getenv(row->env) : NULL;

		if (value == NULL || value[0] == '\0') {
			continue;
		}
		if (row->argument != NULL) {
			*row->value = value;
		} else {
			*row->on = true;
		}
	}
}

static void print_synopsis(const struct option_row *row, struct buf *out)
{
	buf_printf(out, "--%s%s%s", row->name, row->argument != NULL ? " " : "",
		row->argument != NULL ? row->argument : "");
}

/* Prints words so that no line passes the last column; every line after the first begins at
 * `indent`. */
static void print_wrapped(const char *text, size_t indent, struct buf *out)
{
	size_t column = indent;

	for (const char *p = text; *p != '\0';) {
		size_t word = strcspn(p, " ");

		if (column > indent && column + 1 + word > HELP_COLUMNS) {
			buf_printf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			buf_addc(out, ' ');
			column++;
		}
		buf_add(out, p, word);
		column += word;
		p += word + strspn(p + word, " ");
	}
	buf_addc(out, '\n');
}

void options_print_entry(const char *left, size_t width, const char *doc, struct buf *out)
{
	buf_printf(out, "  %-*s", (int)(width + HELP_GAP), left);
	print_wrapped(doc, 2 + width + HELP_GAP, out);
}

static void print_help_row(const struct option_row *row, size_t width, struct buf *out)
{
	_buf_ struct buf left = BUF_INIT, doc = BUF_INIT;

	print_synopsis(row, &left);
	buf_adds(&doc, row->doc);
	if (row->env != NULL) {
		buf_printf(&doc, " [$%s]", row->env);
	}
	options_print_entry(buf_cstr(&left), width, buf_cstr(&doc), out);
}

static void print_help(const struct program *p, struct buf *out)
{
	size_t width = 0;

	for (size_t i = 0; i < row_count(p); i++) {
		const struct option_row *row = row_at(p, i);
		size_t length = 2 + strlen(row->name);

		length += row->argument != NULL ? 1 + strlen(row->argument) : 0;
		width = MAX(width, length);
	}
	buf_printf(out, "Usage: %s [OPTION]...%s%s\n\n%s\n\n", p->name,
		p->arguments != NULL ? " " : "", p->arguments != NULL ? p->arguments : "",
		p->summary);
	for (size_t i = 0; i < row_count(p); i++) {
		print_help_row(row_at(p, i), width, out);
	}
	for (const char *at = p->details; at != NULL && *at != '\0';) {
		size_t len = strcspn(at, "\n");
		_free_ char *paragraph = strndup(at, len);

		buf_addc(out, '\n');
		print_wrapped(paragraph != NULL ? paragraph : "", 0, out);
		at += len + strspn(at + len, "\n");
	}
}

/* Text as roff shows it: hyphens that can be copied, no line that roff takes for a request. */
void options_print_roff(const char *text, struct buf *out)
{
	bool at_start = true;

	for (const char *p = text; *p != '\0'; p++) {
		if (at_start && (*p == '.' || *p == '\'')) {
			buf_adds(out, "\\&");
		}
		at_start = *p == '\n';
		if (at_start && p[1] == '\n') {
			buf_adds(out, "\n.PP\n");
			p += strspn(p, "\n") - 1;
		} else if (*p == '-') {
			buf_adds(out, "\\-");
		} else if (*p == '\\') {
			buf_adds(out, "\\e");
		} else {
			buf_addc(out, *p);
		}
	}
}

static void print_manual_row(const struct option_row *row, struct buf *out)
{
	buf_adds(out, ".TP\n.B ");
	options_print_roff("--", out);
	options_print_roff(row->name, out);
	if (row->argument != NULL) {
		buf_adds(out, " \\fI");
		options_print_roff(row->argument, out);
		buf_adds(out, "\\fR");
	}
	buf_addc(out, '\n');
	options_print_roff(row->doc, out);
	buf_addc(out, '\n');
	if (row->env != NULL) {
		buf_adds(out, "The environment variable\n.B ");
		options_print_roff(row->env, out);
		buf_adds(out, "\ngives the default.\n");
	}
}

void options_print_manual(const struct program *p, struct buf *out)
{
	buf_adds(out, ".TH \"");
	for (const char *c = p->name; *c != '\0'; c++) {
		buf_addc(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
	}
	buf_adds(out, "\" 8 \"\" \"backup\\-checker " BACKUP_CHECKER_VERSION "\"\n.SH NAME\n");
	options_print_roff(p->name, out);
	buf_adds(out, " \\- ");
	options_print_roff(p->summary, out);
	buf_adds(out, "\n.SH SYNOPSIS\n.B ");
	options_print_roff(p->name, out);
	buf_adds(out, "\n[\\fIOPTION\\fR]...\n");
	if (p->details != NULL) {
		buf_adds(out, ".SH DESCRIPTION\n");
		options_print_roff(p->details, out);
		buf_addc(out, '\n');
	}
	buf_adds(out, ".SH OPTIONS\n");
	options_print_manual_rows(p, out);
}

void options_print_manual_rows(const struct program *p, struct buf *out)
{
	for (size_t i = 0; i < row_count(p); i++) {
		print_manual_row(row_at(p, i), out);
	}
}

static int print_built_in(const struct program *p, const char *name)
{
	_buf_ struct buf out = BUF_INIT;

	if (strcmp(name, "help") == 0) {
		print_help(p, &out);
	} else if (strcmp(name, "version") == 0) {
		buf_printf(&out, "%s (backup-checker) %s\n", p->name, BACKUP_CHECKER_VERSION);
	} else {
		options_print_manual(p, &out);
	}
	if (out.failed || fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
		fprintf(stderr, "%s: cannot print: %s\n", p->name, strerror(errno));
		return EX_IOERR;
	}
	return 0;
}

/* One option; `next` is the argument behind it or NULL. *ret_used_next: it was this option's value.
 */
static int take_option(const struct program *p, const struct option_row *row, const char *value,
	const char *next, bool *ret_used_next)
{
	if (row->argument == NULL) {
		if (value != NULL) {
			return usage(p, "--%s takes no value", row->name);
		}
		*row->on = true;
		return 0;
	}
	if (value == NULL && next != NULL && strncmp(next, "--", 2) != 0) {
		value = next;
		*ret_used_next = true;
	}
	if (value == NULL || value[0] == '\0') {
		return usage(p, "--%s needs a value: --%s %s", row->name, row->name, row->argument);
	}
	*row->value = value;
	return 0;
}

/* What begins with "-"; *i stays at the last argument that was used. */
static int take_argument(const struct program *p, char **argv, int *i, bool *ret_done)
{
	const char *value = NULL, *argument = argv[*i];
	const struct option_row *row =
		strncmp(argument, "--", 2) == 0 ? find_row(p, argument, &value) : NULL;
	bool used_next = false;
	int r;

	if (row == NULL) {
		return unknown_option(p, argument);
	}
	if (row->on == NULL && row->argument == NULL) {
		if (value != NULL) {
			return usage(p, "--%s takes no value", row->name);
		}
		*ret_done = true;
		return print_built_in(p, row->name);
	}
	r = take_option(p, row, value, argv[*i + 1], &used_next);
	*i += used_next ? 1 : 0;
	return r;
}

int options_parse_words(
	const struct program *p, int argc, char **argv, int *ret_words, bool *ret_done)
{
	bool only_words = false;
	int words = 0, r = 0;

	*ret_done = false;
	take_environment(p);
	for (int i = 1; i < argc && r == 0 && !*ret_done; i++) {
		if (only_words || argv[i][0] != '-') {
			argv[1 + words++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			only_words = true;
		} else {
			r = take_argument(p, argv, &i, ret_done);
		}
	}
	*ret_words = words;
	return r;
}

int options_parse(const struct program *p, int argc, char **argv, bool *ret_done)
{
	int r = 0;

	*ret_done = false;
	take_environment(p);
	for (int i = 1; i < argc && r == 0 && !*ret_done; i++) {
		r = argv[i][0] == '-'
			    ? take_argument(p, argv, &i, ret_done)
			    : usage(p, "\"%s\" is no option; --help lists what there is", argv[i]);
	}
	return r;
}
