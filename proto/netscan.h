/* netscan.h - org.backupchecker.netscan: what scannerd asks of netscan and what comes back, typed,
 * in both processes.
 *
 * One connection, one call. ListNetworks has one reply. Scan wants more=true; its replies are host
 * records, progress and warnings as they come (continues=true), then one last record `finished`
 * (continues=false), or a Varlink error. Only `finished` with complete=true proves that the scan is
 * whole. */
#ifndef PROTO_NETSCAN_H
#define PROTO_NETSCAN_H

#include "proto/iface.h"

struct netscan_request {
	struct strv targets; /* canonical prefixes and addresses, or names */
	struct strv exclude; /* canonical prefixes */
	struct strv within;  /* root-owned limits: every address, also of a resolved name, must lie
				in one of them */
	char *ports;         /* "22,80" or "top:100" */
	bool detect_os;
	int64_t max_rate; /* packets a second; 0: nmap decides */
	int64_t host_timeout_s;
	int64_t scan_timeout_s;
};
struct netscan_port {
	int64_t port;
	char *protocol;
	char *service; /* NULL unknown */
};
struct netscan_host {
	char *address;  /* canonical */
	char *hostname; /* PTR; NULL if none */
	char *mac, *vendor, *os;
	int64_t os_accuracy; /* 0-100 */
	struct {
		struct netscan_port *v;
		size_t n;
	} ports;            /* open ones */
	bool ports_scanned; /* false: host timeout or discovery only; ports and os say nothing */
};
struct netscan_progress {
	char *phase;          /* "discovery", "ports" */
	int64_t percent;      /* of the whole scan; -1 unknown */
	int64_t seconds_left; /* -1 unknown */
	int64_t hosts_up, hosts_done, hosts_total;
	char *current; /* "10.0.0.0/24" or nmap's task */
};
struct netscan_finished {
	bool complete;
	bool reduced; /* connect scan: no capability */
	char *reason; /* why reduced; NULL otherwise */
	int64_t hosts_up, hosts_total;
	struct strv resolved; /* the addresses that names among the targets led to */
};
struct netscan_record { /* exactly one member is present */
	struct netscan_host host;
	struct netscan_progress progress;
	struct netscan_finished finished;
	char *warning; /* a target that was left out, and why */
	bool has_host, has_progress,
		has_finished; /* not on the wire: set by netscan_record_decode() */
};
struct netscan_network {
	char *interface, *network; /* "eth0", "10.0.0.0/24" */
};
struct netscan_networks {
	struct {
		struct netscan_network *v;
		size_t n;
	} networks;
};
enum netscan_method { NETSCAN_SCAN, NETSCAN_LIST_NETWORKS };
extern const struct field_table netscan_request_table, netscan_host_table, netscan_progress_table,
	netscan_finished_table, netscan_network_table, netscan_networks_table;

/* Encoders append one parameters object ({"host":{...}} ...), without the Varlink frame. */
void netscan_encode_host(const struct netscan_host *h, struct buf *out);
void netscan_encode_progress(const struct netscan_progress *p, struct buf *out);
void netscan_encode_finished(const struct netscan_finished *f, struct buf *out);
void netscan_encode_warning(const char *text, struct buf *out);
int netscan_record_decode(const cJSON *parameters, struct netscan_record *ret, struct err *err);
void netscan_record_done(struct netscan_record *r);

#endif
