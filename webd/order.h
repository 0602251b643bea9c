/* order.h - kept orders: the keys of a list in the order of a sort, so that any page of a million
 * rows is found at once.
 *
 * One order is an array of keys in six bytes each (so that two orders of a million files fit the
 * budget), built once for a name (list, sort, filters, data version) and shared by all threads; the
 * least recently used ones are dropped when the budget is full. Whoever asks while another thread
 * builds the same one waits for it. */
#ifndef WEBD_ORDER_H
#define WEBD_ORDER_H

#include "common/def.h"

struct orders;
enum { ORDER_KEY_BYTES = 6 };
#define ORDER_KEY_MAX ((INT64_C(1) << 8 * ORDER_KEY_BYTES) - 1)
struct order {
	uint8_t *packed; /* ascending by (sort value, key); the lowest byte of each key first */
	size_t n;
};
static inline int64_t order_key(const struct order *o, size_t i)
{
	const uint8_t *p = o->packed + i * ORDER_KEY_BYTES;
	uint64_t key = 0;

	for (int k = ORDER_KEY_BYTES; k-- > 0;) {
		key = key << 8 | p[k];
	}
	return (int64_t)key;
}

struct orders *orders_new(size_t budget_bytes); /* NULL: out of memory */
void orders_free(struct orders *o);

/* Calls add(arg, into, key) ... for every key in order. */
struct order_builder;
typedef int (*order_build)(void *arg, struct order_builder *into);
/* -E2BIG when the order exceeds the budget or a key its six bytes, -ENOBUFS when others in use
 * leave no room now: the build ends with it. -ENOMEM. */
int order_add(struct order_builder *b, int64_t key);

/* Finds or builds the order of this name (bytes). The result is held until order_release(). Fails
 * as build does; -E2BIG is remembered, so that it is found out once for a name. */
int orders_get(struct orders *o, const void *name, size_t len, order_build build, void *arg,
	const struct order **ret);
void order_release(struct orders *o, const struct order *order);

#endif
