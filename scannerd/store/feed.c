/* feed.c - the virtual table that turns a listing into rows without a bind and a step for each. */
#include "scannerd/store/feed.h"

#include "scannerd/store/files.h"
#include <errno.h>

struct feed_table {
	sqlite3_vtab base;
	struct feed *feed;
};

struct feed_cursor {
	sqlite3_vtab_cursor base;
	struct feed *feed;
	size_t at;
};

enum column { COLUMN_ID, COLUMN_NAME, COLUMN_MTIME_NS, COLUMN_SIZE, COLUMN_MATCH, COLUMN_DRIFT };

static int feed_connect(sqlite3 *handle, void *aux, int argc, const char *const *argv,
	sqlite3_vtab **ret, char **ret_message)
{
	struct feed_table *table;
	int rc;

	(void)argc, (void)argv, (void)ret_message;
	rc = sqlite3_declare_vtab(
		handle, "CREATE TABLE feed(id, name, mtime_ns, size, match, drift)");
	if (rc != SQLITE_OK) {
		return rc;
	}
	table = calloc(1, sizeof(*table));
	if (table == NULL) {
		return SQLITE_NOMEM;
	}
	table->feed = aux;
	*ret = &table->base;
	return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *base)
{
	free(base);
	return SQLITE_OK;
}

static int feed_plan(sqlite3_vtab *base, sqlite3_index_info *info)
{
	(void)base;
	info->estimatedCost = 1;
	return SQLITE_OK;
}

static int feed_open(sqlite3_vtab *base, sqlite3_vtab_cursor **ret)
{
	struct feed_cursor *cursor = calloc(1, sizeof(*cursor));

	if (cursor == NULL) {
		return SQLITE_NOMEM;
	}
	cursor->feed = ((struct feed_table *)base)->feed;
	*ret = &cursor->base;
	return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *base)
{
	free(base);
	return SQLITE_OK;
}

static int feed_filter(
	sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
	(void)plan, (void)text, (void)argc, (void)argv;
	struct feed_cursor *cursor = (struct feed_cursor *)base;

	cursor->at = cursor->feed->from;
	return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *base)
{
	((struct feed_cursor *)base)->at++;
	return SQLITE_OK;
}

static int feed_eof(sqlite3_vtab_cursor *base)
{
	const struct feed_cursor *cursor = (const struct feed_cursor *)base;

	return cursor->feed->listing == NULL || cursor->at >= cursor->feed->listing->n;
}

static int feed_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
	const struct feed_cursor *cursor = (const struct feed_cursor *)base;
	const struct listing *l = cursor->feed->listing;
	const struct listed_file *f = &l->files[cursor->at];

	switch ((enum column)column) {
	case COLUMN_ID:
		sqlite3_result_int64(
			out, cursor->feed->dir << FILES_ORDINAL_BITS | (int64_t)cursor->at);
		break;
	case COLUMN_NAME: /* the listing outlives the step */
		sqlite3_result_blob(out, listing_name(l, f), f->name_len, SQLITE_STATIC);
		break;
	case COLUMN_MTIME_NS:
		sqlite3_result_int64(out, f->mtime_ns);
		break;
	case COLUMN_SIZE:
		sqlite3_result_int64(out, f->size);
		break;
	case COLUMN_MATCH:
		sqlite3_result_int64(out, f->match);
		break;
	case COLUMN_DRIFT:
		sqlite3_result_int64(out, f->drift);
		break;
	}
	return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
	*ret = (sqlite3_int64)((const struct feed_cursor *)base)->at;
	return SQLITE_OK;
}

/* Without xCreate it is eponymous: it exists by its name, and no schema mentions it. */
static const sqlite3_module feed_module = {
	.xConnect = feed_connect,
	.xBestIndex = feed_plan,
	.xDisconnect = feed_disconnect,
	.xOpen = feed_open,
	.xClose = feed_close,
	.xFilter = feed_filter,
	.xNext = feed_next,
	.xEof = feed_eof,
	.xColumn = feed_column,
	.xRowid = feed_rowid,
};

int feed_register(struct db *db, struct feed *feed)
{
	return db_errno(sqlite3_create_module(db_handle(db), "feed", &feed_module, feed));
}

static int check_length(const struct listing *l)
{
	return l->n > (size_t)1 << FILES_ORDINAL_BITS ? -E2BIG : 0;
}

static int run(struct db *db, struct feed *feed, const struct feed *what, const char *sql)
{
	int r;

	*feed = *what;
	r = db_run(db, sql, "");
	feed->listing = NULL;
	return r;
}

int feed_insert(struct db *db, struct feed *feed, const struct listing *l, int64_t dir)
{
	int r = check_length(l);

	return r < 0 ? r
		     : run(db, feed, &(struct feed){.listing = l, .dir = dir},
			       "INSERT INTO files (id, name, mtime_ns, size, match, drift)"
			       " SELECT id, name, mtime_ns, size, match, drift FROM feed");
}

/* A row without an id gets the one behind the last, and SQLite need not look whether it is taken:
 * a tenth of all that a scan writes. */
int feed_append(struct db *db, struct feed *feed, const struct listing *l, int64_t dir)
{
	const struct listed_file *f = l->files;
	int64_t first = dir << FILES_ORDINAL_BITS;
	int r = check_length(l);

	if (r < 0 || l->n == 0) {
		return r;
	}
	r = db_run(db,
		"INSERT INTO files (id, name, mtime_ns, size, match, drift)"
		" VALUES (?, ?, ?, ?, ?, ?)",
		"ibiiii", first, (const void *)listing_name(l, f), (size_t)f->name_len, f->mtime_ns,
		f->size, f->match, f->drift);
	if (r == 0 && l->n > 1) {
		r = run(db, feed, &(struct feed){.listing = l, .dir = dir, .from = 1},
			"INSERT INTO files (name, mtime_ns, size, match, drift)"
			" SELECT name, mtime_ns, size, match, drift FROM feed");
	}
	if (r == 0 && db_last_id(db) != first + (int64_t)l->n - 1) {
		return -EEXIST; /* there are rows behind: not ours to number */
	}
	return r;
}
