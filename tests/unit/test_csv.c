// needs: webd proto common
/* test_csv.c - exports as CSV: quoting, formulas, and what a spreadsheet must get. */
#include "read_fixture.h"

static struct fixture fixture;

static int setup(void **state _unused_)
{
	fixture_init(&fixture);
	fixture_create(&fixture);
	fixture_run(&fixture, "INSERT INTO scans (id, kind, state, requested_by, started) VALUES"
			      " (1, 'directories', 'running', 'person', 0);"
			      "INSERT INTO roots (id, path) VALUES (1, CAST('/srv' AS BLOB));"
			      "INSERT INTO dirs (id, root, path, digest, next) VALUES (1, 1, "
			      "CAST('/srv' AS BLOB), x'', 9)");
	return 0;
}

static int teardown(void **state _unused_)
{
	fixture_done(&fixture);
	return 0;
}

static char *csv(const struct read *r, const char *query, struct stream *s)
{
	fixture_ask(&fixture, r, READ_CSV, query, s);
	assert_true(s->ended);
	buf_addc(&s->body, '\0');
	return buf_steal(&s->body);
}

/* The second field of the only row. */
static void check_note(const char *note, size_t len, const char *wanted)
{
	_free_ char *text = NULL;
	struct stream s = {0};
	char *row, *end;

	assert_int_equal(db_run(fixture.writer, "INSERT INTO problems VALUES (1, 1, ?, 'm')", "b",
				 note, len),
		0);
	text = csv(&problems_read, "", &s);
	assert_int_equal(strncmp(text, "scan,seq,subject,message\r\n", 26), 0);
	row = text + 26;
	assert_int_equal(strncmp(row, "1,1,", 4), 0);
	row += 4;
	end = row + strlen(row) - strlen(",m\r\n");
	assert_string_equal(end, ",m\r\n");
	*end = '\0';
	assert_string_equal(row, wanted);
	fixture_run(&fixture, "DELETE FROM problems");
}

static void cells_are_quoted_and_formulas_are_disarmed(void **state _unused_)
{
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{"plain", "plain"},
		{"", ""},
		{"a,b", "\"a,b\""},
		{"22/tcp (ssh), 80/tcp", "\"22/tcp (ssh), 80/tcp\""},
		{"say \"hi\"", "\"say \"\"hi\"\"\""},
		{"two\nlines", "\"two\nlines\""},
		{"two\r\nlines", "\"two\r\nlines\""},
		{" blank", "\" blank\""},
		{"=1+1", "'=1+1"},
		{"+49", "'+49"},
		{"-rf", "'-rf"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{"\tx", "'\tx"},
		{"\rx", "\"'\rx\""},
		{"=cmd|' /C calc'!A0,", "\"'=cmd|' /C calc'!A0,\""},
		{"a=1", "a=1"},
		{"b\xc3\xbc"
		 "cher",
			"b\xc3\xbc"
			"cher"},
		{"\xff"
		 "bak\xc3",
			"\xef\xbf\xbd"
			"bak\xef\xbf\xbd"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		check_note(cases[i].text, strlen(cases[i].text), cases[i].cell);
	}
}

static void our_own_numbers_and_times_stay_as_they_are(void **state _unused_)
{
	_free_ char *text = NULL;
	struct stream s = {0};

	fixture_run(&fixture,
		"INSERT INTO files VALUES (16777216, CAST('f' AS BLOB), -1000000000, -5, 1, 0)");
	text = csv(&files_read, "", &s);
	assert_non_null(strstr(text, "\r\n16777216,f,/srv/f,1969-12-31T23:59:59Z,-5,,"));
	assert_non_null(strstr(text, ",false,"));
}

static void a_list_in_a_cell_reads_as_words(void **state _unused_)
{
	_free_ char *text = NULL;
	struct stream s = {0};

	fixture_run(&fixture, "INSERT INTO servers (id, created, hostname) VALUES (1, 0, 'web');"
			      "INSERT INTO tags VALUES (1, 'a'), (1, '=b')");
	text = csv(&servers_read, "", &s);
	assert_non_null(strstr(text, ",\"'=b, a\","));
	free(steal(text));
	fixture_run(&fixture, "INSERT INTO servers (id, created, hostname) VALUES (20, 0, 'web'), "
			      "(300, 0, 'WEB')");
	s = (struct stream){0};
	text = csv(&servers_read, "tag=a", &s);
	assert_non_null(strstr(text, ",\"20, 300\"\r\n"));
}

static void an_export_has_a_name_a_type_and_the_filters(void **state _unused_)
{
	static const char header[] =
		"hostname,ip_address,detected_os,backup_status,reason,backup_file,backup_path,"
		"backup_time,time_source,backup_size,backup_count,backup_bytes,findings,"
		"exempt_reason,exempt_author,exempt_until\r\nweb,";
	_free_ char *text = NULL;
	struct stream s = {0};

	fixture_run(&fixture,
		"INSERT INTO servers (id, created, hostname) VALUES (1, 0, 'web'), (2, 0, 'db')");
	text = csv(&status_read, "q=web", &s);
	assert_string_equal(s.name, "status.csv");
	assert_string_equal(s.type, "text/csv; charset=utf-8; header=present");
	assert_int_equal(s.status, 200);
	assert_int_equal(strncmp(text, header, strlen(header)), 0);
	assert_null(strstr(text, "\r\ndb"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(cells_are_quoted_and_formulas_are_disarmed),
		TEST(our_own_numbers_and_times_stay_as_they_are),
		TEST(a_list_in_a_cell_reads_as_words),
		TEST(an_export_has_a_name_a_type_and_the_filters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
