/* bench_index.c - walk, match and store end to end without the daemon: bench_index STATE ROOT
 * [--hosts N] prints seconds for a full index and for a rescan, and what they cost. STATE should be
 * empty. */
#include "common/timefmt.h"
#include "scannerd/store/files.h"
#include "scannerd/store/history.h"
#include "scannerd/store/judge.h"
#include "scannerd/store/servers.h"
#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct bench {
	const char *state_dir, *root_path;
	unsigned hosts;
	struct store *store;
	struct config cfg;
	struct matcher *matcher;
	struct strv exclude;
	struct walk_root root;
	struct walk_config walk;
	struct walk_result result;
	struct staging *staging;
	int64_t changed, scan_time;
	int rc;
	struct err err;
};

struct spent { /* seconds */
	double wall, user, kernel;
};

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec * 1e-6;
}

static struct spent spent_now(void)
{
	struct timespec t;
	struct rusage usage;

	clock_gettime(CLOCK_MONOTONIC, &t);
	getrusage(RUSAGE_SELF, &usage);
	return (struct spent){.wall = (double)t.tv_sec + (double)t.tv_nsec * 1e-9,
		.user = seconds(&usage.ru_utime),
		.kernel = seconds(&usage.ru_stime)};
}

/* Processor time, too: on a machine that others use, it says more than the clock. */
static void print_spent(const char *what, const struct spent *from)
{
	struct spent now = spent_now();

	printf("%-24s %8.3f s, processors %.3f s user + %.3f s kernel", what, now.wall - from->wall,
		now.user - from->user, now.kernel - from->kernel);
}

/* Roughly what server rooms call their machines: web01, db-01, srv-app001 ... */
static void host_name(unsigned i, char *out, size_t size)
{
	static const char *const roles[] = {"web", "db", "app", "mail", "ldap", "mon", "build",
		"proxy", "cache", "nfs", "vpn", "dns", "kube-node", "kube-master", "gitlab",
		"jenkins", "sap", "erp", "crm", "file", "print", "dc", "mssql", "pg-prod",
		"pg-test", "mysql", "oracle", "elastic", "kafka", "zk", "redis", "minio"};
	const char *role = roles[i % ARRAY_SIZE(roles)];
	unsigned number = i / (unsigned)ARRAY_SIZE(roles) + 1;

	switch (i % 3) {
	case 0:
		snprintf(out, size, "%s%02u.example.com", role, number);
		break;
	case 1:
		snprintf(out, size, "%s-%02u.example.com", role, number);
		break;
	default:
		snprintf(out, size, "srv-%s%03u.example.com", role, number);
	}
}

static void add_hosts(struct store *s, void *arg)
{
	struct bench *b = arg;

	b->rc = db_begin(store_db(s));
	for (unsigned i = 0; b->rc == 0 && i < b->hosts; i++) {
		char name[64], address[32];
		struct netscan_host host = {.address = address, .hostname = name};
		struct seen_host seen = {.host = &host, .time = b->scan_time};
		bool changed;

		host_name(i, name, sizeof(name));
		snprintf(address, sizeof(address), "10.%u.%u.%u", i >> 16 & 255, i >> 8 & 255,
			i & 255);
		b->rc = store_host_seen(s, &seen, &changed, &b->err);
	}
	if (b->rc == 0) {
		b->rc = db_commit(store_db(s));
	}
	if (b->rc == 0) {
		b->rc = store_matcher(s, &b->cfg, b->scan_time, &b->matcher, &b->err);
	}
}

static void prepare(struct store *s, void *arg)
{
	struct bench *b = arg;

	b->rc = store_roots_configure(s, &b->root_path, 1, &b->root, &b->err);
	if (b->rc == 0) {
		b->rc = store_secret(s, b->walk.key);
	}
	if (b->rc == 0) {
		b->rc = store_files_known(s, &b->walk.known);
	}
	if (b->rc == 0) {
		b->rc = store_staging_new(s, &b->staging, &b->err);
	}
}

static void apply(struct store *s, void *arg)
{
	struct bench *b = arg;

	b->rc = store_files_apply(
		s, steal(b->staging), &b->walk, &b->result, b->scan_time, &b->changed, &b->err);
}

static void judge_files(struct store *s, struct bench *b, const struct matcher *before, bool match)
{
	_cleanup_(delta_freep) struct delta *delta = NULL;
	struct judging what = {
		.cfg = &b->cfg, .matcher = b->matcher, .now = b->scan_time, .scan = 1};
	struct judged judged;

	b->rc = match ? delta_new(before, b->matcher, &delta) : 0;
	what.delta = delta;
	if (b->rc == 0) {
		b->rc = store_judge(s, &what, &judged, &b->err);
	}
}

static void count_only(struct store *s, void *arg)
{
	judge_files(s, arg, NULL, false);
}

static void record_statuses(struct store *s, void *arg)
{
	struct bench *b = arg;

	b->rc = store_status_record(s, b->scan_time, 1, &b->err);
}

static void match_all(struct store *s, void *arg)
{
	judge_files(s, arg, NULL, true);
}

/* One more server, as a person adds it. */
static void match_after_one_more(struct store *s, void *arg)
{
	struct bench *b = arg;
	_cleanup_(matcher_unrefp) struct matcher *before = b->matcher;
	char name[] = "one-more-server";
	struct server_in in = {.hostname = name};
	int64_t id;

	b->matcher = NULL;
	b->rc = store_server_add(s, &in, b->scan_time, &id, &b->err);
	if (b->rc == 0) {
		b->rc = store_matcher(s, &b->cfg, b->scan_time, &b->matcher, &b->err);
	}
	if (b->rc == 0) {
		judge_files(s, b, before, true);
	}
}

static void judge(void *arg, struct listing *l)
{
	struct bench *b = arg;
	struct match_dir dir;

	matcher_dir(b->matcher, l->path.data, l->path.len, l->root_len, &dir);
	for (size_t i = 0; i < l->n; i++) {
		struct listed_file *f = &l->files[i];
		struct verdict v;

		matcher_file(&dir, listing_name(l, f), f->name_len, f->mtime_ns, f->size, &v);
		f->match = verdict_pack(&v);
		f->drift = v.backup_time - time_floor_ns(f->mtime_ns);
	}
}

static int sink(void *arg, struct listing *l)
{
	return store_staging_add(((struct bench *)arg)->staging, l);
}

static void fail_if_bad(const struct bench *b, const char *doing)
{
	if (b->rc < 0) {
		fprintf(stderr, "%s: %s (%s)\n", doing, b->err.message, strerror(-b->rc));
		exit(1);
	}
}

static void run(struct bench *b, store_work work, const char *what)
{
	struct spent from = spent_now();

	store_call(b->store, work, b);
	fail_if_bad(b, what);
	print_spent(what, &from);
	putchar('\n');
}

static void scan(struct bench *b, const char *what)
{
	struct walk *w = NULL;
	struct spent from = spent_now();
	double walked;

	store_call(b->store, prepare, b);
	fail_if_bad(b, "prepare");
	b->rc = walk_new(&b->walk, &w);
	fail_if_bad(b, "walk");
	b->rc = walk_run(w, &b->result);
	fail_if_bad(b, "walk");
	walked = spent_now().wall - from.wall;
	store_call(b->store, apply, b);
	fail_if_bad(b, "apply");
	print_spent(what, &from);
	printf(", walked after %.3f s, %lld files, %lld changed\n", walked,
		(long long)b->result.roots[0].files, (long long)b->changed);
	walk_free(w);
	known_free(steal(b->walk.known));
}

static void report(const struct bench *b)
{
	char path[4096];
	struct stat st;
	struct rusage usage;

	snprintf(path, sizeof(path), "%s/backup-checker.db", b->state_dir);
	getrusage(RUSAGE_SELF, &usage);
	if (stat(path, &st) == 0 && b->result.roots[0].files > 0) {
		printf("%-24s %8.1f bytes a file, %ld KiB peak\n", "database",
			(double)st.st_size / (double)b->result.roots[0].files, usage.ru_maxrss);
	}
}

int main(int argc, char **argv)
{
	struct bench b = {.hosts = 10000, .scan_time = time_now()};

	if (argc != 3 && !(argc == 5 && strcmp(argv[3], "--hosts") == 0)) {
		fprintf(stderr, "usage: bench_index STATE ROOT [--hosts N]\n");
		return 2;
	}
	b.state_dir = argv[1];
	b.root_path = argv[2];
	b.hosts = argc == 5 ? (unsigned)strtoul(argv[4], NULL, 10) : b.hosts;
	b.rc = field_defaults(&config_table, &b.cfg);
	fail_if_bad(&b, "settings");
	b.rc = store_new(b.state_dir, (gid_t)-1, &b.store, &b.err);
	fail_if_bad(&b, "open");
	run(&b, add_hosts, "hosts and matcher");
	b.root = (struct walk_root){.path = b.root_path, .exclude = &b.exclude};
	b.walk = (struct walk_config){.roots = &b.root,
		.n = 1,
		.threads_min = 2,
		.threads_max = 2,
		.judge = judge,
		.sink = sink,
		.arg = &b};
	scan(&b, "full index");
	walk_result_done(&b.result);
	run(&b, count_only, "counting, all new");
	run(&b, count_only, "counting, all the same");
	run(&b, record_statuses, "statuses alone");
	scan(&b, "rescan");
	run(&b, match_all, "matching all again");
	run(&b, match_after_one_more, "one more server");
	store_free(b.store);
	report(&b);
	walk_result_done(&b.result);
	matcher_unref(b.matcher);
	config_done(&b.cfg);
	return 0;
}
