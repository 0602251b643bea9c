/* spool.c - a file without a name in the state directory: listings as they are in memory, read back
 * by the same process only. */
#include "scannerd/store/spool.h"

#include <errno.h>
#include <fcntl.h>

enum { SPOOL_BUFFER_BYTES = 256 << 10 };

struct spool {
	FILE *file;
	uint64_t added, read;
};

struct record { /* followed by path, files, names */
	struct spooled how;
	int64_t root, dir;
	size_t path_len, root_len, n_files, names_len;
	struct repository_place repository;
	uint8_t digest[LISTING_DIGEST_SIZE];
};

static int fail(struct err *err, int rc, const char *doing)
{
	return err_set(err, rc, ERR_DATABASE, NULL, "%s: %s%s", doing, strerror(-rc),
		rc == -ENOSPC || rc == -EDQUOT ? "; free some space and scan again" : "");
}

/* Not every file system knows files without a name. */
static int open_unnamed(const char *directory)
{
	_free_ char *path = NULL;
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
		return fd < 0 ? -errno : fd;
	}
	if (asprintf(&path, "%s/spool.XXXXXX", directory) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	unlink(path);
	return fd;
}

int spool_new(const char *directory, struct spool **ret, struct err *err)
{
	_cleanup_(spool_freep) struct spool *p = calloc(1, sizeof(*p));
	_close_ int fd = -1;

	if (p == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	fd = open_unnamed(directory);
	if (fd < 0) {
		return fail(err, fd, "making a temporary file in the state directory");
	}
	p->file = fdopen(fd, "w+");
	if (p->file == NULL) {
		return fail(err, -errno, "making a temporary file in the state directory");
	}
	fd = -1;
	(void)setvbuf(p->file, NULL, _IOFBF, SPOOL_BUFFER_BYTES);
	*ret = steal(p);
	return 0;
}

void spool_free(struct spool *p)
{
	if (p == NULL) {
		return;
	}
	if (p->file != NULL) {
		fclose(p->file);
	}
	free(p);
}

static bool put(struct spool *p, const void *data, size_t len)
{
	return len == 0 || fwrite_unlocked(data, 1, len, p->file) == len;
}

int spool_add(struct spool *p, const struct listing *l, const struct spooled *how, struct err *err)
{
	bool whole = how->staged == 0;
	struct record head = {
		.how = *how,
		.root = l->root,
		.dir = l->dir,
		.path_len = l->path.len,
		.root_len = l->root_len,
		.n_files = whole ? l->n : 0,
		.names_len = whole ? l->names.len : 0,
		.repository = l->repository,
	};

	memcpy(head.digest, l->digest, sizeof(head.digest));
	if (!put(p, &head, sizeof(head)) || !put(p, l->path.data, head.path_len) ||
		!put(p, l->files, head.n_files * sizeof(*l->files)) ||
		!put(p, l->names.data, head.names_len)) {
		return fail(err, -errno, "keeping changed directories until the scan ends");
	}
	p->added++;
	return 0;
}

int spool_rewind(struct spool *p, struct err *err)
{
	if (fflush(p->file) != 0 || fseeko(p->file, 0, SEEK_SET) != 0) {
		return fail(err, -errno, "keeping changed directories until the scan ends");
	}
	p->read = 0;
	return 0;
}

static bool get(struct spool *p, void *data, size_t len)
{
	return len == 0 || fread_unlocked(data, 1, len, p->file) == len;
}

static int reserve(struct listing *l, const struct record *head)
{
	buf_reset(&l->path);
	buf_reset(&l->names);
	if (buf_reserve(&l->path, head->path_len) < 0 ||
		buf_reserve(&l->names, head->names_len) < 0) {
		return -ENOMEM;
	}
	if (head->n_files > l->cap) {
		struct listed_file *files =
			reallocarray(l->files, head->n_files, sizeof(*l->files));

		if (files == NULL) {
			return -ENOMEM;
		}
		l->files = files;
		l->cap = head->n_files;
	}
	return 0;
}

int spool_next(struct spool *p, struct listing *l, struct spooled *ret, struct err *err)
{
	struct record head;

	if (p->read == p->added) {
		return 0;
	}
	if (!get(p, &head, sizeof(head))) {
		return fail(err, -EIO, "reading the changed directories back");
	}
	if (reserve(l, &head) < 0) {
		return fail(err, -ENOMEM, "reading the changed directories back");
	}
	if (!get(p, l->path.data, head.path_len) ||
		!get(p, l->files, head.n_files * sizeof(*l->files)) ||
		!get(p, l->names.data, head.names_len)) {
		return fail(err, -EIO, "reading the changed directories back");
	}
	l->path.len = head.path_len;
	l->names.len = head.names_len;
	l->root = head.root;
	l->dir = head.dir;
	l->root_len = head.root_len;
	l->n = head.n_files;
	l->repository = head.repository;
	memcpy(l->digest, head.digest, sizeof(head.digest));
	p->read++;
	*ret = head.how;
	return 1;
}
