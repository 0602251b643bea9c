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
	int64_t id, server, size;
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
		f->size = rand_r(&seed) % 100000 - 50;
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

		sketch_add(into, &(struct sketch_file){.id = f->id,
					 .dir = f->dir,
					 .dir_len = strlen(f->dir),
					 .name = f->name,
					 .name_len = strlen(f->name),
					 .server = f->server,
					 .zones = {[ZONE_SIZE] = f->size}});
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
	if (sketch_spans(s, sought, &text) == 100) {
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

static int by_size(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static bool is_in(const cJSON *spans, int64_t id)
{
	const cJSON *span;

	cJSON_ArrayForEach (span, spans) {
		if ((double)id >= span->child->valuedouble &&
			(double)id <= span->child->next->valuedouble) {
			return true;
		}
	}
	return false;
}

/* The first n in either direction lie in the spans, with all that are equal to the last of them. */
static void check_first(const struct sketch *s, enum zone zone,
	int (*order)(const void *, const void *), size_t n, size_t *ret_narrowed)
{
	struct file *sorted = malloc(sizeof(files));

	memcpy(sorted, files, sizeof(files));
	qsort(sorted, FILES, sizeof(*sorted), order);
	for (int descending = 0; descending < 2; descending++) {
		_buf_ struct buf text = BUF_INIT;
		_json_ cJSON *spans = NULL;

		if (sketch_first(s, zone, descending != 0, n, &text) == 100) {
			continue;
		}
		(*ret_narrowed)++;
		assert_int_equal(json_parse(text.data, text.len, &spans, NULL), 0);
		for (size_t i = 0; i < FILES; i++) {
			const struct file *f = &sorted[descending != 0 ? FILES - 1 - i : i];
			const struct file *last = &sorted[descending != 0 ? FILES - n : n - 1];

			if (i >= n && order(f, last) != 0) {
				break;
			}
			assert_true(is_in(spans, f->id));
		}
	}
	free(sorted);
}

static void the_first_of_a_sort_are_not_skipped(void **state _unused_)
{
	struct sketches *k = sketches_new();
	size_t narrowed = 0;

	for (int round = 0; round < 4; round++) {
		struct sketch *s;

		make_files((unsigned)round);
		s = sketch_of(k, round);
		for (size_t n = 1; n < 200; n += 33) {
			check_first(s, ZONE_SIZE, by_size, n, &narrowed);
			check_first(s, ZONE_NAME, by_name, n, &narrowed);
		}
		sketch_release(k, s);
	}
	assert_true(narrowed > 40); /* of 112 */
	sketches_free(k);
}

static void a_sort_by_what_is_all_the_same_skips_nothing(void **state _unused_)
{
	struct sketches *k = sketches_new();
	_buf_ struct buf text = BUF_INIT;
	struct sketch *s;

	make_files(1);
	s = sketch_of(k, 1);
	assert_int_equal(
		sketch_first(s, ZONE_BACKUP_TIME, true, 101, &text), 100); /* 0 everywhere */
	assert_int_equal(
		sketch_first(s, ZONE_SIZE, true, FILES, &text), 100); /* more than blocks */
	assert_int_equal(text.len, 0);
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
		sketch_add(into, &(struct sketch_file){.id = i,
					 .dir = dir,
					 .dir_len = dir_len,
					 .name = name,
					 .name_len = strlen(name),
					 .server = i / 1000,
					 .zones = {[ZONE_MODIFIED] = i}});
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

		const struct sketch_sought one = {.servers = &servers[i], .n_servers = 1};

		assert_in_range(sketch_spans(s, &one, &text), 1, 50);
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
	{
		_buf_ struct buf text = BUF_INIT;
		_json_ cJSON *spans = NULL;

		assert_int_equal(sketch_first(s, ZONE_MODIFIED, true, 101, &text), 1);
		assert_int_equal(json_parse(text.data, text.len, &spans, NULL), 0);
		assert_int_equal(cJSON_GetArraySize(spans), 1);
		assert_true(spans->child->child->valuedouble <= MANY - 101);
		assert_true(spans->child->child->next->valuedouble == MANY - 1);
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
	assert_int_equal(
		sketch_spans(s, &(struct sketch_sought){.text = "nowhere", .len = 7}, &text), 100);
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
		cmocka_unit_test(the_first_of_a_sort_are_not_skipped),
		cmocka_unit_test(a_sort_by_what_is_all_the_same_skips_nothing),
		cmocka_unit_test(blocks_grow_with_the_files),
		cmocka_unit_test(a_path_too_long_is_always_looked_at),
		cmocka_unit_test(one_is_kept_for_the_newest_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
