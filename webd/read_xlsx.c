/* read_xlsx.c - a list as an Excel workbook, put together in a temporary file in constant memory.
 */
#include "read_answer.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <xlsxwriter.h>

enum {
	ROWS_MAX = 1048575, /* of a worksheet, its header apart */
	TEXT_MAX = 32767,   /* of a cell; Excel counts characters, we cut bytes */
	WIDTH_TIME = 20,
	WIDTH_TEXT = 24,
	WIDTH_OTHER = 12,
};
#define YEAR_10000 INT64_C(253402300800) /* Excel's dates end before it */

static const char *directory(void)
{
	const char *set = getenv("TMPDIR");

	return set != NULL && set[0] != '\0' ? set : "/tmp";
}

struct sheet {
	char *path; /* the workbook's file while it has a name; NULL: none */
	lxw_workbook *book;
	lxw_worksheet *page;
	lxw_format *bold, *date;
	lxw_row_t row;
	struct cell cell;
	struct buf text;
};

static void sheet_done(struct sheet *s)
{
	if (s->book != NULL) {
		lxw_workbook_free(s->book);
	}
	if (s->path != NULL) {
		unlink(s->path);
		free(s->path);
	}
	buf_done(&s->cell.text);
	buf_done(&s->text);
}

static int fail(struct err *err, const char *doing, const char *why)
{
	return err_set(err, -EIO, ERR_INTERNAL, NULL, "%s in %s: %s", doing, directory(), why);
}

/* The library opens files by name: reserve one that is ours alone. */
static int reserve_name(struct sheet *s, struct err *err)
{
	_close_ int fd = -1;

	if (asprintf(&s->path, "%s/backup-checker-XXXXXX", directory()) < 0) {
		s->path = NULL;
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	fd = mkostemp(s->path, O_CLOEXEC);
	if (fd < 0) {
		free(s->path);
		s->path = NULL;
		return fail(err, "making a temporary file", strerror(errno));
	}
	return 0;
}

static int open_book(struct sheet *s, const char *name, struct err *err)
{
	_free_ char *tmpdir = strdup(directory());
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = tmpdir};

	if (tmpdir != NULL) {
		s->book = workbook_new_opt(s->path, &options);
	}
	if (s->book != NULL) {
		s->page = workbook_add_worksheet(s->book, name);
		s->bold = workbook_add_format(s->book);
		s->date = workbook_add_format(s->book);
	}
	if (s->page == NULL || s->bold == NULL || s->date == NULL) {
		return fail(err, "beginning a workbook", "no memory or no space");
	}
	format_set_bold(s->bold);
	format_set_num_format(s->date, "yyyy-mm-dd hh:mm:ss");
	return 0;
}

static double width(const struct read_column *c)
{
	switch (c->type) {
	case COLUMN_TIME:
	case COLUMN_TIME_NS:
		return WIDTH_TIME;
	case COLUMN_TEXT:
	case COLUMN_BYTES:
	case COLUMN_STRINGS:
	case COLUMN_INTS:
	case COLUMN_JSON:
		return WIDTH_TEXT;
	default:
		return WIDTH_OTHER;
	}
}

/* Rows can only be written downwards: the header and all that concerns columns come first. */
static lxw_col_t add_header(struct sheet *s, const struct read_query *q)
{
	lxw_col_t column = 0;

	for (size_t i = 0; i < q->read->n_columns; i++) {
		const struct read_column *c = &q->read->columns[i];

		if (read_shows(q, c)) {
			worksheet_set_column(s->page, column, column, width(c), NULL);
			worksheet_write_string(s->page, 0, column, c->name, s->bold);
			column++;
		}
	}
	worksheet_freeze_panes(s->page, 1, 0);
	return column;
}

/* XML 1.0 has no place for most control characters, nor for U+FFFE and U+FFFF. */
static bool fits_xml(const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];

	if (len == 1) {
		return c >= 0x20 || c == '\t' || c == '\n';
	}
	return len != 3 || memcmp(s, "\xef\xbf", 2) != 0 || (unsigned char)s[2] < 0xbe;
}

/* At most TEXT_MAX bytes of whole characters that XML can hold. */
static const char *clean(struct buf *out, const struct buf *text)
{
	static const char replacement[] = "\xef\xbf\xbd";

	buf_reset(out);
	for (size_t i = 0; i < text->len;) {
		size_t len = utf8_sequence(text->data + i, text->len - i);
		bool fits = len > 0 && fits_xml(text->data + i, len);
		size_t more = fits ? len : sizeof(replacement) - 1;

		if (out->len + more > TEXT_MAX) {
			break;
		}
		buf_add(out, fits ? text->data + i : replacement, more);
		i += MAX(len, (size_t)1);
	}
	return buf_cstr(out);
}

static lxw_error add_cell(struct sheet *s, lxw_col_t column)
{
	const struct cell *c = &s->cell;
	char iso[TIME_ISO_SIZE];

	switch (c->kind) {
	case CELL_NUMBER:
		return worksheet_write_number(s->page, s->row, column, (double)c->number, NULL);
	case CELL_BOOL:
		return worksheet_write_boolean(s->page, s->row, column, c->number != 0, NULL);
	case CELL_TIME:
		if (c->number < 0 || c->number >= YEAR_10000) {
			return worksheet_write_string(
				s->page, s->row, column, time_iso(c->number, iso), NULL);
		}
		return worksheet_write_unixtime(s->page, s->row, column, c->number, s->date);
	case CELL_TEXT:
		if (c->text.len > 0) {
			return worksheet_write_string(
				s->page, s->row, column, clean(&s->text, &c->text), NULL);
		}
		break;
	case CELL_EMPTY:
		break;
	}
	return LXW_NO_ERROR;
}

static int refuse_size(struct err *err)
{
	return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
		"a worksheet holds %d rows and this list is longer; export it as CSV, or filter it",
		ROWS_MAX);
}

static int write_row(struct answer *a, sqlite3_stmt *st, struct sheet *s, struct err *err)
{
	lxw_col_t column = 0;

	for (size_t i = 0; i < a->q->read->n_columns; i++) {
		const struct read_column *c = &a->q->read->columns[i];
		lxw_error e;

		if (!read_shows(a->q, c)) {
			continue;
		}
		cell_read(&s->cell, c, st, column);
		e = add_cell(s, column++);
		if (e != LXW_NO_ERROR) {
			return fail(err, "writing a workbook", lxw_strerror(e));
		}
		if (s->cell.text.failed || s->text.failed) {
			return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
		}
	}
	return 0;
}

/* A full worksheet takes longer than a query may: what we write does not count. */
static int add_row(struct answer *a, sqlite3_stmt *st, void *arg, struct err *err)
{
	struct sheet *s = arg;
	int r;

	if (++s->row > ROWS_MAX) {
		return refuse_size(err);
	}
	reader_pause(a->reader);
	r = write_row(a, st, s, err);
	reader_resume(a->reader);
	return r;
}

/* Ends the workbook and opens the finished file, which has no name from then on. */
static int close_book(struct sheet *s, lxw_col_t columns, int *ret_fd, struct err *err)
{
	lxw_error e;
	int fd;

	worksheet_autofilter(s->page, 0, 0, s->row, (lxw_col_t)(columns - 1));
	e = workbook_close(steal(s->book));
	if (e != LXW_NO_ERROR) {
		return fail(err, "writing a workbook", lxw_strerror(e));
	}
	fd = open(s->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return fail(err, "opening the workbook", strerror(errno));
	}
	unlink(s->path);
	free(s->path);
	s->path = NULL;
	*ret_fd = fd;
	return 0;
}

static int send_file(struct answer *a, int fd, struct err *err)
{
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0) {
		close(fd);
		return fail(err, "reading the workbook", strerror(errno));
	}
	answer_begin(a, st.st_size);
	r = stream_file(a->stream, fd, st.st_size);
	return r < 0 ? err_set(err, r, ERR_UNAVAILABLE, NULL, "the client is gone") : 0;
}

int read_xlsx(struct answer *a, struct err *err)
{
	_cleanup_(sheet_done) struct sheet s = {0};
	lxw_col_t columns;
	int64_t count;
	int fd = -1, r = answer_count(a, &count, err);

	if (r < 0) {
		return r;
	}
	if (count > ROWS_MAX) { /* said before the work is done */
		return refuse_size(err);
	}
	r = reserve_name(&s, err);
	if (r == 0) {
		r = open_book(&s, a->q->read->name, err);
	}
	if (r < 0) {
		return r;
	}
	columns = add_header(&s, a->q);
	r = answer_each(a, add_row, &s, err);
	if (r == 0) {
		r = close_book(&s, columns, &fd, err);
	}
	return r < 0 ? r : send_file(a, fd, err);
}
