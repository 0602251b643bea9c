/* exposition.h - the words of Prometheus' text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 *
 * A family is a name, a type and a help; all of its samples follow it. Nothing fails but the
 * buffer. */
#ifndef WEBD_EXPOSITION_H
#define WEBD_EXPOSITION_H

#include "common/buf.h"

struct family {
	const char *name; /* without EXPOSITION_PREFIX */
	const char *type; /* "gauge", "counter" */
	const char *help; /* a sentence without line breaks and backslashes */
};

#define EXPOSITION_PREFIX "backup_checker_"

/* # HELP, # TYPE. prefix: EXPOSITION_PREFIX, or "" for the names that every program has. */
void exposition_family(struct buf *out, const char *prefix, const struct family *f);
/* A family of one sample without labels. */
void exposition_value(struct buf *out, const struct family *f, int64_t value);
/* name="value", from bytes that anybody may have chosen: control characters and what is no UTF-8
 * are shown as \xHH, so that no name breaks a line or another label. */
void exposition_label(struct buf *out, const char *name, const void *bytes, size_t len);

#endif
