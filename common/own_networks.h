/* own_networks.h - the IPv4 networks that this machine is connected to itself, without a router
 * between, from the kernel's table of routes. */
#ifndef COMMON_OWN_NETWORKS_H
#define COMMON_OWN_NETWORKS_H

#include "common/addr.h"

enum { OWN_NETWORKS_MAX = 256, OWN_NETWORK_INTERFACE_SIZE = 16 /* IFNAMSIZ */ };

struct own_network {
	char interface[OWN_NETWORK_INTERFACE_SIZE];
	struct prefix prefix;
};

/* One line of /proc/net/route (Linux, net/ipv4/fib_trie.c). -EINVAL for the heading, for what lies
 * behind a router, and for the default route. */
int own_network_parse(const char *line, struct own_network *ret);
/* Those of the caller's network name space, the first OWN_NETWORKS_MAX. *ret belongs to the caller.
 * -errno where the table cannot be read. */
int own_networks_read(struct own_network **ret, size_t *ret_n);

#endif
