// needs: common
/* test_log.c - what reaches standard error: one safe line a message, with the prefix that its
 * reader wants. */
#include "common/log.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

static int real_stderr = -1;

/* Standard error becomes a pipe; returns its reading end. */
static int redirect(void)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	real_stderr = dup(STDERR_FILENO);
	assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	close(ends[1]);
	return ends[0];
}

static void restore_and_compare(int reader, const char *expected)
{
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	char got[8192];
	ssize_t len = read(reader, got, sizeof(got) - 1);
	assert_true(len >= 0);
	got[len] = '\0';
	close(reader);
	assert_string_equal(got, expected);
}

static void a_terminal_gets_ident_and_level(void **state _unused_)
{
	unsetenv("JOURNAL_STREAM");
	int reader = redirect();
	log_init("scannerd", LOG_LEVEL_INFO);
	errno = ENOENT;
	log_error("cannot open %s", "/x");
	log_warning("carried on");
	log_info("started");
	log_debug("not asked for");
	assert_int_equal(errno, ENOENT);
	restore_and_compare(reader, "scannerd: error: cannot open /x\nscannerd: warning: carried "
				    "on\nscannerd: info: started\n");
}

static void the_journal_gets_priorities(void **state _unused_)
{
	int reader = redirect();
	struct stat st;
	char stream[64];
	fstat(STDERR_FILENO, &st);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_init("scannerd", LOG_LEVEL_DEBUG);
	log_error("e");
	log_debug("d");
	restore_and_compare(reader, "<3>e\n<7>d\n");
}

static void a_stream_that_is_not_stderr_is_no_journal(void **state _unused_)
{
	int reader = redirect();
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_init("", LOG_LEVEL_INFO);
	log_info("x");
	restore_and_compare(reader, "info: x\n");
}

static void a_hostile_name_cannot_forge_a_line(void **state _unused_)
{
	unsetenv("JOURNAL_STREAM");
	int reader = redirect();
	log_init("s", LOG_LEVEL_INFO);
	log_info("name %s", "a\n<3>forged\x1b[2J\xff");
	restore_and_compare(reader, "s: info: name a\\x0a<3>forged\\x1b[2J\\xff\n");
}

static void a_long_message_is_cut_but_ends_its_line(void **state _unused_)
{
	char text[5000], expected[4096];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	int reader = redirect();
	log_init("s", LOG_LEVEL_INFO);
	log_info("%s", text);
	snprintf(expected, sizeof(expected), "s: info: %.*s...\n", 2044, text);
	restore_and_compare(reader, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_gets_ident_and_level),
		cmocka_unit_test(the_journal_gets_priorities),
		cmocka_unit_test(a_stream_that_is_not_stderr_is_no_journal),
		cmocka_unit_test(a_hostile_name_cannot_forge_a_line),
		cmocka_unit_test(a_long_message_is_cut_but_ends_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
