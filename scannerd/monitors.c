/* monitors.c - tells every connection that called Monitor what happens. */
#include "scannerd/monitors.h"
#include "scannerd/call.h"
#include "scannerd/jobs.h"
#include "scannerd/listen.h"
#include <errno.h>
#include <sys/queue.h>

struct monitor {
	LIST_ENTRY(monitor) link;
	struct call *call;
};
struct monitors {
	LIST_HEAD(, monitor) list;
};

static char event_hello[] = "hello", event_progress[] = "progress", event_changed[] = "changed";

int monitors_new(struct monitors **ret)
{
	struct monitors *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		return -ENOMEM;
	}
	LIST_INIT(&m->list);
	*ret = m;
	return 0;
}

/* The connections end first (listener_free), which empties the list. */
void monitors_free(struct monitors *m)
{
	free(m);
}

static void on_close(void *arg)
{
	struct monitor *m = arg;

	LIST_REMOVE(m, link);
	call_free(m->call);
	free(m);
}

static void tell_all(struct daemon *d, const struct monitor_event *event)
{
	struct monitor *m, *next;

	for (m = LIST_FIRST(&d->monitors->list); m != NULL; m = next) {
		next = LIST_NEXT(
			m, link); /* a peer that does not read is closed here, which frees m */
		call_more(m->call, event);
	}
}

void monitors_add(struct daemon *d, struct call *c)
{
	struct monitor *m = calloc(1, sizeof(*m));
	struct monitor_event event = {.event = event_hello};
	struct err err = {0};

	if (m == NULL) {
		err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		call_fail(c, &err);
		return;
	}
	m->call = c;
	LIST_INSERT_HEAD(&d->monitors->list, m, link);
	conn_keep(c->conn, on_close, m);
	if (!call_more(c, &event)) {
		return;
	}
	for (int kind = 0; kind < _SCAN_KINDS; kind++) {
		const struct job *j = jobs_running(d, (enum scan_kind)kind);

		if (j != NULL && j->active) {
			event = (struct monitor_event){
				.event = event_progress, .scan = j->progress};
			if (!call_more(c, &event)) {
				return;
			}
		}
	}
}

void monitors_progress(struct daemon *d, const struct scan_progress *p)
{
	struct monitor_event event = {.event = event_progress, .scan = *p};

	tell_all(d, &event);
}

void monitors_changed(struct daemon *d, const char *const *what)
{
	struct monitor_event event = {.event = event_changed};

	for (; *what != NULL; what++) {
		if (strv_add(&event.changed, *what) < 0) {
			break;
		}
	}
	tell_all(d, &event);
	strv_done(&event.changed);
}
