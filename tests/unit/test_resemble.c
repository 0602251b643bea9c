// needs: scannerd/match proto common
/* test_resemble.c - which servers a person is offered for a path, and which not. */
#include "scannerd/match/resemble.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct words *words;
static struct resemble *resemble;

static const struct resemble_name names[] = {
	{1, "web1", false},
	{2, "web-02.lab.example", false},
	{3, "accounting.lab.example", false},
	{4, "vm108", false},
	{5, "db7", true},
	{6, "10.0.0.1", false},
	{7, "backup", false},
	{8, "fd00::1", false},
	{9, "db07", false},
	{10, "", false},
	{11, "-.-", false},
};

static int begin(void **state _unused_)
{
	assert_int_equal(words_new(NULL, &words), 0);
	return resemble_new(names, ARRAY_SIZE(names), words, &resemble);
}

static int end(void **state _unused_)
{
	resemble_free(resemble);
	words_free(words);
	return 0;
}

struct offer {
	const char *path;
	int64_t server; /* 0: none */
	const char *because;
};

static void near_misses_are_offered_with_a_sentence(void **state _unused_)
{
	static const struct offer cases[] = {
		{"dump/web1prod-2024.tar", 1, "\"web1\" is part of \"web1prod\""},
		{"WEB_1.tar", 1,
			"\"web1\" and \"web_1\" differ at most in separators and leading zeros"},
		{"web2/x.tar", 2,
			"\"web-02\" and \"web2\" differ at most in separators and leading zeros"},
		{"acounting.tar", 3, "\"accounting\" and \"acounting\" differ in one letter"},
		{"accoumting.tar", 3, "\"accounting\" and \"accoumting\" differ in one letter"},
		{"accountings.tar", 3, "\"accounting\" is part of \"accountings\""},
		{"dump/vzdump-qemu-108-x.vma", 4, "\"vm108\" has the number of \"qemu-108\""},
		{"web10.tar", 0, NULL},
		{"web3.tar", 0, NULL},
		{"xweb1", 1, "\"web1\" is part of \"xweb1\""},
		{"10.0.0.12.tar", 0, NULL},
		{"backups.tar", 0, NULL},
		{"accuonting7.tar", 0, NULL},
		{"qemu-1080.vma", 0, NULL},
		{"", 0, NULL},
		{"//", 0, NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct resemblance best[3];
		_buf_ struct buf because = BUF_INIT;
		size_t n = 0;

		resemble_find(resemble, cases[i].path, strlen(cases[i].path), best, &n, 3);
		if ((n == 0) != (cases[i].server == 0)) {
			print_error("%s\n", cases[i].path);
		}
		assert_int_equal(n > 0 ? best[0].server : 0, cases[i].server);
		if (n > 0) {
			resemble_because(resemble, &best[0], &because);
			assert_string_equal(buf_cstr(&because), cases[i].because);
		}
	}
}

static void servers_without_a_backup_come_first(void **state _unused_)
{
	struct resemblance best[3];
	size_t n = 0;

	resemble_find(resemble, "db-7.tar", 8, best, &n, 3);
	assert_int_equal(n, 2);
	assert_int_equal(best[0].server, 9);
	assert_int_equal(best[1].server, 5);
}

static void every_server_is_offered_once_and_never_more_than_asked_for(void **state _unused_)
{
	static const char path[] =
		"web1/web1a/web2b/xweb1/web_1/db7/db07/accounting1/vm108/qemu-108";
	struct resemblance best[3];
	size_t n = 0;

	for (int round = 0; round < 3; round++) {
		resemble_find(resemble, path, sizeof(path) - 1, best, &n, 3);
		assert_int_equal(n, 3);
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(best[i].server, best[k].server);
		}
		assert_false(best[i].has_backup);
	}
}

static void hostile_paths_cost_little(void **state _unused_)
{
	enum { LEN = 8000 };
	char *path = malloc(LEN);
	struct resemblance best[3];

	assert_non_null(path);
	for (size_t i = 0; i < LEN; i++) {
		path[i] = "ab1-web1"[i * 7 % 8];
		if (i % 200 == 199) {
			path[i] = '/';
		}
	}
	clock_t before = clock();

	for (int i = 0; i < 100; i++) {
		size_t n = 0;

		resemble_find(resemble, path, LEN, best, &n, 3);
	}
	assert_true((double)(clock() - before) / CLOCKS_PER_SEC < 5);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_misses_are_offered_with_a_sentence),
		cmocka_unit_test(servers_without_a_backup_come_first),
		cmocka_unit_test(every_server_is_offered_once_and_never_more_than_asked_for),
		cmocka_unit_test(hostile_paths_cost_little),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
