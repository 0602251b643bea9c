// needs: scannerd/netscan proto common
/* test_progress.c - percentages that grow over both phases, and estimates of the time left. */
#include "scannerd/netscan/progress.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void step(struct progress *p, int times)
{
	for (int i = 0; i < times; i++) {
		progress_step(p);
	}
}

static void discovery_is_a_quarter_and_ports_the_rest(void **state)
{
	(void)state;
	struct progress p = {0};
	struct netscan_progress told;
	progress_begin(&p, "discovery", 100, 1000);
	step(&p, 40);
	assert_true(progress_due(&p, 11000, &told));
	assert_string_equal(told.phase, "discovery");
	assert_int_equal(told.percent, 10);
	assert_int_equal(told.seconds_left, 15);
	assert_int_equal(told.hosts_done, 40);
	assert_int_equal(told.hosts_total, 100);
	assert_null(told.current);

	step(&p, 60);
	progress_begin(&p, "ports", 10, 20000);
	assert_true(progress_due(&p, 20000, &told));
	assert_int_equal(told.percent, 25);
	assert_int_equal(told.seconds_left, -1);
	step(&p, 5);
	assert_true(progress_due(&p, 30000, &told));
	assert_int_equal(told.percent, 62);
	assert_int_equal(told.seconds_left, 10);
	assert_int_equal(told.hosts_done, 100);
	step(&p, 5);
	assert_true(progress_due(&p, 40000, &told));
	assert_int_equal(told.percent, 100);
	assert_int_equal(told.seconds_left, 0);
}

static void it_is_told_once_a_second(void **state)
{
	(void)state;
	struct progress p = {0};
	struct netscan_progress told;
	progress_begin(&p, "discovery", 100, 1000);
	assert_false(progress_due(&p, 1999, &told));
	assert_true(progress_due(&p, 2000, &told));
	assert_false(progress_due(&p, 2999, &told));
	assert_true(progress_due(&p, 3000, &told));
}

static void tasks_of_nmap_move_it_within_a_group_and_it_never_goes_back(void **state)
{
	(void)state;
	struct progress p = {0};
	struct netscan_progress told;
	progress_begin(&p, "discovery", 4096, 1000);
	progress_task(&p, "Ping Scan", 50);
	assert_true(progress_due(&p, 2000, &told));
	assert_int_equal(told.percent, 11);
	assert_string_equal(told.current, "Ping Scan");
	progress_task(&p, "Parallel DNS resolution of 3 hosts.", 0);
	assert_true(progress_due(&p, 3000, &told));
	assert_int_equal(told.percent, 11);
	progress_task(&p, "Ping Scan", 1000);
	assert_true(progress_due(&p, 4000, &told));
	assert_in_range(told.percent, 12, 24);
}

static void more_hosts_than_announced_stay_at_the_end(void **state)
{
	(void)state;
	struct progress p = {0};
	struct netscan_progress told;
	progress_begin(&p, "discovery", 0, 1000);
	progress_begin(&p, "ports", 2, 1000);
	step(&p, 5);
	assert_true(progress_due(&p, 2000, &told));
	assert_int_equal(told.percent, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovery_is_a_quarter_and_ports_the_rest),
		cmocka_unit_test(it_is_told_once_a_second),
		cmocka_unit_test(tasks_of_nmap_move_it_within_a_group_and_it_never_goes_back),
		cmocka_unit_test(more_hosts_than_announced_stay_at_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
