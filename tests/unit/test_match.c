// needs: scannerd/match proto common
/* test_match.c - whose a file is: near misses, ties, rules, and how a name is laid out. */
#include "match_world.h"

#include "scannerd/match/text.h"

/* ISO text, also cut off ("2024-01-31", "2024-01-31T03:00"), as seconds. */
static int64_t iso(const char *s)
{
	int y, mo, d, h = 0, mi = 0, sec = 0;
	int64_t t;
	assert_true(sscanf(s, "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &sec) >= 3);
	assert_int_equal(time_from_civil(y, mo, d, h, mi, sec, &t), 0);
	return t;
}

static const char bug_world[] = "[{\"hostname\":\"10.197.38.1\",\"ips\":[\"10.197.38.1\"]},{"
				"\"hostname\":\"nas\",\"ips\":[\"192.168.7.20\"]},"
				"{\"hostname\":\"docker0\",\"ips\":[\"10.197.38.14\"]},{"
				"\"hostname\":\"ub01.lab.local\",\"ips\":[\"10.197.38.239\"]},"
				"{\"hostname\":\"web01\",\"ips\":[\"10.5.0.101\"]}]";

/* Bug 1 of the original. */
static void address_prefix_and_name_suffix_own_nothing(void **state _unused_)
{
	static const struct world_case cases[] = {
		{"DD/ub02_10.197.38.12_sda_6TB.dd", NULL},
		{"x_10.197.38.165.gho", NULL},
		{"x_10.197.38.142.tar.gz", NULL},
		{"x_10.197.38.1.tar.gz", "10.197.38.1"},
		{"tnas01_192.168.7.203_notes.cfg", NULL},
		{"nas01.tar", NULL},
		{"docker01_x.tar.gz", NULL},
		{"docker0_x.tar.gz", "docker0"},
		{"110.197.38.1.tar", NULL},
	};
	struct world w;
	world_begin(&w, bug_world, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

/* Bug 2. */
static void short_name_of_a_reverse_dns_name_owns_its_file(void **state _unused_)
{
	static const struct world_case cases[] = {
		{"Acronis/ub01_10.0.0.1_sda_19TB.tib", "ub01.lab.local"},
		{"ub01.lab.local-full.tar", "ub01.lab.local"},
		{"UB01-LAB-LOCAL.tar", "ub01.lab.local"},
		{"ub01_lab_local.tar", "ub01.lab.local"},
		{"ub01.other.example.com-2024.tar", NULL},
		{"ub010.tib", NULL},
		{"ub0.tib", NULL},
	};
	struct world w;
	world_begin(&w, bug_world, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

/* Bug 3: the verdict carries the time that decides, and it is the name's, not another file's. */
static void verdict_carries_the_time_that_decides(void **state _unused_)
{
	struct world w;
	world_begin(&w, bug_world, NULL);
	struct verdict v =
		world_judge(w.matcher, "web01-2024-01-31.tar", iso("2024-03-01"), 100, NULL);
	assert_int_equal(v.backup_time, iso("2024-01-31"));
	assert_int_equal(v.time_source, TIME_FROM_NAME);
	assert_true(v.drifted);
	v = world_judge(w.matcher, "web01-2024-01-31.tar", iso("2024-01-31T04:00"), 100, NULL);
	assert_false(v.drifted);
	v = world_judge(w.matcher, "2024-01-31/web01.tar", iso("2024-03-01"), 100, NULL);
	assert_int_equal(v.time_source, TIME_FROM_DIRECTORY);
	v = world_judge(w.matcher, "2024/01/31/web01.tar", iso("2024-03-01"), 100, NULL);
	assert_int_equal(v.backup_time, iso("2024-01-31"));
	v = world_judge(w.matcher, "web01.tar", iso("2024-03-01"), 100, NULL);
	assert_int_equal(v.backup_time, iso("2024-03-01"));
	assert_int_equal(v.time_source, TIME_FROM_MTIME);
	world_end(&w);
}

/* Bug 4. */
static void directories_are_matched(void **state _unused_)
{
	static const struct world_case cases[] = {
		{"WindowsImageBackup/WEB01/Backup 2019-02-22 "
		 "124351/9b9cfbc4-369e-11e9-a17c-806e6f6e6963.vhd",
			"web01"},
		{"pc/web01/0/f%2f/attrib", "web01"},
		{"urbackup/web01/240131-0300/C/x", "web01"},
		{"rsnapshot/daily.0/web01/etc/passwd", "web01"},
		{"restic/web01/data/ab/abcdef", "web01"},
		{"restic/web010/data/ab/abcdef", NULL},
	};
	struct world w;
	world_begin(&w, bug_world, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

/* Bug 10. */
static void empty_partial_and_sidecar_files_do_not_count(void **state _unused_)
{
	struct world w;
	world_begin(&w, bug_world, NULL);
	assert_int_equal(world_judge(w.matcher, "web01.tar", 1, 0, NULL).reason, VERDICT_EMPTY);
	assert_int_equal(
		world_judge(w.matcher, "web01.tar.part", 1, 9, NULL).reason, VERDICT_PARTIAL);
	assert_int_equal(
		world_judge(w.matcher, "web01.tar.md5", 1, 9, NULL).reason, VERDICT_SIDECAR);
	assert_int_equal(
		world_judge(w.matcher, "web01.tar.gz", 1, 20, NULL).reason, VERDICT_EMPTY_ARCHIVE);
	assert_int_equal(world_judge(w.matcher, "web01.tar", 1, 1, NULL).reason, VERDICT_COUNTS);
	world_end(&w);
}

static const char wide_world[] =
	"[{\"hostname\":\"fw-east.corp.example\",\"ips\":[\"10.20.30.40\",\"fd00::1:2\"],\"macs\":["
	"\"aa:bb:cc:dd:ee:ff\"],"
	"\"aliases\":[\"mfp 2\",\"office-printer\"]},"
	"{\"hostname\":\"example.org\",\"ips\":[\"10.20.30.4\"]},{\"hostname\":\"mail.example."
	"org\"},"
	"{\"hostname\":\"cafe\"},{\"hostname\":\"dead\"},{\"hostname\":\"webserver-prod01\"},{"
	"\"hostname\":\"rtr1\"},"
	"{\"hostname\":\"plant\"},{\"hostname\":\"host-01\"},{\"hostname\":\"backup\",\"ips\":["
	"\"10.20.30.41\"]},"
	"{\"hostname\":\"m\xc3\xbcller\"},{\"hostname\":\"app-prod-eu-11\"}]";

static void identities_match_in_every_form_and_nothing_beside_them(void **state _unused_)
{
	static const struct world_case cases[] = {
		{"fd00::1:2_x.tar", "fw-east.corp.example"},
		{"fd00--1-2.tar", "fw-east.corp.example"},
		{"fd00_0_0_0_0_0_1_2.tar", "fw-east.corp.example"},
		{"fd00::1:2:3.tar", NULL},
		{"fd00::1.tar", NULL},
		{"fd00:0000:0000:0000:0000:0000:0001:0002.tar", "fw-east.corp.example"},
		{"aabbccddeeff.cfg", "fw-east.corp.example"},
		{"AA-BB-CC-DD-EE-FF.cfg", "fw-east.corp.example"},
		{"aabb.ccdd.eeff.cfg", "fw-east.corp.example"},
		{"aa-bb-cc-dd-ee-ff-00.cfg", NULL},
		{"00-aa-bb-cc-dd-ee-ff.cfg", NULL},
		{"9b9cfbc4-369e-11e9-a17c-aabbccddeeff.vhd", NULL},
		{"MFP 2/scan.pdf", "fw-east.corp.example"},
		{"mfp2.pdf", NULL},
		{"office-printer.pdf", "fw-east.corp.example"},
		{"office_printer.pdf", NULL},
		{"10_20_30_40.cfg", "fw-east.corp.example"},
		{"ip-10-20-30-40_x.tar", "fw-east.corp.example"},
		{"10.20.30.40.5.tar", NULL},
		{"5.10.20.30.40.tar", NULL},
		{"v5.10.20.30.40.tar", NULL},
		{"2024-10-20-30-40.tar", NULL},
		{"10.20.30.040.tar", NULL},
		{"10.20-30.40.tar", NULL},
		{"10.20.30.40.20240131.tar", "fw-east.corp.example"},
		{"2024-01-31_10.20.30.40.tar", "fw-east.corp.example"},
		{"10.20.30.41-backup.tar", "backup"},
		{"backup-2024.tar", NULL},
		{"www.example.org.tar", NULL},
		{"example.org.tar", "example.org"},
		{"config.example.org.xml", "example.org"},
		{"example.org.au.tar", NULL},
		{"x.mail.example.org.tar", NULL},
		{"mail.example.org.tar.gz", "mail.example.org"},
		{"mail.example.net-2024.tgz", NULL},
		{"mail.tar.gz", "mail.example.org"},
		{"fw-east.corp.test-2024.tgz", NULL},
		{"fw-east.conf", "fw-east.corp.example"},
		{"0abcde12-dead-4000-8000-1234567890ab.vhd", NULL},
		{"dead-4000.vhd", "dead"},
		{"decafe.tar", NULL},
		{"WEBSERVER-PROD0.vhd", "webserver-prod01"},
		{"webserver-prod0.vhd", NULL},
		{"webserver-prod.vhd", NULL},
		{"rtr1-confg", "rtr1"},
		{"rtr1confg", NULL},
		{"rtr1@debian.tar", "rtr1"},
		{"sn_rtr1.tar", "rtr1"},
		{"CBB_RTR1/x", "rtr1"},
		{"rtr1_1.hbk/x", "rtr1"},
		{"RTR1$PROD.bak", "rtr1"},
		{"rtr1D2019-05-04T224145.vbk", "rtr1"},
		{"rtr1d2019-05-04t224145.vbk", NULL},
		{"rtr1D.vbk", NULL},
		{"vc9.plant.example-2024.tar", NULL},
		{"plant.tar", "plant"},
		{"host-01_x.tar", "host-01"},
		{"host-01-2024-01-31.tar", "host-01"},
		{"m\xc3\xbcller.tar", "m\xc3\xbcller"},
		{"m.tar", NULL},
		{"rtr1\xc3\xbc.tar", NULL},
		{"app-prod-eu-1.tar", NULL},
		{"app-prod-eu.tar", NULL},
		{"prod-eu-11.tar", NULL},
		{"app-prod-eu-11-x.tar", "app-prod-eu-11"},
	};
	struct world w;
	world_begin(&w, wide_world, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

static void number_beside_a_known_one_is_another_server(void **state _unused_)
{
	static const char text[] =
		"[{\"hostname\":\"zeus\"},{\"hostname\":\"zeus-prod-11\"},{\"hostname\":\"hera\"}]";
	static const struct world_case cases[] = {
		{"zeus-prod-11.tar", "zeus-prod-11"},
		{"zeus-prod-12.tar", NULL},
		{"zeus-prod-2024-01-31.tar", "zeus"},
		{"zeus-prod-20240131.tar", "zeus"},
		{"zeus-12.tar", "zeus"},
		{"hera-12.tar", "hera"},
		{"zeus-prod.tar", "zeus"},
		{"zeus/zeus-prod-12.tar", "zeus"},
		{"zeus-prod_12.tar", "zeus"},
	};
	struct world w;
	world_begin(&w, text, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

static void ties_belong_to_nobody_unless_settled(void **state _unused_)
{
	static const char text[] = "[{\"hostname\":\"mx.example.org\",\"ips\":[\"10.0.0.1\"]},{"
				   "\"hostname\":\"mx.example.com\"},"
				   "{\"hostname\":\"twin.example.org\",\"ips\":[\"10.0.0.8\"]},{"
				   "\"hostname\":\"TWIN.example.org\",\"ips\":[\"10.0.0.9\"]},"
				   "{\"hostname\":\"venus.example.org\"},{\"hostname\":\"venus\","
				   "\"by_hand\":true},{\"hostname\":\"mars\"}]";
	static const struct world_case cases[] = {
		{"mx.tar", NULL},
		{"mx.example.org.tar", "mx.example.org"},
		{"mx_10.0.0.1.tar", "mx.example.org"},
		{"mx.example.com/mx.tar", "mx.example.com"},
		{"mars/mx.tar", NULL},
		{"twin.tar", "twin.example.org"},
		{"twin_10.0.0.9.tar", "TWIN.example.org"},
		{"venus.tar", "venus"},
		{"mars-venus.tar", NULL},
		{"mars/venus.tar", "venus"},
		{"venus/mars.tar", "mars"},
	};
	struct world w;
	size_t ties;
	world_begin(&w, text, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	assert_int_equal(world_judge(w.matcher, "mx.tar", 1, 1, &ties).reason, VERDICT_AMBIGUOUS);
	assert_int_equal(ties, 2);
	assert_int_equal(
		world_judge(w.matcher, "mars-venus.tar", 1, 1, &ties).reason, VERDICT_AMBIGUOUS);
	assert_int_equal(ties, 2);
	assert_int_equal(world_judge(w.matcher, "twin.tar", 1, 1, &ties).server, 3);
	assert_int_equal(ties, 0);
	world_end(&w);
}

static void rules_and_mappings_come_before_names(void **state _unused_)
{
	struct rule rules[] = {
		{.path = (char *)(uintptr_t) "skip/*", .ignore = true},
		{.path = (char *)(uintptr_t) "dump/vzdump-*-108-*",
			.server = (char *)(uintptr_t) "WEB01"},
		{.regex = (char *)(uintptr_t) "^job/(?<host>[^/]+)/(?<date>\\d{2}-\\d{2}-\\d{4})",
			.server = NULL},
		{.regex = (char *)(uintptr_t) "^(a+)+$", .server = (char *)(uintptr_t) "web01"},
		{.path = (char *)(uintptr_t) "gone/*", .server = (char *)(uintptr_t) "not-there"},
	};
	struct config cfg = {.rules = {rules, ARRAY_SIZE(rules)}};
	static const struct world_case cases[] = {
		{"skip/web01.tar", NULL},
		{"dump/vzdump-qemu-108-2024.vma", "web01"},
		{"dump/vzdump-qemu-1080.vma", NULL},
		{"job/nas/31-01-2024/x", "nas"},
		{"job/nas01/31-01-2024/web01", NULL},
		{"gone/web01.tar", NULL},
		{"docker0/web01.tar", "web01"},
		{"aaaa", "web01"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaX",
			NULL},
	};
	struct world w;
	world_begin(&w, bug_world, &cfg);
	world_check(&w, cases, ARRAY_SIZE(cases));
	assert_int_equal(
		world_judge(w.matcher, "skip/web01.tar", 1, 1, NULL).reason, VERDICT_IGNORED);
	struct verdict v = world_judge(w.matcher, "job/nas/31-01-2024/x", 1, 1, NULL);
	assert_int_equal(v.backup_time, iso("2024-01-31"));
	assert_int_equal(v.time_source, TIME_FROM_DIRECTORY);
	world_end(&w);

	struct directory directory = {.path = (char *)(uintptr_t)WORLD_ROOT,
		.server = (char *)(uintptr_t) "nas",
		.date_order = DATE_ORDER_MONTH_FIRST};
	struct config mapped = {.directories_to_scan = {&directory, 1}};
	world_begin(&w, bug_world, &mapped);
	assert_string_equal(world_server(&w, "docker0/web01.tar"), "nas");
	v = world_judge(w.matcher, "x-02-03-2024.zip", 1, 1, NULL);
	assert_int_equal(v.backup_time, iso("2024-02-03"));
	world_end(&w);
}

static void regex_that_does_not_compile_is_named(void **state _unused_)
{
	struct rule rules[] = {
		{.path = (char *)(uintptr_t) "*"}, {.regex = (char *)(uintptr_t) "("}};
	struct config cfg = {.rules = {rules, ARRAY_SIZE(rules)}};
	struct matcher *m = NULL;
	struct err err = {0};
	assert_int_equal(matcher_new(NULL, 0, &cfg, WORLD_NOW, &m, &err), -22);
	assert_string_equal(err.field, "rules[1].regex");
	assert_null(m);
}

static void extra_generic_words_are_generic(void **state _unused_)
{
	char *words[] = {(char *)(uintptr_t) "Web01"};
	struct config cfg = {.generic_names = {words, 1}};
	static const struct world_case cases[] = {
		{"web01.tar", NULL}, {"web01_10.5.0.101.tar", "web01"}};
	struct world w;
	world_begin(&w, bug_world, &cfg);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

/* A repeatable source of small numbers. */
static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*seed >> 33) % below);
}

static void vector_and_scalar_layout_are_the_same(void **state _unused_)
{
	static struct text a, b;
	uint64_t seed = 7;
	for (size_t i = 0; i < 20000; i++) {
		char name[TEXT_MAX + 2];
		size_t len = draw(&seed, i % 50 == 0 ? TEXT_MAX + 2 : 130);
		for (size_t k = 0; k < len; k++) {
			name[k] = (char)draw(&seed, 256);
		}
		assert_int_equal(text_set(&a, name, len), len <= TEXT_MAX);
		assert_int_equal(text_set_scalar(&b, name, len), len <= TEXT_MAX);
		assert_int_equal(a.len, b.len);
		size_t words = a.len / 64 + 2;
		assert_memory_equal(a.s, b.s, a.len + 8);
		assert_memory_equal(a.token, b.token, words * sizeof(a.token[0]));
		assert_memory_equal(a.digit, b.digit, words * sizeof(a.digit[0]));
	}
}

static void name_the_fifth(void *arg, int64_t server, char *out, size_t size)
{
	if (server == 5) {
		snprintf(out, size, "%s", (const char *)arg);
	}
}

static void explanation_tells_the_decision(void **state _unused_)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{"/root/web01/2024-01-31/dump.sql", "The directory \\\"web01\\\" contains "
						    "\\\"web01\\\", the host name of five."},
		{"/root/nas.tar", "but it is a generic word; only a rule can use it."},
		{"/root/web01.tar.md5", "It does not count as a backup: it is a checksum"},
		{"/root/nothing.tar", "Nothing names a server."},
		{"/root/web01-20990101.tar", "which lies in the future"},
		{"/root/x/\xff\x01.tar", "contains no identity of a server"},
		{"/root/docker0/x.tar", "the host name of server "}, /* without a name: by its id */
		{"/root/x.tar", "modification time would decide."},
		{"/root", "Nothing names a server."},
		{"/", "Nothing names a server."},
		{"", "Nothing names a server."},
	};
	char five[] = "five";
	const struct match_names names = {name_the_fifth, five};
	struct world w;
	world_begin(&w, bug_world, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf out = BUF_INIT;
		struct jsonw json = JSONW(&out);
		struct err err;
		_json_ cJSON *parsed = NULL;
		matcher_explain(w.matcher, cases[i].path, strlen(cases[i].path), WORLD_ROOT_LEN, 0,
			-1, &names, &json);
		if (strstr(buf_cstr(&out), cases[i].says) == NULL) {
			fail_msg("%s: %s", cases[i].path, buf_cstr(&out));
		}
		assert_int_equal(json_parse(out.data, out.len, &parsed, &err), 0);
		assert_non_null(json_get(parsed, "candidates"));
	}
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_prefix_and_name_suffix_own_nothing),
		cmocka_unit_test(short_name_of_a_reverse_dns_name_owns_its_file),
		cmocka_unit_test(verdict_carries_the_time_that_decides),
		cmocka_unit_test(directories_are_matched),
		cmocka_unit_test(empty_partial_and_sidecar_files_do_not_count),
		cmocka_unit_test(identities_match_in_every_form_and_nothing_beside_them),
		cmocka_unit_test(number_beside_a_known_one_is_another_server),
		cmocka_unit_test(ties_belong_to_nobody_unless_settled),
		cmocka_unit_test(rules_and_mappings_come_before_names),
		cmocka_unit_test(regex_that_does_not_compile_is_named),
		cmocka_unit_test(extra_generic_words_are_generic),
		cmocka_unit_test(vector_and_scalar_layout_are_the_same),
		cmocka_unit_test(explanation_tells_the_decision),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
