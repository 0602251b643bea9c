// needs: scannerd/match proto common
/* test_explain.c - what a person is told: whose, whether it counts and why, of what time, and what
 * would settle it. */
#include "match_world.h"

static char *text(const char *s)
{
	return (char *)(uintptr_t)s;
}

static const char world_text[] =
	"[{\"hostname\":\"web01\"},{\"hostname\":\"db07.a.example\"},{\"hostname\":\"db07.b."
	"example\"},{\"hostname\":\"fs01\",\"aliases\":[\"files\"]},{\"hostname\":\"mail\"},"
	"{\"hostname\":\"app-prod-europe-11\"},{\"hostname\":\"backup\"},"
	"{\"hostname\":\"app-prod\"},{\"hostname\":\"app-prod-11\"}]";

static struct directory directories[] = {
	{.path = (char *)(uintptr_t) "/ny", .timezone = (char *)(uintptr_t) "America/New_York"},
	{.path = (char *)(uintptr_t) "/fs", .server = (char *)(uintptr_t) "files"},
	{.path = (char *)(uintptr_t) "/gone", .server = (char *)(uintptr_t) "gone"}};

static struct rule rules[] = {{.path = (char *)(uintptr_t) "*.old", .ignore = true},
	{.path = (char *)(uintptr_t) "dump/108-*", .server = (char *)(uintptr_t) "fs01"},
	{.path = (char *)(uintptr_t) "dump/109-*", .server = (char *)(uintptr_t) "nobody"},
	{.path = (char *)(uintptr_t) "dump/110-*", .server = (char *)(uintptr_t) "db07"},
	{.regex = (char *)(uintptr_t) "^re/x(?<host>[a-z0-9]+)x(?<date>[0-9]{8})"}};

static void name_server(void *arg, int64_t server, char *out, size_t size)
{
	const struct world *w = arg;
	snprintf(out, size, "%s", world_name(w, server));
}

static struct config config_of(const char *zone)
{
	return (struct config){.directories_to_scan = {directories, ARRAY_SIZE(directories)},
		.rules = {rules, ARRAY_SIZE(rules)},
		.schedule = {.timezone = text(zone)}};
}

/* All sentences, each on a line. */
static void explain(const struct world *w, const struct matcher *m, const struct match_file *file,
	struct buf *out)
{
	_buf_ struct buf answer = BUF_INIT;
	struct jsonw json = JSONW(&answer);
	const struct match_names names = {name_server, (void *)(uintptr_t)w};
	struct err err;
	_json_ cJSON *parsed = NULL;
	const cJSON *step;
	matcher_explain_file(m, file, &names, &json);
	assert_int_equal(json_parse(answer.data, answer.len, &parsed, &err), 0);
	cJSON_ArrayForEach (step, json_get(parsed, "steps")) {
		buf_printf(out, "%s\n", step->valuestring);
	}
}

struct explain_case {
	const char *root, *below;
	int64_t size;
	enum repository_kind kind;
	const char *says, *not ;
};

static void check(const struct config *cfg, const struct explain_case *cases, size_t n)
{
	struct world w;
	size_t wrong = 0;
	struct err err;
	_cleanup_(matcher_unrefp) struct matcher *m = NULL;
	world_begin(&w, world_text, cfg);
	w.servers[0].minimum_size = 1000;
	assert_int_equal(matcher_new(w.servers, w.n, cfg, WORLD_NOW, &m, &err), 0);
	for (size_t i = 0; i < n; i++) {
		const struct explain_case *c = &cases[i];
		_buf_ struct buf path = BUF_INIT, out = BUF_INIT;
		buf_printf(&path, "%s/%s", c->root, c->below);
		const struct match_file file = {.path = buf_cstr(&path),
			.len = path.len,
			.root_len = strlen(c->root),
			.mtime_ns = INT64_C(1706666400) * NSEC_PER_SEC, /* 2024-01-31T02:00:00Z */
			.size = c->size,
			.repository = {c->kind, 1}};
		explain(&w, m, &file, &out);
		if (strstr(buf_cstr(&out), c->says) == NULL ||
			(c->not != NULL && strstr(buf_cstr(&out), c->not ) != NULL)) {
			print_error("%s: wanted %s\n%s", path.data, c->says, out.data);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	world_end(&w);
}

static void the_clock_and_what_states_the_time_are_told(void **state _unused_)
{
	static const struct explain_case cases[] = {
		{"/x", "web01-2024-01-31T03-00-00.tar", 9999, 0,
			"The name states 2024-01-31 03:00:00 in Europe/Berlin, which is "
			"2024-01-31T02:00:00Z: that is the time of the backup.",
			"36 hours"},
		{"/ny", "web01-2024-01-30T21-00-00.tar", 9999, 0,
			"The name states 2024-01-30 21:00:00 in America/New_York, which is "
			"2024-01-31T02:00:00Z:",
			NULL},
		{"/x", "web01-2024-01-31T02-00-00Z.tar", 9999, 0,
			"The name states 2024-01-31T02:00:00Z: that", "Berlin"},
		{"/x", "web01-1706666400.tar", 9999, 0,
			"The name states 2024-01-31T02:00:00Z: that", "Berlin"},
		{"/x", "2024-01-31_0300/web01.tar", 9999, 0,
			"The directory \"2024-01-31_0300\" states 2024-01-31 03:00:00 in "
			"Europe/Berlin, which is 2024-01-31T02:00:00Z: that",
			NULL},
		{"/x", "2024/01/31/web01/y.tar", 9999, 0,
			"The directory \"2024/01/31\" states 2024-01-31 00:00:00 in Europe/Berlin, "
			"which is 2024-01-30T23:00:00Z: that",
			NULL},
		{"/x", "re/xweb01x20240131", 9999, 0,
			"The date that rule 5 takes from the path states 2024-01-31 00:00:00 in "
			"Europe/Berlin, which is 2024-01-30T23:00:00Z: that",
			NULL},
		{"/x", "web01-2024-03-31.tar", 9999, 0, "more than 36 hours away", NULL},
		{"/x", "web01-2024-03-31.tar", -1, 0, "is the time of the backup.", "36 hours"},
		{"/x", "web01.tar", 9999, 0,
			"The path states no date: the file's modification time decides, "
			"2024-01-31T02:00:00Z.",
			NULL},
		{"/x", "web01.tar", -1, 0, "modification time would decide.", NULL},
		{"/x", "web01-20990101.tar", 9999, 0,
			"2098-12-31T23:00:00Z, which lies in the future: the file's modification "
			"time decides, 2024-01-31T02:00:00Z.",
			NULL},
	};
	struct config cfg = config_of("Europe/Berlin");
	check(&cfg, cases, ARRAY_SIZE(cases));
}

static void no_clock_is_told_where_it_changes_nothing(void **state _unused_)
{
	static const struct explain_case cases[] = {{"/x", "web01-2024-01-31T03-00-00.tar", 9999, 0,
		"The name states 2024-01-31T03:00:00Z: that", "which is"}};
	struct config cfg = config_of("UTC");
	check(&cfg, cases, ARRAY_SIZE(cases));
	check(NULL, cases, ARRAY_SIZE(cases));
}

static void what_would_settle_it_is_told(void **state _unused_)
{
	static const struct explain_case cases[] = {
		{"/x", "db07.tar", 9999, 0,
			"The servers db07.a.example, db07.b.example tie: the file is ambiguous",
			NULL},
		{"/x", "db07.tar", 9999, 0,
			"\"db07\" is the short name of them all. A full host name or an address in "
			"the path, \"db07\" as an alias of the one that is meant, a rule,",
			NULL},
		{"/x", "DB07D2024-01-31T030000.vbk", 9999, 0,
			"a \"D\" is glued between \"DB07\" and a date, as Veeam writes it", NULL},
		{"/x", "DB07D2024-01-31T030000.vbk", 9999, 0,
			"The servers db07.a.example, db07.b.example tie", NULL},
		{"/x", "web01-fs01.tar", 9999, 0, "The servers web01, fs01 tie", NULL},
		{"/x", "web01-fs01.tar", 9999, 0,
			"Nothing in the path tells which of the names that stand in it is the "
			"machine's",
			NULL},
		{"/x", "nothing.tar", 9999, 0,
			"An alias, a rule or a server for the scanned directory can.", "tie"},
		{"/x", "app-prod-12.tar", 9999, 0, "numbered like a known one, but is not known",
			NULL},
		{"/x", "backup.tar", 9999, 0, "it is a generic word; only a rule can use it.",
			NULL},
		{"/x", "mail/y.tar", 9999, 0, "such a common word counts only where", NULL},
	};
	struct config cfg = config_of("UTC");
	check(&cfg, cases, ARRAY_SIZE(cases));
}

static void the_rule_or_mapping_that_decides_is_told(void **state _unused_)
{
	static const struct explain_case cases[] = {
		{"/x", "web01.old", 9999, 0, "Rule 1 matches: it says that such files are ignored.",
			"contains"},
		{"/x", "dump/108-web01.tar", 9999, 0, "Rule 2 matches: it gives the file to fs01.",
			"contains"},
		{"/x", "dump/109-web01.tar", 9999, 0,
			"Rule 3 matches, but the server that it names is not known.", NULL},
		{"/x", "dump/110-1.tar", 9999, 0,
			"Rule 4 matches, but what it gives is a name of several servers: "
			"db07.a.example, db07.b.example.",
			NULL},
		{"/x", "re/xfs01x20240131", 9999, 0, "Rule 5 matches: it gives the file to fs01.",
			NULL},
		{"/x", "web01.tar", 9999, 0, "No rule matches.", NULL},
		{"/fs", "web01.tar", 9999, 0,
			"The configuration gives everything in this scanned directory to fs01.",
			NULL},
		{"/gone", "web01.tar", 9999, 0, "to a server that is not known.", NULL},
	};
	struct config cfg = config_of("UTC");
	check(&cfg, cases, ARRAY_SIZE(cases));
}

static void why_it_does_not_count_is_told(void **state _unused_)
{
	static const struct explain_case cases[] = {
		{"/x", "web01.tar", 999, 0,
			"It has 999 bytes; the policy of web01 wants at least 1000.", NULL},
		{"/x", "web01.tar", 999, 0,
			"It does not count as a backup: it is smaller than the policy's minimum "
			"size.",
			NULL},
		{"/x", "web01.tar", 1000, 0, "decides: web01.", "does not count"},
		{"/x", "web01/index/0a", 9999, REPOSITORY_RESTIC,
			"It lies in a restic repository: only its snapshots tell when a backup was "
			"made.",
			"unknown"},
		{"/x", "web01/index/0a", 9999, REPOSITORY_RESTIC,
			"It does not count as a backup: it is a part of a repository", NULL},
		{"/x", "web01/snapshots/0a", 300, REPOSITORY_RESTIC,
			"It lies in a restic repository", "does not count"},
		{"/x", "store/snapshots/0a", 300, REPOSITORY_RESTIC,
			"servers without any backup are unknown, not red, until a rule, an alias "
			"or",
			NULL},
		{"/x", "db07/snapshots/0a", 300, REPOSITORY_RESTIC, "tie", NULL},
		{"/x", "web01/y/z", 300, REPOSITORY_ARQ, "It lies in an Arq backup set", NULL},
		{"/x", "web01/y/z", 300, 0, "web01", "It lies in"},
	};
	struct config cfg = config_of("UTC");
	check(&cfg, cases, ARRAY_SIZE(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_and_what_states_the_time_are_told),
		cmocka_unit_test(no_clock_is_told_where_it_changes_nothing),
		cmocka_unit_test(what_would_settle_it_is_told),
		cmocka_unit_test(the_rule_or_mapping_that_decides_is_told),
		cmocka_unit_test(why_it_does_not_count_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
