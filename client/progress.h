/* progress.h - how far a scan is: a bar that is drawn over itself on a terminal, a line now and
 * then elsewhere. */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include "client/screen.h"
#include "proto/iface.h"

enum { PROGRESS_LINE_MS = 10000 };

struct progress {
	struct screen screen;
	FILE *to;
	int64_t shown_ms; /* monotonic; when the last line was written */
	bool drawn;       /* a bar stands in the present line */
};

/* The text of one state, at most `width` columns (0: any); with a bar where bar is true. Pure. */
void progress_text(const struct scan_progress *p, bool bar, size_t width, struct buf *out);

void progress_show(struct progress *p, const struct scan_progress *s);
/* Leaves the line free for something else. */
void progress_clear(struct progress *p);

#endif
