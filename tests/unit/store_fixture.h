/* store_fixture.h - for the store's tests: a store in a directory of its own, a tree of files to
 * scan, and questions to the database.
 *
 * The tests call the [thread] functions themselves: nothing is queued meanwhile, so the connection
 * still has one user at a time. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "common/timefmt.h"
#include "scannerd/store/files.h"
#include "scannerd/store/history.h"
#include "scannerd/store/judge.h"
#include "scannerd/store/servers.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
/* after the above */
#include <cmocka.h>

static char base[64], state_dir[96], tree[96];
static struct store *store;
static struct config cfg;
static struct err err;

/* --- directories --- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

_unused_ static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

_unused_ static int begin_directories(void **state)
{
	(void)state;
	snprintf(base, sizeof(base), "/tmp/store-test-XXXXXX");
	assert_non_null(mkdtemp(base));
	snprintf(state_dir, sizeof(state_dir), "%s/state", base);
	snprintf(tree, sizeof(tree), "%s/tree", base);
	assert_int_equal(mkdir(tree, 0755), 0);
	assert_int_equal(field_defaults(&config_table, &cfg), 0);
	err = (struct err){0};
	return 0;
}

_unused_ static int end_directories(void **state)
{
	(void)state;
	config_done(&cfg);
	remove_tree(base);
	return 0;
}

_unused_ static int begin_store(void **state)
{
	begin_directories(state);
	assert_int_equal(store_new(state_dir, (gid_t)-1, &store, &err), 0);
	return 0;
}

_unused_ static int end_store(void **state)
{
	store_free(steal(store));
	return end_directories(state);
}

/* --- a tree --- */

_unused_ static const char *in_tree(const char *name)
{
	static char path[4][512];
	static unsigned turn;
	char *out = path[turn++ % ARRAY_SIZE(path)];

	snprintf(out, sizeof(path[0]), "%s/%s", tree, name);
	return out;
}

_unused_ static void make_dir(const char *name)
{
	assert_int_equal(mkdir(in_tree(name), 0755), 0);
}

/* mtime in seconds since 1970 */
_unused_ static void make_file(const char *name, off_t size, int64_t mtime)
{
	const struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
	int fd = open(in_tree(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

/* --- a scan as the daemon does it --- */

static struct staging *staging;
static struct matcher *matcher;

_unused_ static void scan_judge(void *arg, struct listing *l)
{
	struct match_dir dir;

	(void)arg;
	matcher_dir(matcher, l->path.data, l->path.len, l->root_len, &dir);
	dir.repository = l->repository;
	for (size_t i = 0; i < l->n; i++) {
		struct listed_file *f = &l->files[i];
		struct verdict v;

		matcher_file(&dir, listing_name(l, f), f->name_len, f->mtime_ns, f->size, &v);
		f->match = verdict_pack(&v);
		f->drift = v.backup_time - time_floor_ns(f->mtime_ns);
	}
}

_unused_ static int scan_sink(void *arg, struct listing *l)
{
	(void)arg;
	return store_staging_add(staging, l);
}

static void nothing_work(struct store *s, void *arg)
{
	(void)s, (void)arg;
}

/* Until this returns the connection is the store's thread's; afterwards the caller's again. */
_unused_ static void wait_for_batches(void)
{
	store_call(store, nothing_work, NULL);
}

/* Scans these roots; returns the number of changed files, or -errno of applying. */
_unused_ static int64_t scan_roots(const char *const *paths, size_t n, int64_t scan_time)
{
	static const struct strv none;
	struct walk_root roots[4] = {0};
	struct walk_config walk_config = {.roots = roots,
		.n = n,
		.threads_min = 1,
		.threads_max = 1,
		.judge = scan_judge,
		.sink = scan_sink};
	struct walk_result result = {0};
	struct walk *walk = NULL;
	int64_t changed = 0;
	int r;

	for (size_t i = 0; i < n; i++) {
		roots[i] = (struct walk_root){.path = paths[i], .exclude = &none};
	}
	assert_int_equal(store_roots_configure(store, paths, n, roots, &err), 0);
	assert_int_equal(store_secret(store, walk_config.key), 0);
	assert_int_equal(store_matcher(store, &cfg, scan_time, &matcher, &err), 0);
	assert_int_equal(store_files_known(store, &walk_config.known), 0);
	assert_int_equal(store_staging_new(store, &staging, &err), 0);
	assert_int_equal(walk_new(&walk_config, &walk), 0);
	assert_int_equal(walk_run(walk, &result), 0);
	r = store_files_apply(
		store, steal(staging), &walk_config, &result, scan_time, &changed, &err);
	walk_result_done(&result);
	walk_free(walk);
	known_free(walk_config.known);
	matcher_unref(steal(matcher));
	return r < 0 ? r : changed;
}

_unused_ static int64_t scan_tree(int64_t scan_time)
{
	const char *const paths[] = {tree};

	return scan_roots(paths, 1, scan_time);
}

/* --- judging as the daemon does it --- */

/* Matches again what differs between `before` (NULL: everything) and a matcher of now. */
_unused_ static struct judged judge_since(const struct matcher *before, int64_t time, int64_t scan)
{
	_cleanup_(delta_freep) struct delta *delta = NULL;
	struct judging what = {.cfg = &cfg, .now = time, .scan = scan};
	struct judged judged = {.changed = -1};

	assert_int_equal(store_matcher(store, &cfg, time, &matcher, &err), 0);
	assert_int_equal(delta_new(before, matcher, &delta), 0);
	what.matcher = matcher;
	what.delta = delta;
	if (store_judge(store, &what, &judged, &err) < 0) {
		fail_msg("%s", err.message);
	}
	matcher_unref(steal(matcher));
	return judged;
}

/* Counts only. */
_unused_ static struct judged count_files(int64_t time, int64_t scan)
{
	struct judging what = {.cfg = &cfg, .now = time, .scan = scan};
	struct judged judged = {.changed = -1};

	assert_int_equal(store_matcher(store, &cfg, time, &matcher, &err), 0);
	what.matcher = matcher;
	if (store_judge(store, &what, &judged, &err) < 0) {
		fail_msg("%s", err.message);
	}
	matcher_unref(steal(matcher));
	return judged;
}

/* --- questions --- */

/* As the sqlite3 shell opens it. */
_unused_ static sqlite3 *open_shell(void)
{
	char path[128];
	sqlite3 *shell = NULL;

	snprintf(path, sizeof(path), "%s/backup-checker.db", state_dir);
	assert_int_equal(sqlite3_open_v2(path, &shell, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	return shell;
}

/* The first column of the first row as text; "" for NULL, "(none)" without a row. Valid until the
 * fourth next call. */
_unused_ static const char *ask(const char *sql)
{
	static char answers[4][1024];
	static unsigned turn;
	char *out = answers[turn++ % ARRAY_SIZE(answers)];
	sqlite3 *shell = open_shell();
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(shell, sql, -1, &st, NULL) != SQLITE_OK) {
		fail_msg("%s: %s", sql, sqlite3_errmsg(shell));
	}
	if (sqlite3_step(st) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(st, 0);

		snprintf(out, sizeof(answers[0]), "%s", text != NULL ? text : "");
	} else {
		snprintf(out, sizeof(answers[0]), "(none)");
	}
	sqlite3_finalize(st);
	sqlite3_close(shell);
	return out;
}

_unused_ static int64_t ask_int(const char *sql)
{
	return strtoll(ask(sql), NULL, 10);
}

/* A host that a scan found. */
_unused_ static bool see_host(
	const char *address, const char *hostname, const char *mac, int64_t time)
{
	char address_copy[64], name_copy[256], mac_copy[32];
	struct netscan_host host = {.address = address_copy};
	struct seen_host seen = {.host = &host, .time = time};
	bool changed = false;

	snprintf(address_copy, sizeof(address_copy), "%s", address);
	if (hostname != NULL) {
		snprintf(name_copy, sizeof(name_copy), "%s", hostname);
		host.hostname = name_copy;
	}
	if (mac != NULL) {
		snprintf(mac_copy, sizeof(mac_copy), "%s", mac);
		host.mac = mac_copy;
	}
	assert_int_equal(store_host_seen(store, &seen, &changed, &err), 0);
	return changed;
}

#endif
