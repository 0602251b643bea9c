// needs: scannerd/match proto common
/* test_repository_match.c - files inside repositories of backup tools: only what tells when a
 * backup was made counts. */
#include "match_world.h"

static const char one_server[] = "[{\"hostname\":\"web01\"},{\"hostname\":\"db07.a.example\"},"
				 "{\"hostname\":\"db07.b.example\"}]";

/* Judges WORLD_ROOT/repository/below, where the repository's own directory is
 * WORLD_ROOT/repository. */
static struct verdict judge(const struct matcher *m, enum repository_kind kind,
	const char *repository, const char *below, int64_t size)
{
	char path[1024];
	struct match_dir dir;
	struct verdict v;
	snprintf(path, sizeof(path), WORLD_ROOT "/%s/%s", repository, below);
	const char *slash = strrchr(path, '/');
	size_t depth = 0;
	for (const char *p = below; *p != '\0'; p++) {
		depth += *p == '/';
	}
	matcher_dir(m, path, (size_t)(slash - path), WORLD_ROOT_LEN, &dir);
	assert_int_equal(dir.repository.kind, REPOSITORY_NONE);
	dir.repository = (struct repository_place){kind, (uint8_t)MIN(depth, (size_t)255)};
	matcher_file(&dir, slash + 1, strlen(slash + 1), WORLD_NOW * NSEC_PER_SEC, size, &v);
	return v;
}

#define ID "22a5af1bdc6e616f8a29579458c49627e01b32210d09adb288d1ecda7c5711ec"
static const struct {
	enum repository_kind kind;
	const char *below;
	enum verdict_reason reason;
} owned[] = {
	{REPOSITORY_RESTIC, "snapshots/" ID, VERDICT_COUNTS},
	{REPOSITORY_RESTIC, "snapshots/aa/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "data/22/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "data/snapshots/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "index/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "locks/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "config", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "snapshots", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_RESTIC, "snapshots/" ID ".tmp", VERDICT_TEMPORARY},
	{REPOSITORY_BORG, "data/0/17", VERDICT_COUNTS},
	{REPOSITORY_BORG, "data/0/0/17", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "archives/" ID, VERDICT_COUNTS},
	{REPOSITORY_BORG, "README", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "config", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "nonce", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "hints.17", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "index.17", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "integrity.17", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BORG, "lock.roster", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_KOPIA, "q1a/b2c/d3e4f5.f", VERDICT_COUNTS},
	{REPOSITORY_KOPIA, "q1ab2cd3.f", VERDICT_COUNTS},
	{REPOSITORY_KOPIA, "p1a/b2c/d3e4f5.f", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_KOPIA, "xn0/_b2/d3e4f5.f", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_KOPIA, "kopia.maintenance.f", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_KOPIA, "_lo/g_2/0240131.f", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_DUPLICACY, "snapshots/web01/12", VERDICT_COUNTS},
	{REPOSITORY_DUPLICACY, "chunks/aa/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_DUPLICACY, "config", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_PBS, "host/web01/2024-01-31T03:00:00Z/root.pxar.didx", VERDICT_COUNTS},
	{REPOSITORY_PBS, "vm/108/2024-01-31T03:00:00Z/client.log.blob", VERDICT_LOG},
	{REPOSITORY_PBS, "ns/a/ns/b/ct/108/2024-01-31T03:00:00Z/root.pxar.didx", VERDICT_COUNTS},
	{REPOSITORY_PBS, "host/web01/owner", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_PBS, ".chunks/0a1b/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BAREOS, "Full-0001", VERDICT_COUNTS},
	{REPOSITORY_BAREOS, "a/Full-0001", VERDICT_COUNTS},
	{REPOSITORY_BUP, "objects/pack/pack-" ID ".pack", VERDICT_COUNTS},
	{REPOSITORY_BUP, "objects/pack/pack-" ID ".idx", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_BUP, "refs/heads/web01", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_ZBACKUP, "backups/2024/home.tar", VERDICT_COUNTS},
	{REPOSITORY_ZBACKUP, "bundles/0a/" ID, VERDICT_REPOSITORY_DATA},
	{REPOSITORY_ZBACKUP, "info", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_ARQ, "backupfolders/1/backuprecords/00161/7.backuprecord", VERDICT_COUNTS},
	{REPOSITORY_ARQ, "blobpacks/aa/1.pack", VERDICT_REPOSITORY_DATA},
	{REPOSITORY_NONE, "index/" ID, VERDICT_COUNTS},
};

static void only_what_tells_when_a_backup_was_made_counts(void **state _unused_)
{
	struct world w;
	size_t wrong = 0;
	world_begin(&w, one_server, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(owned); i++) {
		struct verdict v =
			judge(w.matcher, owned[i].kind, "store/web01", owned[i].below, 500);
		/* Locks and a README are judged by their names before their place is. */
		bool data = owned[i].reason == VERDICT_REPOSITORY_DATA &&
			    (v.reason == VERDICT_TEMPORARY || v.reason == VERDICT_SIDECAR);
		if ((v.reason != owned[i].reason && !data) || v.server != 1) {
			print_error("%s %s: %s, server %lld\n",
				repository_kind_names[owned[i].kind], owned[i].below,
				verdict_reason_name(v.reason), (long long)v.server);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	world_end(&w);
}

static void a_repository_of_nobody_or_of_two_is_opaque(void **state _unused_)
{
	struct world w;
	world_begin(&w, one_server, NULL);
	for (int kind = REPOSITORY_RESTIC; kind < _REPOSITORY_KINDS; kind++) {
		static const char *const nobodys[] = {"store", "store/db07", "store/web010"};
		for (size_t i = 0; i < ARRAY_SIZE(nobodys); i++) {
			struct verdict v = judge(w.matcher, (enum repository_kind)kind, nobodys[i],
				"snapshots/" ID, 500);
			assert_int_equal(v.reason, VERDICT_REPOSITORY);
			assert_int_equal(v.server, 0);
		}
	}
	assert_int_equal(judge(w.matcher, REPOSITORY_NONE, "store/db07", "x", 500).reason,
		VERDICT_AMBIGUOUS);
	assert_int_equal(
		judge(w.matcher, REPOSITORY_NONE, "store", "x", 500).reason, VERDICT_NO_SERVER);
	world_end(&w);
}

/* A path that is deeper than the walker counts has no known place in the repository. */
static void a_place_too_deep_to_count_is_data(void **state _unused_)
{
	struct world w;
	char below[1024] = "";
	world_begin(&w, one_server, NULL);
	for (size_t i = 0; i < 300; i++) {
		strncat(below, "a/", sizeof(below) - strlen(below) - 1);
	}
	strncat(below, "backuprecords/7", sizeof(below) - strlen(below) - 1);
	assert_int_equal(judge(w.matcher, REPOSITORY_ARQ, "web01", below, 500).reason,
		VERDICT_REPOSITORY_DATA);
	world_end(&w);
}

static void a_rule_gives_the_server_and_the_table_says_what_counts(void **state _unused_)
{
	struct rule rules[] = {{.path = (char *)(uintptr_t) "old/*", .ignore = true},
		{.path = (char *)(uintptr_t) "store/*", .server = (char *)(uintptr_t) "web01"}};
	struct config cfg = {.rules = {rules, ARRAY_SIZE(rules)}};
	struct world w;
	world_begin(&w, one_server, &cfg);
	assert_int_equal(judge(w.matcher, REPOSITORY_RESTIC, "store", "snapshots/" ID, 9).reason,
		VERDICT_COUNTS);
	assert_int_equal(judge(w.matcher, REPOSITORY_RESTIC, "store", "index/" ID, 9).reason,
		VERDICT_REPOSITORY_DATA);
	assert_int_equal(judge(w.matcher, REPOSITORY_RESTIC, "store", "index/" ID, 9).server, 1);
	assert_int_equal(judge(w.matcher, REPOSITORY_RESTIC, "store", "snapshots/" ID, 0).reason,
		VERDICT_EMPTY);
	assert_int_equal(judge(w.matcher, REPOSITORY_RESTIC, "old", "snapshots/" ID, 9).reason,
		VERDICT_IGNORED);
	world_end(&w);
}

static void a_minimum_size_is_judged_last_and_not_on_signs(void **state _unused_)
{
	static const struct {
		enum repository_kind kind;
		const char *repository, *below;
		int64_t size;
		enum verdict_reason reason;
	} cases[] = {
		{REPOSITORY_NONE, "web01", "x.tar", 999, VERDICT_TOO_SMALL},
		{REPOSITORY_NONE, "web01", "x.tar", 1000, VERDICT_COUNTS},
		{REPOSITORY_NONE, "web01", "x.tar", -1, VERDICT_COUNTS}, /* not known */
		{REPOSITORY_NONE, "web01", "x.tar", 0, VERDICT_EMPTY},
		{REPOSITORY_NONE, "web01", "x.tar.md5", 999, VERDICT_SIDECAR},
		{REPOSITORY_NONE, "x", "x.tar", 999, VERDICT_NO_SERVER},
		{REPOSITORY_NONE, "db07.a.example", "x.tar", 1, VERDICT_COUNTS}, /* wants nothing */
		{REPOSITORY_BAREOS, "web01", "Full-0001", 999, VERDICT_TOO_SMALL},
		{REPOSITORY_RESTIC, "web01", "snapshots/" ID, 300, VERDICT_COUNTS},
		{REPOSITORY_RESTIC, "web01", "config", 155, VERDICT_REPOSITORY_DATA},
	};
	struct world w;
	struct err err;
	_cleanup_(matcher_unrefp) struct matcher *m = NULL;
	world_begin(&w, one_server, NULL);
	w.servers[0].minimum_size = 1000;
	assert_int_equal(matcher_new(w.servers, w.n, NULL, WORLD_NOW, &m, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct verdict v =
			judge(m, cases[i].kind, cases[i].repository, cases[i].below, cases[i].size);
		if (v.reason != cases[i].reason) {
			fail_msg("%s/%s: %s", cases[i].repository, cases[i].below,
				verdict_reason_name(v.reason));
		}
	}
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_tells_when_a_backup_was_made_counts),
		cmocka_unit_test(a_repository_of_nobody_or_of_two_is_opaque),
		cmocka_unit_test(a_place_too_deep_to_count_is_data),
		cmocka_unit_test(a_rule_gives_the_server_and_the_table_says_what_counts),
		cmocka_unit_test(a_minimum_size_is_judged_last_and_not_on_signs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
