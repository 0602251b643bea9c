// needs: scannerd common proto
/* test_caller.c - what a connection may do, by the kernel's word, a credential's, or webd's. */
#include "scannerd/caller.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOW INT64_C(1790000000)

static const struct limits by_password = {.sign_in = SIGN_IN_PASSWORD},
			   by_webd = {.sign_in = SIGN_IN_WEBD};

static void a_new_connection_is_root_or_a_member(void **state)
{
	(void)state;
	struct caller c;

	caller_fresh(0, &c);
	assert_int_equal(c.kind, CALLER_ROOT);
	assert_int_equal(caller_role(&c, &by_password, NOW), ROLE_ADMIN);
	caller_fresh(geteuid(), &c);
	assert_int_equal(c.kind, CALLER_ROOT);
	caller_fresh(geteuid() + 1000, &c);
	assert_int_equal(c.kind, CALLER_MEMBER);
	assert_string_equal(c.name, "anonymous");
	assert_int_equal(caller_role(&c, &by_password, NOW), ROLE_NONE);
	assert_int_equal(caller_role(&c, &by_webd, NOW), ROLE_ADMIN);
}

static void a_role_suffices_for_itself_and_less_until_it_expires(void **state)
{
	(void)state;
	char name[] = "jo";

	for (int has = ROLE_NONE; has < _ROLES; has++) {
		struct caller_out found = {
			.name = name, .kind = CALLER_SESSION, .role = has, .expires = NOW + 1};
		struct caller c;

		caller_authenticated(&found, "192.0.2.1", &c);
		assert_string_equal(c.source, "192.0.2.1");
		for (int needed = ROLE_NONE; needed < _ROLES; needed++) {
			struct err err = {0};
			int rc = caller_may(&c, (enum role)needed, &by_password, NOW, &err);

			assert_int_equal(rc == 0, has >= needed);
			assert_int_equal(err.code, has >= needed      ? ERR_NONE
						   : has == ROLE_NONE ? ERR_NOT_SIGNED_IN
								      : ERR_PERMISSION_DENIED);
			assert_true(rc == 0 || strstr(err.message, role_names[needed]) != NULL);
			assert_int_equal(
				caller_may(&c, (enum role)needed, &by_password, NOW + 1, &err) == 0,
				needed == ROLE_NONE);
		}
		caller_drop(&c);
		assert_int_equal(caller_role(&c, &by_webd, NOW), ROLE_NONE);
		assert_string_equal(c.source, "192.0.2.1");
	}
}

static void webd_names_people_only_where_it_is_believed(void **state)
{
	(void)state;
	char name[200] = "jane@example.org", address[] = "192.0.2.1";
	struct act_as_in in = {.name = name, .role = ROLE_OPERATOR, .address = address};
	struct caller c;

	caller_fresh(geteuid() + 1000, &c);
	assert_int_equal(caller_claim(&in, &by_password, &c, NULL), -EPERM);
	assert_int_equal(c.kind, CALLER_MEMBER);
	assert_int_equal(caller_claim(&in, &by_webd, &c, NULL), 0);
	assert_int_equal(caller_role(&c, &by_webd, NOW), ROLE_OPERATOR);
	assert_int_equal(caller_role(&c, &by_password, NOW), ROLE_NONE);
	assert_string_equal(c.name, "jane@example.org");

	static const char *const others[] = {
		"root", "ROOT", "nobody", "schedule", "file", "token:x"};
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct err err = {0};

		snprintf(name, sizeof(name), "%s", others[i]);
		assert_int_equal(caller_claim(&in, &by_webd, &c, &err), -EINVAL);
		assert_string_equal(err.field, "name");
		assert_string_equal(c.name, "jane@example.org");
	}
	memset(name, '\n', sizeof(name) - 1); /* longer than a name, and not to be printed */
	assert_int_equal(caller_claim(&in, &by_webd, &c, NULL), 0);
	assert_null(strchr(c.name, '\n'));
}

static void only_a_session_is_a_person(void **state)
{
	(void)state;
	for (int kind = 0; kind < _CALLER_KINDS; kind++) {
		struct caller c = {.kind = (enum caller_kind)kind, .role = ROLE_ADMIN};

		assert_int_equal(caller_is_person(&c, NULL), kind == CALLER_SESSION ? 0 : -EPERM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_connection_is_root_or_a_member),
		cmocka_unit_test(a_role_suffices_for_itself_and_less_until_it_expires),
		cmocka_unit_test(webd_names_people_only_where_it_is_believed),
		cmocka_unit_test(only_a_session_is_a_person),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
