/* stream.h - an HTTP answer that a query thread writes and the loop's thread sends: bounded, so
 * that memory is constant however slow the client. */
#ifndef WEBD_STREAM_H
#define WEBD_STREAM_H

#include "common/buf.h"
#include "common/err.h"

struct stream; /* made by http.c, one for each request that is answered from a query thread */

enum { STREAM_WINDOW = 256 * 1024 }; /* bytes that may wait for the client */

/* All of these: the query thread that answers. The first call decides the status; headers are
 * copied. length < 0: chunked. name (may be NULL) becomes Content-Disposition: attachment. A later
 * stream_fail() can only cut the connection (so that nobody takes half a list for a whole one). */
void stream_begin(struct stream *s, int status, const char *content_type, const char *download_name,
	int64_t length);
/* Sends and empties b. Blocks while STREAM_WINDOW bytes wait; -EPIPE once the client is gone (also
 * by taking nothing for 60 s), -ETIMEDOUT once all the waiting for it has been too long. */
int stream_write(struct stream *s, struct buf *b);
/* Sends a whole file from its start and takes the descriptor over. */
int stream_file(struct stream *s, int fd, int64_t length);
void stream_end(struct stream *s); /* exactly one of these two, last; the stream is gone then */
void stream_fail(struct stream *s,
	const struct err *err); /* the JSON error with its HTTP status if nothing was begun */
bool stream_is_head(const struct stream *s); /* a HEAD request: the body is not wanted */

#endif
