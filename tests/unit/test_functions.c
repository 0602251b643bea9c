// needs: webd proto common
/* test_functions.c - what the SQL functions say that no list shows by itself. */
#include "webd/functions.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static sqlite3 *db;
static struct functions functions;

static int setup(void **state _unused_)
{
	assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
	return functions_register(db, &functions);
}

static int teardown(void **state _unused_)
{
	return sqlite3_close(db);
}

static int64_t ask(const char *sql, const void *a, int a_len, const void *b, int b_len)
{
	sqlite3_stmt *st = NULL;
	int64_t result;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_bind_blob(st, 1, a, a_len, SQLITE_STATIC), SQLITE_OK);
	if (b != NULL) {
		assert_int_equal(sqlite3_bind_blob(st, 2, b, b_len, SQLITE_STATIC), SQLITE_OK);
	}
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	result = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return result;
}

/* Every pair of bytes, at every place of a word of eight and after it. */
static void only_ascii_letters_are_the_same_in_either_case(void **state _unused_)
{
	char text[17], needle[17];

	for (int place = 0; place < 17; place += 4) {
		for (int a = 0; a < 256; a++) {
			for (int b = 0; b < 256; b += a == b ? 1 : 3) {
				bool same =
					a == b || ((a ^ b) == 0x20 &&
							  ((a | 0x20) >= 'a' && (a | 0x20) <= 'z'));

				memset(text, '.', sizeof(text));
				memset(needle, '.', sizeof(needle));
				text[place] = (char)a;
				needle[place] = (char)b;
				assert_int_equal(ask("SELECT bc_contains(?, ?)", text, sizeof(text),
							 needle, sizeof(needle)),
					same);
			}
		}
	}
}

static int64_t path_contains(const char *dir, const char *name, const char *needle)
{
	sqlite3_stmt *st = NULL;
	int64_t result;

	assert_int_equal(sqlite3_prepare_v2(db, "SELECT bc_path_contains(?, ?, ?)", -1, &st, NULL),
		SQLITE_OK);
	sqlite3_bind_text(st, 1, dir, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, needle, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	result = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return result;
}

/* What was looked at last is remembered: any order of calls must say what one call says. */
static void a_search_says_the_same_whatever_was_sought_before(void **state _unused_)
{
	static const char *const dirs[] = {"", "/", "/srv", "/srv/Web", "/srv/web/aab"},
				 *const names[] = {"", "a", "web.tar", "ab", "b/"},
				 *const needles[] = {"/", "b", "eb/w", "AAB/AB", "v/web/aab/a",
					 "tar", "/a", "aabb", "//", "srv", "b/b/"};
	unsigned seed = 7;

	for (int i = 0; i < 20000; i++) {
		const char *dir = dirs[(size_t)rand_r(&seed) % ARRAY_SIZE(dirs)];
		const char *name = names[(size_t)rand_r(&seed) % ARRAY_SIZE(names)];
		const char *needle = needles[(size_t)rand_r(&seed) % ARRAY_SIZE(needles)];
		char path[64];

		snprintf(path, sizeof(path), "%s%s%s", dir,
			dir[0] == '\0' || strcmp(dir, "/") == 0 ? "" : "/", name);
		if (path_contains(dir, name, needle) != (strcasestr(path, needle) != NULL)) {
			fail_msg("\"%s\" in \"%s\" + \"%s\"", needle, dir, name);
		}
	}
}

static void names_of_reasons_become_bits(void **state _unused_)
{
	static const struct {
		const char *names;
		int64_t bits;
	} cases[] = {
		{",counts,", 1 << 0},
		{",no_server,ambiguous,", 1 << 1 | 1 << 2},
		{",empty_archive,", 1 << 5},
		{",empty,", 1 << 4},
		{",unheard_of,", 0},
		{"", 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(ask("SELECT bc_reasons(CAST(? AS TEXT))", cases[i].names,
					 (int)strlen(cases[i].names), NULL, 0),
			cases[i].bits);
	}
}

static void a_tally_counts_what_the_case_lets_through_once_each(void **state _unused_)
{
	sqlite3_stmt *st = NULL;
	int rows = 0;

	functions.tally = 0;
	assert_int_equal(
		sqlite3_prepare_v2(db,
			"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100) "
			"SELECT x FROM n WHERE CASE WHEN x % 2 THEN bc_tally(x > 50) END "
			"ORDER BY -x LIMIT 5",
			-1, &st, NULL),
		SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		rows++;
	}
	sqlite3_finalize(st);
	assert_int_equal(rows, 5);
	assert_int_equal(functions.tally, 50);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(only_ascii_letters_are_the_same_in_either_case),
		TEST(a_search_says_the_same_whatever_was_sought_before),
		TEST(names_of_reasons_become_bits),
		TEST(a_tally_counts_what_the_case_lets_through_once_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
