/* server_name.c - looks a server's name up. */
#include "scannerd/store/server_name.h"

void store_server_name(struct store *s, int64_t id, char *out, size_t size)
{
	struct db *db = store_db(s);
	_stmt_ sqlite3_stmt *st = db_stmt(db, "SELECT hostname FROM servers WHERE id = ?");
	const char *name = NULL;

	if (st != NULL && db_bind(st, "i", id) == 0 && db_step(db, st) == 1) {
		name = (const char *)sqlite3_column_text(st, 0);
	}
	snprintf(out, size, "%s", name != NULL ? name : "");
}
