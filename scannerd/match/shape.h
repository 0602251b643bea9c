/* shape.h - what the paths of one job have in common: which bytes of a path vary from run to run,
 * and the glob and the words for all paths of the same shape.
 *
 * Dates, UUIDs, long hexadecimal runs, random tokens and directories of years, months and days
 * vary for certain. Other numbers (also 8 to 15 hexadecimal digits) may be a name or a counter:
 * they are kept beside the shape, and whoever sees many paths decides (groups.h). */
#ifndef SCANNERD_MATCH_SHAPE_H
#define SCANNERD_MATCH_SHAPE_H

#include "common/buf.h"
#include "scannerd/match/dates.h"

enum {
	SHAPE_NUMBERS_MAX = 8, /* further ones vary for certain */
	SHAPE_GLOB_MAX = 1024, /* as long as a rule of the configuration may be */
};

struct shape {
	struct buf key;     /* literal bytes and marks, shape_key.h; equal for equal shapes */
	struct buf numbers; /* each ends in a NUL */
	uint8_t n;          /* of numbers */
	uint8_t calendar;   /* the last component was a year (1), a month below it (2) */
};
void shape_done(struct shape *s);
void shape_reset(struct shape *s);

/* Where a shape stood, to go on from there with another name. */
struct shape_place {
	size_t key, numbers;
	uint8_t n, calendar;
};
struct shape_place shape_place(const struct shape *s);
void shape_return(struct shape *s, const struct shape_place *place);

/* Adds a component below the ones before; t may be cut where a date is glued (dates.h). A name that
 * text_set() refuses is given as the empty text with its raw bytes; it is taken literally. Out of
 * memory is the buffers' sticky failure. */
void shape_add(struct shape *s, struct text *t, const char *name, size_t len,
	const struct date_rules *rules);
/* Adds the bytes as they are, then, if `below`, whatever lies below that directory. */
void shape_add_literal(struct shape *s, const char *path, size_t len, bool below);

struct shape_width { /* digits of one number in all the paths */
	uint8_t min, max;
};

/* Paths of one shape, some of whose numbers are always the same. */
struct shape_paths {
	const char *key;
	size_t key_len;
	const char *kept; /* the numbers that are, in their order, each with its NUL */
	uint8_t mask;     /* bit i: number i is */
	const struct shape_width *widths; /* of all */
};
/* A glob (glob.h) of at most SHAPE_GLOB_MAX bytes, valid UTF-8 without control characters, that
 * matches every such path. It matches nothing else than paths whose varying parts have the same
 * layout, unless a number's width varies (then a star stands for its further digits), a byte could
 * not be written ('?'), or the path is so long that the glob had to be cut. */
void shape_glob(const struct shape_paths *p, struct buf *out);
/* The path with '*' for what varies; any bytes. Both write into an empty buffer. */
void shape_words(const struct shape_paths *p, struct buf *out);

#endif
