// needs: scannerd/netscan proto common
/* test_nmap_args.c - nmap's command line, argument by argument. */
#include "scannerd/netscan/nmap_args.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define COMMON                                                                    \
	"nmap -oX - --no-stylesheet -v --stats-every 1s -T4 --max-retries 2 -iL " \
	"-"

static void each_phase_has_its_fixed_line(void **state)
{
	(void)state;
	static const struct {
		enum nmap_phase phase;
		uint8_t family;
		bool privileged;
		const char *ports;
		bool detect_os;
		int64_t max_rate;
		const char *line;
	} cases[] = {
		{NMAP_DISCOVERY, 4, true, "22", false, 0,
			COMMON " --min-rate 1000 -sn -PE -PA80 -PS22,80,443,445,3389"},
		{NMAP_DISCOVERY, 6, true, "22", true, 0,
			COMMON " -6 --min-rate 1000 -sn -PE -PA80 -PS22,80,443,445,3389"},
		{NMAP_DISCOVERY, 4, false, "22", true, 50,
			COMMON " --max-rate 50 --min-rate 50 -sn -PS22,80,443,445,3389"},
		{NMAP_VERIFY, 4, true, "22", false, 5000,
			COMMON " --max-rate 5000 --min-rate 1000 -sn -n --disable-arp-ping -PE "
			       "-PA80 -PS22,80,443,445,3389"},
		{NMAP_PORTS, 4, true, "22,80,8000-8100", true, 1000,
			COMMON " --max-rate 1000 --min-rate 1000 -Pn -n -sS --min-hostgroup 256 "
			       "--max-hostgroup 256 "
			       "--host-timeout 300s -p 22,80,8000-8100 -O --max-os-tries 1"},
		{NMAP_PORTS, 6, true, "top:100", false, 0,
			COMMON " -6 --min-rate 1000 -Pn -n -sS --min-hostgroup 256 --max-hostgroup "
			       "256 --host-timeout 300s "
			       "--top-ports 100"},
		{NMAP_PORTS, 4, false, "443", true, 0,
			COMMON " --min-rate 1000 -Pn -n -sT --min-hostgroup 256 --max-hostgroup "
			       "256 --host-timeout 300s -p 443"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *ports = strdup(cases[i].ports);
		const struct netscan_request r = {.ports = ports,
			.detect_os = cases[i].detect_os,
			.max_rate = cases[i].max_rate,
			.host_timeout_s = 300};
		struct nmap_args args;
		nmap_args_build(&args, cases[i].phase, cases[i].family, &r, cases[i].privileged);
		_buf_ struct buf line = BUF_INIT;
		for (size_t n = 0; args.argv[n] != NULL; n++) {
			buf_printf(&line, "%s%s", n != 0 ? " " : "", args.argv[n]);
		}
		assert_string_equal(buf_cstr(&line), cases[i].line);
		free(ports);
	}
}

static void longest_port_list_fits(void **state)
{
	(void)state;
	char ports[1025];
	memset(ports, '1', sizeof(ports) - 1);
	ports[sizeof(ports) - 1] = '\0';
	const struct netscan_request r = {.ports = ports,
		.detect_os = true,
		.max_rate = INT64_MAX,
		.host_timeout_s = INT64_MAX};
	struct nmap_args args;
	nmap_args_build(&args, NMAP_PORTS, 6, &r, true);
	assert_string_equal(args.argv[args.n - 4], ports);
	assert_null(args.argv[args.n]);
}

static void environment_is_fixed(void **state)
{
	(void)state;
	char *const *with = nmap_environment(true), *const *without = nmap_environment(false);
	assert_string_equal(with[0], "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	assert_string_equal(with[1], "LANG=C");
	assert_string_equal(with[2], "NMAP_PRIVILEGED=1");
	assert_null(with[3]);
	assert_string_equal(without[2], "NMAP_UNPRIVILEGED=1");
	assert_null(without[3]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_phase_has_its_fixed_line),
		cmocka_unit_test(longest_port_list_fits),
		cmocka_unit_test(environment_is_fixed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
