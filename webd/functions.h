/* functions.h - what SQL cannot say itself: the status of a server, words for packed columns, paths
 * and names as bytes. */
#ifndef WEBD_FUNCTIONS_H
#define WEBD_FUNCTIONS_H

#include "common/def.h"
#include <sqlite3.h>

/* What the functions know beside their arguments; the connection keeps the pointer. */
struct functions {
	int64_t now; /* the time by which every row of one answer is judged */
};

extern const char *const finding_names[]; /* by the bits of enum finding; ends with NULL */

/* Adds to the connection (all are deterministic within one answer; FACTS are the ten columns of
 *v_servers that read_tables.c names): bc_status(FACTS), bc_reason(FACTS)	"red", and the
 *sentence
 *	bc_rank(FACTS)				0 red, 1 unknown, 2 yellow, 3 green, 4 exempt: the
 *worst first bc_findings(bits)			a JSON array of names
 *	bc_path(dir, name)			a path as bytes; NULL if either is
 *	bc_contains(bytes, text)		substring, ASCII letters in either case
 *	bc_path_contains(dir, name, text)	the same over the whole path, without building it
 *	bc_seconds(ns)				whole seconds, floored
 *	bc_time_source(n), bc_verdict(n)	the words of proto/verdict.h
 *	bc_first(prefix), bc_last(prefix)	the address keys at both ends of a CIDR prefix; NULL
 *if it is none 0 or a SQLite error. */
int functions_register(sqlite3 *handle, struct functions *f);

#endif
