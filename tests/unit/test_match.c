// needs: scannerd/match proto common
/* test_match.c - whose a file is: the corpus, its renamed twin, near misses, rules, and properties
 * over generated names. */
#include "match_world.h"

#include "scannerd/match/dates.h"
#include "scannerd/match/words.h"

#define CORPUS    "tests/fixtures/matching/corpus.jsonl"
#define INVENTORY "tests/fixtures/matching/inventory.json"

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

static void judge_corpus(const struct world *w, char *corpus)
{
	unsigned wrong = 0, rows = 0;
	for (char *line = corpus, *end; *line != '\0'; line = end + 1, rows++) {
		struct err err;
		_json_ cJSON *row = NULL;
		end = strchr(line, '\n');
		assert_non_null(end);
		assert_int_equal(json_parse(line, (size_t)(end - line), &row, &err), 0);
		wrong += judge_row(w, row);
	}
	assert_true(rows >= 59);
	assert_int_equal(wrong, 0);
}

static void corpus_is_judged_as_its_rows_say(void **state _unused_)
{
	_free_ char *inventory = world_read(INVENTORY);
	_free_ char *corpus = world_read(CORPUS);
	struct world w;
	world_begin(&w, inventory, NULL);
	judge_corpus(&w, corpus);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corpus_is_judged_as_its_rows_say),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
