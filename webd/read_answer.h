/* read_answer.h - what the formats share: the stream that is begun with its first bytes, and the
 * cells of the exports; inner to the reads. */
#ifndef WEBD_READ_ANSWER_H
#define WEBD_READ_ANSWER_H

#include "webd/read_query.h"

struct answer {
	struct read_query *q;
	struct reader *reader;
	struct db *db;
	struct stream *stream;
	const char *content_type;
	const char *suffix; /* of the download's name, "csv"; NULL: no download */
	struct buf buf;     /* what is not yet sent */
	bool begun;
	bool keep_order; /* the next page wants the order: it is built when the answer is sent */
};

/* Sends what is in buf once it is worth it, or, when whole, anyhow. -EPIPE when the client is gone,
 * -ENOMEM. */
int answer_flush(struct answer *a, bool whole, struct err *err);
void answer_begin(struct answer *a, int64_t length);

/* Every row of the list in turn; ends with the first failure. */
typedef int (*answer_row)(struct answer *a, sqlite3_stmt *st, void *arg, struct err *err);
int answer_each(struct answer *a, answer_row row, void *arg, struct err *err);
/* How many rows the filters let through. */
int answer_count(struct answer *a, int64_t *ret, struct err *err);

/* The formats. The body is complete in the stream, which is not yet ended. */
int read_json(struct answer *a, struct err *err);
int read_csv(struct answer *a, struct err *err);
int read_xlsx(struct answer *a, struct err *err);
/* One row, its columns from `first` on, as a JSON object. */
void read_json_row(const struct read *r, sqlite3_stmt *st, struct jsonw *w);

/* One page: its keys, how many there are in all, and whether more follow. */
struct page {
	int64_t keys[READ_LIMIT_MAX];
	size_t n;
	bool more;
	int64_t total; /* -1: not counted */
};
int read_page(struct answer *a, struct page *ret, struct err *err);
/* Builds the order of the list, unless somebody else is building one. */
void read_keep_order(struct answer *a);

/* Finds out which files need no look (q->spans), if there is a sketch that says so. */
void read_skip(struct answer *a);
/* Builds the sketch of the files, unless it is there or somebody else is building one. */
void read_keep_sketch(struct answer *a);

/* A value as a table cell. */
enum cell_kind { CELL_EMPTY, CELL_NUMBER, CELL_TIME, CELL_BOOL, CELL_TEXT };
struct cell {
	enum cell_kind kind;
	int64_t number;  /* NUMBER, TIME (seconds), BOOL */
	struct buf text; /* valid UTF-8; its memory is used again */
};
void cell_read(struct cell *c, const struct read_column *column, sqlite3_stmt *st, int i);

#endif
