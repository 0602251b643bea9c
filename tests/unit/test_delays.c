// needs: scannerd common
/* test_delays.c - failures make people wait, longer each time, but never for good. */
#include "scannerd/delays.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HOUR_MS (INT64_C(3600) * 1000)

static struct delays *delays;

static int begin(void **state)
{
	(void)state;
	return delays_new(&delays);
}

static int end(void **state)
{
	(void)state;
	delays_free(delays);
	return 0;
}

static void the_wait_begins_with_the_third_failure_doubles_and_ends_at_a_minute(void **state)
{
	(void)state;
	static const int waits[] = {0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60};
	int64_t now = 1000;

	for (size_t i = 0; i < ARRAY_SIZE(waits); i++) {
		delays_begin(delays, "name jo", now);
		assert_int_equal(delays_wait(delays, "name jo", now), waits[i]);
		assert_int_equal(delays_wait(delays, "name joe", now), 0);
		now += waits[i] * 1000;
		assert_int_equal(delays_wait(delays, "name jo", now), 0);
		if (waits[i] > 0) {
			assert_int_equal(delays_wait(delays, "name jo", now - 1), 1);
		}
	}
}

static void ten_thousand_failures_wait_a_minute_and_an_hour_forgets_them(void **state)
{
	(void)state;
	int64_t now = 0;

	for (int i = 0; i < 10000; i++) {
		delays_begin(delays, "x", now);
	}
	assert_int_equal(delays_wait(delays, "x", now), 60);
	assert_int_equal(delays_wait(delays, "x", HOUR_MS), 0);
	delays_begin(delays, "x", HOUR_MS);
	assert_int_equal(delays_wait(delays, "x", HOUR_MS), 0);
}

static void what_succeeds_is_forgotten_and_what_was_no_attempt_counts_not(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		delays_begin(delays, "x", 0);
	}
	assert_int_equal(delays_wait(delays, "x", 0), 4);
	delays_begin(delays, "x", 10000);
	delays_undo(delays, "x");
	assert_int_equal(delays_wait(delays, "x", 0), 4);
	assert_int_equal(delays_wait(delays, "x", 10000), 0);
	delays_clear(delays, "x");
	assert_int_equal(delays_wait(delays, "x", 0), 0);
	delays_begin(delays, "x", 0);
	delays_undo(delays, "x");
	delays_undo(delays, "x"); /* of nothing */
	delays_clear(delays, "x");
	delays_begin(delays, "x", 0);
	delays_begin(delays, "x", 0);
	assert_int_equal(delays_wait(delays, "x", 0), 0);
	delays_begin(delays, "x", 0);
	assert_int_equal(delays_wait(delays, "x", 0), 1);
}

static void a_flood_of_sources_pushes_out_the_oldest_only(void **state)
{
	(void)state;
	char key[DELAY_KEY_SIZE];

	for (int i = 0; i < 4; i++) {
		delays_begin(delays, "old", 0);
		delays_begin(delays, "fresh", 0);
	}
	for (int i = 0; i < DELAYS_KEPT - 2; i++) {
		snprintf(key, sizeof(key), "source %d", i);
		delays_begin(delays, key, 1);
	}
	delays_begin(delays, "fresh", 2);
	assert_int_equal(delays_wait(delays, "old", 2), 2);
	delays_begin(delays, "one more", 3);
	assert_int_equal(delays_wait(delays, "old", 3), 0);
	assert_int_equal(delays_wait(delays, "fresh", 3), 4);
	for (int i = 0; i < 100000; i++) {
		snprintf(key, sizeof(key), "source %d", i % 7000);
		if (i % 3 == 0) {
			delays_clear(delays, key);
		} else {
			delays_begin(delays, key, 4 + i);
		}
	}
}

static void keys_are_the_same_for_one_person_and_one_host(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
		bool same;
	} sources[] = {
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"::ffff:192.0.2.1", "192.0.2.1", true},
		{"2001:db8::1", "2001:db8::ffff:1:2:3", true},
		{"2001:db8::1", "2001:db8:0:1::1", false},
		{"", NULL, true},
		{"no address", "another", false},
	};
	char one[DELAY_KEY_SIZE], other[DELAY_KEY_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		delays_source_key(sources[i].one, one);
		delays_source_key(sources[i].other, other);
		assert_int_equal(strcmp(one, other) == 0, sources[i].same);
	}
	delays_name_key("Jo", one);
	delays_name_key("jO", other);
	assert_string_equal(one, other);
	delays_source_key("jo", other);
	assert_string_not_equal(one, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_wait_begins_with_the_third_failure_doubles_and_ends_at_a_minute, begin,
			end),
		cmocka_unit_test_setup_teardown(
			ten_thousand_failures_wait_a_minute_and_an_hour_forgets_them, begin, end),
		cmocka_unit_test_setup_teardown(
			what_succeeds_is_forgotten_and_what_was_no_attempt_counts_not, begin, end),
		cmocka_unit_test_setup_teardown(
			a_flood_of_sources_pushes_out_the_oldest_only, begin, end),
		cmocka_unit_test(keys_are_the_same_for_one_person_and_one_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
