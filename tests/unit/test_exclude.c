// needs: scannerd/walk proto common
/* test_exclude.c - globs: what they take, and that no pattern can make them slow. */
#include "common/timefmt.h"
#include "scannerd/walk/exclude.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void globs_take_what_they_say(void **state _unused_)
{
	static const struct {
		const char *glob, *text;
		bool matches;
	} cases[] = {
		{"", "", true},
		{"", "a", false},
		{"a", "", false},
		{"a", "a", true},
		{"a", "A", false},
		{"abc", "ab", false},
		{"*", "", true},
		{"*", "anything", true},
		{"*", ".hidden", true},
		{"*", "a/b", false},
		{"*.tmp", "a.tmp", true},
		{"*.tmp", ".tmp", true},
		{"*.tmp", "a.tmp.gz", false},
		{"a*b*c", "aXbYbZc", true},
		{"a*b*c", "aXbYbZ", false},
		{"*a*a*", "aa", true},
		{"*a*a*", "a", false},
		{"**", "ab", true},
		{"?", "a", true},
		{"?", "", false},
		{"?", "/", false},
		{"??", "\xc3\xa4", true},
		{"[abc]", "b", true},
		{"[abc]", "d", false},
		{"[a-c]x", "bx", true},
		{"[!a-c]", "b", false},
		{"[!a-c]", "d", true},
		{"[^a]", "b", true},
		{"[]]", "]", true},
		{"[!]]", "]", false},
		{"[a-]", "-", true},
		{"[-a]", "-", true},
		{"[\\]]", "]", true},
		{"[z-a]", "m", false},
		{"[a", "[a", true},
		{"[", "[", true},
		{"[a", "a", false},
		{"[\xf0-\xff]", "\xf5", true},
		{"\\*", "*", true},
		{"\\*", "a", false},
		{"\\", "\\", true},
		{"\\a", "a", true},
		{"a/b", "a/b", true},
		{"a/b", "a/b/c", false},
		{"a/*", "a/b", true},
		{"a/*", "a/b/c", false},
		{"a/*", "a", false},
		{"*/b", "a/b", true},
		{"*/*/c", "a/b/c", true},
		{"*/c", "a/b/c", false},
		{"**/c", "c", true},
		{"**/c", "a/b/c", true},
		{"**/c", "a/b/cc", false},
		{"a/**", "a/b/c", true},
		{"a/**", "a", true},
		{"a/**/z", "a/z", true},
		{"a/**/z", "a/b/c/z", true},
		{"a/**/z", "b/z", false},
		{"a/**/m/**/z", "a/m/x/m/z", true},
		{"**/a/**/b", "x/a/y/a/z/b", true},
		{"**/a/**/b", "x/a/y/a/z/c", false},
		{"x**y/z", "xaay/z", true},
		{"**/*.t*p", "a/b/c.tmp", true},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool got = exclude_glob(
			cases[i].glob, strlen(cases[i].glob), cases[i].text, strlen(cases[i].text));
		if (got != cases[i].matches) {
			fail_msg("glob '%s' on '%s' is %d", cases[i].glob, cases[i].text, got);
		}
	}
}

static void a_slash_decides_what_is_compared(void **state _unused_)
{
	static const struct {
		const char *glob, *path;
		bool matches;
	} cases[] = {
		{"b", "a/b", true},
		{"b/", "a/b", true},
		{"/b", "a/b", false},
		{"/b", "b", true},
		{"/a/b", "a/b", true},
		{"a/b", "a/b", true},
		{"a/b/", "a/b", true},
		{"a/b", "x/a/b", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct strv globs = {0};
		assert_int_equal(strv_add(&globs, "never-matches"), 0);
		assert_int_equal(strv_add(&globs, cases[i].glob), 0);
		const char *path = cases[i].path, *slash = strrchr(path, '/');
		const char *name = slash != NULL ? slash + 1 : path;
		bool wants = exclude_wants_path(&globs);
		bool got = exclude_match(
			&globs, name, strlen(name), wants ? path : NULL, wants ? strlen(path) : 0);
		if (got != cases[i].matches) {
			fail_msg("glob '%s' on '%s' is %d", cases[i].glob, path, got);
		}
		strv_done(&globs);
	}
	assert_false(exclude_wants_path(NULL));
	assert_false(exclude_match(NULL, "a", 1, NULL, 0));
}

static void no_pattern_takes_exponential_time(void **state _unused_)
{
	char stars[2048], text[4096];
	size_t len = 0;
	for (int i = 0; i < 500; i++) {
		memcpy(stars + len, "*a", 2);
		len += 2;
	}
	memcpy(stars + len, "b", 1);
	len++;
	memset(text, 'a', sizeof(text));
	int64_t begin = time_mono_ms();
	assert_false(exclude_glob(stars, len, text, sizeof(text)));

	len = 0;
	for (int i = 0; i < 200; i++) {
		memcpy(stars + len, "**/a/", 5);
		len += 5;
	}
	memcpy(stars + len, "b", 1);
	len++;
	for (size_t i = 1; i < sizeof(text); i += 2) {
		text[i] = '/';
	}
	assert_false(exclude_glob(stars, len, text, sizeof(text)));
	assert_true(time_mono_ms() - begin < 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(globs_take_what_they_say),
		cmocka_unit_test(a_slash_decides_what_is_compared),
		cmocka_unit_test(no_pattern_takes_exponential_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
