/* fuzz_nmap_xml.c - nmap's output in pieces of any size; what comes out must fit the records that
 * are sent on. */
#include "common/utf8.h"
#include "scannerd/netscan/nmap_xml.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_host(struct netscan_host *h, bool up _unused_, bool arp _unused_, void *arg)
{
	_buf_ struct buf out = BUF_INIT;
	_json_ cJSON *json = NULL;
	struct netscan_record r = {0};
	unsigned *hosts = arg;

	assert(h->hostname == NULL || utf8_is_valid(h->hostname, strlen(h->hostname)));
	netscan_encode_host(h, &out);
	assert(json_parse(out.data, out.len, &json, NULL) == 0);
	if (netscan_record_decode(json, &r, NULL) == 0) {
		assert(r.has_host);
		netscan_record_done(&r);
	}
	return ++*hosts < 1000;
}

static bool on_progress(const char *task _unused_, double percent _unused_, void *arg _unused_)
{
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nmap_events events = {on_host, on_progress};
	_cleanup_(nmap_xml_freep) struct nmap_xml *x = NULL;
	unsigned hosts = 0;
	size_t piece, at = 1;

	if (size < 2 || nmap_xml_new(&events, &hosts, 1 << 20, &x) < 0) {
		return 0;
	}
	piece = (size_t)data[0] + 1;
	for (; at < size; at += piece) {
		if (nmap_xml_feed(x, (const char *)data + at, MIN(piece, size - at), NULL) < 0) {
			break;
		}
	}
	nmap_xml_end(x, 0, NULL);
	return 0;
}
