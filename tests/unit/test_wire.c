// needs: proto common
/* test_wire.c - Varlink messages: where one ends, what is accepted, what is written. */
#include "proto/wire.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void find_tells_whole_partial_and_too_long_messages_apart(void **state)
{
	(void)state;
	static char big[WIRE_MESSAGE_MAX + 2];
	assert_int_equal(wire_find(NULL, 0), 0);
	assert_int_equal(wire_find("{}", 2), 0);
	assert_int_equal(wire_find("{}\0{}", 5), 3);
	assert_int_equal(wire_find("\0", 1), 1);

	memset(big, 'x', sizeof(big));
	assert_int_equal(wire_find(big, WIRE_MESSAGE_MAX), 0);
	assert_int_equal(wire_find(big, WIRE_MESSAGE_MAX + 1), -EMSGSIZE);
	big[WIRE_MESSAGE_MAX] = '\0';
	assert_int_equal(wire_find(big, sizeof(big)), WIRE_MESSAGE_MAX + 1);
	big[WIRE_MESSAGE_MAX] = 'x';
	big[WIRE_MESSAGE_MAX + 1] = '\0';
	assert_int_equal(wire_find(big, sizeof(big)), -EMSGSIZE);
}

static void call_is_decoded_with_all_its_members(void **state)
{
	(void)state;
	static const char text[] =
		"{\"method\":\"a.b.C\",\"parameters\":{\"x\":1},\"more\":true,\"oneway\":false}";
	struct wire_call call;
	struct err err;
	assert_int_equal(wire_decode_call(text, strlen(text), &call, &err), 0);
	assert_string_equal(call.method, "a.b.C");
	assert_int_equal(json_get_int(call.parameters, "x", 0), 1);
	assert_true(call.more);
	assert_false(call.oneway);
	wire_call_done(&call);
}

static void call_that_is_none_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"method\":\"\"}",
		"{\"method\":\"nodot\"}",
		"{\"method\":\".x\"}",
		"{\"method\":\"x.\"}",
		"{\"method\":5}",
		"{\"method\":null}",
		"{\"method\":\"a.b.C\",\"more\":1}",
		"{\"method\":\"a.b.C\",\"parameters\":[]}",
		"{\"method\":\"a.b.C\",\"parameters\":\"x\"}",
		"{\"method\":\"a.b.C\",\"unknown\":1}",
		"{\"method\":\"a.b.C\",\"method\":\"a.b.D\"}",
		"{\"method\":\"a.b.C\"} x",
		"{\"method\":\"a.b.C\\u0000\"}",
		"{\"method\":\"a.b.C\xff\"}",
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct wire_call call = {.method = (char *)-1};
		struct err err = {0};
		assert_int_equal(wire_decode_call(bad[i], strlen(bad[i]), &call, &err), -EBADMSG);
		assert_int_not_equal(err.message[0], '\0');
	}
}

static void method_name_longer_than_255_bytes_is_refused(void **state)
{
	(void)state;
	for (int len = 255; len <= 256; len++) {
		_buf_ struct buf text = BUF_INIT;
		buf_adds(&text, "{\"method\":\"a.");
		for (int i = 2; i < len; i++) {
			buf_addc(&text, 'b');
		}
		buf_adds(&text, "\"}");
		struct wire_call call;
		assert_int_equal(wire_decode_call(text.data, text.len, &call, NULL),
			len == 255 ? 0 : -EBADMSG);
		if (len == 255) {
			wire_call_done(&call);
		}
	}
}

static void reply_is_decoded_and_null_members_count_as_absent(void **state)
{
	(void)state;
	static const char text[] = "{\"parameters\":null,\"error\":null,\"continues\":true}";
	struct wire_reply reply;
	assert_int_equal(wire_decode_reply(text, strlen(text), &reply, NULL), 0);
	assert_null(reply.parameters);
	assert_null(reply.error);
	assert_true(reply.continues);
	wire_reply_done(&reply);

	static const char error[] = "{\"error\":\"a.b.C\",\"parameters\":{\"field\":\"f\"}}";
	assert_int_equal(wire_decode_reply(error, strlen(error), &reply, NULL), 0);
	assert_string_equal(reply.error, "a.b.C");
	assert_string_equal(json_get_string(reply.parameters, "field"), "f");
	wire_reply_done(&reply);
	assert_int_equal(wire_decode_reply("{\"error\":\"nodot\"}", 17, &reply, NULL), -EBADMSG);
}

static void what_is_encoded_is_one_message_that_decodes_again(void **state)
{
	(void)state;
	_buf_ struct buf out = BUF_INIT, parameters = BUF_INIT;
	buf_adds(&parameters, "{\"a\":[1,2]}");
	wire_encode_call(&out, "x.y.Z", &parameters, true);
	assert_int_equal(wire_find(out.data, out.len), out.len);
	assert_string_equal(
		out.data, "{\"method\":\"x.y.Z\",\"parameters\":{\"a\":[1,2]},\"more\":true}");
	struct wire_call call;
	assert_int_equal(wire_decode_call(out.data, out.len - 1, &call, NULL), 0);
	assert_true(call.more);
	wire_call_done(&call);

	buf_reset(&out);
	wire_encode_reply(&out, NULL, false);
	assert_int_equal(wire_find(out.data, out.len), out.len);
	assert_string_equal(out.data, "{\"parameters\":{}}");
	buf_reset(&out);
	wire_encode_reply(&out, &parameters, true);
	assert_string_equal(out.data, "{\"parameters\":{\"a\":[1,2]},\"continues\":true}");
}

static void failed_parameters_make_a_failed_message(void **state)
{
	(void)state;
	_buf_ struct buf out = BUF_INIT;
	const struct buf parameters = {.failed = true};
	wire_encode_reply(&out, &parameters, false);
	assert_true(out.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_tells_whole_partial_and_too_long_messages_apart),
		cmocka_unit_test(call_is_decoded_with_all_its_members),
		cmocka_unit_test(call_that_is_none_is_refused_with_a_sentence),
		cmocka_unit_test(method_name_longer_than_255_bytes_is_refused),
		cmocka_unit_test(reply_is_decoded_and_null_members_count_as_absent),
		cmocka_unit_test(what_is_encoded_is_one_message_that_decodes_again),
		cmocka_unit_test(failed_parameters_make_a_failed_message),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
