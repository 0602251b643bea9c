/* spool.h - listings waiting in an unlinked file for the end of a scan, so that a large scan does
 * not grow in memory. */
#ifndef SCANNERD_STORE_SPOOL_H
#define SCANNERD_STORE_SPOOL_H

#include "common/def.h"
#include "common/err.h"
#include "scannerd/walk/listing.h"

struct spool;

int spool_new(const char *directory, struct spool **ret, struct err *err);
void spool_free(struct spool *p);
DEFINE_CLEANUP(struct spool *, spool_free);

/* Appends l. with_files false: its root, path and digest only; `staged` is then the directory below
 * which its rows lie already, and n_staged their number. */
struct spooled {
	int64_t staged; /* 0: the files are here */
	int64_t n_staged;
};
int spool_add(struct spool *p, const struct listing *l, const struct spooled *how, struct err *err);
/* After the last spool_add(): begins reading (again). */
int spool_rewind(struct spool *p, struct err *err);
/* The next one, in the order they were added, in *l, which is reused from call to call. 1, 0 at the
 * end, -errno. */
int spool_next(struct spool *p, struct listing *l, struct spooled *ret, struct err *err);

#endif
