// needs: scannerd/match proto common
/* test_rules.c - what a person says of files: globs, expressions with a host and a date, mappings,
 * what is ignored, generic words. */
#include "match_world.h"

#include "scannerd/match/glob.h"
#include "scannerd/match/matcher.h"

#define S(text) ((char *)(uintptr_t)(text))

static const char world_text[] =
	"[{\"hostname\":\"web01\",\"aliases\":[\"shop\"],\"ips\":[\"10.0.0.7\"]},"
	"{\"hostname\":\"db02\"},{\"hostname\":\"titan\"},{\"hostname\":\"mail.a.example\"},"
	"{\"hostname\":\"mail.b.example\"},{\"hostname\":\"backup\"}]";

struct rule_case {
	struct rule rules[2];
	const char *path;
	const char *server; /* NULL: nobody's */
	enum verdict_reason reason;
	const char *date; /* NULL: mtime */
	enum time_source source;
};

static const struct rule_case cases[] = {
	/* globs: on the path below the scanned directory, a star crosses slashes */
	{{{.path = S("dump/vzdump-*-108-*"), .server = S("web01")}}, "dump/vzdump-qemu-108-x.vma",
		"web01", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("dump/vzdump-*-108-*"), .server = S("web01")}}, "dump/vzdump-qemu-1080-x.vma",
		NULL, VERDICT_NO_SERVER, NULL, 0},
	{{{.path = S("dump/vzdump-*-108-*"), .server = S("web01")}}, "x/dump/vzdump-qemu-108-x.vma",
		NULL, VERDICT_NO_SERVER, NULL, 0},
	{{{.path = S("a/*.tar"), .server = S("web01")}}, "a/b/c.tar", "web01", VERDICT_COUNTS, NULL,
		0},
	{{{.path = S("[ab]?.tar"), .server = S("web01")}}, "b7.tar", "web01", VERDICT_COUNTS, NULL,
		0},
	{{{.path = S("[ab]?.tar"), .server = S("web01")}}, "B7.tar", NULL, VERDICT_NO_SERVER, NULL,
		0},
	/* a server is named by its name, an alias, an address, also by a generic word */
	{{{.path = S("x*"), .server = S("Shop")}}, "x1", "web01", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("x*"), .server = S("10.0.0.7")}}, "x1", "web01", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("x*"), .server = S("backup")}}, "x1", "backup", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("x*"), .server = S("nobody")}}, "x-web01.tar", NULL, VERDICT_NO_SERVER, NULL,
		0},
	{{{.path = S("x*"), .server = S("mail")}}, "x-web01.tar", NULL, VERDICT_AMBIGUOUS, NULL, 0},
	/* a rule wins over every name, the first over the others, but not over what cannot count */
	{{{.path = S("*"), .server = S("db02")}}, "web01/web01.tar", "db02", VERDICT_COUNTS, NULL,
		0},
	{{{.path = S("a*"), .server = S("db02")}, {.path = S("*"), .server = S("titan")}}, "a1",
		"db02", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("a*"), .server = S("db02")}, {.path = S("*"), .server = S("titan")}}, "b1",
		"titan", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("*"), .server = S("db02")}}, "x.tar.md5", "db02", VERDICT_SIDECAR, NULL, 0},
	{{{.path = S("*"), .server = S("db02")}}, "x-2024-01-31.tar", "db02", VERDICT_COUNTS,
		"2024-01-31T00:00:00Z", TIME_FROM_NAME},
	/* ignored */
	{{{.path = S("*.old"), .ignore = true}}, "web01.old", NULL, VERDICT_IGNORED, NULL, 0},
	{{{.path = S("*.old"), .ignore = true}}, "web01.tar", "web01", VERDICT_COUNTS, NULL, 0},
	{{{.path = S("keep*"), .server = S("web01")}, {.path = S("*.old"), .ignore = true}},
		"keep.old", "web01", VERDICT_COUNTS, NULL, 0},
	{{{.regex = S("^junk/"), .ignore = true}}, "junk/web01.tar", NULL, VERDICT_IGNORED, NULL,
		0},
	/* expressions: the host and the date may be anywhere, also inside of a token */
	{{{.regex = S("^sn(?<host>[a-z0-9]+)x")}}, "snweb01xfull", "web01", VERDICT_COUNTS, NULL,
		0},
	{{{.regex = S("^(?<host>[^/]+)/(?<date>\\d{4}-\\d\\d-\\d\\d)/")}}, "db02/2024-01-31/all",
		"db02", VERDICT_COUNTS, "2024-01-31T00:00:00Z", TIME_FROM_DIRECTORY},
	{{{.regex = S("_(?<date>\\d{8})T\\d+_(?<host>.+)$")}}, "x_20240131T9_titan", "titan",
		VERDICT_COUNTS, "2024-01-31T00:00:00Z", TIME_FROM_NAME},
	{{{.regex = S("(?<date>2023\\d+)"), .server = S("titan")}}, "20230131-20240131", "titan",
		VERDICT_COUNTS, "2023-01-31T00:00:00Z", TIME_FROM_NAME},
	{{{.regex = S("(?<date>..)$"), .server = S("titan")}}, "20240131-xy", "titan",
		VERDICT_COUNTS, "2024-01-31T00:00:00Z", TIME_FROM_NAME}, /* no date: the name's */
	{{{.regex = S("^(?<host>[^-]+)-")}}, "mail-1", NULL, VERDICT_AMBIGUOUS, NULL, 0},
	{{{.regex = S("^(?<host>[^-]+)-")}}, "unknown-web01", NULL, VERDICT_NO_SERVER, NULL, 0},
	/* a group that took no part says nothing, so the next rule or the name decides */
	{{{.regex = S("^(?:(?<host>db\\d+)|q)-")}}, "q-web01.tar", "web01", VERDICT_COUNTS, NULL,
		0},
	{{{.regex = S("^(?<host>nothing)$")}, {.path = S("*"), .server = S("titan")}}, "web01",
		"titan", VERDICT_COUNTS, NULL, 0},
	/* bytes are bytes */
	{{{.regex = S("^caf\\xe9\\xff"), .server = S("titan")}}, "caf\xe9\xff.tar", "titan",
		VERDICT_COUNTS, NULL, 0},
	{{{.path = S("caf?.tar"), .server = S("titan")}}, "caf\xe9.tar", "titan", VERDICT_COUNTS,
		NULL, 0},
};

static void check_case(const struct rule_case *c)
{
	struct rule rules[2] = {c->rules[0], c->rules[1]};
	struct config cfg = {.schedule.timezone = S("UTC"),
		.rules = {rules, rules[1].path != NULL || rules[1].regex != NULL ? 2 : 1}};
	struct world w;
	char time[TIME_ISO_SIZE];
	world_begin(&w, world_text, &cfg);
	struct verdict v = world_judge(w.matcher, c->path, 0, 500, NULL);
	const char *got = world_name(&w, v.server);
	time_iso(v.backup_time, time);
	if ((got == NULL) != (c->server == NULL) || (got != NULL && strcmp(got, c->server) != 0) ||
		v.reason != c->reason || v.time_source != c->source ||
		strcmp(time, c->date != NULL ? c->date : "1970-01-01T00:00:00Z") != 0) {
		fail_msg("%s with %s: %s, %s, %s", c->path,
			c->rules[0].path != NULL ? c->rules[0].path : c->rules[0].regex,
			got != NULL ? got : "nobody", verdict_reason_name(v.reason), time);
	}
	world_end(&w);
}

static void a_rule_decides_as_it_says(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check_case(&cases[i]);
	}
}

/* With the names of a matcher that has rules of its own, which may go before it. */
static void a_rule_is_tried_as_it_would_decide(void **state _unused_)
{
	struct rule other = {.path = S("*"), .ignore = true};
	struct config before = {.schedule.timezone = S("UTC"), .rules = {&other, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct rule_case *c = &cases[i];
		struct rule rules[2] = {c->rules[0], c->rules[1]};
		struct config cfg = {.rules = {rules, 1}};
		struct matcher *tried = NULL;
		struct world w, alone;
		struct verdict v, expected;

		world_begin(&w, world_text, &before);
		assert_int_equal(matcher_with_rules(w.matcher, &cfg, &tried, NULL), 0);
		cfg.schedule.timezone = S("UTC");
		world_begin(&alone, world_text, &cfg);
		expected = world_judge(alone.matcher, c->path, 0, 500, NULL);
		matcher_unref(steal(w.matcher));
		v = world_judge(tried, c->path, 0, 500, NULL);
		assert_int_equal(v.server, expected.server);
		assert_int_equal(v.reason, expected.reason);
		assert_int_equal(v.backup_time, expected.backup_time);
		matcher_unref(tried);
		world_end(&alone);
		world_end(&w);
	}
}

static void what_matches_begins_with_the_literal_part(void **state _unused_)
{
	static const struct {
		const char *glob;
		size_t len;
	} globs[] = {{"dump/vzdump-*-108-*", 12}, {"*", 0}, {"a?b", 1}, {"a[b]", 1}, {"a\\*b", 1},
		{"web01/x.tar", 11}, {"", 0}};

	for (size_t i = 0; i < ARRAY_SIZE(globs); i++) {
		assert_int_equal(glob_literal(globs[i].glob), globs[i].len);
	}
}

/* The directory that is scanned, not those below it or beside it. */
static void a_mapping_gives_all_of_its_directory(void **state _unused_)
{
	struct directory dirs[] = {{.path = S("/root"), .server = S("shop")},
		{.path = S("/root/other"), .server = S("db02")},
		{.path = S("/gone"), .server = S("unknown")}};
	struct rule rule = {.path = S("r/*"), .server = S("titan")};
	struct config cfg = {.directories_to_scan = {dirs, ARRAY_SIZE(dirs)}, .rules = {&rule, 1}};
	struct world w;
	struct match_dir dir;
	struct verdict v;
	static const struct world_case below[] = {{"x.tar", "web01"}, {"db02/db02.tar", "web01"},
		{"other/x.tar", "web01"}, {"r/x.tar", "titan"}};
	world_begin(&w, world_text, &cfg);
	world_check(&w, below, ARRAY_SIZE(below));
	matcher_dir(w.matcher, "/gone/web01", 11, 5, &dir);
	matcher_file(&dir, "web01.tar", 9, 0, 500, &v);
	assert_int_equal(v.reason, VERDICT_NO_SERVER);
	matcher_dir(w.matcher, "/rooted/web01", 13, 7, &dir);
	matcher_file(&dir, "db02.tar", 8, 0, 500, &v);
	assert_string_equal(world_name(&w, v.server), "db02");
	world_end(&w);
}

static void a_generic_word_of_the_user_names_nobody_by_itself(void **state _unused_)
{
	char *words[] = {S("Titan"), S("db02")};
	struct rule rule = {.path = S("only/*"), .server = S("titan")};
	struct config plain = {.rules = {&rule, 1}};
	struct config cfg = {.generic_names = {.v = words, .n = 2}, .rules = {&rule, 1}};
	static const struct world_case without[] = {
		{"titan.tar", "titan"}, {"db02.tar", "db02"}, {"web01/titan.tar", "titan"}};
	static const struct world_case with[] = {{"titan.tar", NULL}, {"TITAN.tar", NULL},
		{"db02.tar", NULL}, {"web01/titan.tar", "web01"}, {"only/x.tar", "titan"}};
	struct world w;
	world_begin(&w, world_text, &plain);
	world_check(&w, without, ARRAY_SIZE(without));
	world_end(&w);
	world_begin(&w, world_text, &cfg);
	world_check(&w, with, ARRAY_SIZE(with));
	world_end(&w);
}

/* A hostile expression ends by its limits and then matches nothing. */
static void an_expression_has_its_limits(void **state _unused_)
{
	struct rule rule = {.regex = S("^(a+)+$"), .server = S("titan")};
	struct config cfg = {.rules = {&rule, 1}};
	char name[64];
	struct world w;
	memset(name, 'a', sizeof(name));
	snprintf(name + 40, sizeof(name) - 40, "-web01");
	world_begin(&w, world_text, &cfg);
	assert_string_equal(world_server(&w, "aaaa"), "titan");
	assert_string_equal(world_server(&w, name), "web01");
	world_end(&w);
}

static void a_path_too_long_for_rules_matches_none(void **state _unused_)
{
	struct rule rule = {.path = S("*"), .ignore = true};
	struct config cfg = {.rules = {&rule, 1}};
	struct world w;
	struct match_dir dir;
	struct verdict v;
	_free_ char *path = malloc(RULES_PATH_MAX + 8);
	assert_non_null(path);
	memset(path, 'x', RULES_PATH_MAX + 8);
	for (size_t i = 0; i < RULES_PATH_MAX; i += 200) {
		path[i] = '/';
	}
	world_begin(&w, world_text, &cfg);
	matcher_dir(w.matcher, path, RULES_PATH_MAX, 1, &dir);
	matcher_file(&dir, "web01.tar", 9, 0, 500, &v);
	assert_int_equal(v.reason, VERDICT_COUNTS);
	matcher_dir(w.matcher, path, RULES_PATH_MAX - 20, 1, &dir);
	matcher_file(&dir, "web01.tar", 9, 0, 500, &v);
	assert_int_equal(v.reason, VERDICT_IGNORED);
	world_end(&w);
}

static void rules_agree_while_they_mean_the_same_servers(void **state _unused_)
{
	struct rule rule = {.path = S("x*"), .server = S("mail")};
	struct config cfg = {.rules = {&rule, 1}};
	struct world w;
	struct err err;
	world_begin(&w, world_text, &cfg);
	for (size_t n = 3; n <= w.n; n++) {
		_cleanup_(matcher_unrefp) struct matcher *m = NULL;
		assert_int_equal(matcher_new(w.servers, n, &cfg, WORLD_NOW, &m, &err), 0);
		/* nobody, one, two that tie, and one more server that it does not mean */
		assert_int_equal(rules_agree(w.matcher->rules, m->rules), n >= 5);
	}
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_decides_as_it_says),
		cmocka_unit_test(a_rule_is_tried_as_it_would_decide),
		cmocka_unit_test(what_matches_begins_with_the_literal_part),
		cmocka_unit_test(a_mapping_gives_all_of_its_directory),
		cmocka_unit_test(a_generic_word_of_the_user_names_nobody_by_itself),
		cmocka_unit_test(an_expression_has_its_limits),
		cmocka_unit_test(a_path_too_long_for_rules_matches_none),
		cmocka_unit_test(rules_agree_while_they_mean_the_same_servers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
