/* counts.c - tells backups from what lies beside them, by the ending, the name and the size. */
#include "counts.h"

#include <pthread.h>

struct ending {
	const char *text;
	enum verdict_reason reason; /* VERDICT_COUNTS: a wrapper; the ending before it decides */
};

static const struct ending endings[] = {
	{"part", VERDICT_PARTIAL},
	{"partial", VERDICT_PARTIAL},
	{"filepart", VERDICT_PARTIAL},
	{"crdownload", VERDICT_PARTIAL},
	{"incomplete", VERDICT_PARTIAL},
	{"inprogress", VERDICT_PARTIAL},
	{"in-progress", VERDICT_PARTIAL},
	{"in_progress", VERDICT_PARTIAL},
	{"unfinished", VERDICT_PARTIAL},
	{"uploading", VERDICT_PARTIAL},
	{"upload", VERDICT_PARTIAL},
	{"download", VERDICT_PARTIAL},
	{"dlpart", VERDICT_PARTIAL},
	{"aria2", VERDICT_PARTIAL},
	{"!ut", VERDICT_PARTIAL},
	{"!qb", VERDICT_PARTIAL},
	{"!sync", VERDICT_PARTIAL},
	{"pending", VERDICT_PARTIAL},
	{"tmp", VERDICT_TEMPORARY},
	{"temp", VERDICT_TEMPORARY},
	{"swp", VERDICT_TEMPORARY},
	{"swo", VERDICT_TEMPORARY},
	{"lock", VERDICT_TEMPORARY},
	{"lck", VERDICT_TEMPORARY},
	{"pid", VERDICT_TEMPORARY},
	{"md5", VERDICT_SIDECAR},
	{"md5sum", VERDICT_SIDECAR},
	{"sha1", VERDICT_SIDECAR},
	{"sha1sum", VERDICT_SIDECAR},
	{"sha224", VERDICT_SIDECAR},
	{"sha256", VERDICT_SIDECAR},
	{"sha256sum", VERDICT_SIDECAR},
	{"sha384", VERDICT_SIDECAR},
	{"sha512", VERDICT_SIDECAR},
	{"sha512sum", VERDICT_SIDECAR},
	{"b2", VERDICT_SIDECAR},
	{"b2sum", VERDICT_SIDECAR},
	{"b3", VERDICT_SIDECAR},
	{"b3sum", VERDICT_SIDECAR},
	{"blake2b", VERDICT_SIDECAR},
	{"blake3", VERDICT_SIDECAR},
	{"crc", VERDICT_SIDECAR},
	{"crc32", VERDICT_SIDECAR},
	{"sfv", VERDICT_SIDECAR},
	{"sum", VERDICT_SIDECAR},
	{"sums", VERDICT_SIDECAR},
	{"checksum", VERDICT_SIDECAR},
	{"checksums", VERDICT_SIDECAR},
	{"hash", VERDICT_SIDECAR},
	{"xxh", VERDICT_SIDECAR},
	{"xxh64", VERDICT_SIDECAR},
	{"par2", VERDICT_SIDECAR},
	{"sig", VERDICT_SIDECAR},
	{"sign", VERDICT_SIDECAR},
	{"signature", VERDICT_SIDECAR},
	{"minisig", VERDICT_SIDECAR},
	{"p7s", VERDICT_SIDECAR},
	{"manifest", VERDICT_SIDECAR},
	{"mf", VERDICT_SIDECAR},
	{"vbm", VERDICT_SIDECAR},
	{"sigtar", VERDICT_SIDECAR},
	{"meta", VERDICT_SIDECAR},
	{"metadata", VERDICT_SIDECAR},
	{"notes", VERDICT_SIDECAR},
	{"protected", VERDICT_SIDECAR},
	{"nfo", VERDICT_SIDECAR},
	{"log", VERDICT_LOG},
	{"logs", VERDICT_LOG},
	{"gz", VERDICT_COUNTS},
	{"z", VERDICT_COUNTS},
	{"bz2", VERDICT_COUNTS},
	{"xz", VERDICT_COUNTS},
	{"zst", VERDICT_COUNTS},
	{"lz4", VERDICT_COUNTS},
	{"gpg", VERDICT_COUNTS},
	{"pgp", VERDICT_COUNTS},
	{"age", VERDICT_COUNTS},
	{"aes", VERDICT_COUNTS},
	{"enc", VERDICT_COUNTS},
	{"blob", VERDICT_COUNTS},
};

/* Whole names, or names up to their first dot, that are never backups. */
static const struct ending names[] = {
	{"log", VERDICT_LOG},
	{"xferlog", VERDICT_LOG},
	{"xfererr", VERDICT_LOG},
	{"restorelog", VERDICT_LOG},
	{"md5sums", VERDICT_SIDECAR},
	{"md5sum", VERDICT_SIDECAR},
	{"sha1sums", VERDICT_SIDECAR},
	{"sha1sum", VERDICT_SIDECAR},
	{"sha256sums", VERDICT_SIDECAR},
	{"sha256sum", VERDICT_SIDECAR},
	{"sha512sums", VERDICT_SIDECAR},
	{"sha512sum", VERDICT_SIDECAR},
	{"b2sums", VERDICT_SIDECAR},
	{"checksum", VERDICT_SIDECAR},
	{"checksums", VERDICT_SIDECAR},
	{"manifest", VERDICT_SIDECAR},
	{"metadata", VERDICT_SIDECAR},
	{"tmp", VERDICT_TEMPORARY},
	{"temp", VERDICT_TEMPORARY},
};

static const struct ending whole_names[] = {
	{"thumbs.db", VERDICT_SIDECAR},
	{"desktop.ini", VERDICT_SIDECAR},
	{".ds_store", VERDICT_SIDECAR},
	{"backup.info", VERDICT_SIDECAR},
	{"backup_manifest", VERDICT_SIDECAR},
	{".nomedia", VERDICT_SIDECAR},
};

static const char *const temporary_directories[] = {
	"tmp",
	"temp",
	".tmp",
	".temp",
	"_tmp",
	"_temp",
	".rsync-partial",
	".rsync-tmp",
	".~tmp~",
	".partial",
	".incomplete",
	"incomplete",
	"partial",
	"inprogress",
	"in-progress",
	"in_progress",
	".in-progress",
	".inprogress",
};

/* What a compressor makes of nothing, by its ending. */
static const struct {
	const char *ending;
	int64_t min, max;
} empty_sizes[] = {
	{"gz", 20, 31},
	{"tgz", 20, 31},
	{"bz2", 14, 14},
	{"tbz", 14, 14},
	{"tbz2", 14, 14},
	{"xz", 32, 32},
	{"txz", 32, 32},
	{"zst", 9, 13},
	{"tzst", 9, 13},
	{"lz4", 11, 15},
	{"zip", 22, 22},
};

static bool equals(const char *word, const unsigned char *s, size_t len)
{
	return (unsigned char)word[0] == s[0] && strlen(word) == len && memcmp(word, s, len) == 0;
}

enum { INDEX_SLOTS = 256 };

/* Three lists are asked about every file: open addressing; a slot has the place in the list + 1. */
struct list_index {
	const struct ending *list;
	size_t n;
	uint8_t slots[INDEX_SLOTS];
};

static struct list_index by_ending_text = {.list = endings, .n = ARRAY_SIZE(endings)};
static struct list_index by_stem = {.list = names, .n = ARRAY_SIZE(names)};
static struct list_index by_whole_name = {.list = whole_names, .n = ARRAY_SIZE(whole_names)};
static pthread_once_t indices_once = PTHREAD_ONCE_INIT;

static unsigned text_slot(const unsigned char *s, size_t len)
{
	return (s[0] * 31u + s[len - 1] * 7u + s[len / 2] * 131u + (unsigned)len) % INDEX_SLOTS;
}

static void index_list(struct list_index *x)
{
	for (size_t i = 0; i < x->n; i++) {
		const unsigned char *text = (const unsigned char *)x->list[i].text;
		unsigned at = text_slot(text, strlen(x->list[i].text));
		while (x->slots[at] != 0) {
			at = (at + 1) % INDEX_SLOTS;
		}
		x->slots[at] = (uint8_t)(i + 1);
	}
}

static void index_lists(void)
{
	_Static_assert(ARRAY_SIZE(endings) < INDEX_SLOTS / 2 && ARRAY_SIZE(names) < INDEX_SLOTS / 2,
		"the indices must stay sparse");
	index_list(&by_ending_text);
	index_list(&by_stem);
	index_list(&by_whole_name);
}

static const struct ending *find(const struct list_index *x, const unsigned char *s, size_t len)
{
	if (len == 0) {
		return NULL;
	}
	for (unsigned at = text_slot(s, len); x->slots[at] != 0; at = (at + 1) % INDEX_SLOTS) {
		const struct ending *e = &x->list[x->slots[at] - 1];
		if (equals(e->text, s, len)) {
			return e;
		}
	}
	return NULL;
}

/* The dot before the last ending of the first len bytes; len if there is none. A leading dot is
 * none. */
static size_t last_dot(const struct text *t, size_t len)
{
	for (size_t i = len; i > 1; i--) {
		if (t->s[i - 1] == '.') {
			return i - 1;
		}
	}
	return len;
}

/* backup.log.1, LOG.012024.z: a number is the log's turn. Only for logs: x.tar.001 is a part of x.
 */
static bool is_number(const struct text *t, size_t begin, size_t end)
{
	return begin < end && text_end(t->digit, begin) >= end;
}

static enum verdict_reason by_ending(const struct text *t)
{
	size_t len = t->len;
	bool numbered = false;
	for (unsigned depth = 0; depth < 4; depth++) {
		size_t dot = last_dot(t, len);
		if (dot == len) {
			break;
		}
		const struct ending *e = find(&by_ending_text, t->s + dot + 1, len - dot - 1);
		if (e == NULL && !is_number(t, dot + 1, len)) {
			break;
		}
		numbered |= e == NULL;
		if (e != NULL && e->reason != VERDICT_COUNTS) {
			return numbered && e->reason != VERDICT_LOG ? VERDICT_COUNTS : e->reason;
		}
		len = dot;
	}
	return VERDICT_COUNTS;
}

/* rsync's own temporary name: .web01.tar.gz.Ab12Cd, six characters no person would choose. */
static bool is_rsync_partial(const struct text *t)
{
	enum { RANDOM = 6 };
	if (t->len < RANDOM + 4 || t->s[0] != '.' || t->s[t->len - RANDOM - 1] != '.' ||
		memchr(t->s + 1, '.', t->len - RANDOM - 2) == NULL) {
		return false;
	}
	size_t begin = t->len - RANDOM, upper = 0, digits = 0, lower = 0;
	for (size_t i = begin; i < t->len; i++) {
		char c = t->raw[i];
		upper += c >= 'A' && c <= 'Z';
		lower += c >= 'a' && c <= 'z';
		digits += c >= '0' && c <= '9';
	}
	return upper + lower + digits == RANDOM && digits != RANDOM && (upper != 0 || digits != 0);
}

static bool starts_with(const struct text *t, const char *start)
{
	size_t len = strlen(start);
	return t->len >= len && memcmp(t->s, start, len) == 0;
}

static enum verdict_reason by_name(const struct text *t)
{
	const struct ending *e = find(&by_whole_name, t->s, t->len);
	if (e == NULL) {
		const unsigned char *dot = memchr(t->s, '.', t->len);
		size_t stem = dot != NULL ? (size_t)(dot - t->s) : t->len;
		e = find(&by_stem, t->s, stem);
	}
	if (e != NULL) {
		return e->reason;
	}
	unsigned char first = t->s[0], last = t->len != 0 ? t->s[t->len - 1] : 0;
	if (last == '~' || (first == '~' && t->s[1] == '$') || (first == '#' && last == '#')) {
		return VERDICT_TEMPORARY;
	}
	if (first == 't' && (starts_with(t, "tmp-") || starts_with(t, "tmp_"))) {
		return VERDICT_TEMPORARY;
	}
	if (first != '.') {
		return VERDICT_COUNTS;
	}
	if (starts_with(t, ".nfs0") || starts_with(t, ".fuse_hidden") ||
		starts_with(t, ".goutputstream-")) {
		return VERDICT_TEMPORARY;
	}
	return is_rsync_partial(t) ? VERDICT_PARTIAL : VERDICT_COUNTS;
}

static bool is_empty_archive(const struct text *t, int64_t size)
{
	if (size < 9 || size > 32) {
		return false;
	}
	size_t dot = last_dot(t, t->len);
	for (size_t i = 0; dot < t->len && i < ARRAY_SIZE(empty_sizes); i++) {
		if (equals(empty_sizes[i].ending, t->s + dot + 1, t->len - dot - 1)) {
			return size >= empty_sizes[i].min && size <= empty_sizes[i].max;
		}
	}
	return false;
}

enum verdict_reason counts_judge(const struct text *t, int64_t size, bool temporary)
{
	if (size == 0) {
		return VERDICT_EMPTY;
	}
	if (temporary) {
		return VERDICT_TEMPORARY;
	}
	pthread_once(&indices_once, index_lists);
	enum verdict_reason reason = by_ending(t);
	if (reason == VERDICT_COUNTS) {
		reason = by_name(t);
	}
	if (reason == VERDICT_COUNTS && is_empty_archive(t, size)) {
		reason = VERDICT_EMPTY_ARCHIVE;
	}
	return reason;
}

bool counts_temporary_directory(const struct text *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(temporary_directories); i++) {
		if (equals(temporary_directories[i], t->s, t->len)) {
			return true;
		}
	}
	pthread_once(&indices_once, index_lists);
	enum verdict_reason reason = by_ending(t);
	return reason == VERDICT_PARTIAL || reason == VERDICT_TEMPORARY;
}
