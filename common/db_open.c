/* db_open.c - opens SQLite with the settings that both daemons need, and closes it. */
#include "db_internal.h"

#include "buf.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum {
	READER_BUSY_MS = 250,
	WAL_KEPT_BYTES = 16 << 20, /* what a WAL that once was large shrinks to */
};

/* SQLite would create the file with the umask's mode. O_EXCL: closing an existing file that a
 * connection of this process has open would drop that connection's POSIX locks. */
static int create_file(const char *path)
{
	_close_ int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	return fchmod(fd, 0640) < 0 ? -errno : 0;
}

/* "file:///var/lib/x.db?mode=ro" with everything else than plain letters escaped. */
static char *reader_uri(const char *path)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-~";
	_buf_ struct buf b = BUF_INIT;

	buf_adds(&b, path[0] == '/' ? "file://" : "file:");
	for (const char *p = path; *p != '\0'; p++) {
		if (strchr(plain, *p) != NULL) {
			buf_addc(&b, *p);
		} else {
			buf_printf(&b, "%%%02x", (unsigned char)*p);
		}
	}
	buf_adds(&b, "?mode=ro");
	return buf_steal(&b);
}

static int open_handle(struct db *db, const char *path)
{
	const int common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	_free_ char *uri = NULL;

	if (db->mode == DB_WRITER) {
		return sqlite3_open_v2(path, &db->handle,
			common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	}
	uri = reader_uri(path);
	if (uri == NULL) {
		return SQLITE_NOMEM;
	}
	return sqlite3_open_v2(
		uri, &db->handle, common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
}

/* What a database file that somebody tampered with could otherwise use against us. */
static int harden(sqlite3 *handle)
{
	static const struct {
		int option, value;
	} settings[] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		int rc = sqlite3_db_config(handle, settings[i].option, settings[i].value, NULL);

		if (rc != SQLITE_OK) {
			return rc;
		}
	}
	return SQLITE_OK;
}

/* PRAGMA journal_mode answers with the mode that is in force; on failure it answers the old one and
 * no error. */
static int enter_wal(struct db *db)
{
	_cleanup_(db_resetp) sqlite3_stmt *st = db_stmt(db, "PRAGMA journal_mode=WAL");
	int r;

	if (st == NULL) {
		return db_errno(sqlite3_extended_errcode(db->handle));
	}
	r = db_step(db, st);
	if (r < 0) {
		return r;
	}
	if (r == 0 || strcmp((const char *)sqlite3_column_text(st, 0), "wal") != 0) {
		snprintf(db->message, sizeof(db->message), "the file system does not support WAL");
		return -EROFS;
	}
	return 0;
}

static int configure_writer(struct db *db)
{
	int on = 1;
	int rc = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	int r;

	if (rc != SQLITE_OK) {
		return db_note(db, rc);
	}
	r = enter_wal(db);
	if (r < 0) {
		return r;
	}
	r = db_script(db, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
	if (r < 0) {
		return r;
	}
	sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
	return 0;
}

static int configure_reader(struct db *db)
{
	int64_t version;
	int r;

	sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
	r = db_script(db, "PRAGMA query_only=ON");
	/* Reads the file's first page, so that a bad file is found here and not at the first query.
	 */
	return r < 0 ? r : db_int(db, &version, "PRAGMA schema_version", "");
}

static int configure(struct db *db, int cache_kib)
{
	char sql[160];
	int r, rc;

	if (db->mode == DB_WRITER) {
		db_wait_begin(db);
	} else {
		sqlite3_busy_timeout(db->handle, READER_BUSY_MS);
	}
	rc = harden(db->handle);
	if (rc != SQLITE_OK) {
		return db_note(db, rc);
	}
	/* The page size first, because the cache is counted in pages; a file that has pages keeps
	 * theirs. */
	snprintf(sql, sizeof(sql),
		"PRAGMA page_size=%d; PRAGMA cache_size=-%d; PRAGMA temp_store=FILE; PRAGMA "
		"journal_size_limit=%d",
		DB_PAGE_BYTES, MAX(cache_kib, 64), WAL_KEPT_BYTES);
	r = db_script(db, sql);
	if (r < 0) {
		return r;
	}
	return db->mode == DB_WRITER ? configure_writer(db) : configure_reader(db);
}

int db_open(const char *path, enum db_mode mode, int cache_kib, struct db **ret, struct err *err)
{
	_cleanup_(db_closep) struct db *db = calloc(1, sizeof(*db));
	char doing[256];
	int r, rc;

	if (db == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	snprintf(doing, sizeof(doing), "opening the database %s", path);
	db->mode = mode;
	r = mode == DB_WRITER ? create_file(path) : 0;
	if (r < 0) {
		return db_fail(NULL, r, err, doing);
	}
	rc = open_handle(db, path);
	r = rc != SQLITE_OK ? db_note(db, rc) : configure(db, cache_kib);
	if (r < 0) {
		return db_fail(db, r, err, doing);
	}
	*ret = steal(db);
	return 0;
}

void db_close(struct db *db)
{
	if (db == NULL) {
		return;
	}
	for (size_t i = 0; i < db->cap; i++) {
		sqlite3_finalize(db->slots[i].statement);
	}
	free(db->slots);
	sqlite3_close_v2(db->handle);
	free(db);
}
