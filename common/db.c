/* db.c - opens SQLite with the settings both daemons need, keeps prepared statements, and maps its
 * results to -errno. */
#include "db.h"

#include "buf.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

enum {
	WRITER_BUSY_MS = 2000, /* a reader may hold a lock while it opens: wait, but not for ever */
	READER_BUSY_MS = 250,
	WAL_KEPT_BYTES = 16 << 20, /* what a WAL that once was large shrinks to */
};

struct slot {
	const char *sql;
	sqlite3_stmt *statement;
};

struct db {
	sqlite3 *handle;
	enum db_mode mode;
	struct slot *slots; /* open addressing; cap is a power of two */
	size_t cap, used;
	char message[256]; /* of the last failure; a rollback after it does not wipe it */
};

/* Takes note of a failure and translates it. */
static int fail(struct db *db, int sqlite_rc)
{
	snprintf(db->message, sizeof(db->message), "%s",
		db->handle != NULL ? sqlite3_errmsg(db->handle) : sqlite3_errstr(sqlite_rc));
	return db_errno(sqlite_rc);
}

int db_errno(int sqlite_rc)
{
	static const struct {
		int sqlite, error;
	} table[] = {
		/* extended codes first: the first match wins */
		{SQLITE_BUSY_SNAPSHOT, -EAGAIN},
		{SQLITE_ERROR_SNAPSHOT, -EAGAIN},
		{SQLITE_ERROR_RETRY, -EAGAIN},
		{SQLITE_READONLY_RECOVERY, -EBUSY},
		{SQLITE_READONLY_CANTLOCK, -EBUSY},
		{SQLITE_READONLY_CANTINIT, -EBUSY},
		{SQLITE_READONLY_DIRECTORY, -EACCES},
		{SQLITE_IOERR_NOMEM, -ENOMEM},
		{SQLITE_IOERR_CORRUPTFS, -EUCLEAN},
		{SQLITE_OK, 0},
		{SQLITE_DONE, 0},
		{SQLITE_ROW, 1},
		{SQLITE_BUSY, -EBUSY},
		{SQLITE_LOCKED, -EBUSY},
		{SQLITE_PROTOCOL, -EBUSY},
		{SQLITE_SCHEMA, -EAGAIN},
		{SQLITE_FULL, -ENOSPC},
		{SQLITE_READONLY, -EROFS},
		{SQLITE_IOERR, -EIO},
		{SQLITE_CORRUPT, -EUCLEAN},
		{SQLITE_NOTADB, -EUCLEAN},
		{SQLITE_NOMEM, -ENOMEM},
		{SQLITE_CONSTRAINT, -EEXIST},
		{SQLITE_INTERRUPT, -ECANCELED},
		{SQLITE_ABORT, -ECANCELED},
		{SQLITE_CANTOPEN, -ENOENT},
		{SQLITE_PERM, -EACCES},
		{SQLITE_AUTH, -EACCES},
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].sqlite == sqlite_rc) {
			return table[i].error;
		}
	}
	return sqlite_rc > 0xff ? db_errno(sqlite_rc & 0xff) : -EINVAL;
}

/* What a person can do about it; "" if SQLite's words are enough. */
static const char *advice(int rc)
{
	switch (rc) {
	case -ENOSPC:
		return "; the disk is full: free some space and it goes on by itself";
	case -EROFS:
		return "; the database or its file system is read-only: look at the mount and the "
		       "file's owner";
	case -EUCLEAN:
		return "; the file is damaged: move it away and restart, scans will fill a new one";
	case -EACCES:
		return "; look at the owner and the mode of the file and its directory";
	default:
		return "";
	}
}

int db_fail(struct db *db, int rc, struct err *err, const char *doing)
{
	const char *said = db != NULL ? db_message(db) : strerror(-rc);

	return err_set(err, rc, ERR_DATABASE, NULL, "%s: %s%s", doing, said, advice(rc));
}

const char *db_message(struct db *db)
{
	return db->message;
}

sqlite3 *db_handle(struct db *db)
{
	return db->handle;
}

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
		return fail(db, rc);
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

	sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
	/* The second one reads the file's first page, so that a bad file is found here and not at
	 * the first query. */
	int r = db_script(db, "PRAGMA query_only=ON");

	return r < 0 ? r : db_int(db, &version, "PRAGMA schema_version", "");
}

static int configure(struct db *db, int cache_kib)
{
	char sql[160];
	int r, rc;

	sqlite3_busy_timeout(db->handle, db->mode == DB_WRITER ? WRITER_BUSY_MS : READER_BUSY_MS);
	rc = harden(db->handle);
	if (rc != SQLITE_OK) {
		return fail(db, rc);
	}
	snprintf(sql, sizeof(sql),
		"PRAGMA cache_size=-%d; PRAGMA temp_store=FILE; PRAGMA journal_size_limit=%d",
		MAX(cache_kib, 64), WAL_KEPT_BYTES);
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
	r = rc != SQLITE_OK ? fail(db, rc) : configure(db, cache_kib);
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

int db_script(struct db *db, const char *sql)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(db, rc);
}

/* The slot of this text, or the empty one where it belongs. */
static struct slot *find_slot(struct slot *slots, size_t cap, const char *sql)
{
	size_t i = (size_t)(((uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (cap - 1);

	while (slots[i].sql != NULL && slots[i].sql != sql) {
		i = (i + 1) & (cap - 1);
	}
	return &slots[i];
}

static int grow_slots(struct db *db)
{
	size_t cap = db->cap != 0 ? db->cap * 2 : 32;
	struct slot *slots = calloc(cap, sizeof(*slots));

	if (slots == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < db->cap; i++) {
		if (db->slots[i].sql != NULL) {
			*find_slot(slots, cap, db->slots[i].sql) = db->slots[i];
		}
	}
	free(db->slots);
	db->slots = slots;
	db->cap = cap;
	return 0;
}

sqlite3_stmt *db_stmt(struct db *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	struct slot *slot;
	int rc;

	if (2 * (db->used + 1) > db->cap && grow_slots(db) < 0) {
		snprintf(db->message, sizeof(db->message), "out of memory");
		return NULL;
	}
	slot = find_slot(db->slots, db->cap, sql);
	if (slot->sql != NULL) {
		sqlite3_reset(slot->statement);
		sqlite3_clear_bindings(slot->statement);
		return slot->statement;
	}
	rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
	if (rc != SQLITE_OK) {
		fail(db, rc);
		return NULL;
	}
	assert(st != NULL); /* an empty text is our bug */
	*slot = (struct slot){.sql = sql, .statement = st};
	db->used++;
	return st;
}

/* One parameter by its letter; the list is passed by address so that it moves on for the caller. */
static int bind_one(sqlite3_stmt *st, int i, char type, va_list *ap)
{
	const void *data;
	const char *text;
	int64_t number;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(st, i, va_arg(*ap, int64_t));
	case 'I':
		number = va_arg(*ap, int64_t);
		return number == INT64_MIN ? sqlite3_bind_null(st, i)
					   : sqlite3_bind_int64(st, i, number);
	case 's':
		text = va_arg(*ap, const char *);
		return text == NULL ? sqlite3_bind_null(st, i)
				    : sqlite3_bind_text(st, i, text, -1, SQLITE_TRANSIENT);
	case 'b':
		data = va_arg(*ap, const void *);
		return sqlite3_bind_blob64(st, i, data, va_arg(*ap, size_t), SQLITE_STATIC);
	case 'd':
		return sqlite3_bind_double(st, i, va_arg(*ap, double));
	case 'n':
		return sqlite3_bind_null(st, i);
	default:
		assert(!"a letter that db_bind() does not know");
		return SQLITE_MISUSE;
	}
}

static int bind_all(sqlite3_stmt *st, const char *types, va_list *ap)
{
	for (int i = 0; types[i] != '\0'; i++) {
		int rc = bind_one(st, i + 1, types[i], ap);

		if (rc != SQLITE_OK) {
			return rc;
		}
	}
	return SQLITE_OK;
}

int db_bind(sqlite3_stmt *st, const char *types, ...)
{
	va_list ap;
	int rc;

	va_start(ap, types);
	rc = bind_all(st, types, &ap);
	va_end(ap);
	return db_errno(rc);
}

int db_step(struct db *db, sqlite3_stmt *st)
{
	int rc = sqlite3_step(st);
	int r = rc;

	if (rc == SQLITE_ROW) {
		return 1;
	}
	r = rc == SQLITE_DONE ? 0 : fail(db, rc);
	sqlite3_reset(st);
	return r;
}

/* A statement with its parameters bound; *ret is NULL on failure. */
static int prepare_bound(
	struct db *db, const char *sql, const char *types, va_list *ap, sqlite3_stmt **ret)
{
	sqlite3_stmt *st = db_stmt(db, sql);
	int rc;

	if (st == NULL) {
		rc = sqlite3_extended_errcode(db->handle);
		return rc == SQLITE_OK ? -ENOMEM : db_errno(rc);
	}
	rc = bind_all(st, types, ap);
	if (rc != SQLITE_OK) {
		return fail(db, rc);
	}
	*ret = st;
	return 0;
}

int db_run(struct db *db, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st = NULL;
	va_list ap;
	int r;

	va_start(ap, types);
	r = prepare_bound(db, sql, types, &ap, &st);
	va_end(ap);
	if (r < 0) {
		return r;
	}
	do {
		r = db_step(db, st);
	} while (r == 1);
	return r;
}

int db_int(struct db *db, int64_t *ret, const char *sql, const char *types, ...)
{
	_stmt_ sqlite3_stmt *st = NULL;
	va_list ap;
	int r;

	va_start(ap, types);
	r = prepare_bound(db, sql, types, &ap, &st);
	va_end(ap);
	if (r < 0) {
		return r;
	}
	r = db_step(db, st);
	if (r < 0) {
		return r;
	}
	if (r == 0) {
		snprintf(db->message, sizeof(db->message), "no row");
		return -ENOENT;
	}
	*ret = sqlite3_column_int64(st, 0);
	return 0;
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int db_begin(struct db *db)
{
	return db->mode == DB_WRITER ? db_run(db, "BEGIN IMMEDIATE", "") : db_run(db, "BEGIN", "");
}

int db_commit(struct db *db)
{
	return db_run(db, "COMMIT", "");
}

void db_rollback(struct db *db)
{
	if (sqlite3_get_autocommit(db->handle) == 0) {
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	}
}
