/* delta.c - compares two matchers and keeps the texts by which their judgements can differ. */
#include "delta.h"

#include "scannerd/match/matcher.h"
#include "scannerd/match/needles.h"
#include <errno.h>

struct delta {
	bool all;
	struct needles needles;
};

struct comparison {
	const struct naming *before, *after;
	bool exactly; /* rules look up what no name is found by: generic words, too */
	struct needles *needles;
	struct text text; /* scratch */
};

static bool zones_agree(const struct tz *a, const struct tz *b)
{
	return a == b || (a != NULL && b != NULL && tz_equal(a, b));
}

/* Do both mean the same by the settings that they were made of? */
static bool settings_agree(const struct matcher *a, const struct matcher *b)
{
	if (strcmp(a->said, b->said) != 0 || !zones_agree(a->zone, b->zone) ||
		!minimums_agree(&a->minimums, &b->minimums) || !rules_agree(a->rules, b->rules)) {
		return false;
	}
	for (size_t i = 0; i < a->n_mappings; i++) { /* as many in both: they said the same */
		if (a->mappings[i].server != b->mappings[i].server ||
			!zones_agree(a->mappings[i].zone, b->mappings[i].zone)) {
			return false;
		}
	}
	return true;
}

/* The order in which identities stand. */
static int text_compare(const struct identities *xs, const struct identity *x,
	const struct identities *ys, const struct identity *y)
{
	if (x->hash != y->hash) {
		return x->hash < y->hash ? -1 : 1;
	}
	int order = memcmp(identity_text(xs, x), identity_text(ys, y), MIN(x->len, y->len));
	return order != 0 ? order : x->len - y->len;
}

static bool identities_agree(const struct identities *xs, const struct identity *x,
	const struct identities *ys, const struct identity *y)
{
	if (x->kind != y->kind || x->strength != y->strength || x->class != y->class ||
		x->tokens != y->tokens || x->owners != y->owners) {
		return false;
	}
	for (uint32_t i = 0; i < x->owners; i++) {
		const struct owner *a = &xs->owners[x->owner + i], *b = &ys->owners[y->owner + i];
		if (a->server != b->server || a->group != b->group) {
			return false;
		}
	}
	return true;
}

enum difference { SAME, SAME_BUT_NUMBERED, DIFFERENT };

static enum difference compare_slots(
	const struct comparison *c, const struct table_slot *a, const struct table_slot *b)
{
	const struct identities *xs = &c->before->ids, *ys = &c->after->ids;
	if (a == NULL || b == NULL || (a->identity == 0) != (b->identity == 0)) {
		return a == b ? SAME : DIFFERENT;
	}
	uint8_t flags = a->flags ^ b->flags;
	if ((flags & TABLE_FULL) != 0 ||
		(a->identity != 0 && !identities_agree(xs, &xs->v[a->identity - 1], ys,
					     &ys->v[b->identity - 1]))) {
		return DIFFERENT;
	}
	return (flags & TABLE_NUMBERED) != 0 ? SAME_BUT_NUMBERED : SAME;
}

static bool names_somebody(const struct comparison *c, const struct table_slot *slot)
{
	return slot != NULL && slot->identity != 0 && (c->exactly || slot->class != WORD_GENERIC);
}

static int add_run(struct comparison *c, size_t len, enum difference difference)
{
	const char *text = (const char *)c->text.s;
	/* A number that follows a name decides whether the name is a neighbour's. */
	if (difference == SAME_BUT_NUMBERED) {
		char numbered[TEXT_MAX + 1];
		memcpy(numbered, text, len);
		numbered[len] = '-';
		return needles_add(c->needles, numbered, len + 1);
	}
	return len >= NEEDLE_MIN ? needles_add(c->needles, text, len) : -E2BIG;
}

/* The runs with which an identity begins that is another's now, or only in one of the matchers: a
 * run that names nobody and goes on from none that does decides nothing. */
static int add_identity(
	struct comparison *c, const struct identities *ids, const struct identity *id)
{
	const struct text *t = &c->text;
	uint64_t hash = TEXT_SEED;
	bool named = false;
	text_set(&c->text, identity_text(ids, id), id->len);
	if (c->exactly && memchr(t->s, '/', t->len) != NULL) {
		return -E2BIG; /* no single component holds it */
	}
	for (size_t at = 0; at < t->len;) {
		size_t end = text_end(t->token, at);
		hash = text_hash(t->s + at, end - at, hash);
		const struct table_slot *a = table_find(&c->before->table, hash);
		const struct table_slot *b = table_find(&c->after->table, hash);
		named |= names_somebody(c, a) || names_somebody(c, b);
		enum difference difference = named ? compare_slots(c, a, b) : SAME;
		int rc = difference != SAME ? add_run(c, end, difference) : 0;
		if (rc < 0 || difference == DIFFERENT) {
			return rc; /* a longer run contains this one */
		}
		at = text_next(t, t->token, end);
		if (at < t->len) {
			hash = text_hash_gap(t->s + end, at - end, hash);
		}
	}
	return 0;
}

/* Both lists are sorted alike. */
static int compare_identities(struct comparison *c)
{
	const struct identities *xs = &c->before->ids, *ys = &c->after->ids;
	size_t i = 0, k = 0;
	int rc = 0;
	while (rc == 0 && (i < xs->n || k < ys->n)) {
		int order = i == xs->n   ? 1
			    : k == ys->n ? -1
					 : text_compare(xs, &xs->v[i], ys, &ys->v[k]);
		if (order == 0) {
			bool agree = identities_agree(xs, &xs->v[i], ys, &ys->v[k]);
			rc = agree ? 0 : add_identity(c, xs, &xs->v[i]);
			i++;
			k++;
		} else if (order < 0) {
			rc = add_identity(c, xs, &xs->v[i++]);
		} else {
			rc = add_identity(c, ys, &ys->v[k++]);
		}
	}
	return rc;
}

int delta_new(const struct matcher *before, const struct matcher *after, struct delta **ret)
{
	_cleanup_(delta_freep) struct delta *d = calloc(1, sizeof(*d));
	_free_ struct comparison *c = calloc(1, sizeof(*c));
	if (d == NULL || c == NULL) {
		return -ENOMEM;
	}
	needles_init(&d->needles);
	d->all = before == NULL || !settings_agree(before, after);
	if (!d->all) {
		c->before = &before->naming;
		c->after = &after->naming;
		c->exactly = rules_ask_names(after->rules);
		c->needles = &d->needles;
		int rc = compare_identities(c);
		if (rc < 0 && rc != -E2BIG) {
			return rc;
		}
		d->all = rc == -E2BIG;
	}
	*ret = steal(d);
	return 0;
}

void delta_free(struct delta *d)
{
	if (d != NULL) {
		needles_done(&d->needles);
		free(d);
	}
}

bool delta_is_all(const struct delta *d)
{
	return d->all;
}

bool delta_is_nothing(const struct delta *d)
{
	return !d->all && d->needles.n == 0;
}

bool delta_touches_dir(const struct delta *d, const char *path, size_t len, size_t root_len)
{
	size_t root = MIN(root_len, len);
	return d->all || needles_in(&d->needles, path + root, len - root);
}

bool delta_touches_name(const struct delta *d, const char *name, size_t len)
{
	return d->all || needles_in(&d->needles, name, len);
}
