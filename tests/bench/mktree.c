/* mktree.c - makes a deterministic tree of backups to measure with: mktree ROOT [NFILES] [NDIRS]
 * [SEED] [NHOSTS].
 *
 * ROOT/gNNN/<host>/<yyyy-mm>/<file>. One directory in a hundred holds about half of the files.
 * Files are sparse, their sizes spread over the powers of two up to 16 GiB, their times over the
 * 1,000 days before 2026. The same arguments make the same tree. */
#include "common/timefmt.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { NAME_SIZE = 256, HOST_SIZE = 64, DAYS = 1000 };

struct plan {
	uint64_t files, leaves, groups, host_dirs, seed;
	uint32_t hosts;
	int root;
};

struct file {
	char name[NAME_SIZE];
	int64_t mtime, size;
};

static uint64_t mix(uint64_t x) /* the finaliser of splitmix64 (Steele, Lea, Flood 2014) */
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

/* A number that depends on nothing but its arguments. */
static uint64_t draw(uint64_t seed, uint64_t index, uint64_t purpose)
{
	return mix(mix(seed ^ index * 0x2545f4914f6cdd1d) + purpose);
}

static const char *const roles[] = {"web", "db", "app", "mail", "ldap", "mon", "build", "proxy",
	"cache", "nfs", "vpn", "dns", "kube-node", "kube-master", "gitlab", "jenkins", "sap", "erp",
	"crm", "file", "print", "dc", "mssql", "pg-prod", "pg-test", "mysql", "oracle", "elastic",
	"kafka", "zk", "redis", "minio"};
static const char *const sites[] = {"fra", "ber", "muc", "ham", "vie", "zrh", "ams", "lon"};
static const char *const endings[] = {
	"tar.gz", "tar.zst", "sql.gz", "dump", "vma.zst", "bak", "vbk", "tgz", "zip", "img.xz"};

static void host_name(uint32_t host, char out[HOST_SIZE])
{
	const char *role = roles[host % ARRAY_SIZE(roles)];
	unsigned number = host / (unsigned)ARRAY_SIZE(roles) + 1;
	switch (host % 3) {
	case 0:
		snprintf(out, HOST_SIZE, "%s%02u", role, number);
		break;
	case 1:
		snprintf(out, HOST_SIZE, "%s-%02u", role, number);
		break;
	default:
		snprintf(out, HOST_SIZE, "srv-%s%03u", role, number);
	}
}

static const char *host_site(uint32_t host)
{
	return sites[draw(7, host, 1) % ARRAY_SIZE(sites)];
}

/* One of twenty kinds of names: what tools and people write. */
static void name_file(struct file *f, unsigned kind, uint32_t host, const struct tm *t,
	const char *ending, const struct plan *p, uint64_t index)
{
	char short_name[HOST_SIZE];
	int y = t->tm_year + 1900, m = t->tm_mon + 1, d = t->tm_mday;
	uint64_t r = draw(p->seed, index, 11), r2 = draw(p->seed, index, 12);
	host_name(host, short_name);
	if (kind < 7) {
		snprintf(f->name, NAME_SIZE, "%s_%04d-%02d-%02d.%s", short_name, y, m, d, ending);
	} else if (kind < 10) {
		snprintf(f->name, NAME_SIZE, "backup-%s-%04d%02d%02d-%02d%02d.%s", short_name, y, m,
			d, t->tm_hour, t->tm_min, ending);
	} else if (kind < 13) {
		snprintf(f->name, NAME_SIZE, "%s.%s.example.com_%04d-%02d-%02d_full.%s", short_name,
			host_site(host), y, m, d, ending);
	} else if (kind < 15) {
		snprintf(f->name, NAME_SIZE, "10.%u.%u.%u_%04d%02d%02d.%s", host >> 16 & 255,
			host >> 8 & 255, host & 255, y, m, d, ending);
	} else if (kind < 16) {
		snprintf(f->name, NAME_SIZE, "vzdump-qemu-%u-%04d_%02d_%02d-%02d_%02d_%02d-%s.%s",
			100 + host % 900, y, m, d, t->tm_hour, t->tm_min, t->tm_sec, short_name,
			ending);
	} else if (kind < 18) {
		snprintf(f->name, NAME_SIZE, "chunk_%016llx%08x.blob",
			(unsigned long long)draw(p->seed, index, 13), (unsigned)index);
	} else {
		snprintf(f->name, NAME_SIZE, "full-set-%06u-part%03u.%s", (unsigned)(r2 & 0xfffff),
			(unsigned)(r >> 50) % 1000, ending);
	}
}

static void plan_file(const struct plan *p, uint64_t index, struct file *f)
{
	uint64_t r = draw(p->seed, index, 11), r2 = draw(p->seed, index, 12);
	int64_t newest = time_days_from_civil(2026, 1, 1) * 86400;
	f->mtime = newest - (int64_t)((uint32_t)(r >> 32) % DAYS) * 86400 - (int64_t)(r2 % 86400);
	f->size = (int64_t)(draw(p->seed, index, 14) >> (30 + draw(p->seed, index, 15) % 24));
	time_t mtime = f->mtime;
	struct tm t;
	gmtime_r(&mtime, &t);
	name_file(f, (unsigned)(r2 >> 32) % 20, (uint32_t)(r % p->hosts), &t,
		endings[(r2 >> 20) % ARRAY_SIZE(endings)], p, index);
}

static int make_file(const struct plan *p, int dir, uint64_t index)
{
	struct file f;
	plan_file(p, index, &f);
	int flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC;
	_close_ int fd = openat(dir, f.name, flags, 0644);
	if (fd < 0 && errno == EEXIST) {
		char other[NAME_SIZE + 24];
		snprintf(other, sizeof(other), "%u_%s", (unsigned)index, f.name);
		fd = openat(dir, other, flags, 0644);
	}
	const struct timespec times[2] = {{.tv_sec = f.mtime},
		{.tv_sec = f.mtime, .tv_nsec = (long)(draw(p->seed, index, 16) % NSEC_PER_SEC)}};
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
	char path[NAME_SIZE], host[HOST_SIZE];
	int rc = 0;
	for (uint64_t g = 0; g < p->groups && rc == 0; g++) {
		snprintf(path, sizeof(path), "g%03u", (unsigned)g);
		rc = make_dir(p, path);
	}
	for (uint64_t h = 0; h < p->host_dirs && rc == 0; h++) {
		host_name((uint32_t)(h % p->hosts), host);
		snprintf(path, sizeof(path), "g%03u/%s", (unsigned)(h % p->groups), host);
		rc = make_dir(p, path);
	}
	return rc;
}

static int make_leaf(const struct plan *p, uint64_t leaf, uint64_t first, uint64_t end)
{
	char path[NAME_SIZE], host[HOST_SIZE];
	uint64_t h = leaf % p->host_dirs;
	unsigned month = (unsigned)(leaf / p->host_dirs);
	host_name((uint32_t)(h % p->hosts), host);
	snprintf(path, sizeof(path), "g%03u/%s/%04u-%02u", (unsigned)(h % p->groups), host,
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
	uint64_t r = draw(p->seed, leaf, 99);
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
