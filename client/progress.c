/* progress.c - draws how far a scan is. */
#include "client/progress.h"

#include "client/list.h"
#include "common/timefmt.h"
#include <inttypes.h>

enum { BAR_COLUMNS = 24, DRAW_MS = 100 };

static void draw_bar(int64_t percent, struct buf *out)
{
	int64_t full = percent * BAR_COLUMNS / 100;

	buf_addc(out, '[');
	for (int64_t i = 0; i < BAR_COLUMNS; i++) {
		buf_addc(out, i < full ? '#' : '.');
	}
	buf_printf(out, "] %3" PRId64 " %%  ", percent);
}

static void draw_counts(const struct scan_progress *p, struct buf *out)
{
	char size[16];

	if (p->kind == SCAN_SERVERS) {
		buf_printf(out, "%" PRId64 " addresses, %" PRId64 " up", p->hosts, p->hosts_up);
	} else {
		buf_printf(out, "%" PRId64 " files in %" PRId64 " directories, %s", p->files,
			p->directories, list_size(p->bytes, size));
	}
	if (p->errors > 0) {
		buf_printf(out, ", %" PRId64 " problems", p->errors);
	}
}

void progress_text(const struct scan_progress *p, bool bar, size_t width, struct buf *out)
{
	size_t start = out->len, keep;
	char span[32];

	if (p->percent >= 0 && bar) {
		draw_bar(p->percent, out);
	} else if (p->percent >= 0) {
		buf_printf(out, "%" PRId64 " %%, ", p->percent);
	}
	draw_counts(p, out);
	if (p->seconds_left >= 0) {
		buf_printf(out, ", %s left", time_span(p->seconds_left, span));
	}
	if (p->current != NULL && p->current[0] != '\0') {
		buf_adds(out, "  ");
		screen_inert_text(out, p->current);
	}
	if (width > 0 && !out->failed) {
		keep = screen_fit(out->data + start, out->len - start, width - 1);
		out->len = start + keep;
	}
}

void progress_show(struct progress *p, const struct scan_progress *s)
{
	int64_t now = time_mono_ms();
	_buf_ struct buf text = BUF_INIT;

	if (p->shown_ms != 0 &&
		now - p->shown_ms < (p->screen.terminal ? DRAW_MS : PROGRESS_LINE_MS)) {
		return;
	}
	p->shown_ms = now;
	progress_text(s, p->screen.terminal, p->screen.width, &text);
	if (p->screen.terminal) {
		fprintf(p->to, "\r\033[K%s", buf_cstr(&text));
		p->drawn = true;
	} else {
		fprintf(p->to, "%s\n", buf_cstr(&text));
	}
	fflush(p->to);
}

void progress_clear(struct progress *p)
{
	if (p->drawn) {
		fputs("\r\033[K", p->to);
		fflush(p->to);
		p->drawn = false;
	}
}
