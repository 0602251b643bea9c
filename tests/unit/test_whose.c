// needs: scannerd/match proto common
/* test_whose.c - whom one component names, where names of several servers begin alike. */
#include "match_world.h"

/* srv0-12-x begins with srv0-12, which is no server's name: that made srv0-12.tar a backup of srv0.
 */
static void an_unknown_number_names_nobody_though_a_longer_name_is_known(void **state _unused_)
{
	static const char text[] = "[{\"hostname\":\"srv0\"},{\"hostname\":\"srv0-11\"},"
				   "{\"hostname\":\"srv0-12-x\"},{\"hostname\":\"srv0-13-y\"}]";
	static const struct world_case cases[] = {
		{"srv0.tar", "srv0"},
		{"srv0-11.tar", "srv0-11"},
		{"srv0-12.tar", NULL},
		{"srv0-12-x.tar", "srv0-12-x"},
		{"srv0-12-z.tar", NULL},
		{"srv0-13.tar", NULL},
		{"srv0-14.tar", NULL},
		{"srv0-x.tar", "srv0"},
	};
	struct world w;
	world_begin(&w, text, NULL);
	world_check(&w, cases, ARRAY_SIZE(cases));
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_number_names_nobody_though_a_longer_name_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
