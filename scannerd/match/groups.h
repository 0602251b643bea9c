/* groups.h - many paths grouped by shape, in bounded memory whatever the paths are.
 *
 * A number that repeats is a name, one that does not is a counter: of vzdump-qemu-108-<date> there
 * are many, so 108 stays and every number has a group of its own; of backup.0001.tar there is one,
 * so it shares a group with backup.0002.tar. From left to right, a number is kept where most of its
 * values (with those kept before) have more than one file, or where it is always the same. When
 * more than GROUPS_FINE_MAX combinations are known it is decided early, by what was seen so far.
 * What comes after GROUPS_SHAPES_MAX shapes in no known one is counted only. */
#ifndef SCANNERD_MATCH_GROUPS_H
#define SCANNERD_MATCH_GROUPS_H

#include "scannerd/match/shape.h"

enum {
	GROUPS_SHAPES_MAX = 1 << 15,
	GROUPS_FINE_MAX = 1 << 16,
	GROUPS_TEXT_MAX = 16 << 20, /* bytes of keys and numbers */
	GROUPS_SAMPLES = 3,
};

struct groups_file {
	int64_t id, mtime, size; /* seconds since 1970 */
	int64_t root;            /* of the scanned directory, > 0 */
	uint8_t class;           /* the caller's: files of different ones share no group */
};

struct tally {
	int64_t files, bytes, newest, oldest;
	int64_t root; /* 0: several */
	struct sample {
		int64_t id, mtime;
	} samples[GROUPS_SAMPLES]; /* the newest, the newest first; id 0: none */
};

struct group {
	struct shape_paths paths;
	struct tally tally;
	uint8_t class;
};

struct groups;
int groups_new(struct groups **ret); /* -ENOMEM */
void groups_free(struct groups *g);  /* NULL is fine */
DEFINE_CLEANUP(struct groups *, groups_free);
/* -ENOMEM */
int groups_add(struct groups *g, const struct shape *s, const struct groups_file *file);
/* Decides about every number and sorts: the most bytes first, then the most files. -ENOMEM. */
int groups_finish(struct groups *g);
/* After groups_finish(). What *ret points to lives as long as g. */
size_t groups_count(const struct groups *g);
void groups_get(const struct groups *g, size_t i, struct group *ret);
/* How many files were counted only. */
int64_t groups_left_out(const struct groups *g);

#endif
