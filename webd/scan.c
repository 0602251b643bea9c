/* scan.c - answers for a scan that was asked for. */
#include "webd/scan.h"

#include "common/jsonw.h"
#include "proto/errors.h"
#include "webd/events.h"
#include "webd/forward.h"
#include "webd/query.h"

/* Somebody who asked with ?wait=. */
struct waiter {
	struct exchange *x;
	struct watch *watch;
	int64_t scan;
};

static void print_scan(struct jsonw *w, int64_t id, const char *kind)
{
	jsonw_kobject(w, "scan");
	jsonw_kint(w, "id", id);
	jsonw_kstr(w, "kind", kind);
	jsonw_kstr(w, "state", scan_state_names[SCAN_RUNNING]);
	jsonw_end(w);
}

/* 409 with the scan that runs, if the events have told us of it. */
static void refuse(struct exchange *x, const char *kind, const struct err *err)
{
	int64_t running = events_running(x->web->events, kind);
	_buf_ struct buf body = BUF_INIT;
	struct jsonw w = JSONW(&body);

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "error");
	jsonw_kstr(&w, "code", err_code_name(err->code));
	jsonw_kstr(&w, "message", err->message);
	if (running != 0) {
		print_scan(&w, running, kind);
	}
	jsonw_end(&w);
	exchange_json(x, error_row(err->code)->http, &body);
}

static void answer_started(struct exchange *x, const struct forward *f, int64_t id)
{
	_buf_ struct buf body = BUF_INIT;
	struct jsonw w = JSONW(&body);

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	jsonw_kstr(&w, "message", f->message);
	print_scan(&w, id, f->word);
	jsonw_end(&w);
	exchange_json(x, f->status, &body);
}

static void on_gone(void *arg)
{
	struct waiter *waiter = arg;

	watches_remove(waiter->watch);
	free(waiter);
}

/* It has ended, or the time is over: the row says which. */
static void on_ended(void *arg)
{
	struct waiter *waiter = arg;
	struct exchange *x = waiter->x;
	int64_t scan = waiter->scan;

	free(waiter);
	x->on_gone = NULL;
	query_row(x, &(struct query_row_answer){
			     .read = &scans_read,
			     .key = scan,
			     .member = "scan",
			     .status = 200,
			     .scan = true,
		     });
}

static void wait_for_end(struct exchange *x, const struct forward *f, int64_t id, int seconds)
{
	struct waiter *waiter = calloc(1, sizeof(*waiter));

	if (waiter != NULL) {
		*waiter = (struct waiter){.x = x, .scan = id};
		waiter->watch = events_watch(x->web->events, id, seconds, on_ended, waiter);
	}
	if (waiter == NULL || waiter->watch == NULL) {
		free(waiter);
		answer_started(x, f, id); /* it runs; only the waiting is not possible */
		return;
	}
	x->on_gone = on_gone;
	x->gone_arg = waiter;
	exchange_notice_leaving(x);
}

void scan_answer(
	struct exchange *x, const struct forward *f, const cJSON *reply, const struct err *err)
{
	int64_t id = json_get_int(reply, "scan", 0);
	int seconds = (int)request_param_int(&x->request, "wait", 0);

	if (err != NULL && err->code == ERR_SCAN_RUNNING) {
		refuse(x, f->word, err);
	} else if (err != NULL) {
		exchange_error(x, err);
	} else if (seconds > 0) {
		wait_for_end(x, f, id, seconds);
	} else {
		answer_started(x, f, id);
	}
}
