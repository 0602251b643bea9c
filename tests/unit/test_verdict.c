// needs: proto common
/* test_verdict.c - verdicts survive packing, and the stored numbers and names never change. */
#include "common/timefmt.h"
#include "proto/verdict.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void every_field_survives_packing(void **state _unused_)
{
	static const int64_t servers[] = {0, 1, 77, (INT64_C(1) << 40) - 1};
	for (unsigned bits = 0; bits < 4 * 3 * 32; bits++) {
		struct verdict v = {.server = servers[bits % 4],
			.backup_time = INT64_C(1700000000) - bits * 1000,
			.time_source = (enum time_source)(bits % 3),
			.reason = (enum verdict_reason)(bits % 32),
			.future = bits % 5 == 0,
			.drifted = bits % 7 == 0};
		struct verdict got;
		int64_t mtime = 1700000000;
		verdict_unpack(verdict_pack(&v), v.backup_time - mtime, mtime, &got);
		assert_int_equal(got.server, v.server);
		assert_int_equal(got.backup_time, v.backup_time);
		assert_int_equal(got.time_source, v.time_source);
		assert_int_equal(got.reason, v.reason);
		assert_int_equal(got.future, v.future);
		assert_int_equal(got.drifted, v.drifted);
	}
}

static void layout_is_the_one_that_databases_hold(void **state _unused_)
{
	struct verdict v = {.server = 3,
		.time_source = TIME_FROM_DIRECTORY,
		.reason = VERDICT_LOG,
		.future = true,
		.drifted = true};
	assert_int_equal(verdict_pack(&v), 3 << 9 | 1 << 8 | 1 << 7 | 2 << 5 | 7);
}

static void reasons_keep_their_numbers_and_names(void **state _unused_)
{
	static const char *const names[] = {"counts", "no_server", "ambiguous", "ignored", "empty",
		"empty_archive", "sidecar", "log", "partial", "temporary", "changing", "too_small"};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_string_equal(verdict_reason_name((enum verdict_reason)i), names[i]);
		assert_true(strlen(verdict_reason_words((enum verdict_reason)i)) > 5);
	}
	assert_string_equal(verdict_reason_name((enum verdict_reason)31), "unknown");
	assert_non_null(verdict_reason_words((enum verdict_reason)31));
}

static void damaged_numbers_do_no_harm(void **state _unused_)
{
	static const int64_t values[] = {INT64_MIN, -1, INT64_MAX, 3 << 5};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct verdict v;
		verdict_unpack(values[i], values[i], values[i], &v);
		assert_true(v.time_source <= TIME_FROM_DIRECTORY);
		assert_in_range(v.reason, 0, _VERDICT_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_survives_packing),
		cmocka_unit_test(layout_is_the_one_that_databases_hold),
		cmocka_unit_test(reasons_keep_their_numbers_and_names),
		cmocka_unit_test(damaged_numbers_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
