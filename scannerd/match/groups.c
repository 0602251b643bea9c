/* groups.c - two hash tables: shapes without their numbers, and below each its combinations of
 * numbers. */
#include "scannerd/match/groups.h"

#include <errno.h>

enum { SLOTS = 1 << 17, NONE = UINT32_MAX };

struct coarse { /* a shape */
	uint64_t hash;
	uint32_t key, key_len; /* in text */
	uint32_t first, fines; /* its combinations: a list, and how many */
	uint8_t class, n, mask;
	struct shape_width widths[SHAPE_NUMBERS_MAX];
};

struct fine { /* files of a shape whose masked numbers are the same */
	uint64_t hash;
	uint32_t coarse, next;
	uint32_t numbers, numbers_len; /* in text */
	struct tally tally;
};

struct weight { /* of one combination, while it is decided about */
	uint64_t hash;
	int64_t files;
};

struct groups {
	struct coarse *coarse;
	struct fine *fine;
	size_t n_coarse, cap_coarse, n_fine, cap_fine;
	struct buf text;
	struct weight *weights; /* GROUPS_FINE_MAX */
	int64_t left_out;
	uint32_t coarse_slots[SLOTS], fine_slots[SLOTS]; /* index + 1; 0: free */
};

int groups_new(struct groups **ret)
{
	struct groups *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		return -ENOMEM;
	}
	g->weights = calloc(GROUPS_FINE_MAX, sizeof(*g->weights));
	if (g->weights == NULL) {
		groups_free(g);
		return -ENOMEM;
	}
	*ret = g;
	return 0;
}

void groups_free(struct groups *g)
{
	if (g != NULL) {
		free(g->coarse);
		free(g->fine);
		free(g->weights);
		buf_done(&g->text);
		free(g);
	}
}

static uint64_t hash_bytes(const char *s, size_t len, uint64_t seed)
{
	uint64_t hash = seed ^ (uint64_t)len << 40, word = 0;

	for (; len > 8; s += 8, len -= 8) {
		memcpy(&word, s, 8);
		hash = text_mix(hash ^ word, UINT64_C(0xa0761d6478bd642f));
	}
	word = 0;
	if (len > 0) {
		memcpy(&word, s, len);
	}
	return text_mix(hash ^ word ^ UINT64_C(0xe7037ed1a0b428db), UINT64_C(0x8ebc6af09c88c6e3));
}

static bool has_room(const struct groups *g, size_t len)
{
	return g->text.len + len <= GROUPS_TEXT_MAX;
}

/* 0, -ENOMEM; *v has room for one more. */
static int grow(void **v, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		void *more = reallocarray(*v, GROW(*cap), size);

		if (more == NULL) {
			return -ENOMEM;
		}
		*v = more;
		*cap = GROW(*cap);
	}
	return 0;
}

/* --- shapes --- */

static bool is_coarse(const struct groups *g, const struct coarse *c, uint64_t hash,
	const struct shape *s, uint8_t class)
{
	return c->hash == hash && c->class == class && c->key_len == s->key.len &&
	       memcmp(g->text.data + c->key, s->key.data, s->key.len) == 0;
}

/* The shape's index; NONE if there is no room for one more; -ENOMEM. */
static int find_coarse(
	struct groups *g, const struct shape *s, const struct groups_file *file, uint32_t *ret)
{
	uint64_t hash = hash_bytes(s->key.data, s->key.len, TEXT_SEED ^ file->class);
	size_t slot = hash % SLOTS;
	int r;

	for (; g->coarse_slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		*ret = g->coarse_slots[slot] - 1;
		if (is_coarse(g, &g->coarse[*ret], hash, s, file->class)) {
			return 0;
		}
	}
	*ret = NONE;
	if (g->n_coarse == GROUPS_SHAPES_MAX || !has_room(g, s->key.len + s->numbers.len)) {
		return 0;
	}
	r = grow((void **)&g->coarse, g->n_coarse, &g->cap_coarse, sizeof(*g->coarse));
	if (r < 0) {
		return r;
	}
	struct coarse *c = &g->coarse[g->n_coarse];

	*c = (struct coarse){.hash = hash,
		.key = (uint32_t)g->text.len,
		.key_len = (uint32_t)s->key.len,
		.first = NONE,
		.class = file->class,
		.n = s->n,
		.mask = UINT8_MAX};
	for (size_t i = 0; i < SHAPE_NUMBERS_MAX; i++) {
		c->widths[i].min = UINT8_MAX;
	}
	buf_add(&g->text, s->key.data, s->key.len);
	*ret = (uint32_t)g->n_coarse++;
	g->coarse_slots[slot] = *ret + 1;
	return g->text.failed ? -ENOMEM : 0;
}

/* Widens the shape's numbers by these, and writes those of its mask to out. Returns the length. */
static size_t take_numbers(struct coarse *c, const struct shape *s, char *out)
{
	const char *at = s->numbers.data;
	size_t used = 0;

	for (uint8_t i = 0; i < s->n; i++) {
		size_t len = strlen(at);

		c->widths[i].min = MIN(c->widths[i].min, (uint8_t)len);
		c->widths[i].max = MAX(c->widths[i].max, (uint8_t)len);
		if ((c->mask >> i & 1) != 0) {
			memcpy(out + used, at, len + 1);
			used += len + 1;
		}
		at += len + 1;
	}
	return used;
}

/* --- combinations --- */

static void tally_add(struct tally *to, const struct tally *more)
{
	to->newest = to->files == 0 ? more->newest : MAX(to->newest, more->newest);
	to->oldest = to->files == 0 ? more->oldest : MIN(to->oldest, more->oldest);
	to->root = to->files == 0 || to->root == more->root ? more->root : 0;
	to->files += more->files;
	to->bytes += more->bytes;
	for (size_t i = 0; i < GROUPS_SAMPLES && more->samples[i].id != 0; i++) {
		const struct sample *s = &more->samples[i];
		size_t at = GROUPS_SAMPLES;

		while (at > 0 &&
			(to->samples[at - 1].id == 0 || to->samples[at - 1].mtime < s->mtime)) {
			at--;
		}
		if (at < GROUPS_SAMPLES) {
			memmove(&to->samples[at + 1], &to->samples[at],
				(GROUPS_SAMPLES - 1 - at) * sizeof(*s));
			to->samples[at] = *s;
		}
	}
}

static uint64_t hash_numbers(uint32_t coarse, const char *numbers, size_t len)
{
	return hash_bytes(numbers, len, text_mix(coarse + UINT64_C(1), TEXT_SEED));
}

/* The slot of that combination, or the free one where it belongs. */
static size_t find_fine(
	const struct groups *g, uint64_t hash, uint32_t coarse, const char *numbers, size_t len)
{
	size_t slot = hash % SLOTS;

	for (; g->fine_slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		const struct fine *f = &g->fine[g->fine_slots[slot] - 1];

		if (f->hash == hash && f->coarse == coarse && f->numbers_len == len &&
			(len == 0 || memcmp(g->text.data + f->numbers, numbers, len) == 0)) {
			break;
		}
	}
	return slot;
}

static void link_fine(struct groups *g, size_t slot, size_t index)
{
	struct coarse *c = &g->coarse[g->fine[index].coarse];

	g->fine[index].next = c->first;
	c->first = (uint32_t)index;
	c->fines++;
	g->fine_slots[slot] = (uint32_t)index + 1;
}

/* --- deciding --- */

static uint64_t hash_masked(
	const struct groups *g, const struct coarse *c, const struct fine *f, uint8_t mask)
{
	const char *at = g->text.data + f->numbers;
	uint64_t hash = TEXT_SEED;

	for (uint8_t i = 0; i < c->n; i++) {
		if ((c->mask >> i & 1) == 0) {
			continue;
		}
		size_t len = strlen(at);

		if ((mask >> i & 1) != 0) {
			hash = hash_bytes(at, len, hash);
		}
		at += len + 1;
	}
	return hash;
}

static int weight_compare(const void *left, const void *right)
{
	const struct weight *a = left, *b = right;

	return (a->hash > b->hash) - (a->hash < b->hash);
}

/* Do most combinations of these numbers have more than one file, or is there only one? */
static bool repeats(struct groups *g, const struct coarse *c, uint8_t mask)
{
	size_t n = 0, distinct = 0, single = 0;

	for (uint32_t at = c->first; at != NONE; at = g->fine[at].next) {
		const struct fine *f = &g->fine[at];

		g->weights[n++] = (struct weight){hash_masked(g, c, f, mask), f->tally.files};
	}
	qsort(g->weights, n, sizeof(*g->weights), weight_compare);
	for (size_t i = 0; i < n;) {
		uint64_t hash = g->weights[i].hash;
		int64_t files = 0;

		for (; i < n && g->weights[i].hash == hash; i++) {
			files += g->weights[i].files;
		}
		distinct++;
		single += files == 1;
	}
	return distinct == 1 || single * 2 <= distinct;
}

static uint8_t decide(struct groups *g, const struct coarse *c)
{
	uint8_t kept = 0;

	for (uint8_t i = 0; i < c->n; i++) {
		uint8_t more = (uint8_t)(kept | 1u << i);

		if ((c->mask >> i & 1) != 0 && repeats(g, c, more)) {
			kept = more;
		}
	}
	return kept;
}

/* Leaves only the numbers of mask, a part of what f has, in their place. */
static void drop_numbers(struct groups *g, struct fine *f, uint8_t n, uint8_t before, uint8_t mask)
{
	char *from = g->text.data + f->numbers, *to = from;

	for (uint8_t i = 0; i < n; i++) {
		if ((before >> i & 1) == 0) {
			continue;
		}
		size_t len = strlen(from) + 1;

		if ((mask >> i & 1) != 0) {
			memmove(to, from, len);
			to += len;
		}
		from += len;
	}
	f->numbers_len = (uint32_t)(to - (g->text.data + f->numbers));
}

/* Joins combinations that have become equal. masks: of each shape, a part of the one it has. */
static void rebuild(struct groups *g, const uint8_t *masks)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->n_coarse; i++) {
		g->coarse[i].first = NONE;
		g->coarse[i].fines = 0;
	}
	memset(g->fine_slots, 0, sizeof(g->fine_slots));
	for (size_t i = 0; i < g->n_fine; i++) {
		struct fine f = g->fine[i];
		const struct coarse *c = &g->coarse[f.coarse];

		drop_numbers(g, &f, c->n, c->mask, masks[f.coarse]);
		const char *numbers = g->text.data + f.numbers;

		f.hash = hash_numbers(f.coarse, numbers, f.numbers_len);
		size_t slot = find_fine(g, f.hash, f.coarse, numbers, f.numbers_len);

		if (g->fine_slots[slot] != 0) {
			tally_add(&g->fine[g->fine_slots[slot] - 1].tally, &f.tally);
		} else {
			g->fine[kept] = f;
			link_fine(g, slot, kept++);
		}
	}
	g->n_fine = kept;
	for (size_t i = 0; i < g->n_coarse; i++) {
		g->coarse[i].mask = masks[i];
	}
}

/* early: if that leaves too many, no number is kept. */
static int decide_all(struct groups *g, bool early)
{
	_free_ uint8_t *masks = calloc(g->n_coarse + 1, 1);

	if (masks == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < g->n_coarse; i++) {
		const struct coarse *c = &g->coarse[i];

		/* One combination says nothing yet of what is to come. */
		masks[i] = early && c->fines == 1 ? c->mask : decide(g, c);
	}
	rebuild(g, masks);
	if (early && g->n_fine > GROUPS_FINE_MAX * 3 / 4) {
		memset(masks, 0, g->n_coarse);
		rebuild(g, masks);
	}
	return 0;
}

/* --- adding --- */

static int add_fine(struct groups *g, uint32_t coarse, const char *numbers, size_t len,
	const struct tally *tally)
{
	uint64_t hash = hash_numbers(coarse, numbers, len);
	size_t slot = find_fine(g, hash, coarse, numbers, len);

	if (g->fine_slots[slot] != 0) {
		tally_add(&g->fine[g->fine_slots[slot] - 1].tally, tally);
		return 0;
	}
	if (!has_room(g, len)) {
		g->left_out++;
		return 0;
	}
	int r = grow((void **)&g->fine, g->n_fine, &g->cap_fine, sizeof(*g->fine));

	if (r < 0) {
		return r;
	}
	g->fine[g->n_fine] = (struct fine){.hash = hash,
		.coarse = coarse,
		.numbers = (uint32_t)g->text.len,
		.numbers_len = (uint32_t)len,
		.tally = *tally};
	buf_add(&g->text, numbers, len);
	if (g->text.failed) {
		return -ENOMEM;
	}
	link_fine(g, slot, g->n_fine++);
	return 0;
}

int groups_add(struct groups *g, const struct shape *s, const struct groups_file *file)
{
	const struct tally tally = {.files = 1,
		.bytes = file->size,
		.newest = file->mtime,
		.oldest = file->mtime,
		.root = file->root,
		.samples = {{file->id, file->mtime}}};
	char numbers[SHAPE_NUMBERS_MAX * UINT8_MAX];
	uint32_t coarse = NONE;
	int r = s->key.failed || s->numbers.failed ? -ENOMEM : 0;

	if (r == 0 && g->n_fine == GROUPS_FINE_MAX) {
		r = decide_all(g, true);
	}
	if (r == 0) {
		r = find_coarse(g, s, file, &coarse);
	}
	if (r < 0) {
		return r;
	}
	if (coarse == NONE) {
		g->left_out++;
		return 0;
	}
	size_t len = take_numbers(&g->coarse[coarse], s, numbers);

	return add_fine(g, coarse, numbers, len, &tally);
}

/* --- the result --- */

static int fine_compare(const void *left, const void *right, void *arg)
{
	const struct groups *g = arg;
	const struct fine *a = left, *b = right;

	if (a->tally.bytes != b->tally.bytes) {
		return a->tally.bytes < b->tally.bytes ? 1 : -1;
	}
	if (a->tally.files != b->tally.files) {
		return a->tally.files < b->tally.files ? 1 : -1;
	}
	const struct coarse *ca = &g->coarse[a->coarse], *cb = &g->coarse[b->coarse];
	int order = memcmp(
		g->text.data + ca->key, g->text.data + cb->key, MIN(ca->key_len, cb->key_len));

	if (order == 0) {
		order = (ca->key_len > cb->key_len) - (ca->key_len < cb->key_len);
	}
	if (order == 0) {
		order = memcmp(g->text.data + a->numbers, g->text.data + b->numbers,
			MIN(a->numbers_len, b->numbers_len));
	}
	return order != 0 ? order : (a->tally.samples[0].id > b->tally.samples[0].id) * 2 - 1;
}

int groups_finish(struct groups *g)
{
	int r = decide_all(g, false);

	if (r == 0 && g->n_fine > 0) {
		qsort_r(g->fine, g->n_fine, sizeof(*g->fine), fine_compare, g);
	}
	return r;
}

size_t groups_count(const struct groups *g)
{
	return g->n_fine;
}

void groups_get(const struct groups *g, size_t i, struct group *ret)
{
	const struct fine *f = &g->fine[i];
	const struct coarse *c = &g->coarse[f->coarse];

	*ret = (struct group){.paths = {.key = g->text.data + c->key,
				      .key_len = c->key_len,
				      .kept = g->text.data + f->numbers,
				      .mask = c->mask,
				      .widths = c->widths},
		.tally = f->tally,
		.class = c->class};
}

int64_t groups_left_out(const struct groups *g)
{
	return g->left_out;
}
