// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_files.c - scans of real small trees: what is stored, what stays, what goes, and what is
 * undone. */
#include "store_fixture.h"

#include "scannerd/store/inside.h"

#include "proto/verdict.h"

enum { DAY = 86400 };
static const int64_t now = 1750000000;

static void a_first_scan_stores_every_file_with_its_exact_name(void **state)
{
	(void)state;
	make_dir("web01");
	make_file("web01/a.tar", 1000, now - DAY);
	make_file("web01/b \xff\xfe.tar", 2000, now - 2 * DAY);
	make_file("top.zip", 3000, now - 3 * DAY);
	assert_int_equal(scan_tree(now), 3);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 3);
	assert_int_equal(ask_int("SELECT count(*) FROM files WHERE name = x'6220fffe2e746172'"), 1);
	assert_string_equal(ask("SELECT typeof(name) FROM files LIMIT 1"), "blob");
	assert_int_equal(ask_int("SELECT files FROM roots"), 3);
	assert_int_equal(ask_int("SELECT bytes FROM roots"), 6000);
	assert_int_equal(ask_int("SELECT last_scan FROM roots"), now);
	assert_int_equal(ask_int("SELECT newest FROM roots"), now - DAY);
	assert_int_equal(
		ask_int("SELECT mtime_ns / 1000000000 FROM files WHERE name = x'612e746172'"),
		now - DAY);
}

static void the_views_of_the_original_work_in_a_shell(void **state)
{
	(void)state;
	make_dir("d");
	make_file("d/a.tar", 1000, 1700000000);
	assert_int_equal(scan_tree(now), 1);
	assert_string_equal(ask("SELECT filename FROM scanned_files"), "a.tar");
	assert_string_equal(ask("SELECT filepath FROM scanned_files"), in_tree("d/a.tar"));
	assert_string_equal(ask("SELECT last_modified FROM scanned_files"), "2023-11-14T22:13:20Z");
	assert_int_equal(ask_int("SELECT size FROM scanned_files"), 1000);
	assert_string_equal(ask("SELECT scan_time FROM scanned_files"), "2025-06-15T15:06:40Z");
}

static void an_identical_rescan_changes_no_row_of_files_or_directories(void **state)
{
	(void)state;
	int64_t version;

	make_dir("d");
	make_file("d/a.tar", 1000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	version = ask_int("SELECT value FROM v_versions WHERE key = 'version.files'");
	assert_int_equal(scan_tree(now + 60), 0);
	assert_int_equal(
		ask_int("SELECT value FROM v_versions WHERE key = 'version.files'"), version);
	assert_int_equal(ask_int("SELECT last_scan FROM roots"), now + 60);
}

static void a_changed_directory_keeps_the_ids_of_what_stays(void **state)
{
	(void)state;
	int64_t a, c;

	make_dir("d");
	make_file("d/a", 10, now - DAY);
	make_file("d/b", 10, now - DAY);
	make_file("d/c", 10, now - DAY);
	assert_int_equal(scan_tree(now), 3);
	a = ask_int("SELECT id FROM files WHERE name = x'61'");
	c = ask_int("SELECT id FROM files WHERE name = x'63'");
	assert_int_equal(unlink(in_tree("d/b")), 0);
	make_file("d/c", 20, now - 2 * DAY);
	make_file("d/aa", 10, now - DAY);
	assert_int_equal(scan_tree(now + 60), 3); /* one gone, one modified, one new */
	assert_int_equal(ask_int("SELECT id FROM files WHERE name = x'61'"), a);
	assert_int_equal(ask_int("SELECT id FROM files WHERE name = x'63'"), c);
	assert_int_equal(ask_int("SELECT size FROM files WHERE name = x'63'"), 20);
	assert_int_equal(ask_int("SELECT count(*) FROM files WHERE name = x'62'"), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 3);
	assert_int_equal(scan_tree(now + 120), 0);
}

static void a_name_that_is_used_again_does_not_get_an_id_that_is_taken(void **state)
{
	(void)state;
	make_dir("d");
	for (int round = 0; round < 5; round++) {
		char name[16];

		snprintf(name, sizeof(name), "d/f%d", round);
		make_file(name, 10, now - DAY);
		assert_int_equal(scan_tree(now + round), round == 0 ? 1 : 2);
		assert_int_equal(unlink(in_tree(name)), 0);
	}
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 1);
	assert_int_equal(ask_int("SELECT id & 16777215 FROM files"), 4);
	assert_int_equal(ask_int("SELECT next FROM dirs"), 5);
}

static void a_directory_out_of_ordinals_is_written_anew(void **state)
{
	(void)state;
	make_dir("d");
	make_file("d/a", 10, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	assert_int_equal(db_run(store_db(store), "UPDATE dirs SET next = 16777216", ""), 0);
	make_file("d/b", 10, now - DAY);
	assert_int_equal(scan_tree(now + 60), 1);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 2);
	assert_int_equal(ask_int("SELECT next FROM dirs"), 2);
	assert_int_equal(scan_tree(now + 120), 0);
}

static void a_directory_that_is_gone_takes_its_files_with_it(void **state)
{
	(void)state;
	make_dir("d");
	make_dir("e");
	make_file("d/a", 10, now - DAY);
	make_file("d/b", 10, now - DAY);
	make_file("e/c", 10, now - DAY);
	assert_int_equal(scan_tree(now), 3);
	remove_tree(in_tree("d"));
	assert_int_equal(scan_tree(now + 60), 2);
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 1);
	assert_int_equal(ask_int("SELECT count(*) FROM dirs"), 1);
	/* one that has only become empty, too */
	assert_int_equal(unlink(in_tree("e/c")), 0);
	make_file("other", 10, now - DAY);
	assert_int_equal(scan_tree(now + 120), 2);
	assert_int_equal(ask_int("SELECT count(*) FROM dirs"), 1);
}

static void a_root_that_is_gone_keeps_its_files_and_says_why(void **state)
{
	(void)state;
	char away[128];

	make_dir("d");
	make_file("d/a", 10, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	snprintf(away, sizeof(away), "%s.away", tree);
	assert_int_equal(rename(tree, away), 0);
	assert_int_equal(scan_tree(now + 60), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 1);
	assert_int_equal(ask_int("SELECT available FROM roots"), 0);
	assert_string_not_equal(ask("SELECT reason FROM roots"), "");
	assert_int_equal(ask_int("SELECT last_scan FROM roots"), now);
	assert_int_equal(ask_int("SELECT last_try FROM roots"), now + 60);
	assert_int_equal(rename(away, tree), 0);
	assert_int_equal(scan_tree(now + 120), 0);
	assert_int_equal(ask_int("SELECT available FROM roots"), 1);
	assert_string_equal(ask("SELECT reason FROM roots"), "");
}

/* The walker's part played by hand: a scan in which `dir` could not be read (kept), was not found
 * (neither), or was read (seen). */
enum met { MET_SEEN, MET_KEPT, MET_GONE };
static void scan_by_hand(const char *path, enum met met, int64_t scan_time)
{
	const char *const paths[] = {tree};
	struct walk_root root = {.path = tree};
	struct walk_config walk_config = {.roots = &root, .n = 1};
	struct walk_root_result one = {.available = true, .newest_mtime = TIME_NONE};
	struct walk_result result = {.roots = &one, .n = 1};
	const uint8_t *digest;
	int64_t changed;

	assert_int_equal(store_roots_configure(store, paths, 1, &root, &err), 0);
	assert_int_equal(store_files_known(store, &walk_config.known), 0);
	assert_int_equal(store_staging_new(store, &staging, &err), 0);
	if (met == MET_SEEN) {
		assert_true(known_see(walk_config.known, root.id, path, strlen(path), &digest) > 0);
	} else if (met == MET_KEPT) {
		assert_int_equal(known_keep(walk_config.known, path, strlen(path)), 0);
	}
	assert_int_equal(store_files_apply(store, steal(staging), &walk_config, &result, scan_time,
				 &changed, &err),
		0);
	assert_int_equal(changed, met == MET_GONE ? 1 : 0);
	known_free(walk_config.known);
}

static void an_unreadable_directory_keeps_its_files_until_it_is_read_or_gone(void **state)
{
	(void)state;
	make_dir("d");
	make_file("d/a", 10, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	scan_by_hand(in_tree("d"), MET_KEPT, now + 60);
	assert_int_equal(ask_int("SELECT stale FROM dirs"), now + 60);
	assert_int_equal(ask_int("SELECT files FROM roots"), 1);
	scan_by_hand(in_tree("d"), MET_KEPT, now + 120);
	assert_int_equal(ask_int("SELECT stale FROM dirs"), now + 60); /* since when */
	scan_by_hand(in_tree("d"), MET_SEEN, now + 180);
	assert_string_equal(ask("SELECT stale FROM dirs"), "");
	scan_by_hand(in_tree("d"), MET_GONE, now + 240);
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 0);
}

static void a_file_that_grows_does_not_count_until_it_rests(void **state)
{
	(void)state;
	make_dir("d");
	assert_true(see_host("10.0.0.1", "web01", NULL, now));
	make_file("d/web01.tar", 1000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	assert_int_equal(ask_int("SELECT reason FROM v_files"), VERDICT_COUNTS);
	make_file("d/web01.tar", 2000, now + 3590);
	assert_int_equal(scan_tree(now + 3600), 1);
	assert_int_equal(ask_int("SELECT reason FROM v_files"), VERDICT_CHANGING);
	assert_int_equal(scan_tree(now + 7200), 1); /* nothing changed: it rests */
	assert_int_equal(ask_int("SELECT reason FROM v_files"), VERDICT_COUNTS);
	assert_int_equal(scan_tree(now + 10800), 0);
	make_file("d/web01.tar", 3000, now + 10800); /* written long before the next scan */
	assert_int_equal(scan_tree(now + 14400), 1);
	assert_int_equal(ask_int("SELECT reason FROM v_files"), VERDICT_COUNTS);
}

static struct listing *listing_by_hand(int64_t root, const char *path, size_t files)
{
	struct listing *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	l->root = root;
	l->root_len = strlen(tree);
	buf_adds(&l->path, path);
	l->files = calloc(files, sizeof(*l->files));
	assert_non_null(l->files);
	l->n = l->cap = files;
	for (size_t i = 0; i < files; i++) {
		l->files[i] = (struct listed_file){.name = (uint32_t)l->names.len,
			.name_len = 8,
			.mtime_ns = now * NSEC_PER_SEC,
			.size = 1};
		buf_printf(&l->names, "%08zu", i);
	}
	return l;
}

static void staged_rows_are_invisible_and_go_with_a_scan_that_ends_badly(void **state)
{
	(void)state;
	const char *const paths[] = {tree};
	struct walk_root root = {.path = tree};

	assert_int_equal(store_roots_configure(store, paths, 1, &root, &err), 0);
	assert_int_equal(store_staging_new(store, &staging, &err), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(
			store_staging_add(staging, listing_by_hand(root.id, in_tree("x"), 40000)),
			0);
	}
	wait_for_batches();
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 120000);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"), 0);
	store_files_discard(store, steal(staging));
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 0);
}

static void staged_rows_of_an_unavailable_root_are_dropped(void **state)
{
	(void)state;
	const char *const paths[] = {tree};
	struct walk_root root = {.path = tree};
	struct walk_config walk_config = {.roots = &root, .n = 1};
	struct walk_root_result one = {.available = false, .reason = "it is not there"};
	struct walk_result result = {.roots = &one, .n = 1};
	int64_t changed;

	assert_int_equal(store_roots_configure(store, paths, 1, &root, &err), 0);
	assert_int_equal(store_files_known(store, &walk_config.known), 0);
	assert_int_equal(store_staging_new(store, &staging, &err), 0);
	assert_int_equal(store_staging_add(staging, listing_by_hand(root.id, in_tree("x"), 10)), 0);
	assert_int_equal(store_files_apply(
				 store, steal(staging), &walk_config, &result, now, &changed, &err),
		0);
	assert_int_equal(changed, 0);
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 0);
	assert_string_equal(ask("SELECT reason FROM roots"), "it is not there");
	known_free(walk_config.known);
}

static void a_scan_that_began_before_a_clear_is_void(void **state)
{
	(void)state;
	const char *const paths[] = {tree};
	struct walk_root root = {.path = tree};
	struct walk_config walk_config = {.roots = &root, .n = 1};
	struct walk_root_result one = {.available = true, .newest_mtime = TIME_NONE};
	struct walk_result result = {.roots = &one, .n = 1};
	int64_t changed, removed;

	make_file("a", 10, now);
	assert_int_equal(scan_tree(now), 1);
	assert_int_equal(store_roots_configure(store, paths, 1, &root, &err), 0);
	assert_int_equal(store_files_known(store, &walk_config.known), 0);
	assert_int_equal(store_staging_new(store, &staging, &err), 0);
	assert_int_equal(store_files_clear(store, &removed, &err), 0);
	assert_int_equal(removed, 1);
	assert_int_equal(store_files_apply(
				 store, steal(staging), &walk_config, &result, now, &changed, &err),
		-ECANCELED);
	assert_string_not_equal(err.message, "");
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 0);
	known_free(walk_config.known);
}

static void a_root_that_leaves_the_settings_takes_its_files_with_it(void **state)
{
	(void)state;
	char one[128], two[128];
	const char *const both[] = {one, two};

	make_dir("one");
	make_dir("two");
	make_file("one/a", 10, now);
	make_file("two/b", 10, now);
	snprintf(one, sizeof(one), "%s", in_tree("one"));
	snprintf(two, sizeof(two), "%s", in_tree("two"));
	assert_int_equal(scan_roots(both, 2, now), 2);
	assert_int_equal(scan_roots(both, 1, now + 60), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM roots"), 1);
	assert_int_equal(ask_int("SELECT count(*) FROM files"), 1);
	assert_string_equal(ask("SELECT CAST(name AS TEXT) FROM v_files"), "a");
}

static void new_identities_move_the_files_that_are_theirs(void **state)
{
	(void)state;
	bool identity;

	make_file("web01_full.tar", 5000, now - DAY);
	make_file("web10_full.tar", 5000, now - DAY);
	assert_int_equal(scan_tree(now), 2);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files WHERE server_id = 0"), 2);
	identity = see_host("10.0.0.1", "web01.lab.local", NULL, now);
	assert_true(identity);
	assert_int_equal(judge_since(NULL, now, 0).changed, 1);
	assert_string_equal(
		ask("SELECT server FROM v_files WHERE server_id > 0"), "web01.lab.local");
	assert_string_equal(ask("SELECT CAST(name AS TEXT) FROM v_files WHERE server_id > 0"),
		"web01_full.tar");
	assert_int_equal(judge_since(NULL, now, 0).changed, 0);
}

/* More rows than are judged at once; in the middle some that no directory shows. */
static void matching_again_reaches_every_row_that_a_directory_shows(void **state)
{
	(void)state;
	enum { MORE = 40000 };
	static const char *const names[] = {"web01", "web02", "web03"};
	int64_t changed;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char path[32];

		make_dir(names[i]);
		snprintf(path, sizeof(path), "%s/full.tar", names[i]);
		make_file(path, 5000, now - DAY);
	}
	assert_int_equal(scan_tree(now), 3);
	assert_int_equal(
		db_run(store_db(store),
			"INSERT INTO files SELECT f.id + value, f.name, f.mtime_ns, f.size,"
			" f.match, f.drift FROM files f JOIN (WITH RECURSIVE n(value) AS"
			" (VALUES (1) UNION ALL SELECT value + 1 FROM n WHERE value < ?)"
			" SELECT value FROM n)",
			"i", (int64_t)MORE),
		0);
	assert_int_equal(db_run(store_db(store),
				 "DELETE FROM dirs WHERE CAST(path AS TEXT) LIKE '%/web02'", ""),
		0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char address[16];

		snprintf(address, sizeof(address), "10.0.0.%zu", i + 1);
		assert_true(see_host(address, names[i], NULL, now));
	}
	changed = judge_since(NULL, now, 0).changed;
	assert_int_equal(changed, 2 * (MORE + 1));
	assert_int_equal(ask_int("SELECT count(*) FROM files WHERE match >> 9 > 0"), changed);
	assert_int_equal(ask_int("SELECT count(*) FROM v_files"
				 " WHERE CAST(dir AS TEXT) LIKE '%/' || server"),
		changed);
	matcher_unref(steal(matcher));
}

static void only_behind_all_rows_can_a_directory_be_appended(void **state)
{
	(void)state;
	struct db *db = store_db(store);
	struct listing *l = listing_new();

	assert_non_null(l);
	assert_int_equal(listing_add(l, "a", 1, 1, 2), 0);
	assert_int_equal(listing_add(l, "b", 1, 3, 4), 0);
	assert_int_equal(feed_append(db, &store->feed, l, 7), 0);
	assert_int_equal(feed_append(db, &store->feed, l, 9), 0);
	assert_string_equal(ask("SELECT group_concat((id >> 24) || ' ' || (id & 0xffffff) || ' ' ||"
				" CAST(name AS TEXT) || mtime_ns || size) FROM files"),
		"7 0 a12,7 1 b34,9 0 a12,9 1 b34");
	assert_int_equal(feed_append(db, &store->feed, l, 8), -EEXIST);
	listing_free(l);
}

static void one_path_is_found_by_its_bytes(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int64_t size;
	} cases[] = {
		{"d/a", 77},
		{"d/b", -1},
		{"e/a", -1},
		{"", -1},
	};
	struct match_file found = {0}, other = {.path = "/elsewhere/x", .len = 12};

	make_dir("d");
	make_file("d/a", 77, now);
	assert_int_equal(scan_tree(now), 1);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *path = in_tree(cases[i].name);

		found = (struct match_file){.path = path, .len = strlen(path)};
		assert_int_equal(store_files_find(store, &found), 0);
		assert_int_equal(found.size, cases[i].size);
		assert_int_equal(found.mtime_ns, cases[i].size < 0 ? 0 : now * NSEC_PER_SEC);
		assert_int_equal(found.root_len, strlen(tree));
	}
	assert_int_equal(store_files_find(store, &other), 0);
	assert_int_equal(other.size, -1);
	assert_int_equal(other.root_len, 0);
}

/* Of these only directories in a repository are looked into. */
static int is_inside(void *arg _unused_, const struct stored_dir *dir)
{
	return dir->repository.kind == REPOSITORY_BORG && dir->repository.depth == 2;
}

static int count_every(
	void *arg, const char *name _unused_, size_t len, int64_t mtime_ns _unused_, int64_t size)
{
	*(int *)arg += len == 1 && size == 77;
	return 0;
}

static void a_directory_tells_in_which_repository_it_lies(void **state)
{
	(void)state;
	const struct repository_place place = {REPOSITORY_BORG, 2};
	static const struct files_look look = {is_inside, count_every};
	struct match_file inside = {0}, outside = {0};
	int n = 0;

	make_dir("d");
	make_file("d/a", 77, now);
	make_dir("e");
	make_file("e/a", 77, now);
	assert_int_equal(scan_tree(now), 2);
	_free_ char *dir = strdup(in_tree("d")), *file = strdup(in_tree("d/new"));
	_free_ char *beside = strdup(in_tree("e/a"));

	assert_int_equal(db_run(store_db(store), "UPDATE dirs SET repository = ? WHERE path = ?",
				 "ib", repository_pack(place), (const void *)dir, strlen(dir)),
		0);
	inside = (struct match_file){.path = file, .len = strlen(file)};
	assert_int_equal(store_files_find(store, &inside), 0);
	assert_int_equal(inside.size, -1);
	assert_int_equal(inside.repository.kind, REPOSITORY_BORG);
	assert_int_equal(inside.repository.depth, 2);
	outside = (struct match_file){.path = beside, .len = strlen(beside), .repository = place};
	assert_int_equal(store_files_find(store, &outside), 0);
	assert_int_equal(outside.repository.kind, REPOSITORY_NONE);
	assert_int_equal(store_files_each(store, &look, &n), 0);
	assert_int_equal(n, 1);
}

static int every_dir(void *arg _unused_, const struct stored_dir *dir)
{
	assert_true(dir->len >= dir->root_len && dir->root_len == strlen(tree));
	return 1;
}

static int count_to_two(void *arg, const char *name _unused_, size_t len _unused_,
	int64_t mtime_ns _unused_, int64_t size _unused_)
{
	return ++*(int *)arg == 2 ? 42 : 0;
}

static void reading_all_files_stops_when_it_is_told_to(void **state)
{
	(void)state;
	static const struct files_look look = {every_dir, count_to_two};
	int n = 0;

	make_file("a", 1, now);
	make_file("b", 1, now);
	make_file("c", 1, now);
	assert_int_equal(scan_tree(now), 3);
	assert_int_equal(store_files_each(store, &look, &n), 42);
	assert_int_equal(n, 2);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(a_first_scan_stores_every_file_with_its_exact_name),
		CASE(the_views_of_the_original_work_in_a_shell),
		CASE(an_identical_rescan_changes_no_row_of_files_or_directories),
		CASE(a_changed_directory_keeps_the_ids_of_what_stays),
		CASE(a_name_that_is_used_again_does_not_get_an_id_that_is_taken),
		CASE(a_directory_out_of_ordinals_is_written_anew),
		CASE(a_directory_that_is_gone_takes_its_files_with_it),
		CASE(a_root_that_is_gone_keeps_its_files_and_says_why),
		CASE(an_unreadable_directory_keeps_its_files_until_it_is_read_or_gone),
		CASE(a_file_that_grows_does_not_count_until_it_rests),
		CASE(staged_rows_are_invisible_and_go_with_a_scan_that_ends_badly),
		CASE(staged_rows_of_an_unavailable_root_are_dropped),
		CASE(a_scan_that_began_before_a_clear_is_void),
		CASE(a_root_that_leaves_the_settings_takes_its_files_with_it),
		CASE(new_identities_move_the_files_that_are_theirs),
		CASE(matching_again_reaches_every_row_that_a_directory_shows),
		CASE(only_behind_all_rows_can_a_directory_be_appended),
		CASE(one_path_is_found_by_its_bytes),
		CASE(a_directory_tells_in_which_repository_it_lies),
		CASE(reading_all_files_stops_when_it_is_told_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
