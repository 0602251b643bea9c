/* shape.h - the JSON objects that code writes by hand, as tables of their members for openapi.json.
 * (Lists are tables of columns in read.h, what scannerd takes and gives are field tables.) The
 * integration tests hold every answer against them. */
#ifndef WEBD_SHAPE_H
#define WEBD_SHAPE_H

#include "common/jsonw.h"

enum member_type {
	MEMBER_BOOL,
	MEMBER_INT,
	MEMBER_NUMBER,
	MEMBER_TEXT,
	MEMBER_TIME,   /* ISO 8601 UTC */
	MEMBER_OBJECT, /* any object */
	MEMBER_OF      /* the component .of, or .or_of */
};
enum member_flag {
	MEMBER_OPTIONAL = 1 << 0,
	MEMBER_NULLABLE = 1 << 1,
	MEMBER_LIST = 1 << 2, /* an array of it */
};
struct member {
	const char *name;
	enum member_type type;
	const char *doc;
	unsigned flags;
	const char *of, *or_of;   /* names of components */
	const char *const *words; /* TEXT: what it can be; NULL: any */
};
struct shape {
	const char *name; /* of the component */
	const char *doc;
	const struct member *members;
	size_t n;
	bool open; /* others may be there, too */
};

size_t shapes_all(const struct shape **ret);
/* "name": {the JSON Schema object} */
void shape_print(const struct shape *s, struct jsonw *w);
/* {"$ref": "#/components/schemas/NAME"} */
void shape_print_reference(struct jsonw *w, const char *name);

#endif
