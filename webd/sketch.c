/* sketch.c - the Bloom filters of blocks of files: built once for a version, shared, bounded. */
#include "sketch.h"

#include "common/jsonw.h"
#include "webd/fold.h"
#include <errno.h>
#include <pthread.h>

enum {
	FILES_A_BLOCK = 64, /* doubled whenever there are too many blocks */
	BLOCKS_MAX = 16 * 1024,
	FILTER_BITS = 2048,
	FILTER_WORDS = FILTER_BITS / 64,
	GRAM = 3,
	GRAMS_MAX = 256,       /* of what is sought: more would not narrow it further */
	SERVER_HASHES = 4,     /* bits for each: there are fewer of them than of trigrams */
	DIR_KEPT = 4096 + 256, /* PATH_MAX and something */
};

struct block {
	int64_t last; /* the highest id in it; the next block begins behind it */
	int64_t least[_ZONES], greatest[_ZONES];
	uint64_t filter[FILTER_WORDS];
};

struct sketch {
	int64_t version;
	int users;
	size_t n, files_a_block, files; /* files: in the last block */
	struct block *blocks;
	uint64_t dir_filter[FILTER_WORDS]; /* of the directory that came last */
	char dir[DIR_KEPT];
	size_t dir_len;
};

struct sketches {
	pthread_mutex_t lock;
	struct sketch *current; /* NULL: none is kept */
	bool building;
};

/* --- filters --- */

static unsigned bit_of(uint32_t hash)
{
	return (hash * UINT32_C(2654435761)) >> (32 - 11); /* Knuth's multiplicative hash */
}
_Static_assert(FILTER_BITS == 1 << 11, "what bit_of() yields");

static unsigned bit_of_gram(const char *folded)
{
	const unsigned char *p = (const unsigned char *)folded;

	return bit_of((uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]);
}

static unsigned bit_of_server(int64_t server, unsigned i)
{
	return bit_of((uint32_t)server * SERVER_HASHES + i + (UINT32_C(1) << 24));
}

static void set(uint64_t *filter, unsigned bit)
{
	filter[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool has(const uint64_t *filter, unsigned bit)
{
	return (filter[bit / 64] >> bit % 64 & 1) != 0;
}

static void merge(uint64_t *into, const uint64_t *filter)
{
	for (size_t i = 0; i < FILTER_WORDS; i++) {
		into[i] |= filter[i];
	}
}

static void set_grams(uint64_t *filter, const char *folded, size_t len)
{
	for (size_t i = 0; i + GRAM <= len; i++) {
		set(filter, bit_of_gram(folded + i));
	}
}

/* --- building --- */

static struct sketch *new_sketch(int64_t version)
{
	struct sketch *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		return NULL;
	}
	/* what is never written takes no memory */
	s->blocks = calloc(BLOCKS_MAX, sizeof(*s->blocks));
	if (s->blocks == NULL) {
		free(s);
		return NULL;
	}
	s->version = version;
	s->files_a_block = FILES_A_BLOCK;
	return s;
}

static void free_sketch(struct sketch *s)
{
	if (s != NULL) {
		free(s->blocks);
		free(s);
	}
}

static void widen(struct block *b, const int64_t *least, const int64_t *greatest)
{
	for (int i = ZONE_NONE + 1; i < _ZONES; i++) {
		b->least[i] = MIN(b->least[i], least[i]);
		b->greatest[i] = MAX(b->greatest[i], greatest[i]);
	}
}

/* Two blocks become one, all along. */
static void halve(struct sketch *s)
{
	for (size_t i = 0; i < s->n / 2; i++) {
		const struct block *second = &s->blocks[2 * i + 1];
		struct block one = s->blocks[2 * i];

		merge(one.filter, second->filter);
		widen(&one, second->least, second->greatest);
		one.last = second->last;
		s->blocks[i] = one;
	}
	memset(&s->blocks[s->n / 2], 0, (s->n - s->n / 2) * sizeof(*s->blocks));
	s->n /= 2;
	s->files_a_block *= 2;
	s->files = s->files_a_block;
}
_Static_assert(BLOCKS_MAX % 2 == 0, "no block is left alone");

static struct block *block_for_next(struct sketch *s)
{
	if (s->n == 0 || s->files == s->files_a_block) {
		if (s->n == BLOCKS_MAX) {
			halve(s);
		}
		s->n++;
		s->files = 0;
	}
	s->files++;
	return &s->blocks[s->n - 1];
}

/* Files come directory by directory. Of one too long nothing is known: it has everything. */
static void take_dir(struct sketch *s, const char *dir, size_t len)
{
	char folded[DIR_KEPT];

	if (len == s->dir_len && memcmp(dir, s->dir, len) == 0) {
		return;
	}
	s->dir_len = MIN(len, sizeof(s->dir));
	memset(s->dir_filter, len > sizeof(s->dir) ? 0xff : 0, sizeof(s->dir_filter));
	memcpy(s->dir, dir, s->dir_len);
	set_grams(s->dir_filter, folded, fold(folded, s->dir, s->dir_len));
}

/* The first eight bytes as a number that sorts as they do. */
static int64_t name_zone(const char *name, size_t len)
{
	unsigned char first[8] = {0};
	uint64_t n = 0;

	memcpy(first, name, MIN(len, sizeof(first)));
	for (size_t i = 0; i < sizeof(first); i++) {
		n = n << 8 | first[i];
	}
	return (int64_t)(n ^ UINT64_C(1) << 63);
}

static void add_names(struct sketch *s, struct block *b, const struct sketch_file *f)
{
	char tail[GRAM - 1 + 1 + 256 + 1]; /* the end of the directory, a slash, NAME_MAX */
	size_t n = MIN(f->dir_len, (size_t)GRAM - 1);

	take_dir(s, f->dir, f->dir_len);
	merge(b->filter, s->dir_filter);
	fold(tail, f->dir + f->dir_len - n, n);
	if (n == 0 || tail[n - 1] != '/') { /* the directory "/" ends in its slash already */
		tail[n++] = '/';
	}
	n += fold(tail + n, f->name, MIN(f->name_len, sizeof(tail) - n));
	set_grams(b->filter, tail, n);
}

void sketch_add(struct sketch *s, const struct sketch_file *f)
{
	struct block *b = block_for_next(s);
	int64_t zones[_ZONES];

	add_names(s, b, f);
	for (unsigned i = 0; i < SERVER_HASHES; i++) {
		set(b->filter, bit_of_server(f->server, i));
	}
	memcpy(zones, f->zones, sizeof(zones));
	zones[ZONE_NAME] = name_zone(f->name, f->name_len);
	if (s->files == 1) { /* the first of its block */
		memcpy(b->least, zones, sizeof(zones));
		memcpy(b->greatest, zones, sizeof(zones));
	}
	widen(b, zones, zones);
	b->last = f->id;
}

/* --- the one that is kept --- */

struct sketches *sketches_new(void)
{
	struct sketches *k = calloc(1, sizeof(*k));

	if (k != NULL) {
		pthread_mutex_init(&k->lock, NULL);
	}
	return k;
}

void sketches_free(struct sketches *k)
{
	if (k != NULL) {
		free_sketch(k->current);
		pthread_mutex_destroy(&k->lock);
		free(k);
	}
}

struct sketch *sketches_find(struct sketches *k, int64_t version)
{
	struct sketch *s;

	pthread_mutex_lock(&k->lock);
	s = k->current != NULL && k->current->version == version ? k->current : NULL;
	if (s != NULL) {
		s->users++;
	}
	pthread_mutex_unlock(&k->lock);
	return s;
}

void sketch_release(struct sketches *k, struct sketch *s)
{
	bool last;

	pthread_mutex_lock(&k->lock);
	last = --s->users == 0 && s != k->current;
	pthread_mutex_unlock(&k->lock);
	if (last) {
		free_sketch(s);
	}
}

/* Puts s (NULL: nothing) in place of what is kept. */
static void keep(struct sketches *k, struct sketch *s)
{
	struct sketch *old = NULL;

	pthread_mutex_lock(&k->lock);
	k->building = false;
	if (s != NULL) {
		old = k->current != NULL && k->current->users == 0 ? k->current : NULL;
		k->current = s;
	}
	pthread_mutex_unlock(&k->lock);
	free_sketch(old); /* else whoever releases it last does */
}

int sketches_build(struct sketches *k, int64_t version, sketch_build build, void *arg)
{
	struct sketch *s;
	int r = 0;

	pthread_mutex_lock(&k->lock);
	if (k->building) {
		r = -EBUSY;
	} else if (k->current != NULL && k->current->version == version) {
		r = -EEXIST;
	} else {
		k->building = true;
	}
	pthread_mutex_unlock(&k->lock);
	if (r < 0) {
		return r;
	}
	s = new_sketch(version);
	r = s == NULL ? -ENOMEM : build(arg, s);
	if (r < 0) {
		free_sketch(s);
		s = NULL;
	}
	keep(k, s);
	return r;
}

/* --- searching --- */

static size_t grams_of(const struct sketch_sought *sought, unsigned bits[GRAMS_MAX])
{
	char gram[GRAM];
	size_t n = 0;

	for (; n + GRAM <= sought->len && n < GRAMS_MAX; n++) {
		fold(gram, sought->text + n, GRAM);
		bits[n] = bit_of_gram(gram);
	}
	return n;
}

static bool may_be_of(const struct block *b, int64_t server)
{
	for (unsigned i = 0; i < SERVER_HASHES; i++) {
		if (!has(b->filter, bit_of_server(server, i))) {
			return false;
		}
	}
	return true;
}

static bool may_hold(
	const struct block *b, const struct sketch_sought *sought, const unsigned *bits, size_t n)
{
	bool of_one = sought->n_servers == 0;

	for (size_t i = 0; i < n; i++) {
		if (!has(b->filter, bits[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < sought->n_servers && !of_one; i++) {
		of_one = may_be_of(b, sought->servers[i]);
	}
	return of_one;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The end of a block that comes first in the sort; turned round for a descending one, so that the
 * least comes first always. */
static int64_t first_of(const struct block *b, enum zone zone, bool descending)
{
	return descending ? ~b->greatest[zone] : b->least[zone];
}

/* n blocks begin at this or before, each with a file of its own: the first n files lie no further
 * behind. */
static int64_t find_bound(const struct sketch *s, enum zone zone, bool descending, size_t n)
{
	int64_t *firsts = calloc(s->n + 1, sizeof(*firsts)), bound = INT64_MAX;

	for (size_t i = 0; firsts != NULL && i < s->n; i++) {
		firsts[i] = first_of(&s->blocks[i], zone, descending);
	}
	if (firsts != NULL && n > 0 && n <= s->n) {
		qsort(firsts, s->n, sizeof(*firsts), compare);
		bound = firsts[n - 1];
	}
	free(firsts);
	return bound;
}

/* Writes down the blocks that are marked by `wanted`. */
struct choice {
	const struct sketch *sketch;
	bool (*wanted)(const struct choice *c, const struct block *b);
	const struct sketch_sought *sought;
	const unsigned *bits;
	size_t n_bits;
	enum zone zone;
	bool descending;
	int64_t bound;
};

static bool holds(const struct choice *c, const struct block *b)
{
	return may_hold(b, c->sought, c->bits, c->n_bits);
}

static bool reaches(const struct choice *c, const struct block *b)
{
	return first_of(b, c->zone, c->descending) <= c->bound;
}

static void add_span(struct jsonw *w, int64_t first, int64_t last)
{
	jsonw_array(w);
	jsonw_int(w, first);
	jsonw_int(w, last);
	jsonw_end(w);
}

static int write_spans(const struct choice *c, struct buf *out)
{
	const struct sketch *s = c->sketch;
	struct jsonw w = JSONW(out);
	size_t begun = out->len, taken = 0;

	jsonw_array(&w);
	for (size_t i = 0; i < s->n; i++) {
		size_t first = i;

		while (i < s->n && c->wanted(c, &s->blocks[i])) {
			i++;
		}
		if (i > first) {
			add_span(&w, first == 0 ? 0 : s->blocks[first - 1].last + 1,
				s->blocks[i - 1].last);
			taken += i - first;
		}
	}
	jsonw_end(&w);
	if (out->failed || taken > s->n / 2) {
		out->len = begun;
		return 100;
	}
	return (int)((taken * 100 + s->n - 1) / MAX(s->n, (size_t)1));
}

int sketch_spans(const struct sketch *s, const struct sketch_sought *sought, struct buf *out)
{
	unsigned bits[GRAMS_MAX];
	struct choice c = {.sketch = s, .wanted = holds, .sought = sought, .bits = bits};

	c.n_bits = grams_of(sought, bits);
	return write_spans(&c, out);
}

int sketch_first(const struct sketch *s, enum zone zone, bool descending, size_t n, struct buf *out)
{
	struct choice c = {.sketch = s, .wanted = reaches, .zone = zone, .descending = descending};

	c.bound = find_bound(s, zone, descending, n);
	return write_spans(&c, out);
}
