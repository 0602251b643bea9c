// needs: scannerd common
/* test_password.c - names and passwords that are taken, and those that are not. */
#include "scannerd/password.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void good_passwords_are_taken_and_tried_ones_are_not(void **state)
{
	(void)state;
	static const struct {
		const char *password, *says; /* NULL: taken */
	} cases[] = {
		{"correct horse battery staple", NULL},
		{"xk29-fhq-lw", NULL},
		{"Sch\xc3\xb6ner-Ort", NULL},
		{"8305172946", NULL},
		{"password of mine", NULL},
		{"monkey&tractor", NULL},
		{"", "10 to 256"},
		{"short-pw1", "10 to 256"},
		{"password12", "first that are tried"},
		{"Password2024!", "first that are tried"},
		{"p4$$w0rd!!!", "first that are tried"},
		{"Pa55word1234", "first that are tried"},
		{"1234qwertz1234", "first that are tried"},
		{"qwertyuiop", "first that are tried"},
		{"changeme!!", "first that are tried"},
		{"backup-2026-11", "first that are tried"},
		{"1234567890", "first that are tried"},
		{"9876543210", "first that are tried"},
		{"0000000000", "repeats itself"},
		{"abcdabcdabcd", "repeats itself"},
		{"xyxyxyxyxyx", "repeats itself"},
		{"lmnopqrstuv", "counts up"},
		{"josephine.w", "name of the account"},
		{"JOSEPHINE.W", "name of the account"},
		{"josephine.w2026", "name of the account"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = {0};
		int rc = password_check(cases[i].password, "josephine.w", "password", &err);

		if (cases[i].says == NULL) {
			assert_int_equal(rc, 0);
			continue;
		}
		if (rc != -EINVAL || strstr(err.message, cases[i].says) == NULL) {
			fail_msg("\"%s\": %s", cases[i].password, err.message);
		}
		assert_string_equal(err.field, "password");
		assert_null(cases[i].password[0] != '\0' ? strstr(err.message, cases[i].password)
							 : NULL);
	}
}

static void the_longest_password_is_taken_and_one_byte_more_is_not(void **state)
{
	(void)state;
	char text[PASSWORD_BYTES_MAX + 2];

	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] = (char)('a' + (i * i + i / 7) % 26);
	}
	text[PASSWORD_BYTES_MAX] = '\0';
	assert_int_equal(password_check(text, "jo", "new", NULL), 0);
	text[PASSWORD_BYTES_MAX] = 'x';
	text[PASSWORD_BYTES_MAX + 1] = '\0';
	assert_int_equal(password_check(text, "jo", "new", NULL), -EINVAL);
	assert_int_equal(password_check("bytes that are \xff no text", "jo", "new", NULL), -EINVAL);
}

static void names_are_plain_and_stand_for_nobody_else(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool good;
	} cases[] = {
		{"a", true},
		{"jo", true},
		{"Jo.Public_2", true},
		{"jo@example.org", true},
		{"jo+ops-2", true},
		{"2nd", true},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{"", false},
		{"jo e", false},
		{"-jo", false},
		{".jo", false},
		{"jo\n", false},
		{"token:x", false},
		{"j\xc3\xb6", false},
		{"jo<b>", false},
		{"root", false},
		{"Root", false},
		{"anonymous", false},
		{"nobody", false},
		{"SCHEDULE", false},
		{"file", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err err = {0};
		int rc = account_name_check(cases[i].name, &err);

		if (rc != (cases[i].good ? 0 : -EINVAL)) {
			fail_msg("\"%s\"", cases[i].name);
		}
		assert_string_equal(err.field, cases[i].good ? "" : "name");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_passwords_are_taken_and_tried_ones_are_not),
		cmocka_unit_test(the_longest_password_is_taken_and_one_byte_more_is_not),
		cmocka_unit_test(names_are_plain_and_stand_for_nobody_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
