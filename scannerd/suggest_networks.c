/* suggest_networks.c - which of the networks that a machine is connected to may have servers. */
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

static int add_network(struct suggestions_out *out, const struct own_network *n)
{
	struct suggested_network *v =
		reallocarray(out->networks.v, out->networks.n + 1, sizeof(*v));
	char text[PREFIX_TEXT_SIZE], because[64], shown[64];

	if (v == NULL) {
		return -ENOMEM;
	}
	utf8_printable(n->interface, strlen(n->interface), shown, sizeof(shown));
	snprintf(because, sizeof(because), "connected by %.40s", shown);
	out->networks.v = v;
	v += out->networks.n++;
	*v = (struct suggested_network){
		.subnet = strdup(prefix_format(&n->prefix, text)), .because = strdup(because)};
	return v->subnet == NULL || v->because == NULL ? -ENOMEM : 0;
}

int suggest_network(
	const struct own_network *n, const struct config *c, struct suggestions_out *out)
{
	const struct target t = {.prefix = n->prefix};

	if (out->networks.n >= SUGGEST_MAX || is_virtual(n->interface) ||
		network_is_known(out, c, &n->prefix) ||
		limits_check_target(&c->limits, &t, NULL) < 0) {
		return 0;
	}
	return add_network(out, n);
}

int suggest_own_networks(const struct config *c, struct suggestions_out *out)
{
	_free_ struct own_network *v = NULL;
	size_t n = 0;
	int rc = 0;

	if (own_networks_read(&v, &n) < 0) {
		return 0;
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = suggest_network(&v[i], c, out);
	}
	return rc;
}
