/* fuzz_wire.c - a byte stream as a peer on the socket sends it: framing, decoding,
 * org.varlink.service, every method's parameters. */
#include "proto/errors.h"
#include "proto/iface.h"
#include "proto/wire.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What decodes must survive the way back: encoded and decoded again it is the same text. */
static void round_trip(const struct field_table *t, const cJSON *parameters)
{
	_free_ void *in = calloc(1, t->size), *again = calloc(1, t->size);
	_buf_ struct buf one = BUF_INIT, two = BUF_INIT;
	struct jsonw w1 = JSONW(&one), w2 = JSONW(&two);
	_json_ cJSON *json = NULL;

	assert(in != NULL && again != NULL);
	if (field_decode(t, parameters, in, NULL) < 0) {
		return;
	}
	field_encode(t, in, &w1);
	assert(json_parse(one.data, one.len, &json, NULL) == 0);
	assert(field_decode(t, json, again, NULL) == 0);
	field_encode(t, again, &w2);
	assert(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
	field_done(t, in);
	field_done(t, again);
}

static void one_message(const char *message, size_t len)
{
	struct wire_call call = {0};
	struct wire_reply reply = {0};
	_buf_ struct buf answer = BUF_INIT;
	struct err err = {0};
	size_t method;

	if (wire_decode_call(message, len, &call, &err) == 0) {
		if (!interface_answer(&scanner_interface, &call, &answer, &method)) {
			assert(method < scanner_interface.count);
			round_trip(scanner_interface.methods[method].in, call.parameters);
		}
		wire_call_done(&call);
	} else {
		error_encode(scanner_interface.name, &err, &answer);
		assert(answer.len > 0 && answer.data[answer.len - 1] == '\0');
	}
	if (wire_decode_reply(message, len, &reply, &err) == 0) {
		if (reply.error != NULL) {
			error_decode(reply.error, reply.parameters, &err);
		}
		wire_reply_done(&reply);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;

	for (int messages = 0; messages < 64 && size > 0; messages++) {
		ssize_t n = wire_find(at, size);

		if (n <= 0) {
			break;
		}
		one_message(at, (size_t)n - 1);
		at += n;
		size -= (size_t)n;
	}
	return 0;
}
