// needs: scannerd/match proto common
/* test_delta.c - what a new matcher may judge otherwise than the one before: never too little. */
#include "match_world.h"

#include "scannerd/match/delta.h"
#include "scannerd/match/needles.h"
#include <errno.h>

enum { SERVERS = 64, TEXTS = 12, NAME = 160 };

/* A world that is kept as text, so that it can be changed a little. */
struct town {
	size_t n;
	struct {
		int64_t id, minimum;
		bool by_hand;
		char text[TEXTS][72]; /* 0 host name, 1-2 seen, 3-5 addresses, 6 MAC, 7-9 aliases */
	} v[SERVERS];
};

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t below(uint64_t *state, size_t n)
{
	return (size_t)(random_next(state) >> 11) % n;
}

static const char *pick(uint64_t *state, const char *const *list, size_t n)
{
	return list[below(state, n)];
}
#define PICK(state, list) pick(state, list, ARRAY_SIZE(list))

static const char *const labels[] = {"web", "db", "app-prod", "app", "app-prod-europe", "mail",
	"nas", "backup", "srv_x", "a", "win2019", "exchange-cluster-node", "fs", "x", "pi",
	"production-database"};
static const char *const domains[] = {"", "", ".example.org", ".lab.local", ".b.example.com"};

static void random_label(uint64_t *state, char *out, size_t size)
{
	const char *label = PICK(state, labels);
	size_t number = below(state, 14);
	switch (below(state, 6)) {
	case 0:
		snprintf(out, size, "%s", label);
		break;
	case 1:
		snprintf(out, size, "%s%zu", label, number);
		break;
	case 2:
		snprintf(out, size, "%s-%zu", label, number);
		break;
	case 3:
		snprintf(out, size, "%s_%zu", label, number);
		break;
	case 4:
		snprintf(out, size, "%s0%zu", label, number);
		break;
	default:
		snprintf(out, size, "%s%zub", label, number);
		break;
	}
}

static void random_host(uint64_t *state, char *out, size_t size)
{
	char label[48];
	random_label(state, label, sizeof(label));
	snprintf(out, size, "%s%s", label, PICK(state, domains));
}

static void random_text(uint64_t *state, size_t which, char *out, size_t size)
{
	size_t a = below(state, 3), b = below(state, 40);
	out[0] = '\0';
	if (which == 0) {
		random_host(state, out, size);
	} else if (which >= 3 && which <= 4 && below(state, 2) == 0) {
		snprintf(out, size, "10.%zu.%zu.%zu", a, a, b);
	} else if (which == 5 && below(state, 6) == 0) {
		snprintf(out, size, "fd00::%zu:%zx", a, b);
	} else if (which == 6 && below(state, 6) == 0) {
		snprintf(out, size, "52:54:00:00:%02zx:%02zx", a, b);
	} else if (which >= 7 && below(state, 6) == 0) {
		random_host(state, out, size);
	} else if (which <= 2 && below(state, 8) == 0) {
		random_host(state, out, size);
	}
}

static void town_fill(struct town *t, size_t i, uint64_t *state)
{
	t->v[i].by_hand = below(state, 4) == 0;
	for (size_t k = 0; k < TEXTS; k++) {
		random_text(state, k, t->v[i].text[k], sizeof(t->v[i].text[k]));
	}
}

/* One more, one less, or one changed in one text; now and then several. */
static void town_change(struct town *t, uint64_t *state, int64_t *last_id)
{
	for (size_t changes = 1 + (below(state, 8) == 0) * 3; changes > 0; changes--) {
		size_t i = below(state, t->n), how = below(state, 5);
		if (how == 0 && t->n < SERVERS) {
			t->v[t->n].id = ++*last_id;
			t->v[t->n].minimum = 0;
			town_fill(t, t->n++, state);
		} else if (how == 1 && t->n > 1) {
			t->v[i] = t->v[--t->n];
		} else if (how == 2) {
			t->v[i].by_hand = !t->v[i].by_hand;
		} else {
			size_t k = below(state, 10);
			random_text(state, k, t->v[i].text[k], sizeof(t->v[i].text[k]));
		}
	}
}

static struct matcher *town_matcher(const struct town *t, const struct config *cfg)
{
	struct match_server servers[SERVERS];
	const char *lists[SERVERS][4][4] = {0};
	static const size_t first[] = {1, 3, 6, 7, 10};
	for (size_t i = 0; i < t->n; i++) {
		for (size_t list = 0; list < 4; list++) {
			size_t n = 0;
			for (size_t k = first[list]; k < first[list + 1]; k++) {
				if (t->v[i].text[k][0] != '\0') {
					lists[i][list][n++] = t->v[i].text[k];
				}
			}
		}
		servers[i] = (struct match_server){.id = t->v[i].id,
			.hostname = t->v[i].text[0],
			.hostname_by_hand = t->v[i].by_hand,
			.hostnames_seen = lists[i][0],
			.addresses = lists[i][1],
			.macs = lists[i][2],
			.aliases = lists[i][3],
			.minimum_size = t->v[i].minimum};
	}
	struct matcher *m = NULL;
	struct err err;
	assert_int_equal(matcher_new(servers, t->n, cfg, WORLD_NOW, &m, &err), 0);
	return m;
}

/* Cuts, cases and separators as tools write them. */
static void disguise(uint64_t *state, char *text)
{
	size_t how = below(state, 5), cut = below(state, 8) == 0 ? 15 : NAME;
	for (size_t i = 0; text[i] != '\0'; i++) {
		if (i >= cut) {
			text[i] = '\0';
			break;
		}
		if (how == 1 && text[i] >= 'a' && text[i] <= 'z') {
			text[i] = (char)(text[i] & ~0x20);
		} else if ((how == 2 && text[i] == '.') || (how == 3 && text[i] == ':')) {
			text[i] = how == 2 ? '-' : '_';
		}
	}
}

/* A server that is not the same in the other town, if there is one. */
static size_t changed_server(uint64_t *state, const struct town *t, const struct town *other)
{
	size_t start = below(state, t->n);
	for (size_t n = 0; n < t->n; n++) {
		size_t i = (start + n) % t->n;
		if (i >= other->n || memcmp(&t->v[i], &other->v[i], sizeof(t->v[i])) != 0) {
			return i;
		}
	}
	return start;
}

/* A name with a text of one of the towns in it, glued or set apart, with or without a
 * date. */
static void random_name(uint64_t *state, const struct town *a, const struct town *b, char *out)
{
	static const char *const before[] = {"", "", "", "backup-", "sn_", "CBB_", "x.", "ip-",
		"backup", "vm-108-", "mail.", "HOST$", "D", "1."};
	static const char *const after[] = {".tar.gz", "-2024-01-31.tar", "D2019-05-04T224145.vbk",
		"_1.hbk", "-12.tar", "-7", "$INSTANCE.bak", "-confg", "@os.img", "20240131.tgz",
		".example.com.tar", ".3", "1", "b", "-prod.sql", "_20240131030000", ".5.tar",
		"-europe-11.tar", "_FULL", "", ".lab.local-x", "-2024.tar"};
	const struct town *from = below(state, 2) == 0 ? a : b;
	size_t server = below(state, 2) == 0 ? below(state, from->n)
					     : changed_server(state, from, from == a ? b : a);
	char text[72] = "";
	for (size_t tries = 0; text[0] == '\0' && tries < 20; tries++) {
		snprintf(text, sizeof(text), "%s", from->v[server].text[below(state, 10)]);
	}
	if (below(state, 4) == 0) {
		random_host(state, text, sizeof(text));
	}
	disguise(state, text);
	snprintf(out, NAME, "%s%s%s", PICK(state, before), text, PICK(state, after));
}

static bool same_verdict(
	const struct matcher *a, const struct matcher *b, const char *below_root, const char *name)
{
	char path[NAME * 2];
	int64_t xs[16], ys[16];
	struct match_dir x, y;
	struct verdict v, w;
	int len = snprintf(path, sizeof(path), WORLD_ROOT "%s", below_root);
	matcher_dir(a, path, (size_t)len, WORLD_ROOT_LEN, &x);
	matcher_dir(b, path, (size_t)len, WORLD_ROOT_LEN, &y);
	matcher_file(&x, name, strlen(name), WORLD_NOW * NSEC_PER_SEC, 100, &v);
	matcher_file(&y, name, strlen(name), WORLD_NOW * NSEC_PER_SEC, 100, &w);
	size_t n = matcher_ties(&x, name, strlen(name), xs, 16);
	size_t m = matcher_ties(&y, name, strlen(name), ys, 16);
	return verdict_pack(&v) == verdict_pack(&w) && v.backup_time == w.backup_time && n == m &&
	       memcmp(xs, ys, n * sizeof(*xs)) == 0;
}

/* Compares the judgements of many names before and after a change. Returns how many differ. */
static size_t check_names(const struct matcher *a, const struct matcher *b, const struct delta *d,
	const struct town *before, const struct town *after, uint64_t *state, size_t names)
{
	size_t differ = 0;
	for (size_t i = 0; i < names; i++) {
		char name[NAME], dir[NAME + 1] = "";
		random_name(state, before, after, name);
		if (below(state, 3) == 0) {
			dir[0] = '/';
			random_name(state, before, after, dir + 1);
		}
		bool same = same_verdict(a, b, dir, name);
		char path[NAME * 2];
		int len = snprintf(path, sizeof(path), WORLD_ROOT "%s", dir);
		bool touched = delta_touches_dir(d, path, (size_t)len, WORLD_ROOT_LEN) ||
			       delta_touches_name(d, name, strlen(name));
		if (!same && !touched) {
			fail_msg("%s/%s is judged otherwise, but not touched", dir, name);
		}
		differ += !same;
	}
	return differ;
}

static size_t check_changes(const struct config *cfg, uint64_t seed, size_t rounds, size_t names)
{
	uint64_t state = seed;
	size_t differ = 0;
	for (size_t round = 0; round < rounds; round++) {
		_free_ struct town *before = calloc(1, sizeof(*before));
		_free_ struct town *after = calloc(1, sizeof(*after));
		int64_t last_id = 0;
		assert_non_null(before);
		assert_non_null(after);
		before->n = 1 + below(&state, SERVERS - 8);
		for (size_t i = 0; i < before->n; i++) {
			before->v[i].id = ++last_id;
			town_fill(before, i, &state);
		}
		*after = *before;
		town_change(after, &state, &last_id);
		_cleanup_(matcher_unrefp) struct matcher *a = town_matcher(before, cfg);
		_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(after, cfg);
		_cleanup_(delta_freep) struct delta *d = NULL;
		assert_int_equal(delta_new(a, b, &d), 0);
		differ += check_names(a, b, d, before, after, &state, names);
	}
	return differ;
}

/* 250,000 names in 500 worlds. */
static void every_file_that_is_judged_otherwise_is_touched(void **state _unused_)
{
	assert_true(check_changes(NULL, 0x1234567, 500, 500) > 5000);
}

/* A regex takes what no token ends with, and generic words. */
static void what_a_rule_looks_up_is_touched(void **state _unused_)
{
	struct rule rule = {.regex = (char *)(uintptr_t) "^(?:.*/)?[a-z]*?(?<host>[a-w]+[0-9]*)-"};
	struct config cfg = {.rules = {&rule, 1}};
	assert_true(check_changes(&cfg, 0x7654321, 100, 300) > 500);
}

static char *text(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void town_one(struct town *t, const char *const *names, size_t n)
{
	*t = (struct town){.n = n};
	for (size_t i = 0; i < n; i++) {
		t->v[i].id = (int64_t)i + 1;
		snprintf(t->v[i].text[0], sizeof(t->v[i].text[0]), "%s", names[i]);
	}
}

static void other_settings_touch_everything(void **state _unused_)
{
	struct directory dirs[] = {{.path = text("/a")}, {.path = text("/b")}};
	struct rule rules[] = {{.path = text("x*"), .server = text("web01")},
		{.path = text("y*"), .server = text("web02")}};
	struct config base = {.directories_to_scan = {dirs, 2}, .rules = {rules, 1}};
	struct directory mapped[] = {dirs[0], {.path = text("/b"), .server = text("web02")}};
	struct directory ordered[] = {
		dirs[0], {.path = text("/b"), .date_order = DATE_ORDER_DAY_FIRST}};
	struct directory zoned[] = {dirs[0], {.path = text("/b"), .timezone = text("Asia/Tokyo")}};
	char *word = text("vault");
	struct config cases[] = {base, base, base, base, base, base, base};
	cases[0].directories_to_scan.v = mapped;
	cases[1].directories_to_scan.v = ordered;
	cases[2].directories_to_scan.v = zoned;
	cases[3].rules.v = rules + 1;
	cases[4].rules.n = 2;
	cases[5].generic_names = (struct strv){.v = &word, .n = 1};
	cases[6].schedule.timezone = text("Asia/Tokyo");
	struct town t;
	static const char *const names[] = {"web01"};
	town_one(&t, names, 1);
	_cleanup_(matcher_unrefp) struct matcher *a = town_matcher(&t, &base);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(&t, &cases[i]);
		_cleanup_(delta_freep) struct delta *d = NULL;
		assert_int_equal(delta_new(a, b, &d), 0);
		if (!delta_is_all(d) || delta_is_nothing(d) || !delta_touches_name(d, "q", 1) ||
			!delta_touches_dir(d, "/a", 2, 2)) {
			fail_msg("case %zu touches too little", i);
		}
	}
	struct config same = base;
	same.schedule.directories = text("off");
	_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(&t, &same);
	_cleanup_(delta_freep) struct delta *none = NULL, *first = NULL;
	assert_int_equal(delta_new(a, b, &none), 0);
	assert_true(delta_is_nothing(none) && !delta_is_all(none));
	assert_int_equal(delta_new(NULL, b, &first), 0);
	assert_true(delta_is_all(first));
}

static void a_server_that_settings_name_touches_everything(void **state _unused_)
{
	static const char *const names[] = {"web01", "web02"};
	struct directory mapped = {.path = text("/a"), .server = text("web02")};
	struct rule rule = {.path = text("x*"), .server = text("web02")};
	struct config cases[] = {{.directories_to_scan = {&mapped, 1}}, {.rules = {&rule, 1}}};
	struct town one, two;
	town_one(&one, names, 1);
	town_one(&two, names, 2);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(matcher_unrefp) struct matcher *a = town_matcher(&one, &cases[i]);
		_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(&two, &cases[i]);
		_cleanup_(delta_freep) struct delta *d = NULL;
		assert_int_equal(delta_new(a, b, &d), 0);
		assert_true(delta_is_all(d));
	}
}

static void another_minimum_size_touches_everything(void **state _unused_)
{
	static const char *const names[] = {"web01", "web02"};
	struct town one, two;
	town_one(&one, names, 1);
	town_one(&two, names, 2);
	_cleanup_(matcher_unrefp) struct matcher *a = town_matcher(&one, NULL);
	two.v[1].minimum = 5; /* of a new server: only its own files */
	_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(&two, NULL);
	two.v[0].minimum = 5;
	_cleanup_(matcher_unrefp) struct matcher *c = town_matcher(&two, NULL);
	_cleanup_(delta_freep) struct delta *ab = NULL, *bc = NULL;
	assert_int_equal(delta_new(a, b, &ab), 0);
	assert_false(delta_is_all(ab));
	assert_true(delta_touches_name(ab, "x-WEB02.tar", 11));
	assert_false(delta_touches_name(ab, "x-web01.tar", 11));
	assert_int_equal(delta_new(b, c, &bc), 0);
	assert_true(delta_is_all(bc));
}

static void a_number_makes_its_neighbours_touched(void **state _unused_)
{
	static const char *const names[] = {"app-prod", "app-prod-11"};
	struct town one, two;
	town_one(&one, names, 1);
	town_one(&two, names, 2);
	_cleanup_(matcher_unrefp) struct matcher *a = town_matcher(&one, NULL);
	_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(&two, NULL);
	_cleanup_(delta_freep) struct delta *d = NULL;
	assert_int_equal(delta_new(a, b, &d), 0);
	assert_false(same_verdict(a, b, "", "app-prod-12.tar"));
	assert_true(delta_touches_name(d, "app-prod-12.tar", 15));
	assert_false(delta_touches_name(d, "app-prod.tar", 12));
}

/* A run that names nobody decides where a name before it ends. */
static void a_run_between_two_names_is_touched(void **state _unused_)
{
	static const char *const names[] = {"srv0", "srv0-11", "srv0-12-x"};
	struct town one, two;
	town_one(&one, names, 2);
	town_one(&two, names, 3);
	_cleanup_(matcher_unrefp) struct matcher *a = town_matcher(&one, NULL);
	_cleanup_(matcher_unrefp) struct matcher *b = town_matcher(&two, NULL);
	_cleanup_(delta_freep) struct delta *d = NULL;
	assert_int_equal(delta_new(a, b, &d), 0);
	assert_true(delta_touches_name(d, "srv0-12.tar", 11));
	assert_false(delta_touches_name(d, "srv0-13.tar", 11));
	assert_true(same_verdict(a, b, "", "srv0-13.tar"));
}

/* Names as tools write them, of servers that stay as they are. */
static void ordinary_name(uint64_t *state, char *out, size_t size)
{
	size_t server = below(state, 10000), month = 1 + below(state, 12),
	       day = 1 + below(state, 28);
	switch (below(state, 4)) {
	case 0:
		snprintf(out, size, "srv%05zu_2024-%02zu-%02zu_0300.tar.gz", server, month, day);
		break;
	case 1:
		snprintf(out, size, "backup-10.%zu.%zu.%zu-2024%02zu%02zu.img", server / 2500,
			server / 250 % 10, server % 250, month, day);
		break;
	case 2:
		snprintf(out, size, "SRV%05zu.lab.exampleD2024-%02zu-%02zuT030000.vbk", server,
			month, day);
		break;
	default:
		snprintf(out, size, "vzdump-qemu-%zu-2024_%02zu_%02zu-03_00_00.vma.zst", server,
			month, day);
		break;
	}
}

static struct matcher *large_matcher(size_t n)
{
	_free_ struct match_server *servers = calloc(n, sizeof(*servers));
	_free_ char(*texts)[2][32] = calloc(n, sizeof(*texts));
	_free_ const char *(*lists)[2] = calloc(n, sizeof(*lists));
	struct matcher *m = NULL;
	struct err err;
	for (size_t i = 0; i < n; i++) {
		snprintf(texts[i][0], 32, "srv%05zu.lab.example", i);
		snprintf(texts[i][1], 32, "10.%zu.%zu.%zu", i / 2500, i / 250 % 10, i % 250);
		lists[i][0] = texts[i][1];
		servers[i] = (struct match_server){
			.id = (int64_t)i + 1, .hostname = texts[i][0], .addresses = lists[i]};
	}
	assert_int_equal(matcher_new(servers, n, NULL, WORLD_NOW, &m, &err), 0);
	return m;
}

static void one_more_server_touches_few_files(void **state _unused_)
{
	enum { NAMES = 100000 };
	_cleanup_(matcher_unrefp) struct matcher *a = large_matcher(9999);
	_cleanup_(matcher_unrefp) struct matcher *b = large_matcher(10000);
	_cleanup_(delta_freep) struct delta *d = NULL;
	uint64_t seed = 99;
	size_t touched = 0;
	assert_int_equal(delta_new(a, b, &d), 0);
	for (size_t i = 0; i < NAMES; i++) {
		char name[96];
		ordinary_name(&seed, name, sizeof(name));
		touched += delta_touches_name(d, name, strlen(name));
	}
	assert_true(touched > 0);
	assert_true(touched < NAMES / 20);
	assert_true(delta_touches_name(d, "x_SRV09999-y", 12));
	assert_true(delta_touches_dir(d, "/root/10.3.9.249", 16, 5));
	assert_false(delta_touches_dir(d, "/srv09999/x", 11, 9)); /* above the scanned one */
}

static void needles_are_found_wherever_they_stand(void **state _unused_)
{
	static const struct {
		const char *text;
		bool in;
	} cases[] = {{"ab", true}, {"AB", true}, {"xab", true}, {"abx", true}, {"a", false},
		{"b", false}, {"", false}, {"ba", false}, {"aXb", false}, {"db-01", true},
		{"xDB-01.tar", true}, {"db-0", false}, {"b-01", false}, {"[\\", true},
		{"{|", false}, {"caf\xc3\xa9", true}, {"CAF\xc3\xa9s", true},
		{"caf\xc3\x89", false}};
	struct needles n;
	needles_init(&n);
	assert_false(needles_in(&n, "ab", 2));
	assert_int_equal(needles_add(&n, "ab", 2), 0);
	assert_int_equal(needles_add(&n, "db-01", 5), 0);
	assert_int_equal(needles_add(&n, "[\\", 2), 0);
	assert_int_equal(needles_add(&n, "caf\xc3\xa9", 5), 0);
	assert_int_equal(needles_add(&n, "abc", 3), 0);
	assert_int_equal(n.n, 4); /* what contains "abc" contains "ab" */
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		size_t len = strlen(cases[i].text);
		_free_ char *exact = malloc(len + (len == 0));
		memcpy(exact, cases[i].text, len);
		assert_int_equal(needles_in(&n, exact, len), cases[i].in);
	}
	for (size_t i = 0; i < NEEDLES_MAX; i++) {
		char word[16];
		snprintf(word, sizeof(word), "q%05zu", i);
		int rc = needles_add(&n, word, 6);
		assert_int_equal(rc, i < NEEDLES_MAX - 4 ? 0 : -E2BIG);
		assert_int_equal(needles_in(&n, word, 6), i < NEEDLES_MAX - 4);
	}
	needles_done(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_that_is_judged_otherwise_is_touched),
		cmocka_unit_test(what_a_rule_looks_up_is_touched),
		cmocka_unit_test(other_settings_touch_everything),
		cmocka_unit_test(a_server_that_settings_name_touches_everything),
		cmocka_unit_test(another_minimum_size_touches_everything),
		cmocka_unit_test(a_number_makes_its_neighbours_touched),
		cmocka_unit_test(a_run_between_two_names_is_touched),
		cmocka_unit_test(one_more_server_touches_few_files),
		cmocka_unit_test(needles_are_found_wherever_they_stand),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
