// needs: scannerd/match proto common
/* test_shape.c - which bytes of a path vary, which numbers are names, and that a group's glob
 * matches its files and no others. */
#include "common/utf8.h"
#include "scannerd/match/glob.h"
#include "scannerd/match/groups.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct words *words;
static struct date_rules rules = {.now = INT64_C(1790000000)};

static int begin(void **state _unused_)
{
	assert_int_equal(words_new(NULL, &words), 0);
	rules.words = words;
	return 0;
}

static int end(void **state _unused_)
{
	words_free(words);
	return 0;
}

static void shape_of_bytes(struct shape *s, const char *path, size_t len)
{
	shape_reset(s);
	for (size_t at = 0; at <= len;) {
		const char *slash = memchr(path + at, '/', len - at);
		size_t stop = slash != NULL ? (size_t)(slash - path) : len;
		struct text t;

		text_set(&t, path + at, stop - at);
		shape_add(s, &t, path + at, stop - at, &rules);
		at = stop + 1;
	}
}

static void shape_of(struct shape *s, const char *path)
{
	shape_of_bytes(s, path, strlen(path));
}

static void widths_of(const struct shape *s, struct shape_width *widths)
{
	const char *at = s->numbers.data;

	for (size_t i = 0; i < s->n; i++) {
		size_t len = strlen(at);

		widths[i] = (struct shape_width){(uint8_t)len, (uint8_t)len};
		at += len + 1;
	}
}

/* mask: which numbers are kept; all or none. */
static void words_of(const char *path, uint8_t mask, struct buf *ret_words, struct buf *ret_glob)
{
	struct shape s = {0};
	struct shape_width widths[SHAPE_NUMBERS_MAX];

	shape_of(&s, path);
	widths_of(&s, widths);
	struct shape_paths p = {.key = s.key.data,
		.key_len = s.key.len,
		.kept = s.numbers.data,
		.mask = mask,
		.widths = widths};

	buf_reset(ret_words);
	buf_reset(ret_glob);
	shape_words(&p, ret_words);
	shape_glob(&p, ret_glob);
	shape_done(&s);
}

static void what_varies_for_certain_is_told_from_numbers(void **state _unused_)
{
	static const struct {
		const char *path, *kept, *collapsed;
	} cases[] = {
		{"vzdump-qemu-108-2024_01_31-03_00_02.vma.zst", "vzdump-qemu-108-*.vma.zst",
			"vzdump-qemu-*-*.vma.zst"},
		{"dump/2024-01-31/db.sql", "dump/*/db.sql", "dump/*/db.sql"},
		{"dump/2024/01/31/db.sql", "dump/*/*/*/db.sql", "dump/*/*/*/db.sql"},
		{"dump/2024/db.sql", "dump/*/db.sql", "dump/*/db.sql"},
		{"dump/2024-01/db.sql", "dump/*/db.sql", "dump/*/db.sql"},
		{"backup.0001.tar", "backup.0001.tar", "backup.*.tar"},
		{"win2019.vhd", "win2019.vhd", "win*.vhd"},
		{"x.7z.001", "x.7z.001", "x.*z.*"},
		{"3f2504e0-4f89-11d3-9a0c-0305e82c3301.img", "*.img", "*.img"},
		{"x_0123456789abcdef01.bin", "x_*.bin", "x_*.bin"},
		{"x_0123456789abcdef", "x_*", "x_*"},
		{"db_1700000000.sql", "db_*.sql", "db_*.sql"},
		{"x-00aa11bb22cc.bin", "x-00aa11bb22cc.bin", "x-*.bin"},
		{"31-Jan-2024.tar", "*.tar", "*.tar"},
		{"backup20240131.tar", "backup*.tar", "backup*.tar"},
		{"k3Jf9QwLmZ1xT7vBn2Rs.blob", "*.blob", "*.blob"},
		{"plain-name.tar", "plain-name.tar", "plain-name.tar"},
		{"*?[x]\\.tar", "*?[x]\\.tar", "*?[x]\\.tar"},
	};
	_buf_ struct buf kept = BUF_INIT, collapsed = BUF_INIT, glob = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		words_of(cases[i].path, UINT8_MAX, &kept, &glob);
		assert_string_equal(buf_cstr(&kept), cases[i].kept);
		words_of(cases[i].path, 0, &collapsed, &glob);
		assert_string_equal(buf_cstr(&collapsed), cases[i].collapsed);
	}
}

static void a_glob_asks_for_the_layout_of_what_varies(void **state _unused_)
{
#define D4 "[0-9][0-9][0-9][0-9]"
#define D2 "[0-9][0-9]"
	static const struct {
		const char *path, *glob, *matches, *other;
	} cases[] = {
		{"a/db-2024-01-31.sql", "a/db-" D4 "-" D2 "-" D2 ".sql", "a/db-2025-12-01.sql",
			"a/db-web01-x-y.sql"},
		{"20240131.vma", D4 D4 ".vma", "20250228.vma", "webserv1.vma"},
		{"a/backup.0001.tar", "a/backup." D4 ".tar", "a/backup.9999.tar",
			"a/backup.1/x.tar"},
		{"a*b?[c]\\d.tar", "a\\*b\\?\\[c]\\\\d.tar", "a*b?[c]\\d.tar", "aXb?[c]\\d.tar"},
		{"31-Jan-2024.tar",
			D2 "-?"
			   "?"
			   "?-" D4 ".tar",
			"01-Feb-2025.tar", "ab-Feb-2025.tar"},
	};
	_buf_ struct buf shape = BUF_INIT, glob = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		words_of(cases[i].path, 0, &shape, &glob);
		assert_string_equal(buf_cstr(&glob), cases[i].glob);
		assert_true(glob_match(buf_cstr(&glob), cases[i].path, strlen(cases[i].path)));
		assert_true(
			glob_match(buf_cstr(&glob), cases[i].matches, strlen(cases[i].matches)));
		assert_false(glob_match(buf_cstr(&glob), cases[i].other, strlen(cases[i].other)));
	}
}

static void a_glob_of_hostile_bytes_is_readable_and_still_matches(void **state _unused_)
{
	static const char *const names[] = {"new\nline.tar", "bad\xff\xfe.tar",
		"\xe2\x80\xaexe.tar", "\x7f\x01\x1b[2J.tar", "tail\\", "*\\", "\xc2\x85x.tar",
		"\xc3\xa9t\xc3\xa9 01.tar"};
	_buf_ struct buf shape = BUF_INIT, glob = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		words_of(names[i], 0, &shape, &glob);
		assert_true(utf8_is_valid(glob.data, glob.len));
		for (size_t k = 0; k < glob.len; k++) {
			assert_true((unsigned char)glob.data[k] >= 0x20 && glob.data[k] != 0x7f);
		}
		assert_true(glob_match(buf_cstr(&glob), names[i], strlen(names[i])));
		assert_null(strstr(buf_cstr(&glob), "\xe2\x80\xae"));
	}
}

static void a_path_longer_than_a_rule_may_be_gets_a_glob_that_fits(void **state _unused_)
{
	_buf_ struct buf path = BUF_INIT, shape = BUF_INIT, glob = BUF_INIT;

	for (size_t i = 0; i < 31; i++) {
		for (size_t k = 0; k < 250; k++) {
			buf_addc(&path, i % 2 == 0 ? '*' : 'a');
		}
		buf_addc(&path, '/');
	}
	buf_adds(&path, "2024-01-31.tar");
	words_of(buf_cstr(&path), 0, &shape, &glob);
	assert_true(glob.len <= SHAPE_GLOB_MAX);
	assert_true(glob_match(buf_cstr(&glob), path.data, path.len));
	assert_false(glob_match(buf_cstr(&glob), "other", 5));
}

/* --- groups --- */

static struct groups *groups;
static struct shape shape;
static int64_t next_id;

static void add(const char *path, int64_t size, int64_t mtime)
{
	const struct groups_file f = {
		.id = ++next_id, .mtime = mtime, .size = size, .root = 1, .class = 1};

	shape_of(&shape, path);
	assert_int_equal(groups_add(groups, &shape, &f), 0);
}

static int begin_groups(void **state _unused_)
{
	next_id = 0;
	return groups_new(&groups);
}

static int end_groups(void **state _unused_)
{
	groups_free(groups);
	shape_done(&shape);
	return 0;
}

static void check_groups(const char *const *expected, size_t n)
{
	assert_int_equal(groups_finish(groups), 0);
	for (size_t i = 0; i < MIN(n, groups_count(groups)); i++) {
		_buf_ struct buf text = BUF_INIT, out = BUF_INIT;
		struct group g;

		groups_get(groups, i, &g);
		shape_words(&g.paths, &text);
		buf_printf(&out, "%lld %s", (long long)g.tally.files, buf_cstr(&text));
		assert_string_equal(buf_cstr(&out), expected[i]);
	}
	assert_int_equal(groups_count(groups), n);
}

static void a_number_that_repeats_is_a_name(void **state _unused_)
{
	static const char *const expected[] = {
		"5 dump/vzdump-qemu-109-*.vma.zst", "5 dump/vzdump-qemu-108-*.vma.zst"};
	char path[128];

	for (int vm = 108; vm <= 109; vm++) {
		for (int day = 10; day < 15; day++) {
			snprintf(path, sizeof(path),
				"dump/vzdump-qemu-%d-2024_01_%d-03_00_02.vma.zst", vm, day);
			add(path, vm, day);
		}
	}
	check_groups(expected, ARRAY_SIZE(expected));
}

static void a_number_that_does_not_repeat_is_a_counter(void **state _unused_)
{
	static const char *const expected[] = {"12 a/backup.*.tar", "4 a/x.7z.*", "1 a/web01.img"};
	char path[64];

	for (int i = 1; i <= 12; i++) {
		snprintf(path, sizeof(path), "a/backup.%04d.tar", i);
		add(path, 100, i);
	}
	for (int i = 1; i <= 4; i++) {
		snprintf(path, sizeof(path), "a/x.7z.%03d", i);
		add(path, 10, i);
	}
	add("a/web01.img", 1, 1);
	check_groups(expected, ARRAY_SIZE(expected));
}

static void of_two_numbers_the_first_names_the_machine(void **state _unused_)
{
	static const char *const expected[] = {
		"3 vm-110-disk-*.raw", "3 vm-109-disk-*.raw", "3 vm-108-disk-*.raw"};
	char path[64];

	for (int vm = 108; vm <= 110; vm++) {
		for (int disk = 0; disk < 3; disk++) {
			snprintf(path, sizeof(path), "vm-%d-disk-%d.raw", vm, disk);
			add(path, vm, disk);
		}
	}
	check_groups(expected, ARRAY_SIZE(expected));
}

static void directories_of_dates_share_a_group(void **state _unused_)
{
	static const char *const expected[] = {"28 dump/*/db.sql"};
	char path[64];

	for (int day = 1; day <= 28; day++) {
		snprintf(path, sizeof(path), "dump/2024-01-%02d/db.sql", day);
		add(path, 1, day);
	}
	check_groups(expected, ARRAY_SIZE(expected));
}

static void the_newest_files_are_the_samples(void **state _unused_)
{
	struct group g;

	add("a.1.tar", 1, 50);
	add("a.2.tar", 1, 90);
	add("a.3.tar", 1, 70);
	add("a.4.tar", 1, 60);
	add("a.5.tar", 1, 90);
	assert_int_equal(groups_finish(groups), 0);
	groups_get(groups, 0, &g);
	assert_int_equal(g.tally.samples[0].id, 2);
	assert_int_equal(g.tally.samples[1].id, 5);
	assert_int_equal(g.tally.samples[2].id, 3);
	assert_int_equal(g.tally.newest, 90);
	assert_int_equal(g.tally.oldest, 50);
}

static void more_numbers_than_there_is_room_for_are_decided_early(void **state _unused_)
{
	struct group g;
	char path[64];
	int64_t files = 0;

	for (int i = 0; i < 300000; i++) {
		snprintf(path, sizeof(path), "d%d/img-%d.raw", i % 3, i);
		add(path, 1, i);
	}
	assert_int_equal(groups_finish(groups), 0);
	assert_int_equal(groups_left_out(groups), 0);
	assert_int_equal(groups_count(groups), 3); /* d0, d1, d2 have many files each */
	for (size_t i = 0; i < groups_count(groups); i++) {
		groups_get(groups, i, &g);
		files += g.tally.files;
	}
	assert_int_equal(files, 300000);
}

static void more_shapes_than_there_is_room_for_are_counted(void **state _unused_)
{
	char path[64];

	for (int i = 0; i < GROUPS_SHAPES_MAX + 1000; i++) {
		int n = i;

		memset(path, 0, sizeof(path));
		for (size_t k = 0; k < 5; k++, n /= 20) {
			path[k] = (char)('g' + n % 20);
		}
		add(path, 1, i);
	}
	assert_int_equal(groups_finish(groups), 0);
	assert_int_equal(groups_left_out(groups), 1000);
	assert_int_equal(groups_count(groups), GROUPS_SHAPES_MAX);
}

/* --- random trees --- */

static uint64_t seed;

static uint32_t pick(uint32_t n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static void random_path(char *out, size_t size)
{
	static const char *const literals[] = {"dump", "db", "web*", "a[b]", "x?y", "back\\slash",
		"\xc3\xa9", "sp ace", "bad\xff"};
	size_t used = 0, parts = 1 + pick(3);

	for (size_t part = 0; part < parts; part++) {
		const char *name = literals[pick(ARRAY_SIZE(literals))];
		const char *sep = part + 1 < parts ? "/" : ".tar";

		switch (pick(5)) {
		case 0:
			used += (size_t)snprintf(out + used, size - used, "%s%s", name, sep);
			break;
		case 1:
			used += (size_t)snprintf(out + used, size - used, "%s-2024-%02u-%02u%s",
				name, 1 + pick(12), 1 + pick(28), sep);
			break;
		case 2:
			used += (size_t)snprintf(
				out + used, size - used, "%s_%03u%s", name, pick(1000), sep);
			break;
		case 3:
			used += (size_t)snprintf(out + used, size - used, "vm-%u-%s-2024%02u%02u%s",
				100 + pick(4), name, 1 + pick(12), 1 + pick(28), sep);
			break;
		default:
			used += (size_t)snprintf(out + used, size - used,
				"%08x-0000-4000-8000-%012x%s", pick(1u << 31), pick(1u << 31), sep);
			break;
		}
	}
}

enum { RANDOM_FILES = 3000, PATH_SIZE = 256 };

/* The key of a path's shape without its numbers. */
static void collapsed_key(const char *path, struct buf *out)
{
	shape_of(&shape, path);
	buf_reset(out);
	buf_add(out, shape.key.data, shape.key.len);
}

static void check_group(char (*paths)[PATH_SIZE], const struct group *g)
{
	_buf_ struct buf glob = BUF_INIT, key = BUF_INIT;
	int64_t matched = 0;

	shape_glob(&g->paths, &glob);
	for (size_t i = 0; i < RANDOM_FILES; i++) {
		bool match = glob_match(buf_cstr(&glob), paths[i], strlen(paths[i]));

		collapsed_key(paths[i], &key);
		bool same =
			key.len == g->paths.key_len && memcmp(key.data, g->paths.key, key.len) == 0;

		if (match && !same) {
			print_error("%s matches %s\n", buf_cstr(&glob), paths[i]);
		}
		assert_false(match && !same);
		matched += match;
	}
	assert_int_equal(matched, g->tally.files);
	for (size_t i = 0; i < GROUPS_SAMPLES && g->tally.samples[i].id != 0; i++) {
		const char *sample = paths[g->tally.samples[i].id - 1];

		assert_true(glob_match(buf_cstr(&glob), sample, strlen(sample)));
	}
}

static void in_random_trees_every_glob_matches_its_group_and_nothing_else(void **state)
{
	char(*paths)[PATH_SIZE] = calloc(RANDOM_FILES, sizeof(*paths));

	assert_non_null(paths);
	for (seed = 1; seed < 20; seed++) {
		uint64_t round = seed;
		int64_t files = 0;

		begin_groups(state);
		for (size_t i = 0; i < RANDOM_FILES; i++) {
			random_path(paths[i], PATH_SIZE);
			add(paths[i], 1 + pick(1000), pick(100000));
		}
		assert_int_equal(groups_finish(groups), 0);
		assert_true(groups_count(groups) > 10);
		for (size_t i = 0; i < groups_count(groups); i++) {
			struct group g;

			groups_get(groups, i, &g);
			files += g.tally.files;
			if (i < 40) {
				check_group(paths, &g);
			}
		}
		assert_int_equal(files, RANDOM_FILES);
		end_groups(state);
		seed = round;
	}
	free(paths);
	begin_groups(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_varies_for_certain_is_told_from_numbers),
		cmocka_unit_test(a_glob_asks_for_the_layout_of_what_varies),
		cmocka_unit_test(a_glob_of_hostile_bytes_is_readable_and_still_matches),
		cmocka_unit_test(a_path_longer_than_a_rule_may_be_gets_a_glob_that_fits),
#define GROUP_TEST(name) cmocka_unit_test_setup_teardown(name, begin_groups, end_groups)
		GROUP_TEST(a_number_that_repeats_is_a_name),
		GROUP_TEST(a_number_that_does_not_repeat_is_a_counter),
		GROUP_TEST(of_two_numbers_the_first_names_the_machine),
		GROUP_TEST(directories_of_dates_share_a_group),
		GROUP_TEST(the_newest_files_are_the_samples),
		GROUP_TEST(more_numbers_than_there_is_room_for_are_decided_early),
		GROUP_TEST(more_shapes_than_there_is_room_for_are_counted),
		cmocka_unit_test(in_random_trees_every_glob_matches_its_group_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
