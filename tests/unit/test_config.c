// needs: common
/* test_config.c - config.json: read strictly, judged against the limits, written atomically. */
#include "common/config.h"
#include "common/json.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

#define TWO_KEYS          "\"directories_to_scan\":[\"/var/backups\"],\"subnets_to_scan\":[\"10.1.0.0/24\"]"
#define WITH(more)        "{" TWO_KEYS "," more "}"
#define DIRECTORIES(list) "{\"directories_to_scan\":[" list "],\"subnets_to_scan\":[]}"
#define SUBNETS(list)     "{\"directories_to_scan\":[],\"subnets_to_scan\":[" list "]}"

static char directory[64], path[96];

static int setup(void **state _unused_)
{
	snprintf(directory, sizeof(directory), "/tmp/test-config-XXXXXX");
	if (mkdtemp(directory) == NULL) {
		return -1;
	}
	snprintf(path, sizeof(path), "%s/config.json", directory);
	return 0;
}

static int teardown(void **state _unused_)
{
	unlink(path);
	return rmdir(directory); /* fails if a temporary file was left behind */
}

static int decode_text(const char *text, bool with_limits, struct config *ret, struct err *err)
{
	_json_ cJSON *json = NULL;

	if (json_parse(text, strlen(text), &json, err) < 0) {
		fail_msg("%s: %s", text, err->message);
	}
	return config_decode(json, with_limits, ret, err);
}

/* Decodes and judges; the config is the caller's only on success. */
static int judge(const char *text, struct config *ret, struct err *err)
{
	struct config c = {0};
	int r = decode_text(text, true, &c, err);

	if (r < 0) {
		return r;
	}
	r = config_check(&c, err);
	if (r < 0) {
		config_done(&c);
		return r;
	}
	*ret = c;
	return 0;
}

static struct config good(const char *text)
{
	struct config c = {0};
	struct err err = {0};

	if (judge(text, &c, &err) < 0) {
		fail_msg("%s: %s: %s", text, err.field, err.message);
	}
	return c;
}

static void write_file(const char *text, size_t size)
{
	_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), (ssize_t)size);
}

/* The file's content; free it. */
static char *read_file(void)
{
	_fclose_ FILE *f = fopen(path, "re");
	char *text = calloc(1, 8192);

	assert_non_null(f);
	assert_non_null(text);
	assert_in_range(fread(text, 1, 8191, f), 1, 8190);
	return text;
}

static char *encoded(const struct config *c)
{
	struct buf b = BUF_INIT;
	struct jsonw w = JSONW(&b);
	char *text;

	config_encode(c, &w);
	text = buf_steal(&b);
	assert_non_null(text);
	return text;
}

static void two_keys_are_enough_and_the_rest_has_its_default(void **state _unused_)
{
	struct config c = good("{" TWO_KEYS "}");

	assert_int_equal(c.directories_to_scan.n, 1);
	assert_string_equal(c.directories_to_scan.v[0].path, "/var/backups");
	assert_false(c.directories_to_scan.v[0].one_file_system);
	assert_string_equal(c.network_scan.ports, "top:100");
	assert_int_equal(c.network_scan.max_rate, 1000);
	assert_int_equal(c.network_scan.host_timeout, 300);
	assert_int_equal(c.network_scan.scan_timeout, 6 * 3600);
	assert_string_equal(c.schedule.directories, "@every 1h");
	assert_string_equal(c.schedule.servers, "@every 6h");
	assert_string_equal(c.schedule.timezone, "");
	assert_int_equal(c.status.green_within, INT64_C(365) * 86400);
	assert_int_equal(c.status.red_after, 0);
	assert_int_equal(c.limits.smallest_prefix_v4, 16);
	assert_int_equal(c.limits.smallest_prefix_v6, 112);
	assert_int_equal(c.limits.max_rate, 10000);
	assert_int_equal(c.limits.directories_within.n, 1);
	assert_int_equal(c.limits.directories_never.n, 4);
	assert_int_equal(c.limits.subnets_within.n, 9);
	config_done(&c);
}

static void a_full_configuration_is_accepted(void **state _unused_)
{
	struct config c = good(
		"{\"directories_to_scan\":[\"/srv\",{\"path\":\"/srv/nas/"
		"\",\"exclude\":[\"*.tmp\",\"a/*\"],"
		"\"one_file_system\":true,\"server\":\"web01\",\"date_order\":\"day_first\","
		"\"timezone\":\"America/New_York\"}],"
		"\"subnets_to_scan\":[\"10.1.0.0/24\",\"fd00::/"
		"120\",\"127.0.0.1\",\"nas.example\"],"
		"\"exclude_addresses\":[\"10.1.0.1\",\"10.1.0.128/25\"],"
		"\"network_scan\":{\"ports\":\"22,80-90\",\"detect_os\":true,\"max_rate\":10000,"
		"\"host_timeout\":\"90s\",\"scan_timeout\":\"1d\"},"
		"\"schedule\":{\"directories\":\"0 3 * * "
		"*\",\"servers\":\"off\",\"timezone\":\"Europe/Berlin\"},"
		"\"status\":{\"green_within\":\"36h\",\"red_after\":\"2w\"},"
		"\"policies\":[{\"name\":\"db\",\"servers\":[\"db*\"],\"subnets\":[\"10.1.0.0/"
		"28\"],"
		"\"green_within\":\"1d\",\"red_after\":\"2d\",\"copies\":3}],"
		"\"rules\":[{\"path\":\"dump/vzdump-*-108-*\",\"server\":\"web01\"},"
		"{\"regex\":\"^(?<host>[a-z]+)_(?<date>[0-9]+)\"},{\"path\":\"*.old\",\"ignore\":"
		"true}],"
		"\"generic_names\":[\"storage\"]}");

	assert_string_equal(c.directories_to_scan.v[1].path, "/srv/nas");
	assert_int_equal(c.directories_to_scan.v[1].date_order, DATE_ORDER_DAY_FIRST);
	assert_null(c.directories_to_scan.v[0].timezone);
	assert_string_equal(c.directories_to_scan.v[1].timezone, "America/New_York");
	assert_int_equal(c.status.red_after, 14 * 86400);
	config_done(&c);
}

static void every_fault_is_named_by_its_field_with_a_sentence(void **state _unused_)
{
	static const struct {
		const char *text, *field, *sentence;
		enum err_code code;
	} cases[] = {
		{"{\"subnets_to_scan\":[]}", "directories_to_scan", "", ERR_MISSING_KEY},
		{WITH("\"schedul\":{}"), "schedul", "schedule", ERR_UNKNOWN_KEY},
		{DIRECTORIES("\"/ok\",\"relative\""), "directories_to_scan[1].path",
			"no absolute path", ERR_INVALID_VALUE},
		{DIRECTORIES("\"/a/../etc\""), "directories_to_scan[0].path", "\"..\"",
			ERR_INVALID_VALUE},
		{DIRECTORIES("\"/a/./b\""), "directories_to_scan[0].path", "\".\"",
			ERR_INVALID_VALUE},
		{DIRECTORIES("\"/proc/1\""), "directories_to_scan[0].path", "lies in /proc",
			ERR_OUTSIDE_LIMITS},
		{DIRECTORIES("\"//sys//\""), "directories_to_scan[0].path", "lies in /sys",
			ERR_OUTSIDE_LIMITS},
		{DIRECTORIES("\"/a\",\"/b\",\"/a//\""), "directories_to_scan[2].path",
			"listed twice", ERR_INVALID_VALUE},
		{DIRECTORIES("{\"path\":\"/"
			     "a\",\"exclude\":[\"x\",\"*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a\"]}"),
			"directories_to_scan[0].exclude[1]", "at most 16 stars", ERR_INVALID_VALUE},
		{DIRECTORIES("{\"path\":\"/a\",\"timezone\":\"Europe/Atlantis\"}"),
			"directories_to_scan[0].timezone", "no time zone", ERR_INVALID_VALUE},
		{DIRECTORIES("{\"path\":\"/a\",\"timezone\":\"../UTC\"}"),
			"directories_to_scan[0].timezone", "no time zone", ERR_INVALID_VALUE},
		{SUBNETS("\"10.0.0.0/24\",\"10.0.0.0/33\""), "subnets_to_scan[1]",
			"between 0 and 32", ERR_INVALID_VALUE},
		{SUBNETS("\"10.0.0.5/24\""), "subnets_to_scan[0]", "10.0.0.0/24",
			ERR_INVALID_VALUE},
		{SUBNETS("\"--script=x\""), "subnets_to_scan[0]", "is neither an address",
			ERR_INVALID_VALUE},
		{SUBNETS("\"0.0.0.0/0\""), "subnets_to_scan[0]", "too large", ERR_OUTSIDE_LIMITS},
		{SUBNETS("\"10.0.0.0/15\""), "subnets_to_scan[0]", "allows /16",
			ERR_OUTSIDE_LIMITS},
		{SUBNETS("\"fd00::/111\""), "subnets_to_scan[0]", "allows /112",
			ERR_OUTSIDE_LIMITS},
		{SUBNETS("\"8.8.8.8\""), "subnets_to_scan[0]", "outside of the networks",
			ERR_OUTSIDE_LIMITS},
		{SUBNETS("\"2001:db8::1\""), "subnets_to_scan[0]", "outside of the networks",
			ERR_OUTSIDE_LIMITS},
		{SUBNETS("\"10.0.0.0/16\",\"10.1.0.0/16\",\"10.2.0.0/16\",\"10.3.0.0/"
			 "16\",\"10.4.0.0/16\",\"10.5.0.0/16\","
			 "\"10.6.0.0/16\",\"10.7.0.0/16\",\"10.8.0.0/16\",\"10.9.0.0/"
			 "16\",\"10.10.0.0/16\",\"10.11.0.0/16\","
			 "\"10.12.0.0/16\",\"10.13.0.0/16\",\"10.14.0.0/16\",\"10.15.0.0/"
			 "16\",\"10.16.0.0\""),
			"subnets_to_scan", "1048577 addresses", ERR_TOO_LARGE},
		{WITH("\"exclude_addresses\":[\"web01\"]"), "exclude_addresses[0]", "neither",
			ERR_INVALID_VALUE},
		{WITH("\"network_scan\":{\"ports\":\"0\"}"), "network_scan.ports",
			"no list of ports", ERR_INVALID_VALUE},
		{WITH("\"network_scan\":{\"max_rate\":10001}"), "network_scan.max_rate", "10000",
			ERR_OUTSIDE_LIMITS},
		{WITH("\"network_scan\":{\"max_rate\":0}"), "network_scan.max_rate",
			"leave the rate", ERR_OUTSIDE_LIMITS},
		{WITH("\"schedule\":{\"directories\":\"0 25 * * *\"}"), "schedule.directories",
			"hour 25 is not between 0 and 23", ERR_INVALID_VALUE},
		{WITH("\"schedule\":{\"servers\":\"@often\"}"), "schedule.servers", "@often",
			ERR_INVALID_VALUE},
		{WITH("\"schedule\":{\"timezone\":\"Europe/Atlantis\"}"), "schedule.timezone",
			"no time zone", ERR_INVALID_VALUE},
		{WITH("\"status\":{\"green_within\":\"2d\",\"red_after\":\"2d\"}"),
			"status.red_after", "longer than", ERR_INVALID_VALUE},
		{WITH("\"policies\":[{\"name\":\"a\"},{\"name\":\"b\",\"red_after\":\"1d\"}]"),
			"policies[1].red_after", "longer than", ERR_INVALID_VALUE},
		{WITH("\"policies\":[{\"name\":\"a\"},{\"name\":\"a\"}]"), "policies[1].name",
			"another policy", ERR_INVALID_VALUE},
		{WITH("\"policies\":[{\"name\":\"a\",\"subnets\":[\"x y\"]}]"),
			"policies[0].subnets[0]", "neither", ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"path\":\"a\",\"regex\":\"b\",\"server\":\"s\"}]"), "rules[0]",
			"either a path or a regex", ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"server\":\"s\"}]"), "rules[0]", "either a path or a regex",
			ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"path\":\"a\"}]"), "rules[0]", "needs a server",
			ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"regex\":\"(?<hosts>a)\"}]"), "rules[0]", "needs a server",
			ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"path\":\"a\",\"server\":\"s\",\"ignore\":true}]"), "rules[0]",
			"either ignores", ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"regex\":\"a(b\",\"server\":\"s\"}]"), "rules[0].regex",
			"missing closing parenthesis", ERR_INVALID_VALUE},
		{WITH("\"rules\":[{\"regex\":\"(*UTF)a\",\"server\":\"s\"}]"), "rules[0].regex",
			"UTF", ERR_INVALID_VALUE},
		{WITH("\"limits\":{\"directories_within\":[\"srv\"]}"),
			"limits.directories_within[0]", "no absolute path", ERR_INVALID_VALUE},
		{WITH("\"limits\":{\"subnets_within\":[\"10.0.0.0/40\"]}"),
			"limits.subnets_within[0]", "not 40", ERR_INVALID_VALUE},
		{WITH("\"limits\":{\"directories_within\":[\"/srv\"]}"),
			"directories_to_scan[0].path",
			"outside of what limits.directories_within allows", ERR_OUTSIDE_LIMITS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct config c;
		struct err err = {0};

		assert_true(judge(cases[i].text, &c, &err) < 0);
		if (strcmp(err.field, cases[i].field) != 0 ||
			strstr(err.message, cases[i].sentence) == NULL ||
			err.code != cases[i].code) {
			fail_msg("%s: %d %s: %s", cases[i].text, err.code, err.field, err.message);
		}
		assert_true(judge(cases[i].text, &c, NULL) < 0);
	}
}

static void what_only_looks_wrong_is_accepted(void **state _unused_)
{
	static const char *const cases[] = {
		DIRECTORIES("\"/\""), /* the walker skips what limits.directories_never names */
		DIRECTORIES("\"/process\""),
		DIRECTORIES("\"/srv\",\"/srv/nas\""),
		DIRECTORIES("\"/does/not/exist/yet\""),
		DIRECTORIES("\"/srv/..data\",\"/srv/...\""),
		SUBNETS("\"10.0.0.0/16\""),
		SUBNETS("\"any.host.name\""),
		WITH("\"limits\":{\"max_rate\":0},\"network_scan\":{\"max_rate\":0}"),
		WITH("\"limits\":{\"smallest_prefix_v4\":8,\"subnets_within\":[\"0.0.0.0/0\"]}"),
		WITH("\"rules\":[{\"regex\":\"a\",\"ignore\":true}]"),
		"{\"directories_to_scan\":[],\"subnets_to_scan\":[]}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct config c = good(cases[i]);

		config_done(&c);
	}
}

static void limits_never_come_from_a_message(void **state _unused_)
{
	struct config c = {0};
	struct err err = {0};

	assert_int_equal(decode_text(WITH("\"limits\":{}"), false, &c, &err), -EPERM);
	assert_int_equal(err.code, ERR_FORBIDDEN);
	assert_string_equal(err.field, "limits");
	assert_int_equal(decode_text("{" TWO_KEYS "}", false, &c, &err), 0);
	assert_int_equal(c.limits.smallest_prefix_v4, 16);
	config_done(&c);
}

static void port_lists_are_checked_number_by_number(void **state _unused_)
{
	static const struct {
		const char *ports;
		int result;
	} cases[] = {
		{"22", 0},
		{"1-65535", 0},
		{"22,80,443,8000-8100", 0},
		{"top:1", 0},
		{"top:65535", 0},
		{"", -EINVAL},
		{",", -EINVAL},
		{"22,", -EINVAL},
		{"0-5", -EINVAL},
		{"5-", -EINVAL},
		{"-5", -EINVAL},
		{"90-80", -EINVAL},
		{"65536", -EINVAL},
		{"99999999999999999999", -EINVAL},
		{"022", -EINVAL},
		{"22 ,80", -EINVAL},
		{"T:22", -EINVAL},
		{"22;reboot", -EINVAL},
		{"1-2-3", -EINVAL},
		{"top:0", -EINVAL},
		{"top:65536", -EINVAL},
		{"top:", -EINVAL},
		{"top:5,22", -EINVAL},
	};
	char long_list[1200];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = {0};

		assert_int_equal(ports_check(cases[i].ports, &err), cases[i].result);
		assert_true(cases[i].result == 0 || err.message[0] != '\0');
	}
	memset(long_list, '1', sizeof(long_list));
	for (size_t i = 1; i < sizeof(long_list); i += 2) {
		long_list[i] = ',';
	}
	long_list[sizeof(long_list) - 1] = '\0';
	assert_int_equal(ports_check(long_list, NULL), -EINVAL);
}

static void paths_are_made_canonical_and_compared_by_components(void **state _unused_)
{
	static const struct {
		const char *raw, *canonical;
	} paths[] = {{"/", "/"}, {"///", "/"}, {"/a", "/a"}, {"//a///b//", "/a/b"},
		{"/a/b/", "/a/b"}, {"/..a/.b", "/..a/.b"}};
	static const struct {
		const char *path, *dir;
		bool within;
	} relations[] = {{"/a", "/a", true}, {"/a/b", "/a", true}, {"/ab", "/a", false},
		{"/a", "/a/b", false}, {"/a", "/", true}, {"/", "/", true}, {"/", "/a", false}};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char text[32];

		snprintf(text, sizeof(text), "%s", paths[i].raw);
		assert_int_equal(path_canonical(text, NULL), 0);
		assert_string_equal(text, paths[i].canonical);
	}
	for (size_t i = 0; i < ARRAY_SIZE(relations); i++) {
		assert_int_equal(
			path_is_within(relations[i].path, relations[i].dir), relations[i].within);
	}
}

static void unreadable_files_are_explained(void **state _unused_)
{
	static const struct {
		const char *content;
		enum err_code code;
		const char *sentence;
	} cases[] = {
		{"", ERR_INVALID_JSON, "is empty"},
		{"{\"directories_to_scan\":[\"/a\"],\n\"subnets_", ERR_INVALID_JSON, "line 2"},
		{"[]", ERR_INVALID_TYPE, ""},
		{"{\"directories_to_scan\":[],\"subnets_to_scan\":[]} x", ERR_INVALID_JSON,
			"line 1"},
	};
	struct config c;
	struct err err = {0};
	_free_ char *large = calloc(1, CONFIG_FILE_MAX + 2);

	assert_int_equal(config_load(path, &c, &err), -ENOENT);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.message, path));
	assert_true(config_load(directory, &c, &err) < 0);
	assert_non_null(strstr(err.message, "no regular file"));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		write_file(cases[i].content, strlen(cases[i].content));
		assert_true(config_load(path, &c, &err) < 0);
		assert_int_equal(err.code, cases[i].code);
		assert_non_null(strstr(err.message, cases[i].sentence));
	}
	assert_non_null(large);
	memset(large, ' ', CONFIG_FILE_MAX + 1);
	write_file(large, CONFIG_FILE_MAX + 1);
	assert_true(config_load(path, &c, &err) < 0);
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

static void the_example_in_the_source_tree_is_valid(void **state _unused_)
{
	struct config c;
	struct err err = {0};

	if (config_load("config.json", &c, &err) < 0) {
		fail_msg("%s: %s", err.field, err.message);
	}
	assert_string_equal(c.directories_to_scan.v[0].path, "/var/backups");
	assert_string_equal(c.subnets_to_scan.v[0], "127.0.0.1");
	config_done(&c);
}

static void encoding_shows_the_two_lists_and_only_what_differs_from_defaults(void **state _unused_)
{
	struct config c = good("{\"directories_to_scan\":[],\"subnets_to_scan\":[],\"status\":{"
			       "\"green_within\":\"365d\"}}");
	_free_ char *text = encoded(&c);

	assert_string_equal(text, "{\"directories_to_scan\":[],\"subnets_to_scan\":[]}");
	config_done(&c);
}

static void a_saved_file_reads_like_a_person_wrote_it_and_loads_as_the_same(void **state _unused_)
{
	static const char text[] =
		"{\n\t\"directories_to_scan\": [\n\t\t\"/srv\",\n\t\t{\n\t\t\t\"path\": "
		"\"/nas\",\n\t\t\t\"exclude\": "
		"[\"*.tmp\", \"a, [b]\"]\n\t\t}\n\t],\n\t\"subnets_to_scan\": "
		"[\"10.1.0.0/24\"],\n\t\"status\": {\n\t\t"
		"\"green_within\": \"36h\",\n\t\t\"red_after\": \"30d\"\n\t},\n\t\"rules\": "
		"[\n\t\t{\n\t\t\t\"regex\": "
		"\"^(?<host>[a-z]+)\\\\\\\\u003c\\\"&{x}\"\n\t\t}\n\t]\n}\n";
	char revision[CONFIG_REVISION_SIZE], again[CONFIG_REVISION_SIZE];
	struct config c = good(text), loaded;
	struct err err = {0};
	_free_ char *written = NULL;

	assert_int_equal(config_save(&c, path, &err), 0);
	written = read_file();
	assert_string_equal(written, text);
	assert_int_equal(config_load(path, &loaded, &err), 0);
	config_revision(&c, revision);
	config_revision(&loaded, again);
	assert_string_equal(revision, again);
	config_done(&c);
	config_done(&loaded);
}

static void saving_keeps_mode_owner_and_symbolic_links(void **state _unused_)
{
	struct config c = good("{" TWO_KEYS "}");
	struct err err = {0};
	char link[128];
	struct stat st;

	assert_int_equal(config_save(&c, path, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(chmod(path, 0604), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 12, 34), 0);
	}
	snprintf(link, sizeof(link), "%s/link", directory);
	assert_int_equal(symlink("config.json", link), 0);
	assert_int_equal(config_save(&c, link, &err), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	if (geteuid() == 0) {
		assert_int_equal(st.st_uid, 12);
		assert_int_equal(st.st_gid, 34);
	}
	unlink(link);
	config_done(&c);
}

static void what_an_interrupted_change_left_behind_goes_at_the_next_one(void **state _unused_)
{
	struct config c = good("{" TWO_KEYS "}");
	struct err err = {0};
	char stale[128];

	snprintf(stale, sizeof(stale), "%s.new", path);
	assert_int_equal(symlink("/dev/full", stale), 0);
	assert_int_equal(config_save(&c, path, &err), 0);
	assert_int_equal(access(stale, F_OK), -1);
	config_done(&c);
}

static void a_file_that_cannot_be_replaced_is_reported_and_stays(void **state _unused_)
{
	struct config c = good("{" TWO_KEYS "}");
	struct err err = {0};

	/* no user, not even root, can create files here */
	assert_true(config_save(&c, "/proc/self/config.json", &err) < 0);
	assert_true(err.code == ERR_READ_ONLY || err.code == ERR_UNAVAILABLE);
	assert_non_null(strstr(err.message, "/proc/self/config.json"));
	/* a directory in its place: rename fails, nothing is left behind (teardown checks that) */
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(config_save(&c, path, &err) < 0);
	assert_int_equal(rmdir(path), 0);
	config_done(&c);
}

static void revisions_differ_when_settings_differ_and_only_then(void **state _unused_)
{
	static const char *const texts[] = {
		"{" TWO_KEYS "}",
		WITH("\"status\":{\"green_within\":\"365d\"}"), /* the default, said aloud */
		WITH("\"status\":{\"green_within\":\"364d\"}"),
		WITH("\"limits\":{\"max_rate\":9999}"),
	};
	char revisions[ARRAY_SIZE(texts)][CONFIG_REVISION_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct config c = good(texts[i]), copy;

		config_revision(&c, revisions[i]);
		assert_int_equal(
			strspn(revisions[i], "0123456789abcdef"), CONFIG_REVISION_SIZE - 1);
		assert_int_equal(config_copy(&c, &copy), 0);
		config_done(&c);
		config_done(&copy);
	}
	assert_string_equal(revisions[0], revisions[1]);
	assert_string_not_equal(revisions[0], revisions[2]);
	assert_string_not_equal(revisions[0], revisions[3]);
	assert_string_not_equal(revisions[2], revisions[3]);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(two_keys_are_enough_and_the_rest_has_its_default),
		CASE(a_full_configuration_is_accepted),
		CASE(every_fault_is_named_by_its_field_with_a_sentence),
		CASE(what_only_looks_wrong_is_accepted),
		CASE(limits_never_come_from_a_message),
		CASE(port_lists_are_checked_number_by_number),
		CASE(paths_are_made_canonical_and_compared_by_components),
		CASE(unreadable_files_are_explained),
		CASE(the_example_in_the_source_tree_is_valid),
		CASE(encoding_shows_the_two_lists_and_only_what_differs_from_defaults),
		CASE(a_saved_file_reads_like_a_person_wrote_it_and_loads_as_the_same),
		CASE(saving_keeps_mode_owner_and_symbolic_links),
		CASE(what_an_interrupted_change_left_behind_goes_at_the_next_one),
		CASE(a_file_that_cannot_be_replaced_is_reported_and_stays),
		CASE(revisions_differ_when_settings_differ_and_only_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
