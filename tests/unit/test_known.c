// needs: scannerd/walk proto common
/* test_known.c - the directories the store knows: finding, marking from many threads, what is gone
 * and what is kept. */
#include "scannerd/walk/known.h"
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t zero[LISTING_DIGEST_SIZE];

static struct known *new_known(void)
{
	struct known *k = NULL;
	assert_int_equal(known_new(&k), 0);
	return k;
}

static void add(struct known *k, int64_t root, int64_t dir, const char *path)
{
	assert_int_equal(known_add(k, root, dir, path, strlen(path), zero), 0);
}

static int64_t see(struct known *k, int64_t root, const char *path)
{
	const uint8_t *digest;
	return known_see(k, root, path, strlen(path), &digest);
}

struct answer {
	char gone[128], kept[128];
};

static int note(void *arg, int64_t dir, bool gone)
{
	struct answer *a = arg;
	char *to = gone ? a->gone : a->kept;
	size_t len = strlen(to);
	snprintf(to + len, sizeof(a->gone) - len, "%lld ", (long long)dir);
	return 0;
}

static void must_answer(struct known *k, int64_t root, const char *gone, const char *kept)
{
	struct answer a = {0};
	assert_int_equal(known_each_unseen(k, root, note, &a), 0);
	assert_string_equal(a.gone, gone);
	assert_string_equal(a.kept, kept);
}

static void an_empty_one_knows_nothing(void **state _unused_)
{
	struct known *k = new_known();
	assert_int_equal(see(k, 1, "/a"), 0);
	assert_false(known_has(k, 1, "/a", 2));
	must_answer(k, 1, "", "");
	known_free(k);
	known_free(NULL);
}

static void a_directory_is_found_with_its_digest(void **state _unused_)
{
	struct known *k = new_known();
	uint8_t digest[LISTING_DIGEST_SIZE] = {1, 2, 3};
	assert_int_equal(known_add(k, 1, 42, "/a\n\xff", 4, digest), 0);
	const uint8_t *found = NULL;
	assert_int_equal(known_see(k, 1, "/a\n\xff", 4, &found), 42);
	assert_memory_equal(found, digest, sizeof(digest));
	assert_int_equal(see(k, 1, "/a\n"), 0);
	assert_int_equal(see(k, 1, "/a\n\xff/"), 0);
	known_free(k);
}

static void a_path_belongs_to_its_root(void **state _unused_)
{
	struct known *k = new_known();
	add(k, 1, 10, "/a/b");
	add(k, 2, 20, "/a/b");
	assert_int_equal(known_add(k, 2, 30, "/a/b", 4, zero), -EEXIST);
	assert_int_equal(see(k, 2, "/a/b"), 20);
	assert_int_equal(see(k, 3, "/a/b"), 0);
	must_answer(k, 1, "10 ", "");
	must_answer(k, 2, "", "");
	known_free(k);
}

static void asking_does_not_mark(void **state _unused_)
{
	struct known *k = new_known();
	add(k, 1, 10, "/a");
	assert_true(known_has(k, 1, "/a", 2));
	must_answer(k, 1, "10 ", "");
	known_free(k);
}

static void what_was_not_seen_is_gone_unless_kept(void **state _unused_)
{
	static const struct {
		const char *keep;
		const char *gone, *kept;
	} cases[] = {
		{NULL, "1 2 3 4 5 6 ", ""},
		{"/", "", "1 2 3 4 5 6 "},
		{"/r", "6 ", "1 2 3 4 5 "},
		{"/r/a", "1 4 5 6 ", "2 3 "},
		{"/r/a/x", "1 2 4 5 6 ", "3 "},
		{"/r/ab", "1 2 3 5 6 ", "4 "},
		{"/r/a/x/y", "1 2 3 4 5 6 ", ""},
		{"/r/", "1 2 3 4 5 6 ", ""},
		{"/no", "1 2 3 4 5 6 ", ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct known *k = new_known();
		add(k, 1, 1, "/r");
		add(k, 1, 2, "/r/a");
		add(k, 1, 3, "/r/a/x");
		add(k, 1, 4, "/r/ab");
		add(k, 1, 5, "/r/b/a");
		add(k, 1, 6, "/ra");
		if (cases[i].keep != NULL) {
			assert_int_equal(known_keep(k, cases[i].keep, strlen(cases[i].keep)), 0);
			assert_int_equal(known_keep(k, "/zzz", 4), 0);
			assert_int_equal(known_keep(k, "/aaa", 4), 0);
		}
		must_answer(k, 1, cases[i].gone, cases[i].kept);
		known_free(k);
	}
}

static void what_was_seen_is_fresh_even_below_a_kept_path(void **state _unused_)
{
	struct known *k = new_known();
	add(k, 1, 1, "/r");
	add(k, 1, 2, "/r/a");
	assert_int_equal(see(k, 1, "/r/a"), 2);
	assert_int_equal(known_keep(k, "/r", 2), 0);
	must_answer(k, 1, "", "1 ");
	known_free(k);
}

static int stop_at_two(void *arg, int64_t dir, bool gone _unused_)
{
	++*(int *)arg;
	return dir == 2 ? -ECANCELED : 0;
}

static void asking_stops_at_the_first_error(void **state _unused_)
{
	struct known *k = new_known();
	add(k, 1, 1, "/1");
	add(k, 1, 2, "/2");
	add(k, 1, 3, "/3");
	int calls = 0;
	assert_int_equal(known_each_unseen(k, 1, stop_at_two, &calls), -ECANCELED);
	assert_int_equal(calls, 2);
	known_free(k);
}

static void what_lies_at_or_below_a_kept_path_is_kept(void **state _unused_)
{
	static const struct {
		const char *path;
		bool kept;
	} cases[] = {{"/r/a", true}, {"/r/a/b", true}, {"/r/ab", false}, {"/r", false},
		{"/", false}, {"/z/y", true}, {"/x/r/a", false}};
	struct known *k = new_known();
	assert_false(known_is_kept(k, "/r/a", 4));
	assert_int_equal(known_keep(k, "/r/a", 4), 0);
	assert_int_equal(known_keep(k, "/z", 2), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(
			known_is_kept(k, cases[i].path, strlen(cases[i].path)), cases[i].kept);
	}
	assert_int_equal(known_keep(k, "/", 1), 0);
	assert_true(known_is_kept(k, "/x/r/a", 6));
	known_free(k);
}

static int list_mount(void *arg, struct mount *m)
{
	char *text = arg;
	size_t len = strlen(text);
	snprintf(text + len, 256 - len, "%.*s:%lld:%d ", (int)m->len, m->path,
		(long long)m->fs_type, (int)m->state);
	return 0;
}

static void mounts_are_found_by_root_and_path_and_listed_with_those_noted(void **state _unused_)
{
	static const char *const paths[] = {"/r/n", "/r", "/r/n/o", "/r-", "/q"};
	struct known *k = new_known();
	struct mounts *m = known_mounts(k);
	assert_null(mounts_find(m, 1, "/r", 2));
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const char *path = paths[i];
		assert_int_equal(mounts_add(m, 1, path, strlen(path), 10 + (int64_t)i), 0);
		assert_int_equal(mounts_add(m, 1, path, strlen(path), 99), -EEXIST);
	}
	assert_int_equal(mounts_add(m, 2, "/r", 2, 20), 0);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct mount *found = mounts_find(m, 1, paths[i], strlen(paths[i]));
		assert_non_null(found);
		assert_int_equal(found->fs_type, 10 + (int64_t)i);
	}
	assert_int_equal(mounts_find(m, 2, "/r", 2)->fs_type, 20);
	assert_null(mounts_find(m, 3, "/r", 2));
	assert_null(mounts_find(m, 1, "/r/", 3));

	assert_int_equal(mounts_note(m, 1, "/r", 2, 77), 0);
	assert_int_equal(mounts_note(m, 1, "/new", 4, 78), 0);
	assert_int_equal(mounts_note(m, 2, "/other", 6, 79), 0);
	mounts_find(m, 1, "/q", 2)->state = MOUNT_LOST;
	char text[256] = "";
	assert_int_equal(mounts_each(m, 1, list_mount, text), 0);
	assert_string_equal(text, "/q:14:2 /r:77:1 /r-:13:0 /r/n:10:0 /r/n/o:12:0 /new:78:1 ");
	known_free(k);
}

enum { MANY = 100000, THREADS = 4 };

struct share {
	struct known *known;
	int first;
	int wrong;
};

/* Every thread sees every second directory of its share, and keeps two paths. */
static void *see_some(void *arg)
{
	struct share *s = arg;
	char path[32];
	for (int i = s->first; i < MANY; i += 2 * THREADS) {
		snprintf(path, sizeof(path), "/dir/%d", i);
		s->wrong += see(s->known, 1, path) != i + 1;
	}
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/keep/%d", s->first * 2 + i);
		s->wrong += known_keep(s->known, path, strlen(path)) != 0;
	}
	return NULL;
}

static void many_threads_mark_many_directories(void **state _unused_)
{
	struct known *k = new_known();
	char path[32];
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/dir/%d", i);
		add(k, 1, i + 1, path);
	}
	for (int i = 0; i < 2 * THREADS; i++) {
		snprintf(path, sizeof(path), "/keep/%d", i);
		add(k, 2, i + 1, path);
	}
	pthread_t threads[THREADS];
	struct share shares[THREADS];
	for (int i = 0; i < THREADS; i++) {
		shares[i] = (struct share){.known = k, .first = i};
		assert_int_equal(pthread_create(&threads[i], NULL, see_some, &shares[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(shares[i].wrong, 0);
	}
	must_answer(k, 2, "", "1 2 3 4 5 6 7 8 ");
	int unseen = 0;
	assert_int_equal(known_each_unseen(k, 1, stop_at_two, &unseen), 0);
	assert_int_equal(unseen, MANY / 2);
	known_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_one_knows_nothing),
		cmocka_unit_test(a_directory_is_found_with_its_digest),
		cmocka_unit_test(a_path_belongs_to_its_root),
		cmocka_unit_test(asking_does_not_mark),
		cmocka_unit_test(what_was_not_seen_is_gone_unless_kept),
		cmocka_unit_test(what_was_seen_is_fresh_even_below_a_kept_path),
		cmocka_unit_test(asking_stops_at_the_first_error),
		cmocka_unit_test(what_lies_at_or_below_a_kept_path_is_kept),
		cmocka_unit_test(mounts_are_found_by_root_and_path_and_listed_with_those_noted),
		cmocka_unit_test(many_threads_mark_many_directories),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
