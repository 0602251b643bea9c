/* checkpoint.c - moves the write-ahead log into the database between works, never inside one. */
#include "scannerd/store/inside.h"

#include <errno.h>
#include <inttypes.h>

enum {
	CHECKPOINT_PAGES = (8 << 20) / DB_PAGE_BYTES, /* about four batches of a scan */
	/* give the disk its space back when there is time */
	TRUNCATE_PAGES = (32 << 20) / DB_PAGE_BYTES,
	TRUNCATE_BUSY_MS =
		100, /* readers are asked to leave; a hostile one does not get to stop us */
	/* Pages that nobody may move yet, because somebody still reads what was before them. An
	 * honest reader, with a long list, leaves before a whole index has been written anew. */
	WAL_PAGES_MAX = (1 << 30) / DB_PAGE_BYTES,
};

static int committed(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct store *s = arg;

	(void)handle, (void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

void checkpoint_init(struct store *s)
{
	s->checkpoint_at = CHECKPOINT_PAGES;
	s->wal_max = WAL_PAGES_MAX;
	sqlite3_wal_hook(db_handle(s->db), committed, s);
}

static void checkpoint(struct store *s, int mode)
{
	sqlite3 *handle = db_handle(s->db);
	int in_log = 0, moved = 0, rc;

	db_set_patience(s->db, TRUNCATE_BUSY_MS);
	rc = sqlite3_wal_checkpoint_v2(handle, NULL, mode, &in_log, &moved);
	db_set_patience(s->db, DB_PATIENCE_MS);
	if (rc == SQLITE_OK && in_log <= moved) {
		s->wal_pages = 0;
		s->checkpoint_at = CHECKPOINT_PAGES;
	} else {
		/* A reader keeps pages in the log: the next try is worth it when more has come. */
		s->checkpoint_at = s->wal_pages + CHECKPOINT_PAGES;
	}
}

void checkpoint_step(struct store *s, bool idle)
{
	if (s->wal_pages < s->checkpoint_at) {
		return;
	}
	checkpoint(s, idle && s->wal_pages >= TRUNCATE_PAGES ? SQLITE_CHECKPOINT_TRUNCATE
							     : SQLITE_CHECKPOINT_PASSIVE);
}

void checkpoint_last(struct store *s)
{
	checkpoint(s, SQLITE_CHECKPOINT_TRUNCATE);
}

/* The database's own pages count: the log of a scan that finds everything anew is as large. */
static bool is_too_much(struct store *s)
{
	int64_t pages = 0;

	return s->wal_pages >= s->wal_max && db_int(s->db, &pages, "PRAGMA page_count", "") == 0 &&
	       s->wal_pages >= s->wal_max + pages;
}

int checkpoint_room(struct store *s)
{
	if (!is_too_much(s)) {
		return 0;
	}
	checkpoint(s, SQLITE_CHECKPOINT_PASSIVE);
	if (!is_too_much(s)) {
		return 0;
	}
	return db_refuse(s->db, -EBUSY,
		"a reader of the database has kept its log from being emptied until that had "
		"%" PRId64 " MiB; end the program that reads it",
		s->wal_pages * DB_PAGE_BYTES >> 20);
}
