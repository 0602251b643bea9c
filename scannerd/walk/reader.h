/* reader.h - one thread's way through one directory, and what it carries along. */
#ifndef SCANNERD_WALK_READER_H
#define SCANNERD_WALK_READER_H

#include "scannerd/walk/marks.h"
#include "scannerd/walk/tour.h"

enum { READER_DENTS_SIZE = 256 * 1024 };

/* What one directory adds to the counters: added once, at its end, so that threads do not fight for
 * them at every file. */
struct tally {
	uint64_t bytes, excluded, links, special, vanished, errors, unreadable;
	int64_t newest_mtime_ns;
};

struct reader {
	struct walk *w;
	struct crew_member *member;
	char *dents;
	struct listing *listing;
	struct buf path; /* working space: a path below the root */
	struct tally tally;
	struct marks marks;

	struct node *node; /* being read */
	int fd;
	size_t below;      /* where in listing->path the part below the root begins */
	struct node *subs; /* found, not pushed yet */
	bool shared;       /* the node keeps fd open for its children */
	bool pushed;       /* it has children already: too late to share */
	bool placed;       /* the node's place is known, and may be read by others */
	bool partial;      /* a file's time or size could not be read */
};

struct reader *reader_new(struct walk *w, struct crew_member *m);
void reader_free(struct reader *r);
/* Reads the directory, pushes those below it, hands it on if it is new or changed. Takes the node's
 * first reference. */
void reader_visit(struct reader *r, struct node *n);

/* Whatever is stored at or below path survives this walk. */
void reader_keep(struct reader *r, const char *path, size_t len);
/* Whether the error says that the entry was deleted or replaced by another kind meanwhile. */
bool reader_is_vanished(int error);

#endif
