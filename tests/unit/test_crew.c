// needs: scannerd/walk proto common
/* test_crew.c - the threads of a walk: all work is done once, more hands come only for disks,
 * stopping is quick. */
#include "common/timefmt.h"
#include "scannerd/walk/crew.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

enum kind { SLEEP, SPIN, WAIT, SPAWN, STOP };

struct item {
	struct crew_item item;
	int depth;
};

struct site {
	struct crew *crew;
	enum kind kind;
	atomic_int done, dropped, at_work, most_at_work, tools;
};

struct tools {
	struct site *site;
	struct crew_member *member;
};

static void *tools_new(void *arg, struct crew_member *m)
{
	struct site *s = arg;
	struct tools *t = malloc(sizeof(*t));
	assert_non_null(t);
	*t = (struct tools){s, m};
	s->tools++;
	return t;
}

static void tools_free(void *tools)
{
	((struct tools *)tools)->site->tools--;
	free(tools);
}

static void drop(void *arg, struct crew_item *item)
{
	((struct site *)arg)->dropped++;
	free(item);
}

static void push(struct site *s, int n, int depth)
{
	struct crew_item *chain = NULL;
	for (int i = 0; i < n; i++) {
		struct item *item = malloc(sizeof(*item));
		assert_non_null(item);
		*item = (struct item){.item = {chain}, .depth = depth};
		chain = &item->item;
	}
	crew_push(s->crew, chain);
}

static void sleep_ms(int ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};
	nanosleep(&t, NULL);
}

/* As long as a processor takes for it: not for how long it is had. */
static void spin_ms(int ms)
{
	struct timespec begin, now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
	do {
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	} while ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 < ms);
}

static void work(void *arg, void *tools, struct crew_item *item)
{
	struct site *s = arg;
	struct tools *t = tools;
	int now = ++s->at_work, most = s->most_at_work;
	while (now > most && !atomic_compare_exchange_weak(&s->most_at_work, &most, now)) {
	}
	crew_note(t->member, "working", 7);
	switch (s->kind) {
	case SLEEP:
		sleep_ms(20);
		break;
	case SPIN:
		spin_ms(20);
		break;
	case WAIT:
		crew_wait_begin(t->member);
		sleep_ms(20);
		crew_wait_end(t->member);
		break;
	case SPAWN:
		push(s, ((struct item *)item)->depth > 0 ? 3 : 0, ((struct item *)item)->depth - 1);
		break;
	case STOP:
		crew_stop(s->crew);
		break;
	}
	s->at_work--;
	s->done++;
	free(item);
}

static struct site *new_site(enum kind kind, int min, int max)
{
	struct site *s = calloc(1, sizeof(*s));
	assert_non_null(s);
	s->kind = kind;
	const struct crew_config cfg = {.threads_min = min,
		.threads_max = max,
		.work = work,
		.tools_new = tools_new,
		.tools_free = tools_free,
		.drop = drop,
		.arg = s};
	assert_int_equal(crew_new(&cfg, &s->crew), 0);
	return s;
}

static void end(struct site *s)
{
	crew_free(s->crew);
	assert_int_equal(s->tools, 0);
	assert_int_equal(s->at_work, 0);
	free(s);
}

static void work_that_makes_work_is_all_done_once(void **state _unused_)
{
	for (int threads = 1; threads <= CREW_MAX; threads *= 4) {
		struct site *s = new_site(SPAWN, threads, threads);
		push(s, 1, 8);
		assert_int_equal(crew_run(s->crew), 0);
		assert_int_equal(s->done, (19683 - 1) / 2); /* 1 + 3 + ... + 3^8 */
		assert_int_equal(s->dropped, 0);
		end(s);
	}
}

static void without_work_it_ends(void **state _unused_)
{
	struct site *s = new_site(SPIN, 0, 0);
	assert_int_equal(crew_run(s->crew), 0);
	end(s);
}

static void work_that_waits_for_disks_gets_more_hands(void **state _unused_)
{
	struct site *s = new_site(SLEEP, 1, 8);
	push(s, 200, 0);
	int64_t begin = time_mono_ms();
	assert_int_equal(crew_run(s->crew), 0);
	assert_int_equal(s->done, 200);
	assert_int_equal(s->most_at_work, 8);
	assert_true(time_mono_ms() - begin < 200 * 20 / 2);
	end(s);
}

static void work_that_computes_gets_no_more_hands(void **state _unused_)
{
	struct site *s = new_site(SPIN, 1, 8);
	push(s, 60, 0);
	assert_int_equal(crew_run(s->crew), 0);
	assert_int_equal(s->done, 60);
	assert_int_equal(s->most_at_work, 1);
	end(s);
}

static void work_that_waits_for_its_customer_gets_no_more_hands(void **state _unused_)
{
	struct site *s = new_site(WAIT, 1, 8);
	push(s, 60, 0);
	assert_int_equal(crew_run(s->crew), 0);
	assert_int_equal(s->done, 60);
	assert_int_equal(s->most_at_work, 1);
	end(s);
}

static void a_stop_drops_what_is_left(void **state _unused_)
{
	struct site *s = new_site(STOP, 2, 2);
	push(s, 1000, 0);
	assert_int_equal(crew_run(s->crew), 0);
	assert_true(crew_stopped(s->crew));
	assert_in_range(s->done, 1, 2);
	assert_int_equal(s->done + s->dropped, 1000);
	end(s);
}

static void what_never_ran_is_dropped(void **state _unused_)
{
	struct site *s = new_site(SPIN, 1, 1);
	push(s, 5, 0);
	crew_free(s->crew);
	assert_int_equal(s->dropped, 5);
	free(s);
}

static void notes_are_of_those_at_work(void **state _unused_)
{
	struct site *s = new_site(SPIN, 1, 1);
	char note[16] = "before";
	assert_int_equal(crew_read_note(s->crew, note, sizeof(note)), 0);
	assert_string_equal(note, "");
	push(s, 1, 0);
	assert_int_equal(crew_run(s->crew), 0);
	assert_int_equal(crew_read_note(s->crew, note, sizeof(note)), 0);
	end(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_that_makes_work_is_all_done_once),
		cmocka_unit_test(without_work_it_ends),
		cmocka_unit_test(work_that_waits_for_disks_gets_more_hands),
		cmocka_unit_test(work_that_computes_gets_no_more_hands),
		cmocka_unit_test(work_that_waits_for_its_customer_gets_no_more_hands),
		cmocka_unit_test(a_stop_drops_what_is_left),
		cmocka_unit_test(what_never_ran_is_dropped),
		cmocka_unit_test(notes_are_of_those_at_work),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
