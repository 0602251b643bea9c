/* screen.c - terminals: their width, their colours, and what they must not be told. */
#include "client/screen.h"

#include "common/utf8.h"
#include <locale.h>
#include <sys/ioctl.h>
#include <wchar.h>

enum { WIDTH_OTHERWISE = 80, WIDTH_LEAST = 40, WIDTH_MOST = 1000 };

static size_t width_of(int fd)
{
	struct winsize size = {0};
	const char *columns = getenv("COLUMNS");
	long width = ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;

	if (width == 0 && columns != NULL) {
		width = strtol(columns, NULL, 10);
	}
	if (width <= 0) {
		width = WIDTH_OTHERWISE;
	}
	return (size_t)MIN(MAX(width, WIDTH_LEAST), WIDTH_MOST);
}

struct screen screen_of(FILE *f)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct screen s = {.terminal = isatty(fileno(f)) == 1};

	if (s.terminal) {
		s.colour = (no_color == NULL || no_color[0] == '\0') && term != NULL &&
			   strcmp(term, "dumb") != 0;
		s.width = width_of(fileno(f));
	}
	return s;
}

void screen_paint(const struct screen *s, enum status status, struct buf *out)
{
	static const char *const codes[_STATUS_MAX] = {
		[STATUS_GREEN] = "32",
		[STATUS_YELLOW] = "33",
		[STATUS_RED] = "1;31",
		[STATUS_UNKNOWN] = "35",
		[STATUS_EXEMPT] = "2",
	};

	if (s->colour) {
		buf_printf(out, "\033[%sm", codes[status]);
	}
}

void screen_bold(const struct screen *s, struct buf *out)
{
	buf_adds(out, s->colour ? "\033[1m" : "");
}

void screen_plain(const struct screen *s, struct buf *out)
{
	buf_adds(out, s->colour ? "\033[0m" : "");
}

/* The code point of a valid sequence of three bytes. */
static unsigned code_point_3(const unsigned char *s)
{
	return (unsigned)(s[0] & 0x0f) << 12 | (unsigned)(s[1] & 0x3f) << 6 | (s[2] & 0x3fu);
}

/* Control characters beyond ASCII, and marks, embeddings and isolates of Unicode's bidirectional
 * algorithm (UAX 9) and its two line separators: these would let a name change how the rest of its
 * line reads. */
static unsigned misleading(const char *s, size_t n)
{
	unsigned c = 0;

	if (n == 2) {
		c = ((unsigned char)s[0] & 0x1fu) << 6 | ((unsigned char)s[1] & 0x3fu);
		return c == 0x061c || (c >= 0x80 && c < 0xa0) ? c : 0;
	}
	if (n == 3) {
		c = code_point_3((const unsigned char *)s);
	}
	return (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
			       (c >= 0x2066 && c <= 0x2069)
		       ? c
		       : 0;
}

void screen_inert(struct buf *out, const char *s, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t n = MAX(utf8_sequence(s + at, len - at), (size_t)1);
		unsigned c = misleading(s + at, n);
		char shown[16];

		if (c != 0) {
			buf_printf(out, "\\u%04x", c);
		} else {
			utf8_printable(s + at, n, shown, sizeof(shown));
			buf_adds(out, shown);
		}
		at += n;
	}
}

void screen_inert_lines(struct buf *out, const char *s, size_t len)
{
	for (size_t at = 0, n; at < len; at += n) {
		n = 1;
		if (s[at] == '\n' || s[at] == '\t' ||
			(s[at] == '\r' && at + 1 < len && s[at + 1] == '\n')) {
			buf_addc(out, s[at]);
			continue;
		}
		while (at + n < len && strchr("\n\t\r", s[at + n]) == NULL) { /* NUL ends it, too */
			n++;
		}
		screen_inert(out, s + at, n);
	}
}

void screen_inert_barless(struct buf *out, const char *s)
{
	size_t start = out->len;

	screen_inert_text(out, s);
	for (size_t i = start; i < out->len; i++) {
		out->data[i] = out->data[i] == '|' ? '/' : out->data[i];
	}
}

/* wcwidth() asks the locale, and what we print is UTF-8 whatever that is. */
static void use_utf8(void)
{
	static bool done;

	if (!done) {
		setlocale(LC_CTYPE, "C.UTF-8");
		done = true;
	}
}

static size_t character_columns(const char *s, size_t len, size_t *ret_bytes)
{
	mbstate_t state = {0};
	wchar_t c;
	size_t n = mbrtowc(&c, s, len, &state);
	int columns;

	if (n == 0 || n > len) {
		*ret_bytes = 1;
		return 1;
	}
	*ret_bytes = n;
	columns = wcwidth(c);
	return columns < 0 ? 1 : (size_t)columns;
}

size_t screen_columns(const char *s, size_t len)
{
	size_t columns = 0, n;

	use_utf8();
	for (size_t at = 0; at < len; at += n) {
		columns += character_columns(s + at, len - at, &n);
	}
	return columns;
}

size_t screen_fit(const char *s, size_t len, size_t columns)
{
	size_t at = 0, used = 0, n;

	use_utf8();
	while (at < len) {
		used += character_columns(s + at, len - at, &n);
		if (used > columns) {
			break;
		}
		at += n;
	}
	return at;
}
