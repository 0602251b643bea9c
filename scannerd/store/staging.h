/* staging.h - the inside of struct staging, for apply.c. */
#ifndef SCANNERD_STORE_STAGING_H
#define SCANNERD_STORE_STAGING_H

#include "scannerd/store/inside.h"
#include "scannerd/store/spool.h"

struct batch;

struct staging {
	struct store *store;
	struct spool *spool;
	int64_t next_dir; /* for the next new directory; store's thread */
	unsigned generation;

	pthread_mutex_t lock;
	pthread_cond_t room;
	struct batch *open; /* being filled */
	int in_flight;      /* batches that wait for the store */
	int error;          /* of the first failure; nothing is taken after it */
	struct err why;
};

/* [thread] Writes what is still open. The first failure's -errno and sentence. */
int staging_flush(struct staging *g, struct err *err);
void staging_free(struct staging *g);
DEFINE_CLEANUP(struct staging *, staging_free);

#endif
