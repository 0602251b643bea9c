// needs: scannerd/match proto common
/* test_match_near.c - properties over a million generated names: nothing but an identity itself
 * matches, and the order of the servers decides nothing. */
#include "match_world.h"

enum { SERVERS = 96, CASES = 1000000, NEAR_SIZE = 64 };

/* A repeatable source of small numbers. */
static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*seed >> 33) % below);
}

enum shape { SHAPE_BARE, SHAPE_DASHED, SHAPE_FQDN, SHAPE_IPV4, SHAPE_IPV6, SHAPE_MAC, _SHAPE_MAX };

struct inventory {
	char texts[SERVERS][48];
	const char *lists[SERVERS][2];
	struct match_server servers[SERVERS];
};

/* One identity for each server, far from all others: no edit makes one of another. */
static void inventory_make(struct inventory *inv)
{
	for (unsigned i = 0; i < SERVERS; i++) {
		char *text = inv->texts[i];
		size_t size = sizeof(inv->texts[i]);
		char a = (char)('a' + i % 26), b = (char)('a' + i / 26);
		struct match_server *s = &inv->servers[i];
		*s = (struct match_server){.id = (int64_t)i + 1};
		inv->lists[i][0] = text;
		switch ((enum shape)(i % _SHAPE_MAX)) {
		case SHAPE_BARE:
			snprintf(text, size, "q%c%czz%02uk%c", a, b, i * 7 % 100, a);
			s->hostname = text;
			break;
		case SHAPE_DASHED:
			snprintf(text, size, "w%c%cx-y%ck-v%02uh", b, a, a, i * 7 % 100);
			s->hostname = text;
			break;
		case SHAPE_FQDN:
			snprintf(text, size, "h%c%ctt.site%c%c.example", a, b, a, b);
			s->hostname = text;
			break;
		case SHAPE_IPV4:
			snprintf(text, size, "172.%u.%u.%u", 16 + i / 26, 101 + i, 151 + i);
			s->addresses = inv->lists[i];
			break;
		case SHAPE_IPV6:
			snprintf(text, size, "fd%02x:%x:%x::%x", 16 + i, 0x1a00 + i, 0x2b00 + i,
				0x3c00 + i);
			s->addresses = inv->lists[i];
			break;
		default:
			snprintf(text, size, "5e:%02x:%02x:a%x:%02x:7c", 16 + i, 100 + i, i % 16,
				200 - i);
			s->macs = inv->lists[i];
			break;
		}
	}
}

/* Makes a neighbour: a letter or digit added, dropped or changed, anywhere. Returns its length. */
static size_t make_near(uint64_t *seed, const char *text, enum shape shape, char out[NEAR_SIZE])
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	size_t len = strlen(text), at = draw(seed, (uint32_t)len);
	/* Of an address every character is one of its digits, so that others cannot end it. */
	char c = letters[draw(seed, shape == SHAPE_IPV4 ? 10 : shape >= SHAPE_IPV6 ? 16 : 36)];
	memcpy(out, text, len);
	switch (draw(seed, 6)) {
	case 0: /* a prefix */
		return len - 1;
	case 1: /* a suffix */
		memmove(out, out + 1, --len);
		return len;
	case 2: /* longer at its end */
		out[len] = c;
		return len + 1;
	case 3: /* longer at its beginning */
		memmove(out + 1, out, len);
		out[0] = c;
		return len + 1;
	case 4: /* one more within */
		memmove(out + at + 1, out + at, len - at);
		out[at] = c;
		return len + 1;
	default: /* one changed */
		out[at] = c;
		return len;
	}
}

static const struct frame {
	const char *before, *behind;
} frames[] = {
	{"", ".tar.gz"},
	{"backup-", "_2024-01-31.tgz"},
	{"x_", "_full.vbk"},
	{"2024-01-31_", ".bin"},
	{"", "@snap"},
	{"(", ").img"},
	{"", ""},
};

static size_t frame_set(
	const struct frame *f, const char *near, size_t len, char out[NEAR_SIZE * 2])
{
	size_t before = strlen(f->before), behind = strlen(f->behind);
	memcpy(out, f->before, before);
	memcpy(out + before, near, len);
	memcpy(out + before + len, f->behind, behind);
	return before + len + behind;
}

/* Is what was made still the name itself, or does it hold the whole of it behind a boundary? Only
 * a changed or added separator does that to a name; to a domain also a shortened last label. */
static bool still_names(const char *text, enum shape shape, const char *near, size_t len)
{
	size_t whole = strlen(text), label = strcspn(text, ".");
	if (len == whole && memcmp(text, near, len) == 0) {
		return true;
	}
	/* The short name of a full one goes on to name it where no other domain follows. */
	return shape == SHAPE_FQDN && len >= label && memcmp(text, near, label) == 0 &&
	       (len == label || near[label] == '.');
}

static int64_t judge_name(const struct match_dir *dir, const char *name, size_t len)
{
	struct verdict v;
	matcher_file(dir, name, len, 0, 1 << 20, &v);
	return v.server;
}

static void no_prefix_suffix_or_neighbour_of_an_identity_matches(void **state _unused_)
{
	static struct inventory inv;
	struct matcher *forward, *backward;
	struct match_server turned[SERVERS];
	struct match_dir dir, dir_turned;
	size_t near_cases = 0, exact_cases = 0;
	uint64_t seed = 42;
	inventory_make(&inv);
	for (size_t i = 0; i < SERVERS; i++) {
		turned[SERVERS - 1 - i] = inv.servers[i];
	}
	assert_int_equal(matcher_new(inv.servers, SERVERS, NULL, WORLD_NOW, &forward, NULL), 0);
	assert_int_equal(matcher_new(turned, SERVERS, NULL, WORLD_NOW, &backward, NULL), 0);
	matcher_dir(forward, WORLD_ROOT, WORLD_ROOT_LEN, WORLD_ROOT_LEN, &dir);
	matcher_dir(backward, WORLD_ROOT, WORLD_ROOT_LEN, WORLD_ROOT_LEN, &dir_turned);
	for (size_t i = 0; i < CASES; i++) {
		char near[NEAR_SIZE], name[NEAR_SIZE * 2];
		uint32_t which = draw(&seed, SERVERS);
		const char *text = inv.texts[which];
		enum shape shape = (enum shape)(which % _SHAPE_MAX);
		bool exact = i % 16 == 0;
		size_t near_len = exact ? strlen(text) : make_near(&seed, text, shape, near);
		memcpy(near, exact ? text : near, near_len);
		size_t len =
			frame_set(&frames[draw(&seed, ARRAY_SIZE(frames))], near, near_len, name);
		bool names = exact || still_names(text, shape, near, near_len);
		int64_t got = judge_name(&dir, name, len), own = (int64_t)which + 1;
		bool wrong = exact ? got != own : names ? got != own && got != 0 : got != 0;
		if (wrong) {
			fail_msg("%.*s: %lld, made of %s of %lld", (int)len, name, (long long)got,
				text, (long long)own);
		}
		if (i % 4 == 0 && judge_name(&dir_turned, name, len) != got) {
			fail_msg("%.*s: not in the other order", (int)len, name);
		}
		exact_cases += exact;
		near_cases += !names;
	}
	assert_true(exact_cases > CASES / 20 && near_cases > CASES / 4 * 3);
	matcher_unref(forward);
	matcher_unref(backward);
}

/* A name as long as file systems allow, of bytes that are no UTF-8 or no letters at all. */
static void long_names_and_odd_bytes_hide_and_lend_nothing(void **state _unused_)
{
	static const struct {
		char fill;
		bool boundary;
	} fills[] = {{'\x01', true}, {'\x7f', true}, {'\n', true}, {'%', true}, {'\xff', false},
		{'\xc3', false}, {'a', false}, {'0', false}};
	static const struct match_server known[] = {{.id = 1, .hostname = "vega"}};
	struct matcher *m;
	struct match_dir dir;
	assert_int_equal(matcher_new(known, 1, NULL, WORLD_NOW, &m, NULL), 0);
	matcher_dir(m, WORLD_ROOT, WORLD_ROOT_LEN, WORLD_ROOT_LEN, &dir);
	for (size_t i = 0; i < ARRAY_SIZE(fills); i++) {
		enum { NAME_BYTES = 255 };
		for (size_t at = 0; at + 4 <= NAME_BYTES; at++) {
			char name[NAME_BYTES];
			memset(name, fills[i].fill, sizeof(name));
			memcpy(name + at, "vega", 4);
			assert_int_equal(
				judge_name(&dir, name, sizeof(name)), fills[i].boundary ? 1 : 0);
		}
	}
	matcher_unref(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_prefix_suffix_or_neighbour_of_an_identity_matches),
		cmocka_unit_test(long_names_and_odd_bytes_hide_and_lend_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
