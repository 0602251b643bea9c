// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_audit.c - the audit log only grows, within its bounds, and a flood of attempts pushes out no
 * deeds. */
#include "store_fixture.h"

#include "scannerd/store/audit.h"

static int add(const char *action, bool refused)
{
	struct audit_row row = {.actor = "jo",
		.source = "192.0.2.1",
		.action = action,
		.subject = "web1",
		.refused = refused};

	return store_audit_add(store, &row, 1790000000);
}

static void rows_are_added_and_can_be_neither_changed_nor_removed(void **state)
{
	(void)state;
	static const char *const wrong[] = {"UPDATE audit SET actor = 'eve'", "DELETE FROM audit",
		"DELETE FROM audit WHERE id = 1",
		"REPLACE INTO audit SELECT id, time, 'eve', source, action, subject, before, after,"
		" refused, serial FROM audit WHERE id = 2",
		"REPLACE INTO audit (time, actor, source, action, subject, refused, serial)"
		" VALUES (1, 'eve', '', '', '', 0, 1)"};
	int64_t version = ask_int("SELECT coalesce((SELECT value FROM v_versions WHERE key = "
				  "'version.audit'), 0)");

	for (int i = 0; i < 3; i++) {
		assert_int_equal(add("server.add", i == 2), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_true(db_script(store_db(store), wrong[i]) < 0);
		assert_non_null(strstr(db_message(store_db(store)), "append-only"));
	}
	assert_int_equal(ask_int("SELECT count(*) FROM v_audit WHERE actor = 'jo'"), 3);
	assert_int_equal(
		ask_int("SELECT value FROM v_versions WHERE key = 'version.audit'"), version + 3);
}

static void a_flood_of_attempts_pushes_out_no_deeds(void **state)
{
	(void)state;
	assert_int_equal(add("settings.change", false), 0);
	assert_int_equal(
		db_script(store_db(store),
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
			"20000)"
			" INSERT INTO audit (time, actor, source, action, subject, refused, serial)"
			" SELECT i, 'nobody', '', 'session.begin', '', 1, i FROM n"),
		0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(add("session.begin", true), 0);
	}
	assert_int_equal(
		ask_int("SELECT count(*) FROM v_audit WHERE refused = 1"), AUDIT_REFUSED_KEPT);
	assert_int_equal(ask_int("SELECT min(time) FROM v_audit WHERE refused = 1"), 6);
	assert_int_equal(
		ask_int("SELECT count(*) FROM v_audit WHERE action = 'settings.change'"), 1);
	assert_true(db_script(store_db(store), "DELETE FROM audit WHERE time = 6") < 0);
}

static void deeds_are_bounded_and_the_oldest_go(void **state)
{
	(void)state;
	assert_int_equal(
		db_script(store_db(store),
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
			"80000)"
			" INSERT INTO audit (time, actor, source, action, subject, refused, serial)"
			" SELECT i, 'jo', '', 'server.add', '', 0, i FROM n"),
		0);
	assert_int_equal(add("server.remove", false), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_audit"), AUDIT_DEEDS_KEPT);
	assert_int_equal(ask_int("SELECT min(time) FROM v_audit"), 2);
}

static void values_are_kept_up_to_their_bound_and_then_only_their_length(void **state)
{
	(void)state;
	char before[AUDIT_VALUE_BYTES + 1], after[AUDIT_VALUE_BYTES + 2];
	struct audit_row row = {.actor = "jo",
		.source = "",
		.action = "settings.change",
		.subject = "rules[0]",
		.before = before,
		.after = after};

	memset(before, '1', sizeof(before));
	before[AUDIT_VALUE_BYTES] = '\0';
	memset(after, '2', sizeof(after));
	after[AUDIT_VALUE_BYTES + 1] = '\0';
	assert_int_equal(store_audit_add(store, &row, 1), 0);
	assert_int_equal(ask_int("SELECT length(before) FROM v_audit"), AUDIT_VALUE_BYTES);
	assert_int_equal(ask_int("SELECT after = '\"1025 bytes\"' FROM v_audit"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			rows_are_added_and_can_be_neither_changed_nor_removed, begin_store,
			end_store),
		cmocka_unit_test_setup_teardown(
			a_flood_of_attempts_pushes_out_no_deeds, begin_store, end_store),
		cmocka_unit_test_setup_teardown(
			deeds_are_bounded_and_the_oldest_go, begin_store, end_store),
		cmocka_unit_test_setup_teardown(
			values_are_kept_up_to_their_bound_and_then_only_their_length, begin_store,
			end_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
