/* delays.c - a table of failures of fixed size, found by a keyed hash, oldest out first. */
#include "scannerd/delays.h"

#include "common/addr.h"
#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <sys/queue.h>

enum { BUCKETS = 1024, DIGEST_BYTES = crypto_shorthash_BYTES, FAILURES_MAX = 1000 };

struct delay {
	TAILQ_ENTRY(delay) by_age;
	LIST_ENTRY(delay) by_hash;
	uint64_t key; /* 64 bits of a hash whose key nobody knows: no two are made to meet */
	int64_t failed_ms, before_ms;
	int failures; /* 0: unused */
};
struct delays {
	uint8_t hash_key[crypto_shorthash_KEYBYTES];
	TAILQ_HEAD(delay_ages, delay) ages; /* all of them; the first failed longest ago */
	LIST_HEAD(, delay) buckets[BUCKETS];
	struct delay v[DELAYS_KEPT];
};

int delays_new(struct delays **ret)
{
	struct delays *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		return -ENOMEM;
	}
	crypto_shorthash_keygen(d->hash_key);
	TAILQ_INIT(&d->ages);
	for (size_t i = 0; i < DELAYS_KEPT; i++) {
		TAILQ_INSERT_TAIL(&d->ages, &d->v[i], by_age);
	}
	*ret = d;
	return 0;
}

void delays_free(struct delays *d)
{
	free(d);
}

void delays_source_key(const char *address, char out[DELAY_KEY_SIZE])
{
	struct addr a;
	char text[ADDR_TEXT_SIZE];

	if (address == NULL || addr_parse(address, &a) < 0) {
		snprintf(out, DELAY_KEY_SIZE, "source %.100s", address != NULL ? address : "");
		return;
	}
	if (a.family == 6) {
		memset(a.bytes + 8, 0, 8);
	}
	addr_format(&a, text);
	snprintf(out, DELAY_KEY_SIZE, "source %s", text);
}

void delays_name_key(const char *name, char out[DELAY_KEY_SIZE])
{
	snprintf(out, DELAY_KEY_SIZE, "name %.128s", name);
	for (char *p = out; *p != '\0'; p++) {
		*p = (char)tolower((unsigned char)*p);
	}
}

static uint64_t hash(const struct delays *d, const char *key)
{
	uint8_t digest[DIGEST_BYTES];
	uint64_t number;

	crypto_shorthash(digest, (const unsigned char *)key, strlen(key), d->hash_key);
	memcpy(&number, digest, sizeof(number));
	return number;
}

static struct delay *find(const struct delays *d, uint64_t key)
{
	struct delay *e;

	LIST_FOREACH (e, &d->buckets[key % BUCKETS], by_hash) {
		if (e->key == key) {
			return e;
		}
	}
	return NULL;
}

static bool is_over(const struct delay *e, int64_t now_ms)
{
	return now_ms - e->failed_ms >= DELAYS_FORGET_S * MSEC_PER_SEC;
}

int delays_wait(const struct delays *d, const char *key, int64_t now_ms)
{
	const struct delay *e = find(d, hash(d, key));
	int64_t wait_ms = MSEC_PER_SEC, left_ms;

	if (e == NULL || e->failures < DELAYS_FREE || is_over(e, now_ms)) {
		return 0;
	}
	for (int i = DELAYS_FREE; i < e->failures && wait_ms < DELAYS_SECONDS_MAX * MSEC_PER_SEC;
		i++) {
		wait_ms *= 2;
	}
	wait_ms = MIN(wait_ms, DELAYS_SECONDS_MAX * MSEC_PER_SEC);
	left_ms = e->failed_ms + wait_ms - now_ms;
	return left_ms <= 0 ? 0 : (int)((left_ms + MSEC_PER_SEC - 1) / MSEC_PER_SEC);
}

static void release(struct delays *d, struct delay *e)
{
	LIST_REMOVE(e, by_hash);
	e->failures = 0;
	TAILQ_REMOVE(&d->ages, e, by_age);
	TAILQ_INSERT_HEAD(&d->ages, e, by_age);
}

void delays_begin(struct delays *d, const char *key, int64_t now_ms)
{
	uint64_t number = hash(d, key);
	struct delay *e = find(d, number);

	if (e == NULL) {
		e = TAILQ_FIRST(&d->ages);
		if (e->failures > 0) {
			LIST_REMOVE(e, by_hash);
		}
		e->key = number;
		e->failures = 0;
		e->failed_ms = now_ms;
		LIST_INSERT_HEAD(&d->buckets[number % BUCKETS], e, by_hash);
	}
	if (is_over(e, now_ms)) {
		e->failures = 0;
	}
	e->failures = MIN(e->failures + 1, FAILURES_MAX);
	e->before_ms = e->failed_ms;
	e->failed_ms = now_ms;
	TAILQ_REMOVE(&d->ages, e, by_age);
	TAILQ_INSERT_TAIL(&d->ages, e, by_age);
}

void delays_undo(struct delays *d, const char *key)
{
	struct delay *e = find(d, hash(d, key));

	if (e == NULL) {
		return;
	}
	e->failed_ms = e->before_ms;
	if (--e->failures == 0) {
		release(d, e);
	}
}

void delays_clear(struct delays *d, const char *key)
{
	struct delay *e = find(d, hash(d, key));

	if (e != NULL) {
		release(d, e);
	}
}
