// needs: common
/* test_addr.c - addresses, prefixes, host names, targets and MAC addresses. */
#include "common/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { HUGE_BYTES = 10 << 20 };

static void addresses_are_parsed_strictly_and_printed_canonically(void **state)
{
	(void)state;
	static const struct {
		const char *text, *canonical; /* NULL: refused */
	} cases[] = {
		{"10.0.0.5", "10.0.0.5"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"::ffff:1.2.3.4", "1.2.3.4"},
		{"::FFFF:0102:0304", "1.2.3.4"},
		{"::", "::"},
		{"::1", "::1"},
		{"::1:2", "::1:2"},
		{"2001:0DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"1:0:0:0:0:0:0:0", "1::"},
		{"fe80::1:2:3:4", "fe80::1:2:3:4"},
		{"64:ff9b::10.0.0.1", "64:ff9b::a00:1"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
			"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"010.0.0.1", NULL},
		{"10.0.0.01", NULL},
		{"10.0.0.00", NULL},
		{"10.1", NULL},
		{"0x7f.0.0.1", NULL},
		{"2130706433", NULL},
		{"10.0.0.256", NULL},
		{"10.0.0.1 ", NULL},
		{" 10.0.0.1", NULL},
		{"10.0.0.1.", NULL},
		{"+1.0.0.1", NULL},
		{"::ffff:010.0.0.1", NULL},
		{"fe80::1%eth0", NULL},
		{"1::2::3", NULL},
		{":1", NULL},
		{"12345::", NULL},
		{"[::1]", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct addr a = {0};
		char out[ADDR_TEXT_SIZE];
		int r = addr_parse(cases[i].text, &a);

		assert_int_equal(r, cases[i].canonical != NULL ? 0 : -EINVAL);
		if (r == 0) {
			assert_string_equal(addr_format(&a, out), cases[i].canonical);
		}
	}
}

static struct addr end_of(int family, const char *text)
{
	struct sockaddr_storage ss = {.ss_family = (sa_family_t)family};

	if (family == AF_INET) {
		inet_pton(AF_INET, text, &((struct sockaddr_in *)&ss)->sin_addr);
	} else if (family == AF_INET6) {
		inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&ss)->sin6_addr);
	}
	return addr_from_sockaddr((const struct sockaddr *)&ss);
}

static void the_end_of_a_connection_is_the_address_that_people_write(void **state)
{
	static const struct {
		int family;
		const char *given, *canonical; /* NULL: none */
	} cases[] = {
		{AF_INET, "192.0.2.7", "192.0.2.7"},
		{AF_INET6, "2001:db8::7", "2001:db8::7"},
		{AF_INET6, "::ffff:192.0.2.7", "192.0.2.7"},
		{AF_UNIX, "", NULL},
	};
	char text[ADDR_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct addr a = end_of(cases[i].family, cases[i].given);

		if (cases[i].canonical == NULL) {
			assert_int_equal(a.family, 0);
		} else {
			assert_string_equal(addr_format(&a, text), cases[i].canonical);
		}
	}
}

static void addresses_sort_by_family_and_then_by_number(void **state)
{
	(void)state;
	static const char *const sorted[] = {
		"1.2.3.4", "2.0.0.0", "10.0.0.0", "255.0.0.0", "::", "::1", "fe80::"};

	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(sorted); k++) {
			struct addr a, b;
			int order;

			assert_int_equal(addr_parse(sorted[i], &a), 0);
			assert_int_equal(addr_parse(sorted[k], &b), 0);
			order = addr_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

static void prefixes_are_parsed_or_refused_with_a_sentence_that_helps(void **state)
{
	(void)state;
	static const struct {
		const char *text, *canonical; /* NULL: refused */
		const char *sentence;
	} cases[] = {
		{"10.0.0.0/24", "10.0.0.0/24", NULL},
		{"10.0.0.5", "10.0.0.5/32", NULL},
		{"0.0.0.0/0", "0.0.0.0/0", NULL},
		{"fd00::/120", "fd00::/120", NULL},
		{"::/0", "::/0", NULL},
		{"::1", "::1/128", NULL},
		{"10.0.0.5/32", "10.0.0.5/32", NULL},
		{"10.0.0.0/33", NULL, "a prefix of an IPv4 network is between 0 and 32, not 33"},
		{"fd00::/129", NULL, "a prefix of an IPv6 network is between 0 and 128, not 129"},
		{"10.0.0.0/", NULL, "a prefix of an IPv4 network is between 0 and 32, not empty"},
		{"10.0.0.0/-1", NULL, "not -1"},
		{"10.0.0.0/+8", NULL, "not +8"},
		{"10.0.0.0/08", NULL, "not 08"},
		{"10.0.0.0/8/8", NULL, "not 8/8"},
		{"10.0.0.5/24", NULL, "the network is 10.0.0.0/24"},
		{"172.16.129.0/17", NULL, "the network is 172.16.128.0/17"},
		{"fd00::5/120", NULL, "the network is fd00::/120"},
		{"::ffff:10.0.0.0/120", NULL, "write it like 10.0.0.0/24"},
		{"10.0.0/24", NULL, "neither an address nor a network"},
		{"web01", NULL, "neither an address nor a network"},
		{"/24", NULL, "neither an address nor a network"},
		{"", NULL, "neither an address nor a network"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct prefix p;
		struct err err = {0};
		char out[PREFIX_TEXT_SIZE];
		int r = prefix_parse(cases[i].text, &p, &err);

		assert_int_equal(r, cases[i].canonical != NULL ? 0 : -EINVAL);
		if (r == 0) {
			assert_string_equal(prefix_format(&p, out), cases[i].canonical);
		} else {
			assert_int_equal(err.code, ERR_INVALID_VALUE);
			assert_non_null(strstr(err.message, cases[i].sentence));
		}
	}
}

static struct prefix prefix_of(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(text, &p, NULL), 0);
	return p;
}

static void a_network_contains_what_lies_inside_and_nothing_of_the_other_family(void **state)
{
	(void)state;
	static const struct {
		const char *outer, *inner;
		bool contains;
	} cases[] = {
		{"10.0.0.0/8", "10.200.0.0/16", true},
		{"10.0.0.0/8", "10.0.0.0/8", true},
		{"10.0.0.0/16", "10.0.0.0/8", false},
		{"10.0.0.0/8", "11.0.0.0/16", false},
		{"0.0.0.0/0", "255.255.255.255", true},
		{"0.0.0.0/0", "::1", false},
		{"::/0", "10.0.0.1", false},
		{"fc00::/7", "fd12:3456::/48", true},
		{"fe80::/10", "febf::1", true},
		{"fe80::/10", "fec0::1", false},
		{"10.0.0.0/31", "10.0.0.1", true},
		{"10.0.0.0/31", "10.0.0.2", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct prefix outer = prefix_of(cases[i].outer), inner = prefix_of(cases[i].inner);

		assert_int_equal(prefix_contains(&outer, &inner), cases[i].contains);
	}
}

static void the_number_of_addresses_saturates(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t count;
	} cases[] = {
		{"10.0.0.5", 1},
		{"10.0.0.0/24", 256},
		{"0.0.0.0/0", UINT64_C(1) << 32},
		{"fd00::/112", 65536},
		{"fd00::/65", UINT64_C(1) << 63},
		{"fd00::/64", UINT64_MAX},
		{"::/0", UINT64_MAX},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct prefix p = prefix_of(cases[i].text);

		assert_true(prefix_count(&p) == cases[i].count);
	}
}

static void host_names_follow_rfc_1123_and_never_look_like_addresses(void **state)
{
	(void)state;
#define L63 "a23456789012345678901234567890123456789012345678901234567890123"
	static const struct {
		const char *name;
		bool valid;
	} cases[] = {
		{"web01", true},
		{"web01.example.com", true},
		{"3com.example", true},
		{"my_host", true},
		{"xn--bcher-kva.example", true},
		{"10-0-0-1.example.com", true},
		{L63 ".com", true},
		{L63 "x.com", false},
		{L63 "." L63 "." L63 "."
		     "a2345678901234567890123456789012345678901234567890123456789ab",
			true},
		{L63 "." L63 "." L63 "." L63, false},
		{"-web", false},
		{"web-", false},
		{"web-.example", false},
		{"--script=x", false},
		{"web..example", false},
		{".web", false},
		{"web.", false},
		{"web 01", false},
		{"web/01", false},
		{"b\xc3\xbc"
		 "cher",
			false},
		{"1.2.3.4", false},
		{"127.1", false},
		{"2130706433", false},
		{"0x7f.0x1", false},
		{"0x7f000001", false},
		{"192.168.1.1-50", false},
		{"10.0.0-255.1-5", false},
		{"*", false},
		{"", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(hostname_is_valid(cases[i].name), cases[i].valid);
	}
}

static void targets_are_networks_addresses_or_names_and_nothing_else(void **state)
{
	(void)state;
	static const char neither[] =
		"is neither an address, nor a network such as 10.0.0.0/24, nor a host name";
	static const struct {
		const char *text;
		bool is_name;
		const char *refused; /* part of the sentence */
	} cases[] = {
		{"10.0.0.0/24", false, NULL},
		{"fd00::1", false, NULL},
		{"0.0.0.0/0", false, NULL},
		{"web01.example.com", true, NULL},
		{"--script=x", false, neither},
		{"-iL/etc/shadow", false, neither},
		{"-", false, neither},
		{"10.0.0.1 --script=x", false, neither},
		{"10.0.0.1\n10.0.0.2", false, neither},
		{"192.168.1.1-50", false, neither},
		{"10.0.0.*", false, neither},
		{"web01/24", false, neither},
		{"010.0.0.1", false, neither},
		{"", false, neither},
		{"10.0.0.0/33", false, "between 0 and 32, not 33"},
		{"10.0.0.5/24", false, "the network is 10.0.0.0/24"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct target t;
		struct err err = {0};
		int r = target_parse(cases[i].text, &t, &err);

		assert_int_equal(r, cases[i].refused == NULL ? 0 : -EINVAL);
		if (r == 0) {
			assert_int_equal(t.is_name, cases[i].is_name);
			assert_true(!t.is_name || strcmp(t.name, cases[i].text) == 0);
		} else {
			assert_non_null(strstr(err.message, cases[i].refused));
		}
	}
}

static void ten_megabytes_of_digits_are_refused_at_once(void **state)
{
	(void)state;
	_free_ char *text = malloc(HUGE_BYTES + 1);
	clock_t start;
	struct err err;
	struct addr a;
	struct prefix p;
	struct target t;
	char mac[18];

	assert_non_null(text);
	memset(text, '1', HUGE_BYTES);
	text[HUGE_BYTES] = '\0';
	start = clock();
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(addr_parse(text, &a), -EINVAL);
		assert_int_equal(prefix_parse(text, &p, &err), -EINVAL);
		assert_int_equal(target_parse(text, &t, &err), -EINVAL);
		assert_int_equal(mac_parse(text, mac), -EINVAL);
		assert_false(hostname_is_valid(text));
	}
	/* Reading it all once takes a millisecond at the very best; five thousand times takes
	 * seconds. */
	assert_true(clock() - start < CLOCKS_PER_SEC);
}

static void mac_addresses_in_every_writing_become_one(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"aa:bb:cc:0d:ee:ff", true},
		{"AA-BB-CC-0D-EE-FF", true},
		{"aabb.cc0d.eeff", true},
		{"AAbbCC0dEEff", true},
		{"aa:bb:cc:0d:ee", false},
		{"aa:bb:cc:0d:ee:ff:00", false},
		{"aa:bb-cc:0d:ee:ff", false},
		{"aa:bb:cc:0d:ee:fg", false},
		{"a:bb:cc:0d:ee:ff", false},
		{"", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char out[18] = "";

		assert_int_equal(mac_parse(cases[i].text, out), cases[i].valid ? 0 : -EINVAL);
		assert_string_equal(out, cases[i].valid ? "aa:bb:cc:0d:ee:ff" : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_parsed_strictly_and_printed_canonically),
		cmocka_unit_test(the_end_of_a_connection_is_the_address_that_people_write),
		cmocka_unit_test(addresses_sort_by_family_and_then_by_number),
		cmocka_unit_test(prefixes_are_parsed_or_refused_with_a_sentence_that_helps),
		cmocka_unit_test(
			a_network_contains_what_lies_inside_and_nothing_of_the_other_family),
		cmocka_unit_test(the_number_of_addresses_saturates),
		cmocka_unit_test(host_names_follow_rfc_1123_and_never_look_like_addresses),
		cmocka_unit_test(targets_are_networks_addresses_or_names_and_nothing_else),
		cmocka_unit_test(ten_megabytes_of_digits_are_refused_at_once),
		cmocka_unit_test(mac_addresses_in_every_writing_become_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
