// needs: webd proto common
/* test_xlsx.c - exports as workbooks: cells of the right kind, nothing that runs, nothing left on
 * the disk. */
#include "read_fixture.h"

#include <zlib.h>

static struct fixture fixture;

static int setup(void **state _unused_)
{
	fixture_init(&fixture);
	fixture_create(&fixture);
	fixture_run(&fixture,
		"INSERT INTO scans (id, kind, state, requested_by, started) VALUES (1, '', '', '', "
		"0);"
		"INSERT INTO roots (id, path, files) VALUES (1, CAST('/srv' AS BLOB), 1);"
		"INSERT INTO dirs (id, root, path, digest, next) VALUES (1, 1, CAST('/srv' AS "
		"BLOB), x'', 9);"
		"INSERT INTO servers (id, created, hostname) VALUES (1, 0, 'web');"
		"INSERT INTO files VALUES (16777216, CAST('=HYPERLINK(1)' AS BLOB), "
		"1700000000000000000, 12, 512, 0)");
	setenv("TMPDIR", fixture.directory, 1);
	return 0;
}

static int teardown(void **state _unused_)
{
	unsetenv("TMPDIR");
	fixture_done(&fixture); /* asserts that the directory is empty */
	return 0;
}

static unsigned little(const char *p, int bytes)
{
	unsigned n = 0;

	for (int i = bytes - 1; i >= 0; i--) {
		n = n << 8 | (unsigned char)p[i];
	}
	return n;
}

/* A file of a ZIP archive (APPNOTE.TXT 4.3), found by the central directory. */
static char *unzip(const struct buf *zip, const char *name)
{
	const char *end = memmem(zip->data, zip->len, "PK\x05\x06", 4);
	const char *at;

	assert_non_null(end);
	at = zip->data + little(end + 16, 4);
	for (unsigned i = little(end + 10, 2); i > 0; i--) {
		unsigned len = little(at + 28, 2), plain = little(at + 24, 4);
		const char *local = zip->data + little(at + 42, 4);

		assert_memory_equal(at, "PK\x01\x02", 4);
		if (len == strlen(name) && memcmp(at + 46, name, len) == 0) {
			const char *data =
				local + 30 + little(local + 26, 2) + little(local + 28, 2);
			char *out = malloc(plain + 1);
			z_stream z = {.next_in = (Bytef *)(uintptr_t)data,
				.avail_in = little(at + 20, 4),
				.next_out = (Bytef *)out,
				.avail_out = plain};

			assert_non_null(out);
			assert_int_equal(inflateInit2(&z, -MAX_WBITS), Z_OK);
			assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
			inflateEnd(&z);
			out[plain] = '\0';
			return out;
		}
		at += 46 + len + little(at + 30, 2) + little(at + 32, 2);
	}
	fail_msg("no %s", name);
	return NULL;
}

static char *sheet(const struct read *r, const char *query, struct stream *s)
{
	char *text;

	fixture_ask(&fixture, r, READ_XLSX, query, s);
	if (s->failed) {
		fail_msg("%s", s->err.message);
	}
	assert_int_equal(s->length, s->body.len);
	text = unzip(&s->body, "xl/worksheets/sheet1.xml");
	buf_done(&s->body);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		fail_msg("no %s in %.3000s", part, text);
	}
}

static void cells_have_their_kinds(void **state _unused_)
{
	struct stream s = {0};
	_free_ char *text = sheet(&files_read, "", &s);

	assert_string_equal(s.name, "files.xlsx");
	assert_has(text, "<t>filename</t>");
	assert_has(text, "<v>16777216</v>");   /* a number */
	assert_has(text, "<v>45244.92592592"); /* 2023-11-14 22:13:20 as Excel counts days */
	assert_has(text, "<c r=\"J2\" t=\"b\"><v>1</v>"); /* a truth */
}

static void a_name_that_looks_like_a_formula_stays_text(void **state _unused_)
{
	struct stream s = {0};
	_free_ char *text = sheet(&files_read, "", &s);

	assert_has(text, "t=\"inlineStr\"><is><t>=HYPERLINK(1)</t>");
	assert_null(strstr(text, "<f>"));
	assert_null(strstr(text, "hyperlink"));
}

static void the_header_stays_in_view_and_filters(void **state _unused_)
{
	struct stream s = {0};
	_free_ char *text = sheet(&files_read, "", &s);

	assert_has(text, "state=\"frozen\"");
	assert_has(text, "<autoFilter ref=\"A1:K2\"/>");
}

static void text_that_xml_cannot_hold_is_replaced(void **state _unused_)
{
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{"bell\x07 esc\x1b", ">bell\xef\xbf\xbd esc\xef\xbf\xbd<"},
		{"bad\xff", ">bad\xef\xbf\xbd<"},
		{"no\xef\xbf\xbf"
		 "char",
			">no\xef\xbf\xbd"
			"char<"},
		{"tab\tkept", ">tab\tkept<"},
		{"<b>&\"", ">&lt;b&gt;&amp;"},
		{"http://example.com/", ">http://example.com/<"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct stream s = {0};
		_free_ char *text = NULL;

		assert_int_equal(db_run(fixture.writer, "INSERT INTO problems VALUES (1, 1, ?, '')",
					 "b", cases[i].text, strlen(cases[i].text)),
			0);
		text = sheet(&problems_read, "", &s);
		assert_has(text, cases[i].cell);
		fixture_run(&fixture, "DELETE FROM problems");
	}
}

static void a_cell_is_cut_at_a_whole_character(void **state _unused_)
{
	struct stream s = {0};
	_free_ char *text = NULL;
	const char *from, *to;

	/* 40,000 bytes of two each, beginning at an odd place */
	fixture_run(&fixture, "INSERT INTO problems SELECT 1, 1, CAST('' AS BLOB), 'ab' || "
			      "replace(hex(zeroblob(10000)), '0', char(228))");
	text = sheet(&problems_read, "", &s);
	from = strstr(text, ">ab\xc3\xa4");
	assert_non_null(from);
	to = strchr(from, '<');
	assert_int_equal(to - from - 1, 32766);
}

static void a_list_without_rows_is_a_workbook_too(void **state _unused_)
{
	struct stream s = {0};
	_free_ char *text = sheet(&files_read, "q=nothing", &s);

	assert_has(text, "<autoFilter ref=\"A1:K1\"/>");
}

static void a_list_longer_than_a_worksheet_is_refused_before_the_work(void **state _unused_)
{
	struct stream s = {0};

	fixture_run(&fixture, "UPDATE roots SET files = 1048576");
	fixture_ask(&fixture, &files_read, READ_XLSX, "", &s);
	assert_true(s.failed);
	assert_int_equal(s.status, 0);
	assert_int_equal(s.err.code, ERR_TOO_LARGE);
	assert_has(s.err.message, "CSV");
}

static void a_directory_that_cannot_be_written_is_an_error_with_its_name(void **state _unused_)
{
	struct stream s = {0};

	setenv("TMPDIR", "/proc/nowhere", 1);
	fixture_ask(&fixture, &files_read, READ_XLSX, "", &s);
	assert_true(s.failed);
	assert_int_equal(s.err.code, ERR_INTERNAL);
	assert_has(s.err.message, "/proc/nowhere");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(cells_have_their_kinds),
		TEST(a_name_that_looks_like_a_formula_stays_text),
		TEST(the_header_stays_in_view_and_filters),
		TEST(text_that_xml_cannot_hold_is_replaced),
		TEST(a_cell_is_cut_at_a_whole_character),
		TEST(a_list_without_rows_is_a_workbook_too),
		TEST(a_list_longer_than_a_worksheet_is_refused_before_the_work),
		TEST(a_directory_that_cannot_be_written_is_an_error_with_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
