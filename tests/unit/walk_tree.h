/* walk_tree.h - for the walker's tests: trees on disk, walks over them, what was handed on, and
 * children with rights or mounts of their own. */
#ifndef TESTS_UNIT_WALK_TREE_H
#define TESTS_UNIT_WALK_TREE_H

#include "scannerd/walk/walk.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
/* after the above */
#include <cmocka.h>

static bool in_child;

/* An assertion that also works in a forked child, where cmocka's would go on with the next test. */
#define must(condition) must_be((condition), #condition, __FILE__, __LINE__)
static void must_be(bool true_, const char *text, const char *file, int line)
{
	if (true_) {
		return;
	}
	fprintf(stderr, "%s:%d: %s (errno: %s)\n", file, line, text, strerror(errno));
	if (in_child) {
		_exit(1);
	}
	_fail(file, line);
}

/* Runs fn in a child, so that mounts, users, limits and filters end with it. */
_unused_ static void run_in_child(void (*fn)(void))
{
	fflush(NULL);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		in_child = true;
		fn();
		_exit(0);
	}
	int status = 0;
	must(waitpid(pid, &status, 0) == pid);
	must(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* --- the tree: below base, which is the current directory, too --- */

static char base[64];

_unused_ static int tree_begin(void **state)
{
	(void)state;
	must(geteuid() ==
		0); /* mounts, devices and foreign users need root; there is no test without */
	snprintf(base, sizeof(base), "/tmp/walk-test-XXXXXX");
	must(mkdtemp(base) != NULL && chmod(base, 0755) == 0 && chdir(base) == 0);
	return 0;
}

_unused_ static int tree_end(void **state)
{
	(void)state;
	must(chdir("/") == 0);
	pid_t pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--one-file-system", base, (char *)NULL);
		_exit(127);
	}
	int status = 0;
	must(waitpid(pid, &status, 0) == pid && status == 0);
	return 0;
}

_unused_ static void make_dir(const char *path)
{
	char copy[4096];
	snprintf(copy, sizeof(copy), "%s", path);
	for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		must(mkdir(copy, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
	must(mkdir(copy, 0755) == 0 || errno == EEXIST);
}

_unused_ static void set_time(const char *path, int64_t seconds, int64_t ns)
{
	const struct timespec times[2] = {{seconds, ns}, {seconds, ns}};
	must(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0);
}

/* A file of that size, modified at 1,700,000,000.000000001; its directories are made. */
_unused_ static void make_file(const char *path, int64_t size)
{
	const char *slash = strrchr(path, '/');
	if (slash != NULL) {
		char dir[4096];
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
		make_dir(dir);
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	must(fd >= 0 && ftruncate(fd, size) == 0 && close(fd) == 0);
	set_time(path, 1700000000, 1);
}

/* --- a walk --- */

struct scan {
	struct walk_root roots[4];
	struct walk_config cfg;
	struct known *known;
	struct strv exclude, never, within;
	void (*on_listing)(struct scan *s, struct listing *l); /* in the sink */
	int sink_rc;
	struct walk *walk;

	pthread_mutex_t lock;
	struct listing *listings[8192];
	size_t n;
	struct walk_result result;
	struct { /* plain numbers, for comparing */
		uint64_t files, bytes, directories, unchanged, excluded, links, special, vanished,
			unreadable, errors;
	} counted;
};

static int scan_sink(void *arg, struct listing *l)
{
	struct scan *s = arg;
	pthread_mutex_lock(&s->lock);
	must(s->n < ARRAY_SIZE(s->listings));
	s->listings[s->n++] = l;
	if (s->on_listing != NULL) {
		s->on_listing(s, l);
	}
	pthread_mutex_unlock(&s->lock);
	return s->sink_rc;
}

/* One root at base, two threads; the caller may change all of it before scan_run. */
_unused_ static struct scan *scan_new(void)
{
	struct scan *s = calloc(1, sizeof(*s));
	must(s != NULL && known_new(&s->known) == 0);
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(s->roots); i++) {
		s->roots[i] = (struct walk_root){
			.id = (int64_t)i + 1, .path = base, .exclude = &s->exclude};
	}
	s->cfg = (struct walk_config){.roots = s->roots,
		.n = 1,
		.never = &s->never,
		.known = s->known,
		.key = "fifteen letters",
		.threads_min = 2,
		.threads_max = 2,
		.sink = scan_sink,
		.arg = s};
	return s;
}

_unused_ static void scan_forget(struct scan *s)
{
	for (size_t i = 0; i < s->n; i++) {
		listing_free(s->listings[i]);
	}
	s->n = 0;
	walk_result_done(&s->result);
}

_unused_ static void scan_free(struct scan *s)
{
	scan_forget(s);
	strv_done(&s->exclude);
	strv_done(&s->never);
	strv_done(&s->within);
	known_free(s->known);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

_unused_ static int scan_try(struct scan *s)
{
	walk_result_done(&s->result);
	must(walk_new(&s->cfg, &s->walk) == 0);
	int rc = walk_run(s->walk, &s->result);
	const struct walk_counters *c = walk_counters(s->walk);
	s->counted.files = c->files;
	s->counted.bytes = c->bytes;
	s->counted.directories = c->directories;
	s->counted.unchanged = c->unchanged;
	s->counted.excluded = c->excluded;
	s->counted.links = c->links;
	s->counted.special = c->special;
	s->counted.vanished = c->vanished;
	s->counted.unreadable = c->unreadable;
	s->counted.errors = c->errors;
	walk_free(s->walk);
	return rc;
}

_unused_ static void scan_run(struct scan *s)
{
	must(scan_try(s) == 0);
	must(s->result.n == s->cfg.n);
}

static int remember_mount(void *arg, struct mount *m)
{
	must(m->state != MOUNT_UNSEEN); /* of an available root */
	return m->state == MOUNT_LEFT
		       ? 0
		       : mounts_add(known_mounts(arg), m->root, m->path, m->len, m->fs_type);
}

/* What a store would do: remembers what was handed on, and mounts, in a new struct known, for the
 * next walk. */
_unused_ static void scan_remember(struct scan *s)
{
	struct known *next = NULL;
	must(known_new(&next) == 0);
	for (size_t i = 0; i < s->n; i++) {
		const struct listing *l = s->listings[i];
		must(known_add(next, l->root, (int64_t)i + 100, l->path.data, l->path.len,
			     l->digest) == 0);
	}
	for (size_t i = 0; i < s->cfg.n; i++) {
		must(mounts_each(known_mounts(s->known), s->roots[i].id, remember_mount, next) ==
			0);
	}
	known_free(s->known);
	s->known = s->cfg.known = next;
	scan_forget(s);
}

/* The listing of the directory base/below, NULL if it was not handed on. */
_unused_ static const struct listing *scan_find(const struct scan *s, const char *below)
{
	char path[4200];
	snprintf(path, sizeof(path), "%s%s%s", base, *below != '\0' ? "/" : "", below);
	for (size_t i = 0; i < s->n; i++) {
		const struct listing *l = s->listings[i];
		if (l->path.len == strlen(path) && memcmp(l->path.data, path, l->path.len) == 0) {
			return l;
		}
	}
	return NULL;
}

_unused_ static const struct listed_file *scan_file(
	const struct scan *s, const char *below, const char *name)
{
	const struct listing *l = scan_find(s, below);
	for (size_t i = 0; l != NULL && i < l->n; i++) {
		const struct listed_file *f = &l->files[i];
		if (f->name_len == strlen(name) &&
			memcmp(listing_name(l, f), name, f->name_len) == 0) {
			return f;
		}
	}
	return NULL;
}

/* Whether any listing has a file of that name. */
_unused_ static bool scan_has_name(const struct scan *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++) {
		for (size_t j = 0; j < s->listings[i]->n; j++) {
			const struct listed_file *f = &s->listings[i]->files[j];
			if (f->name_len == strlen(name) &&
				memcmp(listing_name(s->listings[i], f), name, f->name_len) == 0) {
				return true;
			}
		}
	}
	return false;
}

struct unseen {
	size_t gone, kept;
};

static int count_unseen(void *arg, int64_t dir, bool gone)
{
	struct unseen *u = arg;
	(void)dir;
	*(gone ? &u->gone : &u->kept) += 1;
	return 0;
}

_unused_ static struct unseen scan_unseen(struct scan *s, int64_t root)
{
	struct unseen u = {0};
	must(known_each_unseen(s->known, root, count_unseen, &u) == 0);
	return u;
}

#endif
