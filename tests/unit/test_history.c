// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_history.c - scans, problems and settings are written down, and no list grows for ever. */
#include "store_fixture.h"

static const int64_t now = 1750000000;

static int64_t begin_scan(enum scan_kind kind, int64_t due, int64_t started)
{
	int64_t id = 0;

	assert_int_equal(store_scan_begin(store, kind, due == TIME_NONE ? "person" : "schedule",
				 due, started, &id, &err),
		0);
	return id;
}

static void a_scan_is_written_down_from_begin_to_end(void **state)
{
	(void)state;
	char message[] = "3 files";
	struct scan_progress p = {.state = SCAN_SUCCEEDED,
		.files = 3,
		.directories = 2,
		.bytes = 10,
		.errors = 1,
		.message = message};
	struct scan_end end = {.progress = &p, .changed = 2, .reduced = true, .finished = now + 5};

	p.scan = begin_scan(SCAN_DIRECTORIES, TIME_NONE, now);
	assert_string_equal(ask("SELECT kind || state || requested_by FROM v_scans"),
		"directoriesrunningperson");
	assert_string_equal(ask("SELECT due FROM v_scans"), "");
	assert_int_equal(store_scan_end(store, &end, &err), 0);
	assert_string_equal(
		ask("SELECT state || message || files || directories || bytes || changed ||"
		    " errors || reduced || (finished - started) FROM v_scans"),
		"succeeded3 files32102115");
}

static void the_last_start_and_the_last_due_time_are_told_by_kind(void **state)
{
	(void)state;
	int64_t started = 0, due = 0;

	assert_int_equal(store_scan_last(store, SCAN_SERVERS, &started, &due), 0);
	assert_true(started == TIME_NONE && due == TIME_NONE);
	begin_scan(SCAN_SERVERS, now - 10, now);
	begin_scan(SCAN_SERVERS, TIME_NONE, now + 50);
	begin_scan(SCAN_DIRECTORIES, now + 90, now + 100);
	assert_int_equal(store_scan_last(store, SCAN_SERVERS, &started, &due), 0);
	assert_int_equal(started, now + 50);
	assert_int_equal(due, now - 10);
}

static void only_the_newest_thousand_of_each_list_are_kept(void **state)
{
	(void)state;
	int64_t scan = 0;

	assert_int_equal(db_begin(store_db(store)), 0);
	for (int i = 0; i < 1005; i++) {
		scan = begin_scan(SCAN_SERVERS, TIME_NONE, now + i);
		assert_int_equal(store_settings_record(store, "alice", "r", "{}", now + i), 0);
	}
	for (int i = 0; i < 1005; i++) {
		assert_int_equal(store_scan_problem(store, scan, "/x\xff", 3, "unreadable"), 0);
	}
	assert_int_equal(db_commit(store_db(store)), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_scans"), 1000);
	assert_int_equal(ask_int("SELECT min(started) FROM v_scans"), now + 5);
	assert_int_equal(ask_int("SELECT count(*) FROM v_settings_history"), 1000);
	assert_int_equal(ask_int("SELECT min(time) FROM v_settings_history"), now + 5);
	assert_int_equal(ask_int("SELECT count(*) FROM v_problems"), 1000);
	assert_int_equal(
		ask_int("SELECT count(*) FROM v_problems WHERE subject = x'2f78ff'"), 1000);
}

static void large_settings_push_out_more_of_the_older(void **state)
{
	static char large[1 << 20];

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	assert_int_equal(db_begin(store_db(store)), 0);
	for (int i = 0; i < 60; i++) {
		assert_int_equal(store_settings_record(store, "a", "r", large, now + i), 0);
	}
	assert_int_equal(db_commit(store_db(store)), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_settings_history"), 32);
	assert_int_equal(ask_int("SELECT max(time) FROM v_settings_history"), now + 59);
}

static void problems_go_with_their_scan(void **state)
{
	(void)state;
	int64_t scan = begin_scan(SCAN_DIRECTORIES, TIME_NONE, now);

	assert_int_equal(store_scan_problem(store, scan, "", 0, "words"), 0);
	assert_int_equal(store_scan_problem(store, scan + 7, "", 0, "of no scan"), -EEXIST);
	assert_int_equal(db_run(store_db(store), "DELETE FROM scans", ""), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM problems"), 0);
}

static void a_scan_that_a_restart_cut_off_is_interrupted(void **state)
{
	(void)state;
	begin_scan(SCAN_DIRECTORIES, TIME_NONE, now);
	store_free(steal(store));
	assert_int_equal(store_new(state_dir, (gid_t)-1, &store, &err), 0);
	assert_string_equal(ask("SELECT state FROM v_scans"), "interrupted");
	assert_string_not_equal(ask("SELECT finished FROM v_scans"), "");
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(a_scan_is_written_down_from_begin_to_end),
		CASE(the_last_start_and_the_last_due_time_are_told_by_kind),
		CASE(only_the_newest_thousand_of_each_list_are_kept),
		CASE(large_settings_push_out_more_of_the_older),
		CASE(problems_go_with_their_scan),
		CASE(a_scan_that_a_restart_cut_off_is_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
