/* beneath.c - openat2(2) in pieces that fit PATH_MAX, and openat(2) component by component where a
 * kernel or sandbox lacks it. */
#include "scannerd/walk/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

enum {
	READ_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
	STEP_FLAGS = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
};

/* One component needs no openat2: O_NOFOLLOW covers it, and O_DIRECTORY keeps FIFOs and devices
 * shut. */
static int open_component(int dirfd, const char *name, int flags)
{
	int fd;
	do {
		fd = openat(dirfd, name, flags);
	} while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

static int open_by_components(int dirfd, char *piece, int flags)
{
	_close_ int here = -1;
	char *rest = piece;
	for (;;) {
		char *name = strsep(&rest, "/");
		int fd = open_component(
			here >= 0 ? here : dirfd, name, rest != NULL ? STEP_FLAGS : flags);
		if (fd < 0 || rest == NULL) {
			return fd;
		}
		closep(&here);
		here = fd;
	}
}

static int open_piece(int dirfd, char *piece, int flags)
{
	struct open_how how = {.flags = (uint64_t)flags,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	long fd;
	do {
		fd = syscall(SYS_openat2, dirfd, piece, &how, sizeof(how));
	} while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	if (fd >= 0) {
		return (int)fd;
	}
	if (errno == ENOSYS || errno == EPERM) {
		return open_by_components(dirfd, piece, flags);
	}
	return -errno;
}

int beneath_open(int dirfd, const char *rel, size_t len)
{
	_close_ int here = -1;
	char piece[PATH_MAX];
	if (len == 0) {
		return open_component(dirfd, ".", READ_FLAGS);
	}
	for (;;) {
		size_t cut = len;
		if (len >= sizeof(piece)) {
			const char *slash = memrchr(rel, '/', sizeof(piece) - 1);
			if (slash == NULL || slash == rel) {
				return -ENAMETOOLONG;
			}
			cut = (size_t)(slash - rel);
		}
		memcpy(piece, rel, cut);
		piece[cut] = '\0';
		int fd = open_piece(
			here >= 0 ? here : dirfd, piece, cut == len ? READ_FLAGS : STEP_FLAGS);
		if (fd < 0 || cut == len) {
			return fd;
		}
		closep(&here);
		here = fd;
		rel += cut + 1;
		len -= cut + 1;
	}
}

int beneath_open_child(int dirfd, const char *name)
{
	return open_component(dirfd, name, READ_FLAGS);
}
