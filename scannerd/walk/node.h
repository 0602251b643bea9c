/* node.h - a directory of the tree that is still to be read, or that others are below: its name and
 * its parent, so that a million of them are small and a path may be of any length. */
#ifndef SCANNERD_WALK_NODE_H
#define SCANNERD_WALK_NODE_H

#include "common/buf.h"
#include "proto/repository.h"
#include "scannerd/walk/crew.h"
#include <stdatomic.h>

enum { NODE_SHARED_FDS_MAX = 192 };

struct root;
/* How many nodes of one walk keep their descriptor open for their children. */
struct node_fds {
	_Atomic int used;
};

struct node {
	struct crew_item item; /* first, so that the crew can chain it */
	struct node *parent;   /* NULL: the root's own directory */
	struct root *root;
	struct node_fds *fds;
	_Atomic uint32_t refs;         /* one for the reader, one for each child */
	_Atomic uint32_t fd_users;     /* the reader while it reads, each child until it is open */
	int fd;                        /* shared with children that are not open yet, or -1 */
	uint32_t depth;                /* 0: the root */
	struct repository_place place; /* once its marks are judged, which is before any child is
					  pushed */
	dev_t dev;
	ino_t ino;
	uint16_t name_len;
	char name[]; /* NUL-terminated */
};

/* NULL without memory. The parent, unless NULL, gains a reference and a user of its descriptor. */
struct node *node_new(
	struct root *root, struct node_fds *fds, struct node *parent, const char *name, size_t len);
/* Gives back one reference; the last one frees it and gives back the parent's. A node that was
 * never opened must be abandoned, not released. */
void node_release(struct node *n);
void node_abandon(struct node *n);
/* A descriptor for reading: from the parent's where that is still open, else by the path from the
 * root's. -errno. To be called once; path is working space. */
int node_open(struct node *n, int root_fd, struct buf *path);
/* Offers the reader's descriptor to children that are still to come; false if too many are shared
 * already. Call before the first child is pushed; afterwards node_done_reading() closes it when
 * nobody needs it any more. */
bool node_share(struct node *n, int fd);
void node_done_reading(struct node *n);
/* Appends the path below the root, without a slash at its begin; "" for the root. */
void node_path(const struct node *n, struct buf *out);
/* Whether it is one of the directories above itself (a bind mount or FUSE can do that). dev and ino
 * must be set all the way. */
bool node_is_loop(const struct node *n);

#endif
