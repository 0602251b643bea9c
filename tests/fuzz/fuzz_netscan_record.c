/* fuzz_netscan_record.c - what a broken-into netscan may send to scannerd. */
#include "proto/netscan.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_json_ cJSON *json = NULL;
	struct netscan_record r = {0};
	struct netscan_networks networks;
	struct err err = {0};

	if (json_parse((const char *)data, size, &json, NULL) < 0) {
		return 0;
	}
	if (field_decode(&netscan_networks_table, json, &networks, &err) == 0) {
		field_done(&netscan_networks_table, &networks);
	}
	if (netscan_record_decode(json, &r, &err) < 0) {
		assert(err.message[0] != '\0');
		return 0;
	}
	assert(r.has_host + r.has_progress + r.has_finished + (r.warning != NULL) == 1);
	netscan_record_done(&r);
	return 0;
}
