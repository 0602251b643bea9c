/* live.c - the sorted array of live hosts, and telling proxy ARP from real hosts. */
#include "live.h"

#include <errno.h>

/* A router that does proxy ARP answers for every address; a server has a few at most. */
enum { ADDRESSES_PER_MAC = 4 };

static void host_done(struct live_host *h)
{
	free(h->hostname);
	free(h->mac);
	free(h->vendor);
}

void live_done(struct live *l)
{
	for (size_t i = 0; i < l->n; i++) {
		host_done(&l->v[i]);
	}
	free(l->v);
	*l = (struct live){0};
}

int live_add(struct live *l, struct netscan_host *h, bool arp)
{
	struct live_host host = {.arp = arp};
	if (h->address == NULL || addr_parse(h->address, &host.addr) < 0) {
		return -EINVAL;
	}
	if (l->n >= LIVE_MAX) {
		return -E2BIG;
	}
	if (l->n == l->cap) {
		size_t cap = GROW(l->cap);
		struct live_host *v = reallocarray(l->v, cap, sizeof(*v));
		if (v == NULL) {
			return -ENOMEM;
		}
		l->v = v;
		l->cap = cap;
	}
	host.hostname = steal(h->hostname);
	host.mac = steal(h->mac);
	host.vendor = steal(h->vendor);
	l->v[l->n++] = host;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct live_host *x = a, *y = b;
	return addr_compare(&x->addr, &y->addr);
}

void live_sort(struct live *l)
{
	if (l->n == 0) {
		return;
	}
	qsort(l->v, l->n, sizeof(l->v[0]), compare);
	size_t kept = 1;
	for (size_t i = 1; i < l->n; i++) {
		if (addr_compare(&l->v[i].addr, &l->v[kept - 1].addr) == 0) {
			host_done(&l->v[i]);
		} else {
			l->v[kept++] = l->v[i];
		}
	}
	l->n = kept;
}

struct live_host *live_find(struct live *l, const struct addr *a)
{
	const struct live_host key = {.addr = *a};
	return l->n != 0 ? bsearch(&key, l->v, l->n, sizeof(l->v[0]), compare) : NULL;
}

size_t live_count(const struct live *l, uint8_t family)
{
	size_t count = 0;
	for (size_t i = 0; i < l->n; i++) {
		count += family == 0 || l->v[i].addr.family == family;
	}
	return count;
}

static int compare_macs(const void *a, const void *b)
{
	const struct live_host *const *x = a, *const *y = b;
	return strcmp((*x)->mac, (*y)->mac);
}

size_t live_mark_suspects(struct live *l)
{
	_free_ struct live_host **by_mac = calloc(l->n + 1, sizeof(struct live_host *));
	size_t n = 0, marked = 0;
	if (by_mac == NULL) {
		return 0;
	}
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].arp && l->v[i].mac != NULL) {
			by_mac[n++] = &l->v[i];
		}
	}
	if (n != 0) {
		qsort(by_mac, n, sizeof(by_mac[0]), compare_macs);
	}
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && strcmp(by_mac[end]->mac, by_mac[i]->mac) == 0; end++) {
		}
		for (size_t j = i; j < end && end - i > ADDRESSES_PER_MAC; j++) {
			by_mac[j]->suspect = true;
			marked++;
		}
	}
	return marked;
}

size_t live_drop_suspects(struct live *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].suspect) {
			host_done(&l->v[i]);
		} else {
			l->v[kept++] = l->v[i];
		}
	}
	size_t dropped = l->n - kept;
	l->n = kept;
	return dropped;
}

void live_print(const struct live *l, uint8_t family, bool suspects, struct buf *out)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].addr.family == family && (!suspects || l->v[i].suspect)) {
			char text[ADDR_TEXT_SIZE];
			buf_printf(out, "%s\n", addr_format(&l->v[i].addr, text));
		}
	}
}
