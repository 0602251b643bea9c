/* listing.h - one directory as the walker read it: its regular files, sorted by name, with what
 * matching says of each. */
#ifndef SCANNERD_WALK_LISTING_H
#define SCANNERD_WALK_LISTING_H

#include "common/buf.h"
#include "common/def.h"
#include "proto/repository.h"

/* LISTING_FILES_MAX is as many as the store can number in one directory. */
enum { LISTING_DIGEST_SIZE = 16, LISTING_KEY_SIZE = 16, LISTING_FILES_MAX = (1 << 24) - 1 };

struct listed_file {
	uint32_t name; /* offset into names */
	uint16_t name_len;
	int64_t mtime_ns;
	int64_t size;
	int64_t match; /* verdict_pack(); 0 until judged */
	int64_t drift; /* seconds */
};

struct listing {
	int64_t root;    /* roots.id */
	int64_t dir;     /* dirs.id if the store knows the directory, 0 if it is new */
	struct buf path; /* absolute, bytes as they are, no NUL inside */
	size_t root_len; /* length of the root's part of path, 0 for the root "/": what follows is
			    empty or starts with '/' */
	struct repository_place repository;
	uint8_t digest[LISTING_DIGEST_SIZE]; /* keyed hash of names, times, sizes and the place in a
						repository */
	struct buf names;
	struct listed_file *files;
	size_t n, cap;
};

static inline const char *listing_name(const struct listing *l, const struct listed_file *f)
{
	return l->names.data + f->name;
}
struct listing *listing_new(void);
void listing_free(struct listing *l);
DEFINE_CLEANUP(struct listing *, listing_free);

/* Empties it; the memory stays for the next directory. */
void listing_reset(struct listing *l);
/* Appends a file. 0, -ENOMEM, or -E2BIG beyond LISTING_FILES_MAX files or 4 GiB of names. */
int listing_add(struct listing *l, const char *name, size_t len, int64_t mtime_ns, int64_t size);
/* Orders the files by the bytes of their names. A name is there once, also if the file system told
 * it twice (it may, while entries come and go). 0, or -ENOMEM: nothing has moved. */
int listing_sort(struct listing *l);
/* Fills l->digest from the sorted files and the place. 0 or -ENOMEM. */
int listing_digest(struct listing *l, const uint8_t key[LISTING_KEY_SIZE]);
/* A listing of its own with what *l holds, for somebody else to keep: a copy that fits if *l is
 * small, so that *l can be filled again without growing anew; else *l itself, and *l is a new empty
 * one. NULL when memory is short, *l is then as before. */
struct listing *listing_detach(struct listing **l);

#endif
