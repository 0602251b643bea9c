/* listing.h - one directory as the walker read it: its regular files, sorted by name, with what matching says of each. */
#ifndef SCANNERD_WALK_LISTING_H
#define SCANNERD_WALK_LISTING_H

#include "common/buf.h"
#include "common/def.h"

enum { LISTING_DIGEST_SIZE = 16 };

struct listed_file {
	uint32_t name; /* offset into names */
	uint16_t name_len;
	int64_t mtime_ns;
	int64_t size;
	int64_t match; /* verdict_pack(); 0 until judged */
	int64_t drift; /* seconds */
};

struct listing {
	int64_t root;	     /* roots.id */
	int64_t dir;	     /* dirs.id if the store knows the directory, 0 if it is new */
	struct buf path;     /* absolute, bytes as they are, no NUL inside */
	size_t root_len;     /* length of the root's part of path */
	uint8_t digest[LISTING_DIGEST_SIZE]; /* keyed hash of names, times and sizes */
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

#endif
