/* watches.c - a timer for each who waits, and the last scans that have ended for those who ask too
 * late. */
#include "webd/watches.h"

#include "common/timefmt.h"
#include <errno.h>
#include <sys/queue.h>

enum { ENDED_KEPT = 32, HURRY_MS = 1000 };

struct watch {
	LIST_ENTRY(watch) link;
	struct event *timer;
	int64_t scan, due_ms;
	void (*ended)(void *arg);
	void *arg;
};
LIST_HEAD(watch_list, watch);

struct watches {
	struct event_base *base;
	struct watch_list list;
	int64_t ended[ENDED_KEPT];
	size_t n_ended;
};

int watches_new(struct event_base *base, struct watches **ret)
{
	struct watches *all = calloc(1, sizeof(*all));

	if (all == NULL) {
		return -ENOMEM;
	}
	all->base = base;
	LIST_INIT(&all->list);
	*ret = all;
	return 0;
}

void watches_free(struct watches *all)
{
	if (all == NULL) {
		return;
	}
	while (!LIST_EMPTY(&all->list)) {
		watches_remove(LIST_FIRST(&all->list));
	}
	free(all);
}

/* The only way to the end: from the loop, so that nobody is called from inside. */
static void end_in(struct watch *w, int64_t ms)
{
	struct timeval tv = {
		.tv_sec = ms / MSEC_PER_SEC,
		.tv_usec = (ms % MSEC_PER_SEC) * 1000,
	};

	event_add(w->timer, &tv);
}

static int64_t ms_left(const struct watch *w)
{
	return MAX(w->due_ms - time_mono_ms(), 0);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;
	void (*ended)(void *arg) = w->ended;
	void *ended_arg = w->arg;

	(void)fd;
	(void)what;
	watches_remove(w);
	ended(ended_arg);
}

static bool has_ended(const struct watches *all, int64_t scan)
{
	for (size_t i = 0; i < ENDED_KEPT; i++) {
		if (all->ended[i] == scan) {
			return true;
		}
	}
	return false;
}

struct watch *watches_add(
	struct watches *all, int64_t scan, int timeout_s, void (*ended)(void *arg), void *arg)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (w == NULL) {
		return NULL;
	}
	*w = (struct watch){
		.scan = scan,
		.due_ms = time_mono_ms() + timeout_s * MSEC_PER_SEC,
		.ended = ended,
		.arg = arg,
	};
	w->timer = evtimer_new(all->base, on_timer, w);
	if (w->timer == NULL) {
		free(w);
		return NULL;
	}
	end_in(w, has_ended(all, scan) ? 0 : ms_left(w));
	LIST_INSERT_HEAD(&all->list, w, link);
	return w;
}

void watches_remove(struct watch *w)
{
	if (w != NULL) {
		LIST_REMOVE(w, link);
		event_free(w->timer);
		free(w);
	}
}

void watches_end(struct watches *all, int64_t scan)
{
	struct watch *w;

	all->ended[all->n_ended++ % ENDED_KEPT] = scan;
	LIST_FOREACH (w, &all->list, link) {
		if (w->scan == scan) {
			end_in(w, 0);
		}
	}
}

void watches_end_all(struct watches *all)
{
	struct watch *w;

	LIST_FOREACH (w, &all->list, link) {
		end_in(w, 0);
	}
}

void watches_hurry(struct watches *all)
{
	struct watch *w;

	LIST_FOREACH (w, &all->list, link) {
		end_in(w, MIN((int64_t)HURRY_MS, ms_left(w)));
	}
}

void watches_keep(struct watches *all, int64_t scan)
{
	struct watch *w;

	LIST_FOREACH (w, &all->list, link) {
		if (w->scan == scan) {
			end_in(w, ms_left(w));
		}
	}
}
