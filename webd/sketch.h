/* sketch.h - what a look for files can skip: for every block of files that follow each other a
 * Bloom filter of the trigrams of their paths and of their servers (B. H. Bloom, "Space/Time
 * Trade-offs in Hash Coding with Allowable Errors", CACM 13 (1970)), and the least and the greatest
 * of what they are sorted by (a zone map).
 *
 * The first rows of a sort lie in the few blocks whose ends reach as far. A block that lacks one
 * trigram of the text that is sought has no file of that name; the others are looked through. One
 * sketch belongs to one version of the files, is built when somebody pages through them and is
 * shared by all threads. Four bytes a file, four megabytes at most: blocks grow with the number of
 * files. */
#ifndef WEBD_SKETCH_H
#define WEBD_SKETCH_H

#include "common/buf.h"

struct sketches; /* the one that is kept, and whoever builds the next */
struct sketch;

struct sketches *sketches_new(void); /* NULL: out of memory */
void sketches_free(struct sketches *k);

/* What files are sorted by. */
enum zone {
	ZONE_NONE,
	ZONE_NAME, /* its first bytes */
	ZONE_MODIFIED,
	ZONE_SIZE,
	ZONE_BACKUP_TIME,
	_ZONES
};
struct sketch_file {
	int64_t id;
	const char *dir, *name;
	size_t dir_len, name_len;
	int64_t server;
	int64_t zones[_ZONES]; /* ZONE_NAME's is found by sketch_add() */
};
/* Calls sketch_add(into, ...) for every file, ids ascending. */
typedef int (*sketch_build)(void *arg, struct sketch *into);
void sketch_add(struct sketch *s, const struct sketch_file *f);

/* The sketch of this version, held until sketch_release(); NULL: there is none now. */
struct sketch *sketches_find(struct sketches *k, int64_t version);
/* Builds it in place of the one before. One at a time: -EBUSY while another thread builds. -EEXIST
 * when it is there, -ENOMEM; otherwise fails as build does. */
int sketches_build(struct sketches *k, int64_t version, sketch_build build, void *arg);
void sketch_release(struct sketches *k, struct sketch *s);

/* What is sought: files that have this text in their path (ASCII letters in either case), and of
 * one of these servers. len 0: any text; n_servers 0: any server. */
struct sketch_sought {
	const char *text;
	size_t len;
	const int64_t *servers;
	size_t n_servers;
};
/* Appends the spans of ids that have to be looked through, [[first,last],...] as JSON; every file
 * outside of them is none. Returns how many per cent of the files they are, rounded up; 100, and
 * nothing appended: more than half, or out of memory. */
int sketch_spans(const struct sketch *s, const struct sketch_sought *sought, struct buf *out);
/* Likewise for the first n files of a sort. */
int sketch_first(
	const struct sketch *s, enum zone zone, bool descending, size_t n, struct buf *out);

#endif
