/* query.h - requests that a query thread answers from the database: lists, single rows, and texts
 * that code prints. */
#ifndef WEBD_QUERY_H
#define WEBD_QUERY_H

#include "webd/exchange.h"
#include "webd/read.h"

/* A list: the request's parameters, and one more if name is not NULL (name must be a literal; value
 * is copied). */
void query_list(struct exchange *x, const struct read *r, enum read_format format, const char *name,
	const char *value);

/* One row: {"status":"success","message","<member>":{...}}; 404 if there is none. */
struct query_row_answer {
	const struct read *read;
	int64_t key;
	const char *member;  /* "server", "scan" */
	const char *message; /* or NULL */
	int status;
	bool scan; /* 202 instead of status while the row says that the scan runs */
};
/* The member's name for a row of this list: "file", "server", "scan". */
const char *query_member(const struct read *r);
void query_row(struct exchange *x, const struct query_row_answer *answer);

/* Prints into out inside one snapshot. 0, or -errno with err filled. */
typedef int (*query_printer)(struct db *db, const void *facts, struct buf *out, struct err *err);
/* facts (facts_size bytes) are copied. broken, if not NULL, prints the answer when the database
 * cannot be read, and returns its HTTP status. */
typedef int (*query_broken)(const void *facts, const struct err *err, struct buf *out);
void query_text(struct exchange *x, const char *content_type, query_printer print,
	query_broken broken, const void *facts, size_t facts_size);

#endif
