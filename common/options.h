/* options.h - the command line from one table: parsing, --help, --version, and the OPTIONS part of
 * the manual page. */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include "buf.h"
#include "def.h"

struct option_row {
	const char *name;     /* "config"; given as --config VALUE or --config=VALUE */
	const char *argument; /* "FILE"; NULL for a switch */
	const char *doc;      /* a sentence */
	const char *
		*value;  /* where the argument goes (points into argv); may be NULL for a switch */
	bool *on;        /* set by a switch */
	const char *env; /* an environment variable that gives the default, or NULL */
};

struct program {
	const char *name;    /* "scannerd" */
	const char *summary; /* one line */
	const char *details; /* paragraphs for --help and the manual, or NULL */
	const struct option_row *options;
	size_t count;
	const char *arguments; /* what options_parse_words() takes beside options: "[PATH]..." */
	bool part; /* one command of a program: of what is built in it has --help only */
};

/* Handles --help, --version and --print-manual (prints, *ret_done = true). Unknown options, missing
 * values and stray arguments print a sentence to stderr that names the nearest option; the result
 * is then the exit code EX_USAGE, else 0. */
int options_parse(const struct program *p, int argc, char **argv, bool *ret_done);
/* The same for a program that takes other words, too: these are moved to argv[1] and behind it,
 * *ret_words says how many; after "--" all are words. */
int options_parse_words(
	const struct program *p, int argc, char **argv, int *ret_words, bool *ret_done);
/* A man(7) page, section 8, made from the table. */
void options_print_manual(const struct program *p, struct buf *out);
/* Parts of these, for pages that tell of more than one table: its options as .TP entries, text as
 * roff shows it, and one entry of a list in --help. */
void options_print_manual_rows(const struct program *p, struct buf *out);
void options_print_roff(const char *text, struct buf *out);
void options_print_entry(const char *left, size_t width, const char *doc, struct buf *out);

#endif
