// needs: common
/* test_db_wait.c - a lock that somebody holds for ever costs its patience once, not at every try.
 */
#include "common/db.h"

#include "common/timefmt.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { CACHE_KIB = 256, PATIENCE_MS = 300, TRIES = 30 };

static char directory[64], path[96];
static struct db *db;
static sqlite3 *holder;

static int setup(void **state _unused_)
{
	struct err err = {0};

	snprintf(directory, sizeof(directory), "/tmp/test-db-wait-XXXXXX");
	if (mkdtemp(directory) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/a.db", directory);
	if (db_open(path, DB_WRITER, CACHE_KIB, &db, &err) < 0) {
		return -1;
	}
	return sqlite3_open(path, &holder) == SQLITE_OK ? 0 : -1;
}

static int teardown(void **state _unused_)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	char name[128];

	sqlite3_close(holder);
	db_close(db);
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	return rmdir(directory);
}

static void hold(const char *sql)
{
	assert_int_equal(sqlite3_exec(holder, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* How long a refused beginning took. */
static int64_t refused_ms(void)
{
	int64_t begun = time_mono_ms();

	assert_int_equal(db_begin(db), -EBUSY);
	assert_string_equal(db_message(db), "database is locked");
	return time_mono_ms() - begun;
}

static void patience_is_lost_once_and_comes_back_with_the_lock(void **state _unused_)
{
	int64_t quickest = INT64_MAX;

	db_set_patience(db, PATIENCE_MS);
	for (int round = 0; round < 2; round++) {
		hold("BEGIN IMMEDIATE");
		assert_true(refused_ms() >= PATIENCE_MS);
		for (int i = 0; i < TRIES; i++) {
			quickest = MIN(quickest, refused_ms());
		}
		assert_true(quickest < PATIENCE_MS / 2);
		hold("ROLLBACK");
		assert_int_equal(db_begin(db), 0);
		assert_int_equal(db_commit(db), 0);
	}
}

static void new_patience_is_tried_anew(void **state _unused_)
{
	hold("BEGIN IMMEDIATE");
	db_set_patience(db, PATIENCE_MS);
	refused_ms();
	db_set_patience(db, PATIENCE_MS);
	assert_true(refused_ms() >= PATIENCE_MS);
	hold("ROLLBACK");
}

static void a_refusal_of_ones_own_has_its_sentence(void **state _unused_)
{
	struct err err = {0};

	assert_int_equal(db_refuse(db, -EBUSY, "there is no room for %d", 7), -EBUSY);
	assert_int_equal(db_fail(db, -EBUSY, &err, "storing it"), -EBUSY);
	assert_int_equal(err.code, ERR_DATABASE);
	assert_string_equal(err.message, "storing it: there is no room for 7");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(patience_is_lost_once_and_comes_back_with_the_lock),
		CASE(new_patience_is_tried_anew),
		CASE(a_refusal_of_ones_own_has_its_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
