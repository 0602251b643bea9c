/* def.h - what every file may use: attributes, scope-bound cleanup, and names that must not be
 * used. */
#ifndef COMMON_DEF_H
#define COMMON_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define _cleanup_(fn)        __attribute__((cleanup(fn)))
#define _printf_(fmt, first) __attribute__((format(printf, fmt, first)))
#define _unused_             __attribute__((unused))
#define _must_check_         __attribute__((warn_unused_result))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))

/* Hands the value of a variable on and leaves NULL behind, so that its cleanup does nothing. */
#define steal(p)                        \
	({                              \
		__typeof__(p) _p = (p); \
		(p) = NULL;             \
		_p;                     \
	})
#define steal_fd(fd)           \
	({                     \
		int _f = (fd); \
		(fd) = -1;     \
		_f;            \
	})

/* DEFINE_CLEANUP(struct x *, x_free) gives x_freep, for _cleanup_(x_freep). */
#define DEFINE_CLEANUP(type, fn)          \
	static inline void fn##p(type *p) \
	{                                 \
		if (*p != NULL) {         \
			fn(*p);           \
		}                         \
	}                                 \
	struct swallow_semicolon

static inline void freep(void *p)
{
	free(*(void **)p);
}
static inline void closep(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
}
DEFINE_CLEANUP(FILE *, fclose);
#define _free_   _cleanup_(freep)
#define _close_  _cleanup_(closep)
#define _fclose_ _cleanup_(fclosep)

/* A growing array's next size; callers check the multiplication themselves. */
#define GROW(cap) ((cap) != 0 ? (cap)*2 : 16)

#define NSEC_PER_SEC INT64_C(1000000000)
#define USEC_PER_SEC INT64_C(1000000)
#define MSEC_PER_SEC INT64_C(1000)

/* Unbounded, not thread-safe, or handing text to a shell: never in this program. glibc's fortified
 * headers make macros of two of them for clang, which cannot be poisoned. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets gmtime localtime ctime asctime
#undef alloca /* stdlib.h defines it as a macro, and a macro cannot be poisoned */
#pragma GCC poison system popen tmpnam mktemp alloca

#endif
