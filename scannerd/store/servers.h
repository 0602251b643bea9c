/* servers.h - servers: what scans see, what people say; one row an address unless a person merges.
 */
#ifndef SCANNERD_STORE_SERVERS_H
#define SCANNERD_STORE_SERVERS_H

#include "proto/iface.h"
#include "proto/netscan.h"
#include "scannerd/match/match.h"
#include "scannerd/store/store.h"

/* [thread] A host that a scan found up. Updates the address's row or makes a server for it; a
 * changed PTR updates it; facts that this scan did not look for (no ports scanned, no OS asked)
 * stay. A server kept by hand without an address whose name is this host's name takes the address.
 * *ret_identity_changed: matching must be done again. Outside a transaction of its own if one is
 * open (store_hosts() batches). */
struct seen_host {
	const struct netscan_host *host;
	bool os_asked;
	int64_t time;
};
int store_host_seen(
	struct store *s, const struct seen_host *h, bool *ret_identity_changed, struct err *err);
/* [thread] After a complete scan: the addresses within targets (and not in exclude) that were not
 * seen since `started` become unreachable. Addresses of names that were scanned are given by name's
 * host rows themselves. ret_lost: how many changed. */
int store_hosts_unseen(struct store *s, const struct prefix *targets, size_t n,
	const struct prefix *exclude, size_t n_exclude, int64_t started, int64_t time,
	int64_t *ret_lost, struct err *err);

enum {
	SERVERS_MAX = 100000,
	SERVER_WORDS_MAX = 1000000, /* aliases and tags of all servers */
	SERVER_ALIASES_MAX = 64,    /* of one, as an update may give */
};

/* [thread] By hand. Sentences: a host name or an address is needed; the address belongs to another
 * server (ERR_EXISTS, field ip_address) ... */
int store_server_add(
	struct store *s, const struct server_in *in, int64_t now, int64_t *ret_id, struct err *err);
int store_server_update(struct store *s, const struct server_in *in, int64_t now, struct err *err);
int store_server_remove(struct store *s, int64_t id, struct err *err);
/* One more alias, judged as those of an update; one that it has already is fine. */
int store_server_add_alias(struct store *s, int64_t id, const char *alias, struct err *err);
/* Other's addresses, names, aliases, tags and files become id's; it goes. Whether the server that
 * stays is exempt is as it was: of two rows one may have had a reason that the other has not. */
int store_servers_merge(struct store *s, int64_t id, int64_t other, struct err *err);
int store_servers_clear(struct store *s, int64_t *ret_removed, struct err *err);

/* Has a policy a minimum size? Then a matcher depends on all that policies look at (tags, OS ...).
 */
bool policies_have_minimum(const struct config *cfg);
/* [thread] A matcher of all servers as they are now. */
int store_matcher(struct store *s, const struct config *cfg, int64_t now, struct matcher **ret,
	struct err *err);

#endif
