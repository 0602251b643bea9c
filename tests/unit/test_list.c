// needs: client proto common
/* test_list.c - rows as a table that fits, as JSON and as CSV, with names that mean harm. */
#include "client/list.h"
#include "common/json.h"
#include "common/timefmt.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct list_column columns[] = {
	{"id", "ID", LIST_INT, false},
	{"status", "STATUS", LIST_STATUS, false},
	{"name", "NAME", LIST_BYTES, true},
	{"size", "SIZE", LIST_SIZE, false},
	{"time", NULL, LIST_TIME, false},
	{"tags", NULL, LIST_STRINGS, false},
	{"up", NULL, LIST_BOOL, false},
};

struct row {
	int64_t id;
	const char *status, *name;
	int64_t size, time;
	const char *tags;
	bool up;
};

static char *print(enum list_format format, struct screen screen, const struct row *rows, size_t n)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	struct list *l = NULL;

	assert_non_null(f);
	assert_int_equal(list_new(columns, ARRAY_SIZE(columns), "rows", format, &screen, f, &l), 0);
	for (size_t i = 0; i < n; i++) {
		const struct list_cell cells[] = {list_number(rows[i].id),
			list_text(rows[i].status), list_text(rows[i].name),
			list_number(rows[i].size), list_number(rows[i].time),
			list_text(rows[i].tags), list_number(rows[i].up)};

		assert_int_equal(list_row(l, cells), 0);
	}
	assert_int_equal(list_end(l), 0);
	assert_int_equal(list_count(l), n);
	list_free(l);
	fclose(f);
	return text;
}

static const struct row plain[] = {
	{7, "red", "a.tar", 1500, 0, "[\"x\",\"y\"]", true},
	{12, "green", NULL, 999, TIME_NONE, "[]", false},
};

static void tables_are_aligned_and_numbers_stand_right(void **state _unused_)
{
	_free_ char *text = print(LIST_TABLE, (struct screen){0}, plain, 2);

	assert_string_equal(text, "ID  STATUS  NAME     SIZE\n"
				  " 7  red     a.tar  1.5 kB\n"
				  "12  green   -       999 B\n");
}

static void nothing_prints_nothing_as_a_table_and_a_header_as_csv(void **state _unused_)
{
	_free_ char *table = print(LIST_TABLE, (struct screen){0}, NULL, 0);
	_free_ char *csv = print(LIST_CSV, (struct screen){0}, NULL, 0);
	_free_ char *json = print(LIST_JSON, (struct screen){0}, NULL, 0);

	assert_string_equal(table, "");
	assert_string_equal(csv, "id,status,name,size,time,tags,up\r\n");
	assert_string_equal(json, "{\"rows\":[],\"count\":0}\n");
}

static void only_elastic_columns_are_cut_so_that_rows_fit_the_screen(void **state _unused_)
{
	const struct row row = {1, "yellow",
		"\xc3\xa4\xe6\xbc\xa2"
		"0123456789012345678901234567890123456789.tar",
		5, 0, "[]", true};
	const struct screen narrow = {.terminal = true, .width = 40};
	_free_ char *text = print(LIST_TABLE, narrow, &row, 1);
	const char *line = strchr(text, '\n') + 1;

	assert_true(screen_columns(line, strcspn(line, "\n")) <= 40);
	assert_non_null(strstr(line, "\xe6\xbc\xa2"
				     "0123"));
	assert_non_null(strstr(line, "\xe2\x80\xa6"));
	assert_non_null(strstr(line, " 5 B\n"));
	assert_null(strstr(line, ".tar"));
}

static void rows_beyond_the_measured_ones_are_printed_as_well(void **state _unused_)
{
	enum { MANY = 1203 };
	struct row *rows = calloc(MANY, sizeof(*rows));
	size_t lines = 0;

	assert_non_null(rows);
	for (size_t i = 0; i < MANY; i++) {
		rows[i] = (struct row){(int64_t)i, "red", "n", 1, 0, "[]", true};
	}
	_free_ char *text = print(LIST_TABLE, (struct screen){0}, rows, MANY);

	for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++) {
		lines++;
	}
	assert_int_equal(lines, MANY + 1);
	assert_non_null(strstr(text, "1202"));
	free(rows);
}

static void names_can_neither_command_a_terminal_nor_turn_its_lines(void **state _unused_)
{
	const struct row row = {
		1, "red", "\033]0;x\a\n\xe2\x80\xae\xc2\x9b|\xff", 1, 0, "[\"\\u001b[2J\"]", true};
	const struct screen terminal = {.terminal = true, .width = 200};
	static const enum list_format formats[] = {LIST_TABLE, LIST_JSON, LIST_CSV};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		_free_ char *text = print(formats[i], terminal, &row, 1);

		assert_null(strpbrk(text, "\033\a"));
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_null(strstr(text, "\xc2\x9b"));
		assert_null(strchr(text, '\xff'));
	}
	_free_ char *table = print(LIST_TABLE, terminal, &row, 1);
	assert_non_null(strstr(table, "\\x1b]0;x\\x07\\x0a\\u202e\\u009b|\\xff"));
}

static void json_keeps_every_byte_of_a_name(void **state _unused_)
{
	const struct row row = {1, "red", "a\xff", 1, 0, "[\"x\"]", true};
	_free_ char *text = print(LIST_JSON, (struct screen){0}, &row, 1);
	cJSON *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	const cJSON *first = cJSON_GetArrayItem(json_get(json, "rows"), 0);
	assert_string_equal(json_get_string(first, "name_b64"), "Yf8=");
	assert_string_equal(json_get_string(first, "time"), "1970-01-01T00:00:00Z");
	assert_true(json_get_bool(first, "up", false));
	assert_int_equal(cJSON_GetArraySize(json_get(first, "tags")), 1);
	cJSON_Delete(json);
}

static void csv_is_quoted_and_no_cell_is_a_formula(void **state _unused_)
{
	const struct row rows[] = {
		{1, "red", "=1+1", 1, 0, "[]", true},
		{2, "red", "a,\"b\"\nc", 1, TIME_NONE, "[]", false},
	};
	_free_ char *text = print(LIST_CSV, (struct screen){0}, rows, 2);

	assert_string_equal(text, "id,status,name,size,time,tags,up\r\n"
				  "1,red,'=1+1,1,1970-01-01T00:00:00Z,[],true\r\n"
				  "2,red,\"a,\"\"b\"\"\nc\",1,,[],false\r\n");
}

static void statuses_are_coloured_only_where_colours_mean_something(void **state _unused_)
{
	const struct screen colours = {.terminal = true, .colour = true, .width = 80};
	_free_ char *with = print(LIST_TABLE, colours, plain, 1);
	_free_ char *without = print(LIST_TABLE, (struct screen){0}, plain, 1);

	assert_non_null(strstr(with, "\033[1;31mred\033[0m"));
	assert_null(strchr(without, '\033'));
}

static void sizes_have_at_most_three_digits(void **state _unused_)
{
	static const struct {
		int64_t bytes;
		const char *expected;
	} cases[] = {
		{0, "0 B"},
		{999, "999 B"},
		{1000, "1.0 kB"},
		{9949, "9.9 kB"},
		{9960, "10 kB"},
		{999499, "999 kB"},
		{999501, "1.0 MB"},
		{INT64_MAX, "9.2 EB"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char out[16];

		assert_string_equal(list_size(cases[i].bytes, out), cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_aligned_and_numbers_stand_right),
		cmocka_unit_test(nothing_prints_nothing_as_a_table_and_a_header_as_csv),
		cmocka_unit_test(only_elastic_columns_are_cut_so_that_rows_fit_the_screen),
		cmocka_unit_test(rows_beyond_the_measured_ones_are_printed_as_well),
		cmocka_unit_test(names_can_neither_command_a_terminal_nor_turn_its_lines),
		cmocka_unit_test(json_keeps_every_byte_of_a_name),
		cmocka_unit_test(csv_is_quoted_and_no_cell_is_a_formula),
		cmocka_unit_test(statuses_are_coloured_only_where_colours_mean_something),
		cmocka_unit_test(sizes_have_at_most_three_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
