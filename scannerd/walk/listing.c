/* listing.c - one directory's files: growing, sorting, hashing, handing on. */
#include "scannerd/walk/listing.h"

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

static int compare_files(const void *a, const void *b, void *names)
{
	const struct listed_file *x = a, *y = b;
	const char *base = names;
	int order = memcmp(base + x->name, base + y->name, MIN(x->name_len, y->name_len));
	return order != 0 ? order : (int)x->name_len - (int)y->name_len;
}

static bool same_name(
	const struct listing *l, const struct listed_file *x, const struct listed_file *y)
{
	return x->name_len == y->name_len &&
	       memcmp(listing_name(l, x), listing_name(l, y), x->name_len) == 0;
}

void listing_sort(struct listing *l)
{
	if (l->n < 2) {
		return;
	}
	qsort_r(l->files, l->n, sizeof(*l->files), compare_files, l->names.data);
	size_t kept = 1;
	for (size_t i = 1; i < l->n; i++) {
		if (!same_name(l, &l->files[i], &l->files[kept - 1])) {
			l->files[kept++] = l->files[i];
		}
	}
	l->n = kept;
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
	_buf_ struct buf b = BUF_INIT;
	size_t whole = l->names.len + l->n * RECORD_FIXED;
	if (buf_reserve(&b, MIN(whole, (size_t)DIGEST_CHUNK) + LISTING_DIGEST_SIZE) < 0) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct listed_file *f = &l->files[i];
		if (b.len + RECORD_FIXED + f->name_len > DIGEST_CHUNK) {
			digest_fold(&b, key);
		}
		buf_add(&b, &f->name_len, sizeof(f->name_len));
		buf_add(&b, &f->mtime_ns, sizeof(f->mtime_ns));
		buf_add(&b, &f->size, sizeof(f->size));
		buf_add(&b, listing_name(l, f), f->name_len);
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
