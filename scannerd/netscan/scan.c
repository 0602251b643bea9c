/* scan.c - runs nmap for each phase and family, and joins what the phases say. */
#include "scan.h"

#include "common/timefmt.h"
#include "live.h"
#include "nmap_run.h"
#include "progress.h"
#include "resolve.h"
#include <errno.h>

struct scan {
	const struct scan_setup *setup;
	const struct netscan_request *request;
	struct peer *peer;
	struct targets targets;
	struct strv resolved; /* the addresses of the names */
	struct live live;
	struct progress progress;
	enum nmap_phase phase;
	int64_t deadline_ms;
	int failed; /* why a callback stopped nmap */
};

static bool send_warning(const char *sentence, void *arg)
{
	struct scan *s = arg;
	_buf_ struct buf record = BUF_INIT;
	netscan_encode_warning(sentence, &record);
	peer_send(s->peer, &record);
	struct pollfd fd = peer_pollfd(s->peer);
	if (poll(&fd, 1, 0) > 0) {
		peer_handle(s->peer, fd.revents);
	}
	return !s->peer->gone && time_mono_ms() < s->deadline_ms;
}

static bool send_host(struct scan *s, const struct netscan_host *h)
{
	_buf_ struct buf record = BUF_INIT;
	netscan_encode_host(h, &record);
	return peer_send(s->peer, &record);
}

static bool send_progress(struct scan *s)
{
	struct netscan_progress p;
	if (!progress_due(&s->progress, time_mono_ms(), &p)) {
		return true;
	}
	p.hosts_up = (int64_t)s->live.n;
	_buf_ struct buf record = BUF_INIT;
	netscan_encode_progress(&p, &record);
	return peer_send(s->peer, &record);
}

/* --- nmap's events --- */

static bool discovered(struct scan *s, struct netscan_host *h, bool up, bool arp)
{
	if (up) {
		s->failed = live_add(&s->live, h, arp);
	}
	return s->failed == 0;
}

static void verified(struct scan *s, const struct netscan_host *h, bool up)
{
	struct addr a;
	struct live_host *live = NULL;
	if (up && addr_parse(h->address, &a) == 0) {
		live = live_find(&s->live, &a);
	}
	if (live != NULL) {
		live->suspect = false;
	}
}

/* The names are lent, not given: h must not free them. */
static bool send_joined(struct scan *s, struct live_host *live, struct netscan_host *h)
{
	char text[ADDR_TEXT_SIZE];
	struct netscan_host joined = *h;
	joined.address = addr_format(&live->addr, text);
	joined.hostname = live->hostname;
	joined.mac = live->mac != NULL ? live->mac : h->mac;
	joined.vendor = live->vendor != NULL ? live->vendor : h->vendor;
	live->sent = true;
	return send_host(s, &joined);
}

static bool scanned(struct scan *s, struct netscan_host *h, bool up)
{
	struct addr a;
	if (addr_parse(h->address, &a) < 0) {
		return true;
	}
	struct live_host *live = live_find(&s->live, &a);
	if (live == NULL || live->sent) {
		return true; /* nobody asked for it */
	}
	h->ports_scanned = h->ports_scanned && up;
	return send_joined(s, live, h);
}

static bool on_host(struct netscan_host *h, bool up, bool arp, void *arg)
{
	struct scan *s = arg;
	progress_step(&s->progress);
	switch (s->phase) {
	case NMAP_DISCOVERY:
		return discovered(s, h, up, arp) && send_progress(s);
	case NMAP_VERIFY:
		verified(s, h, up);
		return send_progress(s);
	case NMAP_PORTS:
		break;
	}
	return scanned(s, h, up) && send_progress(s);
}

static bool on_progress(const char *task, double percent, void *arg)
{
	struct scan *s = arg;
	progress_task(&s->progress, task, percent);
	return send_progress(s);
}

static const struct nmap_events events = {on_host, on_progress};

/* --- the phases --- */

static int run(struct scan *s, enum nmap_phase phase, uint8_t family, struct buf *targets,
	uint64_t addresses, struct err *err)
{
	if (targets->failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	if (targets->len == 0) {
		return 0;
	}
	s->phase = phase;
	const struct nmap_job job = {
		.path = s->setup->nmap,
		.phase = phase,
		.family = family,
		.privileged = s->setup->raw,
		.request = s->request,
		.targets = targets,
		.addresses = addresses,
		.deadline_ms = s->deadline_ms,
		.peer = s->peer,
		.events = &events,
		.arg = s,
	};
	int rc = nmap_run(&job, err);
	if (rc == -ECANCELED && s->failed == -E2BIG) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL, "more than %d hosts are up",
			(int)LIVE_MAX);
	}
	if (rc == -ECANCELED && s->failed != 0) {
		return err_set(err, s->failed, ERR_INTERNAL, NULL, "cannot keep a host: %s",
			strerror(-s->failed));
	}
	return rc;
}

static int discover(struct scan *s, uint8_t family, struct err *err)
{
	_buf_ struct buf targets = BUF_INIT;
	targets_print(&s->targets, family, &targets);
	return run(s, NMAP_DISCOVERY, family, &targets, targets_count(&s->targets, family), err);
}

/* A router that answers ARP for others makes dead addresses look alive: those have to answer for
 * themselves. */
static int verify(struct scan *s, struct err *err)
{
	size_t suspects = live_mark_suspects(&s->live);
	if (suspects == 0) {
		return 0;
	}
	_buf_ struct buf targets = BUF_INIT;
	live_print(&s->live, 4, true, &targets);
	int rc = run(s, NMAP_VERIFY, 4, &targets, suspects, err);
	size_t dropped = rc == 0 ? live_drop_suspects(&s->live) : 0;
	if (dropped != 0) {
		char text[160];
		snprintf(text, sizeof(text),
			"%zu addresses were left out: a router answers ARP for them, and they do "
			"not answer themselves",
			dropped);
		send_warning(text, s);
	}
	return rc;
}

static int scan_ports(struct scan *s, uint8_t family, struct err *err)
{
	_buf_ struct buf targets = BUF_INIT;
	live_print(&s->live, family, false, &targets);
	return run(s, NMAP_PORTS, family, &targets, live_count(&s->live, family), err);
}

/* Hosts of which nmap said nothing more are known to be up all the same. */
static int send_rest(struct scan *s)
{
	for (size_t i = 0; i < s->live.n; i++) {
		if (s->live.v[i].sent) {
			continue;
		}
		send_joined(s, &s->live.v[i], &(struct netscan_host){.ports_scanned = false});
		if (s->peer->out.len > PEER_BACKLOG_MAX) {
			peer_flush(
				s->peer, (int)MIN(MAX(s->deadline_ms - time_mono_ms(), (int64_t)0),
						 (int64_t)INT32_MAX));
		}
		if (s->peer->gone) {
			return -ECANCELED;
		}
	}
	return 0;
}

static int phases(struct scan *s, struct err *err)
{
	progress_begin(&s->progress, "discovery", targets_count(&s->targets, 0), time_mono_ms());
	int rc = discover(s, 4, err);
	rc = rc < 0 ? rc : discover(s, 6, err);
	if (rc < 0) {
		return rc;
	}
	live_sort(&s->live);
	rc = verify(s, err);
	if (rc < 0) {
		return rc;
	}
	progress_begin(&s->progress, "ports", s->live.n, time_mono_ms());
	rc = scan_ports(s, 4, err);
	rc = rc < 0 ? rc : scan_ports(s, 6, err);
	return rc < 0 ? rc : send_rest(s);
}

static int prepare_targets(struct scan *s, struct err *err)
{
	int rc = targets_init(&s->targets, &s->request->within, &s->request->exclude, err);
	if (rc == 0) {
		rc = resolve_targets(s->request, send_warning, s, &s->targets, &s->resolved, err);
	}
	if (rc == -ECANCELED && !s->peer->gone) {
		return err_set(
			err, -ETIME, ERR_TIMEOUT, NULL, "looking up the names took too long");
	}
	return rc;
}

int scan_run(const struct scan_setup *setup, const struct netscan_request *r, struct peer *peer,
	struct netscan_finished *ret, struct err *err)
{
	static char no_raw[] = "netscan has no CAP_NET_RAW: only connections are tried, so there "
			       "are no operating systems and "
			       "no MAC addresses";
	struct scan s = {.setup = setup, .request = r, .peer = peer};
	s.deadline_ms = time_mono_ms() + r->scan_timeout_s * MSEC_PER_SEC;
	int rc = prepare_targets(&s, err);
	if (rc == 0) {
		rc = phases(&s, err);
	}
	if (rc == 0) {
		*ret = (struct netscan_finished){
			.complete = true,
			.reduced = !setup->raw,
			.reason = setup->raw ? NULL : no_raw,
			.hosts_up = (int64_t)s.live.n,
			.hosts_total = (int64_t)targets_count(&s.targets, 0),
			.resolved = s.resolved,
		};
		s.resolved = (struct strv){0};
	}
	strv_done(&s.resolved);
	targets_done(&s.targets);
	live_done(&s.live);
	return rc;
}
