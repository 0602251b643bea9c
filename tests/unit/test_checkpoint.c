// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_checkpoint.c - a reader that never ends keeps the write-ahead log from being emptied: it
 * stops growing all the same. */
#include "scannerd/store/inside.h"
#include "store_fixture.h"

enum { ROOM_PAGES = 40, TRIES_MAX = 2000 };

static sqlite3 *reader;

static int begin(void **state)
{
	char path[160];

	if (begin_directories(state) != 0 || store_new(state_dir, (gid_t)-1, &store, &err) != 0) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/backup-checker.db", state_dir);
	return sqlite3_open_v2(path, &reader, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK ? 0 : -1;
}

static int end(void **state)
{
	sqlite3_close(reader);
	store_free(steal(store));
	return end_directories(state);
}

static void read_with(const char *sql)
{
	assert_int_equal(sqlite3_exec(reader, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* One small change, as every method makes one. */
static int change(void)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(store, &t);

	if (r == 0) {
		r = store_touch(store, "files");
	}
	return r < 0 ? r : transaction_commit(&t);
}

static int64_t log_pages(void)
{
	struct stat st;
	char path[160];

	snprintf(path, sizeof(path), "%s/backup-checker.db-wal", state_dir);
	assert_int_equal(stat(path, &st), 0);
	return st.st_size / DB_PAGE_BYTES;
}

static void a_log_that_a_reader_keeps_has_an_end_and_says_so(void **state)
{
	int64_t pages = 0;
	int r = 0, changes = 0;

	(void)state;
	store->wal_max = ROOM_PAGES;
	assert_int_equal(db_int(store_db(store), &pages, "PRAGMA page_count", ""), 0);
	read_with("BEGIN; SELECT count(*) FROM servers");
	for (; r == 0 && changes < TRIES_MAX; changes++) {
		r = change();
	}
	assert_int_equal(r, -EBUSY);
	assert_true(log_pages() <= ROOM_PAGES + pages + pages / 10 + 8); /* frames have headers */
	db_fail(store_db(store), r, &err, "storing");
	assert_non_null(strstr(err.message, "a reader of the database"));
	assert_int_equal(change(), -EBUSY);
	read_with("COMMIT");
	for (int i = 0; i < 2 * changes; i++) {
		assert_int_equal(change(), 0);
	}
}

static void a_log_that_nobody_reads_is_no_hindrance(void **state)
{
	(void)state;
	store->wal_max = 0;
	for (int i = 0; i < 4 * ROOM_PAGES; i++) {
		assert_int_equal(change(), 0);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_log_that_a_reader_keeps_has_an_end_and_says_so),
		CASE(a_log_that_nobody_reads_is_no_hindrance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
