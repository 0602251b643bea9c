/* live.h - the hosts that discovery found, sorted by address, with what is known of them until
 * their ports are scanned. */
#ifndef NETSCAN_LIVE_H
#define NETSCAN_LIVE_H

#include "common/addr.h"
#include "common/buf.h"
#include "proto/netscan.h"

enum { LIVE_MAX = 1 << 18 };

struct live_host {
	struct addr addr;
	char *hostname, *mac, *vendor;
	bool arp;     /* known by an ARP answer alone */
	bool suspect; /* its MAC address answers for others too */
	bool sent;
};
struct live {
	struct live_host *v;
	size_t n, cap;
};

void live_done(struct live *l);
/* Takes over the names of h. Not sorted until live_sort(). -E2BIG above LIVE_MAX, -EINVAL without
 * an address, -ENOMEM. */
int live_add(struct live *l, struct netscan_host *h, bool arp);
/* Sorts, and keeps one of each address. */
void live_sort(struct live *l);
struct live_host *live_find(struct live *l, const struct addr *a); /* NULL if it is not there */
size_t live_count(const struct live *l, uint8_t family);           /* family 0: both */
/* Marks the hosts whose MAC address has answered ARP for so many addresses that a proxy is likelier
 * than a server with them all. Returns their number. */
size_t live_mark_suspects(struct live *l);
/* Removes suspects; those that answered for themselves have been cleared. Returns how many went. */
size_t live_drop_suspects(struct live *l);
/* One address on each line; only suspects, or all of that family. */
void live_print(const struct live *l, uint8_t family, bool suspects, struct buf *out);

#endif
