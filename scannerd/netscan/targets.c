/* targets.c - a set of prefixes: adding one takes out what is excluded and what is there already.
 */
#include "targets.h"

#include <errno.h>

static int load(const struct strv *texts, struct prefix **ret, size_t *ret_n, struct err *err)
{
	_free_ struct prefix *v = calloc(texts->n + 1, sizeof(*v));
	if (v == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	for (size_t i = 0; i < texts->n; i++) {
		int rc = prefix_parse(texts->v[i], &v[i], err);
		if (rc < 0) {
			return rc;
		}
	}
	*ret = steal(v);
	*ret_n = texts->n;
	return 0;
}

int targets_init(
	struct targets *t, const struct strv *within, const struct strv *exclude, struct err *err)
{
	struct targets made = {0};
	int rc = load(within, &made.within, &made.within_n, err);
	if (rc == 0) {
		rc = load(exclude, &made.exclude, &made.exclude_n, err);
	}
	if (rc < 0) {
		targets_done(&made);
		return rc;
	}
	*t = made;
	return 0;
}

void targets_done(struct targets *t)
{
	free(t->v);
	free(t->within);
	free(t->exclude);
	*t = (struct targets){0};
}

static bool in_any(const struct prefix *v, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++) {
		if (prefix_contains_addr(&v[i], a)) {
			return true;
		}
	}
	return false;
}

bool targets_allows(const struct targets *t, const struct addr *a)
{
	return in_any(t->within, t->within_n, a);
}

bool targets_excludes(const struct targets *t, const struct addr *a)
{
	return in_any(t->exclude, t->exclude_n, a);
}

/* Covered: the whole prefix is in the list; touched: a part of it is. */
enum overlap { APART, TOUCHED, COVERED };

static enum overlap overlap(const struct prefix *v, size_t n, const struct prefix *p)
{
	enum overlap result = APART;
	for (size_t i = 0; i < n; i++) {
		if (prefix_contains(&v[i], p)) {
			return COVERED;
		}
		if (prefix_contains(p, &v[i])) {
			result = TOUCHED;
		}
	}
	return result;
}

static void split(const struct prefix *p, struct prefix *low, struct prefix *high)
{
	*low = *high = *p;
	low->bits = high->bits = (uint8_t)(p->bits + 1);
	high->addr.bytes[p->bits / 8] |= (uint8_t)(0x80 >> (p->bits % 8));
}

static int append(struct targets *t, const struct prefix *p, struct err *err)
{
	if (t->n >= TARGETS_PIECES_MAX || prefix_count(p) > TARGETS_ADDRESSES_MAX - t->addresses) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, "targets",
			"the targets have more than %d addresses", (int)TARGETS_ADDRESSES_MAX);
	}
	if (t->n == t->cap) {
		size_t cap = GROW(t->cap);
		struct prefix *v = reallocarray(t->v, cap, sizeof(*v));
		if (v == NULL) {
			return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
		}
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = *p;
	t->addresses += prefix_count(p);
	return 0;
}

/* Halves p until every half is either wholly wanted or wholly unwanted: at most 128 deep, by the
 * length of an address. */
static int add_rest(struct targets *t, const struct prefix *p, struct err *err)
{
	enum overlap with_excluded = overlap(t->exclude, t->exclude_n, p);
	enum overlap with_present = overlap(t->v, t->n, p);
	if (with_excluded == COVERED || with_present == COVERED) {
		return 0;
	}
	if (with_excluded == APART && with_present == APART) {
		return append(t, p, err);
	}
	struct prefix low, high;
	split(p, &low, &high);
	int rc = add_rest(t, &low, err);
	return rc < 0 ? rc : add_rest(t, &high, err);
}

static int compare(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	return addr_compare(&x->addr, &y->addr);
}

int targets_add(struct targets *t, const struct prefix *p, struct err *err)
{
	char text[PREFIX_TEXT_SIZE];
	if (overlap(t->within, t->within_n, p) != COVERED) {
		return err_set(err, -EPERM, ERR_OUTSIDE_LIMITS, "targets",
			"%s is outside the networks that may be scanned", prefix_format(p, text));
	}
	if (prefix_count(p) > TARGETS_ADDRESSES_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, "targets",
			"%s has more than %d addresses", prefix_format(p, text),
			(int)TARGETS_ADDRESSES_MAX);
	}
	int rc = add_rest(t, p, err);
	if (rc == 0 && t->n > 1) {
		qsort(t->v, t->n, sizeof(t->v[0]), compare);
	}
	return rc;
}

uint64_t targets_count(const struct targets *t, uint8_t family)
{
	uint64_t total = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (family == 0 || t->v[i].addr.family == family) {
			total += prefix_count(&t->v[i]);
		}
	}
	return total;
}

void targets_print(const struct targets *t, uint8_t family, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].addr.family == family) {
			char text[PREFIX_TEXT_SIZE];
			buf_printf(out, "%s\n", prefix_format(&t->v[i], text));
		}
	}
}
