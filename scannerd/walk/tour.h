/* tour.h - what all readers of one walk share; inside this folder only. */
#ifndef SCANNERD_WALK_TOUR_H
#define SCANNERD_WALK_TOUR_H

#include "scannerd/walk/crew.h"
#include "scannerd/walk/node.h"
#include "scannerd/walk/root.h"
#include "scannerd/walk/walk.h"

struct kept_problem {
	struct kept_problem *next;
	struct walk_problem problem;
};

struct walk {
	struct walk_config cfg;
	struct walk_counters counters;
	struct crew *crew;
	struct root *roots; /* cfg.n */
	struct node_fds fds;
	_Atomic(struct kept_problem *) problems; /* newest first */
	_Atomic size_t n_problems;
	_Atomic int error; /* the first that ends the walk */
};

/* Ends the walk; the first error is the one that walk_run returns. */
void tour_fail(struct walk *w, int rc);
/* Keeps a problem unless there are many; path is absolute, the message a sentence without its end.
 */
void tour_problem(struct walk *w, const struct root *r, const char *path, size_t len,
	const char *fmt, ...) _printf_(5, 6);

#endif
