/* cursor.h - where a page ended: the sort value and the key of its last row, as text that a client
 * hands back. */
#ifndef WEBD_CURSOR_H
#define WEBD_CURSOR_H

#include "common/buf.h"
#include "common/err.h"
#include <sqlite3.h>

enum cursor_type {
	CURSOR_NULL,
	CURSOR_INT,
	CURSOR_TEXT,
	CURSOR_BLOB,
	CURSOR_ABSENT, /* too long to carry: looked up by the key */
};
enum { CURSOR_VALUE_MAX = 1024, CURSOR_TEXT_MAX = 4096 };

struct cursor {
	enum cursor_type type;
	int64_t number;
	char *data; /* TEXT, BLOB */
	size_t len;
	int64_t key;
};
void cursor_done(struct cursor *c);

/* Takes the value of a column. -ENOMEM. */
int cursor_take(struct cursor *c, sqlite3_stmt *st, int column, int64_t key);
/* base64url of {"v":value,"k":key,"c":check}. The check covers the query, so that a cursor of
 * another list, sort or filter is told apart; it is no secret, and nothing depends on its being
 * one. */
int cursor_encode(const struct cursor *c, const struct buf *query, struct buf *out);
/* -EINVAL with a sentence for anything that cursor_encode() did not write for this query. */
int cursor_decode(const char *text, const struct buf *query, struct cursor *ret, struct err *err);
/* Binds the value and the key. A SQLite result. */
int cursor_bind(const struct cursor *c, sqlite3_stmt *st, int value_index, int key_index);

#endif
