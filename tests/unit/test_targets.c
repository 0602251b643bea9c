// needs: scannerd/netscan proto common
/* test_targets.c - what is scanned: limits, exclusions and overlaps of prefixes, and names. */
#include "scannerd/netscan/live.h"
#include "scannerd/netscan/resolve.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* A list of words, NULL-terminated, as a strv that borrows them. */
static void fill(struct strv *v, const char *const *words)
{
	*v = (struct strv){0};
	for (; words != NULL && *words != NULL; words++) {
		assert_int_equal(strv_add(v, *words), 0);
	}
}

struct counted {
	size_t warnings;
	char last[256];
	size_t give_up_after;
};

static bool on_warning(const char *sentence, void *arg)
{
	struct counted *c = arg;
	snprintf(c->last, sizeof(c->last), "%s", sentence);
	return ++c->warnings != c->give_up_after;
}

/* Resolves and prints both families into one line; rc of the resolving. */
static int resolve(const char *const *targets, const char *const *within,
	const char *const *exclude, struct counted *counted, struct buf *line, uint64_t *count,
	struct err *err)
{
	struct netscan_request r = {0};
	fill(&r.targets, targets);
	fill(&r.within, within);
	fill(&r.exclude, exclude);
	struct targets t;
	assert_int_equal(targets_init(&t, &r.within, &r.exclude, err), 0);
	struct strv addresses = {0};
	int rc = resolve_targets(&r, on_warning, counted, &t, &addresses, err);
	targets_print(&t, 4, line);
	targets_print(&t, 6, line);
	*count = targets_count(&t, 0);
	targets_done(&t);
	strv_done(&addresses);
	strv_done(&r.targets);
	strv_done(&r.within);
	strv_done(&r.exclude);
	return rc;
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void what_is_left_is_disjoint_sorted_and_exact(void **state)
{
	(void)state;
	static const struct {
		const char *targets[4], *exclude[4];
		const char *lines;
		uint64_t count;
	} cases[] = {
		{{"10.0.0.0/24"}, {NULL}, "10.0.0.0/24\n", 256},
		{{"10.0.0.0/24", "10.0.0.0/24"}, {NULL}, "10.0.0.0/24\n", 256},
		{{"10.0.0.64/26", "10.0.0.0/24"}, {NULL},
			"10.0.0.0/26\n10.0.0.64/26\n10.0.0.128/25\n", 256},
		{{"10.0.0.0/24", "10.0.0.7"}, {NULL}, "10.0.0.0/24\n", 256},
		{{"10.0.0.0/24"}, {"10.0.0.0/25"}, "10.0.0.128/25\n", 128},
		{{"10.0.0.0/30"}, {"10.0.0.1", "10.0.0.2"}, "10.0.0.0/32\n10.0.0.3/32\n", 2},
		{{"10.0.0.0/24"}, {"10.0.0.0/16"}, "", 0},
		{{"10.0.0.5"}, {"10.0.0.5"}, "", 0},
		{{"10.0.0.0/31"}, {"fd00::/64"}, "10.0.0.0/31\n", 2},
		{{"fd00::/126", "10.0.0.1"}, {"fd00::2"}, "10.0.0.1/32\nfd00::/127\nfd00::3/128\n",
			4},
		{{"10.0.0.255", "10.0.0.0/32", "10.0.0.128/32"}, {NULL},
			"10.0.0.0/32\n10.0.0.128/32\n10.0.0.255/32\n", 3},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf line = BUF_INIT;
		struct counted counted = {0};
		uint64_t count;
		assert_int_equal(resolve(cases[i].targets, LIST("10.0.0.0/8", "fd00::/8"),
					 cases[i].exclude, &counted, &line, &count, NULL),
			0);
		assert_string_equal(buf_cstr(&line), cases[i].lines);
		assert_int_equal(count, cases[i].count);
		assert_int_equal(counted.warnings, 0);
	}
}

static void prefixes_outside_the_limits_are_errors(void **state)
{
	(void)state;
	static const struct {
		const char *target, *within;
		int rc;
		enum err_code code;
	} cases[] = {
		{"10.0.0.0/24", NULL, -EPERM, ERR_OUTSIDE_LIMITS},
		{"10.0.0.0/24", "10.0.0.0/25", -EPERM, ERR_OUTSIDE_LIMITS},
		{"11.0.0.1", "10.0.0.0/8", -EPERM, ERR_OUTSIDE_LIMITS},
		{"fd00::1", "10.0.0.0/8", -EPERM, ERR_OUTSIDE_LIMITS},
		{"0.0.0.0/0", "10.0.0.0/8", -EPERM, ERR_OUTSIDE_LIMITS},
		{"10.0.0.0/8", "10.0.0.0/8", -E2BIG, ERR_TOO_LARGE},
		{"fd00::/64", "fd00::/8", -E2BIG, ERR_TOO_LARGE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf line = BUF_INIT;
		struct counted counted = {0};
		struct err err = {0};
		uint64_t count;
		assert_int_equal(resolve(LIST(cases[i].target), LIST(cases[i].within), NULL,
					 &counted, &line, &count, &err),
			cases[i].rc);
		assert_int_equal(err.code, cases[i].code);
		assert_string_equal(err.field, "targets");
	}
}

static void many_targets_together_are_held_to_the_maximum(void **state)
{
	(void)state;
	struct targets t;
	struct strv within, exclude = {0};
	fill(&within, LIST("10.0.0.0/8"));
	assert_int_equal(targets_init(&t, &within, &exclude, NULL), 0);
	for (int i = 0; i < 17; i++) {
		char text[32];
		struct prefix p;
		snprintf(text, sizeof(text), "10.%d.0.0/16", i);
		assert_int_equal(prefix_parse(text, &p, NULL), 0);
		assert_int_equal(targets_add(&t, &p, NULL), i < 16 ? 0 : -E2BIG);
	}
	targets_done(&t);
	strv_done(&within);
}

static void names_are_judged_by_their_addresses(void **state)
{
	(void)state;
	_buf_ struct buf line = BUF_INIT;
	struct counted counted = {0};
	uint64_t count;
	assert_int_equal(resolve(LIST("localhost"), LIST("127.0.0.0/8", "::1"), NULL, &counted,
				 &line, &count, NULL),
		0);
	assert_non_null(strstr(buf_cstr(&line), "127.0.0.1/32\n"));
	assert_int_equal(counted.warnings, 0);

	buf_reset(&line);
	assert_int_equal(
		resolve(LIST("localhost"), LIST("10.0.0.0/8"), NULL, &counted, &line, &count, NULL),
		0);
	assert_int_equal(count, 0);
	assert_true(counted.warnings >= 1);
	assert_non_null(strstr(counted.last, "is outside the networks"));
}

static void giving_up_in_a_warning_ends_the_looking_up(void **state)
{
	(void)state;
	_buf_ struct buf line = BUF_INIT;
	struct counted counted = {.give_up_after = 1};
	uint64_t count;
	assert_int_equal(resolve(LIST("localhost", "localhost"), LIST("10.0.0.0/8"), NULL, &counted,
				 &line, &count, NULL),
		-ECANCELED);
	assert_int_equal(counted.warnings, 1);
}

static void add_live(struct live *l, const char *address, const char *mac, bool arp)
{
	struct netscan_host h = {
		.address = strdup(address), .mac = mac != NULL ? strdup(mac) : NULL};
	assert_int_equal(live_add(l, &h, arp), 0);
	field_done(&netscan_host_table, &h);
}

static void live_hosts_are_found_by_address_and_kept_once(void **state)
{
	(void)state;
	struct live l = {0};
	add_live(&l, "fd00::1", NULL, false);
	add_live(&l, "10.0.0.2", "02:00:00:00:00:02", true);
	add_live(&l, "10.0.0.1", NULL, false);
	add_live(&l, "10.0.0.2", NULL, false);
	live_sort(&l);
	assert_int_equal(l.n, 3);
	assert_int_equal(live_count(&l, 4), 2);
	struct addr a;
	assert_int_equal(addr_parse("10.0.0.2", &a), 0);
	assert_non_null(live_find(&l, &a));
	assert_int_equal(addr_parse("10.0.0.3", &a), 0);
	assert_null(live_find(&l, &a));
	_buf_ struct buf line = BUF_INIT;
	live_print(&l, 4, false, &line);
	assert_string_equal(buf_cstr(&line), "10.0.0.1\n10.0.0.2\n");
	live_done(&l);
	assert_null(live_find(&l, &a));
}

static void one_mac_for_many_addresses_is_suspect_and_a_few_are_not(void **state)
{
	(void)state;
	for (int addresses = 3; addresses < 7; addresses++) {
		for (int arp = 0; arp < 2; arp++) {
			struct live l = {0};
			char text[32];
			for (int i = 0; i < addresses; i++) {
				snprintf(text, sizeof(text), "10.0.0.%d", i);
				add_live(&l, text, "02:00:00:00:00:01", arp);
			}
			add_live(&l, "10.0.1.1", "02:00:00:00:00:02", true);
			live_sort(&l);
			size_t expected = arp && addresses > 4 ? (size_t)addresses : 0;
			assert_int_equal(live_mark_suspects(&l), expected);
			l.v[0].suspect = false;
			assert_int_equal(live_drop_suspects(&l), expected != 0 ? expected - 1 : 0);
			live_done(&l);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_is_disjoint_sorted_and_exact),
		cmocka_unit_test(prefixes_outside_the_limits_are_errors),
		cmocka_unit_test(many_targets_together_are_held_to_the_maximum),
		cmocka_unit_test(names_are_judged_by_their_addresses),
		cmocka_unit_test(giving_up_in_a_warning_ends_the_looking_up),
		cmocka_unit_test(live_hosts_are_found_by_address_and_kept_once),
		cmocka_unit_test(one_mac_for_many_addresses_is_suspect_and_a_few_are_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
