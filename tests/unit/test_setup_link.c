// needs: webd proto common
/* test_setup_link.c - the first account's link: when it is printed, and when it is worth something.
 */
#include "webd/setup_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scannerd_fixture.h"

#define WHO(has_accounts)                                                                   \
	"{\"parameters\":{\"caller\":{\"name\":\"\",\"role\":\"none\",\"kind\":\"member\"," \
	"\"account\":0,\"id\":0,\"expires\":0,\"totp\":false},\"sign_in\":\"password\","    \
	"\"has_accounts\":" has_accounts "}}"

enum { TOKEN_LEN = 43, TEXT_SIZE = 1024 };
static const char address[] = "https://backup.example.org/";

/* Standard output goes into a file meanwhile. */
struct output {
	FILE *file;
	int saved;
};

static void catch_output(struct output *o)
{
	fflush(stdout);
	o->file = tmpfile();
	assert_non_null(o->file);
	o->saved = dup(STDOUT_FILENO);
	dup2(fileno(o->file), STDOUT_FILENO);
}

static void release_output(struct output *o, char text[TEXT_SIZE])
{
	size_t len;

	fflush(stdout);
	dup2(o->saved, STDOUT_FILENO);
	close(o->saved);
	rewind(o->file);
	len = fread(text, 1, TEXT_SIZE - 1, o->file);
	text[len] = '\0';
	fclose(o->file);
}

/* What is printed by so many looks, one after the other. */
static void look(struct fake_scannerd *f, struct setup_link *s, int times, char text[TEXT_SIZE])
{
	struct output o;

	catch_output(&o);
	for (int i = 0; i < times; i++) {
		setup_link_look(s);
		fake_run(f);
	}
	release_output(&o, text);
}

static void take_token(const char *text, char token[TOKEN_LEN + 1])
{
	const char *found = strstr(text, "https://backup.example.org/#/first?token=");

	assert_non_null(found);
	found = strchr(found, '=') + 1;
	assert_int_equal(strcspn(found, "\n"), TOKEN_LEN);
	memcpy(token, found, TOKEN_LEN);
	token[TOKEN_LEN] = '\0';
}

static void test_the_link_is_printed_once_and_its_token_alone_is_right(void **state)
{
	struct fake_scannerd f;
	struct setup_link *s;
	char text[TEXT_SIZE], token[TOKEN_LEN + 1], longer[TOKEN_LEN + 2];

	(void)state;
	fake_start(&f, WHO("false"));
	assert_int_equal(setup_link_new(f.base, f.path, address, &s), 0);
	assert_false(setup_link_is(s, ""));
	look(&f, s, 3, text);
	take_token(text, token);
	assert_null(strstr(strstr(text, "token=") + 1, "token="));
	assert_true(setup_link_is(s, token));
	assert_false(setup_link_is(s, NULL));
	assert_false(setup_link_is(s, ""));
	snprintf(longer, sizeof(longer), "%sA", token);
	assert_false(setup_link_is(s, longer));
	token[TOKEN_LEN - 1] ^= 1;
	assert_false(setup_link_is(s, token));
	token[TOKEN_LEN - 1] = '\0';
	assert_false(setup_link_is(s, token));
	setup_link_free(s);
	fake_stop(&f);
}

static void test_with_an_account_there_is_no_link_and_an_old_one_is_worth_nothing(void **state)
{
	struct fake_scannerd f;
	struct setup_link *s;
	char text[TEXT_SIZE], token[TOKEN_LEN + 1];

	(void)state;
	fake_start(&f, WHO("false"));
	assert_int_equal(setup_link_new(f.base, f.path, address, &s), 0);
	look(&f, s, 1, text);
	take_token(text, token);
	f.reply = WHO("true");
	look(&f, s, 1, text);
	assert_string_equal(text, "");
	assert_false(setup_link_is(s, token));
	/* Without accounts again, the next one is another. */
	f.reply = WHO("false");
	look(&f, s, 1, text);
	assert_false(setup_link_is(s, token));
	take_token(text, token);
	assert_true(setup_link_is(s, token));
	setup_link_free(s);
	fake_stop(&f);
}

static void test_without_a_word_of_scannerd_nothing_is_printed(void **state)
{
	static const char *const replies[] = {
		"nonsense",
		"{\"parameters\":{}}",
		"{\"error\":\"org.backupchecker.scanner.Unavailable\",\"parameters\":{}}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(replies); i++) {
		struct fake_scannerd f;
		struct setup_link *s;
		char text[TEXT_SIZE];

		fake_start(&f, replies[i]);
		assert_int_equal(setup_link_new(f.base, f.path, address, &s), 0);
		look(&f, s, 1, text);
		assert_string_equal(text, "");
		setup_link_free(s);
		fake_stop(&f);
	}
}

static void test_looks_during_a_look_are_one_more_and_its_end_may_be_awaited_in_vain(void **state)
{
	struct fake_scannerd f;
	struct setup_link *s;
	char text[TEXT_SIZE];
	struct output o;

	(void)state;
	fake_start(&f, WHO("true"));
	assert_int_equal(setup_link_new(f.base, f.path, address, &s), 0);
	catch_output(&o);
	setup_link_look(s);
	setup_link_look(s);
	setup_link_look(s);
	fake_run(&f);
	release_output(&o, text);
	assert_int_equal(f.calls, 2);
	f.reply = NULL;
	setup_link_look(s);
	fake_run(&f);
	assert_int_equal(f.calls, 3);
	setup_link_free(s);
	setup_link_free(NULL);
	fake_stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_link_is_printed_once_and_its_token_alone_is_right),
		cmocka_unit_test(
			test_with_an_account_there_is_no_link_and_an_old_one_is_worth_nothing),
		cmocka_unit_test(test_without_a_word_of_scannerd_nothing_is_printed),
		cmocka_unit_test(
			test_looks_during_a_look_are_one_more_and_its_end_may_be_awaited_in_vain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
