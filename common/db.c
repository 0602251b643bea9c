/* db.c - runs statements, keeps them prepared, and maps SQLite's results to -errno. */
#include "db_internal.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>

int db_note(struct db *db, int sqlite_rc)
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

int db_refuse(struct db *db, int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(db->message, sizeof(db->message), fmt, ap);
	va_end(ap);
	return rc;
}

const char *db_message(struct db *db)
{
	return db->message;
}

sqlite3 *db_handle(struct db *db)
{
	return db->handle;
}

int db_script(struct db *db, const char *sql)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_note(db, rc);
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
		db_note(db, rc);
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
	r = rc == SQLITE_DONE ? 0 : db_note(db, rc);
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
		return db_note(db, rc);
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
	if (db->mode != DB_WRITER) {
		return db_run(db, "BEGIN", "");
	}

	int r = db_run(db, "BEGIN IMMEDIATE", "");

	if (r == 0) {
		db_wait_done(db);
	}
	return r;
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
