/* daemon.c - puts the parts of scannerd together, and takes them apart in the opposite order. */
#include "scannerd/daemon.h"
#include "common/log.h"
#include "common/service.h"
#include "common/timefmt.h"
#include "scannerd/delays.h"
#include "scannerd/hashing.h"
#include "scannerd/jobs.h"
#include "scannerd/listen.h"
#include "scannerd/monitors.h"
#include "scannerd/refresh.h"
#include "scannerd/schedule.h"
#include "scannerd/settings.h"
#include "scannerd/store/vault.h"
#include "scannerd/suggest.h"
#include "scannerd/unmatched.h"
#include <errno.h>
#include <event2/thread.h>
#include <signal.h>
#include <sys/wait.h>

enum { STOP_SECONDS_MAX = 8 };

static void on_stop(evutil_socket_t signal_number, short what _unused_, void *arg)
{
	struct daemon *d = arg;

	log_info("ending on signal %d", (int)signal_number);
	event_base_loopbreak(d->base);
}

static void on_reload(evutil_socket_t signal_number _unused_, short what _unused_, void *arg)
{
	service_reloading();
	settings_reload(arg);
	service_ready();
}

/* The only children are netscans. */
static void on_child(evutil_socket_t signal_number _unused_, short what _unused_, void *arg)
{
	struct daemon *d = arg;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == d->netscan_pid) {
			d->netscan_pid = 0;
		}
		if (WIFSIGNALED(status)) {
			log_warning("netscan (process %d) was ended by signal %d", pid,
				WTERMSIG(status));
		} else if (WEXITSTATUS(status) != 0) {
			log_warning("netscan (process %d) ended with code %d", pid,
				WEXITSTATUS(status));
		}
	}
}

static void on_watchdog(evutil_socket_t fd _unused_, short what _unused_, void *arg _unused_)
{
	service_watchdog();
}

static void on_store(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct daemon *d = arg;

	store_dispatch(d->store);
}

static void on_vault(evutil_socket_t fd _unused_, short what _unused_, void *arg)
{
	struct daemon *d = arg;

	store_dispatch(d->vault);
}

struct watch {
	evutil_socket_t fd; /* or a signal's number */
	short what;
	event_callback_fn fn;
	int64_t period_ms;
};

/* Events that live as long as the loop; event_base_free() does not free them, so they are kept in
 * d->events. */
static int watch_all(struct daemon *d)
{
	const struct watch watches[] = {
		{SIGTERM, EV_SIGNAL | EV_PERSIST, on_stop, 0},
		{SIGINT, EV_SIGNAL | EV_PERSIST, on_stop, 0},
		{SIGHUP, EV_SIGNAL | EV_PERSIST, on_reload, 0},
		{SIGCHLD, EV_SIGNAL | EV_PERSIST, on_child, 0},
		{store_fd(d->store), EV_READ | EV_PERSIST, on_store, 0},
		{store_fd(d->vault), EV_READ | EV_PERSIST, on_vault, 0},
		{-1, EV_PERSIST, on_watchdog, service_watchdog_ms()},
	};
	_Static_assert(ARRAY_SIZE(watches) == ARRAY_SIZE(d->events), "one event a watch");

	for (size_t i = 0; i < ARRAY_SIZE(watches); i++) {
		const struct watch *w = &watches[i];
		struct timeval period = {w->period_ms / 1000, w->period_ms % 1000 * 1000};
		bool timer = w->what == EV_PERSIST;

		d->events[i] = event_new(d->base, w->fd, w->what, w->fn, d);
		if (d->events[i] == NULL) {
			return -ENOMEM;
		}
		if ((!timer || w->period_ms > 0) &&
			event_add(d->events[i], timer ? &period : NULL) != 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

static int out_of_memory(struct err *err)
{
	return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
}

static int take_socket(struct daemon *d, struct err *err)
{
	int fd = -1;
	int n = service_listen_fds(&fd, 1);

	if (n < 0) {
		return err_set(err, n, ERR_INTERNAL, NULL,
			"the sockets passed by the service manager cannot be used: %s",
			strerror(-n));
	}
	if (n == 0 && d->options.socket_path == NULL) {
		return err_set(err, -EINVAL, ERR_MISSING_KEY, "--socket",
			"a path is needed unless systemd passes a socket");
	}
	return listener_new(d, n > 0 ? fd : -1, &d->listener, err);
}

int daemon_init(struct daemon *d, const struct daemon_options *options, struct err *err)
{
	int rc;

	*d = (struct daemon){.options = *options, .started = time_now()};
	rc = config_load(options->config_path, &d->config, err);
	if (rc < 0) {
		return rc;
	}
	config_revision(&d->config, d->revision);
	evthread_use_pthreads();
	d->base = event_base_new();
	if (d->base == NULL) {
		return out_of_memory(err);
	}
	rc = store_new(options->state_dir, options->has_group ? options->group : (gid_t)-1,
		&d->store, err);
	if (rc == 0) {
		rc = vault_new(options->state_dir, &d->vault, err);
	}
	if (rc < 0) {
		return rc;
	}
	if (watch_all(d) < 0 || delays_new(&d->delays) < 0 ||
		hashing_new(d->base, &d->hashing) < 0 || monitors_new(&d->monitors) < 0 ||
		refresh_new(d, &d->refresh) < 0) {
		return out_of_memory(err);
	}
	rc = jobs_new(d, &d->jobs, err);
	if (rc == 0) {
		rc = schedule_new(d, &d->schedule, err);
	}
	if (rc == 0) {
		rc = take_socket(d, err);
	}
	if (rc == 0) {
		settings_record_start(d);
	}
	return rc;
}

int daemon_run(struct daemon *d)
{
	service_ready();
	log_info("ready; settings from %s, revision %s", d->options.config_path, d->revision);
	return event_base_dispatch(d->base) < 0 ? -EIO : 0;
}

/* Running scans are cancelled; their end is recorded if it comes soon. */
static void wait_for_jobs(struct daemon *d)
{
	int64_t until = time_mono_ms() + STOP_SECONDS_MAX * MSEC_PER_SEC;

	jobs_cancel_all(d);
	while ((!jobs_idle(d) || !refresh_idle(d)) && time_mono_ms() < until) {
		struct timeval step = {0, 50000};

		event_base_loopexit(d->base, &step);
		event_base_dispatch(d->base);
	}
}

void daemon_done(struct daemon *d)
{
	service_stopping();
	d->stopping = true;
	if (d->jobs != NULL && d->refresh != NULL) {
		wait_for_jobs(d);
	}
	if (d->jobs != NULL && jobs_active(d)) {
		/* Its threads use the store and the loop, and cannot be stopped: a dead network
		 * mount holds them in the kernel. What is committed is safe without a clean end. */
		log_warning("a scan does not end; leaving it behind");
		return;
	}
	suggest_cancel(d);
	listener_free(d->listener);
	d->listener = NULL;
	schedule_free(d->schedule);
	hashing_free(d->hashing); /* its calls go on to the vault, */
	d->hashing = NULL;
	store_free(d->vault); /* and the vault's to the audit log */
	store_free(d->store); /* its thread uses jobs and refresh until it ends */
	if (d->jobs != NULL && jobs_idle(d)) {
		jobs_free(d->jobs);
	}
	refresh_free(d->refresh);
	delays_free(d->delays);
	unmatched_free(d->unmatched);
	monitors_free(d->monitors);
	for (size_t i = 0; i < ARRAY_SIZE(d->events); i++) {
		if (d->events[i] != NULL) {
			event_free(d->events[i]);
		}
	}
	if (d->base != NULL) {
		event_base_free(d->base);
	}
	config_done(&d->config);
}
