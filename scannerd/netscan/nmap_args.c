/* nmap_args.c - the template of nmap's command line. */
#include "nmap_args.h"

#include <assert.h>

enum { MIN_RATE = 1000 /* a dead /24 on the local network takes 1 s with it and 11 s without */ };

static void add(struct nmap_args *a, const char *text)
{
	size_t len = strlen(text) + 1;
	assert(a->n + 1 < NMAP_ARGS_MAX && len <= sizeof(a->text) - a->used);
	memcpy(a->text + a->used, text, len);
	a->argv[a->n++] = a->text + a->used;
	a->argv[a->n] = NULL;
	a->used += len;
}

static void add_int(struct nmap_args *a, const char *option, int64_t value, const char *unit)
{
	char text[32];
	snprintf(text, sizeof(text), "%lld%s", (long long)value, unit);
	add(a, option);
	add(a, text);
}

static void add_list(struct nmap_args *a, const char *const *list)
{
	for (; *list != NULL; list++) {
		add(a, *list);
	}
}

static void add_rates(struct nmap_args *a, const struct netscan_request *r)
{
	if (r->max_rate > 0) {
		add_int(a, "--max-rate", r->max_rate, "");
	}
	add_int(a, "--min-rate", r->max_rate > 0 ? MIN(r->max_rate, (int64_t)MIN_RATE) : MIN_RATE,
		"");
}

/* Many servers drop pings but serve one of these. Without raw sockets nmap can only try to connect.
 */
static void add_pings(struct nmap_args *a, bool privileged)
{
	if (privileged) {
		add(a, "-PE");
		add(a, "-PA80");
	}
	add(a, "-PS22,80,443,445,3389");
}

static void add_ports(struct nmap_args *a, const struct netscan_request *r, bool privileged)
{
	static const char top[] = "top:";
	add_list(a, (const char *const[]){"-Pn", "-n", privileged ? "-sS" : "-sT", NULL});
	add_int(a, "--min-hostgroup", NMAP_GROUP, "");
	add_int(a, "--max-hostgroup", NMAP_GROUP, "");
	add_int(a, "--host-timeout", r->host_timeout_s, "s");
	if (strncmp(r->ports, top, sizeof(top) - 1) == 0) {
		add(a, "--top-ports");
		add(a, r->ports + sizeof(top) - 1);
	} else {
		add(a, "-p");
		add(a, r->ports);
	}
	if (r->detect_os && privileged) {
		/* One try: a sixth of the time, and the same guesses. */
		add_list(a, (const char *const[]){"-O", "--max-os-tries", "1", NULL});
	}
}

void nmap_args_build(struct nmap_args *a, enum nmap_phase phase, uint8_t family,
	const struct netscan_request *r, bool privileged)
{
	a->n = 0;
	a->used = 0;
	/* -v puts down hosts into the XML: progress is counted by them. Not --noninteractive: it
	 * switches --stats-every off. */
	add_list(a, (const char *const[]){"nmap", "-oX", "-", "--no-stylesheet", "-v",
			    "--stats-every", "1s", "-T4", "--max-retries", "2", "-iL", "-", NULL});
	if (family == 6) {
		add(a, "-6");
	}
	add_rates(a, r);
	switch (phase) {
	case NMAP_DISCOVERY:
		add(a, "-sn");
		add_pings(a, privileged);
		break;
	case NMAP_VERIFY:
		add_list(a, (const char *const[]){"-sn", "-n", "--disable-arp-ping", NULL});
		add_pings(a, privileged);
		break;
	case NMAP_PORTS:
		add_ports(a, r, privileged);
		break;
	}
}

char *const *nmap_environment(bool privileged)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", lang[] = "LANG=C",
		    raw[] = "NMAP_PRIVILEGED=1", plain[] = "NMAP_UNPRIVILEGED=1";
	static char *const with[] = {path, lang, raw, NULL};
	static char *const without[] = {path, lang, plain, NULL};
	return privileged ? with : without;
}
