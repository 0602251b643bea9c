/* buf.h - a growing byte buffer with a sticky failure, so that writers check once, at the end. */
#ifndef COMMON_BUF_H
#define COMMON_BUF_H

#include "def.h"
#include <stdarg.h>

struct buf {
	char *data; /* not NUL-terminated unless buf_cstr() is asked; NULL while empty */
	size_t len;
	size_t cap;
	bool failed; /* out of memory once: everything since is dropped */
};
#define BUF_INIT  \
	{         \
		0 \
	}

void buf_done(struct buf *b); /* frees; the buffer may be used again */
static inline void buf_reset(struct buf *b)
{
	b->len = 0;
} /* empty, memory kept */
int buf_reserve(struct buf *b, size_t more); /* 0 or -ENOMEM */
void buf_add(struct buf *b, const void *data, size_t len);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) _printf_(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) _printf_(2, 0);
void buf_consume(struct buf *b, size_t n); /* drops the first n bytes */
const char *buf_cstr(struct buf *b);       /* NUL-terminates (not counted); "" on failure */
char *buf_steal(struct buf *b);            /* heap string, buffer empty; NULL on failure */
#define _buf_ _cleanup_(buf_done)

#endif
