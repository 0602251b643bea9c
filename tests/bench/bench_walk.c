/* bench_walk.c - how fast the walker alone reads a tree: bench_walk ROOT prints seconds and files a
 * second for 1, 2 and 4 threads, and adaptive. */
#include "common/timefmt.h"
#include "scannerd/walk/walk.h"
#include <sys/resource.h>

struct count {
	_Atomic uint64_t listings;
};

static int take(void *arg, struct listing *l)
{
	struct count *c = arg;
	c->listings++;
	listing_free(l);
	return 0;
}

static int64_t now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

static int run(const char *path, int min, int max, struct known *known)
{
	struct strv exclude = {0};
	const struct walk_root root = {.id = 1, .path = path, .exclude = &exclude};
	struct count count = {0};
	const struct walk_config cfg = {.roots = &root,
		.n = 1,
		.known = known,
		.threads_min = min,
		.threads_max = max,
		.sink = take,
		.arg = &count};
	struct walk *w = NULL;
	struct walk_result result = {0};
	int64_t begin = now_us();
	int rc = walk_new(&cfg, &w);
	if (rc == 0) {
		rc = walk_run(w, &result);
	}
	if (rc < 0 || !result.roots[0].available) {
		fprintf(stderr, "%s: %s\n", path, rc < 0 ? strerror(-rc) : result.roots[0].reason);
		walk_free(w);
		walk_result_done(&result);
		return 1;
	}
	double seconds = (double)(now_us() - begin) / 1e6;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("threads %d-%d: %.3f s, %.0f files/s, %lld files, %lld directories, %llu handed on, "
	       "%ld KiB\n",
		min, max, seconds, (double)result.roots[0].files / seconds,
		(long long)result.roots[0].files, (long long)result.roots[0].directories,
		(unsigned long long)count.listings, usage.ru_maxrss);
	walk_result_done(&result);
	walk_free(w);
	return 0;
}

int main(int argc, char **argv)
{
	static const int threads[][2] = {{1, 1}, {2, 2}, {4, 4}, {0, 0}};
	if (argc == 4) { /* one run, for cold caches */
		struct known *known = NULL;
		int rc = known_new(&known) < 0 ||
			 run(argv[1], atoi(argv[2]), atoi(argv[3]), known) != 0;
		known_free(known);
		return rc;
	}
	if (argc != 2) {
		fprintf(stderr, "usage: bench_walk ROOT [THREADS_MIN THREADS_MAX]\n");
		return 2;
	}
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		struct known *known = NULL;
		if (known_new(&known) < 0 ||
			run(argv[1], threads[i][0], threads[i][1], known) != 0) {
			known_free(known);
			return 1;
		}
		known_free(known);
	}
	return 0;
}
