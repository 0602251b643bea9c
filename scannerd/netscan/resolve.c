/* resolve.c - looks names up with the system's resolver and adds all targets to the set. */
#include "resolve.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>

enum { ADDRESSES_MAX = 4096 /* of all names together; what `finished` may hold */ };

struct resolving {
	struct targets *targets;
	struct strv *addresses;
	resolve_warning warn;
	void *arg;
	struct err *err;
};

static int warn(const struct resolving *r, const char *name, const char *why)
{
	_buf_ struct buf text = BUF_INIT;
	buf_printf(&text, "%s was left out: %s", name, why);
	return r->warn(buf_cstr(&text), r->arg) ? 0 : -ECANCELED;
}

static int keep_address(const struct resolving *r, const struct addr *a)
{
	const struct prefix p = {.addr = *a, .bits = a->family == 4 ? 32 : 128};
	char text[ADDR_TEXT_SIZE];
	if (targets_excludes(r->targets, a)) {
		return 0;
	}
	if (r->addresses->n >= ADDRESSES_MAX) {
		return err_set(r->err, -E2BIG, ERR_TOO_LARGE, NULL,
			"the names have more than %d addresses", (int)ADDRESSES_MAX);
	}
	if (strv_add(r->addresses, addr_format(a, text)) < 0) {
		return err_set(r->err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	return targets_add(r->targets, &p, r->err);
}

static int add_address(const struct resolving *r, const char *name, const struct addr *a)
{
	if (!targets_allows(r->targets, a)) {
		char text[ADDR_TEXT_SIZE], why[160];
		snprintf(why, sizeof(why),
			"its address %s is outside the networks that may be scanned",
			addr_format(a, text));
		return warn(r, name, why);
	}
	return keep_address(r, a);
}

static int add_name(const struct resolving *r, const char *name)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int failed = getaddrinfo(name, NULL, &hints, &list);
	if (failed != 0) {
		return warn(r, name, failed == EAI_SYSTEM ? strerror(errno) : gai_strerror(failed));
	}
	int rc = 0;
	for (const struct addrinfo *ai = list; ai != NULL && rc == 0; ai = ai->ai_next) {
		struct addr a = addr_from_sockaddr(ai->ai_addr);
		if (a.family != 0) {
			rc = add_address(r, name, &a);
		}
	}
	freeaddrinfo(list);
	return rc;
}

int resolve_targets(const struct netscan_request *request, resolve_warning warning, void *arg,
	struct targets *t, struct strv *addresses, struct err *err)
{
	const struct resolving r = {t, addresses, warning, arg, err};
	for (size_t i = 0; i < request->targets.n; i++) {
		struct target target;
		int rc = target_parse(request->targets.v[i], &target, err);
		if (rc == 0) {
			rc = target.is_name ? add_name(&r, target.name)
					    : targets_add(t, &target.prefix, err);
		}
		if (rc < 0) {
			return rc;
		}
	}
	return 0;
}
