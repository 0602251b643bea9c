/* jsonw.h - writing JSON as a stream into a struct buf: constant memory however long the list.
 *
 * The caller drains w->out whenever it likes; the writer keeps only its place (depth <=
 * JSONW_DEPTH_MAX, twice what json.h lets in). Misuse (a value where a key belongs ...) is an
 * assertion. Out of memory is the buffer's sticky failure. */
#ifndef COMMON_JSONW_H
#define COMMON_JSONW_H

#include "buf.h"

struct cJSON;
enum { JSONW_DEPTH_MAX = 64 };
struct jsonw {
	struct buf *out;
	uint64_t comma;  /* bit d: a value has been written at depth d + 1 */
	uint64_t object; /* bit d: depth d + 1 is an object */
	uint8_t depth;
	bool key; /* a key was written, its value is due */
};
#define JSONW(buffer)           \
	{                       \
		.out = (buffer) \
	}

void jsonw_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_end(struct jsonw *w); /* closes the innermost object or array */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_null(struct jsonw *w);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_double(struct jsonw *w, double v);   /* shortest that reads back; non-finite is null */
void jsonw_str(struct jsonw *w, const char *s); /* NULL is null */
/* Any bytes: invalid UTF-8 becomes U+FFFD, control bytes \u00XX; also escapes < > & U+2028 U+2029,
 * so that the text is inert inside HTML. */
void jsonw_bytes(struct jsonw *w, const char *s, size_t len);
void jsonw_base64(struct jsonw *w, const char *s, size_t len); /* RFC 4648 section 4 */
void jsonw_tree(
	struct jsonw *w, const struct cJSON *json); /* a parsed value, integers kept exact */
void jsonw_raw(struct jsonw *w, const char *s, size_t len); /* one complete JSON value, trusted */

/* key and value in one call */
void jsonw_kstr(struct jsonw *w, const char *key, const char *s);
void jsonw_kint(struct jsonw *w, const char *key, int64_t v);
void jsonw_kbool(struct jsonw *w, const char *key, bool v);
void jsonw_knull(struct jsonw *w, const char *key);
void jsonw_kobject(struct jsonw *w, const char *key);
void jsonw_karray(struct jsonw *w, const char *key);
/* seconds since 1970 as "2026-01-31T03:00:00Z"; INT64_MIN is null */
void jsonw_ktime(struct jsonw *w, const char *key, int64_t t);

#endif
