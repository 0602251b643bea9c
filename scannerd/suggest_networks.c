/* suggest_networks.c - reads the kernel's table of routes for networks that may have servers. */
#include "scannerd/suggest.h"

#include "common/utf8.h"
#include <errno.h>

/* Networks of containers and virtual machines hold no servers that others back up. */
static bool is_virtual(const char *interface)
{
	static const char *const prefixes[] = {
		"lo", "docker", "br-", "veth", "virbr", "cni", "flannel", "podman", "lxc", "lxd"};

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (strncmp(interface, prefixes[i], strlen(prefixes[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* "eth0 0000A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0": addresses as the machine stores them, so that
 * their bytes are in the network's order. -EINVAL unless connected directly. */
static int parse_route(const char *line, struct prefix *ret, char interface[16])
{
	unsigned destination, gateway, flags, mask;
	char text[PREFIX_TEXT_SIZE];
	uint8_t bytes[4];

	if (sscanf(line, "%15s %8x %8x %4x %*s %*s %*s %8x", interface, &destination, &gateway,
		    &flags, &mask) != 5 ||
		gateway != 0 || mask == 0) {
		return -EINVAL;
	}
	memcpy(bytes, &destination, sizeof(bytes));
	snprintf(text, sizeof(text), "%u.%u.%u.%u/%d", bytes[0], bytes[1], bytes[2], bytes[3],
		__builtin_popcount(mask));
	return prefix_parse(text, ret, NULL);
}

static bool network_is_known(
	const struct suggestions_out *out, const struct config *c, const struct prefix *p)
{
	char text[PREFIX_TEXT_SIZE];

	prefix_format(p, text);
	for (size_t i = 0; i < out->networks.n; i++) {
		if (strcmp(out->networks.v[i].subnet, text) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < c->subnets_to_scan.n; i++) {
		struct target t;

		if (target_parse(c->subnets_to_scan.v[i], &t, NULL) == 0 && !t.is_name &&
			prefix_contains(&t.prefix, p)) {
			return true;
		}
	}
	return false;
}

static int add_network(struct suggestions_out *out, const struct prefix *p, const char *interface)
{
	struct suggested_network *v =
		reallocarray(out->networks.v, out->networks.n + 1, sizeof(*v));
	char text[PREFIX_TEXT_SIZE], because[64], shown[64];

	if (v == NULL) {
		return -ENOMEM;
	}
	utf8_printable(interface, strlen(interface), shown, sizeof(shown));
	snprintf(because, sizeof(because), "connected by %.40s", shown);
	out->networks.v = v;
	v += out->networks.n++;
	*v = (struct suggested_network){
		.subnet = strdup(prefix_format(p, text)), .because = strdup(because)};
	return v->subnet == NULL || v->because == NULL ? -ENOMEM : 0;
}

int suggest_networks(const char *routes, const struct config *c, struct suggestions_out *out)
{
	_free_ char *copy = strdup(routes);
	char *rest = copy, *line;
	int rc = copy == NULL ? -ENOMEM : 0;

	while (rc == 0 && out->networks.n < SUGGEST_MAX &&
		(line = suggest_next_line(&rest)) != NULL) {
		struct target t = {0};
		char interface[16];

		if (parse_route(line, &t.prefix, interface) == 0 && !is_virtual(interface) &&
			!network_is_known(out, c, &t.prefix) &&
			limits_check_target(&c->limits, &t, NULL) == 0) {
			rc = add_network(out, &t.prefix, interface);
		}
	}
	return rc;
}
