// needs: scannerd scannerd/store scannerd/walk scannerd/match proto common
/* test_scope.c - what is asked of netscan, and about which addresses it is believed. */
#include "scannerd/scope.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct config settings(const char *text)
{
	struct config c = {0};
	cJSON *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	assert_int_equal(config_decode(json, true, &c, NULL), 0);
	assert_int_equal(config_check(&c, NULL), 0);
	cJSON_Delete(json);
	return c;
}

static struct netscan_request request(const char *text, const char *only)
{
	struct config c = settings(text);
	struct netscan_request r = {0};
	struct strv list = {0};
	struct err err = {0};

	if (only != NULL) {
		assert_int_equal(strv_add(&list, only), 0);
	}
	assert_int_equal(scope_request(&c, &list, &r, &err), 0);
	strv_done(&list);
	config_done(&c);
	return r;
}

static void only_addresses_that_were_asked_for_are_believed(void **state)
{
	static const char numbers[] = "{\"directories_to_scan\":[],"
				      "\"subnets_to_scan\":[\"10.1.0.0/24\",\"fd00::/120\"],"
				      "\"exclude_addresses\":[\"10.1.0.7\"]}";
	static const char names[] = "{\"directories_to_scan\":[],"
				    "\"subnets_to_scan\":[\"10.1.0.0/24\",\"web.test\"],"
				    "\"exclude_addresses\":[\"10.1.0.7\"]}";
	static const struct {
		const char *settings, *only, *address;
		bool believed, named;
	} cases[] = {
		{numbers, NULL, "10.1.0.1", true, false},
		{numbers, NULL, "fd00::7", true, false},
		{numbers, NULL, "10.1.0.7", false, false},
		{numbers, NULL, "10.1.1.1", false, false},
		{numbers, NULL, "fd00::1:7", false, false},
		{numbers, NULL, "8.8.8.8", false, false},
		{numbers, NULL, "not an address", false, false},
		{numbers, "10.1.0.4/30", "10.1.0.5", true, false},
		{numbers, "10.1.0.4/30", "10.1.0.9", false, false},
		/* where a name leads is not known beforehand, but it stays within the limits */
		{names, NULL, "192.168.3.3", true, true},
		{names, NULL, "8.8.8.8", false, false},
		{names, NULL, "10.1.0.7", false, true},
		{names, "10.1.0.0/24", "192.168.3.3", false, false},
		{names, "web.test", "192.168.3.3", true, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netscan_request r = request(cases[i].settings, cases[i].only);
		struct scope s;

		assert_int_equal(scope_init(&s, &r), 0);
		if (scope_has(&s, cases[i].address) != cases[i].believed ||
			scope_has_named(&s, cases[i].address) != cases[i].named) {
			fail_msg("%s of case %zu", cases[i].address, i);
		}
		scope_done(&s);
		field_done(&netscan_request_table, &r);
	}
}

static void there_are_as_many_addresses_as_the_targets_have(void **state)
{
	struct netscan_request r = request(
		"{\"directories_to_scan\":[],\"subnets_to_scan\":[\"10.1.0.0/24\",\"10.2.0.1\"]}",
		NULL);
	struct scope s;

	(void)state;
	assert_int_equal(scope_init(&s, &r), 0);
	assert_int_equal(s.most, 257);
	scope_done(&s);
	field_done(&netscan_request_table, &r);
}

static void a_part_that_is_not_configured_is_refused_by_name(void **state)
{
	struct config c = settings(
		"{\"directories_to_scan\":[],\"subnets_to_scan\":[\"10.1.0.0/24\",\"web.test\"]}");
	static const char *const parts[] = {
		"10.1.1.0/24", "10.0.0.0/8", "10.1.0.0/23", "db.test", "fd00::1", "10.1.0.1-9"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct netscan_request r = {0};
		struct strv only = {0};
		struct err err = {0};

		assert_int_equal(strv_add(&only, parts[i]), 0);
		assert_true(scope_request(&c, &only, &r, &err) < 0);
		assert_string_equal(err.field, "only[0]");
		strv_done(&only);
	}
	config_done(&c);
}

/* A limit of 0 allows any rate; it must not take away the one that is set. */
static void the_rate_that_is_set_is_asked_for(void **state)
{
	static const struct {
		const char *settings;
		int64_t rate;
	} cases[] = {
		{"{\"directories_to_scan\":[],\"subnets_to_scan\":[\"10.1.0.1\"]}", 1000},
		{"{\"directories_to_scan\":[],\"subnets_to_scan\":[\"10.1.0.1\"],"
		 "\"network_scan\":{\"max_rate\":50},\"limits\":{\"max_rate\":0}}",
			50},
		{"{\"directories_to_scan\":[],\"subnets_to_scan\":[\"10.1.0.1\"],"
		 "\"network_scan\":{\"max_rate\":0},\"limits\":{\"max_rate\":0}}",
			0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netscan_request r = request(cases[i].settings, NULL);

		assert_int_equal(r.max_rate, cases[i].rate);
		field_done(&netscan_request_table, &r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_addresses_that_were_asked_for_are_believed),
		cmocka_unit_test(there_are_as_many_addresses_as_the_targets_have),
		cmocka_unit_test(a_part_that_is_not_configured_is_refused_by_name),
		cmocka_unit_test(the_rate_that_is_set_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
