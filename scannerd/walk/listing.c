/* listing.c - one directory's files: growing, sorting, hashing, handing on. */
#include "scannerd/walk/listing.h"

#include <endian.h>
#include <errno.h>
#include <sodium/crypto_shorthash_siphash24.h>

_Static_assert(LISTING_DIGEST_SIZE == crypto_shorthash_siphashx24_BYTES, "digest size");
_Static_assert(LISTING_KEY_SIZE == crypto_shorthash_siphashx24_KEYBYTES, "key size");

enum {
	DETACH_COPY_BYTES = 1 << 18, /* larger listings move instead of being copied */
	DIGEST_CHUNK = 1 << 16,
};

struct listing *listing_new(void)
{
	return calloc(1, sizeof(struct listing));
}

void listing_free(struct listing *l)
{
	if (l == NULL) {
		return;
	}
	buf_done(&l->path);
	buf_done(&l->names);
	free(l->files);
	free(l);
}

void listing_reset(struct listing *l)
{
	l->root = l->dir = 0;
	l->root_len = 0;
	l->n = 0;
	l->repository = (struct repository_place){0};
	memset(l->digest, 0, sizeof(l->digest));
	buf_reset(&l->path);
	buf_reset(&l->names);
}

int listing_add(struct listing *l, const char *name, size_t len, int64_t mtime_ns, int64_t size)
{
	if (l->n >= LISTING_FILES_MAX || l->names.len > UINT32_MAX - len || len > UINT16_MAX) {
		return -E2BIG;
	}
	if (l->n == l->cap) {
		size_t cap = GROW(l->cap);
		struct listed_file *files = reallocarray(l->files, cap, sizeof(*files));
		if (files == NULL) {
			return -ENOMEM;
		}
		l->files = files;
		l->cap = cap;
	}
	if (buf_reserve(&l->names, len) < 0) {
		return -ENOMEM;
	}

	struct listed_file *f = &l->files[l->n++];
	*f = (struct listed_file){.name = (uint32_t)l->names.len,
		.name_len = (uint16_t)len,
		.mtime_ns = mtime_ns,
		.size = size};
	buf_add(&l->names, name, len);
	return 0;
}

/* A file to be sorted: most names differ in their first bytes, which are compared as a number. */
struct sort_key {
	uint64_t prefix; /* the first byte is the highest; zeros behind a shorter name */
	uint32_t file;
};

static struct sort_key sort_key(const struct listing *l, size_t file)
{
	const struct listed_file *f = &l->files[file];
	const char *name = listing_name(l, f);
	uint64_t prefix = 0;
	if (f->name_len >= sizeof(prefix)) {
		memcpy(&prefix, name, sizeof(prefix));
		prefix = be64toh(prefix);
	} else {
		for (size_t i = 0; i < f->name_len; i++) {
			prefix |= (uint64_t)(unsigned char)name[i] << (56 - 8 * i);
		}
	}
	return (struct sort_key){.prefix = prefix, .file = (uint32_t)file};
}

static int compare_names(
	const struct listing *l, const struct listed_file *x, const struct listed_file *y)
{
	size_t len = MIN(x->name_len, y->name_len);
	int order = memcmp(listing_name(l, x), listing_name(l, y), len);
	return order != 0 ? order : (int)x->name_len - (int)y->name_len;
}

static inline bool is_after(
	const struct listing *l, const struct sort_key *x, const struct sort_key *y)
{
	if (x->prefix != y->prefix) {
		return x->prefix > y->prefix;
	}
	return compare_names(l, &l->files[x->file], &l->files[y->file]) > 0;
}

static void sort_run(const struct listing *l, struct sort_key *keys, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_key key = keys[i];
		size_t at = i;
		for (; at > 0 && is_after(l, &keys[at - 1], &key); at--) {
			keys[at] = keys[at - 1];
		}
		keys[at] = key;
	}
}

static void merge_runs(const struct listing *l, const struct sort_key *from, size_t middle,
	size_t end, struct sort_key *to)
{
	size_t low = 0, high = middle;
	for (size_t i = 0; i < end; i++) {
		bool take_low =
			low < middle && (high == end || !is_after(l, &from[low], &from[high]));
		to[i] = from[take_low ? low++ : high++];
	}
}

/* Sorts n keys by merging; the other n places are working space. Returns where the result is. */
static struct sort_key *sort_keys(const struct listing *l, struct sort_key *keys, size_t n)
{
	enum { RUN = 12 };
	struct sort_key *from = keys, *to = keys + n;
	for (size_t i = 0; i < n; i += RUN) {
		sort_run(l, keys + i, MIN((size_t)RUN, n - i));
	}
	for (size_t run = RUN; run < n; run *= 2) {
		for (size_t i = 0; i < n; i += 2 * run) {
			size_t end = MIN(2 * run, n - i);
			merge_runs(l, from + i, MIN(run, end), end, to + i);
		}
		struct sort_key *sorted = to;
		to = from;
		from = sorted;
	}
	return from;
}

/* Moves each file to the place of its key, cycle by cycle; the keys are used up. */
static void arrange(struct listing *l, struct sort_key *keys)
{
	for (size_t i = 0; i < l->n; i++) {
		struct listed_file first = l->files[i];
		size_t at = i;
		while (keys[at].file != i) {
			size_t next = keys[at].file;
			l->files[at] = l->files[next];
			keys[at].file = (uint32_t)at;
			at = next;
		}
		l->files[at] = first;
		keys[at].file = (uint32_t)at;
	}
}

int listing_sort(struct listing *l)
{
	if (l->n < 2) {
		return 0;
	}
	_free_ struct sort_key *keys = reallocarray(NULL, 2 * l->n, sizeof(*keys));
	if (keys == NULL) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < l->n; i++) {
		keys[i] = sort_key(l, i);
	}
	arrange(l, sort_keys(l, keys, l->n));
	size_t kept = 1;
	for (size_t i = 1; i < l->n; i++) {
		if (compare_names(l, &l->files[i], &l->files[kept - 1]) != 0) {
			l->files[kept++] = l->files[i];
		}
	}
	l->n = kept;
	return 0;
}

/* Puts the digest of what the buffer holds at its beginning, so that what comes next is chained to
 * it. */
static void digest_fold(struct buf *b, const uint8_t *key)
{
	uint8_t digest[LISTING_DIGEST_SIZE];
	crypto_shorthash_siphashx24(digest, (const uint8_t *)b->data, b->len, key);
	buf_reset(b);
	buf_add(b, digest, sizeof(digest));
}

int listing_digest(struct listing *l, const uint8_t key[LISTING_KEY_SIZE])
{
	/* Each record carries its length, so that no two listings serialise alike. */
	enum { RECORD_FIXED = sizeof(uint16_t) + 2 * sizeof(int64_t) };
	int64_t place = repository_pack(l->repository);
	_buf_ struct buf b = BUF_INIT;
	size_t whole = l->names.len + l->n * RECORD_FIXED;
	/* The chunk, or a fold and the longest record. */
	if (buf_reserve(&b, MIN(whole, (size_t)DIGEST_CHUNK) + LISTING_DIGEST_SIZE + RECORD_FIXED) <
		0) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct listed_file *f = &l->files[i];
		if (b.len + RECORD_FIXED + f->name_len > DIGEST_CHUNK) {
			digest_fold(&b, key);
		}
		char *at = b.data + b.len;
		memcpy(at, &f->name_len, sizeof(f->name_len));
		memcpy(at + sizeof(uint16_t), &f->mtime_ns, sizeof(f->mtime_ns));
		memcpy(at + sizeof(uint16_t) + sizeof(int64_t), &f->size, sizeof(f->size));
		memcpy(at + RECORD_FIXED, listing_name(l, f), f->name_len);
		b.len += RECORD_FIXED + (size_t)f->name_len;
	}
	if (place != 0) { /* shorter than any record, so that it is none */
		buf_add(&b, &place, sizeof(place));
	}
	if (b.failed) {
		return -ENOMEM;
	}
	crypto_shorthash_siphashx24(l->digest, (const uint8_t *)b.data, b.len, key);
	return 0;
}

static struct listing *copy(const struct listing *l)
{
	struct listing *c = listing_new();
	if (c == NULL) {
		return NULL;
	}
	c->root = l->root;
	c->dir = l->dir;
	c->root_len = l->root_len;
	c->repository = l->repository;
	memcpy(c->digest, l->digest, sizeof(c->digest));
	buf_add(&c->path, l->path.data, l->path.len);
	buf_add(&c->names, l->names.data, l->names.len);
	if (l->n != 0) {
		c->files = reallocarray(NULL, l->n, sizeof(*c->files));
		if (c->files != NULL) {
			memcpy(c->files, l->files, l->n * sizeof(*c->files));
			c->n = c->cap = l->n;
		}
	}
	if (c->path.failed || c->names.failed || c->n != l->n) {
		listing_free(c);
		return NULL;
	}
	return c;
}

struct listing *listing_detach(struct listing **l)
{
	size_t bytes = (*l)->path.len + (*l)->names.len + (*l)->n * sizeof(struct listed_file);
	if (bytes <= DETACH_COPY_BYTES) {
		return copy(*l);
	}
	struct listing *fresh = listing_new();
	if (fresh == NULL) {
		return NULL;
	}
	struct listing *full = *l;
	*l = fresh;
	return full;
}
