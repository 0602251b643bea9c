/* fuzz_shape.c - the shape of any path: its glob matches the path whatever numbers are kept, is
 * valid text, and fits a rule. */
#include "common/utf8.h"
#include "scannerd/match/glob.h"
#include "scannerd/match/groups.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void shape_of(struct shape *s, const char *path, size_t len, const struct date_rules *rules)
{
	for (size_t at = 0; at <= len;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t end = slash != NULL ? (size_t)(slash - path) : len;
		struct text t;

		text_set(&t, path + at, end - at);
		shape_add(s, &t, path + at, end - at, rules);
		at = end + 1;
	}
}

static void check_group(const struct groups *groups, size_t i, const char *path, size_t len)
{
	_buf_ struct buf glob = BUF_INIT, words = BUF_INIT;
	struct group g;

	groups_get(groups, i, &g);
	shape_glob(&g.paths, &glob);
	shape_words(&g.paths, &words);
	assert(glob.len <= SHAPE_GLOB_MAX && utf8_is_valid(glob.data, glob.len));
	assert(words.len > 0 && words.len <= len + 1);
	assert(glob_match(buf_cstr(&glob), path, len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct words *words;
	const char *path = (const char *)data;
	struct shape s = {0};
	struct groups *groups = NULL;
	struct groups_file file = {.id = 1, .size = 1, .root = 1};

	if (words == NULL) {
		assert(words_new(NULL, &words) == 0);
	}
	const struct date_rules rules = {.now = 1795363811, .words = words};

	/* As the kernel names files, and no longer than rules_apply() takes. */
	if (size == 0 || size > 8000 || memchr(data, '\0', size) != NULL || data[0] == '/') {
		return 0;
	}
	assert(groups_new(&groups) == 0);
	shape_of(&s, path, size, &rules);
	assert(groups_add(groups, &s, &file) == 0);
	/* A second one of the same shape, its digits turned: numbers are then no longer kept. */
	_free_ char *other = malloc(size);

	assert(other != NULL);
	for (size_t i = 0; i < size; i++) {
		other[i] = path[i] >= '1' && path[i] <= '8' ? (char)(path[i] + 1) : path[i];
	}
	shape_reset(&s);
	shape_of(&s, other, size, &rules);
	file.id = 2;
	assert(groups_add(groups, &s, &file) == 0);
	assert(groups_finish(groups) == 0);
	assert(groups_count(groups) > 0 && groups_count(groups) <= 2);
	for (size_t i = 0; i < groups_count(groups); i++) {
		struct group g;

		groups_get(groups, i, &g);
		for (size_t k = 0; k < GROUPS_SAMPLES && g.tally.samples[k].id != 0; k++) {
			check_group(groups, i, g.tally.samples[k].id == 1 ? path : other, size);
		}
	}
	shape_done(&s);
	groups_free(groups);
	return 0;
}
