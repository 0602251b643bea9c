// needs: scannerd/walk proto common
/* test_listing.c - one directory's files: order, digest, handing on. */
#include "scannerd/walk/listing.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const uint8_t key[LISTING_KEY_SIZE] = {7};

struct file {
	const char *name;
	int64_t mtime_ns, size;
};

static struct listing *make(const struct file *files, size_t n)
{
	struct listing *l = listing_new();
	assert_non_null(l);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(listing_add(l, files[i].name, strlen(files[i].name),
					 files[i].mtime_ns, files[i].size),
			0);
	}
	assert_int_equal(listing_sort(l), 0);
	assert_int_equal(listing_digest(l, key), 0);
	return l;
}

static void files_are_sorted_by_the_bytes_of_their_names(void **state _unused_)
{
	static const struct file files[] = {{"b", 1, 1}, {"\xff", 2, 2}, {"a", 3, 3}, {"ab", 4, 4},
		{"B", 5, 5}, {"a\x01", 6, 6}};
	static const char *const sorted[] = {"B", "a", "a\x01", "ab", "b", "\xff"};
	struct listing *l = make(files, ARRAY_SIZE(files));
	assert_int_equal(l->n, ARRAY_SIZE(sorted));
	for (size_t i = 0; i < l->n; i++) {
		assert_int_equal(l->files[i].name_len, strlen(sorted[i]));
		assert_memory_equal(listing_name(l, &l->files[i]), sorted[i], strlen(sorted[i]));
	}
	listing_free(l);
}

/* Names of a small alphabet, so that many share their beginnings and some are told twice. */
static struct listing *make_alike(size_t n, uint32_t random)
{
	static const char letters[] = "aab\x01\xff";
	struct listing *l = listing_new();
	assert_non_null(l);
	for (size_t i = 0; i < n; i++) {
		char name[16];
		size_t len = 1 + (random >> 24) % 12;
		for (size_t k = 0; k < len; k++) {
			random = random * 1664525 + 1013904223;
			name[k] = letters[(random >> 24) % (sizeof(letters) - 1)];
		}
		assert_int_equal(listing_add(l, name, len, (int64_t)len, name[0]), 0);
	}
	return l;
}

static void names_that_begin_alike_are_sorted_and_keep_their_files(void **state _unused_)
{
	for (size_t n = 0; n < 300; n++) {
		struct listing *l = make_alike(n, (uint32_t)n);
		assert_int_equal(listing_sort(l), 0);
		assert_true(l->n <= n && (n == 0 || l->n > 0));
		for (size_t i = 0; i < l->n; i++) {
			const struct listed_file *f = &l->files[i], *before = f - 1;
			assert_int_equal(f->mtime_ns, f->name_len);
			assert_int_equal(f->size, listing_name(l, f)[0]);
			if (i == 0) {
				continue;
			}
			int order = memcmp(listing_name(l, before), listing_name(l, f),
				MIN(before->name_len, f->name_len));
			assert_true(order < 0 || (order == 0 && before->name_len < f->name_len));
		}
		listing_free(l);
	}
}

static void a_name_that_was_told_twice_is_there_once(void **state _unused_)
{
	static const struct file twice[] = {
		{"b", 3, 4}, {"a", 1, 2}, {"b", 3, 4}, {"a", 1, 2}, {"c", 5, 6}};
	static const struct file once[] = {{"a", 1, 2}, {"b", 3, 4}, {"c", 5, 6}};
	struct listing *l = make(twice, ARRAY_SIZE(twice)), *m = make(once, ARRAY_SIZE(once));
	assert_int_equal(l->n, 3);
	assert_memory_equal(l->digest, m->digest, LISTING_DIGEST_SIZE);
	listing_free(l);
	listing_free(m);
}

static void the_order_of_reading_does_not_change_the_digest(void **state _unused_)
{
	static const struct file one[] = {{"a", 1, 2}, {"b", 3, 4}, {"c", 5, 6}};
	static const struct file two[] = {{"c", 5, 6}, {"a", 1, 2}, {"b", 3, 4}};
	struct listing *l = make(one, 3), *m = make(two, 3);
	assert_memory_equal(l->digest, m->digest, LISTING_DIGEST_SIZE);
	listing_free(l);
	listing_free(m);
}

static void every_difference_changes_the_digest(void **state _unused_)
{
	static const struct {
		struct file files[2];
		size_t n;
	} cases[] = {
		{{{0}}, 0},
		{{{"a", 1, 2}}, 1},
		{{{"a", 1, 2}, {"b", 3, 4}}, 2},
		{{{"a", 2, 2}, {"b", 3, 4}}, 2},
		{{{"a", 1, 3}, {"b", 3, 4}}, 2},
		{{{"a", 2, 1}, {"b", 3, 4}}, 2},
		{{{"aa", 1, 2}, {"b", 3, 4}}, 2},
		{{{"a", 3, 4}, {"b", 1, 2}}, 2},
		{{{"a", 1, 2}, {"c", 3, 4}}, 2},
		{{{"ab", 1, 2}}, 1},
	};
	struct listing *l[ARRAY_SIZE(cases)];
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		l[i] = make(cases[i].files, cases[i].n);
		for (size_t j = 0; j < i; j++) {
			assert_memory_not_equal(l[i]->digest, l[j]->digest, LISTING_DIGEST_SIZE);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		listing_free(l[i]);
	}
}

/* SipHash-2-4-128 of the serialised record, worked out with another implementation (Python, from
 * the paper). */
static void the_digest_is_siphash_2_4_128(void **state _unused_)
{
	static const struct file file = {"a.tar", INT64_C(1700000000000000001), 5};
	static const uint8_t expected[LISTING_DIGEST_SIZE] = {0x3b, 0x07, 0xb3, 0x92, 0x77, 0x88,
		0xc6, 0x38, 0x35, 0xca, 0xe4, 0x6c, 0x39, 0x93, 0x0d, 0x48};
	struct listing *l = make(&file, 1);
	assert_memory_equal(l->digest, expected, LISTING_DIGEST_SIZE);
	listing_free(l);
}

static struct listing *make_many(size_t n, int64_t last_size)
{
	struct listing *l = listing_new();
	assert_non_null(l);
	for (size_t i = 0; i < n; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "file-%07zu", n - i);
		assert_int_equal(
			listing_add(l, name, (size_t)len, (int64_t)i, i == 0 ? last_size : 1), 0);
	}
	assert_int_equal(listing_sort(l), 0);
	assert_int_equal(listing_digest(l, key), 0);
	return l;
}

static void listings_of_many_chunks_are_hashed_to_their_last_byte(void **state _unused_)
{
	enum { MANY = 20000 };
	struct listing *l = make_many(MANY, 1), *same = make_many(MANY, 1),
		       *other = make_many(MANY, 2);
	struct listing *shorter = make_many(MANY - 1, 1);
	assert_memory_equal(l->digest, same->digest, LISTING_DIGEST_SIZE);
	assert_memory_not_equal(l->digest, other->digest, LISTING_DIGEST_SIZE);
	assert_memory_not_equal(l->digest, shorter->digest, LISTING_DIGEST_SIZE);
	listing_free(l);
	listing_free(same);
	listing_free(other);
	listing_free(shorter);
}

static void a_detached_listing_is_whole_and_the_rest_can_be_filled_again(void **state _unused_)
{
	static const size_t sizes[] = {0, 1, 1000, 20000}; /* copied, and moved */
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct listing *l = make_many(sizes[i], 9);
		l->root = 3;
		l->dir = 4;
		l->root_len = 2;
		buf_adds(&l->path, "/r/d");
		uint8_t digest[LISTING_DIGEST_SIZE];
		memcpy(digest, l->digest, sizeof(digest));
		struct listing *d = listing_detach(&l);
		assert_non_null(d);
		assert_ptr_not_equal(d, l);
		listing_reset(l);
		assert_int_equal(listing_add(l, "new", 3, 1, 1), 0);
		assert_int_equal(l->n, 1);

		assert_int_equal(d->n, sizes[i]);
		assert_int_equal(d->root, 3);
		assert_int_equal(d->dir, 4);
		assert_int_equal(d->root_len, 2);
		assert_string_equal(buf_cstr(&d->path), "/r/d");
		assert_int_equal(listing_digest(d, key), 0);
		assert_memory_equal(d->digest, digest, sizeof(digest));
		listing_free(d);
		listing_free(l);
	}
}

static void a_name_that_is_too_long_is_refused(void **state _unused_)
{
	struct listing *l = listing_new();
	char *name = calloc(1, UINT16_MAX + 1);
	assert_non_null(name);
	assert_int_equal(listing_add(l, name, UINT16_MAX, 0, 0), 0);
	assert_int_equal(listing_add(l, name, UINT16_MAX + 1, 0, 0), -E2BIG);
	assert_int_equal(l->n, 1);
	free(name);
	listing_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_sorted_by_the_bytes_of_their_names),
		cmocka_unit_test(names_that_begin_alike_are_sorted_and_keep_their_files),
		cmocka_unit_test(a_name_that_was_told_twice_is_there_once),
		cmocka_unit_test(the_order_of_reading_does_not_change_the_digest),
		cmocka_unit_test(every_difference_changes_the_digest),
		cmocka_unit_test(the_digest_is_siphash_2_4_128),
		cmocka_unit_test(listings_of_many_chunks_are_hashed_to_their_last_byte),
		cmocka_unit_test(a_detached_listing_is_whole_and_the_rest_can_be_filled_again),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
