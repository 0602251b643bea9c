/* functions.h - what SQL cannot say itself: the status of a server, words for packed columns, paths
 * and names as bytes. */
#ifndef WEBD_FUNCTIONS_H
#define WEBD_FUNCTIONS_H

#include "common/def.h"
#include <sqlite3.h>

struct sketch;

/* PATH_MAX, a slash and NAME_MAX: what a path can hold. */
enum { FUNCTIONS_PATH_SIZE = 4096 + 256 + 8 };

/* A search looks into a million names, directory by directory: what was sought last, and in which
 * directory, is kept with small letters. */
struct functions_search {
	char needle[FUNCTIONS_PATH_SIZE], dir[FUNCTIONS_PATH_SIZE]; /* as they came */
	size_t needle_len, dir_len;
	char wanted[FUNCTIONS_PATH_SIZE];
	char text[FUNCTIONS_PATH_SIZE]; /* the directory, a slash, and the name under hand */
	size_t text_len;                /* of the directory and the slash */
	bool in_dir;                    /* the needle is found in these */
};

/* What the functions know beside their arguments; the connection keeps the pointer. */
struct functions {
	int64_t now;   /* the time by which every row of one answer is judged */
	int64_t tally; /* calls of bc_tally() */
	struct functions_search search;
	struct sketch *sketch; /* what bc_sketch() adds to; NULL: nothing */
};

/* The columns of v_servers by which a server is judged, in the order that the functions take. */
#define FUNCTIONS_FACTS                                                                     \
	"backup_time, backup_count, findings, ambiguous, evidence_root, unavailable_root, " \
	"green_within, red_after, copies, policy, opaque, opaque_path, exempt_reason, "     \
	"exempt_author, exempt_until, exempt_day"

extern const char *const finding_names[]; /* by the bits of enum finding; ends with NULL */

/* clang-format off */
/* Adds to the connection (all but bc_tally and bc_sketch are deterministic within one answer; FACTS is FUNCTIONS_FACTS):
 *
 *	bc_status(FACTS), bc_reason(FACTS)	"red", and the sentence
 *	bc_rank(FACTS)				0 red, 1 unknown, 2 yellow, 3 green, 4 exempt
 *	bc_findings(bits)			a JSON array of names
 *	bc_path(dir, name)			a path as bytes; NULL if either is
 *	bc_contains(bytes, text)		substring, ASCII letters in either case
 *	bc_path_contains(dir, name, text)	the same over the whole path, without building it
 *	bc_seconds(ns)				whole seconds, floored
 *	bc_time_source(n)			the word of proto/verdict.h
 *	bc_verdict(n), bc_verdict_name(n)	its words, and its stable name
 *	bc_repository(n), bc_repository_name(n)	the same of proto/repository.h
 *	bc_reasons(",log,empty,")		the bits of these names, 1 << n
 *	bc_tally(x)				x, and counts the call
 *	bc_sketch(id, dir, name, server,
 *		mtime_ns, size, backup_time)	0, and adds the file to the sketch (sketch.h)
 *	bc_first(prefix), bc_last(prefix)	the address keys at both ends of a CIDR prefix; NULL if it is none
 *
 * 0 or a SQLite error. */
/* clang-format on */
int functions_register(sqlite3 *handle, struct functions *f);

#endif
