/* node.c - reference-counted directories: paths, descriptors, loops. */
#include "scannerd/walk/node.h"

#include "scannerd/walk/beneath.h"
#include <errno.h>

struct node *node_new(
	struct root *root, struct node_fds *fds, struct node *parent, const char *name, size_t len)
{
	struct node *n = malloc(sizeof(*n) + len + 1);
	if (n == NULL) {
		return NULL;
	}
	*n = (struct node){.parent = parent,
		.root = root,
		.fds = fds,
		.refs = 1,
		.fd_users = 1,
		.fd = -1,
		.depth = parent != NULL ? parent->depth + 1 : 0,
		.name_len = (uint16_t)len};
	memcpy(n->name, name, len);
	n->name[len] = '\0';
	if (parent != NULL) {
		atomic_fetch_add_explicit(&parent->refs, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&parent->fd_users, 1, memory_order_relaxed);
	}
	return n;
}

void node_release(struct node *n)
{
	/* A loop, not recursion: trees are deep. */
	while (n != NULL && atomic_fetch_sub_explicit(&n->refs, 1, memory_order_acq_rel) == 1) {
		struct node *parent = n->parent;
		free(n);
		n = parent;
	}
}

static void leave_fd(struct node *n)
{
	if (atomic_fetch_sub_explicit(&n->fd_users, 1, memory_order_acq_rel) == 1 && n->fd >= 0) {
		close(n->fd);
		n->fd = -1;
		atomic_fetch_sub_explicit(&n->fds->used, 1, memory_order_relaxed);
	}
}

void node_abandon(struct node *n)
{
	if (n->parent != NULL) {
		leave_fd(n->parent);
	}
	node_release(n);
}

int node_open(struct node *n, int root_fd, struct buf *path)
{
	int fd;
	if (n->parent != NULL && n->parent->fd >= 0) {
		fd = beneath_open_child(n->parent->fd, n->name);
	} else {
		buf_reset(path);
		node_path(n, path);
		fd = path->failed ? -ENOMEM : beneath_open(root_fd, path->data, path->len);
	}
	if (n->parent != NULL) {
		leave_fd(n->parent);
	}
	return fd;
}

bool node_share(struct node *n, int fd)
{
	if (atomic_fetch_add_explicit(&n->fds->used, 1, memory_order_relaxed) >=
		NODE_SHARED_FDS_MAX) {
		atomic_fetch_sub_explicit(&n->fds->used, 1, memory_order_relaxed);
		return false;
	}
	n->fd = fd;
	return true;
}

void node_done_reading(struct node *n)
{
	leave_fd(n);
}

void node_path(const struct node *n, struct buf *out)
{
	size_t len = 0;
	for (const struct node *i = n; i->parent != NULL; i = i->parent) {
		len += (size_t)i->name_len + 1;
	}
	if (len == 0 || buf_reserve(out, len) < 0) {
		return;
	}
	char *at = out->data + out->len + len - 1; /* the last name has no slash behind it */
	for (const struct node *i = n; i->parent != NULL; i = i->parent) {
		at -= i->name_len;
		memcpy(at, i->name, i->name_len);
		if (i->parent->parent != NULL) {
			*--at = '/';
		}
	}
	out->len += len - 1;
}

bool node_is_loop(const struct node *n)
{
	for (const struct node *i = n->parent; i != NULL; i = i->parent) {
		if (i->ino == n->ino && i->dev == n->dev) {
			return true;
		}
	}
	return false;
}
