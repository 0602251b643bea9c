/* list_inside.h - a list's state, shared by its formats. */
#ifndef CLIENT_LIST_INSIDE_H
#define CLIENT_LIST_INSIDE_H

#include "client/list.h"
#include "common/jsonw.h"

enum {
	LIST_MEASURED_ROWS = 500, /* of which a table takes its widths */
	LIST_COLUMNS_MAX = 32,
};

struct list {
	const struct list_column *columns;
	size_t n;
	enum list_format format;
	struct screen screen;
	FILE *to;
	struct buf out;
	struct jsonw w;
	size_t count;
	/* a table's rows until they are measured */
	char *(*rows)[LIST_COLUMNS_MAX];
	size_t n_rows;
	bool measured;
	bool hidden[LIST_COLUMNS_MAX];
	size_t widths[LIST_COLUMNS_MAX];
};

/* Writes what is in out. */
int list_flush(struct list *l);
int list_table_row(struct list *l, const struct list_cell *cells);
/* Prints the rows that were kept for measuring. */
int list_table_release(struct list *l);
void list_free_row(struct list *l, char **row);

#endif
