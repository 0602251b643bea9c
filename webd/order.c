/* order.c - the kept orders: built once, shared, bounded. */
#include "order.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>

enum {
	ORDERS_MAX = 64, /* entries, however small */
	FIRST_KEYS = 1024,
	STEP_KEYS = 64 * 1024, /* large orders grow by so many, to waste little of the budget */
};

enum entry_state {
	ENTRY_BUILDING,
	ENTRY_READY,
	ENTRY_TOO_LARGE, /* kept, so that it is found out once for a name */
};

struct entry {
	struct order order; /* first, so that an order leads to its entry */
	struct entry *next; /* most recently used first */
	enum entry_state state;
	int users;
	size_t bytes; /* of the budget */
	size_t mapped;
	size_t name_len;
	char name[];
};

struct orders {
	pthread_mutex_t lock;
	struct entry *entries;
	size_t budget, used, count;
	bool building;
};

struct order_builder {
	struct orders *orders;
	struct entry *entry;
	size_t cap;
};

struct orders *orders_new(size_t budget_bytes)
{
	struct orders *o = calloc(1, sizeof(*o));

	if (o != NULL) {
		pthread_mutex_init(&o->lock, NULL);
		o->budget = budget_bytes;
	}
	return o;
}

/* Makes the array so large, 0: gives it back. Pages that the kernel moves and takes back at once:
 * the heap would copy megabytes to grow and keep them afterwards. */
static int resize(struct entry *e, size_t bytes)
{
	const size_t page = 4096;
	size_t size = (bytes + page - 1) / page * page;
	void *map = NULL;

	if (size == 0 && e->mapped != 0) {
		munmap(e->order.packed, e->mapped);
	} else if (size != 0 && e->mapped == 0) {
		map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	} else if (size != 0) {
		map = mremap(e->order.packed, e->mapped, size, MREMAP_MAYMOVE);
	}
	if (map == MAP_FAILED) {
		return -ENOMEM;
	}
	e->order.packed = map;
	e->mapped = size;
	return 0;
}

/* Takes the entry out of the list and frees it. */
static void drop(struct orders *o, struct entry *e)
{
	struct entry **at = &o->entries;

	assert(e->users == 0);
	while (*at != e) { /* it is in the list */
		at = &(*at)->next;
	}
	*at = e->next;
	o->used -= e->bytes;
	o->count--;
	resize(e, 0);
	free(e);
}

void orders_free(struct orders *o)
{
	if (o == NULL) {
		return;
	}
	while (o->entries != NULL) {
		drop(o, o->entries);
	}
	pthread_mutex_destroy(&o->lock);
	free(o);
}

/* Drops what is used by nobody, the longest unused first, until `more` bytes fit. */
static bool make_room(struct orders *o, size_t more)
{
	while (o->used + more > o->budget || o->count > ORDERS_MAX) {
		struct entry *oldest = NULL;

		for (struct entry *e = o->entries; e != NULL; e = e->next) {
			if (e->users == 0) {
				oldest = e;
			}
		}
		if (oldest == NULL) {
			return o->used + more <= o->budget;
		}
		drop(o, oldest);
	}
	return true;
}

static struct entry *find(struct orders *o, const void *name, size_t len)
{
	for (struct entry **at = &o->entries; *at != NULL; at = &(*at)->next) {
		struct entry *e = *at;

		if (e->name_len == len && memcmp(e->name, name, len) == 0) {
			*at = e->next;
			e->next = o->entries;
			o->entries = e;
			return e;
		}
	}
	return NULL;
}

/* A new entry, held by its builder. */
static struct entry *insert(struct orders *o, const void *name, size_t len)
{
	struct entry *e = calloc(1, sizeof(*e) + len);

	if (e == NULL) {
		return NULL;
	}
	memcpy(e->name, name, len);
	e->name_len = len;
	e->users = 1;
	e->next = o->entries;
	o->entries = e;
	o->count++;
	make_room(o, 0);
	return e;
}

/* Reserves the bytes before they are allocated, so that the budget holds while building too. */
static int grow(struct order_builder *b, size_t cap)
{
	struct orders *o = b->orders;
	size_t more = (cap - b->cap) * ORDER_KEY_BYTES;
	bool fits;
	int r;

	pthread_mutex_lock(&o->lock);
	fits = make_room(o, more);
	if (fits) {
		o->used += more;
		b->entry->bytes += more;
	}
	pthread_mutex_unlock(&o->lock);
	if (!fits) {
		return -ENOBUFS; /* others hold theirs just now: not the order's own size */
	}
	r = resize(b->entry, cap * ORDER_KEY_BYTES);
	if (r == 0) {
		b->cap = cap;
	}
	return r; /* on failure what was reserved is given back with the entry */
}

int order_add(struct order_builder *b, int64_t key)
{
	struct order *order = &b->entry->order;

	if (key < 0 || key > ORDER_KEY_MAX) {
		return -E2BIG;
	}
	if (order->n == b->cap) {
		size_t most = b->orders->budget / ORDER_KEY_BYTES;
		size_t cap = MAX((size_t)FIRST_KEYS, b->cap + MIN(b->cap, (size_t)STEP_KEYS));
		int r;

		cap = MIN(cap, most);
		r = cap > order->n ? grow(b, cap) : -E2BIG;
		if (r < 0) {
			return r;
		}
	}
	for (uint8_t *p = order->packed + order->n * ORDER_KEY_BYTES, *end = p + ORDER_KEY_BYTES;
		p < end; p++) {
		*p = (uint8_t)key;
		key >>= 8;
	}
	order->n++;
	return 0;
}

/* Gives back what the order does not need; the lock is held. */
static void settle(struct orders *o, struct entry *e)
{
	size_t need = e->state == ENTRY_READY ? e->order.n * ORDER_KEY_BYTES : 0;

	if (resize(e, need) == 0) {
		o->used = o->used - e->bytes + need;
		e->bytes = need;
	}
}

const struct order *orders_find(struct orders *o, const void *name, size_t len)
{
	struct entry *e;

	pthread_mutex_lock(&o->lock);
	e = find(o, name, len);
	if (e != NULL && e->state != ENTRY_READY) {
		e = NULL;
	}
	if (e != NULL) {
		e->users++;
	}
	pthread_mutex_unlock(&o->lock);
	return e != NULL ? &e->order : NULL;
}

/* Makes the entry unless it is there or another is being built; the lock is held. */
static int begin_build(struct orders *o, const void *name, size_t len, struct entry **ret)
{
	struct entry *e;

	if (o->building) {
		return -EBUSY;
	}
	e = find(o, name, len);
	if (e != NULL) {
		return e->state == ENTRY_TOO_LARGE ? -E2BIG : -EEXIST;
	}
	e = insert(o, name, len);
	if (e == NULL) {
		return -ENOMEM;
	}
	o->building = true;
	*ret = e;
	return 0;
}

static void end_build(struct orders *o, struct entry *e, int r)
{
	o->building = false;
	e->users--;
	e->state = r == 0 ? ENTRY_READY : ENTRY_TOO_LARGE;
	if (r == 0 || r == -E2BIG) {
		settle(o, e);
	} else {
		drop(o, e);
	}
}

int orders_build(struct orders *o, const void *name, size_t len, order_build build, void *arg)
{
	struct order_builder b = {.orders = o};
	int r;

	pthread_mutex_lock(&o->lock);
	r = begin_build(o, name, len, &b.entry);
	pthread_mutex_unlock(&o->lock);
	if (r < 0) {
		return r;
	}
	r = build(arg, &b); /* without the lock: other orders are used meanwhile */
	malloc_trim(0);
	pthread_mutex_lock(&o->lock);
	end_build(o, b.entry, r);
	pthread_mutex_unlock(&o->lock);
	return r;
}

void order_release(struct orders *o, const struct order *order)
{
	if (order == NULL) {
		return;
	}
	pthread_mutex_lock(&o->lock);
	for (struct entry *e = o->entries; e != NULL; e = e->next) {
		if (&e->order == order) {
			e->users--;
			break;
		}
	}
	pthread_mutex_unlock(&o->lock);
}
