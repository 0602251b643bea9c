// needs: proto common
/* test_iface.c - the interfaces' tables: dispatch, org.varlink.service, and descriptions that match
 * the committed files. */
#include "proto/errors.h"
#include "proto/iface.h"
#include "proto/netscan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct interface *const interfaces[] = {&scanner_interface, &netscan_interface};

static void method_is_found_by_its_full_name_only(void **state)
{
	(void)state;
	for (size_t m = 0; m < scanner_interface.count; m++) {
		_buf_ struct buf name = BUF_INIT;
		buf_printf(
			&name, "%s.%s", scanner_interface.name, scanner_interface.methods[m].name);
		assert_int_equal(interface_find(&scanner_interface, buf_cstr(&name)), m);
	}
	static const char *const wrong[] = {"StartScan", "org.backupchecker.scanner",
		"org.backupchecker.scanner.", "org.backupchecker.scanner.startScan",
		"org.backupchecker.scanner.StartScanX", "org.backupchecker.scannerX.StartScan",
		"org.backupchecker.StartScan", "org.backupchecker.scanner.x.StartScan", ""};
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(interface_find(&scanner_interface, wrong[i]), -1);
	}
}

static void committed_description_is_the_printed_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(interfaces); i++) {
		_buf_ struct buf printed = BUF_INIT, path = BUF_INIT, file = BUF_INIT;
		interface_print(interfaces[i], &printed);
		buf_printf(&path, "proto/%s.varlink", interfaces[i]->name);
		_fclose_ FILE *f = fopen(buf_cstr(&path), "re");
		assert_non_null(f);
		char chunk[4096];
		size_t n;
		while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
			buf_add(&file, chunk, n);
		}
		assert_string_equal(buf_cstr(&printed), buf_cstr(&file));
	}
}

/* Field names by https://varlink.org/Interface-Definition: [A-Za-z](_?[A-Za-z0-9])* */
static bool is_field_name(const char *s)
{
	bool underscore = true;
	for (const char *p = s; *p != '\0'; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
		bool digit = *p >= '0' && *p <= '9';
		if (*p == '_' ? underscore : !(letter || (digit && p != s))) {
			return false;
		}
		underscore = *p == '_';
	}
	return s[0] != '\0' && !underscore;
}

static void check_table(const struct field_table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		assert_true(is_field_name(t->fields[i].name));
		assert_true(strlen(t->fields[i].doc) > 3);
		assert_null(strchr(t->fields[i].doc, '\n'));
		if (t->fields[i].table != NULL) {
			check_table(t->fields[i].table);
		}
	}
}

static void names_obey_the_varlink_grammar_and_all_is_documented(void **state)
{
	(void)state;
	assert_false(is_field_name("a__b"));
	assert_false(is_field_name("a_"));
	assert_false(is_field_name("1a"));
	for (size_t i = 0; i < ARRAY_SIZE(interfaces); i++) {
		for (size_t m = 0; m < interfaces[i]->count; m++) {
			const struct method *method = &interfaces[i]->methods[m];
			assert_in_range(method->name[0], 'A', 'Z');
			assert_true(strlen(method->doc) > 10);
			check_table(method->in);
			check_table(method->out);
		}
		for (const char *const *name = interfaces[i]->errors; *name != NULL; name++) {
			assert_non_null(error_doc(*name));
		}
	}
}

static void scanner_interface_announces_every_error_that_can_be_sent(void **state)
{
	(void)state;
	const struct error_row *rows;
	size_t count = error_rows(&rows);
	for (size_t i = 0; i < count; i++) {
		bool found = rows[i].varlink == NULL;
		for (const char *const *name = scanner_interface.errors; *name != NULL && !found;
			name++) {
			found = strcmp(*name, rows[i].varlink) == 0;
		}
		assert_true(found);
	}
}

static bool ask(const char *text, struct wire_reply *ret, size_t *ret_method, size_t *ret_len)
{
	struct wire_call call;
	assert_int_equal(wire_decode_call(text, strlen(text), &call, NULL), 0);
	_buf_ struct buf out = BUF_INIT;
	bool answered = interface_answer(&scanner_interface, &call, &out, ret_method);
	wire_call_done(&call);
	*ret_len = out.len;
	if (out.len != 0) {
		assert_int_equal(wire_find(out.data, out.len), out.len);
		assert_int_equal(wire_decode_reply(out.data, out.len - 1, ret, NULL), 0);
	}
	return answered;
}

static void calls_of_its_own_methods_are_handed_on(void **state)
{
	(void)state;
	struct wire_reply reply;
	size_t method = 99, len;
	assert_false(ask(
		"{\"method\":\"org.backupchecker.scanner.CancelScan\"}", &reply, &method, &len));
	assert_int_equal(method, SCANNER_CANCEL_SCAN);
	assert_int_equal(len, 0);
	assert_false(ask("{\"method\":\"org.backupchecker.scanner.Monitor\",\"more\":true}", &reply,
		&method, &len));
	assert_int_equal(method, SCANNER_MONITOR);
}

static void calls_that_it_cannot_take_get_the_standard_error(void **state)
{
	(void)state;
	static const struct {
		const char *call, *error, *key, *value;
	} cases[] = {
		{"{\"method\":\"org.backupchecker.scanner.Nope\"}",
			"org.varlink.service.MethodNotFound", "method",
			"org.backupchecker.scanner.Nope"},
		{"{\"method\":\"org.example.Nope\"}", "org.varlink.service.InterfaceNotFound",
			"interface", "org.example"},
		{"{\"method\":\"org.backupchecker.scanner.Monitor\"}",
			"org.varlink.service.ExpectedMore", NULL, NULL},
		{"{\"method\":\"org.varlink.service.Nope\"}", "org.varlink.service.MethodNotFound",
			"method", "org.varlink.service.Nope"},
		{"{\"method\":\"org.varlink.service.GetInterfaceDescription\"}",
			"org.varlink.service.InvalidParameter", "parameter", "interface"},
		{"{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{"
		 "\"interface\":\"a.b\"}}",
			"org.varlink.service.InterfaceNotFound", "interface", "a.b"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct wire_reply reply;
		size_t method, len;
		assert_true(ask(cases[i].call, &reply, &method, &len));
		assert_string_equal(reply.error, cases[i].error);
		if (cases[i].key != NULL) {
			assert_string_equal(
				json_get_string(reply.parameters, cases[i].key), cases[i].value);
		}
		wire_reply_done(&reply);
	}
}

static void service_interface_tells_who_it_is_and_describes_itself(void **state)
{
	(void)state;
	struct wire_reply reply;
	size_t method, len;
	assert_true(ask("{\"method\":\"org.varlink.service.GetInfo\"}", &reply, &method, &len));
	assert_null(reply.error);
	assert_string_equal(json_get_string(reply.parameters, "product"), "backup-checker");
	const cJSON *list = json_get(reply.parameters, "interfaces");
	assert_int_equal(cJSON_GetArraySize(list), 2);
	assert_string_equal(
		cJSON_GetStringValue(cJSON_GetArrayItem(list, 1)), scanner_interface.name);
	wire_reply_done(&reply);

	assert_true(ask("{\"method\":\"org.varlink.service.GetInterfaceDescription\","
			"\"parameters\":{\"interface\":\"org.backupchecker.scanner\"}}",
		&reply, &method, &len));
	_buf_ struct buf printed = BUF_INIT;
	interface_print(&scanner_interface, &printed);
	assert_string_equal(json_get_string(reply.parameters, "description"), buf_cstr(&printed));
	wire_reply_done(&reply);
}

static void one_way_calls_are_answered_by_silence(void **state)
{
	(void)state;
	struct wire_reply reply;
	size_t method, len = 99;
	assert_true(ask("{\"method\":\"org.varlink.service.GetInfo\",\"oneway\":true}", &reply,
		&method, &len));
	assert_int_equal(len, 0);
}

static int decode_text(const struct field_table *t, const char *text, void *ret, struct err *err)
{
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return field_decode(t, json, ret, err);
}

static void parameters_are_judged_by_their_tables(void **state)
{
	(void)state;
	static const struct {
		const struct field_table *table;
		const char *text;
		bool good;
		const char *field;
	} cases[] = {
		{&start_scan_in_table, "{\"kind\":\"servers\"}", true, NULL},
		{&start_scan_in_table,
			"{\"kind\":\"directories\",\"only\":[\"/a\"],\"accept_changed\":true}",
			true, NULL},
		{&start_scan_in_table, "{}", false, "kind"},
		{&start_scan_in_table, "{\"kind\":\"nothing\"}", false, "kind"},
		{&start_scan_in_table, "{\"kind\":\"servers\",\"argv\":[]}", false, "argv"},
		{&cancel_scan_in_table, "{\"scan\":1}", true, NULL},
		{&cancel_scan_in_table, "{\"scan\":0}", false, "scan"},
		{&cancel_scan_in_table, "{\"scan\":1.5}", false, "scan"},
		{&empty_table, "{}", true, NULL},
		{&empty_table, "{\"x\":1}", false, "x"},
		{&set_config_in_table, "{\"config\":{},\"revision\":\"abc\"}", true, NULL},
		{&set_config_in_table, "{\"config\":[]}", false, "config"},
		{&merge_in_table, "{\"id\":1}", false, "other"},
		{&server_in_table, "{\"hostname\":\"web01\",\"tags\":[\"a\"]}", true, NULL},
		{&server_in_table, "{\"tags\":\"a\"}", false, "tags"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		union {
			struct start_scan_in start;
			struct set_config_in config;
			struct server_in server;
			struct merge_in merge;
		} s;
		struct err err = {0};
		int rc = decode_text(cases[i].table, cases[i].text, &s, &err);
		assert_int_equal(rc == 0, cases[i].good);
		if (rc == 0) {
			field_done(cases[i].table, &s);
		} else {
			assert_string_equal(err.field, cases[i].field);
		}
	}
}

static void monitor_events_come_back_as_they_were_sent(void **state)
{
	(void)state;
	struct monitor_event sent, got;
	assert_int_equal(field_defaults(&monitor_event_table, &sent), 0);
	sent.event = strdup("progress");
	sent.scan = (struct scan_progress){.scan = 7,
		.kind = SCAN_SERVERS,
		.state = SCAN_CANCELLED,
		.percent = 41,
		.seconds_left = -1,
		.hosts = 254,
		.current = strdup("10.0.0.0/24"),
		.requested_by = strdup("person")};
	_buf_ struct buf out = BUF_INIT;
	struct jsonw w = JSONW(&out);
	field_encode(&monitor_event_table, &sent, &w);
	assert_int_equal(decode_text(&monitor_event_table, buf_cstr(&out), &got, NULL), 0);
	assert_string_equal(got.event, "progress");
	assert_int_equal(got.scan.scan, 7);
	assert_int_equal(got.scan.state, SCAN_CANCELLED);
	assert_int_equal(got.scan.percent, 41);
	assert_string_equal(got.scan.current, "10.0.0.0/24");
	assert_null(got.scan.message);
	field_done(&monitor_event_table, &sent);
	field_done(&monitor_event_table, &got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(method_is_found_by_its_full_name_only),
		cmocka_unit_test(committed_description_is_the_printed_one),
		cmocka_unit_test(names_obey_the_varlink_grammar_and_all_is_documented),
		cmocka_unit_test(scanner_interface_announces_every_error_that_can_be_sent),
		cmocka_unit_test(calls_of_its_own_methods_are_handed_on),
		cmocka_unit_test(calls_that_it_cannot_take_get_the_standard_error),
		cmocka_unit_test(service_interface_tells_who_it_is_and_describes_itself),
		cmocka_unit_test(one_way_calls_are_answered_by_silence),
		cmocka_unit_test(parameters_are_judged_by_their_tables),
		cmocka_unit_test(monitor_events_come_back_as_they_were_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
