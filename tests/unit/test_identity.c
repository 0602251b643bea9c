// needs: scannerd/match proto common
/* test_identity.c - the forms under which a server may be named, how strong each is, and who owns
 * what two servers share. */
#include "scannerd/match/identity.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct world {
	struct words *words;
	struct identities ids;
};

static void world_begin(struct world *w, const struct match_server *servers, size_t n)
{
	assert_int_equal(words_new(NULL, &w->words), 0);
	assert_int_equal(identities_build(&w->ids, servers, n, w->words), 0);
}

static void world_end(struct world *w)
{
	identities_done(&w->ids);
	words_free(w->words);
}

static const struct identity *find(const struct world *w, const char *text)
{
	for (size_t i = 0; i < w->ids.n; i++) {
		const struct identity *id = &w->ids.v[i];
		if (id->len == strlen(text) &&
			memcmp(identity_text(&w->ids, id), text, id->len) == 0) {
			return id;
		}
	}
	return NULL;
}

/* The only owner of a text; 0: none, or a tie. */
static int64_t owner(const struct world *w, const char *text)
{
	const struct identity *id = find(w, text);
	return id != NULL ? w->ids.servers[id - w->ids.v] : 0;
}

static const char *const addresses[] = {"10.0.0.5", "fd00::1:2", "127.0.0.1", "::1", NULL};
static const char *const macs[] = {"00:1b:21:3c:4d:5e", NULL};
static const char *const aliases[] = {
	"Office Printer", "old.example.net", "10.9.9.9", "02:00:00:00:00:01", NULL};
static const char *const seen[] = {"ptr7.lan", NULL};
static const struct match_server server = {.id = 7,
	.hostname = "fileserver-hamburg.corp.example.",
	.hostname_by_hand = true,
	.hostnames_seen = seen,
	.addresses = addresses,
	.macs = macs,
	.aliases = aliases};

static void every_form_of_a_server_is_an_identity(void **state _unused_)
{
	static const struct {
		const char *text;
		enum identity_kind kind;
		enum identity_strength strength;
	} forms[] = {
		{"fileserver-hamburg.corp.example", IDENTITY_FQDN, STRENGTH_TYPED},
		{"fileserver-hamburg-corp-example", IDENTITY_FQDN_DASHED, STRENGTH_TYPED_DERIVED},
		{"fileserver-hamburg_corp_example", IDENTITY_FQDN_DASHED, STRENGTH_TYPED_DERIVED},
		{"fileserver-hamburg", IDENTITY_SHORT, STRENGTH_TYPED_DERIVED},
		{"fileserver-hamb", IDENTITY_NETBIOS, STRENGTH_TYPED_DERIVED},
		{"ptr7.lan", IDENTITY_FQDN, STRENGTH_SEEN},
		{"ptr7-lan", IDENTITY_FQDN_DASHED, STRENGTH_DERIVED},
		{"ptr7", IDENTITY_SHORT, STRENGTH_DERIVED},
		{"10.0.0.5", IDENTITY_IPV4, STRENGTH_SEEN},
		{"10-0-0-5", IDENTITY_IPV4, STRENGTH_SEEN}, /* and so ip-10-0-0-5 */
		{"10_0_0_5", IDENTITY_IPV4, STRENGTH_SEEN},
		{"fd00::1:2", IDENTITY_IPV6, STRENGTH_SEEN},
		{"fd00--1-2", IDENTITY_IPV6, STRENGTH_SEEN},
		{"fd00__1_2", IDENTITY_IPV6, STRENGTH_SEEN},
		{"fd00:0:0:0:0:0:1:2", IDENTITY_IPV6, STRENGTH_SEEN},
		{"fd00-0000-0000-0000-0000-0000-0001-0002", IDENTITY_IPV6, STRENGTH_SEEN},
		{"fd000000000000000000000000010002", IDENTITY_IPV6, STRENGTH_SEEN},
		{"00:1b:21:3c:4d:5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"00-1b-21-3c-4d-5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"00_1b_21_3c_4d_5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"00.1b.21.3c.4d.5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"001b213c4d5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"001b.213c.4d5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"001b-213c-4d5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"001b21-3c4d5e", IDENTITY_MAC, STRENGTH_SEEN},
		{"office printer", IDENTITY_ALIAS, STRENGTH_TYPED},
		{"old.example.net", IDENTITY_ALIAS, STRENGTH_TYPED},
		{"old-example-net", IDENTITY_FQDN_DASHED, STRENGTH_TYPED_DERIVED},
		{"10-9-9-9", IDENTITY_IPV4, STRENGTH_TYPED},
		{"020000000001", IDENTITY_MAC, STRENGTH_TYPED},
	};
	struct world w;
	world_begin(&w, &server, 1);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		const struct identity *id = find(&w, forms[i].text);
		if (id == NULL || id->kind != forms[i].kind || id->strength != forms[i].strength ||
			w.ids.servers[id - w.ids.v] != 7) {
			fail_msg("%s", forms[i].text);
		}
	}
	world_end(&w);
}

static void what_many_machines_share_is_no_identity(void **state _unused_)
{
	static const char *const texts[] = {"127.0.0.1", "127-0-0-1", "::1", "0:0:0:0:0:0:0:1",
		"old", "corp", "example", "fileserver", "hamburg", ""};
	struct world w;
	world_begin(&w, &server, 1);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_null(find(&w, texts[i]));
	}
	world_end(&w);
}

static void typed_names_take_texts_from_seen_ones_and_equals_tie(void **state _unused_)
{
	static const char *const nickname[] = {"cargo", NULL};
	static const struct match_server servers[] = {
		{.id = 1, .hostname = "cargo"},
		{.id = 2, .hostname = "ship.example.org", .aliases = nickname},
		{.id = 3, .hostname = "ship.example.com"},
		{.id = 4, .hostname = "twin.example.org"},
		{.id = 5, .hostname = "Twin.Example.org"},
		{.id = 6, .hostname = "lone.example.org"},
		{.id = 8, .hostname = "lone"},
	};
	struct world w;
	world_begin(&w, servers, ARRAY_SIZE(servers));
	assert_int_equal(owner(&w, "cargo"), 2);
	assert_int_equal(owner(&w, "ship"), 0);
	assert_int_equal(find(&w, "ship")->owners, 2);
	assert_int_equal(owner(&w, "ship.example.com"), 3);
	assert_int_equal(owner(&w, "twin"), 4);
	assert_int_equal(owner(&w, "twin.example.org"), 4);
	assert_int_equal(owner(&w, "lone"), 8);
	world_end(&w);
}

static void words_that_say_little_are_weak_or_none(void **state _unused_)
{
	static const struct {
		const char *name;
		enum word_class class;
	} cases[] = {
		{"backup", WORD_GENERIC},
		{"sql", WORD_GENERIC},
		{"may", WORD_GENERIC},
		{"2025", WORD_GENERIC},
		{"x", WORD_GENERIC},
		{"zip", WORD_GENERIC},
		{"mail", WORD_COMMON},
		{"grafana", WORD_COMMON},
		{"backup-01", WORD_COMMON},
		{"backup01", WORD_COMMON},
		{"disk2", WORD_COMMON},
		{"db-backup", WORD_COMMON},
		{"host-01", WORD_FREE},
		{"node-7", WORD_FREE},
		{"file01", WORD_FREE},
		{"web01", WORD_FREE},
		{"app-prod", WORD_FREE},
		{"db01", WORD_FREE},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct match_server one = {.id = 1, .hostname = cases[i].name};
		struct world w;
		world_begin(&w, &one, 1);
		if (find(&w, cases[i].name)->class != cases[i].class) {
			fail_msg("%s", cases[i].name);
		}
		world_end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_a_server_is_an_identity),
		cmocka_unit_test(what_many_machines_share_is_no_identity),
		cmocka_unit_test(typed_names_take_texts_from_seen_ones_and_equals_tie),
		cmocka_unit_test(words_that_say_little_are_weak_or_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
