/* feed.h - a virtual table `feed` whose rows are the files of one listing, so that one step of
 * INSERT ... SELECT stores a whole directory. */
#ifndef SCANNERD_STORE_FEED_H
#define SCANNERD_STORE_FEED_H

#include "common/db.h"
#include "scannerd/walk/listing.h"

struct feed { /* what the table shows now; belongs to the store's thread */
	const struct listing *listing;
	int64_t dir; /* ids are dir << 24 | position */
	size_t from; /* the first position shown */
};

/* feed must outlive the connection. */
int feed_register(struct db *db, struct feed *feed);
/* Inserts all files of l below directory dir, ordinals from 0. */
int feed_insert(struct db *db, struct feed *feed, const struct listing *l, int64_t dir);
/* The same, faster, for a directory above all that have rows; else -EEXIST: roll back. */
int feed_append(struct db *db, struct feed *feed, const struct listing *l, int64_t dir);

#endif
