/* own_networks.c - reads /proc/self/net/route. */
#include "common/own_networks.h"

#include <errno.h>
#include <stdio.h>

/* A row has 128 characters. */
enum { LINE_SIZE = 256 };

/* "eth0 0000A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0": addresses as the machine stores them, so that
 * their bytes are in the network's order. */
int own_network_parse(const char *line, struct own_network *ret)
{
	unsigned destination, gateway, flags, mask;
	char text[PREFIX_TEXT_SIZE];
	uint8_t bytes[4];

	if (sscanf(line, "%15s %8x %8x %4x %*s %*s %*s %8x", ret->interface, &destination, &gateway,
		    &flags, &mask) != 5 ||
		gateway != 0 || mask == 0) {
		return -EINVAL;
	}
	memcpy(bytes, &destination, sizeof(bytes));
	snprintf(text, sizeof(text), "%u.%u.%u.%u/%d", bytes[0], bytes[1], bytes[2], bytes[3],
		__builtin_popcount(mask));
	return prefix_parse(text, &ret->prefix, NULL);
}

int own_networks_read(struct own_network **ret, size_t *ret_n)
{
	/* Not /proc/net: that is a link, and a unit may see nothing of /proc but processes. */
	_fclose_ FILE *table = fopen("/proc/self/net/route", "re");
	_free_ struct own_network *v = calloc(OWN_NETWORKS_MAX, sizeof(*v));
	char line[LINE_SIZE];
	size_t n = 0;

	if (table == NULL || v == NULL) {
		return -errno;
	}
	while (n < OWN_NETWORKS_MAX && fgets(line, sizeof(line), table) != NULL) {
		if (own_network_parse(line, &v[n]) == 0) {
			n++;
		}
	}
	*ret = steal(v);
	*ret_n = n;
	return 0;
}
