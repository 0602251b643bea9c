// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_merge.c - a changed directory against its rows: its place in a repository. */
#include "store_fixture.h"

enum { DAY = 86400 };
static const int64_t now = 1750000000;

static void make_restic(const char *name)
{
	static const char *const below[] = {
		"", "/data", "/data/0a", "/index", "/keys", "/snapshots"};
	char path[256];

	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		snprintf(path, sizeof(path), "%s%s", name, below[i]);
		make_dir(path);
	}
	snprintf(path, sizeof(path), "%s/config", name);
	make_file(path, 155, now - DAY);
	snprintf(path, sizeof(path), "%s/data/0a/0a1b2c", name);
	make_file(path, 5000, now - DAY);
	snprintf(path, sizeof(path), "%s/snapshots/3d4e5f", name);
	make_file(path, 300, now - DAY);
}

/* What the column says of tree/below; -1 without a row. */
static int64_t column_of(const char *below)
{
	char sql[512];
	const char *answer;

	snprintf(sql, sizeof(sql), "SELECT repository FROM dirs WHERE CAST(path AS TEXT) = '%s'",
		in_tree(below));
	answer = ask(sql);
	return strcmp(answer, "(none)") == 0 ? -1 : strtoll(answer, NULL, 10);
}

static int64_t restic(uint8_t depth)
{
	return repository_pack(
		(struct repository_place){.kind = REPOSITORY_RESTIC, .depth = depth});
}

static void new_directories_carry_their_place(void **state)
{
	(void)state;
	make_dir("plain");
	make_file("plain/a.tar", 1000, now - DAY);
	make_restic("r");
	assert_int_equal(scan_tree(now), 4);
	assert_int_equal(column_of("plain"), 0);
	assert_int_equal(column_of("r"), restic(0));
	assert_int_equal(column_of("r/snapshots"), restic(1));
	assert_int_equal(column_of("r/data/0a"), restic(2));
	assert_int_equal(column_of("r/keys"), -1);
	assert_int_equal(scan_tree(now + 60), 0);
}

static void a_place_that_changes_is_written_though_no_file_changes(void **state)
{
	(void)state;
	int64_t version;

	make_restic("r");
	assert_int_equal(rmdir(in_tree("r/keys")), 0);
	assert_int_equal(scan_tree(now), 3);
	assert_int_equal(column_of("r"), 0);
	assert_int_equal(column_of("r/data/0a"), 0);
	version = ask_int("SELECT value FROM v_versions WHERE key = 'version.files'");

	make_dir("r/keys");
	assert_true(scan_tree(now + 60) >= 3); /* evidence must be gathered again */
	assert_int_equal(column_of("r"), restic(0));
	assert_int_equal(column_of("r/snapshots"), restic(1));
	assert_int_equal(column_of("r/data/0a"), restic(2));
	assert_true(ask_int("SELECT value FROM v_versions WHERE key = 'version.files'") > version);
	assert_int_equal(scan_tree(now + 120), 0);

	assert_int_equal(rmdir(in_tree("r/keys")), 0);
	assert_true(scan_tree(now + 180) >= 3);
	assert_int_equal(column_of("r"), 0);
	assert_int_equal(column_of("r/data/0a"), 0);
}

static void a_change_of_files_keeps_the_place(void **state)
{
	(void)state;
	make_restic("r");
	assert_int_equal(scan_tree(now), 3);
	make_file("r/snapshots/6a7b8c", 300, now);
	assert_int_equal(scan_tree(now + 3600), 1);
	assert_int_equal(column_of("r/snapshots"), restic(1));
	assert_int_equal(column_of("r"), restic(0));
}

static void a_directory_that_is_written_anew_gets_its_place(void **state)
{
	(void)state;
	make_restic("r");
	assert_int_equal(rmdir(in_tree("r/keys")), 0);
	assert_int_equal(scan_tree(now), 3);
	/* As if so many files had come and gone that none could be numbered any more. */
	assert_int_equal(db_script(store_db(store), "UPDATE dirs SET next = 1 << 24"), 0);
	make_dir("r/keys");
	assert_true(scan_tree(now + 60) >= 3);
	assert_int_equal(column_of("r"), restic(0));
	assert_int_equal(column_of("r/data/0a"), restic(2));
	assert_int_equal(ask_int("SELECT max(next) FROM dirs"), 1);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(new_directories_carry_their_place),
		CASE(a_place_that_changes_is_written_though_no_file_changes),
		CASE(a_change_of_files_keeps_the_place),
		CASE(a_directory_that_is_written_anew_gets_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
