// needs: client proto common
/* test_monitoring.c - exit codes, the line and the performance data of "status". */
#include "client/monitoring.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define BIT(s) (1U << STATUS_##s)
static const struct monitoring_rules usual = {BIT(RED), BIT(YELLOW), 0};

static void the_worst_that_is_sure_is_the_state(void **state _unused_)
{
	static const struct {
		struct monitoring_rules rules;
		int64_t green, yellow, red, unknown, exempt;
		enum monitoring expected;
	} cases[] = {
		{usual, 42, 0, 0, 0, 0, MONITORING_OK},
		{usual, 42, 0, 0, 0, 3, MONITORING_OK},
		{usual, 0, 0, 0, 0, 3, MONITORING_OK},
		{usual, 41, 1, 0, 0, 0, MONITORING_WARNING},
		{usual, 41, 1, 0, 1, 0, MONITORING_WARNING},
		{usual, 40, 1, 1, 1, 0, MONITORING_CRITICAL},
		{usual, 41, 0, 0, 1, 0, MONITORING_UNKNOWN},
		{usual, 0, 0, 0, 0, 0, MONITORING_UNKNOWN},
		{{BIT(RED) | BIT(UNKNOWN), BIT(YELLOW), 0}, 41, 0, 0, 1, 0, MONITORING_CRITICAL},
		{{BIT(RED), BIT(YELLOW) | BIT(UNKNOWN), 0}, 41, 0, 0, 1, 0, MONITORING_WARNING},
		{{0, BIT(RED), 0}, 41, 5, 1, 0, 0, MONITORING_WARNING},
		{{0, 0, 0}, 41, 5, 1, 0, 0, MONITORING_OK},
		{{BIT(EXEMPT), 0, 0}, 41, 0, 0, 0, 1, MONITORING_CRITICAL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct monitoring_facts f = {.scan_age_s = 5,
			.servers = {cases[i].green, cases[i].yellow, cases[i].red, cases[i].unknown,
				cases[i].exempt}};

		assert_int_equal(monitoring_judge(&cases[i].rules, &f), cases[i].expected);
	}
}

static void evidence_that_is_too_old_is_unknown_but_red_stays_critical(void **state _unused_)
{
	const struct monitoring_rules day = {BIT(RED), BIT(YELLOW), 86400};
	struct monitoring_facts f = {.servers = {[STATUS_GREEN] = 3}, .scan_age_s = 86400};

	assert_int_equal(monitoring_judge(&day, &f), MONITORING_OK);
	f.scan_age_s = 86401;
	assert_int_equal(monitoring_judge(&day, &f), MONITORING_UNKNOWN);
	assert_int_equal(monitoring_judge(&usual, &f), MONITORING_OK);
	f.scan_age_s = -1;
	assert_int_equal(monitoring_judge(&day, &f), MONITORING_UNKNOWN);
	f.servers[STATUS_RED] = 1;
	assert_int_equal(monitoring_judge(&day, &f), MONITORING_CRITICAL);
}

static void the_sentence_counts_who_has_no_good_backup(void **state _unused_)
{
	static const struct {
		struct monitoring_facts facts;
		const char *expected;
	} cases[] = {
		{{{39, 0, 2, 1, 0}, 9}, "3 of 42 servers without a good backup (2 red, 1 unknown)"},
		{{{39, 4, 2, 1, 7}, 9},
			"7 of 46 servers without a good backup (2 red, 1 unknown, 4 yellow, 7 "
			"exempt)"},
		{{{5, 0, 0, 0, 0}, 9}, "all 5 servers have a good backup"},
		{{{5, 0, 0, 0, 1}, 9}, "all 5 servers have a good backup (1 exempt)"},
		{{{0, 0, 0, 0, 0}, 9}, "no servers are known"},
		{{{5, 0, 0, 0, 0}, 90000},
			"all 5 servers have a good backup; the last good scan of the directories "
			"was 1 day ago"},
		{{{5, 0, 0, 0, 0}, -1},
			"all 5 servers have a good backup; no scan of the directories has ever "
			"succeeded"},
	};
	const struct monitoring_rules hour = {BIT(RED), BIT(YELLOW), 3600};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_buf_ struct buf out = BUF_INIT;

		monitoring_sentence(&hour, &cases[i].facts, &out);
		assert_string_equal(buf_cstr(&out), cases[i].expected);
	}
}

static void performance_data_has_thresholds_where_a_status_alerts(void **state _unused_)
{
	const struct monitoring_facts f = {{39, 0, 2, 1, 0}, 60}, never = {{1, 0, 0, 0, 0}, -1};
	_buf_ struct buf out = BUF_INIT;

	monitoring_perfdata(&usual, &f, &out);
	assert_string_equal(buf_cstr(&out),
		"green=39;;;0;42 yellow=0;0;;0;42 red=2;;0;0;42 unknown=1;;;0;42 exempt=0;;;0;42 "
		"scan_age=60s;;;0");
	buf_reset(&out);
	monitoring_perfdata(&usual, &never, &out);
	assert_string_equal(buf_cstr(&out),
		"green=1;;;0;1 yellow=0;0;;0;1 red=0;;0;0;1 unknown=0;;;0;1 exempt=0;;;0;1");
}

static void lists_of_statuses_are_read_strictly(void **state _unused_)
{
	static const struct {
		const char *text;
		int rc;
		unsigned bits;
	} cases[] = {
		{"red", 0, BIT(RED)},
		{"red,unknown", 0, BIT(RED) | BIT(UNKNOWN)},
		{"none", 0, 0},
		{"", -EINVAL, 0},
		{"red,", -EINVAL, 0},
		{"redd", -EINVAL, 0},
		{"re", -EINVAL, 0},
		{"RED", -EINVAL, 0},
		{"red, yellow", -EINVAL, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		unsigned bits = 77;
		struct err err = {0};

		assert_int_equal(monitoring_statuses(cases[i].text, &bits, &err), cases[i].rc);
		assert_int_equal(bits, cases[i].rc == 0 ? cases[i].bits : 77);
		assert_true(cases[i].rc == 0 || strstr(err.message, "there are red") != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_that_is_sure_is_the_state),
		cmocka_unit_test(evidence_that_is_too_old_is_unknown_but_red_stays_critical),
		cmocka_unit_test(the_sentence_counts_who_has_no_good_backup),
		cmocka_unit_test(performance_data_has_thresholds_where_a_status_alerts),
		cmocka_unit_test(lists_of_statuses_are_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
