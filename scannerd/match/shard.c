/* shard.c - recognizes a shard by its digits and by the store above it. */
#include "shard.h"

#include <strings.h>

enum { NARROW = 2, WIDE = 4, DEPTH_MAX = 3 };

static bool is_hexadecimal(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!(s[i] >= '0' && s[i] <= '9') && !(s[i] >= 'a' && s[i] <= 'f') &&
			!(s[i] >= 'A' && s[i] <= 'F')) {
			return false;
		}
	}
	return true;
}

/* Four digits are only PBS's: data/db01/ may well be the server's. */
static bool is_store(const char *s, size_t len, size_t digits)
{
	static const char *const stores[] = {".chunks", "data", "objects", "chunks", "blobs",
		"pool", "cpool", "packs", "index", "sha256", "bundles", NULL};
	for (const char *const *store = stores; *store != NULL; store++) {
		if (strlen(*store) == len && strncasecmp(*store, s, len) == 0) {
			return digits == NARROW || store == stores;
		}
	}
	return false;
}

bool shard_directory(const char *path, size_t first, size_t begin, size_t end)
{
	size_t digits = end - begin;
	if ((digits != NARROW && digits != WIDE) || !is_hexadecimal(path + begin, digits)) {
		return false;
	}
	/* BackupPC has shards within shards: cpool/3e/a0/. */
	for (int depth = 0; depth < DEPTH_MAX && begin > first; depth++) {
		end = begin - 1;
		begin = end;
		while (begin > first && path[begin - 1] != '/') {
			begin--;
		}
		if (is_store(path + begin, end - begin, digits)) {
			return true;
		}
		if (digits != NARROW || end - begin != NARROW ||
			!is_hexadecimal(path + begin, NARROW)) {
			return false;
		}
	}
	return false;
}
