// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_evidence.c - which backup decides, what is odd about it, whose policy holds, and when a
 * status is written down. */
#include "store_fixture.h"

#include "proto/status.h"

enum { DAY = 86400 };
static const int64_t now = 1750000000;

static void rebuild(int64_t time, int64_t scan)
{
	count_files(time, scan);
}

static void use_config(const char *json)
{
	_json_ cJSON *parsed = NULL;

	config_done(&cfg);
	assert_int_equal(json_parse(json, strlen(json), &parsed, &err), 0);
	if (config_decode(parsed, true, &cfg, &err) != 0) {
		fail_msg("%s: %s", err.field, err.message);
	}
}

/* Backups of one server, newest first, a day apart. */
static void make_backups(const char *server, const off_t *sizes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char name[128];

		snprintf(name, sizeof(name), "%s_%02zu.tar", server, i);
		make_file(name, sizes[i], now - (int64_t)(i + 1) * DAY);
	}
}

static void the_newest_counted_file_decides_and_all_are_counted(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01.lab", NULL, now);
	see_host("10.0.0.2", "web02.lab", NULL, now);
	make_file("web01_old.tar", 3000, now - 5 * DAY);
	make_file("web01_new.tar", 2000, now - 2 * DAY);
	make_file("web01_empty.tar", 0, now - DAY);
	make_file("web01_new.tar.sha256", 100, now - DAY);
	assert_int_equal(scan_tree(now), 4);
	rebuild(now, 0);
	assert_string_equal(
		ask("SELECT CAST(file_name AS TEXT) FROM v_servers WHERE hostname = 'web01.lab'"),
		"web01_new.tar");
	assert_int_equal(ask_int("SELECT backup_time FROM v_servers WHERE hostname = 'web01.lab'"),
		now - 2 * DAY);
	assert_int_equal(
		ask_int("SELECT backup_count FROM v_servers WHERE hostname = 'web01.lab'"), 2);
	assert_int_equal(
		ask_int("SELECT backup_bytes FROM v_servers WHERE hostname = 'web01.lab'"), 5000);
	assert_int_equal(ask_int("SELECT count(*) FROM v_servers WHERE hostname = 'web02.lab'"
				 " AND file IS NULL AND backup_time IS NULL AND backup_count = 0"),
		1);
	assert_int_equal(ask_int("SELECT green_within FROM v_servers LIMIT 1"), 365 * DAY);
}

static void what_is_odd_about_sizes_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		off_t sizes[12];
		size_t n;
		int64_t expected;
	} cases[] = {
		{"alike", {1000, 1010, 990, 1005}, 4, 0},
		{"half is not below half", {500, 1000, 1001, 1002}, 4, 0},
		{"shrunk", {499, 1000, 1001, 1002}, 4, FINDING_SHRUNK},
		{"too few to compare", {100, 1000, 1001}, 3, 0},
		{"one large outlier before it", {400, 90000, 500, 600, 450}, 5, 0},
		{"the eleventh before it is not asked",
			{600, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 9}, 12,
			0},
		{"identical", {1001, 1001, 999, 1000}, 4, FINDING_IDENTICAL},
		{"always identical", {1001, 1001, 1001, 1001}, 4, 0},
		{"identical to an older one only", {1001, 999, 1001, 1000}, 4, 0},
		{"two are no series", {1001, 1001}, 2, 0},
	};

	see_host("10.0.0.1", "web01", NULL, now);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		make_backups("web01", cases[i].sizes, cases[i].n);
		assert_true(scan_tree(now) > 0);
		rebuild(now, 0);
		if (ask_int("SELECT findings & 12 FROM v_servers") != cases[i].expected) {
			fail_msg("%s: %s", cases[i].what, ask("SELECT findings FROM v_servers"));
		}
		remove_tree(tree);
		assert_int_equal(mkdir(tree, 0755), 0);
		make_file("unrelated", 1, now);
	}
}

static void an_ambiguous_file_is_counted_for_each_that_ties(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01.one.lab", NULL, now);
	see_host("10.0.0.2", "web01.two.lab", NULL, now);
	see_host("10.0.0.3", "db01.lab", NULL, now);
	make_file("web01_full.tar", 3000, now - DAY);
	make_file("web01_incr.tar", 3000, now - DAY);
	assert_int_equal(scan_tree(now), 2);
	rebuild(now, 0);
	assert_string_equal(ask("SELECT group_concat(ambiguous || ':' || backup_count) FROM"
				" (SELECT * FROM v_servers ORDER BY address_key)"),
		"2:0,2:0,0:0");
}

static void one_machine_at_two_addresses_shares_its_evidence(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01.lab", NULL, now);
	see_host("10.0.0.2", "web01.lab", NULL, now);
	make_file("web01_full.tar", 3000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	rebuild(now, 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_servers WHERE backup_count = 1"), 2);
}

static void the_first_policy_that_fits_in_every_criterion_holds(void **state)
{
	(void)state;
	static const char settings[] =
		"{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"policies\":["
		"{\"name\":\"both\",\"servers\":[\"WEB*\"],\"subnets\":[\"10.0.1.0/"
		"24\"],\"green_within\":\"1d\"},"
		"{\"name\":\"alias\",\"servers\":[\"shop*\"],\"green_within\":\"2d\",\"red_after\":"
		"\"9d\"},"
		"{\"name\":\"tag\",\"tags\":[\"LAPTOP\"],\"green_within\":\"14d\",\"copies\":3},"
		"{\"name\":\"os\",\"os\":[\"*windows*\"],\"green_within\":\"4d\"},"
		"{\"name\":\"net\",\"subnets\":[\"10.0.2.0/24\"],\"green_within\":\"5d\"}]}";
	static const struct {
		const char *hostname, *address, *alias, *tag, *policy;
		int green_days;
	} cases[] = {
		{"web01.lab", "10.0.1.1", NULL, NULL, "both", 1},
		{"web02.lab", "10.0.9.1", NULL, NULL, "", 365},
		{"x1.lab", "10.0.1.2", "Shop-main", NULL, "alias", 2},
		{"x2.lab", "10.0.1.3", NULL, "laptop", "tag", 14},
		{"x3.lab", "10.0.2.4", NULL, NULL, "net", 5},
		{"x4.lab", "10.0.1.5", NULL, "laptops", "", 365},
	};
	char sql[160];

	use_config(settings);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char hostname[32], address[32], alias[32], tag[32];
		char *aliases[] = {alias}, *tags[] = {tag};
		struct server_in in = {.hostname = hostname, .ip_address = address};
		int64_t id;

		snprintf(hostname, sizeof(hostname), "%s", cases[i].hostname);
		snprintf(address, sizeof(address), "%s", cases[i].address);
		snprintf(alias, sizeof(alias), "%s", cases[i].alias != NULL ? cases[i].alias : "");
		snprintf(tag, sizeof(tag), "%s", cases[i].tag != NULL ? cases[i].tag : "");
		in.aliases = (struct strv){aliases, cases[i].alias != NULL};
		in.tags = (struct strv){tags, cases[i].tag != NULL};
		assert_int_equal(store_server_add(store, &in, now, &id, &err), 0);
	}
	rebuild(now, 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(sql, sizeof(sql), "SELECT policy FROM v_servers WHERE address = '%s'",
			cases[i].address);
		assert_string_equal(ask(sql), cases[i].policy);
		snprintf(sql, sizeof(sql),
			"SELECT green_within FROM v_servers WHERE address = '%s'",
			cases[i].address);
		assert_int_equal(ask_int(sql), cases[i].green_days * DAY);
	}
	assert_int_equal(
		ask_int("SELECT red_after FROM v_servers WHERE policy = 'alias'"), 9 * DAY);
	assert_int_equal(ask_int("SELECT copies FROM v_servers WHERE policy = 'tag'"), 3);
}

static void files_below_the_policys_minimum_do_not_count(void **state)
{
	(void)state;
	use_config(
		"{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"policies\":[{\"name\":\"p\","
		"\"servers\":[\"web01\"],\"minimum_size\":1000}]}");
	see_host("10.0.0.1", "web01", NULL, now);
	make_file("web01_a.tar", 1000, now - 2 * DAY);
	make_file("web01_b.tar", 999, now - DAY);
	assert_int_equal(scan_tree(now), 2);
	rebuild(now, 0);
	assert_int_equal(ask_int("SELECT backup_count FROM v_servers"), 1);
	assert_string_equal(ask("SELECT CAST(file_name AS TEXT) FROM v_servers"), "web01_a.tar");
}

static void a_status_is_written_down_when_it_changes_and_only_then(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01", NULL, now);
	see_host("10.0.0.2", "web02", NULL, now);
	make_file("web01_a.tar", 1000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	rebuild(now, 7);
	assert_string_equal(
		ask("SELECT group_concat(server || ' ' || coalesce(before, '-') || ' ' || after)"
		    " FROM (SELECT * FROM v_status_changes ORDER BY server)"),
		"web01 - green,web02 - red");
	assert_int_equal(ask_int("SELECT count(*) FROM v_status_changes WHERE reason <> ''"), 0);
	assert_string_equal(ask("SELECT scan || ' ' || green || yellow || red || unknown || exempt"
				" FROM v_status_history"),
		"7 10100");
	rebuild(now + 60, 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_status_changes"), 2);
	assert_int_equal(ask_int("SELECT count(*) FROM v_status_history"), 1);
	/* by age alone */
	assert_int_equal(store_status_record(store, now + 400 * DAY, 0, &err), 0);
	assert_string_equal(ask("SELECT before || ' ' || after FROM v_status_changes"
				" WHERE time > (SELECT min(time) FROM v_status_changes)"),
		"green yellow");
	assert_string_not_equal(
		ask("SELECT reason FROM v_status_changes ORDER BY id DESC LIMIT 1"), "");
}

static void an_unmounted_root_makes_its_servers_unknown_never_red(void **state)
{
	(void)state;
	char away[128];

	see_host("10.0.0.1", "web01", NULL, now);
	see_host("10.0.0.2", "web02", NULL, now);
	make_file("web01_a.tar", 1000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	rebuild(now, 1);
	snprintf(away, sizeof(away), "%s.away", tree);
	assert_int_equal(rename(tree, away), 0);
	assert_int_equal(scan_tree(now + 60), 0);
	rebuild(now + 60, 2);
	assert_int_equal(rename(away, tree), 0);
	assert_string_equal(ask("SELECT group_concat(status) FROM status_now"), "unknown,unknown");
}

static void a_removed_server_takes_its_evidence_and_history_with_it(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01", NULL, now);
	make_file("web01_a.tar", 1000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	rebuild(now, 0);
	assert_int_equal(store_server_remove(store, ask_int("SELECT id FROM servers"), &err), 0);
	assert_int_equal(ask_int("SELECT (SELECT count(*) FROM evidence) + (SELECT count(*) FROM"
				 " status_now) + (SELECT count(*) FROM status_changes)"),
		0);
	rebuild(now, 0); /* the file still names the server until it is matched again */
	assert_int_equal(ask_int("SELECT count(*) FROM evidence"), 0);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(the_newest_counted_file_decides_and_all_are_counted),
		CASE(what_is_odd_about_sizes_is_found),
		CASE(an_ambiguous_file_is_counted_for_each_that_ties),
		CASE(one_machine_at_two_addresses_shares_its_evidence),
		CASE(the_first_policy_that_fits_in_every_criterion_holds),
		CASE(files_below_the_policys_minimum_do_not_count),
		CASE(a_status_is_written_down_when_it_changes_and_only_then),
		CASE(an_unmounted_root_makes_its_servers_unknown_never_red),
		CASE(a_removed_server_takes_its_evidence_and_history_with_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
