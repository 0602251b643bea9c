// needs: scannerd common
/* test_hashing.c - passwords are hashed and verified beside the loop, and nobody's takes as long as
 * somebody's. */
#include "scannerd/hashing.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct event_base *base;
static struct hashing *hashing;
static int done;

static int begin(void **state)
{
	(void)state;
	base = event_base_new();
	done = 0;
	return hashing_new(base, &hashing);
}

static int end(void **state)
{
	(void)state;
	hashing_free(hashing);
	event_base_free(base);
	return 0;
}

static void count(struct hashing_job *job _unused_)
{
	done++;
}

static void run(struct hashing_job *job)
{
	int before = done;

	job->done = count;
	assert_int_equal(hashing_submit(hashing, job), 0);
	while (done == before) {
		event_base_loop(base, EVLOOP_ONCE);
	}
}

static void a_hash_is_right_for_its_own_password_only(void **state)
{
	(void)state;
	struct hashing_job make = {.fresh = "correct horse battery"};

	run(&make);
	assert_int_equal(make.rc, 0);
	assert_memory_equal(make.made, "$argon2id$v=19$m=19456,t=2,p=1$", 31);

	struct hashing_job right = {
		.verify = true, .password = "correct horse battery", .hash = make.made};
	run(&right);
	assert_true(right.right);

	struct hashing_job wrong = {.verify = true,
		.password = "correct horse batterz",
		.hash = make.made,
		.fresh = "not made"};
	run(&wrong);
	assert_false(wrong.right);
	assert_string_equal(wrong.made, "");

	struct hashing_job change = {.verify = true,
		.password = "correct horse battery",
		.hash = make.made,
		.fresh = "another password"};
	run(&change);
	assert_true(change.right);
	struct hashing_job after = {
		.verify = true, .password = "another password", .hash = change.made};
	run(&after);
	assert_true(after.right);
}

/* The process's own time: what else the machine does says nothing here. */
static int64_t microseconds_of(struct hashing_job *job)
{
	int64_t best = INT64_MAX;
	struct timespec t;

	for (int i = 0; i < 5; i++) {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
		int64_t before = t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;

		run(job);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
		best = MIN(best, t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000 - before);
	}
	return best;
}

static void nobodys_hash_is_never_right_and_takes_as_long(void **state)
{
	(void)state;
	struct hashing_job make = {.fresh = "correct horse battery"};

	run(&make);
	struct hashing_job nobody = {.verify = true, .password = ""};
	struct hashing_job wrong = {.verify = true, .password = "wrong", .hash = make.made};
	int64_t one = microseconds_of(&nobody), other = microseconds_of(&wrong);

	assert_false(nobody.right);
	assert_true(one > 2000);
	if (one > other * 3 / 2 || other > one * 3 / 2) {
		fail_msg("%lld and %lld us", (long long)one, (long long)other);
	}
}

static void only_so_many_wait_and_all_that_were_taken_are_done_at_the_end(void **state)
{
	(void)state;
	enum { MANY = HASHING_WAITING_MAX + HASHING_THREADS + 20 };
	static struct hashing_job jobs[MANY];
	int taken = 0;

	for (int i = 0; i < MANY; i++) {
		jobs[i] = (struct hashing_job){.fresh = "a password", .done = count};
		int rc = hashing_submit(hashing, &jobs[i]);

		assert_true(rc == 0 || rc == -EAGAIN);
		taken += rc == 0;
	}
	assert_in_range(taken, HASHING_WAITING_MAX, MANY - 1);
	hashing_free(hashing);
	assert_int_equal(done, taken);
	assert_int_equal(hashing_new(base, &hashing), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_hash_is_right_for_its_own_password_only, begin, end),
		cmocka_unit_test_setup_teardown(
			nobodys_hash_is_never_right_and_takes_as_long, begin, end),
		cmocka_unit_test_setup_teardown(
			only_so_many_wait_and_all_that_were_taken_are_done_at_the_end, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
