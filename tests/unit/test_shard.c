// needs: scannerd/match proto common
/* test_shard.c - which directories are a hash's first digits, and which may be a server's. */
#include "scannerd/match/shard.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void shards_are_known_by_the_store_above_them(void **state _unused_)
{
	static const struct {
		const char *path; /* its last component is asked about */
		bool shard;
	} cases[] = {
		{"restic/web01/data/c7", true},
		{"restic/web01/data/C7", true},
		{"data/c7", true},
		{"git/objects/3f", true},
		{"pbs/.chunks/db01", true},
		{"backuppc/cpool/3e/a0", true},
		{"backuppc/cpool/3e/a0/12", true},
		{"data/db01", false},
		{"objects/db01", false},
		{"pbs/.chunks/db0", false},
		{"pbs/.chunks/dbxx", false},
		{"backups/c7", false},
		{"c7", false},
		{"metadata/c7", false},
		{"cpool/web01/a0", false},
		{"data/c7x", false},
		{"data/", false},
		{"", false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *path = cases[i].path, *slash = strrchr(path, '/');
		size_t begin = slash != NULL ? (size_t)(slash + 1 - path) : 0;
		if (shard_directory(path, 0, begin, strlen(path)) != cases[i].shard) {
			fail_msg("%s", path);
		}
	}
}

static void what_lies_above_the_scanned_directory_is_not_asked(void **state _unused_)
{
	static const char path[] = "data/c7";
	assert_true(shard_directory(path, 0, 5, 7));
	assert_false(shard_directory(path, 5, 5, 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shards_are_known_by_the_store_above_them),
		cmocka_unit_test(what_lies_above_the_scanned_directory_is_not_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
