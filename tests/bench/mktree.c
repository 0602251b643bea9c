/* mktree.c - makes a deterministic tree of backups to measure with: mktree ROOT [NFILES] [NDIRS]
 * [SEED] [NHOSTS].
 *
 * ROOT/gNNN/<host>/<yyyy-mm>/<file>. One directory in a hundred holds about half of the files.
 * Files are sparse, their sizes spread over the powers of two up to 16 GiB, their times over the
 * 1,000 days before 2026. The same arguments make the same tree. */
#include "tests/bench/gen.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { PATH_SIZE = 256 };

struct plan {
	uint64_t files, leaves, groups, host_dirs, seed;
	uint32_t hosts;
	int root;
};

static int make_file(const struct plan *p, int dir, uint64_t index)
{
	struct gen_file f;
	gen_file(p->seed, index, p->hosts, &f);
	int flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC;
	_close_ int fd = openat(dir, f.name, flags, 0644);
	if (fd < 0 && errno == EEXIST) {
		char other[GEN_NAME_SIZE + 24];
		snprintf(other, sizeof(other), "%u_%s", (unsigned)index, f.name);
		fd = openat(dir, other, flags, 0644);
	}
	const struct timespec times[2] = {{.tv_sec = f.mtime},
		{.tv_sec = f.mtime,
			.tv_nsec = (long)(gen_random(p->seed, index, 16) % NSEC_PER_SEC)}};
	if (fd < 0 || ftruncate(fd, f.size) < 0 || futimens(fd, times) < 0) {
		return -errno;
	}
	return 0;
}

static int make_dir(const struct plan *p, const char *path)
{
	return mkdirat(p->root, path, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int make_upper_dirs(const struct plan *p)
{
	char path[PATH_SIZE];
	struct gen_server host;
	int rc = 0;
	for (uint64_t g = 0; g < p->groups && rc == 0; g++) {
		snprintf(path, sizeof(path), "g%03u", (unsigned)g);
		rc = make_dir(p, path);
	}
	for (uint64_t h = 0; h < p->host_dirs && rc == 0; h++) {
		gen_server((uint32_t)(h % p->hosts), &host);
		snprintf(path, sizeof(path), "g%03u/%s", (unsigned)(h % p->groups), host.label);
		rc = make_dir(p, path);
	}
	return rc;
}

static int make_leaf(const struct plan *p, uint64_t leaf, uint64_t first, uint64_t end)
{
	char path[PATH_SIZE];
	struct gen_server host;
	uint64_t h = leaf % p->host_dirs;
	unsigned month = (unsigned)(leaf / p->host_dirs);
	gen_server((uint32_t)(h % p->hosts), &host);
	snprintf(path, sizeof(path), "g%03u/%s/%04u-%02u", (unsigned)(h % p->groups), host.label,
		2023 + month / 12, month % 12 + 1);
	int rc = make_dir(p, path);
	_close_ int dir = rc < 0 ? -1 : openat(p->root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (rc == 0 && dir < 0) {
		rc = -errno;
	}
	for (uint64_t i = first; i < end && rc == 0; i++) {
		rc = make_file(p, dir, i);
	}
	return rc;
}

static double weight(const struct plan *p, uint64_t leaf)
{
	uint64_t r = gen_random(p->seed, leaf, 99);
	if (r % 100 == 0) {
		return 50.0 * (1 + (double)((r >> 8) % 100) / 50.0);
	}
	return 0.2 + (double)((r >> 16) % 1000) / 500.0;
}

static int make_leaves(const struct plan *p)
{
	double sum = 0, so_far = 0;
	for (uint64_t i = 0; i < p->leaves; i++) {
		sum += weight(p, i);
	}
	uint64_t file = 0;
	for (uint64_t i = 0; i < p->leaves; i++) {
		so_far += weight(p, i) / sum * (double)p->files;
		uint64_t end = i + 1 == p->leaves ? p->files : MIN((uint64_t)so_far, p->files);
		int rc = make_leaf(p, i, file, end);
		if (rc < 0) {
			return rc;
		}
		file = end;
	}
	return 0;
}

static uint64_t number(int argc, char **argv, int at, uint64_t otherwise)
{
	return argc > at ? strtoull(argv[at], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 6) {
		fprintf(stderr, "usage: mktree ROOT [NFILES=1000000] [NDIRS=20000] [SEED=1] "
				"[NHOSTS=10000]\n");
		return 2;
	}
	uint64_t dirs = number(argc, argv, 3, 20000);
	struct plan p = {.files = number(argc, argv, 2, 1000000),
		.groups = MAX(dirs / 100, (uint64_t)1),
		.host_dirs = MAX(dirs / 4, (uint64_t)1),
		.seed = number(argc, argv, 4, 1),
		.hosts = (uint32_t)MAX(number(argc, argv, 5, 10000), (uint64_t)1)};
	p.leaves = dirs > p.groups + p.host_dirs ? dirs - p.groups - p.host_dirs : 1;
	if (mkdir(argv[1], 0755) < 0 && errno != EEXIST) {
		perror(argv[1]);
		return 1;
	}
	p.root = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = p.root < 0 ? -errno : make_upper_dirs(&p);
	rc = rc < 0 ? rc : make_leaves(&p);
	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(-rc));
		return 1;
	}
	printf("files %llu dirs %llu\n", (unsigned long long)p.files,
		(unsigned long long)(p.groups + p.host_dirs + p.leaves));
	close(p.root);
	return 0;
}
