/* mounts.c - a sorted array of the mounts that were known before the walk, and a list of those that
 * its threads found. */
#include "scannerd/walk/mounts.h"

#include <errno.h>

struct mounts {
	struct mount **known; /* by root, then path */
	size_t n, cap;
	_Atomic(struct mount *) found;
};

int mounts_new(struct mounts **ret)
{
	struct mounts *m = calloc(1, sizeof(*m));
	if (m == NULL) {
		return -ENOMEM;
	}
	*ret = m;
	return 0;
}

void mounts_free(struct mounts *m)
{
	if (m == NULL) {
		return;
	}
	for (size_t i = 0; i < m->n; i++) {
		free(m->known[i]);
	}
	free(m->known);
	struct mount *found = atomic_load(&m->found);
	while (found != NULL) {
		struct mount *next = found->next;
		free(found);
		found = next;
	}
	free(m);
}

static struct mount *mount_new(
	int64_t root, const char *path, size_t len, int64_t fs_type, enum mount_state state)
{
	struct mount *mount = calloc(1, sizeof(*mount) + len);
	if (mount == NULL) {
		return NULL;
	}
	mount->root = root;
	mount->fs_type = fs_type;
	mount->state = state;
	mount->len = len;
	memcpy(mount->path, path, len);
	return mount;
}

static int compare(const struct mount *m, int64_t root, const char *path, size_t len)
{
	if (m->root != root) {
		return m->root < root ? -1 : 1;
	}
	int order = memcmp(m->path, path, MIN(m->len, len));
	return order != 0 ? order : (m->len > len) - (m->len < len);
}

/* The position of the first that is not before that path. */
static size_t position(const struct mounts *m, int64_t root, const char *path, size_t len)
{
	size_t low = 0, high = m->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(m->known[middle], root, path, len) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

struct mount *mounts_find(const struct mounts *m, int64_t root, const char *path, size_t len)
{
	size_t at = position(m, root, path, len);
	return at < m->n && compare(m->known[at], root, path, len) == 0 ? m->known[at] : NULL;
}

int mounts_add(struct mounts *m, int64_t root, const char *path, size_t len, int64_t fs_type)
{
	if (mounts_find(m, root, path, len) != NULL) {
		return -EEXIST;
	}
	if (m->n == m->cap) {
		size_t cap = GROW(m->cap);
		struct mount **known = reallocarray(m->known, cap, sizeof(struct mount *));
		if (known == NULL) {
			return -ENOMEM;
		}
		m->known = known;
		m->cap = cap;
	}
	struct mount *mount = mount_new(root, path, len, fs_type, MOUNT_UNSEEN);
	if (mount == NULL) {
		return -ENOMEM;
	}
	size_t at = position(m, root, path, len);
	memmove(m->known + at + 1, m->known + at, (m->n - at) * sizeof(struct mount *));
	m->known[at] = mount;
	m->n++;
	return 0;
}

int mounts_note(struct mounts *m, int64_t root, const char *path, size_t len, int64_t fs_type)
{
	struct mount *mount = mounts_find(m, root, path, len);
	if (mount != NULL) {
		mount->fs_type = fs_type;
		mount->state = MOUNT_HERE;
		return 0;
	}
	mount = mount_new(root, path, len, fs_type, MOUNT_HERE);
	if (mount == NULL) {
		return -ENOMEM;
	}
	mount->next = atomic_load(&m->found);
	while (!atomic_compare_exchange_weak(&m->found, &mount->next, mount)) {
	}
	return 0;
}

int mounts_each(
	struct mounts *m, int64_t root, int (*fn)(void *arg, struct mount *mount), void *arg)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < m->n; i++) {
		rc = m->known[i]->root == root ? fn(arg, m->known[i]) : 0;
	}
	for (struct mount *i = atomic_load(&m->found); rc == 0 && i != NULL; i = i->next) {
		rc = i->root == root ? fn(arg, i) : 0;
	}
	return rc;
}
