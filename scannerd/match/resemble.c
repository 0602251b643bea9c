/* resemble.c - an index of names by what is left of them without separators, leading zeros or one
 * letter. */
#include "scannerd/match/resemble.h"

#include "scannerd/match/clock.h"
#include <errno.h>

enum {
	PART_MIN = 3,       /* a shorter name is part of anything */
	PART_MAX = 24,      /* bytes of a name looked for in a token */
	TYPO_LETTERS = 5,   /* shorter words are one letter apart by chance */
	LOOKUPS_MAX = 8000, /* of a path */
	BUCKETS = 1 << 16,
	RUN_TOKENS = 3, /* names of more tokens are found by matching only */
};

struct name {
	int64_t server;
	uint32_t text, squeezed; /* in texts, NUL-terminated: as given, and without separators */
	uint8_t len;             /* of squeezed */
	bool has_backup;
};

struct entry {
	uint64_t hash;
	uint32_t name;
	uint8_t kind; /* enum resemblance_kind; PART entries are those of SAME */
};

struct resemble {
	const struct words *words;
	struct buf texts;
	struct name *names;
	size_t n;
	struct entry *entries; /* by bucket */
	size_t n_entries;
	uint32_t buckets[BUCKETS + 1];
};

void resemble_free(struct resemble *r)
{
	if (r != NULL) {
		buf_done(&r->texts);
		free(r->names);
		free(r->entries);
		free(r);
	}
}

/* --- texts --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The bytes of tokens from begin to end, numbers without leading zeros. Returns the length, 0 if it
 * does not fit. */
static size_t squeeze(const struct text *t, size_t begin, size_t end, char *out)
{
	size_t len = 0;

	for (size_t i = begin; i < end; i++) {
		bool first = i == begin || !text_bit(t->digit, i - 1);

		if (!text_bit(t->token, i)) {
			continue;
		}
		if (t->s[i] == '0' && digit_at(t, i + 1) && i + 1 < end &&
			(first || len == 0 || !is_digit(out[len - 1]))) {
			continue; /* a leading zero */
		}
		if (len == RESEMBLE_TEXT_SIZE - 1) {
			return 0;
		}
		out[len++] = (char)t->s[i];
	}
	out[len] = '\0';
	return len;
}

static uint64_t hash_of(const char *s, size_t len, uint64_t seed)
{
	uint64_t hash = seed;

	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ (unsigned char)s[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

static uint64_t hash_same(const char *s, size_t len)
{
	return hash_of(s, len, 1);
}

/* Without the byte at `gap`; gap == len: all of it. */
static uint64_t hash_typo(const char *s, size_t len, size_t gap)
{
	uint64_t hash = hash_of(s, gap, 2);

	return gap < len ? hash_of(s + gap + 1, len - gap - 1, hash) : hash;
}

static size_t letters_of(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		n += !is_digit(s[i]);
	}
	return n;
}

/* The number behind "vm", "qemu" ...; 0 if it is no such name. */
static size_t vm_number(const char *s, size_t len)
{
	static const char *const starts[] = {
		"vm", "ct", "lxc", "qemu", "kvm", "guest", "openvz", "vmid"};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		size_t at = strlen(starts[i]);

		if (len > at && memcmp(s, starts[i], at) == 0 &&
			letters_of(s + at, len - at) == 0) {
			return at;
		}
	}
	return 0;
}

static uint64_t hash_vm(const char *s, size_t len, size_t number)
{
	return hash_of(s + number, len - number, 3);
}

/* --- building --- */

/* The text of a name that is looked for: the first label of a host name; nothing of an address. */
static size_t squeezed_name(const struct resemble *r, const char *name, char *out)
{
	struct text t;
	size_t label = strcspn(name, "."), len;

	if (name[strspn(name, "0123456789.")] == '\0' || strchr(name, ':') != NULL ||
		!text_set(&t, name, label) || words_class(r->words, t.s, t.len) != WORD_FREE) {
		return 0;
	}
	len = squeeze(&t, 0, t.len, out);
	return len >= PART_MIN && letters_of(out, len) > 0 ? len : 0;
}

static int add_names(struct resemble *r, const struct resemble_name *names, size_t n)
{
	char squeezed[RESEMBLE_TEXT_SIZE];

	for (size_t i = 0; i < n && r->n < RESEMBLE_NAMES_MAX; i++) {
		size_t len = squeezed_name(r, names[i].text, squeezed);

		if (len == 0) {
			continue;
		}
		struct name *name = &r->names[r->n++];

		*name = (struct name){.server = names[i].server,
			.len = (uint8_t)len,
			.has_backup = names[i].has_backup};
		name->text = (uint32_t)r->texts.len;
		buf_add(&r->texts, names[i].text, strlen(names[i].text) + 1);
		name->squeezed = (uint32_t)r->texts.len;
		buf_add(&r->texts, squeezed, len + 1);
	}
	return r->texts.failed ? -ENOMEM : 0;
}

typedef void (*entry_fn)(struct resemble *r, const struct entry *e);

static void each_entry(struct resemble *r, entry_fn fn)
{
	for (uint32_t i = 0; i < r->n; i++) {
		const struct name *name = &r->names[i];
		const char *s = r->texts.data + name->squeezed;
		size_t number = vm_number(s, name->len);

		fn(r, &(struct entry){hash_same(s, name->len), i, RESEMBLES_SAME});
		if (number != 0) {
			fn(r, &(struct entry){hash_vm(s, name->len, number), i, RESEMBLES_VM});
		}
		for (size_t gap = 0; letters_of(s, name->len) >= TYPO_LETTERS && gap <= name->len;
			gap++) {
			if (gap == name->len || !is_digit(s[gap])) {
				fn(r, &(struct entry){
					      hash_typo(s, name->len, gap), i, RESEMBLES_TYPO});
			}
		}
	}
}

static size_t bucket_of(uint64_t hash)
{
	return hash >> 48;
}

static void count_entry(struct resemble *r, const struct entry *e)
{
	r->buckets[bucket_of(e->hash) + 1]++;
	r->n_entries++;
}

/* Filling moves each bucket's begin to its end. */
static void put_entry(struct resemble *r, const struct entry *e)
{
	r->entries[r->buckets[bucket_of(e->hash)]++] = *e;
}

static int build_index(struct resemble *r)
{
	each_entry(r, count_entry);
	for (size_t i = 0; i < BUCKETS; i++) {
		r->buckets[i + 1] += r->buckets[i];
	}
	r->entries = calloc(r->n_entries + 1, sizeof(*r->entries));
	if (r->entries == NULL) {
		return -ENOMEM;
	}
	each_entry(r, put_entry);
	memmove(r->buckets + 1, r->buckets, BUCKETS * sizeof(r->buckets[0]));
	r->buckets[0] = 0;
	return 0;
}

int resemble_new(const struct resemble_name *names, size_t n, const struct words *words,
	struct resemble **ret)
{
	_cleanup_(resemble_freep) struct resemble *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		return -ENOMEM;
	}
	r->words = words;
	r->names = calloc(MIN(n, (size_t)RESEMBLE_NAMES_MAX) + 1, sizeof(*r->names));
	if (r->names == NULL) {
		return -ENOMEM;
	}
	int rc = add_names(r, names, n);

	rc = rc < 0 ? rc : build_index(r);
	if (rc == 0) {
		*ret = steal(r);
	}
	return rc;
}

/* --- finding --- */

struct finding {
	const struct resemble *r;
	struct resemblance *best;
	size_t *n, max;
	size_t lookups;
	const struct text *t;
	size_t begin, end; /* what of t is looked at now */
};

static bool is_better(
	const struct resemble *r, const struct resemblance *a, const struct resemblance *b)
{
	if (a->has_backup != b->has_backup) {
		return b->has_backup;
	}
	if (a->kind != b->kind) {
		return a->kind < b->kind;
	}
	if (r->names[a->name].len != r->names[b->name].len) {
		return r->names[a->name].len > r->names[b->name].len;
	}
	return a->server < b->server;
}

/* Each server once, with its best. */
static void keep(struct finding *f, const struct resemblance *like)
{
	size_t at = 0;

	while (at < *f->n && f->best[at].server != like->server) {
		at++;
	}
	if (at == *f->n && *f->n < f->max) {
		(*f->n)++;
	} else if (at == *f->n && is_better(f->r, like, &f->best[at - 1])) {
		at--;
	} else if (at == *f->n || !is_better(f->r, like, &f->best[at])) {
		return;
	}
	for (; at > 0 && is_better(f->r, like, &f->best[at - 1]); at--) {
		f->best[at] = f->best[at - 1];
	}
	f->best[at] = *like;
}

static void found(struct finding *f, uint32_t name, enum resemblance_kind kind)
{
	struct resemblance like = {.server = f->r->names[name].server,
		.kind = kind,
		.has_backup = f->r->names[name].has_backup,
		.name = name};
	size_t len = MIN(f->end - f->begin, sizeof(like.token) - 1);

	memcpy(like.token, f->t->s + f->begin, len);
	keep(f, &like);
}

/* Do they differ by one letter: another, a missing, or one more? */
static bool is_typo(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t same = 0;

	while (same < a_len && same < b_len && a[same] == b[same]) {
		same++;
	}
	if (a_len == b_len) {
		return same < a_len && !is_digit(a[same]) && !is_digit(b[same]) &&
		       memcmp(a + same + 1, b + same + 1, a_len - same - 1) == 0;
	}
	if (a_len < b_len) {
		return is_typo(b, b_len, a, a_len);
	}
	return a_len == b_len + 1 && !is_digit(a[same]) &&
	       memcmp(a + same + 1, b + same, b_len - same) == 0;
}

/* s is the token, or a part of it, that the hash is of. */
static void look_up(struct finding *f, uint64_t hash, const char *s, size_t len,
	enum resemblance_kind kind, enum resemblance_kind as)
{
	const struct resemble *r = f->r;
	size_t bucket = bucket_of(hash);

	f->lookups++;
	for (size_t i = r->buckets[bucket]; i < r->buckets[bucket + 1]; i++) {
		const struct entry *e = &r->entries[i];
		const struct name *name = &r->names[e->name];
		const char *other = r->texts.data + name->squeezed;

		if (e->hash != hash || e->kind != kind) {
			continue;
		}
		if (kind == RESEMBLES_SAME && (name->len != len || memcmp(other, s, len) != 0)) {
			continue;
		}
		if (kind != RESEMBLES_TYPO || is_typo(s, len, other, name->len)) {
			found(f, e->name, as);
		}
	}
}

/* web1 is no part of web10: a number is whole or not there. */
static void look_for_parts(struct finding *f, const char *s, size_t len)
{
	for (size_t at = 0; at + PART_MIN <= len; at++) {
		if (at > 0 && is_digit(s[at]) && is_digit(s[at - 1])) {
			continue;
		}
		for (size_t n = PART_MIN; n <= PART_MAX && at + n <= len; n++) {
			bool cut = at + n < len && is_digit(s[at + n]) && is_digit(s[at + n - 1]);

			if (!cut && n < len && f->lookups < LOOKUPS_MAX) {
				look_up(f, hash_same(s + at, n), s + at, n, RESEMBLES_SAME,
					RESEMBLES_PART);
			}
		}
	}
}

static void look_at_run(struct finding *f, size_t tokens)
{
	char s[RESEMBLE_TEXT_SIZE];
	size_t len = squeeze(f->t, f->begin, f->end, s), number = vm_number(s, len);

	if (len < PART_MIN || f->lookups >= LOOKUPS_MAX || letters_of(s, len) == 0) {
		return;
	}
	look_up(f, hash_same(s, len), s, len, RESEMBLES_SAME, RESEMBLES_SAME);
	if (number != 0) {
		look_up(f, hash_vm(s, len, number), s, len, RESEMBLES_VM, RESEMBLES_VM);
	}
	if (tokens == 1) {
		look_for_parts(f, s, len);
	}
	for (size_t gap = 0; letters_of(s, len) >= TYPO_LETTERS && gap <= len; gap++) {
		if (gap == len || !is_digit(s[gap])) {
			look_up(f, hash_typo(s, len, gap), s, len, RESEMBLES_TYPO, RESEMBLES_TYPO);
		}
	}
}

static void look_at_component(struct finding *f, const struct text *t)
{
	f->t = t;
	for (size_t at = text_next(t, t->token, 0); at < t->len;) {
		size_t end = text_end(t->token, at), next = text_next(t, t->token, end);

		f->begin = at;
		f->end = end;
		for (size_t tokens = 1; tokens <= RUN_TOKENS; tokens++) {
			look_at_run(f, tokens);
			size_t more = text_next(t, t->token, f->end);

			if (more >= t->len) {
				break;
			}
			f->end = text_end(t->token, more);
		}
		at = next;
	}
}

void resemble_find(const struct resemble *r, const char *path, size_t len, struct resemblance *best,
	size_t *n, size_t max)
{
	struct finding f = {.r = r, .best = best, .n = n, .max = max};

	while (len > 0 && max > 0 && f.lookups < LOOKUPS_MAX) {
		const char *slash = memrchr(path, '/', len);
		size_t begin = slash != NULL ? (size_t)(slash - path) + 1 : 0;
		struct text t;

		if (text_set(&t, path + begin, len - begin)) {
			look_at_component(&f, &t);
		}
		len = begin > 0 ? begin - 1 : 0;
	}
}

void resemble_because(const struct resemble *r, const struct resemblance *like, struct buf *out)
{
	static const struct {
		const char *between, *behind;
	} words[] = {
		[RESEMBLES_SAME] = {"and", " differ at most in separators and leading zeros"},
		[RESEMBLES_VM] = {"has the number of", ""},
		[RESEMBLES_PART] = {"is part of", ""},
		[RESEMBLES_TYPO] = {"and", " differ in one letter"},
	};
	const char *name = r->texts.data + r->names[like->name].text;

	buf_printf(out, "\"%.*s\" %s \"%s\"%s", (int)strcspn(name, "."), name,
		words[like->kind].between, like->token, words[like->kind].behind);
}
