/* order.h - kept orders: the keys of a list in the order of a sort, so that any page of a million
 * rows is found at once.
 *
 * One order is an array of keys in six bytes each (so that two orders of a million files fit the
 * budget), built once for a name (list, sort, filters, data version) and shared by all threads; the
 * least recently used ones are dropped when the budget is full. Nobody waits for one: whoever does
 * not find it answers without. */
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

/* The order of this name (bytes), held until order_release(); NULL: there is none now. */
const struct order *orders_find(struct orders *o, const void *name, size_t len);
/* Builds it: a second at a million rows. One at a time, because a sort needs memory of its own:
 * -EBUSY while another thread builds. -EEXIST when it is there, -E2BIG when it was too large
 * before; otherwise fails as build does. */
int orders_build(struct orders *o, const void *name, size_t len, order_build build, void *arg);
void order_release(struct orders *o, const struct order *order);

#endif
