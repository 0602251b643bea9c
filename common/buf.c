/* buf.c - the growing byte buffer. */
#include "buf.h"

#include <errno.h>

void buf_done(struct buf *b)
{
	free(b->data);
	*b = (struct buf)BUF_INIT;
}

int buf_reserve(struct buf *b, size_t more)
{
	if (b->failed) {
		return -ENOMEM;
	}
	if (more <= b->cap - b->len) {
		return 0;
	}

	size_t wanted = 0;
	if (__builtin_add_overflow(b->len, more, &wanted) || wanted > PTRDIFF_MAX / 2) {
		b->failed = true;
		return -ENOMEM;
	}
	size_t cap = MAX(b->cap * 2, (size_t)64);
	cap = MAX(cap, wanted);
	char *data = realloc(b->data, cap);
	if (data == NULL) {
		b->failed = true;
		return -ENOMEM;
	}
	b->data = data;
	b->cap = cap;
	return 0;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	if (len != 0 && buf_reserve(b, len) == 0) {
		memcpy(b->data + b->len, data, len);
		b->len += len;
	}
}

void buf_addc(struct buf *b, char c)
{
	if (buf_reserve(b, 1) == 0) {
		b->data[b->len++] = c;
	}
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	if (buf_reserve(b, 64) < 0) {
		return;
	}

	va_list again;
	va_copy(again, ap);
	size_t room = b->cap - b->len;
	int len = vsnprintf(b->data + b->len, room, fmt, ap);
	if (len < 0) {
		b->failed = true;
	} else if ((size_t)len < room) {
		b->len += (size_t)len;
	} else if (buf_reserve(b, (size_t)len + 1) == 0) {
		vsnprintf(b->data + b->len, (size_t)len + 1, fmt, again);
		b->len += (size_t)len;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void buf_consume(struct buf *b, size_t n)
{
	if (n >= b->len) {
		b->len = 0;
	} else if (n != 0) {
		memmove(b->data, b->data + n, b->len - n);
		b->len -= n;
	}
}

const char *buf_cstr(struct buf *b)
{
	if (buf_reserve(b, 1) < 0) {
		return "";
	}
	b->data[b->len] = '\0';
	return b->data;
}

char *buf_steal(struct buf *b)
{
	if (buf_reserve(b, 1) < 0) {
		buf_done(b);
		return NULL;
	}
	b->data[b->len] = '\0';
	char *data = b->data;
	*b = (struct buf)BUF_INIT;
	return data;
}
