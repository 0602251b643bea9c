// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_migrate.c - databases of earlier versions are brought up with everything in them. */
#include "store_fixture.h"

#include "common/embed.h"

EMBED(sql_of_version_1, "scannerd/store/sql/0001_initial.sql");

static const int64_t now = 1750000000;

static const char *database_path(void)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/backup-checker.db", state_dir);
	return path;
}

static void run_sql(const char *sql)
{
	sqlite3 *handle = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(database_path(), &handle), SQLITE_OK);
	if (sqlite3_exec(handle, sql, NULL, NULL, &why) != SQLITE_OK) {
		fail_msg("%s", why);
	}
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* As the first version left it, with a directory of the tree that its last scan has read. */
static void make_version_1(void)
{
	char sql[2048];

	assert_int_equal(mkdir(state_dir, 0750), 0);
	run_sql(sql_of_version_1);
	snprintf(sql, sizeof(sql),
		"PRAGMA user_version = 1;"
		"INSERT INTO meta VALUES ('next_dir', 8), ('secret', x'000102030405060708090a0b"
		"0c0d0e0f');"
		"INSERT INTO servers (id, by_hand, hostname_set, hostname, created)"
		" VALUES (3, 1, 'web01', 'web01', 1700000000);"
		"INSERT INTO aliases VALUES (3, 'www');"
		"INSERT INTO roots (id, path, files, dirs, last_scan)"
		" VALUES (1, CAST('%s' AS BLOB), 1, 1, 1700000000);"
		"INSERT INTO dirs (id, root, path, digest, next)"
		" VALUES (7, 1, CAST('%s/r' AS BLOB), x'00112233445566778899aabbccddeeff', 1);"
		"INSERT INTO files VALUES (7 << 24, CAST('config' AS BLOB), 1700000000000000000, "
		"155, 1, 0);",
		tree, tree);
	run_sql(sql);
}

static void open_store(void)
{
	if (store_new(state_dir, (gid_t)-1, &store, &err) != 0) {
		fail_msg("%s", err.message);
	}
}

static int end_opened(void **state)
{
	store_free(steal(store));
	return end_directories(state);
}

static void a_database_of_version_1_keeps_its_rows(void **state)
{
	(void)state;
	static const struct {
		const char *sql, *expected;
	} cases[] = {
		{"PRAGMA user_version", "4"},
		{"SELECT hostname_set FROM servers WHERE id = 3", "web01"},
		{"SELECT alias FROM aliases WHERE server = 3", "www"},
		{"SELECT name FROM files WHERE id = 7 << 24", "config"},
		{"SELECT repository FROM dirs WHERE id = 7", "0"},
		{"SELECT last_scan FROM roots", "1700000000"},
		{"SELECT changed FROM roots", "0"},
		{"SELECT value FROM meta WHERE key = 'next_dir'", "8"},
		{"SELECT hex(value) FROM meta WHERE key = 'secret'",
			"000102030405060708090A0B0C0D0E0F"},
		{"SELECT count(*) FROM exemptions", "0"},
		{"SELECT count(*) FROM repositories", "0"},
	};

	make_version_1();
	for (int start = 0; start < 2; start++) { /* and it is brought up once only */
		open_store();
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			assert_string_equal(ask(cases[i].sql), cases[i].expected);
		}
		store_free(steal(store));
	}
}

static void the_views_fit_a_database_that_was_brought_up(void **state)
{
	(void)state;
	char fresh[96];
	int64_t views;

	snprintf(fresh, sizeof(fresh), "%s", state_dir);
	open_store();
	views = ask_int("SELECT count(*) FROM sqlite_schema WHERE type = 'view'");
	store_free(steal(store));

	snprintf(state_dir, sizeof(state_dir), "%s/old", base);
	make_version_1();
	open_store();
	assert_true(views > 5);
	assert_int_equal(ask_int("SELECT count(*) FROM sqlite_schema WHERE type = 'view'"), views);
	for (int64_t i = 0; i < views; i++) {
		char sql[256];

		snprintf(sql, sizeof(sql),
			"SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name LIMIT 1 "
			"OFFSET %lld",
			(long long)i);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM \"%s\"", ask(sql));
		(void)ask(sql); /* fails the test if it cannot be read */
	}
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 1);
}

static void the_first_scan_after_an_upgrade_finds_repositories(void **state)
{
	(void)state;
	static const char *const below[] = {"r", "r/data", "r/index", "r/keys", "r/snapshots"};

	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		make_dir(below[i]);
	}
	make_file("r/config", 155, 1700000000);
	make_version_1();
	open_store();
	assert_true(scan_tree(now) > 0);
	assert_int_equal(ask_int("SELECT repository FROM dirs WHERE id = 7"),
		repository_pack((struct repository_place){.kind = REPOSITORY_RESTIC}));
	assert_string_equal(ask("SELECT name FROM files WHERE id = 7 << 24"), "config");
	assert_int_equal(scan_tree(now + 60), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_directories, end_opened)
int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_database_of_version_1_keeps_its_rows),
		CASE(the_views_fit_a_database_that_was_brought_up),
		CASE(the_first_scan_after_an_upgrade_finds_repositories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
