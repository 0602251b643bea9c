// needs: scannerd/match proto common
/* test_match_corpus.c - real naming shapes of backup tools, and near misses: two lists, each also
 * with other names and with its servers in another order. */
#include "match_world.h"

#include "scannerd/match/words.h"

#define FIXTURES "tests/fixtures/matching/"

static const struct corpus {
	const char *rows, *inventory;
	unsigned least; /* rows */
} corpora[] = {
	{FIXTURES "corpus.jsonl", FIXTURES "inventory.json", 59},
	{FIXTURES "more.jsonl", FIXTURES "more-inventory.json", 500},
};

/* ISO text, also cut off ("2024-01-31", "2024-01-31T03:00"), as seconds. */
static int64_t iso(const char *s)
{
	int y, mo, d, h = 0, mi = 0, sec = 0;
	int64_t t;
	assert_true(sscanf(s, "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &sec) >= 3);
	assert_int_equal(time_from_civil(y, mo, d, h, mi, sec, &t), 0);
	return t;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What of one corpus row is wrong: 0 or the number of fields. */
static unsigned judge_row(const struct world *w, const cJSON *row)
{
	const char *path = json_get_string(row, "path"), *date = json_get_string(row, "date");
	int64_t id = json_get_int(row, "id", 0), mtime = INT64_C(1234567),
		stated = date != NULL ? iso(date) : mtime;
	size_t ties;
	struct verdict v = world_judge(w->matcher, path, mtime, 1 << 20, &ties);
	bool future = stated > WORLD_NOW + 86400,
	     ambiguous = json_get_bool(row, "ambiguous", false);
	unsigned wrong = !same(world_name(w, v.server), json_get_string(row, "server"));
	wrong += v.future != future;
	wrong += v.backup_time != (future ? mtime : stated);
	wrong += (v.time_source == TIME_FROM_MTIME) != (date == NULL || future);
	wrong += (v.reason == VERDICT_AMBIGUOUS) != ambiguous || (ties > 1) != ambiguous;
	if (v.server != 0) {
		wrong += (v.reason == VERDICT_COUNTS) != json_get_bool(row, "counts", false);
	}
	if (wrong != 0) {
		char got[TIME_ISO_SIZE];
		const char *name = world_name(w, v.server);
		print_error("row %lld, %s: server %s, %s, time %s by %s, %zu tie\n", (long long)id,
			path, name != NULL ? name : "none", verdict_reason_name(v.reason),
			time_iso(v.backup_time, got), time_source_names[v.time_source], ties);
	}
	return wrong;
}

/* Rows whose very letters matter ("fixed") are left out where names were changed. */
static void judge_corpus(const struct world *w, char *corpus, unsigned least, bool renamed)
{
	unsigned wrong = 0, rows = 0;
	for (char *line = corpus, *end; *line != '\0'; line = end + 1, rows++) {
		struct err err;
		_json_ cJSON *row = NULL;
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_int_equal(json_parse(line, (size_t)(end - line), &row, &err), 0);
		if (!renamed || !json_get_bool(row, "fixed", false)) {
			wrong += judge_row(w, row);
		}
	}
	assert_true(rows >= least);
	assert_int_equal(wrong, 0);
}

static void rows_are_judged_as_they_say(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(corpora); i++) {
		_free_ char *inventory = world_read(corpora[i].inventory);
		_free_ char *rows = world_read(corpora[i].rows);
		struct world w;
		world_begin(&w, inventory, NULL);
		judge_corpus(&w, rows, corpora[i].least, false);
		world_end(&w);
	}
}

/* Names that tests about tokens must not touch: words of tools, top labels, generic and common
 * words. */
static bool is_renamed(const char *token, size_t len, const struct words *words)
{
	static const char *const kept[] = {
		"example", "org", "com", "net", "edu", "local", "internal", "ip"};
	char folded[64];
	bool letter = false;
	for (size_t i = 0; i < len; i++) {
		folded[i] = (char)(token[i] >= 'A' && token[i] <= 'Z' ? token[i] | 0x20 : token[i]);
		letter |= folded[i] >= 'a' && folded[i] <= 'z';
	}
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (strlen(kept[i]) == len && memcmp(kept[i], folded, len) == 0) {
			return false;
		}
	}
	return letter && words_class(words, (const unsigned char *)folded, len) == WORD_FREE;
}

static bool is_token(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Every token of every host name and alias, between blanks. */
static void collect_tokens(const struct world *w, const struct words *words, char *out, size_t size)
{
	size_t used = (size_t)snprintf(out, size, " ");
	for (size_t i = 0; i < w->n; i++) {
		const char *texts[4] = {
			w->servers[i].hostname, w->lists[i][1][0], w->lists[i][1][1], NULL};
		for (const char **text = texts; *text != NULL; text++) {
			for (const char *p = *text; *p != '\0';) {
				size_t len = 0;
				while (is_token(p[len])) {
					len++;
				}
				if (len != 0 && is_renamed(p, len, words)) {
					used += (size_t)snprintf(
						out + used, size - used, "%.*s ", (int)len, p);
				}
				p += len + (len == 0);
			}
		}
	}
	assert_true(used < size);
}

/* Turns the letters of the listed tokens, in place: their lengths, digits and cases stay. Veeam's
 * "D" ends one, too. */
static unsigned rename_tokens(char *text, const char *tokens)
{
	unsigned renamed = 0;
	for (char *p = text; *p != '\0';) {
		size_t len = 0;
		char word[80];
		while (is_token(p[len]) && !(p[len] == 'D' && p[len + 1] == '2')) {
			len++;
		}
		snprintf(word, sizeof(word), " %.*s ", (int)MIN(len, (size_t)70), p);
		for (char *c = word; *c != '\0'; c++) {
			*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
		}
		bool listed = len != 0 && strstr(tokens, word) != NULL;
		for (size_t i = 0; listed && i < len; i++) {
			char base = (char)(p[i] >= 'a' ? 'a' : 'A');
			p[i] = (char)(p[i] >= 'A' ? base + (p[i] - base + 11) % 26 : p[i]);
		}
		renamed += listed;
		p += len + (len == 0);
	}
	return renamed;
}

static void renamed_rows_are_judged_alike(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(corpora); i++) {
		_free_ char *inventory = world_read(corpora[i].inventory);
		_free_ char *rows = world_read(corpora[i].rows);
		char tokens[8192];
		struct words *words;
		struct world w;
		assert_int_equal(words_new(NULL, &words), 0);
		world_servers(&w, inventory);
		collect_tokens(&w, words, tokens, sizeof(tokens));
		cJSON_Delete(w.json);
		words_free(words);
		assert_true(rename_tokens(inventory, tokens) > 50);
		assert_true(rename_tokens(rows, tokens) > 50);
		world_begin(&w, inventory, NULL);
		judge_corpus(&w, rows, corpora[i].least, true);
		world_end(&w);
	}
}

static void rows_do_not_depend_on_the_order_of_servers(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(corpora); i++) {
		_free_ char *inventory = world_read(corpora[i].inventory);
		_free_ char *rows = world_read(corpora[i].rows);
		struct world w;
		world_servers(&w, inventory);
		for (size_t turn = 1; turn < 4; turn++) {
			for (size_t k = 0; k < w.n; k++) {
				size_t other = (k * 31 + turn * 17) % w.n;
				struct match_server swap = w.servers[k];
				w.servers[k] = w.servers[other];
				w.servers[other] = swap;
			}
			assert_int_equal(
				matcher_new(w.servers, w.n, NULL, WORLD_NOW, &w.matcher, NULL), 0);
			judge_corpus(&w, rows, corpora[i].least, false);
			matcher_unref(w.matcher);
		}
		cJSON_Delete(w.json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_judged_as_they_say),
		cmocka_unit_test(renamed_rows_are_judged_alike),
		cmocka_unit_test(rows_do_not_depend_on_the_order_of_servers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
