// needs: scannerd/match proto common
/* test_zones.c - by whose clocks a time in a name is read: the directory's zone, the schedule's,
 * the machine's. */
#include "match_world.h"

#include "scannerd/match/zones.h"

static char *text(const char *s)
{
	return (char *)(uintptr_t)s;
}

static int64_t utc(int y, int mo, int d, int h, int mi)
{
	int64_t t;
	assert_int_equal(time_from_civil(y, mo, d, h, mi, 0, &t), 0);
	return t;
}

static int64_t stated(const struct matcher *m, const char *root, const char *dir, const char *name)
{
	char path[256];
	struct match_dir d;
	struct verdict v;
	int len = snprintf(path, sizeof(path), "%s%s", root, dir);
	matcher_dir(m, path, (size_t)len, strlen(root), &d);
	matcher_file(&d, name, strlen(name), 0, 1, &v);
	return v.backup_time;
}

static void a_time_is_read_by_the_clocks_of_its_directory(void **state _unused_)
{
	struct directory dirs[] = {
		{.path = text("/ny"), .timezone = text("America/New_York")},
		{.path = text("/default")}, {.path = text("/utc"), .timezone = text("UTC")},
		{.path = text("/ny2"), .timezone = text("America/New_York")},
		{.path = text("/none"), .timezone = text("Europe/Atlantis")}, /* refused before */
	};
	struct config cfg = {.directories_to_scan = {dirs, ARRAY_SIZE(dirs)},
		.schedule = {.timezone = text("Europe/Berlin")}};
	struct rule rule = {.regex = text("^rule/(?<host>[a-z0-9]+)\\+(?<date>.*)x$")};
	cfg.rules.v = &rule;
	cfg.rules.n = 1;
	const struct {
		const char *root, *dir, *name;
		int64_t time;
	} cases[] = {
		{"/ny", "", "web01-2024-01-31T03-00-00.tar", utc(2024, 1, 31, 8, 0)},
		{"/ny", "", "web01-2024-07-31T03-00-00.tar", utc(2024, 7, 31, 7, 0)},
		{"/ny2", "", "web01-2024-07-31.tar", utc(2024, 7, 31, 4, 0)},
		{"/ny", "", "web01-2024-01-31T03-00-00Z.tar", utc(2024, 1, 31, 3, 0)},
		{"/ny", "", "web01-1706670000.tar", 1706670000},
		{"/ny", "/2024/01/31", "web01.tar", utc(2024, 1, 31, 5, 0)},
		{"/ny", "/2024-01-31_0300/x", "web01.tar", utc(2024, 1, 31, 8, 0)},
		{"/ny", "/rule", "web01+20240131x", utc(2024, 1, 31, 5, 0)},
		{"/default", "", "web01-2024-01-31T03-00-00.tar", utc(2024, 1, 31, 2, 0)},
		{"/default", "/2024/07/31", "web01.tar", utc(2024, 7, 30, 22, 0)},
		{"/unknown", "", "web01-2024-01-31T03-00-00.tar", utc(2024, 1, 31, 2, 0)},
		{"/utc", "", "web01-2024-01-31T03-00-00.tar", utc(2024, 1, 31, 3, 0)},
		{"/utc", "/2024/07/31", "web01.tar", utc(2024, 7, 31, 0, 0)},
		{"/none", "", "web01-2024-01-31T03-00-00.tar", utc(2024, 1, 31, 3, 0)},
	};
	struct world w;
	world_begin(&w, "[{\"hostname\":\"web01\"}]", &cfg);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t got = stated(w.matcher, cases[i].root, cases[i].dir, cases[i].name);
		if (got != cases[i].time) {
			fail_msg("%s%s/%s: %lld, not %lld", cases[i].root, cases[i].dir,
				cases[i].name, (long long)got, (long long)cases[i].time);
		}
	}
	world_end(&w);
}

static void without_a_configuration_times_are_utc(void **state _unused_)
{
	struct world w;
	world_begin(&w, "[{\"hostname\":\"web01\"}]", NULL);
	assert_int_equal(stated(w.matcher, "/a", "", "web01-2024-01-31T03-00-00.tar"),
		utc(2024, 1, 31, 3, 0));
	assert_int_equal(
		stated(w.matcher, "/a", "/2024/01/31", "web01.tar"), utc(2024, 1, 31, 0, 0));
	world_end(&w);
}

static void an_empty_zone_is_the_machines_own(void **state _unused_)
{
	_cleanup_(tz_freep) struct tz *own = NULL;
	struct config cfg = {.schedule = {.timezone = text("")}};
	struct world w;
	assert_int_equal(tz_load("", &own), 0);
	world_begin(&w, "[{\"hostname\":\"web01\"}]", &cfg);
	for (int month = 1; month <= 12; month++) {
		char name[64];
		snprintf(name, sizeof(name), "web01-2024-%02d-15T03-00-00.tar", month);
		assert_int_equal(stated(w.matcher, "/a", "", name),
			tz_from_local(own, utc(2024, month, 15, 3, 0)));
	}
	world_end(&w);
}

static void a_zone_is_loaded_once_for_all_that_name_it(void **state _unused_)
{
	struct zones z;
	const struct tz *first = NULL, *second = NULL, *other = NULL, *none = NULL;
	assert_int_equal(zones_init(&z, 4), 0);
	assert_int_equal(zones_get(&z, "Europe/Berlin", &first), 0);
	assert_int_equal(zones_get(&z, "Asia/Tokyo", &other), 0);
	assert_int_equal(zones_get(&z, "Europe/Berlin", &second), 0);
	assert_int_equal(zones_get(&z, "no/such/zone", &none), 0);
	assert_non_null(first);
	assert_ptr_equal(first, second);
	assert_ptr_not_equal(first, other);
	assert_null(none);
	assert_int_equal(z.n, 3);
	assert_string_equal(zones_name(&z, other), "Asia/Tokyo");
	assert_string_equal(zones_name(&z, NULL), "UTC");
	zones_done(&z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_read_by_the_clocks_of_its_directory),
		cmocka_unit_test(without_a_configuration_times_are_utc),
		cmocka_unit_test(an_empty_zone_is_the_machines_own),
		cmocka_unit_test(a_zone_is_loaded_once_for_all_that_name_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
