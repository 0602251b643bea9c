// needs: scannerd/store scannerd/walk scannerd/match proto common
/* test_server_said.c - the audit log hears what people said of a server, and of a change only what
 * differs. */
#include "store_fixture.h"

#include "scannerd/store/exemptions.h"
#include "scannerd/store/server_said.h"

#define NOW INT64_C(1790000000) /* 2026-09-21T14:13:20Z */

static int64_t add_server(char *note)
{
	char hostname[] = "web1", address[] = "192.0.2.7", alias[] = "www", tag[] = "rack";
	char *aliases[] = {alias}, *tags[] = {tag};
	const struct server_in in = {.hostname = hostname,
		.ip_address = address,
		.aliases = {.v = aliases, .n = 1},
		.tags = {.v = tags, .n = 1},
		.note = note};
	int64_t id = 0;

	assert_int_equal(store_server_add(store, &in, NOW, &id, &err), 0);
	return id;
}

static void a_server_is_told_with_all_that_a_person_may_say(void **state)
{
	(void)state;
	char note[] = "a \"quoted\" note";
	_free_ char *said = store_server_said(store, add_server(note));

	assert_string_equal(said,
		"{\"hostname\":\"web1\",\"ip_address\":\"192.0.2.7\",\"aliases\":[\"www\"],"
		"\"tags\":[\"rack\"],\"note\":\"a \\\"quoted\\\" note\"}");
	assert_null(store_server_said(store, 4711));
}

static void an_exemption_is_told_with_its_end_as_it_was_said(void **state)
{
	(void)state;
	static const struct {
		const char *until, *said;
	} cases[] = {
		{"2027-01-31", "\"2027-01-31\""},
		{"2027-01-31T12:00:00+01:00", "\"2027-01-31T11:00:00Z\""},
		{"", "null"},
	};
	char note[] = "", reason[] = "no data", author[] = "anna";
	int64_t id = add_server(note);

	assert_null(store_exemption_said(store, id));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char until[64], wanted[128];
		const struct exemption_in in = {
			.id = id, .reason = reason, .author = author, .until = until};

		snprintf(until, sizeof(until), "%s", cases[i].until);
		snprintf(wanted, sizeof(wanted),
			"{\"reason\":\"no data\",\"author\":\"anna\",\"until\":%s}", cases[i].said);
		assert_int_equal(store_exemption_set(store, &in, NOW, &err), 0);
		_free_ char *said = store_exemption_said(store, id);
		assert_string_equal(said, wanted);
	}
}

static void only_what_differs_is_kept(void **state)
{
	(void)state;
	static const struct {
		const char *before, *after, *kept_before, *kept_after;
	} cases[] = {
		{"{\"a\":1,\"b\":[1]}", "{\"a\":1,\"b\":[2]}", "{\"b\":[1]}", "{\"b\":[2]}"},
		{"{\"a\":1}", "{\"a\":1}", "{}", "{}"},
		{"{\"a\":1}", "{\"A\":1}", "{\"a\":1}", "{\"A\":1}"},
		{"{\"gone\":null,\"b\":\"\"}", "{\"b\":\"\"}", "{\"gone\":null}", "{}"},
		{"{\"a\":1", "{\"a\":1}", "{\"a\":1", "{\"a\":1}"},
		{NULL, "{\"a\":1}", NULL, "{\"a\":1}"},
		{"{\"a\":1}", NULL, "{\"a\":1}", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *before = cases[i].before != NULL ? strdup(cases[i].before) : NULL;
		_free_ char *after = cases[i].after != NULL ? strdup(cases[i].after) : NULL;

		said_keep_changes(&before, &after);
		assert_int_equal(before == NULL, cases[i].kept_before == NULL);
		assert_int_equal(after == NULL, cases[i].kept_after == NULL);
		assert_string_equal(before != NULL ? before : "",
			cases[i].kept_before != NULL ? cases[i].kept_before : "");
		assert_string_equal(after != NULL ? after : "",
			cases[i].kept_after != NULL ? cases[i].kept_after : "");
	}
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin_store, end_store)
	const struct CMUnitTest tests[] = {
		CASE(a_server_is_told_with_all_that_a_person_may_say),
		CASE(an_exemption_is_told_with_its_end_as_it_was_said),
		CASE(only_what_differs_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
