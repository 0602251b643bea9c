/* explain.h - what explaining a file needs, for explain.c and its parts. */
#ifndef SCANNERD_MATCH_EXPLAIN_H
#define SCANNERD_MATCH_EXPLAIN_H

#include "scannerd/match/matcher.h"

enum { EXPLAIN_SHOWN = 96 };

struct explanation {
	const struct matcher *m;
	const struct match_dir *dir;
	const char *path;
	size_t len, name_at;
	size_t first;           /* where the part below the scanned directory begins */
	int64_t mtime_ns, size; /* size < 0: not known */
	struct judgement j;
	const struct match_names *names;
	struct jsonw *w;
};

/* One sentence more. */
void explain_step(const struct explanation *e, const char *fmt, ...) _printf_(2, 3);
/* Bytes as people can read them; returns out. */
const char *explain_show(const char *s, size_t len, char out[EXPLAIN_SHOWN]);
/* The server as people call it; returns out. */
const char *explain_call(const struct explanation *e, int64_t server, char out[EXPLAIN_SHOWN]);

/* A component of the path and the runs in it that equal identities, with what became of each. */
struct explain_component {
	const struct explanation *e;
	size_t begin, end;
	struct hit_log hits;
	size_t glue; /* the byte that a tool glued between a name and a date; len: none */
};
/* Calls fn for the name and then for each directory up to the scanned one, nearest first. */
void explain_each(const struct explanation *e, void (*fn)(const struct explain_component *c));

/* The parts of an explanation: whose the file is, and of what time. */
void explain_whose(const struct explanation *e);
void explain_time(const struct explanation *e);

#endif
