/* refresh.c - the store thread's matcher and configuration, and the work that brings matches and
 * statuses up to them. */
#include "scannerd/refresh.h"
#include "common/log.h"
#include "common/timefmt.h"
#include "scannerd/monitors.h"
#include "scannerd/store/exemptions.h"
#include "scannerd/store/history.h"
#include "scannerd/store/judge.h"
#include "scannerd/store/servers.h"
#include <errno.h>

enum {
	STATUS_PERIOD_S = 3600,
	/* After matching again it rests twice as long as it took, within these bounds, and gathers
	 * what is asked for meanwhile. Adding a thousand servers then costs a few rounds, not a
	 * thousand. */
	WAIT_MS_MIN = 20,
	WAIT_MS_MAX = 5000,
	RETRY_MS = 10000, /* after a failure: a full disk, a locked database */
	/* Far below the day by which a date may be ahead; less while some are further ahead, so
	 * that their day is not missed. */
	MATCHER_AGE_MAX_S = 6 * 3600,
	MATCHER_AGE_FUTURE_S = STATUS_PERIOD_S / 2,
};

struct refresh {
	struct event *hourly; /* statuses change with time alone */
	struct event *soon;
	struct event *ending; /* so that an exemption's end is not noticed an hour late */
	/* the loop's thread */
	bool wanted, running;
	int64_t started_ms, rest_until_ms; /* monotonic */
	/* the store's thread */
	struct config config;
	struct matcher *matcher; /* NULL: to be built */
	int64_t matcher_made;
	struct matcher *applied;  /* as which all stored files are judged; NULL: not known */
	int64_t future;           /* counted files whose date is yet to come */
	_Atomic int64_t next_end; /* of an exemption; read by the loop's thread, too */
	bool failed;              /* the last work; read by the loop's thread after it */
	bool stale;               /* files are matched as identities or settings were before */
};

/* A configuration on its way to the store's thread. */
struct handover {
	struct daemon *daemon;
	struct config config;
};

static void on_hour(evutil_socket_t fd, short what, void *arg);
static void on_soon(evutil_socket_t fd, short what, void *arg);

int refresh_new(struct daemon *d, struct refresh **ret)
{
	struct refresh *r = calloc(1, sizeof(*r));
	struct timeval hour = {STATUS_PERIOD_S, 0};

	if (r == NULL) {
		return -ENOMEM;
	}
	r->hourly = event_new(d->base, -1, EV_PERSIST, on_hour, d);
	r->soon = evtimer_new(d->base, on_soon, d);
	r->ending = evtimer_new(d->base, on_hour, d);
	if (r->hourly == NULL || r->soon == NULL || r->ending == NULL ||
		config_copy(&d->config, &r->config) < 0) {
		refresh_free(r);
		return -ENOMEM;
	}
	r->stale = true; /* what changed while we did not run */
	event_add(r->hourly, &hour);
	*ret = r;
	return 0;
}

void refresh_free(struct refresh *r)
{
	if (r == NULL) {
		return;
	}
	if (r->hourly != NULL) {
		event_free(r->hourly);
	}
	if (r->soon != NULL) {
		event_free(r->soon);
	}
	if (r->ending != NULL) {
		event_free(r->ending);
	}
	matcher_unref(r->matcher);
	matcher_unref(r->applied);
	config_done(&r->config);
	free(r);
}

bool refresh_idle(const struct daemon *d)
{
	return !d->refresh->running;
}

/* --- the store's thread --- */

const struct config *refresh_config(struct daemon *d)
{
	return &d->refresh->config;
}

/* It calls dates after its own "now" the future; a clock may also be set back. */
static bool matcher_is_old(const struct refresh *r, int64_t now)
{
	int64_t limit = r->future > 0 ? MATCHER_AGE_FUTURE_S : MATCHER_AGE_MAX_S;

	return now < r->matcher_made || now - r->matcher_made > limit;
}

struct matcher *refresh_matcher(struct daemon *d, struct store *s, struct err *err)
{
	struct refresh *r = d->refresh;
	int64_t now = time_now();

	if (now < r->matcher_made - STATUS_PERIOD_S) { /* what was past may be the future again */
		matcher_unref(steal(r->applied));
		r->stale = true;
	}
	if (r->matcher != NULL && matcher_is_old(r, now)) {
		matcher_unref(steal(r->matcher));
	}
	if (r->matcher == NULL) {
		if (store_matcher(s, &r->config, now, &r->matcher, err) < 0) {
			return NULL;
		}
		r->matcher_made = now;
	}
	return r->matcher;
}

void refresh_stale(struct daemon *d)
{
	matcher_unref(steal(d->refresh->matcher));
	d->refresh->stale = true;
}

void refresh_stored(struct daemon *d, const struct matcher *by)
{
	struct refresh *r = d->refresh;
	_cleanup_(delta_freep) struct delta *delta = NULL;

	if (by == r->applied || r->applied == NULL) {
		return;
	}
	if (delta_new(r->applied, by, &delta) < 0 || !delta_is_nothing(delta)) {
		matcher_unref(steal(r->applied));
		r->stale = true;
	}
}

/* No name is read when the identities are the same as they were and no date may have come. */
static int judge(
	struct refresh *r, struct store *s, struct matcher *m, int64_t scan, struct err *err)
{
	_cleanup_(delta_freep) struct delta *delta = NULL;
	struct judging what = {.cfg = &r->config, .matcher = m, .now = time_now(), .scan = scan};
	struct judged judged;
	int rc = r->stale || r->future > 0 ? delta_new(r->applied, m, &delta) : 0;

	if (rc < 0) {
		return err_set(err, rc, ERR_INTERNAL, NULL, "out of memory");
	}
	what.delta = delta != NULL && (r->future > 0 || !delta_is_nothing(delta)) ? delta : NULL;
	rc = store_judge(s, &what, &judged, err);
	if (rc < 0) {
		return rc;
	}
	matcher_unref(r->applied);
	r->applied = matcher_ref(m);
	r->stale = false;
	r->future = judged.future;
	return 0;
}

int refresh_now(struct daemon *d, struct store *s, int64_t scan, bool identities_changed,
	bool facts_changed, struct err *err)
{
	struct refresh *r = d->refresh;

	if (identities_changed || (facts_changed && policies_have_minimum(&r->config))) {
		refresh_stale(d);
	}
	struct matcher *m = refresh_matcher(d, s, err);

	if (m == NULL) {
		return -EIO;
	}
	if (!r->stale && !facts_changed) {
		return store_status_record(s, time_now(), scan, err);
	}
	return judge(r, s, m, scan, err);
}

static void exemptions_work(struct store *s, void *arg)
{
	struct daemon *d = arg;

	d->refresh->next_end = store_exemption_next_end(s, time_now());
}

static void refresh_work(struct store *s, void *arg)
{
	struct daemon *d = arg;
	struct err err = {0};

	d->refresh->failed = refresh_now(d, s, 0, false, true, &err) < 0;
	if (d->refresh->failed) {
		log_error("matching again failed: %s; trying again soon", err.message);
	}
	exemptions_work(s, d);
}

static void handover_work(struct store *s _unused_, void *arg)
{
	struct handover *h = arg;
	struct refresh *r = h->daemon->refresh;

	config_done(&r->config);
	r->config = h->config;
	h->config = (struct config){0};
	refresh_stale(h->daemon);
}

/* --- the loop's thread --- */

static void handover_free(struct handover *h)
{
	config_done(&h->config);
	free(h);
}

static void handover_done(struct store *s _unused_, void *arg)
{
	handover_free(arg);
}

static void request_in(struct daemon *d, int64_t wait_ms)
{
	struct refresh *r = d->refresh;
	struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};

	r->wanted = true;
	if (!r->running && !event_pending(r->soon, EV_TIMEOUT, NULL)) {
		event_add(r->soon, &wait);
	}
}

/* What ends later than within the hour is asked for again by then. */
static void exemptions_done(struct store *s _unused_, void *arg)
{
	struct daemon *d = arg;
	struct refresh *r = d->refresh;
	struct timeval wait = {0};

	event_del(r->ending);
	if (r->next_end == TIME_NONE) {
		return;
	}
	wait.tv_sec = MAX(r->next_end - time_now(), 0) + 1;
	if (wait.tv_sec <= STATUS_PERIOD_S) {
		event_add(r->ending, &wait);
	}
}

void refresh_exemptions(struct daemon *d)
{
	store_post(d->store, exemptions_work, exemptions_done, d);
}

static void refresh_done(struct store *s, void *arg)
{
	static const char *const what[] = {"files", "servers", NULL};
	struct daemon *d = arg;
	struct refresh *r = d->refresh;

	r->running = false;
	int64_t now_ms = time_mono_ms();

	r->rest_until_ms = now_ms + MIN(2 * (now_ms - r->started_ms), WAIT_MS_MAX);
	monitors_changed(d, what);
	exemptions_done(s, d);
	if (r->failed) {
		request_in(d, RETRY_MS);
	} else if (r->wanted) {
		refresh_request(d);
	}
}

static void on_soon(evutil_socket_t fd _unused_, short when _unused_, void *arg)
{
	struct daemon *d = arg;
	struct refresh *r = d->refresh;

	r->wanted = false;
	r->running = true;
	r->started_ms = time_mono_ms();
	if (store_post(d->store, refresh_work, refresh_done, d) < 0) {
		r->running = false;
		request_in(d, WAIT_MS_MAX); /* the store's queue is full */
	}
}

void refresh_request(struct daemon *d)
{
	request_in(d, MAX(WAIT_MS_MIN, d->refresh->rest_until_ms - time_mono_ms()));
}

void refresh_configure(struct daemon *d)
{
	struct handover *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		log_error("out of memory: matching goes on with the settings before");
		return;
	}
	h->daemon = d;
	if (config_copy(&d->config, &h->config) < 0 ||
		store_post(d->store, handover_work, handover_done, h) < 0) {
		log_error("matching goes on with the settings before: no memory, or too much work "
			  "waits");
		handover_free(h);
		return;
	}
	refresh_request(d);
}

/* With time statuses change, and dates that were in the future come. */
static void hour_work(struct store *s, void *arg)
{
	struct daemon *d = arg;
	struct err err = {0};

	if (refresh_now(d, s, 0, false, d->refresh->future > 0, &err) < 0) {
		log_warning("statuses could not be recorded: %s", err.message);
	}
	exemptions_work(s, d);
}

static void hour_done(struct store *s, void *arg)
{
	static const char *const what[] = {"servers", NULL};

	monitors_changed(arg, what);
	exemptions_done(s, arg);
}

static void on_hour(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct daemon *d = arg;

	store_post(d->store, hour_work, hour_done, d);
}
