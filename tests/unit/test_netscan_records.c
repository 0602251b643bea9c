// needs: proto common
/* test_netscan_records.c - what scannerd asks of netscan and what comes back, through JSON and back
 * again. */
#include "proto/netscan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int decode(const char *text, struct netscan_record *ret, struct err *err)
{
	_json_ cJSON *json = NULL;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return netscan_record_decode(json, ret, err);
}

static void host_comes_back_with_all_its_facts(void **state)
{
	(void)state;
	char tcp[] = "tcp", ssh[] = "ssh", address[] = "10.99.0.11", name[] = "web.test",
	     mac[] = "02:00:00:00:00:01", os[] = "Linux 5.X";
	struct netscan_port ports[] = {{22, tcp, ssh}, {8080, tcp, NULL}};
	const struct netscan_host host = {.address = address,
		.hostname = name,
		.mac = mac,
		.os = os,
		.os_accuracy = 97,
		.ports = {ports, 2},
		.ports_scanned = true};
	_buf_ struct buf out = BUF_INIT;
	netscan_encode_host(&host, &out);

	struct netscan_record r;
	assert_int_equal(decode(buf_cstr(&out), &r, NULL), 0);
	assert_true(r.has_host);
	assert_false(r.has_progress || r.has_finished);
	assert_string_equal(r.host.address, address);
	assert_string_equal(r.host.hostname, name);
	assert_string_equal(r.host.mac, mac);
	assert_null(r.host.vendor);
	assert_string_equal(r.host.os, os);
	assert_int_equal(r.host.os_accuracy, 97);
	assert_true(r.host.ports_scanned);
	assert_int_equal(r.host.ports.n, 2);
	assert_int_equal(r.host.ports.v[0].port, 22);
	assert_string_equal(r.host.ports.v[0].service, "ssh");
	assert_null(r.host.ports.v[1].service);
	netscan_record_done(&r);
}

static void progress_finish_and_warning_come_back(void **state)
{
	(void)state;
	char phase[] = "ports", current[] = "SYN Stealth Scan", reason[] = "no capability";
	const struct netscan_progress progress = {phase, 40, -1, 3, 100, 254, current};
	char address[] = "10.0.0.7", *addresses[] = {address};
	const struct netscan_finished finished = {true, true, reason, 3, 254, {addresses, 1}};
	struct netscan_record r;
	_buf_ struct buf out = BUF_INIT;

	netscan_encode_progress(&progress, &out);
	assert_int_equal(decode(buf_cstr(&out), &r, NULL), 0);
	assert_true(r.has_progress);
	assert_int_equal(r.progress.percent, 40);
	assert_int_equal(r.progress.seconds_left, -1);
	assert_string_equal(r.progress.current, current);
	netscan_record_done(&r);

	buf_reset(&out);
	netscan_encode_finished(&finished, &out);
	assert_int_equal(decode(buf_cstr(&out), &r, NULL), 0);
	assert_true(r.has_finished && r.finished.complete && r.finished.reduced);
	assert_string_equal(r.finished.reason, reason);
	assert_int_equal(r.finished.hosts_total, 254);
	assert_int_equal(r.finished.resolved.n, 1);
	assert_string_equal(r.finished.resolved.v[0], address);
	netscan_record_done(&r);

	buf_reset(&out);
	netscan_encode_warning("nas.test has no address", &out);
	assert_int_equal(decode(buf_cstr(&out), &r, NULL), 0);
	assert_false(r.has_host || r.has_progress || r.has_finished);
	assert_string_equal(r.warning, "nas.test has no address");
	netscan_record_done(&r);
}

static void record_that_is_none_is_refused_with_its_field(void **state)
{
	(void)state;
	static const struct {
		const char *text, *field;
	} cases[] = {
		{"{}", ""},
		{"{\"host\":{},\"warning\":\"x\"}", ""},
		{"{\"other\":{}}", "other"},
		{"{\"warning\":5}", "warning"},
		{"{\"warning\":null}", "warning"},
		{"{\"host\":null}", "host"},
		{"{\"host\":{\"address\":\"10.0.0.1\"}}", "host.ports_scanned"},
		{"{\"host\":{\"address\":\"web01\",\"ports_scanned\":true}}", "host.address"},
		{"{\"host\":{\"address\":\"10.0.0.1\",\"ports_scanned\":true,\"x\":1}}", "host.x"},
		{"{\"host\":{\"address\":\"10.0.0.1\",\"ports_scanned\":true,\"ports\":"
		 "[{\"port\":65536,\"protocol\":\"tcp\"}]}}",
			"host.ports[0].port"},
		{"{\"progress\":{\"phase\":\"ports\",\"percent\":101}}", "progress.percent"},
		{"{\"finished\":{\"complete\":true}}", "finished.reduced"},
		{"{\"finished\":{\"complete\":1,\"reduced\":false}}", "finished.complete"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct netscan_record r;
		struct err err = {0};
		assert_int_equal(decode(cases[i].text, &r, &err), -EBADMSG);
		assert_string_equal(err.field, cases[i].field);
	}
	struct netscan_record r;
	assert_int_equal(netscan_record_decode(NULL, &r, NULL), -EBADMSG);
}

static void request_is_judged_before_anything_runs(void **state)
{
	(void)state;
	static const struct {
		const char *text, *field; /* NULL: good */
	} cases[] = {
		{"{\"targets\":[\"10.0.0.0/24\",\"nas.test\",\"fd00::/"
		 "120\"],\"within\":[\"10.0.0.0/8\"],\"ports\":\"22,80\"}",
			NULL},
		{"{\"targets\":[\"10.0.0.0/"
		 "24\"],\"within\":[],\"ports\":\"top:100\",\"exclude\":[\"10.0.0.1\"]}",
			NULL},
		{"{\"within\":[],\"ports\":\"22\"}", "targets"},
		{"{\"targets\":[\"-iL/etc/passwd\"],\"within\":[],\"ports\":\"22\"}", "targets[0]"},
		{"{\"targets\":[\"10.0.0.0/33\"],\"within\":[],\"ports\":\"22\"}", "targets[0]"},
		{"{\"targets\":[\"10.0.0.1-9\"],\"within\":[],\"ports\":\"22\"}", "targets[0]"},
		{"{\"targets\":[\"10.0.0.1\"],\"within\":[\"nas\"],\"ports\":\"22\"}", "within[0]"},
		{"{\"targets\":[\"10.0.0.1\"],\"within\":[],\"ports\":\"22 --script x\"}", "ports"},
		{"{\"targets\":[\"10.0.0.1\"],\"within\":[],\"ports\":\"22\",\"max_rate\":-1}",
			"max_rate"},
		{"{\"targets\":[\"10.0.0.1\"],\"within\":[],\"ports\":\"22\",\"scan_timeout_s\":0}",
			"scan_timeout_s"},
		{"{\"targets\":[\"10.0.0.1\"],\"within\":[],\"ports\":\"22\",\"script\":\"x\"}",
			"script"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_json_ cJSON *json = NULL;
		assert_int_equal(json_parse(cases[i].text, strlen(cases[i].text), &json, NULL), 0);
		struct netscan_request request;
		struct err err = {0};
		int rc = field_decode(&netscan_request_table, json, &request, &err);
		assert_int_equal(rc == 0, cases[i].field == NULL);
		if (rc == 0) {
			field_done(&netscan_request_table, &request);
		} else {
			assert_string_equal(err.field, cases[i].field);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_comes_back_with_all_its_facts),
		cmocka_unit_test(progress_finish_and_warning_come_back),
		cmocka_unit_test(record_that_is_none_is_refused_with_its_field),
		cmocka_unit_test(request_is_judged_before_anything_runs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
