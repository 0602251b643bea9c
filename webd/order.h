/* order.h - kept orders: the keys of a list in the order of a sort, so that any page of a million rows is found at once.
 *
 * One order is an array of int64 keys, built once for a name (list, sort, filters, data version) and shared by all threads; the least recently used ones are
 * dropped when the budget is full. Whoever asks while another thread builds the same one waits for it. */
#ifndef WEBD_ORDER_H
#define WEBD_ORDER_H

#include "common/def.h"

struct orders;
struct order {
	int64_t *keys; /* ascending by (sort value, key) */
	size_t n;
};

struct orders *orders_new(size_t budget_bytes); /* NULL: out of memory */
void orders_free(struct orders *o);

/* Calls add(arg, into, key) ... for every key in order. */
struct order_builder;
typedef int (*order_build)(void *arg, struct order_builder *into);
/* -E2BIG when the order exceeds the budget, -ENOBUFS when others in use leave no room now: the build ends with it. -ENOMEM. */
int order_add(struct order_builder *b, int64_t key);

/* Finds or builds the order of this name (bytes). The result is held until order_release(). Fails as build does; -E2BIG is remembered, so that it is found
 * out once for a name. */
int orders_get(struct orders *o, const void *name, size_t len, order_build build, void *arg, const struct order **ret);
void order_release(struct orders *o, const struct order *order);

#endif
