/* dirscan.c - a scan of directories: walker threads judge and stage what changed; the store makes
 * it visible at the end, all at once. */
#include "common/log.h"
#include "common/timefmt.h"
#include "common/utf8.h"
#include "scannerd/jobs.h"
#include "scannerd/match/match.h"
#include "scannerd/refresh.h"
#include "scannerd/store/files.h"
#include "scannerd/walk/walk.h"
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>

struct dirscan {
	struct config config;
	struct walk_root *roots; /* those that are walked */
	size_t n;
	struct strv never; /* the limits' and every configured directory that is left to a scan of
			      its own */
	struct walk_config walk_config;
	struct walk *walk;
	struct walk_result result;
	struct known *known;
	struct matcher *matcher;
	struct staging *staging;
	pthread_t thread;
	struct event *ended;
	int rc;
};

static bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++) {
		if (strcmp(v->v[i], s) == 0) {
			return true;
		}
	}
	return false;
}

static int check_only(const struct config *c, const struct strv *only, struct err *err)
{
	if (c->directories_to_scan.n == 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "directories_to_scan",
			"no directory is configured; add the ones in which your backups lie");
	}
	for (size_t i = 0; i < only->n; i++) {
		size_t k = 0;

		while (k < c->directories_to_scan.n &&
			strcmp(c->directories_to_scan.v[k].path, only->v[i]) != 0) {
			k++;
		}
		if (k == c->directories_to_scan.n) {
			err_set(err, 0, ERR_OUTSIDE_LIMITS, NULL,
				"%.200s is not one of the configured directories", only->v[i]);
			err_prefix(err, "only", (ssize_t)i);
			return -EPERM;
		}
	}
	return 0;
}

static int choose_roots(struct dirscan *s, const struct start_scan_in *in)
{
	const struct config *c = &s->config;

	s->roots = calloc(c->directories_to_scan.n, sizeof(*s->roots));
	if (s->roots == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < c->limits.directories_never.n; i++) {
		if (strv_add(&s->never, c->limits.directories_never.v[i]) < 0) {
			return -ENOMEM;
		}
	}
	for (size_t i = 0; i < c->directories_to_scan.n; i++) {
		const struct directory *dir = &c->directories_to_scan.v[i];

		if (in->only.n > 0 && !strv_has(&in->only, dir->path)) {
			if (strv_add(&s->never, dir->path) < 0) {
				return -ENOMEM;
			}
			continue;
		}
		s->roots[s->n++] = (struct walk_root){
			.path = dir->path,
			.exclude = &dir->exclude,
			.one_file_system = dir->one_file_system,
			.accept_changed = in->accept_changed,
		};
	}
	return 0;
}

static int dirscan_init(struct job *j, struct err *err)
{
	struct dirscan *s = calloc(1, sizeof(*s));

	j->own = s;
	if (s == NULL || config_copy(&j->daemon->config, &s->config) < 0) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	int rc = check_only(&s->config, &j->request.only, err);

	if (rc == 0 && choose_roots(s, &j->request) < 0) {
		rc = err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	return rc;
}

static void judge(void *arg, struct listing *l)
{
	const struct dirscan *s = ((struct job *)arg)->own;
	struct match_dir dir;

	matcher_dir(s->matcher, l->path.data, l->path.len, l->root_len, &dir);
	dir.repository = l->repository;
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
	struct dirscan *s = ((struct job *)arg)->own;

	return store_staging_add(s->staging, l);
}

/* The store's rows of every configured directory, then those of the ones that are walked. */
static int read_roots(struct store *store, struct dirscan *s, struct err *err)
{
	size_t all = s->config.directories_to_scan.n;
	_free_ const char **paths = calloc(all, sizeof(*paths));
	_free_ struct walk_root *rows = calloc(all, sizeof(*rows));

	if (paths == NULL || rows == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	for (size_t i = 0; i < all; i++) {
		paths[i] = s->config.directories_to_scan.v[i].path;
	}
	int rc = store_roots_configure(store, paths, all, rows, err);

	for (size_t i = 0; rc == 0 && i < s->n; i++) {
		for (size_t k = 0; k < all; k++) {
			if (s->roots[i].path == paths[k]) {
				s->roots[i].id = rows[k].id;
				s->roots[i].fs_type = rows[k].fs_type;
				s->roots[i].fs_id = rows[k].fs_id;
				s->roots[i].known_files = rows[k].known_files;
			}
		}
	}
	return rc;
}

static int dirscan_prepare(struct store *store, struct job *j, struct err *err)
{
	struct dirscan *s = j->own;
	struct matcher *m = refresh_matcher(j->daemon, store, err);
	int rc = m == NULL ? -EIO : read_roots(store, s, err);

	if (rc < 0) {
		return rc;
	}
	s->matcher = matcher_ref(m);
	for (size_t i = 0; i < s->n; i++) {
		j->expected_files += s->roots[i].known_files;
	}
	s->walk_config = (struct walk_config){
		.roots = s->roots,
		.n = s->n,
		.never = &s->never,
		.within = &s->config.limits.directories_within,
		.judge = judge,
		.sink = sink,
		.arg = j,
	};
	rc = store_secret(store, s->walk_config.key);
	if (rc == 0) {
		rc = store_files_known(store, &s->known);
	}
	if (rc < 0) {
		return db_fail(store_db(store), rc, err, "read the index of files");
	}
	s->walk_config.known = s->known;
	return store_staging_new(store, &s->staging, err);
}

static void *walk_thread(void *arg)
{
	struct job *j = arg;
	struct dirscan *s = j->own;

	s->rc = walk_run(s->walk, &s->result);
	event_active(s->ended, EV_TIMEOUT, 0);
	return NULL;
}

static void dirscan_tick(struct job *j)
{
	struct dirscan *s = j->own;
	const struct walk_counters *c = walk_counters(s->walk);
	struct scan_progress *p = &j->progress;
	int64_t elapsed_ms = time_mono_ms() - j->mono_started_ms;
	char current[512];

	p->files = (int64_t)c->files;
	p->bytes = (int64_t)c->bytes;
	p->directories = (int64_t)c->directories;
	p->errors = (int64_t)(c->unreadable + c->errors);
	if (j->expected_files > 0) {
		p->percent = MIN(p->files * 100 / j->expected_files, 99);
		p->seconds_left =
			p->percent > 0 ? elapsed_ms * (100 - p->percent) / p->percent / 1000 : -1;
	}
	walk_current(s->walk, current, sizeof(current));
	job_current(j, current);
}

static void on_ended(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct job *j = arg;
	struct dirscan *s = j->own;

	pthread_join(s->thread, NULL);
	dirscan_tick(j);
	if (s->rc < 0 && !j->cancelled && j->err.code == ERR_NONE) {
		err_set(&j->err, s->rc, s->rc == -ENOMEM ? ERR_INTERNAL : ERR_DATABASE, NULL,
			"the scan stopped: %s; the last complete index stays", strerror(-s->rc));
	}
	job_ended(j);
}

static int dirscan_start(struct job *j, struct err *err)
{
	struct dirscan *s = j->own;
	int rc = walk_new(&s->walk_config, &s->walk);

	if (rc == 0 && (s->ended = event_new(j->daemon->base, -1, 0, on_ended, j)) == NULL) {
		rc = -ENOMEM;
	}
	if (rc == 0) {
		rc = -pthread_create(&s->thread, NULL, walk_thread, j);
	}
	return rc < 0 ? err_set(err, rc, ERR_INTERNAL, NULL, "the scan could not start: %s",
				strerror(-rc))
		      : 0;
}

static void dirscan_cancel(struct job *j)
{
	struct dirscan *s = j->own;

	if (s->walk != NULL) {
		walk_cancel(s->walk);
	}
}

static void record_problems(struct store *store, struct job *j, const struct walk_result *r)
{
	const struct dirscan *s = j->own;

	for (size_t i = 0; i < r->n; i++) {
		if (!r->roots[i].available) {
			const char *path = s->roots[i].path;

			store_scan_problem(
				store, j->progress.scan, path, strlen(path), r->roots[i].reason);
			j->progress.errors++;
		}
	}
	for (size_t i = 0; i < r->n_problems; i++) {
		const struct walk_problem *p = &r->problems[i];

		store_scan_problem(store, j->progress.scan, p->path, strlen(p->path), p->message);
	}
}

static int dirscan_finish(struct store *store, struct job *j, struct err *err)
{
	struct dirscan *s = j->own;
	int64_t now = time_now();
	struct matcher *m = refresh_matcher(j->daemon, store, err);
	int rc;

	if (m == NULL) {
		store_files_discard(store, steal(s->staging));
		return -EIO;
	}
	rc = store_files_apply(
		store, steal(s->staging), &s->walk_config, &s->result, now, &j->changed, err);
	if (rc < 0) {
		return rc;
	}
	record_problems(store, j, &s->result);
	/* Servers that came or went while the walkers judged: what they judged must be judged
	 * again. */
	refresh_stored(j->daemon, s->matcher);
	return refresh_now(j->daemon, store, j->progress.scan, false, j->changed > 0, err);
}

static void dirscan_discard(struct store *store, struct job *j)
{
	struct dirscan *s = j->own;

	if (s->staging != NULL) {
		store_files_discard(store, steal(s->staging));
	}
}

static void dirscan_free(struct job *j)
{
	struct dirscan *s = j->own;

	if (s == NULL) {
		return;
	}
	if (s->ended != NULL) {
		event_free(s->ended);
	}
	walk_free(s->walk);
	walk_result_done(&s->result);
	known_free(s->known);
	matcher_unref(s->matcher);
	strv_done(&s->never);
	free(s->roots);
	config_done(&s->config);
	free(s);
}

const struct job_kind dirscan_kind = {
	.init = dirscan_init,
	.prepare = dirscan_prepare,
	.start = dirscan_start,
	.cancel = dirscan_cancel,
	.tick = dirscan_tick,
	.finish = dirscan_finish,
	.discard = dirscan_discard,
	.free = dirscan_free,
};
