/* fuzz_config.c - config.json from anybody: strict JSON, the field tables, the judgement, and the
 * way back. */
#include "common/config.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_json_ cJSON *json = NULL, *again = NULL;
	_buf_ struct buf text = BUF_INIT;
	struct config c = {0}, d = {0};
	char one[CONFIG_REVISION_SIZE], two[CONFIG_REVISION_SIZE];
	struct err err = {0};

	if (json_parse((const char *)data, size, &json, &err) < 0) {
		assert(err.message[0] != '\0');
		return 0;
	}
	if (config_decode(json, true, &c, &err) < 0 || config_check(&c, &err) < 0) {
		assert(err.code != ERR_NONE && err.message[0] != '\0');
		config_done(&c);
		return 0;
	}
	/* What is accepted is what is saved. */
	config_print(&c, false, &text);
	assert(json_parse(text.data, text.len, &again, NULL) == 0);
	assert(config_decode(again, true, &d, NULL) == 0);
	assert(config_check(&d, NULL) == 0);
	config_revision(&c, one);
	config_revision(&d, two);
	assert(strcmp(one, two) == 0);
	config_done(&c);
	config_done(&d);
	return 0;
}
