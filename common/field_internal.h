/* field_internal.h - what field.c shares with field_decode.c, field_encode.c and field_print.c
 * only. */
#ifndef COMMON_FIELD_INTERNAL_H
#define COMMON_FIELD_INTERNAL_H

#include "field.h"

enum { FIELD_STRING_MAX = 4096, FIELD_ELEMENTS_MAX = 1024 };
#define FIELD_INT_MAX (INT64_C(1) << 53)

/* An OBJECTS member without its element's type. It is loaded and stored by copying, because the
 * member itself is struct { T *v; size_t n; } with another pointer type. */
struct field_list {
	char *v;
	size_t n;
};

static inline struct field_list field_list_load(const void *at)
{
	struct field_list list;
	memcpy(&list, at, sizeof(list));
	return list;
}

static inline void field_list_store(void *at, const struct field_list *list)
{
	memcpy(at, list, sizeof(*list));
}

static inline void *field_at(const struct field *f, void *s)
{
	return (char *)s + f->offset;
}

static inline const void *field_at_const(const struct field *f, const void *s)
{
	return (const char *)s + f->offset;
}

/* The limits of a row with the absent ones filled in: of the value for INT and DURATION, of the
 * length for STRING, of the number of elements for STRINGS and OBJECTS. */
int64_t field_lowest(const struct field *f);
int64_t field_highest(const struct field *f);

/* The row's member as decoding an absent key leaves it. The member holds nothing before. 0 or
 * -ENOMEM. */
int field_default(const struct field *f, void *at);
/* Would decoding an absent key give the same? */
bool field_is_default(const struct field *f, const void *at);

#endif
