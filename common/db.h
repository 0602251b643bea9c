/* db.h - SQLite, thinly: one connection belongs to one thread; statements are prepared once and
 * kept by the connection.
 *
 * Results are 0 (or 1 for a row) or -errno: -EBUSY, -EAGAIN (schema or snapshot moved: begin
 * again), -ENOSPC, -EROFS, -EIO, -EUCLEAN (corrupt), -ENOMEM, -EEXIST (constraint), -ECANCELED
 * (interrupted), -ENOENT (cannot open), -EACCES, -EINVAL. db_message() has SQLite's sentence. */
#ifndef COMMON_DB_H
#define COMMON_DB_H

#include "def.h"
#include "err.h"
#include <sqlite3.h>

struct db;

/* Of a new file. Larger pages index a million files with a tenth less work, but each small change
 * writes more, and a disk that is full has no room left to record why a scan failed. */
enum { DB_PAGE_BYTES = 4 << 10 };
/* A reader may hold a lock while it opens: a writer waits, but not for ever. */
enum { DB_PATIENCE_MS = 2000 };

enum db_mode {
	DB_WRITER, /* creates (mode 0640, pages of DB_PAGE_BYTES), WAL, SQLITE_FCNTL_PERSIST_WAL,
		      synchronous=FULL, foreign_keys on */
	DB_READER, /* mode=ro, query_only, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI */
};

/* cache_kib bounds the page cache. -errno with a sentence. */
int db_open(const char *path, enum db_mode mode, int cache_kib, struct db **ret, struct err *err);
void db_close(struct db *db);
sqlite3 *db_handle(struct db *db);
/* What SQLite said at the last failure of a function in this file; a rollback does not wipe it. */
const char *db_message(struct db *db);
/* The last SQLite result (primary or extended) as -errno. */
int db_errno(int sqlite_rc);
/* Fills err: ERR_DATABASE, a sentence saying what was tried, what SQLite says and, for full disks,
 * read-only and corrupt files, what to do. Returns rc. */
int db_fail(struct db *db, int rc, struct err *err, const char *doing);

/* A refusal of one's own, for db_message() and db_fail(). Returns rc. */
int db_refuse(struct db *db, int rc, const char *fmt, ...) _printf_(3, 4);
/* A writer's waits for locks of others end after so long; after one that was in vain, nearly at
 * once until a transaction has begun. DB_PATIENCE_MS at first. */
void db_set_patience(struct db *db, int ms);

/* Many statements at once (migrations, views). */
int db_script(struct db *db, const char *sql);
/* A prepared statement for this text: kept by the connection and found again by the pointer `sql`,
 * so `sql` must be a string literal (or live as long as the connection). Returned reset and without
 * bindings. NULL on failure. */
sqlite3_stmt *db_stmt(struct db *db, const char *sql);
/* Binds parameters 1..n by the letters of `types`: i int64_t, I int64_t where INT64_MIN is NULL, s
 * const char * (NULL allowed), b const void * + size_t (blob; must outlive the step; NULL is NULL),
 * d double, n nothing (NULL). */
int db_bind(sqlite3_stmt *st, const char *types, ...);
int db_step(struct db *db, sqlite3_stmt *st); /* 1 row, 0 done (and reset), -errno (and reset) */
int db_run(
	struct db *db, const char *sql, const char *types, ...); /* stmt + bind + step to the end */
/* The first column of the first row; -ENOENT if there is no row. */
int db_int(struct db *db, int64_t *ret, const char *sql, const char *types, ...);
int64_t db_changes(struct db *db);
int64_t db_last_id(struct db *db);

int db_begin(struct db *db); /* BEGIN IMMEDIATE; a plain BEGIN on a reader */
int db_commit(struct db *db);
void db_rollback(struct db *db); /* harmless when nothing is open */
static inline void db_resetp(sqlite3_stmt **st)
{
	if (*st != NULL) {
		sqlite3_reset(*st);
	}
}
#define _stmt_ _cleanup_(db_resetp)

DEFINE_CLEANUP(struct db *, db_close);

#endif
