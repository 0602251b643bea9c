/* db_internal.h - what db.c and db_open.c share. */
#ifndef COMMON_DB_INTERNAL_H
#define COMMON_DB_INTERNAL_H

#include "db.h"

struct slot {
	const char *sql;
	sqlite3_stmt *statement;
};

struct db {
	sqlite3 *handle;
	enum db_mode mode;
	struct slot *slots; /* open addressing; cap is a power of two */
	size_t cap, used;
	int patience_ms; /* of a writer; see db_wait.c */
	bool in_vain;
	int64_t waiting_since_ms;
	char message[256]; /* of the last failure; a rollback after it does not wipe it */
};

/* Takes note of a failure of SQLite's, for db_message(), and translates it to -errno. */
int db_note(struct db *db, int sqlite_rc);

/* --- db_wait.c --- */
/* From now on this writer waits for locks with db_set_patience()'s patience. */
void db_wait_begin(struct db *db);
/* A lock was got: the next one is waited for with all patience again. */
void db_wait_done(struct db *db);

#endif
