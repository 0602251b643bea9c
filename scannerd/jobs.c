/* jobs.c - a scan's life: reserved, begun (its row is committed, the caller is told), running,
 * ended, recorded. */
#include "scannerd/jobs.h"
#include "common/log.h"
#include "common/service.h"
#include "common/timefmt.h"
#include "scannerd/monitors.h"
#include "scannerd/refresh.h"
#include "scannerd/schedule.h"
#include <errno.h>
#include <inttypes.h>

struct jobs {
	struct job *running[_SCAN_KINDS];
	struct event *tick;
};

static const struct job_kind *const kinds[_SCAN_KINDS] = {&dirscan_kind, &hostscan_kind};

static void on_tick(evutil_socket_t fd, short what, void *arg);

int jobs_new(struct daemon *d, struct jobs **ret, struct err *err)
{
	struct jobs *js = calloc(1, sizeof(*js));

	if (js == NULL || (js->tick = event_new(d->base, -1, EV_PERSIST, on_tick, d)) == NULL) {
		free(js);
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	*ret = js;
	return 0;
}

void jobs_free(struct jobs *js)
{
	if (js != NULL) {
		event_free(js->tick);
		free(js);
	}
}

bool jobs_idle(const struct daemon *d)
{
	for (int k = 0; k < _SCAN_KINDS; k++) {
		if (d->jobs->running[k] != NULL) {
			return false;
		}
	}
	return true;
}

bool jobs_active(const struct daemon *d)
{
	for (int k = 0; k < _SCAN_KINDS; k++) {
		if (d->jobs->running[k] != NULL && d->jobs->running[k]->active) {
			return true;
		}
	}
	return false;
}

const struct job *jobs_running(const struct daemon *d, enum scan_kind kind)
{
	return d->jobs->running[kind];
}

void job_current(struct job *j, const char *text)
{
	if (j->progress.current == NULL || strcmp(j->progress.current, text) != 0) {
		free(j->progress.current);
		j->progress.current = strdup(text);
	}
}

static void job_free(struct job *j)
{
	kinds[j->kind]->free(j);
	field_done(&scan_progress_table, &j->progress);
	field_done(&start_scan_in_table, &j->request);
	free(j);
}

/* What systemctl status shows. */
static void tell_status(struct daemon *d)
{
	const struct job *files = d->jobs->running[SCAN_DIRECTORIES];
	const struct job *hosts = d->jobs->running[SCAN_SERVERS];
	char text[256] = "Idle";
	int len = 0;

	if (files != NULL && files->active) {
		len = snprintf(text, sizeof(text), "Scanning directories: %" PRId64 " files",
			files->progress.files);
	}
	if (hosts != NULL && hosts->active) {
		snprintf(text + len, sizeof(text) - (size_t)len,
			"%sScanning servers: %" PRId64 " up", len > 0 ? "; " : "",
			hosts->progress.hosts_up);
	}
	service_status("%s", text);
}

static void on_tick(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct daemon *d = arg;

	for (int k = 0; k < _SCAN_KINDS; k++) {
		struct job *j = d->jobs->running[k];

		if (j != NULL && j->active) {
			kinds[k]->tick(j);
			if (j->active) { /* otherwise it has ended, and is the store's now */
				monitors_progress(d, &j->progress);
			}
		}
	}
	tell_status(d);
}

static void start_ticking(struct daemon *d)
{
	struct timeval period = {0, JOB_TICK_MS * 1000};

	if (!event_pending(d->jobs->tick, EV_TIMEOUT, NULL)) {
		event_add(d->jobs->tick, &period);
	}
}

static void job_remove(struct job *j)
{
	struct daemon *d = j->daemon;

	d->jobs->running[j->kind] = NULL;
	if (jobs_idle(d)) {
		event_del(d->jobs->tick);
	}
	tell_status(d);
	job_free(j);
}

static void words_of_result(struct job *j)
{
	struct scan_progress *p = &j->progress;
	char text[640];

	if (p->state == SCAN_CANCELLED) {
		snprintf(text, sizeof(text), "%s",
			j->kind == SCAN_DIRECTORIES
				? "Cancelled; nothing was changed."
				: "Cancelled; hosts that were found until then are kept, and none "
				  "is called unreachable.");
	} else if (p->state == SCAN_FAILED) {
		snprintf(text, sizeof(text), "%s", j->err.message);
	} else if (j->kind == SCAN_DIRECTORIES) {
		snprintf(text, sizeof(text),
			"%" PRId64 " files in %" PRId64 " directories; %" PRId64 " changes.",
			p->files, p->directories, j->changed);
	} else {
		snprintf(text, sizeof(text), "%" PRId64 " of %" PRId64 " addresses are up%s.",
			p->hosts_up, p->hosts,
			j->reduced ? " (reduced: connect scan without raw sockets)" : "");
	}
	free(p->message);
	p->message = strdup(text);
}

static void record_work(struct store *s, void *arg)
{
	struct job *j = arg;
	struct err err = {0};

	j->recorded = store_scan_end(s, &j->end, &err) == 0;
	if (!j->recorded && ++j->record_tries == JOB_RECORD_TRIES) {
		log_error("the end of scan %" PRId64 " could not be recorded: %s", j->progress.scan,
			err.message);
	}
}

static void end_work(struct store *s, void *arg)
{
	struct job *j = arg;
	const struct job_kind *kind = kinds[j->kind];

	if (j->err.code == ERR_NONE && !j->cancelled) {
		kind->finish(s, j, &j->err);
	} else {
		kind->discard(s, j);
	}
	j->progress.state = j->cancelled              ? SCAN_CANCELLED
			    : j->err.code != ERR_NONE ? SCAN_FAILED
						      : SCAN_SUCCEEDED;
	words_of_result(j);
	j->end = (struct scan_end){&j->progress, j->changed, j->reduced, time_now()};
	record_work(s, j);
}

static void end_done(struct store *s, void *arg);

static void on_record_again(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct job *j = arg;

	if (store_post(j->daemon->store, record_work, end_done, j) < 0) {
		j->record_tries++;
		end_done(j->daemon->store, j);
	}
}

/* Nobody is told of the end before it is in the history, unless it stays impossible. */
static bool is_recorded_or_hopeless(struct job *j)
{
	struct timeval second = {1, 0};

	return j->recorded || j->record_tries >= JOB_RECORD_TRIES ||
	       event_base_once(j->daemon->base, -1, EV_TIMEOUT, on_record_again, j, &second) != 0;
}

static void end_done(struct store *s _unused_, void *arg)
{
	static const char *const what[_SCAN_KINDS][5] = {
		{"scans", "files", "servers", "directories", NULL}, {"scans", "servers", NULL}};
	struct job *j = arg;
	struct daemon *d = j->daemon;

	if (!is_recorded_or_hopeless(j)) {
		return;
	}
	j->progress.percent = j->progress.state == SCAN_SUCCEEDED ? 100 : j->progress.percent;
	j->progress.seconds_left = 0;
	if (j->progress.state == SCAN_FAILED) {
		log_warning("scan %" PRId64 " of %s failed: %s", j->progress.scan,
			scan_kind_names[j->kind], j->err.message);
		refresh_request(d); /* what it stored before it failed has to be judged, too */
	} else {
		log_info("scan %" PRId64 " of %s %s: %s", j->progress.scan,
			scan_kind_names[j->kind], scan_state_names[j->progress.state],
			j->progress.message);
	}
	monitors_progress(d, &j->progress);
	monitors_changed(d, what[j->kind]);
	job_remove(j);
}

void job_ended(struct job *j)
{
	j->active = false;
	j->ending = true;
	/* The queue holds far more than the two jobs and the socket's 64 calls can fill. */
	if (store_post(j->daemon->store, end_work, end_done, j) < 0) {
		log_error("the store's queue is full; scan %" PRId64 " stays unrecorded",
			j->progress.scan);
		job_remove(j);
	}
}

static void begin_work(struct store *s, void *arg)
{
	struct job *j = arg;

	if (store_scan_begin(s, j->kind, j->progress.requested_by, j->due, j->progress.started,
		    &j->progress.scan, &j->err) < 0) {
		return;
	}
	j->begun = true;
	kinds[j->kind]->prepare(s, j, &j->err);
}

static void begin_done(struct store *s _unused_, void *arg)
{
	struct job *j = arg;
	struct daemon *d = j->daemon;

	if (!j->begun) {
		j->on_begun(j->arg, j, &j->err);
		job_remove(j);
		return;
	}
	log_info("scan %" PRId64 " of %s begins, asked for by %s", j->progress.scan,
		scan_kind_names[j->kind], j->progress.requested_by);
	j->active = true;
	schedule_scan_started(d, j->kind, j->progress.started);
	j->on_begun(j->arg, j, NULL);
	monitors_progress(d, &j->progress);
	if (j->err.code == ERR_NONE && !j->cancelled && kinds[j->kind]->start(j, &j->err) == 0) {
		start_ticking(d);
		return;
	}
	job_ended(j);
}

static struct job *job_new(
	struct daemon *d, enum scan_kind kind, struct start_scan_in *in, const char *requested_by)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL || (j->progress.requested_by = strdup(requested_by)) == NULL) {
		free(j);
		return NULL;
	}
	j->daemon = d;
	j->kind = kind;
	j->request = *in;
	*in = (struct start_scan_in){0};
	j->progress.kind = kind;
	j->progress.state = SCAN_RUNNING;
	j->progress.started = time_now();
	j->progress.percent = -1;
	j->progress.seconds_left = -1;
	j->mono_started_ms = time_mono_ms();
	return j;
}

void jobs_start(struct daemon *d, enum scan_kind kind, struct start_scan_in *in,
	const char *requested_by, int64_t due,
	void (*on_begun)(void *arg, const struct job *j, const struct err *err), void *arg)
{
	const struct job *running = d->jobs->running[kind];
	struct err err = {0};
	struct job *j = NULL;

	if (d->stopping) {
		err_set(&err, 0, ERR_UNAVAILABLE, NULL, "scannerd is ending; no scan begins now");
	} else if (running != NULL && !running->active && !running->ending) {
		err_set(&err, 0, ERR_SCAN_RUNNING, NULL, "a scan of %s is beginning already",
			scan_kind_names[kind]); /* the store's thread writes its number now */
	} else if (running != NULL) {
		err_set(&err, 0, ERR_SCAN_RUNNING, NULL,
			"scan %" PRId64 " of %s is running already", running->progress.scan,
			scan_kind_names[kind]);
	} else {
		j = job_new(d, kind, in, requested_by);
		if (j == NULL) {
			err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		} else if (kinds[kind]->init(j, &err) < 0) {
			job_free(steal(j));
		}
	}
	if (j == NULL) {
		on_begun(arg, NULL, &err);
		return;
	}
	j->due = due;
	j->on_begun = on_begun;
	j->arg = arg;
	d->jobs->running[kind] = j;
	if (store_post(d->store, begin_work, begin_done, j) < 0) {
		err_set(&err, 0, ERR_BUSY, NULL, "too much work is waiting; try again in a moment");
		on_begun(arg, NULL, &err);
		job_remove(j);
	}
}

static void job_cancel(struct job *j)
{
	if (!j->cancelled && !j->ending) {
		j->cancelled = true;
		kinds[j->kind]->cancel(j);
	}
}

int jobs_cancel(struct daemon *d, int64_t scan, struct err *err)
{
	for (int k = 0; k < _SCAN_KINDS; k++) {
		struct job *j = d->jobs->running[k];

		if (j == NULL || !(j->active || j->ending) || j->progress.scan != scan) {
			continue;
		}
		if (j->ending && !j->cancelled) {
			return err_set(err, -EBUSY, ERR_CONFLICT, "scan",
				"scan %" PRId64 " has seen everything and is being stored; it can "
				"no longer be cancelled",
				scan);
		}
		job_cancel(j);
		return 0;
	}
	return err_set(err, -ENOENT, ERR_NOT_FOUND, "scan", "no scan %" PRId64 " is running", scan);
}

void jobs_cancel_all(struct daemon *d)
{
	for (int k = 0; k < _SCAN_KINDS; k++) {
		if (d->jobs->running[k] != NULL) {
			job_cancel(d->jobs->running[k]);
		}
	}
}
