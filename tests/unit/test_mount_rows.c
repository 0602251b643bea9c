// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_mount_rows.c - what the store remembers of mounts below a root, and what servers are told of
 * one that is gone. */
#include "store_fixture.h"

#include <sched.h>
#include <sys/mount.h>

enum { DAY = 86400 };
static const int64_t now = 1750000000;

/* Everything that this process and its threads mount ends with it. */
static int own_mounts(void **state)
{
	(void)state;
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static void mount_nas(void)
{
	assert_int_equal(mount("test", in_tree("nas"), "tmpfs", 0, "size=1m"), 0);
	make_dir("nas/db01");
	make_file("nas/db01/db01.tar", 1000, now - DAY);
}

/* A tree with web01's file, and with db01's in a file system of its own; web02 has none. */
static void scan_both(void)
{
	assert_true(see_host("10.0.0.1", "web01", NULL, now));
	assert_true(see_host("10.0.0.2", "db01", NULL, now));
	assert_true(see_host("10.0.0.3", "web02", NULL, now));
	make_file("web01.tar", 1000, now - DAY);
	make_dir("nas");
	mount_nas();
	assert_int_equal(scan_tree(now), 2);
	assert_int_equal(ask_int("SELECT count(*) FROM mounts"), 1);
	assert_string_equal(ask("SELECT CAST(path AS TEXT) FROM mounts"), in_tree("nas"));
	assert_int_equal(ask_int("SELECT fs_type FROM mounts"), 0x01021994);
	assert_int_equal(ask_int("SELECT lost FROM mounts"), 0);
}

static void judge_servers(void)
{
	count_files(now, 0);
}

static const char *status_of(const char *server)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
		"SELECT n.status FROM status_now n JOIN servers s ON s.id = n.server"
		" WHERE s.hostname = '%s'",
		server);
	return ask(sql);
}

static void must_have_statuses(const char *web01, const char *db01, const char *web02)
{
	judge_servers();
	assert_string_equal(status_of("web01"), web01);
	assert_string_equal(status_of("db01"), db01);
	assert_string_equal(status_of("web02"), web02);
}

static void a_lost_mount_keeps_its_files_and_nobody_is_red_for_want_of_them(void **state)
{
	(void)state;
	scan_both();
	must_have_statuses("green", "green", "red");
	assert_int_equal(umount(in_tree("nas")), 0);
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(scan_tree(now + 60 * i), 0);
		assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 2);
		assert_int_equal(ask_int("SELECT files FROM roots"), 2);
		assert_int_equal(ask_int("SELECT available FROM roots"), 1);
		assert_int_equal(ask_int("SELECT unreadable FROM roots"), 1);
		assert_int_equal(ask_int("SELECT lost FROM mounts"), 1);
		assert_int_equal(ask_int("SELECT max(stale) FROM dirs"), now + 60);
		must_have_statuses("green", "unknown", "unknown");
		assert_string_equal(ask("SELECT CAST(evidence_root AS TEXT) FROM v_servers"
					" WHERE hostname = 'db01'"),
			in_tree("nas/db01"));
		assert_string_equal(ask("SELECT CAST(unavailable_root AS TEXT) FROM v_servers"
					" WHERE hostname = 'web02'"),
			in_tree("nas"));
	}
	mount_nas();
	assert_int_equal(scan_tree(now + 180), 0);
	assert_int_equal(ask_int("SELECT lost FROM mounts"), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM dirs WHERE stale IS NOT NULL"), 0);
	must_have_statuses("green", "green", "red");
	assert_int_equal(umount(in_tree("nas")), 0);
}

static void an_unavailable_root_leaves_the_mounts_as_they_were(void **state)
{
	(void)state;
	char away[128];

	scan_both();
	assert_int_equal(umount(in_tree("nas")), 0);
	snprintf(away, sizeof(away), "%s.away", tree);
	assert_int_equal(rename(tree, away), 0);
	assert_int_equal(scan_tree(now + 60), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM mounts WHERE lost = 0"), 1);
	assert_int_equal(rename(away, tree), 0);
	assert_int_equal(scan_tree(now + 120), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM mounts WHERE lost = 1"), 1);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 2);
}

static void mounts_go_with_their_root_and_with_the_files(void **state)
{
	(void)state;
	char other[128];
	const char *const others[] = {other};
	struct walk_root root;
	int64_t removed = 0;

	scan_both();
	assert_int_equal(store_files_clear(store, &removed, &err), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM mounts"), 0);
	assert_int_equal(scan_tree(now + 60), 2);
	assert_int_equal(ask_int("SELECT count(*) FROM mounts"), 1);
	snprintf(other, sizeof(other), "%s", base);
	assert_int_equal(store_roots_configure(store, others, 1, &root, &err), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM mounts"), 0);
	assert_int_equal(umount(in_tree("nas")), 0);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(a_lost_mount_keeps_its_files_and_nobody_is_red_for_want_of_them),
		CASE(an_unavailable_root_leaves_the_mounts_as_they_were),
		CASE(mounts_go_with_their_root_and_with_the_files),
	};

	return cmocka_run_group_tests(tests, own_mounts, NULL);
}
