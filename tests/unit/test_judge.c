// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_judge.c - matching again only what a change touches gives what matching everything gives;
 * dates that come, minimum sizes, and repositories. */
#include "store_fixture.h"

#include "common/json.h"
#include "proto/status.h"
#include "scannerd/store/exemptions.h"

enum { DAY = 86400, ROUNDS = 80, DIRECTORIES = 12, FILES_EACH = 40 };
static const int64_t now = 1750000000; /* 2025-06-15 */

static struct matcher *applied; /* by which all files are judged */
static int64_t partial;         /* changes that did not touch everything */

static int begin(void **state)
{
	applied = NULL;
	partial = 0;
	return begin_store(state);
}

static int end(void **state)
{
	matcher_unref(steal(applied));
	return end_store(state);
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

/* What changed since the last call is judged, as the daemon does it. */
static struct judged judge_change(int64_t time)
{
	_cleanup_(delta_freep) struct delta *delta = NULL;
	_cleanup_(matcher_unrefp) struct matcher *before = applied;
	struct judging what = {.cfg = &cfg, .now = time};
	struct judged judged = {.changed = -1};

	applied = NULL;
	assert_int_equal(store_matcher(store, &cfg, time, &applied, &err), 0);
	assert_int_equal(delta_new(before, applied, &delta), 0);
	partial += !delta_is_all(delta);
	what.matcher = applied;
	what.delta = delta;
	if (store_judge(store, &what, &judged, &err) < 0) {
		fail_msg("%s", err.message);
	}
	return judged;
}

/* --- random changes --- */

static uint64_t seed;

static unsigned any(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

static const char *const words[] = {"web", "web01", "web1", "web-01", "db01", "mail", "full",
	"backup", "app-prod-11", "app-prod-12", "lab", "local", "srv", "10.0.0.7", "10-0-0-8",
	"shop", "nas", "kube", "node3", "2025-06-01"};

static void any_name(char *out, size_t size, const char *separators, unsigned most)
{
	unsigned n = 1 + any(most);

	out[0] = '\0';
	for (unsigned i = 0; i < n; i++) {
		size_t used = strlen(out);
		const char separator[2] = {separators[any((unsigned)strlen(separators))], '\0'};

		snprintf(out + used, size - used, "%s%s", i > 0 ? separator : "",
			words[any(ARRAY_SIZE(words))]);
	}
}

static void make_random_tree(void)
{
	for (unsigned d = 0; d < DIRECTORIES; d++) {
		char dir[128], path[300], name[128];

		any_name(dir, sizeof(dir) - 4, "-_.", 2);
		snprintf(dir + strlen(dir), 4, "@%u", d % 90);
		make_dir(dir);
		for (unsigned f = 0; f < FILES_EACH; f++) {
			any_name(name, sizeof(name), "-_.@ ", 3);
			snprintf(path, sizeof(path), "%s/%s_%u.tar", dir, name, f);
			make_file(path, 1000 + (off_t)any(50), now - any(40) * DAY);
		}
	}
}

/* Names of every strength, with and without dots. */
static void change_something(void)
{
	char hostname[128], alias[128], address[32];
	char *aliases[] = {alias};
	struct server_in in = {.hostname = hostname, .aliases = {aliases, any(2)}};
	char sql[96];
	int64_t id;

	snprintf(sql, sizeof(sql), "SELECT id FROM servers ORDER BY id LIMIT 1 OFFSET %u",
		any((unsigned)ask_int("SELECT count(*) FROM servers") + 1));
	id = ask_int(sql); /* 0: none */
	any_name(hostname, sizeof(hostname), ".", 3);
	any_name(alias, sizeof(alias), "-_", 2);
	snprintf(address, sizeof(address), "10.0.0.%u", any(12));
	switch (any(5)) {
	case 0:
		store_server_remove(store, id, &err);
		break;
	case 1:
		store_server_add_alias(store, id, alias, &err);
		break;
	case 2:
		see_host(address, any(3) > 0 ? hostname : NULL, NULL, now);
		break;
	case 3:
		in.id = id;
		store_server_update(store, &in, now, &err);
		break;
	default:
		store_server_add(store, &in, now, &id, &err);
		break;
	}
}

/* Everything that judging writes, in one line each. */
static void sum_up(char out[2][128])
{
	static const char *const questions[] = {
		"SELECT count(*) || ' ' || total(match * (id % 1009)) || ' ' || total(drift * (id "
		"% "
		"1013)) FROM files",
		"SELECT count(*) || ' ' || count(file) || ' ' || total(server * (coalesce(file, 0) "
		"% 1009)) || ' ' || total(backup_time) || ' ' || total(backup_count * server) || ' "
		"' || total(backup_bytes) || ' ' || total(ambiguous * server) || ' ' || "
		"total(findings) FROM evidence",
	};

	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		snprintf(out[i], 128, "%s", ask(questions[i]));
	}
}

static void assert_same(char before[2][128], const char *what, unsigned round)
{
	char after[2][128];

	sum_up(after);
	for (size_t i = 0; i < 2; i++) {
		if (strcmp(before[i], after[i]) != 0) {
			fail_msg("round %u, %s: %s is not %s", round, what, before[i], after[i]);
		}
	}
}

static void judging_what_a_change_touches_is_judging_everything(void **state)
{
	(void)state;
	int64_t moved = 0, ambiguous = 0;

	seed = 7;
	make_random_tree();
	assert_int_equal(scan_tree(now), DIRECTORIES * FILES_EACH);
	judge_change(now);
	for (unsigned round = 0; round < ROUNDS; round++) {
		char before[2][128];

		for (unsigned i = any(3); i < 3; i++) {
			change_something();
		}
		moved += judge_change(now).changed;
		sum_up(before);
		ambiguous += ask_int("SELECT total(ambiguous) FROM evidence");
		count_files(now, 0);
		assert_same(before, "counted again", round);
		assert_int_equal(db_run(store_db(store), "DELETE FROM evidence", ""), 0);
		count_files(now, 0);
		assert_same(before, "counted anew", round);
		assert_int_equal(judge_since(NULL, now, 0).changed, 0);
		assert_same(before, "matched again", round);
	}
	/* else it would prove nothing */
	assert_true(moved > ROUNDS && ambiguous > ROUNDS && partial > ROUNDS / 2);
}

/* --- one thing each --- */

static void a_date_in_the_future_is_a_backups_time_once_its_day_has_come(void **state)
{
	(void)state;
	static const char finding[] = "SELECT findings & 1 FROM v_servers";
	const int64_t day = 1767225600; /* 2026-01-01 */

	see_host("10.0.0.1", "web01", NULL, now);
	make_file("web01_2026-01-01.tar", 1000, now - DAY);
	make_file("web01_2025-06-01.tar", 1000, now - 20 * DAY);
	assert_int_equal(scan_tree(now), 2);
	assert_int_equal(judge_change(now).future, 1);
	assert_int_equal(ask_int(finding), FINDING_FUTURE);
	assert_int_equal(judge_change(day - 2 * DAY).changed, 0);
	assert_int_equal(judge_change(day + 1).changed, 1);
	assert_int_equal(ask_int(finding), 0);
	assert_int_equal(ask_int("SELECT backup_time FROM v_servers"), day);
	assert_int_equal(judge_change(day + 1).future, 0);
}

static void nothing_is_written_where_nothing_is_judged_otherwise(void **state)
{
	(void)state;
	int64_t files;

	see_host("10.0.0.1", "web01", NULL, now);
	make_file("web01_a.tar", 1000, now - DAY);
	assert_int_equal(scan_tree(now), 1);
	judge_change(now);
	files = ask_int("SELECT value FROM meta WHERE key = 'version.files'");
	see_host("10.0.0.2", "db01", NULL, now);
	assert_int_equal(judge_change(now).changed, 0);
	assert_int_equal(ask_int("SELECT value FROM meta WHERE key = 'version.files'"), files);
	assert_int_equal(ask_int("SELECT count(*) FROM evidence"), 2);
}

#define POLICY(criterion)                                                                   \
	"{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"policies\":[{\"name\":\"p\"," \
	"\"minimum_size\":1000," criterion "}]}"

static void a_file_below_its_servers_minimum_says_so_while_the_policy_fits(void **state)
{
	(void)state;
	char hostname[] = "web01", tag[] = "large";
	char *tags[] = {tag};
	struct server_in in = {.hostname = hostname, .tags = {tags, 0}};
	int64_t id;

	use_config(POLICY("\"tags\":[\"large\"]"));
	assert_int_equal(store_server_add(store, &in, now, &id, &err), 0);
	make_file("web01_a.tar", 999, now - DAY);
	make_file("web01_b.tar", 1000, now - 2 * DAY);
	assert_int_equal(scan_tree(now), 2);
	assert_int_equal(judge_change(now).changed, 0);
	assert_int_equal(ask_int("SELECT backup_count FROM v_servers"), 2);
	in.id = id;
	in.tags.n = 1;
	assert_int_equal(store_server_update(store, &in, now, &err), 0);
	assert_int_equal(judge_change(now).changed, 1);
	assert_int_equal(ask_int("SELECT backup_count FROM v_servers"), 1);
	assert_int_equal(
		ask_int("SELECT match & 31 FROM files WHERE size = 999"), VERDICT_TOO_SMALL);
	in.tags.n = 0;
	assert_int_equal(store_server_update(store, &in, now, &err), 0);
	assert_int_equal(judge_change(now).changed, 1);
	assert_int_equal(ask_int("SELECT backup_count FROM v_servers"), 2);
}

static void how_much_smaller_is_odd_is_the_policys_to_say(void **state)
{
	(void)state;
	static const struct {
		int percent;
		int64_t expected;
	} cases[] = {{0, 0}, {29, 0}, {30, 0}, {31, FINDING_SHRUNK}, {100, FINDING_SHRUNK}};

	see_host("10.0.0.1", "web01", NULL, now);
	for (int i = 0; i < 5; i++) {
		char name[32];

		snprintf(name, sizeof(name), "web01_%d.tar", i);
		make_file(name, i == 0 ? 300 : 1000, now - (i + 1) * DAY);
	}
	assert_int_equal(scan_tree(now), 5);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char json[256];

		snprintf(json, sizeof(json),
			"{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"policies\":[{"
			"\"name\":\"p\",\"servers\":[\"*\"],\"shrunk_below_percent\":%d}]}",
			cases[i].percent);
		use_config(json);
		judge_change(now);
		assert_int_equal(ask_int("SELECT findings & 4 FROM v_servers"), cases[i].expected);
		snprintf(json, sizeof(json),
			"{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"status\":{"
			"\"green_within\":\"365d\",\"shrunk_below_percent\":%d}}",
			cases[i].percent);
		use_config(json);
		judge_change(now);
		assert_int_equal(ask_int("SELECT findings & 4 FROM v_servers"), cases[i].expected);
	}
}

/* --- repositories --- */

static void make_restic(const char *where)
{
	static const char *const parts[] = {
		"data", "data/00", "index", "keys", "locks", "snapshots"};
	static const char id[] = "00aa11bb22cc33dd44ee55ff66aa77bb88cc99dd00ee11ff22aa33bb44cc55dd";
	char path[256];

	make_dir(where);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		snprintf(path, sizeof(path), "%s/%s", where, parts[i]);
		make_dir(path);
	}
	snprintf(path, sizeof(path), "%s/config", where);
	make_file(path, 155, now - 90 * DAY);
	snprintf(path, sizeof(path), "%s/data/00/%s", where, id);
	make_file(path, 5000, now - 2 * DAY);
	snprintf(path, sizeof(path), "%s/keys/%s", where, id);
	make_file(path, 450, now - 90 * DAY);
	snprintf(path, sizeof(path), "%s/snapshots/%s", where, id);
	make_file(path, 300, now - DAY);
}

static const char *repository(const char *what, const char *below)
{
	char sql[256];

	snprintf(sql, sizeof(sql),
		"SELECT %s FROM repositories r JOIN dirs d ON d.id = r.dir"
		" WHERE CAST(d.path AS TEXT) LIKE '%%/%s'",
		what, below);
	return ask(sql);
}

static void each_repository_is_summed_up_and_given_to_whom_it_names(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01", NULL, now);
	see_host("10.0.0.2", "db01", NULL, now);
	make_dir("web01");
	make_restic("web01/restic");
	make_restic("offsite");
	assert_int_equal(scan_tree(now), 8);
	judge_change(now);
	assert_int_equal(ask_int("SELECT count(*) FROM repositories"), 2);
	assert_string_equal(
		repository("files || ' ' || bytes || ' ' || kind", "web01/restic"), "4 5905 1");
	assert_int_equal(strtoll(repository("newest", "offsite"), NULL, 10), now - DAY);
	assert_string_equal(
		repository("(SELECT hostname FROM servers s WHERE s.id = server)", "web01/restic"),
		"web01");
	assert_string_equal(repository("server IS NULL AND ignored = 0", "offsite"), "1");
	assert_string_equal(ask("SELECT group_concat(status) FROM (SELECT status FROM status_now n "
				"JOIN servers s ON s.id = n.server ORDER BY hostname DESC)"),
		"green,unknown");
}

static void a_repository_that_a_rule_ignores_or_gives_away_leaves_nobody_unknown(void **state)
{
	(void)state;
	static const struct {
		const char *rules, *status;
	} cases[] = {
		{"", "unknown"},
		{"{\"path\":\"offsite/*\",\"ignore\":true}", "red"},
		{"{\"path\":\"offsite/*\",\"server\":\"web01\"}", "green"},
	};

	see_host("10.0.0.1", "web01", NULL, now);
	make_restic("offsite");
	assert_int_equal(scan_tree(now), 4);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char json[256];

		snprintf(json, sizeof(json),
			"{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"rules\":[%s]}",
			cases[i].rules);
		use_config(json);
		judge_change(now);
		assert_string_equal(ask("SELECT status FROM status_now"), cases[i].status);
	}
}

/* Its files say themselves whose they are. */
static void a_repository_of_several_servers_leaves_nobody_unknown(void **state)
{
	(void)state;
	see_host("10.0.0.1", "web01", NULL, now);
	see_host("10.0.0.2", "db01", NULL, now);
	make_restic("offsite");
	use_config("{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"rules\":["
		   "{\"path\":\"offsite/snapshots/*\",\"server\":\"web01\"},"
		   "{\"path\":\"offsite/*\",\"server\":\"db01\"}]}");
	assert_int_equal(scan_tree(now), 4);
	judge_change(now);
	assert_string_equal(repository("server", "offsite"), "0");
	assert_string_equal(ask("SELECT group_concat(status) FROM (SELECT status FROM status_now n "
				"JOIN servers s ON s.id = n.server ORDER BY hostname DESC)"),
		"green,red");
}

static void a_repository_that_is_gone_is_forgotten(void **state)
{
	(void)state;
	make_restic("offsite");
	assert_int_equal(scan_tree(now), 4);
	judge_change(now);
	assert_int_equal(ask_int("SELECT count(*) FROM repositories"), 1);
	remove_tree(in_tree("offsite"));
	make_file("other", 1, now);
	assert_true(scan_tree(now + 1) > 0);
	count_files(now + 1, 0);
	assert_int_equal(ask_int("SELECT count(*) FROM repositories"), 0);
}

static void an_exempted_server_is_written_down_as_such_until_its_day(void **state)
{
	(void)state;
	char reason[] = "test machine", author[] = "alice", until[] = "2025-07-01T00:00:00Z";
	struct exemption_in in = {.reason = reason, .author = author, .until = until};

	see_host("10.0.0.1", "web01", NULL, now);
	judge_change(now);
	in.id = ask_int("SELECT id FROM servers");
	assert_int_equal(store_exemption_set(store, &in, now, &err), 0);
	judge_change(now);
	assert_string_equal(ask("SELECT status FROM status_now"), "exempt");
	judge_change(now + 30 * DAY);
	assert_string_equal(ask("SELECT status FROM status_now"), "red");
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(judging_what_a_change_touches_is_judging_everything),
		CASE(a_date_in_the_future_is_a_backups_time_once_its_day_has_come),
		CASE(nothing_is_written_where_nothing_is_judged_otherwise),
		CASE(a_file_below_its_servers_minimum_says_so_while_the_policy_fits),
		CASE(how_much_smaller_is_odd_is_the_policys_to_say),
		CASE(each_repository_is_summed_up_and_given_to_whom_it_names),
		CASE(a_repository_that_a_rule_ignores_or_gives_away_leaves_nobody_unknown),
		CASE(a_repository_of_several_servers_leaves_nobody_unknown),
		CASE(a_repository_that_is_gone_is_forgotten),
		CASE(an_exempted_server_is_written_down_as_such_until_its_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
