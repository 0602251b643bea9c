/* db_wait.c - how long a writer waits for locks of others: with patience once, and then hardly at
 * all until one has been got. */
#include "db_internal.h"

#include "timefmt.h"
#include <unistd.h>

/* Whoever may read the database may lock it, for as long as it likes. Each of a thousand works that
 * wait in a queue must not find that out anew in two seconds. */
enum { IN_VAIN_MS = 10, PAUSE_US = 1000, PAUSE_US_MAX = 20000 };

static int on_busy(void *arg, int tries)
{
	struct db *db = arg;
	int64_t now = time_mono_ms();

	if (tries == 0) {
		db->waiting_since_ms = now;
	}
	if (now - db->waiting_since_ms >= (db->in_vain ? IN_VAIN_MS : db->patience_ms)) {
		db->in_vain = true;
		return 0;
	}
	usleep((useconds_t)MIN(PAUSE_US * (tries + 1), (int)PAUSE_US_MAX));
	return 1;
}

void db_set_patience(struct db *db, int ms)
{
	db->patience_ms = ms;
	db->in_vain = false;
}

void db_wait_begin(struct db *db)
{
	db_set_patience(db, DB_PATIENCE_MS);
	sqlite3_busy_handler(db->handle, on_busy, db);
}

void db_wait_done(struct db *db)
{
	db->in_vain = false;
}
