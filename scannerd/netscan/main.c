/* main.c - netscan: scans networks with nmap for scannerd, one scan on one connection, with no
 * right but raw sockets.
 *
 *   session   the connection: org.varlink.service, one Scan call, the last reply
 *   scan      the phases: discovery, proxies, ports; joins what they say
 *   resolve   names to addresses, held against the limits
 *   targets   the set of prefixes that is scanned
 *   live      the hosts that are up
 *   progress  how far it is
 *   nmap_run  one run of nmap: peer, clock, verdict
 *   nmap_args its command line
 *   nmap_xml  its output
 *   child     fork, confine, exec
 *   peer      the socket's two buffers
 *   caps      giving up rights */
#include "caps.h"
#include "common/log.h"
#include "common/options.h"
#include "common/service.h"
#include "session.h"
#include <errno.h>
#include <sysexits.h>

static const char *nmap = "/usr/bin/nmap";
static bool print_interface;

static const struct option_row options[] = {
	{.name = "nmap",
		.argument = "PATH",
		.doc = "The nmap to run; /usr/bin/nmap by default.",
		.value = &nmap},
	{.name = "print-interface", .doc = "Print the Varlink interface.", .on = &print_interface},
};
static const struct program program = {
	.name = "netscan",
	.summary = "scan networks with nmap for scannerd",
	.details = "netscan is started by scannerd, or by systemd for scannerd, with a connected "
		   "socket as its first passed "
		   "descriptor. It gives up all rights but raw sockets, scans once, and ends when "
		   "the connection does.",
	.options = options,
	.count = ARRAY_SIZE(options),
};

static int print(void)
{
	_buf_ struct buf text = BUF_INIT;
	interface_print(&netscan_interface, &text);
	bool whole = !text.failed && fwrite(text.data, 1, text.len, stdout) == text.len &&
		     fflush(stdout) == 0;
	return whole ? EX_OK : EX_IOERR;
}

static int serve(int fd)
{
	struct scan_setup setup = {.nmap = nmap};
	struct err err;
	if (caps_drop(&setup.raw, &err) < 0) {
		log_error("%s", err.message);
		return EX_NOPERM;
	}
	int rc = session_serve(fd, &setup);
	if (rc < 0) {
		log_warning("the connection was closed: %s", strerror(-rc));
		return EX_PROTOCOL;
	}
	return EX_OK;
}

int main(int argc, char **argv)
{
	bool done = false;
	int rc = options_parse(&program, argc, argv, &done);
	if (rc != 0 || done) {
		return rc;
	}
	if (print_interface) {
		return print();
	}

	service_prepare();
	log_init("netscan", LOG_LEVEL_INFO);
	int fd;
	if (service_listen_fds(&fd, 1) != 1) {
		log_error("no connection was passed: netscan is started by scannerd or by systemd");
		return EX_USAGE;
	}
	return serve(fd);
}
