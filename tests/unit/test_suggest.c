// needs: scannerd scannerd/store scannerd/walk scannerd/match proto common
/* test_suggest.c - what is suggested of mounts and routes, and what is not. */
#include "scannerd/suggest.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct config config_of(const char *json)
{
	struct config c = {0};
	struct err err = {0};
	cJSON *parsed;

	assert_int_equal(json_parse(json, strlen(json), &parsed, &err), 0);
	if (config_decode(parsed, true, &c, &err) < 0) {
		fail_msg("%s: %s", err.field, err.message);
	}
	cJSON_Delete(parsed);
	return c;
}

static const char NOTHING[] = "{\"directories_to_scan\":[],\"subnets_to_scan\":[]}";

/* The paths, each followed by a newline, must be those expected. */
static void check_directories(const char *json, const char *mountinfo, const char *expected)
{
	struct config c = config_of(json);
	struct suggestions_out out = {0};
	char text[8192] = "";
	size_t len = 0;

	assert_int_equal(suggest_directories(mountinfo, &c, &out), 0);
	for (size_t i = 0; i < out.directories.n; i++) {
		const char *path = out.directories.v[i].path;

		/* usual places depend on the machine that tests */
		if (strcmp(out.directories.v[i].because, "a usual place for backups") != 0) {
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\n", path);
		}
	}
	assert_string_equal(text, expected);
	field_done(&suggestions_out_table, &out);
	config_done(&c);
}

static void mounts_of_the_network_are_suggested_and_those_of_the_system_are_not(void **state)
{
	static const char mountinfo[] =
		"27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
		"28 27 0:6 / /dev rw - devtmpfs devtmpfs rw\n"
		"29 27 0:7 / /proc rw shared:13 - proc proc rw\n"
		"30 27 0:40 / /mnt/nas rw,relatime shared:9 master:1 - nfs4 nas:/export/b "
		"rw,vers=4.2\n"
		"31 27 0:41 / /mnt/with\\040blank rw - cifs //win/backup rw\n"
		"32 27 0:42 / /var/lib/docker/volumes/x rw - nfs nas:/x rw\n"
		"33 27 0:43 / /home rw - nfs nas:/home rw\n"
		"34 27 0:44 / /mnt/memory rw - tmpfs tmpfs rw\n"
		"35 27 0:45 / /mnt/auto rw - autofs systemd-1 rw\n"
		"36 27 0:40 / /mnt/nas rw,relatime - nfs4 nas:/export/b rw\n";

	(void)state;
	check_directories(NOTHING, mountinfo, "/mnt/with blank\n/mnt/nas\n");
}

static void what_is_configured_or_forbidden_is_not_suggested(void **state)
{
	static const char mountinfo[] = "1 0 0:1 / / rw - ext4 /dev/vda rw\n"
					"2 1 0:2 / /mnt/a rw - nfs a:/a rw\n"
					"3 1 0:3 / /mnt/b/deep rw - nfs b:/b rw\n"
					"4 1 0:4 / /never/c rw - nfs c:/c rw\n";

	(void)state;
	check_directories("{\"directories_to_scan\":[\"/mnt/b\"],\"subnets_to_scan\":[],"
			  "\"limits\":{\"directories_never\":[\"/never\"]}}",
		mountinfo, "/mnt/a\n");
	check_directories("{\"directories_to_scan\":[],\"subnets_to_scan\":[],"
			  "\"limits\":{\"directories_within\":[\"/mnt/b\"]}}",
		mountinfo, "/mnt/b/deep\n");
}

static void a_local_mount_is_suggested_only_if_it_is_a_directory_here(void **state)
{
	(void)state;
	/* /bin is a symbolic link, /not/there is not there, /etc is the system's */
	check_directories(NOTHING,
		"1 0 0:1 / / rw - ext4 /dev/vda rw\n2 1 0:2 / /bin rw - xfs /dev/sdb rw\n"
		"3 1 0:3 / /not/there rw - xfs /dev/sdc rw\n4 1 0:4 / /mnt rw - xfs /dev/sdd rw\n"
		"5 1 0:5 / /etc rw - xfs /dev/sde rw\n",
		"/mnt\n");
}

static void what_lies_behind_the_network_is_never_looked_at(void **state)
{
	(void)state;
	/* everything is on a server: nothing but the mount itself may be suggested, whatever
	 * exists here */
	check_directories(NOTHING,
		"1 0 0:1 / / rw - nfs nas:/root rw\n2 1 0:2 / /mnt rw - nfs4 nas:/mnt rw\n"
		"3 1 0:3 / /media/disk rw - xfs /dev/sdb rw\n",
		"/mnt\n");
}

static void odd_lines_are_left_out(void **state)
{
	static const struct {
		const char *line;
		const char *path; /* NULL: refused */
	} cases[] = {
		{"30 27 0:40 / /mnt/nas rw - nfs4 nas:/export rw", "/mnt/nas"},
		{"30 27 0:40 / /mnt/a\\134b\\012c rw - nfs4 nas:/export rw", "/mnt/a\\b\nc"},
		{"30 27 0:40 / /mnt//double/ rw - nfs4 nas:/export rw", "/mnt/double"},
		{"30 27 0:40 / /mnt/\\9 rw - nfs4 nas:/export rw", "/mnt/\\9"},
		{"30 27 0:40 / /mnt/\xff rw - nfs4 nas:/export rw", NULL},
		{"30 27 0:40 / /mnt/.. rw - nfs4 nas:/export rw", NULL},
		{"30 27 0:40 / relative rw - nfs4 nas:/export rw", NULL},
		{"30 27 0:40 / /mnt rw - nfs4", NULL},
		{"30 27 0:40 / /mnt rw nfs4 nas:/export rw", NULL},
		{"30 27 - a b", NULL},
		{" - ", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct suggest_mount m = {0};
		int rc = suggest_parse_mount(cases[i].line, &m);

		if ((rc == 0) != (cases[i].path != NULL) ||
			(rc == 0 && strcmp(m.path, cases[i].path) != 0)) {
			fail_msg("%s: %d, %s", cases[i].line, rc, rc == 0 ? m.path : "");
		}
		suggest_mount_done(&m);
	}
}

static void hostile_sources_are_shown_inert_and_the_answer_is_bounded(void **state)
{
	struct config c = config_of(NOTHING);
	struct suggestions_out out = {0};
	_buf_ struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "1 0 0:1 / / rw - nfs nas:/ rw\n");
	for (int i = 0; i < 10 * SUGGEST_MAX; i++) {
		buf_printf(&text, "2 1 0:2 / /mnt/%d rw - nfs \x1b[31m\xff%0300d rw\n", i, i);
	}
	assert_int_equal(suggest_directories(buf_cstr(&text), &c, &out), 0);
	assert_int_equal(out.directories.n, SUGGEST_MAX);
	for (size_t i = 0; i < out.directories.n; i++) {
		assert_null(strpbrk(out.directories.v[i].because, "\x1b\xff"));
		assert_true(strlen(out.directories.v[i].because) < 400);
	}
	field_done(&suggestions_out_table, &out);
	config_done(&c);
}

static void check_networks(const char *json, const char *routes, const char *expected)
{
	struct config c = config_of(json);
	struct suggestions_out out = {0};
	char text[4096] = "";
	size_t len = 0;

	while (*routes != '\0') {
		size_t line = strcspn(routes, "\n");
		char copy[256] = "";
		struct own_network n = {0};

		memcpy(copy, routes, MIN(line, sizeof(copy) - 1));
		if (own_network_parse(copy, &n) == 0) {
			assert_int_equal(suggest_network(&n, &c, &out), 0);
		}
		routes += line + (routes[line] != '\0' ? 1 : 0);
	}
	for (size_t i = 0; i < out.networks.n; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s %s\n",
			out.networks.v[i].subnet, out.networks.v[i].because);
	}
	assert_string_equal(text, expected);
	field_done(&suggestions_out_table, &out);
	config_done(&c);
}

/* A row of /proc/net/route; the kernel prints addresses as they lie in memory. */
static void route(struct buf *out, const char *interface, const uint8_t destination[4],
	unsigned gateway, unsigned bits)
{
	uint32_t number, mask;
	uint8_t bytes[4] = {0};

	for (unsigned i = 0; i < bits; i++) {
		bytes[i / 8] = (uint8_t)(bytes[i / 8] | (0x80U >> (i % 8)));
	}
	memcpy(&number, destination, sizeof(number));
	memcpy(&mask, bytes, sizeof(mask));
	buf_printf(out, "%s\t%08X\t%08X\t0001\t0\t0\t0\t%08X\t0\t0\t0   \n", interface, number,
		gateway, mask);
}

static void connected_private_networks_are_suggested(void **state)
{
	_buf_ struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n");
	route(&text, "eth0", (const uint8_t[]){0, 0, 0, 0}, 1, 0); /* the default */
	route(&text, "eth0", (const uint8_t[]){192, 168, 7, 0}, 0, 24);
	route(&text, "eth0", (const uint8_t[]){192, 168, 7, 0}, 0, 24); /* twice */
	route(&text, "eth1", (const uint8_t[]){10, 20, 0, 0}, 0, 16);
	route(&text, "eth2", (const uint8_t[]){10, 0, 0, 0}, 0, 8);     /* too large */
	route(&text, "eth3", (const uint8_t[]){203, 0, 113, 0}, 0, 24); /* public */
	route(&text, "eth4", (const uint8_t[]){10, 30, 0, 0}, 7, 24);   /* behind a router */
	route(&text, "docker0", (const uint8_t[]){172, 17, 0, 0}, 0, 16);
	route(&text, "br-0f3a", (const uint8_t[]){172, 18, 0, 0}, 0, 16);
	buf_adds(&text, "eth9 nonsense\n\neth9\t00\n");
	check_networks(NOTHING, buf_cstr(&text),
		"192.168.7.0/24 connected by eth0\n10.20.0.0/16 connected by eth1\n");
	check_networks("{\"directories_to_scan\":[],\"subnets_to_scan\":[\"10.20.0.0/16\",\"nas\"],"
		       "\"limits\":{\"smallest_prefix_v4\":8}}",
		buf_cstr(&text),
		"192.168.7.0/24 connected by eth0\n10.0.0.0/8 connected by eth2\n");
}

static void tables_that_end_early_or_are_empty_do_no_harm(void **state)
{
	(void)state;
	check_networks(NOTHING, "", "");
	check_networks(NOTHING, "\n\n", "");
	check_directories(NOTHING, "", "");
	check_directories(NOTHING, "30 27 0:40 / /mnt/nas rw - nf", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			mounts_of_the_network_are_suggested_and_those_of_the_system_are_not),
		cmocka_unit_test(what_is_configured_or_forbidden_is_not_suggested),
		cmocka_unit_test(a_local_mount_is_suggested_only_if_it_is_a_directory_here),
		cmocka_unit_test(what_lies_behind_the_network_is_never_looked_at),
		cmocka_unit_test(odd_lines_are_left_out),
		cmocka_unit_test(hostile_sources_are_shown_inert_and_the_answer_is_bounded),
		cmocka_unit_test(connected_private_networks_are_suggested),
		cmocka_unit_test(tables_that_end_early_or_are_empty_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
