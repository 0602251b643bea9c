/* files_command.c - "files": what was found in the scanned directories, and whose it is. */
#include "client/commands.h"
#include "client/inventory.h"
#include "client/list.h"
#include "client/say.h"
#include "common/timefmt.h"
#include "proto/verdict.h"
#include <errno.h>

static const char *server;
static bool unmatched, json, csv;

static const struct option_row rows[] = {
	{"server", "SERVER", "Only files of this server: its number, name, alias or address.",
		&server, NULL, NULL},
	{"unmatched", NULL, "Only files of which nothing says whose they are.", NULL, &unmatched,
		NULL},
	{"json", NULL, "Print JSON.", NULL, &json, NULL},
	{"csv", NULL, "Print CSV.", NULL, &csv, NULL},
};

static const struct list_column columns[] = {
	{"backup_time", "TIME", LIST_TIME, false},
	{"size", "SIZE", LIST_SIZE, false, true},
	{"server", "SERVER", LIST_TEXT, true},
	{"counts", "COUNTS", LIST_BOOL, false, true},
	{"filepath", "FILE", LIST_BYTES, true},
	{"reason", NULL, LIST_TEXT, false},
	{"last_modified", NULL, LIST_TIME, false},
	{"time_source", NULL, LIST_TEXT, false},
	{"server_id", NULL, LIST_INT, false},
	{"id", NULL, LIST_INT, false},
};

enum { C_ID, C_NAME, C_DIR, C_MTIME, C_SIZE, C_MATCH, C_DRIFT, C_SERVER };
static const char sql[] = "SELECT id, name, dir, mtime_ns, size, match, drift, server FROM v_files "
			  "WHERE (?1 IS NULL OR server_id = ?1) AND (?2 = 0 OR reason IN (1, 2)) "
			  "ORDER BY id";
_Static_assert(VERDICT_NO_SERVER == 1 && VERDICT_AMBIGUOUS == 2, "the query has their numbers");

static int print_file(struct list *l, sqlite3_stmt *st, struct buf *path)
{
	const char *dir = sqlite3_column_blob(st, C_DIR);
	size_t len = (size_t)sqlite3_column_bytes(st, C_DIR);
	int64_t mtime_s = time_floor_ns(sqlite3_column_int64(st, C_MTIME));
	struct verdict v;

	buf_reset(path);
	buf_add(path, dir, len);
	buf_adds(path, len > 0 && dir[len - 1] == '/' ? "" : "/");
	buf_add(path, sqlite3_column_blob(st, C_NAME), (size_t)sqlite3_column_bytes(st, C_NAME));
	verdict_unpack(
		sqlite3_column_int64(st, C_MATCH), sqlite3_column_int64(st, C_DRIFT), mtime_s, &v);
	const struct list_cell cells[ARRAY_SIZE(columns)] = {
		list_number(v.backup_time),
		list_number(sqlite3_column_int64(st, C_SIZE)),
		list_text((const char *)sqlite3_column_text(st, C_SERVER)),
		list_number(v.reason == VERDICT_COUNTS),
		list_bytes(path->data, path->len),
		list_text(verdict_reason_words(v.reason)),
		list_number(mtime_s),
		list_text(time_source_names[v.time_source]),
		list_number(v.server != 0 ? v.server : TIME_NONE),
		list_number(sqlite3_column_int64(st, C_ID)),
	};

	return path->failed ? -ENOMEM : list_row(l, cells);
}

/* -errno of the database with err filled, of the output without. */
static int print_all(struct db *db, int64_t id, struct list *l, struct err *err)
{
	_stmt_ sqlite3_stmt *st = db_stmt(db, sql);
	_buf_ struct buf path = BUF_INIT;
	int rc = -EIO;

	if (st != NULL) {
		db_bind(st, "Ii", id, (int64_t)unmatched);
		while ((rc = db_step(db, st)) == 1) {
			rc = print_file(l, st, &path);
			if (rc < 0) {
				return rc;
			}
		}
	}
	return rc < 0 ? db_fail(db, rc, err, "reading the files") : 0;
}

static int run(const struct install *in, int n _unused_, char *const *words _unused_)
{
	enum list_format format = json ? LIST_JSON : csv ? LIST_CSV : LIST_TABLE;
	_cleanup_(inventory_closep) struct inventory *v = NULL;
	_cleanup_(list_freep) struct list *l = NULL;
	struct screen screen = screen_of(stdout);
	struct err err = {0};
	int64_t id = TIME_NONE;
	int rc;

	if (json && csv) {
		return say_usage("--json and --csv exclude each other");
	}
	if (inventory_open(in->database, &v, &err) < 0 ||
		(server != NULL && inventory_find(v, server, &id, &err) < 0)) {
		return say_error(NULL, &err);
	}
	rc = list_new(columns, ARRAY_SIZE(columns), "files", format, &screen, stdout, &l);
	if (rc == 0) {
		rc = print_all(inventory_db(v), id, l, &err);
	}
	if (rc < 0 && err.code != ERR_NONE) {
		return say_error(NULL, &err);
	}
	return list_finish(l, rc);
}

const struct command files_command = {
	.name = "files",
	.summary = "List the files in the scanned directories, and whose backups they are.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.run = run,
};
