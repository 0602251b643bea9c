// needs: common
/* test_options.c - the command line, its help and its manual page. */
#include "common/options.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sysexits.h>

#include <cmocka.h>

static const char *config, *database;
static bool verbose;

static const struct option_row rows[] = {
	{.name = "config",
		.argument = "FILE",
		.doc = "The configuration file.",
		.value = &config,
		.env = "TEST_OPTIONS_CONFIG"},
	{.name = "database",
		.argument = "FILE",
		.doc = "The database file, which is made if it does not exist, together with a "
		       "longer "
		       "explanation that needs more than one line.",
		.value = &database},
	{.name = "verbose", .doc = "Say more.", .on = &verbose},
};
static const struct program program = {
	.name = "scannerd",
	.summary = "scan the places where backups lie",
	.details = "One paragraph - with a \\ in it.\n\n.second paragraph",
	.options = rows,
	.count = ARRAY_SIZE(rows),
};

struct outcome {
	int code;
	bool done;
	char out[4096], err[1024];
};

/* Reads what was written to a file from its beginning. */
static void read_back(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
}

/* Parses with standard output and standard error caught in files. */
static struct outcome parse(const char *const *arguments)
{
	char *argv[8] = {(char[]){"scannerd"}};
	int argc = 1, fds[2] = {STDOUT_FILENO, STDERR_FILENO}, kept[2], caught[2];
	struct outcome o = {0};

	for (; *arguments != NULL; arguments++) {
		argv[argc++] = (char *)(uintptr_t)*arguments;
	}
	config = database = NULL;
	verbose = false;
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		caught[i] = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
		kept[i] = dup(fds[i]);
		assert_true(caught[i] >= 0 && kept[i] >= 0);
		assert_true(dup2(caught[i], fds[i]) >= 0);
	}
	o.code = options_parse(&program, argc, argv, &o.done);
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		assert_true(dup2(kept[i], fds[i]) >= 0);
		read_back(
			caught[i], i == 0 ? o.out : o.err, i == 0 ? sizeof(o.out) : sizeof(o.err));
		close(kept[i]);
		close(caught[i]);
	}
	return o;
}

static void good_command_lines_set_what_they_name(void **state _unused_)
{
	static const struct {
		const char *arguments[6];
		const char *config, *database;
		bool verbose;
	} cases[] = {
		{{NULL}, NULL, NULL, false},
		{{"--config", "/a"}, "/a", NULL, false},
		{{"--config=/a"}, "/a", NULL, false},
		{{"--config=--odd"}, "--odd", NULL, false},
		{{"--config=a=b", "--verbose", "--database", "-"}, "a=b", "-", true},
		{{"--config", "a", "--config", "b"}, "b", NULL, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outcome o = parse(cases[i].arguments);

		assert_int_equal(o.code, 0);
		assert_false(o.done);
		assert_string_equal(o.err, "");
		assert_string_equal(config != NULL ? config : "-",
			cases[i].config != NULL ? cases[i].config : "-");
		assert_string_equal(database != NULL ? database : "-",
			cases[i].database != NULL ? cases[i].database : "-");
		assert_int_equal(verbose, cases[i].verbose);
	}
}

static void words_are_moved_in_front_and_options_may_stand_among_them(void **state _unused_)
{
	static const struct {
		const char *arguments[6], *words;
		const char *config;
	} cases[] = {
		{{NULL}, "", NULL},
		{{"a", "--config", "b", "c"}, "a c ", "b"},
		{{"--config=b", "--", "--verbose", "-x"}, "--verbose -x ", "b"},
		{{"a", "", "b"}, "a  b ", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *argv[8] = {(char[]){"scannerd"}}, words[64] = "";
		int argc = 1, n = -1;
		bool done = true;

		for (; cases[i].arguments[argc - 1] != NULL; argc++) {
			argv[argc] = (char *)(uintptr_t)cases[i].arguments[argc - 1];
		}
		config = NULL;
		assert_int_equal(options_parse_words(&program, argc, argv, &n, &done), 0);
		assert_false(done);
		for (int k = 0; k < n; k++) {
			size_t len = strlen(words);
			snprintf(words + len, sizeof(words) - len, "%s ", argv[1 + k]);
		}
		assert_string_equal(words, cases[i].words);
		assert_string_equal(config != NULL ? config : "-",
			cases[i].config != NULL ? cases[i].config : "-");
	}
}

static void bad_command_lines_get_a_sentence_and_ex_usage(void **state _unused_)
{
	static const struct {
		const char *arguments[4];
		const char *sentence;
	} cases[] = {
		{{"--confg", "/a"}, "scannerd: unknown option --confg; did you mean --config?\n"},
		{{"--confg=/a"}, "scannerd: unknown option --confg; did you mean --config?\n"},
		{{"--hepl"}, "scannerd: unknown option --hepl; did you mean --help?\n"},
		{{"--xyzzyplugh"},
			"scannerd: unknown option --xyzzyplugh; --help lists what there is\n"},
		{{"-v"}, "scannerd: unknown option -v; --help lists what there is\n"},
		{{"--"}, "scannerd: unknown option --; --help lists what there is\n"},
		{{"--config"}, "scannerd: --config needs a value: --config FILE\n"},
		{{"--config="}, "scannerd: --config needs a value: --config FILE\n"},
		{{"--config", "--verbose"}, "scannerd: --config needs a value: --config FILE\n"},
		{{"--verbose=1"}, "scannerd: --verbose takes no value\n"},
		{{"--help=1"}, "scannerd: --help takes no value\n"},
		{{"stray"}, "scannerd: \"stray\" is no option; --help lists what there is\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outcome o = parse(cases[i].arguments);

		assert_int_equal(o.code, EX_USAGE);
		assert_false(o.done);
		assert_string_equal(o.err, cases[i].sentence);
		assert_string_equal(o.out, "");
	}
}

static void the_environment_gives_a_default_that_the_command_line_overrides(void **state _unused_)
{
	const char *const none[] = {NULL};
	const char *const given[] = {"--config", "/given", NULL};

	assert_int_equal(setenv("TEST_OPTIONS_CONFIG", "/from/environment", 1), 0);
	parse(none);
	assert_string_equal(config, "/from/environment");
	parse(given);
	assert_string_equal(config, "/given");
	assert_int_equal(setenv("TEST_OPTIONS_CONFIG", "", 1), 0);
	parse(none);
	assert_null(config);
	unsetenv("TEST_OPTIONS_CONFIG");
}

static void version_is_one_line(void **state _unused_)
{
	const char *const arguments[] = {"--version", NULL};
	struct outcome o = parse(arguments);

	assert_int_equal(o.code, 0);
	assert_true(o.done);
	assert_string_equal(o.out, "scannerd (backup-checker) " BACKUP_CHECKER_VERSION "\n");
}

static void help_has_aligned_columns_that_fit_a_terminal(void **state _unused_)
{
	const char *const arguments[] = {"--help", NULL};
	struct outcome o = parse(arguments);
	const char *end;

	assert_int_equal(o.code, 0);
	assert_true(o.done);
	assert_string_equal(o.err, "");
	assert_non_null(strstr(o.out,
		"  --config FILE    The configuration file. [$TEST_OPTIONS_CONFIG]\n"
		"  --database FILE  The database file, which is made if it does not exist,\n"
		"                   together with a longer explanation that needs more than one\n"
		"                   line.\n"
		"  --verbose        Say more.\n"
		"  --help           Print this help.\n"));
	for (const char *line = o.out; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_in_range(end - line, 0, 80);
	}
}

static void the_manual_page_is_made_from_the_same_table(void **state _unused_)
{
	_buf_ struct buf out = BUF_INIT;
	const char *text;

	options_print_manual(&program, &out);
	text = buf_cstr(&out);
	assert_memory_equal(text, ".TH \"SCANNERD\" 8 ", 17);
	assert_non_null(strstr(text, "\nscannerd \\- scan the places where backups lie\n"));
	assert_non_null(
		strstr(text, "One paragraph \\- with a \\e in it.\n.PP\n\\&.second paragraph\n"));
	assert_non_null(
		strstr(text, ".TP\n.B \\-\\-config \\fIFILE\\fR\nThe configuration file.\n"));
	assert_non_null(strstr(text, ".B TEST_OPTIONS_CONFIG\n"));
	assert_non_null(strstr(text, ".B \\-\\-print\\-manual\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_command_lines_set_what_they_name),
		cmocka_unit_test(words_are_moved_in_front_and_options_may_stand_among_them),
		cmocka_unit_test(bad_command_lines_get_a_sentence_and_ex_usage),
		cmocka_unit_test(the_environment_gives_a_default_that_the_command_line_overrides),
		cmocka_unit_test(version_is_one_line),
		cmocka_unit_test(help_has_aligned_columns_that_fit_a_terminal),
		cmocka_unit_test(the_manual_page_is_made_from_the_same_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
