/* list.h - rows printed as an aligned table, as JSON or as CSV, in constant memory however many
 * there are. */
#ifndef CLIENT_LIST_H
#define CLIENT_LIST_H

#include "client/screen.h"

enum list_format { LIST_TABLE, LIST_JSON, LIST_CSV };

enum list_type {
	LIST_TEXT,
	LIST_BYTES,  /* a name or path: JSON adds <name>_b64 where it is not UTF-8 */
	LIST_STATUS, /* text out of status_names, coloured */
	LIST_INT,
	LIST_SIZE,    /* bytes; "1.5 GB" in a table */
	LIST_TIME,    /* seconds since 1970; local time in a table, UTC elsewhere */
	LIST_BOOL,    /* "yes" and "no" in a table */
	LIST_STRINGS, /* a JSON array of strings as text */
};

struct list_column {
	const char *name;  /* of JSON's member and CSV's column */
	const char *title; /* of the table's column; NULL: not in the table */
	enum list_type type;
	bool elastic; /* is cut, so that a row fits the screen */
	bool spare;   /* is left out where that does not suffice */
};

struct list_cell {
	bool null;
	const char *text; /* may be without a NUL */
	size_t len;
	int64_t number;
};
struct list_cell list_text(const char *s);                 /* NULL is null */
struct list_cell list_bytes(const void *data, size_t len); /* NULL is null */
struct list_cell list_number(int64_t n);                   /* TIME_NONE (INT64_MIN) is null */

struct list;

/* member: what JSON calls the rows. The columns must outlive the list. */
int list_new(const struct list_column *columns, size_t n, const char *member,
	enum list_format format, const struct screen *screen, FILE *to, struct list **ret);
void list_free(struct list *l);
/* One cell a column. -errno: out of memory, or it cannot be written. */
int list_row(struct list *l, const struct list_cell *cells);
/* What is left, and the end. */
int list_end(struct list *l);
/* The same unless rc, of what came before, is an error. Says what went wrong: an exit code. */
int list_finish(struct list *l, int rc);
size_t list_count(const struct list *l);

DEFINE_CLEANUP(struct list *, list_free);

/* "1.5 GB", three digits; out holds 16 bytes. Returns out. */
char *list_size(int64_t bytes, char *out);
/* "2026-01-31 03:00" by this machine's clock; out holds 32 bytes. Returns out. */
char *list_local_time(int64_t t, char *out);

#endif
