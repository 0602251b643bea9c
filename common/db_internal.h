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
	char message[256]; /* of the last failure; a rollback after it does not wipe it */
};

/* Takes note of a failure of SQLite's, for db_message(), and translates it to -errno. */
int db_note(struct db *db, int sqlite_rc);

#endif
