/* read_page.c - which rows are on a page: by the key, by a kept order, or by sorting now. */
#include "order.h"
#include "read_answer.h"

#include <errno.h>
#include <inttypes.h>

enum {
	/* So many rows of an order are looked at for those that pass: ten milliseconds. */
	WALK_ROWS = 4096,
	/* So many if it looks as though the page is full then. */
	WALK_ROWS_MAX = 32768,
	/* To look at fewer of all rows than this one after the other takes no longer. */
	WALK_PERCENT = 8,
};

/* A cursor whose value was too long to carry: its row says it, if it is still there. */
static int complete_cursor(struct answer *a, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	struct cursor *c = &a->q->cursor;
	int r = read_prepare(a->q, PART_ROW, a->reader, a->db, &st, err);

	if (r < 0) {
		return r;
	}
	read_bind(a->q, st, c->key);
	r = db_step(a->db, st);
	if (r < 0) {
		return reader_fail(a->reader, r, err);
	}
	if (r == 0) {
		return err_set(err, -ESTALE, ERR_CONFLICT, "cursor",
			"the list has changed and the cursor's place in it is gone; start again "
			"without it");
	}
	r = cursor_take(c, st, sqlite3_column_count(st) - 1, c->key);
	return r < 0 ? reader_fail(a->reader, r, err) : 0;
}

static void take_key(struct page *page, int64_t key, size_t limit)
{
	if (page->n == limit) {
		page->more = true;
	} else {
		page->keys[page->n++] = key;
	}
}

/* By SQLite: from the key's own index, or in one look at every row, keeping just enough for this
 * page. */
static int page_by_query(struct answer *a, struct page *page, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	bool tally = a->q->sort != NULL && a->q->n_bound > 0;
	int r = read_prepare(a->q, tally ? PART_TALLY : PART_KEYS, a->reader, a->db, &st, err);

	if (r < 0) {
		return r;
	}
	read_bind(a->q, st, a->q->limit + 1);
	reader_take_tally(a->reader);
	while ((r = db_step(a->db, st)) == 1) {
		take_key(page, sqlite3_column_int64(st, 0), (size_t)a->q->limit);
	}
	if (r < 0) {
		return reader_fail(a->reader, r, err);
	}
	if (tally) {
		page->total = reader_take_tally(a->reader);
	} else if (!page->more && !a->q->has_cursor) {
		page->total = (int64_t)page->n;
	} else if (a->q->total == TOTAL_CHEAP && a->q->n_bound > 0) {
		page->total = -1;
	} else {
		return answer_count(a, &page->total, err);
	}
	return 0;
}

struct build {
	struct answer *answer;
	struct err *err;
};

static int build_order(void *arg, struct order_builder *into)
{
	struct build *b = arg;
	struct answer *a = b->answer;
	_finalize_ sqlite3_stmt *st = NULL;
	int r = read_prepare(a->q, PART_ORDER, a->reader, a->db, &st, b->err);

	if (r < 0) {
		return r;
	}
	while ((r = db_step(a->db, st)) == 1) {
		r = order_add(into, sqlite3_column_int64(st, 0));
		if (r < 0) {
			return r;
		}
	}
	return r < 0 ? reader_fail(a->reader, r, b->err) : 0;
}

/* What an order is kept by: says also of which data it is. */
static int name_order(const struct answer *a, bool filtered, struct buf *name)
{
	const struct read_query *q = a->q;
	bool joined = filtered ? q->joined : q->sort != NULL && q->sort->joined;

	buf_add(name, q->identity.data, filtered ? q->undirected : q->unfiltered);
	buf_printf(name, "%c%" PRId64, '\0', reader_version(a->reader, q->read->version));
	if (joined && q->read->joined != NULL) {
		buf_printf(name, ".%" PRId64, reader_version(a->reader, q->read->joined));
	}
	return name->failed ? -ENOMEM : 0;
}

static int build_named(struct answer *a, const struct buf *name, struct err *err)
{
	struct build build = {.answer = a, .err = err};

	return orders_build(reader_orders(a->reader), name->data, name->len, build_order, &build);
}

void read_keep_order(struct answer *a)
{
	_buf_ struct buf name = BUF_INIT;
	struct err err = {0}; /* nobody asked for it: the next page is answered without */

	if (name_order(a, true, &name) == 0) {
		build_named(a, &name, &err);
	}
}

/* Where the page begins: the first place whose row lies beyond the cursor, for a descending sort
 * the first from which on none does. -ENOENT: a key has no row, the order is not of this data. */
static int find_place(struct answer *a, const struct order *order, size_t *ret, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	size_t low = 0, high = order->n;
	int r = read_prepare(a->q, PART_IS_AFTER, a->reader, a->db, &st, err);

	while (r == 0 && low < high) {
		size_t middle = low + (high - low) / 2;

		sqlite3_reset(st);
		read_bind(a->q, st, order_key(order, middle));
		r = db_step(a->db, st);
		if (r <= 0) {
			return r < 0 ? reader_fail(a->reader, r, err) : -ENOENT;
		}
		if ((sqlite3_column_int(st, 0) != 0) != a->q->descending) {
			high = middle;
		} else {
			low = middle + 1;
		}
		r = 0;
	}
	if (r == 0) {
		*ret = low;
	}
	return r;
}

/* The rows of an order from a page's first on, in the direction of the sort. */
struct rest {
	const struct order *order;
	bool descending;
	size_t place, n;
};

static int64_t rest_key(const struct rest *r, size_t i)
{
	return order_key(r->order, r->descending ? r->place - 1 - i : r->place + i);
}

static int find_rest(struct answer *a, const struct order *order, struct rest *ret, struct err *err)
{
	bool descending = a->q->descending;
	size_t place = descending ? order->n : 0;
	int r = a->q->has_cursor ? find_place(a, order, &place, err) : 0;

	*ret = (struct rest){order, descending, place, descending ? place : order->n - place};
	return r;
}

static int page_by_order(
	struct answer *a, const struct order *order, struct page *page, struct err *err)
{
	size_t limit = (size_t)a->q->limit;
	struct rest rest;
	int r = find_rest(a, order, &rest, err);

	for (size_t i = 0; r == 0 && i < MIN(rest.n, limit + 1); i++) {
		take_key(page, rest_key(&rest, i), limit);
	}
	page->total = (int64_t)order->n;
	return r;
}

/* After so many rows of an order, of which `found` passed the filters. */
static bool is_promising(size_t rows, size_t found, size_t wanted)
{
	return rows < WALK_ROWS || (rows < WALK_ROWS_MAX && found * WALK_ROWS_MAX >= rows * wanted);
}

/* Takes the rows that pass the filters out of the order of all rows. -ENOENT: they are too rare. */
static int pick(struct answer *a, const struct order *order, struct page *page, struct err *err)
{
	_finalize_ sqlite3_stmt *st = NULL;
	size_t limit = (size_t)a->q->limit, i = 0;
	struct rest rest;
	int r = find_rest(a, order, &rest, err);

	if (r == 0) {
		r = read_prepare(a->q, PART_PASSES, a->reader, a->db, &st, err);
	}
	for (; r >= 0 && i < rest.n && !page->more && is_promising(i, page->n, limit + 1); i++) {
		int64_t key = rest_key(&rest, i);

		sqlite3_reset(st);
		read_bind(a->q, st, key);
		r = db_step(a->db, st);
		if (r == 1) {
			take_key(page, key, limit);
		}
	}
	if (r < 0) {
		return r == -ENOENT ? r : reader_fail(a->reader, r, err);
	}
	page->total = page->more || a->q->has_cursor ? -1 : (int64_t)page->n;
	return page->more || i == rest.n ? 0 : -ENOENT;
}

/* -ENOENT: there is no order of all rows, or those that pass the filters are too rare in it. */
static int page_by_walk(struct answer *a, struct page *page, struct err *err)
{
	struct orders *orders = reader_orders(a->reader);
	_buf_ struct buf name = BUF_INIT;
	const struct order *order = NULL;
	int r = -ENOENT;

	if (name_order(a, false, &name) == 0) {
		order = orders_find(orders, name.data, name.len);
	}
	if (order != NULL) {
		r = pick(a, order, page, err);
		order_release(orders, order);
	}
	if (r < 0) {
		memset(page, 0, sizeof(*page));
	}
	return r;
}

/* A filter alone takes no longer to keep than to answer once. */
static const struct order *order_at_hand(struct answer *a, const struct buf *name)
{
	struct orders *orders = reader_orders(a->reader);
	const struct order *order = orders_find(orders, name->data, name->len);
	struct err err = {0}; /* without the order the page fails in the same way, and says so */

	if (order == NULL && a->q->sort == NULL && a->q->total == TOTAL_ALWAYS &&
		build_named(a, name, &err) == 0) {
		order = orders_find(orders, name->data, name->len);
	}
	return order;
}

static int page_of_kept(struct answer *a, struct page *page, struct err *err)
{
	_buf_ struct buf name = BUF_INIT;
	const struct order *order;
	int r = name_order(a, true, &name);

	if (r < 0) {
		return err_set(err, r, ERR_INTERNAL, NULL, "out of memory");
	}
	order = order_at_hand(a, &name);
	r = -ENOENT;
	if (order != NULL) {
		r = page_by_order(a, order, page, err);
		order_release(reader_orders(a->reader), order);
	}
	if (r == -ENOENT && a->q->total == TOTAL_CHEAP && a->q->sort != NULL &&
		(a->q->spans.len == 0 || a->q->spans_percent >= WALK_PERCENT)) {
		r = page_by_walk(a, page, err);
	}
	if (r == -ENOENT) {
		r = page_by_query(a, page, err);
		a->keep_order = r == 0 && order == NULL && a->q->sort != NULL &&
				(page->more || a->q->has_cursor);
	}
	return r;
}

int read_page(struct answer *a, struct page *ret, struct err *err)
{
	int r = 0;

	memset(ret, 0, sizeof(*ret));
	if (a->q->total == TOTAL_ONLY) {
		return answer_count(a, &ret->total, err);
	}
	if (a->q->has_cursor && a->q->sort != NULL && a->q->cursor.type == CURSOR_ABSENT) {
		r = complete_cursor(a, err);
	}
	if (r < 0) {
		return r;
	}
	if (a->q->read->version == NULL || (a->q->sort == NULL && a->q->n_bound == 0)) {
		return page_by_query(a, ret, err);
	}
	return page_of_kept(a, ret, err);
}
