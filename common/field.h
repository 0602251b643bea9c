/* field.h - one table per struct: it decodes JSON into the struct, checks every limit, encodes it
 * again, frees it, and prints documentation (Varlink types, JSON Schema, the manual's table). A new
 * setting or parameter is a new row.
 *
 * In the struct a BOOL is a bool, INT / DURATION / ENUM an int64_t (DURATION: seconds), STRING a
 * char * (NULL when absent), STRINGS a struct strv, OBJECT an embedded struct, OBJECTS a struct { T
 * *v; size_t n; }, JSON a cJSON *. */
#ifndef COMMON_FIELD_H
#define COMMON_FIELD_H

#include "buf.h"
#include "def.h"
#include "err.h"
#include "json.h"
#include "jsonw.h"

struct strv {
	char **v;
	size_t n;
};

enum field_type {
	FIELD_BOOL,
	FIELD_INT,      /* min..max is the value's range; max 0 with min >= 0: no upper end; both 0:
			   +-2^53 */
	FIELD_DURATION, /* "90s", "15m", "36h", "365d", "2w" <-> seconds; min..max in seconds, max
			   0: no end; "0" needs min 0 */
	FIELD_ENUM,     /* one of .names; the value is the index */
	FIELD_STRING,   /* min..max is the length in bytes; max 0: 4096 */
	FIELD_STRINGS,  /* max is the number of elements, 0: 1024; each at most 4096 bytes and not
			   empty */
	FIELD_OBJECT,
	FIELD_OBJECTS, /* max is the number of elements, 0: 1024 */
	FIELD_JSON,    /* any JSON object, kept as it is */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,
	FIELD_NULLABLE = 1 << 1,   /* JSON null is the same as absent */
	FIELD_OMIT_EMPTY = 1 << 2, /* not encoded when decoding its absence gives the same: NULL,
				      empty or the default */
	FIELD_LOCKED = 1 << 3,     /* a setting that only an editor of the file may change */
};

struct field_table;

/* Judges one decoded value (a STRING's char *, one element of STRINGS, an INT's int64_t *, ...). 0,
 * or err_set(err, -EINVAL, ...) with field NULL: the decoder adds the path. */
typedef int (*field_check)(const void *value, struct err *err);

struct field {
	const char *name;
	const char
		*doc; /* a sentence; it goes to the manual, the interface file and openapi.json */
	enum field_type type;
	unsigned flags;
	size_t offset;
	int64_t min, max;
	int64_t otherwise;          /* default of BOOL, INT, DURATION, ENUM */
	const char *otherwise_text; /* default of STRING (NULL: absent) and STRINGS (JSON text of an
				       array) */
	const char *const *names;   /* ENUM, NULL-terminated */
	const struct field_table *table; /* OBJECT, OBJECTS */
	const char *shorthand;           /* OBJECTS: a string element means { shorthand: string } */
	field_check check;
};

struct field_table {
	const char *name; /* "Directory": the type's name in Varlink and JSON Schema */
	const char *doc;
	size_t size; /* sizeof the struct */
	const struct field *fields;
	size_t count;
};

/* Row macros: a row whose member has the wrong C type does not compile. Designated initialisers may
 *follow, e.g. FIELD_ROW_STRING(struct directory, path, "Absolute path.", .flags = FIELD_REQUIRED,
 *.max = 4095) */
#define FIELD_OFFSET(S, member, ctype)                                                            \
	(offsetof(S, member) + 0 * sizeof(struct {                                                \
		_Static_assert(__builtin_types_compatible_p(__typeof__(((S *)0)->member), ctype), \
			#S "." #member " is no " #ctype);                                         \
		int unused;                                                                       \
	}))
#define FIELD_NAMED(S, member, json_name, kind, ctype, text, ...)         \
	{                                                                 \
		.name = (json_name), .doc = (text), .type = FIELD_##kind, \
		.offset = FIELD_OFFSET(S, member, ctype), ##__VA_ARGS__   \
	}
#define FIELD_ROW_BOOL(S, m, text, ...) FIELD_NAMED(S, m, #m, BOOL, bool, text, ##__VA_ARGS__)
#define FIELD_ROW_INT(S, m, text, ...)  FIELD_NAMED(S, m, #m, INT, int64_t, text, ##__VA_ARGS__)
#define FIELD_ROW_DURATION(S, m, text, ...) \
	FIELD_NAMED(S, m, #m, DURATION, int64_t, text, ##__VA_ARGS__)
#define FIELD_ROW_ENUM(S, m, text, ...)   FIELD_NAMED(S, m, #m, ENUM, int64_t, text, ##__VA_ARGS__)
#define FIELD_ROW_STRING(S, m, text, ...) FIELD_NAMED(S, m, #m, STRING, char *, text, ##__VA_ARGS__)
#define FIELD_ROW_STRINGS(S, m, text, ...) \
	FIELD_NAMED(S, m, #m, STRINGS, struct strv, text, ##__VA_ARGS__)
#define FIELD_ROW_JSON(S, m, text, ...) FIELD_NAMED(S, m, #m, JSON, cJSON *, text, ##__VA_ARGS__)
#define FIELD_ROW_OBJECT(S, m, ctype, tab, text, ...) \
	FIELD_NAMED(S, m, #m, OBJECT, ctype, text, .table = (tab), ##__VA_ARGS__)
/* OBJECTS: the member must be struct { ctype *v; size_t n; } */
#define FIELD_ROW_OBJECTS(S, m, ctype, tab, text, ...)                                      \
	{                                                                                   \
		.name = #m, .doc = (text), .type = FIELD_OBJECTS, .table = (tab),           \
		.offset = offsetof(S, m) + 0 * FIELD_OFFSET(S, m.v, ctype *), ##__VA_ARGS__ \
	}

/* Defines the table of a struct from its array of rows. */
#define FIELD_TABLE(variable, type_name, text, ctype, rows) \
	const struct field_table variable = {               \
		.name = (type_name),                        \
		.doc = (text),                              \
		.size = sizeof(ctype),                      \
		.fields = (rows),                           \
		.count = ARRAY_SIZE(rows),                  \
	}

/* Decodes an object into *s (which is zeroed first; defaults fill what is absent). Unknown keys are
 * errors that name the nearest key. On failure *s is left empty, nothing to free. 0, -EINVAL,
 * -E2BIG or -ENOMEM with err filled. json == NULL means an empty object. */
int field_decode(const struct field_table *t, const cJSON *json, void *s, struct err *err);
/* Writes *s as one JSON object that field_decode() reads back: a NULL is null where the row is
 * FIELD_NULLABLE, else left out; an element that differs from the defaults only in its shorthand is
 * that string. */
void field_encode(const struct field_table *t, const void *s, struct jsonw *w);
/* The same with every value, FIELD_OMIT_EMPTY or not. */
void field_encode_all(const struct field_table *t, const void *s, struct jsonw *w);
/* Frees what *s owns and zeroes it; safe on a zeroed struct. */
void field_done(const struct field_table *t, void *s);
/* A deep copy; -ENOMEM leaves *to empty. */
int field_copy(const struct field_table *t, const void *from, void *to);
/* Fills an empty struct with the defaults. */
int field_defaults(const struct field_table *t, void *s);

/* Documentation. */
void field_print_varlink(
	const struct field_table *t, struct buf *out); /* "(path: string, exclude: ?[]string)" */
void field_print_schema(const struct field_table *t,
	struct jsonw *w); /* one JSON Schema object (2020-12), inline: what field_decode() takes */
void field_print_answer_schema(const struct field_table *t,
	struct jsonw
		*w); /* the same of what field_encode_all() writes: nothing is left to a default */
void field_print_roff(const struct field_table *t, const char *prefix,
	struct buf *out); /* .TP entries, recursive */

/* The known name nearest to the wrong one by edit distance (case and - for _ are nothing), NULL if
 * none is near. */
const char *field_nearest(const struct field_table *t, const char *wrong);

/* "36h" <-> seconds. Units s m h d w; one number, one unit. -EINVAL otherwise. */
int duration_parse(const char *text, int64_t *ret_seconds);
/* The largest unit that is exact: 129600 -> "36h", 31536000 -> "365d". out holds at least 24 bytes.
 */
void duration_format(int64_t seconds, char *out, size_t size);

void strv_done(struct strv *v);
int strv_add(struct strv *v, const char *s); /* copies */

#endif
