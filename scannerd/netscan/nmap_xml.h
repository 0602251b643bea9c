/* nmap_xml.h - reads `nmap -oX -` as it comes, in constant memory: one callback for each host.
 *
 * The text is nmap's, but the names in it are other people's. Entity declarations, nesting deeper
 * than 16, attributes above the limits and too many bytes end the reading. */
#ifndef NETSCAN_NMAP_XML_H
#define NETSCAN_NMAP_XML_H

#include "common/err.h"
#include "proto/netscan.h"

enum {
	NMAP_XML_DEPTH_MAX = 16,
	NMAP_XML_ATTRIBUTE_MAX = 4096,  /* bytes of a value that is read */
	NMAP_XML_IGNORED_MAX = 1 << 20, /* of one that is not: lists of 65,535 ports are long */
	NMAP_XML_PORTS_MAX = 4096,      /* of one host; more are left out */
};

/* Any of them may return false to stop reading. */
struct nmap_events {
	/* The host is the caller's to empty (steal members) but not to keep. arp: its life rests on
	 * an ARP answer alone. */
	bool (*host)(struct netscan_host *h, bool up, bool arp, void *arg);
	bool (*progress)(
		const char *task, double percent, void *arg); /* within nmap's present task */
};

struct nmap_xml;

int nmap_xml_new(
	const struct nmap_events *events, void *arg, uint64_t bytes_max, struct nmap_xml **ret);
void nmap_xml_free(struct nmap_xml *x);
/* -EBADMSG with a sentence once something is wrong, and from then on; -ECANCELED if a callback said
 * so; -ENOMEM. */
int nmap_xml_feed(struct nmap_xml *x, const char *data, size_t len, struct err *err);
/* 0 if the document is whole and nmap says that it has done everything, with so many addresses or
 * more. */
int nmap_xml_end(struct nmap_xml *x, uint64_t addresses, struct err *err);
DEFINE_CLEANUP(struct nmap_xml *, nmap_xml_free);

#endif
