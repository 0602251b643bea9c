/* assets.h - the dashboard, embedded in the binary: its pages, and the files that they load.
 *
 * Files are kept as gzip. One whose name carries a hash of its content may be kept for ever by who
 * asks; the others are asked for again by their ETag. Pages are one and the same HTML document,
 * which carries a nonce of its own for each answer and is therefore never kept. */
#ifndef WEBD_ASSETS_H
#define WEBD_ASSETS_H

#include "common/buf.h"

struct exchange;

struct asset {
	const char *path; /* "/assets/index-2VJQ5KZD.js" */
	const char *content_type;
	const char *tag; /* the ETag, with its quotes */
	bool immutable;  /* the name changes with the content */
	size_t size;     /* before compression */
	const char *gzip, *gzip_end;
};

void assets_page(struct exchange *x);    /* GET / and every other page */
void assets_file(struct exchange *x);    /* GET /assets/{name} */
void assets_favicon(struct exchange *x); /* GET /favicon.svg, /favicon.ico */

/* For those, and for tests. */
size_t assets_all(const struct asset **ret_rows);  /* sorted by path */
const struct asset *assets_find(const char *path); /* NULL: there is none */
/* The file as it was before compression. 0, -ENOMEM, or -EIO if the build embedded nonsense. */
int assets_inflate(const struct asset *a, struct buf *out);
/* The page with that nonce; whether there was memory for it says out->failed. */
void assets_print_page(const char *nonce, struct buf *out);
/* Does Accept-Encoding (RFC 9110, 12.5.3; NULL: not sent) take gzip? */
bool assets_gzip_accepted(const char *accept_encoding);
/* Does If-None-Match (RFC 9110, 13.1.2; NULL: not sent) name that tag? */
bool assets_tag_matches(const char *if_none_match, const char *tag);

#endif
