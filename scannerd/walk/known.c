/* known.c - a hash table of directory paths: filled by one thread, then read by all, which set
 * marks in it without a lock. */
#include "scannerd/walk/known.h"

#include <errno.h>
#include <sodium/crypto_shorthash.h>
#include <sodium/randombytes.h>
#include <stdatomic.h>

struct entry {
	int64_t root, dir;
	size_t path; /* offset into paths */
	uint32_t len;
	uint8_t digest[LISTING_DIGEST_SIZE];
	atomic_bool seen;
};

struct kept {
	struct kept *next;
	size_t len;
	char path[];
};

struct known {
	struct entry *entries;
	size_t n, cap;
	uint32_t *slots; /* index into entries plus one, 0 is free; n_slots is a power of two */
	size_t n_slots;
	struct buf paths;
	_Atomic(struct kept *) kept;
	struct mounts *mounts;
	uint8_t key[crypto_shorthash_KEYBYTES]; /* random: names of strangers must not collide on
						   purpose */
};

int known_new(struct known **ret)
{
	struct known *k = calloc(1, sizeof(*k));
	if (k == NULL) {
		return -ENOMEM;
	}
	int rc = mounts_new(&k->mounts);
	if (rc < 0) {
		free(k);
		return rc;
	}
	randombytes_buf(k->key, sizeof(k->key));
	*ret = k;
	return 0;
}

void known_free(struct known *k)
{
	if (k == NULL) {
		return;
	}
	struct kept *kept = atomic_load(&k->kept);
	while (kept != NULL) {
		struct kept *next = kept->next;
		free(kept);
		kept = next;
	}
	mounts_free(k->mounts);
	buf_done(&k->paths);
	free(k->slots);
	free(k->entries);
	free(k);
}

struct mounts *known_mounts(const struct known *k)
{
	return k->mounts;
}

static uint64_t hash_path(const struct known *k, const char *path, size_t len)
{
	uint64_t hash = 0;
	_Static_assert(sizeof(hash) == crypto_shorthash_BYTES, "hash size");
	crypto_shorthash((uint8_t *)&hash, (const uint8_t *)path, len, k->key);
	return hash;
}

/* The slot of that directory, or the free one where it would go. The path alone is hashed: few are
 * in more than one root. */
static size_t find_slot(const struct known *k, int64_t root, const char *path, size_t len)
{
	size_t slot = hash_path(k, path, len) & (k->n_slots - 1);
	for (; k->slots[slot] != 0; slot = (slot + 1) & (k->n_slots - 1)) {
		const struct entry *e = &k->entries[k->slots[slot] - 1];
		if (e->root == root && e->len == len &&
			memcmp(k->paths.data + e->path, path, len) == 0) {
			break;
		}
	}
	return slot;
}

static struct entry *find(const struct known *k, int64_t root, const char *path, size_t len)
{
	if (k->n == 0) {
		return NULL;
	}
	uint32_t index = k->slots[find_slot(k, root, path, len)];
	return index != 0 ? &k->entries[index - 1] : NULL;
}

static int grow(struct known *k)
{
	size_t cap = GROW(k->cap), n_slots = cap * 2;
	if (cap >= UINT32_MAX) {
		return -ENOMEM;
	}
	struct entry *entries = reallocarray(k->entries, cap, sizeof(*entries));
	if (entries == NULL) {
		return -ENOMEM;
	}
	k->entries = entries;
	uint32_t *slots = calloc(n_slots, sizeof(*slots));
	if (slots == NULL) {
		return -ENOMEM;
	}
	free(k->slots);
	k->slots = slots;
	k->n_slots = n_slots;
	k->cap = cap;
	for (size_t i = 0; i < k->n; i++) {
		const struct entry *e = &k->entries[i];
		k->slots[find_slot(k, e->root, k->paths.data + e->path, e->len)] = (uint32_t)i + 1;
	}
	return 0;
}

int known_add(struct known *k, int64_t root, int64_t dir, const char *path, size_t len,
	const uint8_t digest[LISTING_DIGEST_SIZE])
{
	if (len > UINT32_MAX) {
		return -ENOMEM;
	}
	int rc = k->n == k->cap ? grow(k) : 0;
	if (rc < 0) {
		return rc;
	}
	size_t slot = find_slot(k, root, path, len);
	if (k->slots[slot] != 0) {
		return -EEXIST;
	}
	struct entry e = {.root = root, .dir = dir, .path = k->paths.len, .len = (uint32_t)len};
	memcpy(e.digest, digest, sizeof(e.digest));
	if (buf_reserve(&k->paths, len) < 0) {
		return -ENOMEM;
	}
	buf_add(&k->paths, path, len);
	k->entries[k->n++] = e;
	k->slots[slot] = (uint32_t)k->n;
	return 0;
}

bool known_has(const struct known *k, int64_t root, const char *path, size_t len)
{
	return find(k, root, path, len) != NULL;
}

int64_t known_see(
	struct known *k, int64_t root, const char *path, size_t len, const uint8_t **ret_digest)
{
	struct entry *e = find(k, root, path, len);
	if (e == NULL) {
		return 0;
	}
	atomic_store_explicit(&e->seen, true, memory_order_relaxed);
	*ret_digest = e->digest;
	return e->dir;
}

int known_keep(struct known *k, const char *path, size_t len)
{
	struct kept *kept = malloc(sizeof(*kept) + len);
	if (kept == NULL) {
		return -ENOMEM;
	}
	kept->len = len;
	memcpy(kept->path, path, len);
	kept->next = atomic_load_explicit(&k->kept, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(
		&k->kept, &kept->next, kept, memory_order_release, memory_order_relaxed)) {
	}
	return 0;
}

bool known_is_kept(const struct known *k, const char *path, size_t len)
{
	struct kept *head = atomic_load_explicit(&k->kept, memory_order_acquire);
	for (const struct kept *i = head; i != NULL; i = i->next) {
		bool is_root = i->len == 1 && i->path[0] == '/';
		if (is_root || (len >= i->len && memcmp(path, i->path, i->len) == 0 &&
				       (len == i->len || path[i->len] == '/'))) {
			return true;
		}
	}
	return false;
}

static int compare_kept(const void *a, const void *b)
{
	const struct kept *x = *(const struct kept *const *)a, *y = *(const struct kept *const *)b;
	int order = memcmp(x->path, y->path, MIN(x->len, y->len));
	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* The kept paths, sorted, so that each question is a binary search. */
static int sort_kept(struct known *k, const struct kept ***ret, size_t *ret_n)
{
	struct kept *head = atomic_load_explicit(&k->kept, memory_order_acquire);
	size_t n = 0;
	for (struct kept *i = head; i != NULL; i = i->next) {
		n++;
	}
	const struct kept **sorted = calloc(n + 1, sizeof(*sorted));
	if (sorted == NULL) {
		return -ENOMEM;
	}
	size_t at = 0;
	for (struct kept *i = head; i != NULL; i = i->next) {
		sorted[at++] = i;
	}
	qsort(sorted, n, sizeof(*sorted), compare_kept);
	*ret = sorted;
	*ret_n = n;
	return 0;
}

static bool search_kept(const struct kept **sorted, size_t n, const char *path, size_t len)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct kept *m = sorted[middle];
		int order = memcmp(path, m->path, MIN(len, m->len));
		if (order == 0) {
			order = (len > m->len) - (len < m->len);
		}
		if (order == 0) {
			return true;
		}
		if (order < 0) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return false;
}

/* Whether path or a directory above it is kept. */
static bool is_kept(const struct kept **sorted, size_t n, const char *path, size_t len)
{
	if (n == 0) {
		return false;
	}
	for (size_t i = 1; i < len; i++) {
		if (path[i] == '/' && search_kept(sorted, n, path, i)) {
			return true;
		}
	}
	return search_kept(sorted, n, path, len) || search_kept(sorted, n, "/", 1);
}

int known_each_unseen(
	struct known *k, int64_t root, int (*fn)(void *arg, int64_t dir, bool gone), void *arg)
{
	_free_ const struct kept **sorted = NULL;
	size_t n_kept = 0;
	int rc = sort_kept(k, &sorted, &n_kept);
	for (size_t i = 0; rc == 0 && i < k->n; i++) {
		const struct entry *e = &k->entries[i];
		if (e->root != root || atomic_load_explicit(&e->seen, memory_order_relaxed)) {
			continue;
		}
		rc = fn(arg, e->dir, !is_kept(sorted, n_kept, k->paths.data + e->path, e->len));
	}
	return rc;
}
