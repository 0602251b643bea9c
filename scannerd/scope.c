/* scope.c - makes the request to netscan from settings and a person's choice, and keeps its
 * prefixes for the question asked of every host record. */
#include "scannerd/scope.h"

#include <errno.h>
#include <strings.h>

/* --- what is asked for --- */

/* A part of the network may be asked for if it lies inside a configured target. */
static int only_is_configured(const struct config *c, const char *text, struct err *err)
{
	struct target want, have;
	int rc = target_parse(text, &want, err);

	if (rc < 0) {
		return rc;
	}
	for (size_t i = 0; i < c->subnets_to_scan.n; i++) {
		if (target_parse(c->subnets_to_scan.v[i], &have, NULL) < 0 ||
			have.is_name != want.is_name) {
			continue;
		}
		if (want.is_name ? strcasecmp(want.name, have.name) == 0
				 : prefix_contains(&have.prefix, &want.prefix)) {
			return 0;
		}
	}
	return err_set(err, -EPERM, ERR_OUTSIDE_LIMITS, NULL,
		"%.100s is not inside any configured subnet", text);
}

static int judge_only(const struct config *c, const struct strv *only, struct err *err)
{
	if (c->subnets_to_scan.n == 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "subnets_to_scan",
			"no subnet is configured; add the networks in which your servers are");
	}
	for (size_t i = 0; i < only->n; i++) {
		int rc = only_is_configured(c, only->v[i], err);

		if (rc < 0) {
			err_prefix(err, "only", (ssize_t)i);
			return rc;
		}
	}
	return 0;
}

/* Addresses are printed anew, so that no text of a person's travels further than this. */
static int canonical(const struct strv *from, struct strv *to)
{
	for (size_t i = 0; i < from->n; i++) {
		struct target t;
		char text[PREFIX_TEXT_SIZE];

		if (target_parse(from->v[i], &t, NULL) < 0) {
			return -EINVAL;
		}
		if (strv_add(to, t.is_name ? t.name : prefix_format(&t.prefix, text)) < 0) {
			return -ENOMEM;
		}
	}
	return 0;
}

static int fill(const struct config *c, const struct strv *only, struct netscan_request *r)
{
	int rc = canonical(only->n > 0 ? only : &c->subnets_to_scan, &r->targets);

	if (rc == 0) {
		rc = canonical(&c->exclude_addresses, &r->exclude);
	}
	if (rc == 0) {
		rc = canonical(&c->limits.subnets_within, &r->within);
	}
	r->ports = strdup(c->network_scan.ports);
	r->detect_os = c->network_scan.detect_os;
	r->max_rate = c->network_scan.max_rate; /* within the limits: config_check() */
	r->host_timeout_s = c->network_scan.host_timeout;
	r->scan_timeout_s = c->network_scan.scan_timeout;
	return rc == 0 && r->ports == NULL ? -ENOMEM : rc;
}

int scope_request(const struct config *c, const struct strv *only, struct netscan_request *ret,
	struct err *err)
{
	struct netscan_request r = {0};
	int rc = judge_only(c, only, err);

	if (rc < 0) {
		return rc;
	}
	if (fill(c, only, &r) < 0) {
		field_done(&netscan_request_table, &r);
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	*ret = r;
	return 0;
}

/* --- what may come back --- */

static int parse(const struct strv *from, struct prefix **ret, size_t *ret_n, bool *names)
{
	struct prefix *v = calloc(from->n + 1, sizeof(*v));
	size_t n = 0;

	if (v == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < from->n; i++) {
		struct target t;

		if (target_parse(from->v[i], &t, NULL) < 0) {
			continue;
		}
		if (t.is_name) {
			*names = true;
		} else {
			v[n++] = t.prefix;
		}
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

static int64_t count(const struct scope *s)
{
	uint64_t most = s->names ? SCOPE_NAMED_MAX : 0;

	for (size_t i = 0; i < s->n_targets; i++) {
		uint64_t here = prefix_count(&s->targets[i]);

		most = here > INT32_MAX - MIN(most, (uint64_t)INT32_MAX) ? INT32_MAX : most + here;
	}
	return (int64_t)most;
}

int scope_init(struct scope *s, const struct netscan_request *r)
{
	bool unused = false;

	*s = (struct scope){0};
	if (parse(&r->targets, &s->targets, &s->n_targets, &s->names) < 0 ||
		parse(&r->exclude, &s->exclude, &s->n_exclude, &unused) < 0 ||
		parse(&r->within, &s->within, &s->n_within, &unused) < 0) {
		scope_done(s);
		return -ENOMEM;
	}
	s->most = count(s);
	return 0;
}

void scope_done(struct scope *s)
{
	free(s->targets);
	free(s->exclude);
	free(s->within);
	*s = (struct scope){0};
}

static bool in_any(const struct prefix *prefixes, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++) {
		if (prefix_contains_addr(&prefixes[i], a)) {
			return true;
		}
	}
	return false;
}

static bool may_be_named(const struct scope *s, const struct addr *a)
{
	return s->names && in_any(s->within, s->n_within, a);
}

bool scope_has_named(const struct scope *s, const char *address)
{
	struct addr a;

	return addr_parse(address, &a) == 0 && may_be_named(s, &a);
}

bool scope_has(const struct scope *s, const char *address)
{
	struct addr a;

	return addr_parse(address, &a) == 0 && !in_any(s->exclude, s->n_exclude, &a) &&
	       (in_any(s->targets, s->n_targets, &a) || may_be_named(s, &a));
}
