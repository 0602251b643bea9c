/* read_query.h - a judged request for a list, and the SQL that answers its parts; inner to the
 * reads. */
#ifndef WEBD_READ_QUERY_H
#define WEBD_READ_QUERY_H

#include "webd/cursor.h"
#include "webd/read.h"
#include "webd/reader.h"

struct read_bound {
	const struct read_filter *filter;
	char *text; /* the value, in the form that is bound; NULL for numbers */
	int64_t number;
};
/* Is the number of all rows asked for, when it takes another look at every row? */
enum read_total {
	TOTAL_ALWAYS,
	TOTAL_CHEAP, /* only if it does not */
	TOTAL_ONLY,  /* and no row */
	_READ_TOTALS
};
extern const char *const read_total_names[_READ_TOTALS + 1]; /* ends with NULL */
struct read_query {
	const struct read *read;
	enum read_format format;
	const struct read_column *sort; /* NULL: by the key */
	bool descending;
	int limit; /* 0: everything */
	enum read_total total;
	const struct read_column *count_by; /* NULL: by nothing; else TOTAL_ONLY */
	struct read_bound *bound;
	size_t n_bound;
	struct buf identity; /* list, sort and filters: what cursors and kept orders belong to */
	size_t unfiltered;   /* bytes of identity before the filters */
	size_t undirected;   /* bytes of identity before the direction: a kept order serves both */
	bool joined;         /* sort or a filter depends on read.joined */
	bool has_cursor;
	struct cursor cursor;
	struct buf spans;  /* of keys, [[first,last],...], behind which no row passes; empty: all */
	int spans_percent; /* of all rows lie in them */
};

enum read_part {
	PART_ROWS,  /* every row: the columns */
	PART_KEYS,  /* one page after the cursor: the keys; the last parameter is the limit */
	PART_TALLY, /* the same; every row that the filters let through is counted on the way */
	PART_COUNT,
	PART_COUNT_BY, /* each value of the column count_by, and how many rows have it */
	PART_ORDER,    /* every key, ascending */
	PART_ROW,      /* of one key: the columns, then the sort value */
	PART_IS_AFTER, /* of one key: is its row beyond the cursor, in the direction of the sort? */
	PART_PASSES,   /* of one key: a row, if the filters let it through */
	_READ_PARTS
};
/* Prepared with the filters and the cursor bound; finalize it. */
int read_prepare(struct read_query *q, enum read_part part, struct reader *reader, struct db *db,
	sqlite3_stmt **ret, struct err *err);
/* Binds the key of PART_ROW, PART_IS_AFTER and PART_PASSES, or the limit of PART_KEYS and
 * PART_TALLY. A SQLite result. */
int read_bind(const struct read_query *q, sqlite3_stmt *st, int64_t value);
/* Is this column part of the answer's format? */
static inline bool read_shows(const struct read_query *q, const struct read_column *c)
{
	return q->format == READ_JSON || c->exported;
}

/* Has it one of a few values, by which rows can be counted? */
static inline bool read_counts_by(const struct read_column *c)
{
	return c->names != NULL && c->type == COLUMN_TEXT;
}

static inline void read_finalizep(sqlite3_stmt **st)
{
	sqlite3_finalize(*st);
}
#define _finalize_ _cleanup_(read_finalizep)

DEFINE_CLEANUP(struct read_query *, read_query_free);

#endif
