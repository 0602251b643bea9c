// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_servers.c - servers: what scans see and what people say, side by side, and neither wiping
 * out the other. */
#include "store_fixture.h"

static const int64_t now = 1750000000;

/* A person's words; unused list places stay NULL. */
struct words {
	int64_t id;
	const char *hostname, *ip_address, *aliases[3], *tags[3], *note;
};

static void fill(struct strv *list, const char *const *words)
{
	for (size_t i = 0; i < 3 && words[i] != NULL; i++) {
		assert_int_equal(strv_add(list, words[i]), 0);
	}
}

static struct server_in spoken(const struct words *w)
{
	struct server_in in = {.id = w->id};

	in.hostname = w->hostname != NULL ? strdup(w->hostname) : NULL;
	in.ip_address = w->ip_address != NULL ? strdup(w->ip_address) : NULL;
	in.note = w->note != NULL ? strdup(w->note) : NULL;
	fill(&in.aliases, w->aliases);
	fill(&in.tags, w->tags);
	return in;
}

static int add(const struct words *w, int64_t *ret_id)
{
	struct server_in in = spoken(w);
	int r;

	err = (struct err){0};
	r = store_server_add(store, &in, now, ret_id, &err);
	field_done(&server_in_table, &in);
	return r;
}

static int change(const struct words *w)
{
	struct server_in in = spoken(w);
	int r;

	err = (struct err){0};
	r = store_server_update(store, &in, now, &err);
	field_done(&server_in_table, &in);
	return r;
}

static void two_addresses_with_one_name_stay_two_servers(void **state)
{
	(void)state;
	assert_true(see_host("10.0.0.1", "web01.lab", NULL, now));
	assert_true(see_host("10.0.0.2", "web01.lab", NULL, now));
	assert_int_equal(ask_int("SELECT count(*) FROM v_servers"), 2);
	assert_int_equal(ask_int("SELECT count(DISTINCT address) FROM v_servers"), 2);
}

static void a_host_seen_again_is_the_same_server_and_nothing_to_match_again(void **state)
{
	(void)state;
	assert_true(see_host("10.0.0.1", "web01.lab", "aa:bb:cc:dd:ee:ff", now));
	assert_false(see_host("10.0.0.1", "web01.lab", "aa:bb:cc:dd:ee:ff", now + 60));
	assert_false(see_host("10.0.0.1", NULL, NULL, now + 120)); /* a name server was asleep */
	assert_int_equal(ask_int("SELECT count(*) FROM servers"), 1);
	assert_string_equal(ask("SELECT hostname FROM servers"), "web01.lab");
	assert_int_equal(ask_int("SELECT last_seen FROM servers"), now + 120);
	assert_int_equal(ask_int("SELECT since FROM addresses"), now);
}

static void a_changed_name_or_hardware_address_is_told(void **state)
{
	(void)state;
	assert_true(see_host("10.0.0.1", NULL, NULL, now));
	assert_string_equal(ask("SELECT hostname FROM servers"), "10.0.0.1");
	assert_true(see_host("10.0.0.1", "a.lab", NULL, now));
	assert_true(see_host("10.0.0.1", "b.lab", NULL, now));
	assert_string_equal(ask("SELECT hostname FROM servers"), "b.lab");
	assert_true(see_host("10.0.0.1", "b.lab", "aa:bb:cc:dd:ee:01", now));
	/* another machine took the address: the old one's name does not hold */
	assert_true(see_host("10.0.0.1", NULL, "aa:bb:cc:dd:ee:02", now));
	assert_string_equal(ask("SELECT hostname FROM servers"), "10.0.0.1");
}

static void a_host_without_an_os_guess_stays_in_the_list(void **state)
{
	(void)state;
	char address[] = "10.0.0.1", os[] = "Linux 6.1";
	struct netscan_port ports[] = {{22, (char[]){"tcp"}, (char[]){"ssh"}},
		{80, (char[]){"tcp"}, (char[]){"http"}}, {9999, (char[]){"tcp"}, NULL}};
	struct netscan_host host = {.address = address, .os = os, .ports_scanned = true};
	struct seen_host seen = {.host = &host, .os_asked = true, .time = now};
	bool changed;

	host.ports.v = ports;
	host.ports.n = 3;
	assert_int_equal(store_host_seen(store, &seen, &changed, &err), 0);
	assert_string_equal(ask("SELECT os FROM servers"), "Linux 6.1");
	assert_string_equal(ask("SELECT open_ports FROM scanned_servers"),
		"22/tcp (ssh), 80/tcp (http), 9999/tcp");
	/* a scan that did not look for ports says nothing of them */
	host = (struct netscan_host){.address = address};
	assert_int_equal(store_host_seen(store, &seen, &changed, &err), 0);
	assert_string_equal(ask("SELECT os FROM servers"), "Linux 6.1");
	assert_int_equal(ask_int("SELECT length(ports) FROM servers"), 37);
	/* one that did, and found all closed, does */
	host.ports_scanned = true;
	assert_int_equal(store_host_seen(store, &seen, &changed, &err), 0);
	assert_string_equal(ask("SELECT ports FROM servers"), "");
	assert_int_equal(ask_int("SELECT count(*) FROM v_servers"), 1);
}

static void addresses_sort_as_people_expect(void **state)
{
	(void)state;
	see_host("10.0.0.10", NULL, NULL, now);
	see_host("fd00::1", NULL, NULL, now);
	see_host("10.0.0.9", NULL, NULL, now);
	assert_string_equal(ask("SELECT group_concat(address) FROM (SELECT address FROM v_servers"
				" ORDER BY address_key)"),
		"10.0.0.9,10.0.0.10,fd00::1");
}

static void a_host_that_does_not_answer_is_unreachable_since_then_and_kept(void **state)
{
	(void)state;
	struct prefix target, exclude;
	int64_t lost = -1;

	assert_int_equal(prefix_parse("10.0.0.0/24", &target, &err), 0);
	assert_int_equal(prefix_parse("10.0.0.3/32", &exclude, &err), 0);
	see_host("10.0.0.1", NULL, NULL, now + 100);
	see_host("10.0.0.2", NULL, NULL, now);
	see_host("10.0.0.3", NULL, NULL, now); /* left out of the scan */
	see_host("10.0.1.4", NULL, NULL, now); /* outside */
	assert_int_equal(store_hosts_unseen(
				 store, &target, 1, &exclude, 1, now + 50, now + 110, &lost, &err),
		0);
	assert_int_equal(lost, 1);
	assert_string_equal(ask("SELECT group_concat(address) FROM servers WHERE is_reachable = 0"),
		"10.0.0.2");
	assert_int_equal(ask_int("SELECT since FROM addresses WHERE is_reachable = 0"), now + 110);
	assert_int_equal(
		store_hosts_unseen(store, &target, 1, NULL, 0, now + 150, now + 210, &lost, &err),
		0);
	assert_int_equal(lost, 2); /* .1 and .3, not .2 again */
	assert_int_equal(
		ask_int("SELECT since FROM addresses WHERE address = '10.0.0.2'"), now + 110);
	assert_int_equal(ask_int("SELECT count(*) FROM servers"), 4);
	see_host("10.0.0.2", NULL, NULL, now + 300);
	assert_int_equal(ask_int("SELECT is_reachable FROM servers WHERE address = '10.0.0.2'"), 1);
}

static void what_a_person_said_outlives_scans(void **state)
{
	(void)state;
	int64_t id;

	assert_int_equal(add(&(struct words){.hostname = "web01",
				     .ip_address = "10.0.0.1",
				     .aliases = {"shop", "Laden"},
				     .tags = {"prod"},
				     .note = "rack 4"},
				 &id),
		0);
	assert_true(see_host("10.0.0.1", "other.lab", NULL, now));
	assert_int_equal(ask_int("SELECT count(*) FROM servers"), 1);
	assert_string_equal(ask("SELECT hostname FROM v_servers"), "web01");
	assert_string_equal(ask("SELECT note FROM v_servers"), "rack 4");
	assert_string_equal(ask("SELECT aliases FROM v_servers"), "[\"Laden\",\"shop\"]");
	assert_string_equal(ask("SELECT tags FROM v_servers"), "[\"prod\"]");
	assert_int_equal(ask_int("SELECT is_reachable FROM v_servers"), 1);
}

static void a_server_kept_by_name_takes_the_address_of_its_host(void **state)
{
	(void)state;
	static const struct {
		const char *by_hand, *seen;
		bool adopted;
	} cases[] = {
		{"web01", "web01.lab.local", true},
		{"web02.lab.local", "WEB02.lab.local", true},
		{"web03.lab.local", "web03.other.local", false},
		{"web04", "web044.lab.local", false},
	};
	char sql[128], address[32];
	int64_t id;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(add(&(struct words){.hostname = cases[i].by_hand}, &id), 0);
		snprintf(address, sizeof(address), "10.0.0.%zu", i + 1);
		assert_true(see_host(address, cases[i].seen, NULL, now));
		snprintf(sql, sizeof(sql), "SELECT address FROM v_servers WHERE id = %d", (int)id);
		assert_string_equal(ask(sql), cases[i].adopted ? address : "");
	}
	/* it has its address now: a second host of that name is another server */
	assert_true(see_host("10.0.0.99", "web01.lab.local", NULL, now));
	assert_int_equal(
		ask_int("SELECT count(*) FROM addresses WHERE address = '10.0.0.99'"
			" AND server = (SELECT id FROM servers WHERE hostname_set = 'web01')"),
		0);
}

static void wrong_words_are_refused_with_the_field_and_a_sentence(void **state)
{
	(void)state;
	static char long_word[300];
	static const struct {
		struct words words;
		const char *field;
		enum err_code code;
	} cases[] = {
		{{.note = "nothing else"}, "hostname", ERR_MISSING_KEY},
		{{.hostname = "-x"}, "hostname", ERR_INVALID_VALUE},
		{{.hostname = "a b"}, "hostname", ERR_INVALID_VALUE},
		{{.hostname = "a", .ip_address = "10.0.0.256"}, "ip_address", ERR_INVALID_VALUE},
		{{.hostname = "a", .ip_address = "10.0.0.0/24"}, "ip_address", ERR_INVALID_VALUE},
		{{.hostname = "a", .ip_address = "10.0.0.1"}, "ip_address", ERR_EXISTS},
		{{.hostname = "SEEN.lab"}, "hostname", ERR_EXISTS},
		{{.hostname = "a", .aliases = {"ok", "bad\nalias"}}, "aliases[1]",
			ERR_INVALID_VALUE},
		{{.hostname = "a", .aliases = {"  "}}, "aliases[0]", ERR_INVALID_VALUE},
		{{.hostname = "a", .aliases = {long_word}}, "aliases[0]", ERR_INVALID_VALUE},
		{{.hostname = "a", .tags = {"\xff"}}, "tags[0]", ERR_INVALID_VALUE},
	};
	int64_t id = -1;

	memset(long_word, 'x', 254);
	see_host("10.0.0.1", "seen.lab", NULL, now);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(add(&cases[i].words, &id) < 0);
		assert_string_equal(err.field, cases[i].field);
		assert_int_equal(err.code, cases[i].code);
		assert_string_not_equal(err.message, "");
		assert_int_equal(id, -1);
	}
	assert_int_equal(ask_int("SELECT count(*) FROM servers"), 1);
}

static void too_many_words_are_refused(void **state)
{
	(void)state;
	struct server_in in = {.hostname = (char[]){"a"}};
	int64_t id;

	for (int i = 0; i < 65; i++) {
		char word[8];

		snprintf(word, sizeof(word), "w%d", i);
		assert_int_equal(strv_add(&in.aliases, word), 0);
	}
	assert_int_equal(store_server_add(store, &in, now, &id, &err), -E2BIG);
	assert_string_equal(err.field, "aliases");
	strv_done(&in.aliases);
}

static void a_change_replaces_the_whole_of_what_was_said(void **state)
{
	(void)state;
	int64_t id;

	assert_int_equal(add(&(struct words){.hostname = "a",
				     .ip_address = "10.0.0.1",
				     .aliases = {"x", "y"},
				     .note = "n"},
				 &id),
		0);
	assert_int_equal(
		change(&(struct words){
			.id = id, .hostname = "b", .ip_address = "10.0.0.2", .aliases = {"z"}}),
		0);
	assert_string_equal(ask("SELECT hostname || address || aliases || note FROM v_servers"),
		"b10.0.0.2[\"z\"]");
	assert_int_equal(change(&(struct words){.id = id, .hostname = "b"}), 0);
	assert_string_equal(ask("SELECT address FROM v_servers"), "");
	assert_int_equal(change(&(struct words){.id = id}), -EINVAL);
	assert_int_equal(change(&(struct words){.id = id + 1, .hostname = "c"}), -ENOENT);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void a_change_of_a_scanned_server_keeps_following_the_scans(void **state)
{
	(void)state;
	int64_t id;

	see_host("10.0.0.1", "a.lab", NULL, now);
	id = ask_int("SELECT id FROM servers");
	/* the form sends the name back as it showed it */
	assert_int_equal(
		change(&(struct words){
			.id = id, .hostname = "a.lab", .ip_address = "10.0.0.1", .tags = {"prod"}}),
		0);
	see_host("10.0.0.1", "b.lab", NULL, now);
	assert_string_equal(ask("SELECT hostname FROM v_servers"), "b.lab");
	assert_int_equal(change(&(struct words){.id = id, .hostname = "mine"}), 0);
	see_host("10.0.0.1", "c.lab", NULL, now);
	assert_string_equal(
		ask("SELECT hostname || ' ' || address FROM v_servers"), "mine 10.0.0.1");
	/* a server without a name shows its address as such */
	see_host("10.0.0.7", NULL, NULL, now);
	id = ask_int("SELECT id FROM servers WHERE address = '10.0.0.7'");
	assert_int_equal(
		change(&(struct words){
			.id = id, .hostname = "10.0.0.7", .ip_address = "10.0.0.7", .note = "n"}),
		0);
}

static void one_more_alias_is_judged_as_those_of_a_change(void **state)
{
	(void)state;
	static const struct {
		const char *alias, *says;
	} bad[] = {
		{"", "is empty"},
		{"   ", "is empty"},
		{" shop", "blank"},
		{"shop\n", "cannot be printed"},
		{"\xff", "cannot be printed"},
	};
	char word[300];
	int64_t id;

	assert_int_equal(add(&(struct words){.hostname = "one", .aliases = {"x"}}, &id), 0);
	assert_int_equal(store_server_add_alias(store, id, "\xc3\xa4pfel", &err), 0);
	assert_int_equal(store_server_add_alias(store, id, "X", &err), 0); /* it has it already */
	assert_string_equal(ask("SELECT aliases FROM v_servers"), "[\"x\",\"\xc3\xa4pfel\"]");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(store_server_add_alias(store, id, bad[i].alias, &err), -EINVAL);
		assert_string_equal(err.field, "alias");
		assert_non_null(strstr(err.message, bad[i].says));
	}
	memset(word, 'x', sizeof(word));
	word[254] = '\0';
	assert_int_equal(store_server_add_alias(store, id, word, &err), -EINVAL);
	assert_non_null(strstr(err.message, "longer than 253 bytes"));
	assert_int_equal(store_server_add_alias(store, id + 1, "y", &err), -ENOENT);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void a_server_has_no_more_aliases_than_a_change_may_give(void **state)
{
	(void)state;
	char word[16];
	int64_t id;

	assert_int_equal(add(&(struct words){.hostname = "one"}, &id), 0);
	for (int i = 0; i < SERVER_ALIASES_MAX; i++) {
		snprintf(word, sizeof(word), "w%d", i);
		assert_int_equal(store_server_add_alias(store, id, word, &err), 0);
	}
	assert_int_equal(store_server_add_alias(store, id, "W0", &err), 0);
	assert_int_equal(store_server_add_alias(store, id, "more", &err), -E2BIG);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_string_equal(err.field, "alias");
}

static void merging_moves_addresses_and_words_and_keeps_the_note(void **state)
{
	(void)state;
	int64_t one, two;

	assert_int_equal(add(&(struct words){.hostname = "one",
				     .ip_address = "10.0.0.1",
				     .aliases = {"x"},
				     .tags = {"t"},
				     .note = "kept"},
				 &one),
		0);
	assert_int_equal(add(&(struct words){.hostname = "two",
				     .ip_address = "10.0.0.2",
				     .aliases = {"x", "y"},
				     .tags = {"u"},
				     .note = "lost"},
				 &two),
		0);
	assert_int_equal(store_servers_merge(store, one, one, &err), -EINVAL);
	assert_int_equal(store_servers_merge(store, one, 999, &err), -ENOENT);
	assert_string_equal(err.field, "other");
	assert_int_equal(store_servers_merge(store, one, two, &err), 0);
	assert_int_equal(ask_int("SELECT count(*) FROM servers"), 1);
	assert_string_equal(ask("SELECT aliases FROM v_servers"), "[\"two\",\"x\",\"y\"]");
	assert_string_equal(ask("SELECT tags FROM v_servers"), "[\"t\",\"u\"]");
	assert_string_equal(ask("SELECT addresses FROM v_servers"), "[\"10.0.0.1\",\"10.0.0.2\"]");
	assert_string_equal(ask("SELECT note FROM v_servers"), "kept");
	/* and it stays so: the next scan finds both addresses there */
	see_host("10.0.0.2", "two.lab", NULL, now);
	assert_int_equal(ask_int("SELECT count(*) FROM servers"), 1);
}

static void removing_takes_all_parts_and_ids_are_never_used_again(void **state)
{
	(void)state;
	int64_t first, second, removed;

	assert_int_equal(add(&(struct words){.hostname = "a",
				     .ip_address = "10.0.0.1",
				     .aliases = {"x"},
				     .tags = {"t"}},
				 &first),
		0);
	assert_int_equal(store_server_remove(store, first, &err), 0);
	assert_int_equal(store_server_remove(store, first, &err), -ENOENT);
	assert_int_equal(
		ask_int("SELECT (SELECT count(*) FROM aliases) + (SELECT count(*) FROM tags)"
			" + (SELECT count(*) FROM addresses)"),
		0);
	assert_int_equal(add(&(struct words){.hostname = "a"}, &second), 0);
	assert_true(second > first);
	assert_int_equal(store_servers_clear(store, &removed, &err), 0);
	assert_int_equal(removed, 1);
}

static void the_matcher_knows_every_name_of_a_server(void **state)
{
	(void)state;
	static const char *const names[] = {
		"shop_full.tar", "web01.tar", "10.0.0.1_x.tar", "aabbccddeeff.img", "seen_x.tar"};
	struct match_dir dir;
	struct verdict v;
	int64_t id;

	assert_int_equal(add(&(struct words){.hostname = "web01",
				     .ip_address = "10.0.0.1",
				     .aliases = {"shop"}},
				 &id),
		0);
	see_host("10.0.0.1", "seen.lab", "aa:bb:cc:dd:ee:ff", now);
	assert_int_equal(store_matcher(store, &cfg, now, &matcher, &err), 0);
	matcher_dir(matcher, "/b", 2, 2, &dir);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		matcher_file(&dir, names[i], strlen(names[i]), now * NSEC_PER_SEC, 5000, &v);
		assert_int_equal(v.server, id);
	}
	matcher_unref(steal(matcher));
}

static void there_are_only_so_many_servers_aliases_and_tags(void **state)
{
	struct server_in in = {.hostname = strdup("one01")};
	int64_t id = 0, other = 0;

	(void)state;
	assert_int_equal(store_server_add(store, &in, now, &id, &err), 0);
	assert_int_equal(
		db_run(store_db(store),
			"INSERT INTO tags (server, tag) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
			" SELECT i + 1 FROM n WHERE i < ?1) SELECT ?2, 't' || i FROM n",
			"ii", (int64_t)SERVER_WORDS_MAX, id),
		0);
	in.id = id;
	assert_int_equal(strv_add(&in.aliases, "more"), 0);
	assert_int_equal(store_server_update(store, &in, now, &err), -E2BIG);
	assert_string_equal(err.field, "aliases");
	in.hostname[0] = 't';
	assert_int_equal(store_server_add(store, &in, now, &other, &err), -E2BIG);
	assert_string_equal(err.field, "aliases");
	strv_done(&in.aliases);
	assert_int_equal(store_server_add(store, &in, now, &other, &err), 0);

	assert_int_equal(
		db_run(store_db(store),
			"INSERT INTO servers (created) WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL"
			" SELECT i + 1 FROM n WHERE i < ?1) SELECT 0 FROM n",
			"i", (int64_t)SERVERS_MAX),
		0);
	in.hostname[0] = 's';
	assert_int_equal(store_server_add(store, &in, now, &other, &err), -E2BIG);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_int_equal(store_server_remove(store, id, &err), 0);
	assert_int_equal(store_server_add(store, &in, now, &other, &err), 0);
	field_done(&server_in_table, &in);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(two_addresses_with_one_name_stay_two_servers),
		CASE(a_host_seen_again_is_the_same_server_and_nothing_to_match_again),
		CASE(a_changed_name_or_hardware_address_is_told),
		CASE(a_host_without_an_os_guess_stays_in_the_list),
		CASE(addresses_sort_as_people_expect),
		CASE(a_host_that_does_not_answer_is_unreachable_since_then_and_kept),
		CASE(what_a_person_said_outlives_scans),
		CASE(a_server_kept_by_name_takes_the_address_of_its_host),
		CASE(wrong_words_are_refused_with_the_field_and_a_sentence),
		CASE(too_many_words_are_refused),
		CASE(a_change_replaces_the_whole_of_what_was_said),
		CASE(a_change_of_a_scanned_server_keeps_following_the_scans),
		CASE(one_more_alias_is_judged_as_those_of_a_change),
		CASE(a_server_has_no_more_aliases_than_a_change_may_give),
		CASE(merging_moves_addresses_and_words_and_keeps_the_note),
		CASE(removing_takes_all_parts_and_ids_are_never_used_again),
		CASE(the_matcher_knows_every_name_of_a_server),
		CASE(there_are_only_so_many_servers_aliases_and_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
