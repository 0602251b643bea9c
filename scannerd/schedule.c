/* schedule.c - two cron expressions and a tick: wall-clock time may jump, so what is due is
 * compared often rather than slept for. */
#include "scannerd/schedule.h"
#include "common/cron.h"
#include "common/log.h"
#include "common/timefmt.h"
#include "scannerd/jobs.h"
#include "scannerd/store/history.h"
#include <errno.h>

enum {
	TICK_S = 5,
	WAIT_S = 60, /* until an interval that is over, but cannot begin, is tried again */
	BACK_S = 60, /* by so much the clock may be set back without a word */
};

struct plan {
	struct cron cron;
	int64_t last_started; /* of any scan of this kind; TIME_NONE: never */
	int64_t next;         /* TIME_NONE: never */
};
struct schedule {
	struct event *tick;
	struct plan plans[_SCAN_KINDS];
	int64_t last_due[_SCAN_KINDS]; /* read at the start only */
	int64_t looked;                /* the last tick */
};

static bool has_targets(const struct daemon *d, enum scan_kind kind)
{
	return kind == SCAN_DIRECTORIES ? d->config.directories_to_scan.n > 0
					: d->config.subnets_to_scan.n > 0;
}

static void plan_next(const struct daemon *d, struct plan *p, enum scan_kind kind, int64_t after)
{
	if (!has_targets(d, kind)) {
		p->next = TIME_NONE;
		return;
	}
	p->next = cron_next(&p->cron, d->config.schedule.timezone, after, p->last_started);
	if (p->next != TIME_NONE) {
		char text[TIME_ISO_SIZE];

		log_debug("next scheduled scan: %s", time_iso(p->next, text));
	}
}

static void read_expressions(struct daemon *d, struct schedule *s)
{
	const char *const text[_SCAN_KINDS] = {
		d->config.schedule.directories, d->config.schedule.servers};
	struct err err = {0};

	for (int k = 0; k < _SCAN_KINDS; k++) {
		if (cron_parse(text[k] != NULL ? text[k] : "", &s->plans[k].cron, &err) < 0) {
			log_error("schedule.%s: %s", scan_kind_names[k],
				err.message); /* config_check judged it before */
			s->plans[k].cron = (struct cron){.off = true};
		}
	}
}

static void begun(void *arg, const struct job *j _unused_, const struct err *err)
{
	if (err != NULL) {
		log_warning("a scheduled scan of %s does not start: %s", (const char *)arg,
			err->message);
	}
}

static void start_due(struct daemon *d, enum scan_kind kind, int64_t now)
{
	struct plan *p = &d->schedule->plans[kind];
	struct start_scan_in in = {.kind = kind};
	int64_t due = p->next;

	plan_next(d, p, kind, now);
	if (p->cron.every_s > 0) {
		/* It stays due; when the scan begins, the next is counted from there. */
		p->next = MAX(p->next, now + WAIT_S);
	}
	if (jobs_running(d, kind) != NULL) {
		if (p->cron.every_s > 0) {
			return;
		}
		log_info("the scheduled scan of %s is left out: one is running",
			scan_kind_names[kind]);
		return;
	}
	/* jobs_start only passes the name on to begun(), which does not write */
	jobs_start(d, kind, &in, "schedule", due, begun, (void *)(uintptr_t)scan_kind_names[kind]);
}

static void plan_all(struct daemon *d, int64_t now)
{
	for (int k = 0; k < _SCAN_KINDS; k++) {
		plan_next(d, &d->schedule->plans[k], (enum scan_kind)k, now);
	}
}

static void on_tick(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct daemon *d = arg;
	int64_t now = time_now();

	if (now < d->schedule->looked - BACK_S) {
		log_info("the clock was set back; counting the schedule anew");
		plan_all(d, now);
	}
	d->schedule->looked = now;
	for (int k = 0; k < _SCAN_KINDS; k++) {
		int64_t next = d->schedule->plans[k].next;

		if (next != TIME_NONE && next <= now) {
			start_due(d, (enum scan_kind)k, now);
		}
	}
}

static void read_last(struct store *s, void *arg)
{
	struct schedule *schedule = arg;

	for (int k = 0; k < _SCAN_KINDS; k++) {
		schedule->plans[k].last_started = TIME_NONE;
		schedule->last_due[k] = TIME_NONE;
		store_scan_last(s, (enum scan_kind)k, &schedule->plans[k].last_started,
			&schedule->last_due[k]);
	}
}

/* The first run after a start: what was missed since the last scheduled run is due now, once; so is
 * an interval that has never begun. */
static void plan_first(struct daemon *d, struct schedule *s, int k, int64_t now)
{
	bool seen_before = s->last_due[k] != TIME_NONE;

	plan_next(d, &s->plans[k], (enum scan_kind)k, seen_before ? s->last_due[k] : now - 1);
}

int schedule_new(struct daemon *d, struct schedule **ret, struct err *err)
{
	struct schedule *s = calloc(1, sizeof(*s));
	struct timeval period = {TICK_S, 0}, soon = {0, 1};

	if (s == NULL || (s->tick = event_new(d->base, -1, EV_PERSIST, on_tick, d)) == NULL) {
		free(s);
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	store_call(d->store, read_last, s);
	read_expressions(d, s);
	for (int k = 0; k < _SCAN_KINDS; k++) {
		plan_first(d, s, k, time_now());
	}
	*ret = s;
	event_add(s->tick, &period);
	event_base_once(d->base, -1, EV_TIMEOUT, on_tick, d, &soon);
	return 0;
}

void schedule_free(struct schedule *s)
{
	if (s != NULL) {
		event_free(s->tick);
		free(s);
	}
}

void schedule_configure(struct daemon *d)
{
	read_expressions(d, d->schedule);
	plan_all(d, time_now());
}

void schedule_scan_started(struct daemon *d, enum scan_kind kind, int64_t started)
{
	struct plan *p = &d->schedule->plans[kind];

	p->last_started = started;
	if (p->cron.every_s > 0) {
		plan_next(d, p, kind, time_now());
	}
}

int schedule_describe(
	const struct schedule_in *in, int64_t now, struct schedule_out *ret, struct err *err)
{
	const char *zone = in->timezone != NULL ? in->timezone : "";
	char text[MAX((size_t)TIME_ISO_SIZE, sizeof(err->message))];
	int64_t run = now;
	struct cron cron;

	if (cron_parse(in->expression, &cron, err) < 0) {
		err_prefix(err, "expression", -1);
		return -EINVAL;
	}
	if (!timezone_is_valid(zone)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "timezone",
			"\"%.64s\" is no time zone that is installed here, such as Europe/Berlin",
			zone);
	}
	ret->words = strdup(cron_words(&cron, in->expression, text, sizeof(text)));
	for (int i = 0; i < SCHEDULE_RUNS_TOLD && ret->words != NULL; i++) {
		run = cron_next(&cron, zone, run, run);
		if (run == TIME_NONE) {
			break;
		}
		if (strv_add(&ret->next, time_iso(run, text)) < 0) {
			return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
		}
	}
	return 0;
}

int64_t schedule_next(const struct daemon *d, enum scan_kind kind)
{
	return d->schedule->plans[kind].next;
}
