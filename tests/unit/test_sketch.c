// needs: webd common
/* test_sketch.c - what a sketch lets a search skip: never a file that is sought. */
#include "webd/sketch.h"

#include "common/json.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILES = 20000, MANY = 3 * 1024 * 1024 };

struct file {
	int64_t id, server;
	char dir[48], name[48];
};
static struct file files[FILES];

static const char *const words[] = {"web", "DB", "mail", "gitlab", "kafka", "Pg-Prod", "erp"};

/* Directories of a few files each; ids with gaps. */
static void make_files(unsigned seed)
{
	int64_t id = 1 << 24;
	int dir = 0;

	for (size_t i = 0; i < FILES; i++) {
		struct file *f = &files[i];

		if (rand_r(&seed) % 30 == 0) {
			dir++;
			id = (int64_t)(dir + 1) << 24;
		}
		id += 1 + rand_r(&seed) % 3;
		f->id = id;
		f->server = dir / 7;
		snprintf(f->dir, sizeof(f->dir), "%s/%s%d", dir % 50 == 0 ? "" : "/srv/Backup",
			words[(size_t)dir % ARRAY_SIZE(words)], dir / 100);
		snprintf(f->name, sizeof(f->name), "%s%d_2026-%02d.TAR",
			words[(size_t)rand_r(&seed) % ARRAY_SIZE(words)], dir / 3,
			rand_r(&seed) % 12);
	}
}

static int add_files(void _unused_ *arg, struct sketch *into)
{
	for (size_t i = 0; i < FILES; i++) {
		const struct file *f = &files[i];

		sketch_add(
			into, f->id, f->dir, strlen(f->dir), f->name, strlen(f->name), f->server);
	}
	return 0;
}

static bool is_sought(const struct file *f, const struct sketch_sought *sought)
{
	char path[128];
	bool of_one = sought->n_servers == 0;

	snprintf(path, sizeof(path), "%s/%s", f->dir, f->name);
	for (size_t i = 0; i < sought->n_servers; i++) {
		of_one = of_one || sought->servers[i] == f->server;
	}
	return of_one && (sought->len == 0 || strcasestr(path, sought->text) != NULL);
}

/* Every file that is sought lies in a span. ret_skipped: files that lie in none. */
static void check(const struct sketch *s, const struct sketch_sought *sought, size_t *ret_skipped)
{
	_buf_ struct buf text = BUF_INIT;
	_json_ cJSON *spans = NULL;
	const cJSON *span;
	size_t i = 0;

	*ret_skipped = 0;
	if (!sketch_spans(s, sought, &text)) {
		assert_int_equal(text.len, 0);
		return;
	}
	assert_int_equal(json_parse(text.data, text.len, &spans, NULL), 0);
	span = spans->child;
	for (; i < FILES; i++) {
		while (span != NULL && files[i].id > span->child->next->valuedouble) {
			span = span->next;
		}
		if (span == NULL || files[i].id < span->child->valuedouble) {
			(*ret_skipped)++;
			if (is_sought(&files[i], sought)) {
				fail_msg("%s/%s has \"%s\" and is skipped", files[i].dir,
					files[i].name, sought->text);
			}
		}
	}
}

static struct sketch *sketch_of(struct sketches *k, int64_t version)
{
	struct sketch *s;

	assert_int_equal(sketches_build(k, version, add_files, NULL), 0);
	s = sketches_find(k, version);
	assert_non_null(s);
	return s;
}

static void no_file_that_is_sought_is_skipped(void **state _unused_)
{
	struct sketches *k = sketches_new();
	unsigned seed = 11;
	size_t skipped, all = 0;

	for (int round = 0; round < 5; round++) {
		struct sketch *s;

		make_files((unsigned)round);
		s = sketch_of(k, round);
		for (int i = 0; i < 200; i++) {
			const struct file *f = &files[(size_t)rand_r(&seed) % FILES];
			int64_t server = f->server;
			char path[128];
			size_t from, len;

			snprintf(path, sizeof(path), "%s/%s", f->dir, f->name);
			from = (size_t)rand_r(&seed) % strlen(path);
			len = 1 + (size_t)rand_r(&seed) % (strlen(path) - from);
			path[from + len] = '\0';
			check(s, &(struct sketch_sought){.text = path + from, .len = len},
				&skipped);
			all += skipped;
			check(s,
				&(struct sketch_sought){.text = path + from,
					.len = len,
					.servers = &server,
					.n_servers = 1},
				&skipped);
			all += skipped;
			check(s, &(struct sketch_sought){.servers = &server, .n_servers = 1},
				&skipped);
			all += skipped;
		}
		sketch_release(k, s);
	}
	assert_true(all > 1000 * FILES); /* it is of use */
	sketches_free(k);
}

static void what_is_nowhere_skips_nearly_all(void **state _unused_)
{
	static const int64_t server = 1234567;
	struct sketches *k = sketches_new();
	struct sketch *s;
	size_t skipped;

	make_files(1);
	s = sketch_of(k, 1);
	check(s, &(struct sketch_sought){.text = "qqqxyz", .len = 6}, &skipped);
	assert_true(skipped > FILES * 98 / 100);
	check(s, &(struct sketch_sought){.servers = &server, .n_servers = 1}, &skipped);
	assert_true(skipped > FILES * 9 / 10);
	check(s, &(struct sketch_sought){.text = "/S", .len = 2}, &skipped); /* too short to tell */
	assert_int_equal(skipped, 0);
	sketch_release(k, s);
	sketches_free(k);
}

/* File i is called after i; the directory is too long for anything to be known of it. */
static int add_many(void *arg, struct sketch *into)
{
	char dir[8000], name[32];
	size_t dir_len = *(const size_t *)arg;

	memset(dir, 'x', sizeof(dir));
	for (int64_t i = 0; i < (dir_len < sizeof(dir) ? MANY : 100); i++) {
		snprintf(name, sizeof(name), "n%07ld", (long)i);
		sketch_add(into, i, dir, dir_len, name, strlen(name), i / 1000);
	}
	return 0;
}

static void blocks_grow_with_the_files(void **state _unused_)
{
	static const int64_t servers[] = {0, 1000, 1500, MANY / 1000};
	size_t dir_len = 4;
	struct sketches *k = sketches_new();
	struct sketch *s;

	assert_int_equal(sketches_build(k, 1, add_many, &dir_len), 0);
	s = sketches_find(k, 1);
	for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
		_buf_ struct buf text = BUF_INIT;
		_json_ cJSON *spans = NULL;
		const cJSON *span;
		bool found = false;

		assert_true(sketch_spans(
			s, &(struct sketch_sought){.servers = &servers[i], .n_servers = 1}, &text));
		assert_int_equal(json_parse(text.data, text.len, &spans, NULL), 0);
		cJSON_ArrayForEach (span, spans) {
			double first = span->child->valuedouble,
			       last = span->child->next->valuedouble;

			assert_true(first <= last && last < MANY);
			found = found || (first <= (double)(servers[i] * 1000 + 500) &&
						 last >= (double)(servers[i] * 1000 + 500));
		}
		assert_true(found);
	}
	sketch_release(k, s);
	sketches_free(k);
}

static void a_path_too_long_is_always_looked_at(void **state _unused_)
{
	size_t dir_len = 8000;
	struct sketches *k = sketches_new();
	_buf_ struct buf text = BUF_INIT;
	struct sketch *s;

	assert_int_equal(sketches_build(k, 1, add_many, &dir_len), 0);
	s = sketches_find(k, 1);
	assert_false(sketch_spans(s, &(struct sketch_sought){.text = "nowhere", .len = 7}, &text));
	sketch_release(k, s);
	sketches_free(k);
}

static struct sketches *building;

static int fails(void _unused_ *arg, struct sketch _unused_ *into)
{
	assert_int_equal(sketches_build(building, 9, add_files, NULL), -EBUSY);
	return -ETIMEDOUT;
}

static void one_is_kept_for_the_newest_version(void **state _unused_)
{
	struct sketches *k = building = sketches_new();
	struct sketch *first, *second;
	size_t skipped;

	make_files(3);
	assert_null(sketches_find(k, 1));
	first = sketch_of(k, 1);
	assert_int_equal(sketches_build(k, 1, add_files, NULL), -EEXIST);
	assert_null(sketches_find(k, 2));
	second = sketch_of(k, 2);
	assert_null(sketches_find(k, 1));
	check(first, &(struct sketch_sought){.text = "kafka", .len = 5}, &skipped); /* still held */
	sketch_release(k, first);
	assert_int_equal(sketches_build(k, 3, fails, NULL), -ETIMEDOUT);
	sketch_release(k, second);
	second = sketches_find(k, 2); /* a failure takes nothing away */
	assert_non_null(second);
	sketch_release(k, second);
	sketches_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_file_that_is_sought_is_skipped),
		cmocka_unit_test(what_is_nowhere_skips_nearly_all),
		cmocka_unit_test(blocks_grow_with_the_files),
		cmocka_unit_test(a_path_too_long_is_always_looked_at),
		cmocka_unit_test(one_is_kept_for_the_newest_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
