/* screen.h - what an output can show: how wide it is, whether colours mean something, and text of
 * other people's made harmless for it. */
#ifndef CLIENT_SCREEN_H
#define CLIENT_SCREEN_H

#include "common/buf.h"
#include "proto/status.h"

struct screen {
	bool terminal;
	bool colour;  /* a terminal, and NO_COLOR (no-color.org) does not forbid it */
	size_t width; /* columns; 0: any, lines are not cut */
};
struct screen screen_of(FILE *f);

/* Begins a colour for a status, and ends it; nothing on a screen without. */
void screen_paint(const struct screen *s, enum status status, struct buf *out);
void screen_bold(const struct screen *s, struct buf *out);
void screen_plain(const struct screen *s, struct buf *out);

/* Appends text that nobody needs to trust: control characters, invalid bytes and what turns the
 * direction of writing are written as escapes. */
void screen_inert(struct buf *out, const char *s, size_t len);
static inline void screen_inert_text(struct buf *out, const char *s)
{
	screen_inert(out, s, strlen(s));
}
/* The same of several lines, whose ends and tabs stay. */
void screen_inert_lines(struct buf *out, const char *s, size_t len);
/* One line with its bar, which means something to monitoring, replaced. */
void screen_inert_barless(struct buf *out, const char *s);
/* Columns that inert text takes. */
size_t screen_columns(const char *s, size_t len);
/* How many of its bytes fit into that many columns. */
size_t screen_fit(const char *s, size_t len, size_t columns);

#endif
