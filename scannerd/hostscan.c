/* hostscan.c - a scan of servers: asks netscan, stores hosts in batches as they come; only a
 * complete scan says who is gone. */
#include "common/log.h"
#include "common/timefmt.h"
#include "common/utf8.h"
#include "proto/client.h"
#include "proto/netscan.h"
#include "scannerd/jobs.h"
#include "scannerd/monitors.h"
#include "scannerd/netscan_start.h"
#include "scannerd/refresh.h"
#include "scannerd/scope.h"
#include "scannerd/store/servers.h"
#include <errno.h>

enum {
	BATCH_HOSTS = 64,
	BATCHES_WAITING_MAX = 4, /* then netscan is not read: it waits, and nmap with it */
	SILENCE_MS_MAX = 120000, /* netscan sends progress every second */
	WARNINGS_MAX = 1000,
	GRACE_MS = 30000, /* netscan keeps to the deadline by itself; after this it is not asked */
	REPORTS_MAX = 4,  /* of one address */
};

struct batch {
	struct job *job;
	struct netscan_host *hosts;
	size_t n;
	int64_t time;
	bool identities_changed;
	struct err err;
};

struct hostscan {
	struct netscan_request request;
	struct scope scope;
	struct client *client;
	struct batch *batch; /* being filled */
	unsigned waiting;    /* batches in the store's queue */
	struct netscan_finished finished;
	int64_t reports; /* host records */
	bool complete;
	bool over; /* netscan says nothing more; the job ends when no batch is waiting */
	struct strv warnings;
};

static void batch_free(struct batch *b)
{
	if (b == NULL) {
		return;
	}
	for (size_t i = 0; i < b->n; i++) {
		field_done(&netscan_host_table, &b->hosts[i]);
	}
	free(b->hosts);
	free(b);
}

static int hostscan_init(struct job *j, struct err *err)
{
	struct hostscan *h = calloc(1, sizeof(*h));

	j->own = h;
	if (h == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	int rc = scope_request(&j->daemon->config, &j->request.only, &h->request, err);

	if (rc == 0 && scope_init(&h->scope, &h->request) < 0) {
		rc = err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	return rc;
}

static int hostscan_prepare(
	struct store *store _unused_, struct job *j _unused_, struct err *err _unused_)
{
	return 0;
}

/* --- hosts on their way to the store --- */

static int store_hosts(struct store *store, struct batch *b)
{
	const struct hostscan *h = b->job->own;
	struct db *db = store_db(store);
	int rc = db_begin(db);

	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		struct seen_host seen = {&b->hosts[i], h->request.detect_os, b->time};
		bool changed = false;

		rc = store_host_seen(store, &seen, &changed, &b->err);
		b->identities_changed |= changed;
	}
	if (rc == 0) {
		rc = db_commit(db);
	}
	if (rc < 0) {
		db_rollback(db);
	}
	return rc;
}

static void batch_work(struct store *store, void *arg)
{
	struct batch *b = arg;
	int rc = store_hosts(store, b);

	if (rc < 0 && b->err.code == ERR_NONE) {
		db_fail(store_db(store), rc, &b->err, "store the hosts that were found");
	}
}

static void batch_done(struct store *store _unused_, void *arg)
{
	static const char *const what[] = {"servers", NULL};
	struct batch *b = arg;
	struct job *j = b->job;
	struct hostscan *h = j->own;

	j->identities_changed |= b->identities_changed;
	if (b->err.code != ERR_NONE && j->err.code == ERR_NONE) {
		j->err = b->err;
	}
	monitors_changed(j->daemon, what);
	h->waiting--;
	if (h->client != NULL && h->waiting < BATCHES_WAITING_MAX) {
		client_pause(h->client, false);
	}
	batch_free(b);
	if (h->over && h->waiting == 0) {
		job_ended(j);
	}
}

/* What the last batches changed, or failed at, decides how the job ends. */
static void end_when_stored(struct job *j)
{
	struct hostscan *h = j->own;

	h->over = true;
	if (h->waiting == 0) {
		job_ended(j);
	}
}

static void batch_send(struct job *j)
{
	struct hostscan *h = j->own;
	struct batch *b = steal(h->batch);

	if (b == NULL) {
		return;
	}
	b->time = time_now();
	h->waiting++;
	if (store_post(j->daemon->store, batch_work, batch_done, b) < 0) {
		h->waiting--;
		err_set(&j->err, 0, ERR_BUSY, NULL,
			"the store cannot keep up with the hosts that are found");
		batch_free(b);
	} else if (h->client != NULL && h->waiting >= BATCHES_WAITING_MAX) {
		client_pause(h->client, true);
	}
}

/* Takes the host over. */
static void batch_add(struct job *j, struct netscan_host *host)
{
	struct hostscan *h = j->own;

	if (h->batch == NULL) {
		h->batch = calloc(1, sizeof(*h->batch));
		if (h->batch == NULL ||
			(h->batch->hosts = calloc(BATCH_HOSTS, sizeof(*host))) == NULL) {
			batch_free(steal(h->batch));
			err_set(&j->err, 0, ERR_INTERNAL, NULL, "out of memory");
			return;
		}
		h->batch->job = j;
	}
	h->batch->hosts[h->batch->n++] = *host;
	*host = (struct netscan_host){0};
	if (h->batch->n == BATCH_HOSTS) {
		batch_send(j);
	}
}

/* --- what netscan says --- */

static void on_progress(struct job *j, const struct netscan_progress *p)
{
	j->progress.percent = p->percent;
	j->progress.seconds_left = p->seconds_left;
	j->progress.hosts = p->hosts_done;
	j->progress.hosts_up = p->hosts_up;
	if (p->current != NULL) {
		job_current(j, p->current);
	}
}

/* netscan reads what strangers send, and may have been taken over by them: nothing but what was
 * asked for gets into the store. */
static int on_host(struct job *j, struct netscan_host *host, struct err *err)
{
	struct hostscan *h = j->own;

	if (!scope_has(&h->scope, host->address)) {
		return err_set(err, -EPERM, ERR_UNAVAILABLE, NULL,
			"netscan reported %.50s, which it was not asked to look at; nothing it "
			"says is believed",
			host->address);
	}
	if (++h->reports > h->scope.most * REPORTS_MAX) {
		return err_set(err, -EPERM, ERR_UNAVAILABLE, NULL,
			"netscan reported more hosts than there are addresses");
	}
	batch_add(j, host);
	return 0;
}

static int on_finished(struct job *j, struct netscan_finished *finished, struct err *err)
{
	struct hostscan *h = j->own;

	for (size_t i = 0; i < finished->resolved.n; i++) {
		if (i >= SCOPE_NAMED_MAX || !scope_has_named(&h->scope, finished->resolved.v[i])) {
			return err_set(err, -EPERM, ERR_UNAVAILABLE, NULL,
				"netscan says that a name led to %.50s, which is outside of what "
				"it may look at",
				finished->resolved.v[i]);
		}
	}
	field_done(&netscan_finished_table, &h->finished); /* it came twice */
	h->finished = *finished;
	*finished = (struct netscan_finished){0};
	h->complete = h->finished.complete;
	return 0;
}

static int on_record(struct job *j, struct netscan_record *r, struct err *err)
{
	struct hostscan *h = j->own;

	if (r->has_host) {
		return on_host(j, &r->host, err);
	}
	if (r->has_finished) {
		return on_finished(j, &r->finished, err);
	}
	if (r->has_progress) {
		on_progress(j, &r->progress);
	} else if (r->warning != NULL && h->warnings.n < WARNINGS_MAX) {
		strv_add(&h->warnings, r->warning);
		j->progress.errors++;
	}
	return 0;
}

static void scan_over(struct job *j, const struct err *err)
{
	struct hostscan *h = j->own;
	struct daemon *d = j->daemon;

	h->client = NULL;
	batch_send(j);
	if (err != NULL && j->err.code == ERR_NONE) {
		j->err = *err;
	} else if (!h->complete && j->err.code == ERR_NONE) {
		err_set(&j->err, 0, ERR_UNAVAILABLE, NULL,
			"netscan ended without a complete result");
	}
	if (h->complete) {
		j->progress.hosts = h->finished.hosts_total;
		j->progress.hosts_up = h->finished.hosts_up;
		j->reduced = h->finished.reduced;
		d->reduced = j->reduced;
		snprintf(d->network_reason, sizeof(d->network_reason), "%s",
			h->finished.reason != NULL ? h->finished.reason : "");
	}
	end_when_stored(j);
}

static void on_reply(const cJSON *parameters, const struct err *err, bool last, void *arg)
{
	struct job *j = arg;
	struct netscan_record record = {0};
	struct err bad = {0};

	if (err == NULL) {
		if (netscan_record_decode(parameters, &record, &bad) < 0) {
			err = &bad;
		} else {
			if (on_record(j, &record, &bad) < 0) {
				err = &bad;
			}
			netscan_record_done(&record);
		}
	}
	if (err != NULL && !last) {
		struct hostscan *h = j->own;

		client_cancel(h->client);
		last = true;
	}
	if (last) {
		scan_over(j, err);
	}
}

/* It ends when its connection does. One that has not done so by now never will. */
static void end_last_netscan(struct daemon *d)
{
	if (d->netscan_pid != 0) {
		log_warning("netscan (process %d) outlived its scan and is killed", d->netscan_pid);
		netscan_kill(&d->options.netscan_starter);
		d->netscan_pid = 0;
	}
}

static int connect_netscan(struct job *j, const struct buf *parameters, struct err *err)
{
	const struct daemon_options *o = &j->daemon->options;
	struct hostscan *h = j->own;
	int fd;

	if (o->netscan_socket != NULL) {
		return client_call(j->daemon->base, o->netscan_socket,
			"org.backupchecker.netscan.Scan", parameters, true, SILENCE_MS_MAX,
			on_reply, j, &h->client, err);
	}
	end_last_netscan(j->daemon);
	fd = netscan_start(&o->netscan_starter, &j->daemon->netscan_pid, err);
	if (fd < 0) {
		return fd;
	}
	log_debug("netscan runs as process %d", j->daemon->netscan_pid);
	return client_call_fd(j->daemon->base, fd, "org.backupchecker.netscan.Scan", parameters,
		true, SILENCE_MS_MAX, on_reply, j, &h->client, err);
}

static int hostscan_start(struct job *j, struct err *err)
{
	struct hostscan *h = j->own;
	_buf_ struct buf parameters = BUF_INIT;
	struct jsonw w = JSONW(&parameters);

	field_encode(&netscan_request_table, &h->request, &w);
	return connect_netscan(j, &parameters, err);
}

static void hostscan_cancel(struct job *j)
{
	struct hostscan *h = j->own;

	if (h->client != NULL) {
		client_cancel(steal(h->client)); /* netscan ends nmap when its connection goes */
		end_when_stored(j);
	}
}

static bool is_late(const struct job *j)
{
	const struct hostscan *h = j->own;

	return h->client != NULL && time_mono_ms() - j->mono_started_ms >
					    h->request.scan_timeout_s * MSEC_PER_SEC + GRACE_MS;
}

/* A batch that is not full should not wait for the next host; and a netscan that talks on for ever
 * would be the last scan of all. */
static void hostscan_tick(struct job *j)
{
	struct hostscan *h = j->own;

	batch_send(j);
	if (is_late(j)) {
		err_set(&j->err, 0, ERR_TIMEOUT, NULL,
			"netscan did not end within the %lld s that a scan may take",
			(long long)h->request.scan_timeout_s);
		client_cancel(steal(h->client));
		end_when_stored(j);
	}
}

/* --- the store's thread --- */

static size_t prefixes(const struct strv *from, struct prefix *to)
{
	size_t n = 0;

	for (size_t i = 0; i < from->n; i++) {
		struct target t;

		if (target_parse(from->v[i], &t, NULL) == 0 && !t.is_name) {
			to[n++] = t.prefix;
		}
	}
	return n;
}

static int mark_unseen(struct store *store, struct job *j, struct err *err)
{
	const struct hostscan *h = j->own;
	const struct strv *resolved = &h->finished.resolved;
	size_t n = h->scope.n_targets;
	_free_ struct prefix *targets = calloc(n + resolved->n + 1, sizeof(*targets));

	if (targets == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	memcpy(targets, h->scope.targets, n * sizeof(*targets));
	n += prefixes(resolved, targets + n);
	return store_hosts_unseen(store, targets, n, h->scope.exclude, h->scope.n_exclude,
		j->progress.started, time_now(), &j->changed, err);
}

static void record_warnings(struct store *store, const struct job *j)
{
	const struct hostscan *h = j->own;

	for (size_t i = 0; i < h->warnings.n; i++) {
		store_scan_problem(store, j->progress.scan, "", 0, h->warnings.v[i]);
	}
}

static int hostscan_finish(struct store *store, struct job *j, struct err *err)
{
	int rc = mark_unseen(store, j, err);

	record_warnings(store, j);
	return rc < 0 ? rc
		      : refresh_now(j->daemon, store, j->progress.scan, j->identities_changed, true,
				err);
}

/* The hosts that were found stay; nobody is called unreachable. */
static void hostscan_discard(struct store *store, struct job *j)
{
	struct err err = {0};

	record_warnings(store, j);
	if (j->identities_changed && refresh_now(j->daemon, store, 0, true, true, &err) < 0) {
		log_error("matching again failed: %s", err.message);
	}
}

static void hostscan_free(struct job *j)
{
	struct hostscan *h = j->own;

	if (h == NULL) {
		return;
	}
	batch_free(h->batch);
	field_done(&netscan_request_table, &h->request);
	scope_done(&h->scope);
	field_done(&netscan_finished_table, &h->finished);
	strv_done(&h->warnings);
	free(h);
}

const struct job_kind hostscan_kind = {
	.init = hostscan_init,
	.prepare = hostscan_prepare,
	.start = hostscan_start,
	.cancel = hostscan_cancel,
	.tick = hostscan_tick,
	.finish = hostscan_finish,
	.discard = hostscan_discard,
	.free = hostscan_free,
};
