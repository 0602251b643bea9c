/* nmap_args.h - nmap's command line and environment, from a fixed template.
 *
 * Targets go to its standard input; of the request only numbers and the port list, whose grammar
 * has been checked, become arguments. */
#ifndef NETSCAN_NMAP_ARGS_H
#define NETSCAN_NMAP_ARGS_H

#include "proto/netscan.h"

enum nmap_phase {
	NMAP_DISCOVERY, /* which addresses are alive, and their names */
	NMAP_VERIFY,    /* the same without ARP, for addresses that a proxy may have answered for */
	NMAP_PORTS,     /* ports and operating systems of the live ones */
};

enum { NMAP_ARGS_MAX = 40, NMAP_GROUP = 256 /* hosts whose ports are scanned together */ };

struct nmap_args {
	char *argv[NMAP_ARGS_MAX]; /* NULL-terminated; points into constants and text */
	size_t n;
	char text[2048];
	size_t used;
};

/* Names the program argv[0] = "nmap". */
void nmap_args_build(struct nmap_args *a, enum nmap_phase phase, uint8_t family,
	const struct netscan_request *r, bool privileged);
/* NULL-terminated; static. */
char *const *nmap_environment(bool privileged);

#endif
