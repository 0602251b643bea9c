/* match_world.h - a world of servers for the tests of matching, and one call that judges a path in
 * it. */
#ifndef TESTS_UNIT_MATCH_WORLD_H
#define TESTS_UNIT_MATCH_WORLD_H

#include "common/addr.h"
#include "common/json.h"
#include "common/timefmt.h"
#include "scannerd/match/match.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define WORLD_NOW INT64_C(1790000000) /* 2026-09-21 */
enum { WORLD_ROOT_LEN = 5 };
#define WORLD_ROOT "/root"

struct world {
	cJSON *json; /* owns the texts */
	struct match_server servers[128];
	const char *lists[128][3][8]; /* addresses, aliases, macs */
	size_t n;
	struct matcher *matcher;
};

static inline char *world_read(const char *path)
{
	_fclose_ FILE *f = fopen(path, "re");
	assert_non_null(f);
	char *text = calloc(1, 1 << 20);
	assert_non_null(text);
	size_t len = fread(text, 1, (1 << 20) - 1, f);
	assert_true(len > 0);
	return text;
}

static inline const char *const *world_list(
	struct world *w, size_t i, int which, const char *key, const cJSON *from)
{
	size_t n = 0;
	const cJSON *item;
	cJSON_ArrayForEach (item, json_get(from, key)) {
		assert_true(n < 7);
		w->lists[i][which][n++] = item->valuestring;
	}
	return w->lists[i][which];
}

/* A world from JSON text: [{"hostname","ips","aliases","macs","by_hand"}]. Server i has the id i
 * + 1. */
static inline void world_servers(struct world *w, const char *text)
{
	struct err err;
	*w = (struct world){0};
	assert_int_equal(json_parse(text, strlen(text), &w->json, &err), 0);
	const cJSON *item;
	cJSON_ArrayForEach (item, w->json) {
		size_t i = w->n++;
		assert_true(i < ARRAY_SIZE(w->servers));
		w->servers[i] = (struct match_server){.id = (int64_t)i + 1,
			.hostname = json_get_string(item, "hostname"),
			.hostname_by_hand = json_get_bool(item, "by_hand", false),
			.addresses = world_list(w, i, 0, "ips", item),
			.aliases = world_list(w, i, 1, "aliases", item),
			.macs = world_list(w, i, 2, "macs", item)};
	}
}

static inline void world_begin(struct world *w, const char *text, const struct config *cfg)
{
	struct err err = {0};
	world_servers(w, text);
	assert_int_equal(matcher_new(w->servers, w->n, cfg, WORLD_NOW, &w->matcher, &err), 0);
}

static inline void world_end(struct world *w)
{
	matcher_unref(w->matcher);
	cJSON_Delete(w->json);
}

static inline const char *world_name(const struct world *w, int64_t id)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->servers[i].id == id) {
			return w->servers[i].hostname;
		}
	}
	return NULL;
}

/* Judges a path below the scanned directory. ties: NULL, or how many servers tie. */
static inline struct verdict world_judge(
	const struct matcher *m, const char *below, int64_t mtime, int64_t size, size_t *ties)
{
	char path[4096];
	struct match_dir dir;
	struct verdict v;
	int64_t ids[32];
	int len = snprintf(path, sizeof(path), WORLD_ROOT "/%s", below);
	assert_true(len > 0 && (size_t)len < sizeof(path));
	const char *slash = strrchr(path, '/');
	matcher_dir(m, path, (size_t)(slash - path), WORLD_ROOT_LEN, &dir);
	/* The name stands in exactly its own bytes, so that a sanitizer sees every read behind the
	 * end. */
	size_t name_len = (size_t)len - (size_t)(slash + 1 - path);
	_free_ char *name = malloc(MAX(name_len, (size_t)1));
	assert_non_null(name);
	memcpy(name, slash + 1, name_len);
	matcher_file(&dir, name, name_len, mtime * NSEC_PER_SEC, size, &v);
	if (ties != NULL) {
		*ties = matcher_ties(&dir, name, name_len, ids, ARRAY_SIZE(ids));
	}
	return v;
}

static inline const char *world_server(const struct world *w, const char *below)
{
	return world_name(w, world_judge(w->matcher, below, WORLD_NOW, 1 << 20, NULL).server);
}

struct world_case {
	const char *path, *server; /* NULL: nobody's */
};

static inline void world_check(const struct world *w, const struct world_case *cases, size_t n)
{
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++) {
		const char *got = world_server(w, cases[i].path);
		if ((got == NULL) != (cases[i].server == NULL) ||
			(got != NULL && strcmp(got, cases[i].server) != 0)) {
			print_error("%s: got %s, wanted %s\n", cases[i].path, got ? got : "nobody",
				cases[i].server ? cases[i].server : "nobody");
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

#endif
