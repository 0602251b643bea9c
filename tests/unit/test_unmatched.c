// needs: scannerd scannerd/store scannerd/walk scannerd/match proto common
/* test_unmatched.c - the work list over a real store: what is in it, in which order, how large it
 * may become, and that each group's rule settles it. */
#include "store_fixture.h"

#include "common/json.h"
#include "proto/repository.h"
#include "proto/wire.h"
#include "scannerd/unmatched.h"

static const int64_t now = 1750000000;
static cJSON *answer;

static int end(void **state)
{
	cJSON_Delete(steal(answer));
	return end_store(state);
}

static int64_t add_server(const char *name, const char *alias)
{
	struct server_in in = {.hostname = strdup(name)};
	int64_t id = 0;

	if (alias != NULL) {
		assert_int_equal(strv_add(&in.aliases, alias), 0);
	}
	assert_int_equal(store_server_add(store, &in, now, &id, &err), 0);
	field_done(&server_in_table, &in);
	return id;
}

static size_t list(void)
{
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);
	struct matcher *m = NULL;
	bool complete = false;

	cJSON_Delete(steal(answer));
	assert_int_equal(store_matcher(store, &cfg, now, &m, &err), 0);
	assert_int_equal(unmatched_write(store, m, NULL, &w, &complete, &err), 0);
	matcher_unref(m);
	assert_true(text.len < WIRE_MESSAGE_MAX - 4096);
	assert_int_equal(json_parse(text.data, text.len, &answer, &err), 0);
	assert_int_equal(complete, json_get_bool(answer, "complete", false));
	return (size_t)cJSON_GetArraySize(json_get(answer, "groups"));
}

static const cJSON *group(int i)
{
	return cJSON_GetArrayItem(json_get(answer, "groups"), i);
}

/* "FILES BYTES DIRECTORY SHAPE REASON", the directory below the tree. */
static void check(int i, const char *expected)
{
	const cJSON *g = group(i);
	_buf_ struct buf text = BUF_INIT;
	const char *directory = json_get_string(g, "directory");

	assert_memory_equal(directory, tree, strlen(tree));
	buf_printf(&text, "%lld %lld %s %s %s", (long long)json_get_int(g, "files", 0),
		(long long)json_get_int(g, "bytes", 0), directory + strlen(tree),
		json_get_string(g, "shape"), json_get_string(g, "reason"));
	assert_string_equal(buf_cstr(&text), expected);
}

static void make_files(const char *stem, int from, int to)
{
	char name[256];

	for (int i = from; i <= to; i++) {
		snprintf(name, sizeof(name), "%s%03d.tar", stem, i);
		make_file(name, 10, now);
	}
}

static void make_tree(void)
{
	make_dir("dump");
	make_dir("a");
	make_dir("daily");
	make_dir("tmp");
	for (int day = 10; day < 14; day++) {
		char name[128];

		for (int vm = 108; vm <= 109; vm++) {
			snprintf(name, sizeof(name),
				"dump/vzdump-qemu-%d-2025_01_%d-03_00_02.vma.zst", vm, day);
			make_file(name, vm, now + day);
		}
		snprintf(name, sizeof(name), "daily/2025-01-%d", day);
		make_dir(name);
		snprintf(name, sizeof(name), "daily/2025-01-%d/all.sql", day);
		make_file(name, 10, now);
		snprintf(name, sizeof(name), "daily/2025-01-%d/all.sql.md5", day);
		make_file(name, 5000, now);
	}
	make_file("a/backup.0001.tar", 1000, now);
	make_file("a/backup.0002.tar", 1000, now);
	make_file("a/backup.0003.tar", 0, now);
	make_file("a/backup.0004.tar.part", 1000, now);
	make_file("tmp/x.tar", 100000, now);
	make_file("a/web01-2025-01-01.tar", 100000, now);
}

static void files_without_a_server_are_grouped_the_largest_first(void **state)
{
	(void)state;
	add_server("web01", NULL);
	make_tree();
	scan_tree(now);
	assert_int_equal(list(), 4);
	check(0, "2 2000 /a backup.*.tar no_server");
	check(1, "4 436 /dump vzdump-qemu-109-*.vma.zst no_server");
	check(2, "4 432 /dump vzdump-qemu-108-*.vma.zst no_server");
	check(3, "4 40 /daily/* all.sql no_server");
	assert_int_equal(json_get_int(answer, "groups_total", 0), 4);
	assert_int_equal(json_get_int(answer, "files", 0), 14);
	assert_int_equal(json_get_int(answer, "bytes", 0), 2908);
	assert_true(json_get_bool(answer, "complete", false));
	const cJSON *samples = json_get(group(1), "samples");

	assert_int_equal(cJSON_GetArraySize(samples), 3);
	assert_non_null(strstr(cJSON_GetArrayItem(samples, 0)->valuestring, "2025_01_13"));
	assert_non_null(strstr(cJSON_GetArrayItem(samples, 2)->valuestring, "2025_01_11"));
}

/* As an administrator does: takes the first group's rule, gives it to a server or ignores it. */
static void settle_first(const char *server)
{
	_json_ cJSON *json = cJSON_CreateObject(),
		     *rule = cJSON_Duplicate(json_get(group(0), "rule"), true);
	cJSON *rules = cJSON_AddArrayToObject(json, "rules");

	assert_non_null(rules);
	if (server != NULL) {
		cJSON_AddStringToObject(rule, "server", server);
	} else {
		cJSON_AddTrueToObject(rule, "ignore");
	}
	for (size_t i = 0; i < cfg.rules.n; i++) {
		cJSON *old = cJSON_CreateObject();

		cJSON_AddStringToObject(old, "path", cfg.rules.v[i].path);
		if (cfg.rules.v[i].ignore) {
			cJSON_AddTrueToObject(old, "ignore");
		} else {
			cJSON_AddStringToObject(old, "server", cfg.rules.v[i].server);
		}
		cJSON_AddItemToArray(rules, old);
	}
	cJSON_AddItemToArray(rules, steal(rule));
	cJSON_AddArrayToObject(json, "directories_to_scan");
	cJSON_AddArrayToObject(json, "subnets_to_scan");
	config_done(&cfg);
	assert_int_equal(config_decode(json, false, &cfg, &err), 0);
	if (config_check(&cfg, &err) < 0) {
		fail_msg("%s: %s", err.field, err.message);
	}
	judge_since(NULL, now, 0);
}

static void the_rule_of_every_group_settles_it_and_nothing_else(void **state)
{
	(void)state;
	int64_t id = add_server("vault", NULL);

	make_tree();
	make_dir("odd *[x]");
	make_file("odd *[x]/\xff\n\xe2\x80\xae?.tar", 3000, now);
	make_file("odd *[x]/plainer?.tar", 2900, now);
	scan_tree(now);
	for (size_t left = list(), before; left > 0; left = before - 1) {
		int64_t files = json_get_int(group(0), "files", 0);
		int64_t all = json_get_int(answer, "files", 0);
		int64_t owned =
			ask_int("SELECT count(*) FROM files WHERE match >= 512 AND match & 31 = 0");

		before = left;
		settle_first(left % 2 == 0 ? "vault" : NULL);
		assert_int_equal(list(), before - 1);
		assert_int_equal(json_get_int(answer, "files", 0), all - files);
		if (left % 2 == 0) {
			assert_int_equal(ask_int("SELECT count(*) FROM files WHERE match >= 512 "
						 "AND match & 31 = 0"),
				owned + files);
		}
	}
	assert_int_equal(ask_int("SELECT count(DISTINCT match >> 9) FROM files WHERE match >= 512 "
				 "AND match & 31 = 0"),
		1);
	assert_int_equal(ask_int("SELECT max(match >> 9) FROM files"), id);
}

static void a_tie_offers_those_that_tie(void **state)
{
	(void)state;
	int64_t one = add_server("mx1.example.org", NULL),
		other = add_server("mx1.example.com", NULL);

	make_file("mx1-2025-01-01.tar", 10, now);
	scan_tree(now);
	assert_int_equal(list(), 1);
	check(0, "1 10  mx1-*.tar ambiguous");
	const cJSON *offers = json_get(group(0), "suggestions");

	assert_int_equal(cJSON_GetArraySize(offers), 2);
	assert_int_equal(json_get_int(cJSON_GetArrayItem(offers, 0), "server", 0), one);
	assert_int_equal(json_get_int(cJSON_GetArrayItem(offers, 1), "server", 0), other);
}

static void a_server_whose_name_resembles_the_path_is_offered(void **state)
{
	(void)state;
	int64_t id = add_server("web1.lab.example", NULL);

	make_file("web1prod-2025-01-01.tar", 10, now);
	scan_tree(now);
	assert_int_equal(list(), 1);
	const cJSON *offer = cJSON_GetArrayItem(json_get(group(0), "suggestions"), 0);

	assert_int_equal(json_get_int(offer, "server", 0), id);
	assert_string_equal(json_get_string(offer, "server_name"), "web1.lab.example");
	assert_string_equal(json_get_string(offer, "because"), "\"web1\" is part of \"web1prod\"");
}

static void files_of_several_scanned_directories_share_a_group_as_they_share_a_rule(void **state)
{
	(void)state;
	char one[128], other[128];
	const char *const paths[] = {one, other};

	make_dir("one");
	make_dir("other");
	snprintf(one, sizeof(one), "%s/one", tree);
	snprintf(other, sizeof(other), "%s/other", tree);
	make_files("one/x-", 1, 3);
	make_files("other/x-", 4, 6);
	scan_roots(paths, 2, now);
	assert_int_equal(list(), 1);
	assert_string_equal(json_get_string(group(0), "directory"), "*");
	assert_int_equal(json_get_int(group(0), "files", 0), 6);
}

/* Files as a scan would have stored them. */
static void put_in_repository(int64_t dir, const char *below, int depth, int files)
{
	const struct repository_place place = {REPOSITORY_RESTIC, (uint8_t)depth};
	char path[256];

	snprintf(path, sizeof(path), "%s%s", tree, below);
	assert_int_equal(db_run(store_db(store),
				 "INSERT INTO dirs (id, root, path, digest, next, repository)"
				 " SELECT ?, id, ?, zeroblob(16), 99, ? FROM roots",
				 "ibi", dir, path, strlen(path), repository_pack(place)),
		0);
	for (int i = 0; i < files; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%c%d%s", 'a' + i, i, i % 2 == 0 ? ".md5" : "");
		assert_int_equal(
			db_run(store_db(store), "INSERT INTO files VALUES (?, ?, 0, 7, ?, 0)",
				"ibi", dir << FILES_ORDINAL_BITS | (i + 1), name, strlen(name),
				(int64_t)VERDICT_REPOSITORY),
			0);
	}
}

static void a_repository_is_one_group_whatever_its_files_are_called(void **state)
{
	(void)state;
	scan_tree(now);
	put_in_repository(1001, "/a/re[po]", 0, 3);
	put_in_repository(1002, "/a/re[po]/data/00", 2, 9);
	put_in_repository(1003, "/a/re[po]/keys", 1, 1);
	assert_int_equal(list(), 1);
	check(0, "13 91 /a/re[po] * repository");
	assert_string_equal(json_get_string(json_get(group(0), "rule"), "path"), "a/re\\[po]/*");
}

static void a_scanned_directory_that_is_a_repository_gets_no_rule_for_everything(void **state)
{
	(void)state;
	scan_tree(now);
	put_in_repository(1001, "", 0, 1);
	put_in_repository(1002, "/data/00", 2, 9);
	put_in_repository(1003, "/keys", 1, 1);
	assert_int_equal(list(), 3);
	check(0, "9 63 /data * repository");
	for (int i = 0; i < 3; i++) {
		assert_string_not_equal(json_get_string(json_get(group(i), "rule"), "path"), "*");
	}
}

static void an_answer_stays_below_what_a_message_may_have(void **state)
{
	(void)state;
	char name[256];

	for (int i = 0; i < 600; i++) {
		memset(name, 0, sizeof(name));
		memset(name, '\x01', 240);
		name[0] = (char)('a' + i % 26);
		name[1] = (char)('a' + i / 26);
		make_file(name, 1 + i, now);
	}
	scan_tree(now);
	size_t n = list();

	assert_in_range(n, 100, UNMATCHED_GROUPS_MAX - 1);
	assert_int_equal(json_get_int(answer, "groups_total", 0), 600);
	assert_int_equal(json_get_int(answer, "files", 0), 600);
	for (size_t i = 1; i < n; i++) {
		assert_true(json_get_int(group((int)i), "bytes", 0) <
			    json_get_int(group((int)i - 1), "bytes", 0));
	}
}

static void an_empty_index_is_an_empty_list(void **state)
{
	(void)state;
	assert_int_equal(list(), 0);
	assert_int_equal(json_get_int(answer, "files", -1), 0);
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, begin_store, end)
	const struct CMUnitTest tests[] = {
		STORE_TEST(files_without_a_server_are_grouped_the_largest_first),
		STORE_TEST(the_rule_of_every_group_settles_it_and_nothing_else),
		STORE_TEST(a_tie_offers_those_that_tie),
		STORE_TEST(a_server_whose_name_resembles_the_path_is_offered),
		STORE_TEST(files_of_several_scanned_directories_share_a_group_as_they_share_a_rule),
		STORE_TEST(a_repository_is_one_group_whatever_its_files_are_called),
		STORE_TEST(a_scanned_directory_that_is_a_repository_gets_no_rule_for_everything),
		STORE_TEST(an_answer_stays_below_what_a_message_may_have),
		STORE_TEST(an_empty_index_is_an_empty_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
