/* read.h - every list that the API gives, as a table: columns, filters, sorts; one generic engine
 * answers JSON, pages, CSV and XLSX. */
#ifndef WEBD_READ_H
#define WEBD_READ_H

#include "common/err.h"
#include "common/jsonw.h"
#include "webd/pool.h"
#include "webd/sketch.h"
#include "webd/stream.h"

enum column_type {
	COLUMN_INT,
	COLUMN_TEXT,
	COLUMN_BYTES, /* a name or path: text if UTF-8, else repaired plus <name>_b64 */
	COLUMN_BOOL,  /* NULL is null */
	COLUMN_TIME,  /* seconds -> ISO 8601 UTC */
	COLUMN_TIME_NS,
	COLUMN_STRINGS, /* a JSON array of strings as text, written as it is */
	COLUMN_INTS,    /* a JSON array of whole numbers likewise */
	COLUMN_JSON,    /* a JSON object likewise */
};
struct read_column {
	const char *name; /* "filename" */
	const char *sql;  /* expression over the view; from this table only, never from a request */
	enum column_type type;
	bool sortable;
	bool exported; /* in CSV and XLSX */
	const char *doc;
	const char *sort;         /* what to sort by, where that is not sql itself */
	bool joined;              /* its order also depends on read.joined */
	const char *const *names; /* TEXT, STRINGS: the words it can be; NULL: any */
	bool nullable;            /* may be null */
	enum zone zone;           /* what the sketch of the files knows of it */
};
enum filter_type {
	FILTER_SUBSTRING,
	FILTER_ENUM, /* bound as ",red,yellow," */
	FILTER_INT,
	FILTER_BOOL, /* "1", "true", "0", "false"; bound as 1 or 0 */
	FILTER_TEXT,
	FILTER_PREFIX, /* an address or a subnet in CIDR notation */
};
/* What the sketch of the files (sketch.h) knows of the rows that pass a filter. */
enum filter_skip {
	SKIP_NOTHING,
	SKIP_BY_TEXT,   /* the value is in the path */
	SKIP_BY_SERVER, /* the value is a server's id or name */
};
struct read_filter {
	const char *name; /* "q", "status" */
	const char *sql;  /* a condition; every ? in it is the value */
	enum filter_type type;
	const char *const *names; /* ENUM: several, comma-separated, may be given */
	const char *doc;
	bool joined; /* what it selects also depends on read.joined */
	enum filter_skip skip;
};
struct read {
	const char *name;     /* "files": the member that holds the rows */
	const char *row;      /* "File": what a row is called in openapi.json */
	const char *download; /* the file name of an export, without suffix; NULL: name */
	const char *from;     /* "v_files f" */
	const struct read_column *columns;
	size_t n_columns;
	const struct read_filter *filters;
	size_t n_filters;
	const char *key;    /* the unique integer expression that breaks ties */
	const char *lookup; /* the condition that finds a key's row, each ? the key; NULL: "<key> =
			       ?" */
	const char *order;  /* the default sort column; NULL: key */
	bool descending;
	const char *version; /* "files": the counter of v_versions that says when a kept order is
				stale; NULL: orders are not kept */
	const char *joined;  /* the counter of what is joined to it ("servers") */
	const char *total;   /* a cheap count of all rows; NULL: they are counted */
	const char *doc;
};
#define READ_TABLE(member, rows) .member = (rows), .n_##member = ARRAY_SIZE(rows)

/* status_read: the servers again, with the columns of the status export (status.csv, status.xlsx).
 */
extern const struct read files_read, servers_read, status_read, scans_read, directories_read,
	problems_read, repositories_read, status_history_read, status_changes_read,
	settings_history_read, audit_read;

enum read_format { READ_JSON, READ_CSV, READ_XLSX };
enum { READ_LIMIT_MAX = 1000 };
struct read_query;
struct param {
	const char *name, *value;
}; /* decoded, valid UTF-8, no NUL */

/* Judges the parameters of a request: sort, order, limit, cursor and the filters; anything else is
 * ERR_UNKNOWN_KEY with the nearest name. An empty filter is none. limit and cursor are for JSON
 * only. */
int read_query_new(const struct read *r, enum read_format format, const struct param *params,
	size_t n, struct read_query **ret, struct err *err);
void read_query_free(struct read_query *q);
/* A page, or a number: not every row. */
bool read_query_is_short(const struct read_query *q);
/* In a pool thread (reader NULL, from pool_free(): says that we are stopping): answers and ends the
 * stream; q stays the caller's. JSON: {"status":"success","<name>":[...],"count":N} and with limit
 * also "total" and "next" (a cursor, or null at the end). */
void read_query_run(struct read_query *q, struct reader *reader, struct stream *out);
/* One row by its key as a JSON object; -ENOENT. */
int read_one(const struct read *r, struct db *db, int64_t key, struct jsonw *w, struct err *err);

/* For openapi.json: the row's JSON Schema (an object), and the query parameters (an array of
 * OpenAPI Parameter Objects). */
void read_print_schema(const struct read *r, struct jsonw *w);
void read_print_parameters(const struct read *r, struct jsonw *w);

#endif
