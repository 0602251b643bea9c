/* walk.c - a walk from its configuration to its result; crew.c has the threads, reader.c what they
 * do. */
#include "scannerd/walk/walk.h"

#include "common/utf8.h"
#include "scannerd/walk/border.h"
#include "scannerd/walk/reader.h"
#include <errno.h>
#include <stdarg.h>

static void work(void *arg, void *tools, struct crew_item *item)
{
	(void)arg;
	reader_visit(tools, (struct node *)item);
}

static void *tools_new(void *arg, struct crew_member *m)
{
	return reader_new(arg, m);
}

static void tools_free(void *tools)
{
	reader_free(tools);
}

static void drop(void *arg, struct crew_item *item)
{
	(void)arg;
	node_abandon((struct node *)item);
}

int walk_new(const struct walk_config *cfg, struct walk **ret)
{
	struct walk *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		return -ENOMEM;
	}
	w->cfg = *cfg;
	const struct crew_config crew = {.threads_min = cfg->threads_min,
		.threads_max = cfg->threads_max,
		.work = work,
		.tools_new = tools_new,
		.tools_free = tools_free,
		.drop = drop,
		.arg = w};
	int rc = crew_new(&crew, &w->crew);
	if (rc < 0) {
		free(w);
		return rc;
	}
	*ret = w;
	return 0;
}

static void free_problems(struct kept_problem *p)
{
	while (p != NULL) {
		struct kept_problem *next = p->next;
		free(p->problem.path);
		free(p->problem.message);
		free(p);
		p = next;
	}
}

void walk_free(struct walk *w)
{
	if (w == NULL) {
		return;
	}
	crew_free(w->crew);
	free_problems(atomic_load(&w->problems));
	free(w);
}

void walk_cancel(struct walk *w)
{
	tour_fail(w, -ECANCELED);
}

const struct walk_counters *walk_counters(const struct walk *w)
{
	return &w->counters;
}

void walk_current(struct walk *w, char *out, size_t size)
{
	size_t len = crew_read_note(w->crew, out, size);
	/* A character that the cut has split goes whole. */
	for (size_t back = 1; back <= 3 && back <= len && len >= size - 1; back++) {
		unsigned char c = (unsigned char)out[len - back];
		if (c >= 0xc0 && utf8_sequence(out + len - back, back) == 0) {
			len -= back;
			out[len] = '\0';
			break;
		}
	}
	utf8_repair(out, len);
}

void tour_fail(struct walk *w, int rc)
{
	int none = 0;
	atomic_compare_exchange_strong(&w->error, &none, rc);
	crew_stop(w->crew);
}

void tour_problem(
	struct walk *w, const struct root *r, const char *path, size_t len, const char *fmt, ...)
{
	if (atomic_fetch_add_explicit(&w->n_problems, 1, memory_order_relaxed) >=
		WALK_PROBLEMS_MAX) {
		return;
	}
	va_list ap;
	_buf_ struct buf message = BUF_INIT;
	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	buf_addc(&message, '.');

	struct kept_problem *p = calloc(1, sizeof(*p));
	if (p == NULL) {
		tour_fail(w, -ENOMEM);
		return;
	}
	p->problem.root = r->cfg->id;
	p->problem.path = strndup(path, len);
	p->problem.message = buf_steal(&message);
	if (p->problem.path == NULL || p->problem.message == NULL) {
		free_problems(p);
		tour_fail(w, -ENOMEM);
		return;
	}
	p->next = atomic_load_explicit(&w->problems, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(
		&w->problems, &p->next, p, memory_order_release, memory_order_relaxed)) {
	}
}

/* Two names of one directory: the first has it. */
static void judge_twins(struct walk *w, size_t i)
{
	struct root *r = &w->roots[i];
	for (size_t j = 0; j < i && r->fd >= 0; j++) {
		const struct root *first = &w->roots[j];
		if (first->fd >= 0 && first->ino == r->ino && first->dev == r->dev) {
			root_fail(r,
				"is the same directory as %.200s, by a link or a mount. Take one "
				"of them out of the configuration.",
				first->cfg->path);
			closep(&r->fd);
			r->fd = -1;
		}
	}
}

static int open_roots(struct walk *w)
{
	w->roots = calloc(w->cfg.n + 1, sizeof(*w->roots));
	if (w->roots == NULL) {
		return -ENOMEM;
	}
	int rc = 0;
	for (size_t i = 0; i < w->cfg.n; i++) {
		int each = root_init(&w->roots[i], &w->cfg.roots[i], &w->cfg);
		rc = rc < 0 ? rc
			    : each; /* all are initialised, whatever happens, for close_roots */
		judge_twins(w, i);
	}
	return rc;
}

static void close_roots(struct walk *w)
{
	for (size_t i = 0; w->roots != NULL && i < w->cfg.n; i++) {
		root_done(&w->roots[i]);
	}
	free(steal(w->roots));
}

static int push_roots(struct walk *w)
{
	/* The last pushed is the first taken. */
	for (size_t i = w->cfg.n; i-- > 0;) {
		struct root *r = &w->roots[i];
		if (r->fd < 0) {
			continue;
		}
		struct node *n = node_new(r, &w->fds, NULL, "", 0);
		if (n == NULL) {
			return -ENOMEM;
		}
		crew_push(w->crew, &n->item);
	}
	return 0;
}

static int fill_problems(struct walk *w, struct walk_result *ret)
{
	struct kept_problem *head = atomic_load_explicit(&w->problems, memory_order_acquire);
	for (struct kept_problem *p = head; p != NULL; p = p->next) {
		ret->n_problems++;
	}
	ret->problems = calloc(ret->n_problems + 1, sizeof(*ret->problems));
	if (ret->problems == NULL) {
		ret->n_problems = 0;
		return -ENOMEM;
	}
	size_t at = ret->n_problems;
	for (struct kept_problem *p = head; p != NULL; p = p->next) {
		ret->problems[--at] = (struct walk_problem){.root = p->problem.root,
			.path = steal(p->problem.path),
			.message = steal(p->problem.message)};
	}
	return 0;
}

static int fill_result(struct walk *w, struct walk_result *ret)
{
	struct walk_result result = {.n = w->cfg.n};
	result.roots = calloc(w->cfg.n + 1, sizeof(*result.roots));
	if (result.roots == NULL) {
		return -ENOMEM;
	}
	int rc = 0;
	for (size_t i = 0; i < w->cfg.n; i++) {
		struct root *r = &w->roots[i];
		root_judge_empty(r);
		if (rc == 0 && !root_failed(r)) {
			rc = border_judge_unseen(w, r);
		}
		root_result(r, &result.roots[i]);
		if (rc == 0 && !result.roots[i].available) {
			rc = known_keep(w->cfg.known, r->cfg->path, strlen(r->cfg->path));
		}
	}
	rc = rc < 0 ? rc : fill_problems(w, &result);
	if (rc < 0) {
		walk_result_done(&result);
		return rc;
	}
	*ret = result;
	return 0;
}

int walk_run(struct walk *w, struct walk_result *ret)
{
	int rc = open_roots(w);
	if (rc == 0) {
		rc = push_roots(w);
	}
	if (rc == 0) {
		rc = crew_run(w->crew);
	}
	if (rc == 0) {
		rc = atomic_load(&w->error);
	}
	if (rc == 0) {
		rc = fill_result(w, ret);
	}
	close_roots(w);
	return rc;
}

void walk_result_done(struct walk_result *r)
{
	for (size_t i = 0; i < r->n_problems; i++) {
		free(r->problems[i].path);
		free(r->problems[i].message);
	}
	free(r->problems);
	free(r->roots);
	*r = (struct walk_result){0};
}
