// needs: webd proto common
/* test_assets.c - the embedded files are whole and found, and the headers that ask for them are
 * understood. */
#include "webd/assets.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_the_table_is_sorted_and_complete(void **state)
{
	const struct asset *rows;
	size_t n = assets_all(&rows);
	size_t scripts = 0;

	(void)state;
	assert_true(n > 5);
	for (size_t i = 0; i < n; i++) {
		size_t tag = strlen(rows[i].tag);

		assert_true(i == 0 || strcmp(rows[i - 1].path, rows[i].path) < 0);
		assert_ptr_equal(assets_find(rows[i].path), &rows[i]);
		assert_true(tag > 10 && rows[i].tag[0] == '"' && rows[i].tag[tag - 1] == '"');
		scripts += strncmp(rows[i].content_type, "text/javascript", 15) == 0 ? 1 : 0;
	}
	assert_true(scripts > 2);
	assert_non_null(assets_find("/assets/THIRD-PARTY.txt"));
	assert_non_null(assets_find("/favicon.svg"));
}

static void test_what_is_not_there_is_not_found(void **state)
{
	static const char *const paths[] = {"", "/", "/assets/", "/assets/x.js", "/zzz",
		"/assets/../favicon.svg", "/assets/third-party.txt", "/favicon.svg/"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		assert_null(assets_find(paths[i]));
	}
}

/* "/assets/main-AB12CD34.js" */
enum { HASH = 8 };
#define HASH_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static void test_only_names_with_a_hash_are_kept_for_ever(void **state)
{
	const struct asset *rows;
	size_t n = assets_all(&rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const char *dash = strrchr(rows[i].path, '-');
		bool hashed = dash != NULL && strspn(dash + 1, HASH_LETTERS) == HASH;

		assert_int_equal(rows[i].immutable, hashed && dash[HASH + 1] == '.');
	}
}

static void test_every_file_unpacks_to_its_size(void **state)
{
	const struct asset *rows;
	size_t n = assets_all(&rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		_buf_ struct buf plain = BUF_INIT;

		assert_int_equal(assets_inflate(&rows[i], &plain), 0);
		assert_int_equal(plain.len, rows[i].size);
		assert_true(plain.len > 0);
	}
}

static void test_nonsense_is_not_unpacked(void **state)
{
	struct asset a = *assets_find("/favicon.svg");
	_buf_ struct buf plain = BUF_INIT;

	(void)state;
	a.size--;
	assert_int_equal(assets_inflate(&a, &plain), -EIO);
	a.size += 2;
	assert_int_equal(assets_inflate(&a, &plain), -EIO);
	a.size--;
	a.gzip_end--;
	assert_int_equal(assets_inflate(&a, &plain), -EIO);
	assert_int_equal(plain.len, 0);
}

static void test_the_page_has_its_nonce_and_names_files_that_are_there(void **state)
{
	_buf_ struct buf page = BUF_INIT;
	const char *p;
	int links = 0;

	(void)state;
	assets_print_page("0123abcd", &page);
	p = buf_cstr(&page);
	assert_non_null(strstr(p, "content=\"0123abcd\""));
	assert_null(strstr(p, "{{"));
	while ((p = strstr(p, "\"/assets/")) != NULL) {
		char path[128];
		size_t len = strcspn(++p, "\"");

		assert_true(len < sizeof(path));
		memcpy(path, p, len);
		path[len] = '\0';
		assert_non_null(assets_find(path));
		links++;
	}
	assert_true(links >= 3);
}

static void test_gzip_is_sent_to_who_takes_it(void **state)
{
	static const struct {
		const char *header;
		bool accepted;
	} cases[] = {
		{NULL, false},
		{"", false},
		{"gzip", true},
		{"GZIP", true},
		{"deflate, gzip;q=1.0, *;q=0.5", true},
		{"br;q=1.0, gzip;q=0.8", true},
		{"gzip;q=0", false},
		{"gzip; q=0.000", false},
		{"gzip;q=0.001", true},
		{"identity", false},
		{"*", true},
		{"*;q=0", false},
		{"gzip;q=0, *", false},
		{"x-gzipped, deflate", false},
		{"gzi", false},
		{",,, gzip ,", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(assets_gzip_accepted(cases[i].header), cases[i].accepted);
	}
}

static void test_a_known_tag_is_recognised_in_a_list(void **state)
{
	static const struct {
		const char *header;
		bool matches;
	} cases[] = {
		{NULL, false},
		{"", false},
		{"\"abc\"", true},
		{"W/\"abc\"", true},
		{"\"x\", \"abc\"", true},
		{"\"x\",W/\"abc\" ", true},
		{"*", true},
		{"abc", false},
		{"\"ab\"", false},
		{"\"abcd\"", false},
		{"W/", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(assets_tag_matches(cases[i].header, "\"abc\""), cases[i].matches);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_is_sorted_and_complete),
		cmocka_unit_test(test_what_is_not_there_is_not_found),
		cmocka_unit_test(test_only_names_with_a_hash_are_kept_for_ever),
		cmocka_unit_test(test_every_file_unpacks_to_its_size),
		cmocka_unit_test(test_nonsense_is_not_unpacked),
		cmocka_unit_test(test_the_page_has_its_nonce_and_names_files_that_are_there),
		cmocka_unit_test(test_gzip_is_sent_to_who_takes_it),
		cmocka_unit_test(test_a_known_tag_is_recognised_in_a_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
