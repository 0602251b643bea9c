/* suggest_call.c - answers Suggest: looks itself at what it can see, and asks netscan for the rest.
 */
#include "proto/client.h"
#include "proto/netscan.h"
#include "scannerd/call.h"
#include "scannerd/suggest.h"
#include <errno.h>

enum { ASK_MS = 3000 }; /* without networks the other suggestions are still of use */

/* A call that waits for netscan. */
struct asking {
	LIST_ENTRY(asking) entry;
	struct call *call;
	struct client *client;
};

static void end_call(struct call *c, int rc)
{
	struct err err;

	if (rc < 0) {
		err_set(&err, rc, ERR_INTERNAL, NULL, "out of memory");
		call_fail(c, &err);
	} else {
		call_reply(c);
	}
}

static int take_networks(struct call *c, const struct netscan_networks *told)
{
	int rc = 0;

	for (size_t i = 0; i < told->networks.n && rc == 0; i++) {
		struct own_network n = {0};

		snprintf(n.interface, sizeof(n.interface), "%s", told->networks.v[i].interface);
		if (prefix_parse(told->networks.v[i].network, &n.prefix, NULL) == 0) {
			rc = suggest_network(&n, &c->daemon->config, &c->out.suggestions);
		}
	}
	return rc;
}

static void on_networks(
	const cJSON *parameters, const struct err *err, bool last _unused_, void *arg)
{
	struct asking *a = arg;
	struct netscan_networks told = {0};
	struct err bad = {0};
	int rc = 0;

	if (err == NULL && field_decode(&netscan_networks_table, parameters, &told, &bad) == 0) {
		rc = take_networks(a->call, &told);
		field_done(&netscan_networks_table, &told);
	}
	LIST_REMOVE(a, entry);
	end_call(a->call, rc);
	free(a);
}

static int ask_netscan(struct call *c)
{
	struct daemon *d = c->daemon;
	struct asking *a = calloc(1, sizeof(*a));
	struct err err;
	int rc;

	if (a == NULL) {
		return -ENOMEM;
	}
	a->call = c;
	rc = client_call(d->base, d->options.netscan_socket,
		"org.backupchecker.netscan.ListNetworks", NULL, false, ASK_MS, on_networks, a,
		&a->client, &err);
	if (rc < 0) {
		free(a);
		return rc;
	}
	LIST_INSERT_HEAD(&d->asking, a, entry);
	return 0;
}

void suggest_start(struct call *c)
{
	const struct config *config = &c->daemon->config;
	bool elsewhere = c->daemon->options.netscan_socket != NULL;
	int rc = suggest_own_directories(config, &c->out.suggestions);

	if (rc == 0 && elsewhere && ask_netscan(c) == 0) {
		return;
	}
	if (rc == 0 && !elsewhere) {
		rc = suggest_own_networks(config, &c->out.suggestions);
	}
	end_call(c, rc);
}

void suggest_cancel(struct daemon *d)
{
	while (!LIST_EMPTY(&d->asking)) {
		struct asking *a = LIST_FIRST(&d->asking);

		LIST_REMOVE(a, entry);
		client_cancel(a->client);
		call_free(a->call);
		free(a);
	}
}
