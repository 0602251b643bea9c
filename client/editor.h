/* editor.h - a person edits a text in a temporary file with the editor of their choice. */
#ifndef CLIENT_EDITOR_H
#define CLIENT_EDITOR_H

#include "common/buf.h"
#include "common/err.h"

enum { EDITOR_PATH_SIZE = 256 };

struct editor {
	char path[EDITOR_PATH_SIZE]; /* "" : no file */
};

/* Writes the text to a file that only its owner may read, in $TMPDIR or /tmp; the name ends in
 * suffix. -errno with a sentence. */
int editor_begin(struct editor *e, const char *suffix, const struct buf *text, struct err *err);
/* Runs $VISUAL, $EDITOR, editor or vi on it and waits. An editor that cannot be started or ends
 * with a failure is ERR_UNAVAILABLE. */
int editor_run(const struct editor *e, struct err *err);
/* Its text, at most max bytes. */
int editor_read(const struct editor *e, size_t max, struct buf *text, struct err *err);
/* Removes the file. */
void editor_end(struct editor *e);

#endif
