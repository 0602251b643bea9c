// needs: scannerd/netscan proto common
/* test_nmap_xml.c - nmap's XML, real and broken, read in pieces of every size. */
#include "scannerd/netscan/nmap_xml.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SEEN_MAX = 16 };

struct seen {
	struct netscan_host hosts[SEEN_MAX];
	bool up[SEEN_MAX], arp[SEEN_MAX];
	size_t n;
	size_t ports_of_last;
	double percent;
	char task[80];
	bool refuse;
};

static bool on_host(struct netscan_host *h, bool up, bool arp, void *arg)
{
	struct seen *s = arg;
	s->ports_of_last = h->ports.n;
	if (s->n < SEEN_MAX) {
		assert_int_equal(field_copy(&netscan_host_table, h, &s->hosts[s->n]), 0);
		s->up[s->n] = up;
		s->arp[s->n++] = arp;
	}
	return !s->refuse;
}

static bool on_progress(const char *task, double percent, void *arg)
{
	struct seen *s = arg;
	snprintf(s->task, sizeof(s->task), "%s", task);
	s->percent = percent;
	return true;
}

static const struct nmap_events events = {on_host, on_progress};

static void seen_done(struct seen *s)
{
	for (size_t i = 0; i < s->n; i++) {
		field_done(&netscan_host_table, &s->hosts[i]);
	}
	*s = (struct seen){0};
}

static const struct netscan_host *host(const struct seen *s, const char *address)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->hosts[i].address, address) == 0) {
			return &s->hosts[i];
		}
	}
	fail_msg("%s was not told", address);
	return NULL;
}

static int read_text(
	const char *text, size_t len, size_t chunk, uint64_t most, struct seen *s, struct err *err)
{
	struct nmap_xml *x;
	assert_int_equal(nmap_xml_new(&events, s, most, &x), 0);
	int rc = 0;
	for (size_t at = 0; at < len && rc == 0; at += chunk) {
		rc = nmap_xml_feed(x, text + at, MIN(chunk, len - at), err);
	}
	if (rc == 0) {
		rc = nmap_xml_end(x, 0, err);
	}
	nmap_xml_free(x);
	return rc;
}

static void load(const char *name, struct buf *ret)
{
	char path[256], chunk[4096];
	snprintf(path, sizeof(path), "tests/fixtures/nmap/%s.xml", name);
	_fclose_ FILE *f = fopen(path, "re");
	assert_non_null(f);
	size_t n;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0) {
		buf_add(ret, chunk, n);
	}
}

static int read_fixture(const char *name, size_t chunk, struct seen *s, struct err *err)
{
	_buf_ struct buf text = BUF_INIT;
	load(name, &text);
	return read_text(text.data, text.len, chunk, 1 << 20, s, err);
}

static void real_discovery_tells_live_and_dead_with_names_and_macs(void **state)
{
	(void)state;
	struct seen s = {0};
	assert_int_equal(read_fixture("discovery", 4096, &s, NULL), 0);
	assert_int_equal(s.n, 8);
	const struct netscan_host *web = host(&s, "10.99.0.11");
	assert_string_equal(web->hostname, "web.test");
	assert_int_equal(strlen(web->mac), 17);
	assert_false(web->ports_scanned);
	size_t up = 0;
	for (size_t i = 0; i < s.n; i++) {
		up += s.up[i];
		assert_int_equal(s.up[i], s.arp[i]);
	}
	assert_int_equal(up, 3);
	seen_done(&s);

	assert_int_equal(read_fixture("discovery6", 4096, &s, NULL), 0);
	assert_string_equal(host(&s, "fd99::b")->hostname, "web.test");
	seen_done(&s);
}

static void real_port_scan_tells_open_ports_and_the_best_guess(void **state)
{
	(void)state;
	struct seen s = {0};
	assert_int_equal(read_fixture("ports", 4096, &s, NULL), 0);
	const struct netscan_host *web = host(&s, "10.99.0.11");
	assert_int_equal(web->ports.n, 2);
	assert_int_equal(web->ports.v[0].port, 80);
	assert_string_equal(web->ports.v[0].service, "http");
	assert_string_equal(web->ports.v[1].protocol, "tcp");
	assert_memory_equal(web->os, "Linux", 5);
	assert_in_range(web->os_accuracy, 80, 100);
	const struct netscan_host *empty = host(&s, "10.99.0.13");
	assert_int_equal(empty->ports.n, 0);
	assert_true(empty->ports_scanned);
	assert_null(empty->os);
	assert_false(host(&s, "10.99.0.50")->ports_scanned);
	seen_done(&s);
}

static void host_that_ran_out_of_time_counts_as_not_scanned(void **state)
{
	(void)state;
	struct seen s = {0};
	assert_int_equal(read_fixture("timeout", 4096, &s, NULL), 0);
	assert_false(host(&s, "10.99.0.11")->ports_scanned);
	seen_done(&s);
}

static void every_size_of_pieces_gives_the_same(void **state)
{
	(void)state;
	for (size_t chunk = 1; chunk < 40; chunk++) {
		struct seen s = {0};
		assert_int_equal(read_fixture("ports", chunk, &s, NULL), 0);
		assert_int_equal(s.n, 3);
		assert_int_equal(host(&s, "10.99.0.11")->ports.n, 2);
		seen_done(&s);
	}
}

static void document_cut_anywhere_never_passes(void **state)
{
	(void)state;
	_buf_ struct buf text = BUF_INIT;
	load("discovery", &text);
	size_t whole = text.len;
	while (whole > 0 && text.data[whole - 1] != '>') {
		whole--;
	}
	for (size_t len = 0; len < whole; len++) {
		struct seen s = {0};
		struct err err = {0};
		assert_int_equal(read_text(text.data, len, 512, 1 << 20, &s, &err), -EBADMSG);
		assert_int_equal(err.code, ERR_UNAVAILABLE);
		seen_done(&s);
	}
}

static void broken_documents_fail_with_their_reason(void **state)
{
	(void)state;
	static const struct {
		const char *name, *part;
	} cases[] = {
		{"half", "incomplete"},
		{"garbage", "not well-formed"},
		{"bomb", "declares an entity"},
		{"external", "declares an entity"},
		{"other-root", "not its XML"},
		{"unfinished", "does not say that the scan has finished"},
		{"error", "nmap gave up: I cannot figure out what source address"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t chunk = 1; chunk < 5000; chunk = chunk * 7 + 1) {
			struct seen s = {0};
			struct err err = {0};
			assert_int_equal(read_fixture(cases[i].name, chunk, &s, &err), -EBADMSG);
			assert_int_equal(err.code, ERR_UNAVAILABLE);
			assert_non_null(strstr(err.message, cases[i].part));
			seen_done(&s);
		}
	}
}

static void addresses_that_nmap_left_out_are_noticed(void **state)
{
	(void)state;
	_buf_ struct buf text = BUF_INIT;
	load("unresolved", &text);
	for (uint64_t wanted = 0; wanted < 2; wanted++) {
		struct seen s = {0};
		struct err err = {0};
		struct nmap_xml *x;
		assert_int_equal(nmap_xml_new(&events, &s, 1 << 20, &x), 0);
		assert_int_equal(nmap_xml_feed(x, text.data, text.len, &err), 0);
		assert_int_equal(nmap_xml_end(x, wanted, &err), wanted == 0 ? 0 : -EBADMSG);
		nmap_xml_free(x);
	}
}

static void hostile_text_is_tamed_and_nonsense_left_out(void **state)
{
	(void)state;
	struct seen s = {0};
	assert_int_equal(read_fixture("hostile", 4096, &s, NULL), 0);
	assert_int_equal(s.n, 1);
	const struct netscan_host *h = host(&s, "10.0.0.1");
	assert_string_equal(h->hostname, "<b>&&????\xc3\xa9???");
	assert_null(h->mac);
	assert_string_equal(h->vendor, "A & B");
	assert_int_equal(h->ports.n, 1);
	assert_int_equal(h->ports.v[0].port, 80);
	assert_string_equal(h->os, "First");
	assert_int_equal(h->os_accuracy, 100);
	seen_done(&s);
}

static void limits_hold(void **state)
{
	(void)state;
	struct seen s = {0};
	struct err err = {0};
	_buf_ struct buf text = BUF_INIT;

	buf_adds(&text, "<nmaprun>");
	for (int i = 0; i < NMAP_XML_DEPTH_MAX; i++) {
		buf_adds(&text, "<a>");
	}
	assert_int_equal(read_text(text.data, text.len, 64, 1 << 20, &s, &err), -EBADMSG);
	assert_non_null(strstr(err.message, "deeply"));

	for (size_t extra = 0; extra < 2; extra++) {
		buf_reset(&text);
		buf_adds(&text, "<nmaprun><host><address addrtype=\"ipv4\" addr=\"");
		for (size_t i = 0; i < NMAP_XML_ATTRIBUTE_MAX + extra; i++) {
			buf_addc(&text, '1');
		}
		buf_adds(&text,
			"\"/></host><runstats><finished exit=\"success\"/></runstats></nmaprun>");
		assert_int_equal(read_text(text.data, text.len, 512, 1 << 20, &s, &err),
			extra == 0 ? 0 : -EBADMSG);
		seen_done(&s);
	}
	assert_non_null(strstr(err.message, "attribute above 4096"));

	assert_int_equal(read_text(text.data, text.len, 100, 1000, &s, &err), -EBADMSG);
	assert_non_null(strstr(err.message, "more than 1000 bytes"));
}

static void long_lists_of_ports_that_are_not_read_do_no_harm(void **state)
{
	(void)state;
	struct seen s = {0};
	_buf_ struct buf text = BUF_INIT;
	buf_adds(&text, "<nmaprun><scaninfo services=\"");
	for (int port = 1; port < 65536; port += 2) {
		buf_printf(&text, "%d,", port);
	}
	buf_adds(&text, "\"/><host><address addr=\"10.0.0.1\" addrtype=\"ipv4\"/><ports>");
	for (int port = 1; port <= NMAP_XML_PORTS_MAX + 10; port++) {
		buf_printf(&text,
			"<port protocol=\"tcp\" portid=\"%d\"><state state=\"open\"/></port>",
			port);
	}
	buf_adds(&text,
		"</ports></host><runstats><finished exit=\"success\"/></runstats></nmaprun>");
	assert_int_equal(read_text(text.data, text.len, 65536, 1 << 24, &s, NULL), 0);
	assert_int_equal(s.ports_of_last, NMAP_XML_PORTS_MAX);
	seen_done(&s);
}

static void progress_is_told_and_a_callback_can_stop_the_reading(void **state)
{
	(void)state;
	static const char text[] = "<nmaprun><taskprogress task=\"SYN Stealth Scan\" "
				   "percent=\"12.50\" remaining=\"77\" etc=\"1\"/>"
				   "<host><address addr=\"10.0.0.1\" addrtype=\"ipv4\"/></host>"
				   "<host><address addr=\"10.0.0.2\" addrtype=\"ipv4\"/></host>";
	struct seen s = {.refuse = true};
	assert_int_equal(read_text(text, strlen(text), 4096, 1 << 20, &s, NULL), -ECANCELED);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.task, "SYN Stealth Scan");
	assert_true(s.percent > 12.4 && s.percent < 12.6);
	seen_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_discovery_tells_live_and_dead_with_names_and_macs),
		cmocka_unit_test(real_port_scan_tells_open_ports_and_the_best_guess),
		cmocka_unit_test(host_that_ran_out_of_time_counts_as_not_scanned),
		cmocka_unit_test(every_size_of_pieces_gives_the_same),
		cmocka_unit_test(document_cut_anywhere_never_passes),
		cmocka_unit_test(broken_documents_fail_with_their_reason),
		cmocka_unit_test(addresses_that_nmap_left_out_are_noticed),
		cmocka_unit_test(hostile_text_is_tamed_and_nonsense_left_out),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(long_lists_of_ports_that_are_not_read_do_no_harm),
		cmocka_unit_test(progress_is_told_and_a_callback_can_stop_the_reading),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
