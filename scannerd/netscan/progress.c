/* progress.c - discovery is the first quarter, ports the rest; the time left is that of the present
 * phase. */
#include "progress.h"

#include "nmap_args.h"

enum {
	DISCOVERY_SHARE = 25,   /* percent */
	DISCOVERY_GROUP = 4096, /* addresses that nmap pings together */
	INTERVAL_MS = 1000,
};
static const double ENOUGH = 0.03; /* of a phase; before that an extrapolation is a guess */

static bool is_discovery(const struct progress *p)
{
	return strcmp(p->phase, "discovery") == 0;
}

void progress_begin(struct progress *p, const char *phase, uint64_t total, int64_t now_ms)
{
	snprintf(p->phase, sizeof(p->phase), "%s", phase);
	p->task[0] = '\0';
	p->done = 0;
	p->total = total;
	p->task_percent = 0;
	p->started_ms = now_ms;
	if (is_discovery(p)) {
		p->addresses = total;
		p->told_ms = now_ms;
	} else {
		p->looked_at = p->addresses;
		p->told_ms = 0; /* a new phase is told at once */
	}
}

void progress_step(struct progress *p)
{
	p->done = MIN(p->done + 1, p->total);
	p->task_percent = 0;
	if (is_discovery(p)) {
		p->looked_at = p->done;
	}
}

void progress_task(struct progress *p, const char *task, double percent)
{
	snprintf(p->task, sizeof(p->task), "%s", task);
	p->task_percent = MIN(percent, 100.0);
}

static double share_done(const struct progress *p)
{
	if (p->total == 0) {
		return 1;
	}
	uint64_t group =
		MIN(p->total - p->done, (uint64_t)(is_discovery(p) ? DISCOVERY_GROUP : NMAP_GROUP));
	/* Other tasks follow in the same group, so that its last tenth is kept back. */
	double in_group = (double)group * p->task_percent / 100 * 0.9;
	return ((double)p->done + in_group) / (double)p->total;
}

/* Of this phase: how long the ports will take is not known before the live hosts are. */
static int64_t seconds_left(const struct progress *p, double done, int64_t now_ms)
{
	if (done < ENOUGH) {
		return -1;
	}
	double left = (double)(now_ms - p->started_ms) / MSEC_PER_SEC * (1 - done) / done;
	return MIN((int64_t)left, (int64_t)INT32_MAX);
}

bool progress_due(struct progress *p, int64_t now_ms, struct netscan_progress *ret)
{
	if (p->told_ms != 0 && now_ms - p->told_ms < INTERVAL_MS) {
		return false;
	}
	p->told_ms = now_ms;
	double done = share_done(p);
	int percent = is_discovery(p) ? (int)(done * DISCOVERY_SHARE)
				      : DISCOVERY_SHARE + (int)(done * (100 - DISCOVERY_SHARE));
	p->percent = MAX(p->percent, percent);
	*ret = (struct netscan_progress){
		.phase = p->phase,
		.percent = p->percent,
		.seconds_left = seconds_left(p, done, now_ms),
		.hosts_done = (int64_t)p->looked_at,
		.hosts_total = (int64_t)p->addresses,
		.current = p->task[0] != '\0' ? p->task : NULL,
	};
	return true;
}
