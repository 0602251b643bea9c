/* bench_match.c - bench_match [NAMES] [SERVERS]: how many file names a second one core judges, and
 * whether every answer is right. */
#include "gen.h"

#include "common/timefmt.h"
#include "scannerd/match/dates.h"
#include "scannerd/match/match.h"
#include "scannerd/match/whose.h"

#include <err.h>

enum { SEED = 1, ROUNDS = 3 };

struct names {
	char *text;
	uint32_t *at; /* n + 1 offsets */
	int64_t *mtimes, *servers;
	size_t n;
};

/* Of this thread alone: what others do on the machine does not count. */
static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *need(void *p)
{
	if (p == NULL) {
		err(1, "memory");
	}
	return p;
}

static void names_make(struct names *all, size_t n, uint32_t servers)
{
	*all = (struct names){.n = n};
	all->text = need(malloc(n * 64 + GEN_NAME_SIZE));
	all->at = need(calloc(n + 1, sizeof(*all->at)));
	all->mtimes = need(calloc(n, sizeof(*all->mtimes)));
	all->servers = need(calloc(n, sizeof(*all->servers)));
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		struct gen_file f;
		gen_file(SEED, i, servers, &f);
		memcpy(all->text + used, f.name, MIN(f.len, (size_t)64));
		all->at[i] = (uint32_t)used;
		all->mtimes[i] = f.mtime;
		all->servers[i] = f.server + 1;
		used += MIN(f.len, (size_t)64);
	}
	all->at[n] = (uint32_t)used;
}

static struct match_server *servers_make(uint32_t n)
{
	struct match_server *servers = need(calloc(n, sizeof(*servers)));
	struct gen_server *texts = need(calloc(n, sizeof(*texts)));
	const char **addresses = need(calloc((size_t)n * 2, sizeof(*addresses)));
	for (uint32_t i = 0; i < n; i++) {
		gen_server(i, &texts[i]);
		addresses[(size_t)i * 2] = texts[i].ipv4;
		servers[i] = (struct match_server){.id = i + 1,
			.hostname = texts[i].fqdn,
			.addresses = &addresses[(size_t)i * 2]};
	}
	return servers;
}

static void report(const char *what, size_t n, double took, size_t wrong)
{
	printf("%-28s %zu names in %.3f s: %.2f million names/s, %.0f ns each, %zu wrong\n", what,
		n, took, (double)n / took / 1e6, took / (double)n * 1e9, wrong);
}

/* All that happens to a file of a scan: identity, date, what counts. */
static size_t judge_all(const struct matcher *m, const struct names *all)
{
	struct match_dir dir;
	size_t wrong = 0;
	matcher_dir(m, "/srv/backup", 11, 11, &dir);
	for (size_t i = 0; i < all->n; i++) {
		struct verdict v;
		matcher_file(&dir, all->text + all->at[i], all->at[i + 1] - all->at[i],
			all->mtimes[i] * NSEC_PER_SEC, 1 << 20, &v);
		wrong += v.server != all->servers[i];
	}
	return wrong;
}

/* Identity alone, for comparison: no dates, nothing else. */
static size_t name_all(const struct naming *n, const struct names *all)
{
	const struct dates none = {.time = TIME_NONE};
	size_t wrong = 0;
	for (size_t i = 0; i < all->n; i++) {
		struct text t;
		struct match_whose strong, weak;
		text_set(&t, all->text + all->at[i], all->at[i + 1] - all->at[i]);
		whose_name(n, &t, &none, &strong, &weak, NULL);
		wrong += strong.server != all->servers[i];
	}
	return wrong;
}

static void naming_make(struct naming *n, const struct match_server *servers, uint32_t count)
{
	if (words_new(NULL, &n->words) < 0 ||
		identities_build(&n->ids, servers, count, n->words) < 0 ||
		table_build(&n->table, &n->ids) < 0) {
		errx(1, "memory");
	}
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	uint32_t count = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 10000;
	if (n == 0 || count == 0 || n > 50000000) {
		errx(2, "usage: bench_match [NAMES] [SERVERS]");
	}
	struct names all;
	names_make(&all, n, count);
	struct match_server *servers = servers_make(count);
	struct matcher *m;
	struct err why;
	double begin = seconds();
	if (matcher_new(servers, count, NULL, all.mtimes[0] + 2000 * INT64_C(86400), &m, &why) <
		0) {
		errx(1, "cannot build the matcher");
	}
	printf("building for %u servers: %.3f s\n", count, seconds() - begin);
	static struct naming naming;
	naming_make(&naming, servers, count);
	size_t wrong = 0;
	for (int round = 0; round < ROUNDS; round++) {
		begin = seconds();
		wrong = name_all(&naming, &all);
		report("identity alone", n, seconds() - begin, wrong);
		begin = seconds();
		wrong = judge_all(m, &all);
		report("identity, date and counting", n, seconds() - begin, wrong);
	}
	matcher_unref(m);
	return wrong == 0 ? 0 : 1;
}
