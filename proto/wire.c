/* wire.c - finding, reading and writing Varlink messages in bytes. */
#include "wire.h"

#include "common/field.h"
#include "common/jsonw.h"
#include <errno.h>

/* "org.backupchecker.scanner.StartScan": an interface, a dot, a member;
 * https://varlink.org/Interface-Definition */
static int check_dotted(const void *value, struct err *err)
{
	const char *name = value;
	const char *dot = strrchr(name, '.');
	if (dot == NULL || dot == name || dot[1] == '\0') {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"it needs an interface, a dot and a name after it");
	}
	return 0;
}

enum { NAME_MAX_BYTES = 255 };

static const struct field call_fields[] = {
	FIELD_NAMED(struct wire_call, method, "method", STRING, char *, "The method's full name.",
		.flags = FIELD_REQUIRED, .min = 1, .max = NAME_MAX_BYTES, .check = check_dotted),
	FIELD_NAMED(struct wire_call, parameters, "parameters", JSON, cJSON *, "Its parameters.",
		.flags = FIELD_NULLABLE),
	FIELD_NAMED(struct wire_call, more, "more", BOOL, bool, "Several replies are welcome.",
		.flags = FIELD_NULLABLE),
	FIELD_NAMED(struct wire_call, oneway, "oneway", BOOL, bool, "No reply is wanted.",
		.flags = FIELD_NULLABLE),
};
static const struct field_table call_table = {
	"Call", "A Varlink call.", sizeof(struct wire_call), call_fields, ARRAY_SIZE(call_fields)};

static const struct field reply_fields[] = {
	FIELD_NAMED(struct wire_reply, parameters, "parameters", JSON, cJSON *, "The results.",
		.flags = FIELD_NULLABLE),
	FIELD_NAMED(struct wire_reply, error, "error", STRING, char *, "The error's full name.",
		.flags = FIELD_NULLABLE, .min = 1, .max = NAME_MAX_BYTES, .check = check_dotted),
	FIELD_NAMED(struct wire_reply, continues, "continues", BOOL, bool, "More replies follow.",
		.flags = FIELD_NULLABLE),
};
static const struct field_table reply_table = {"Reply", "A Varlink reply.",
	sizeof(struct wire_reply), reply_fields, ARRAY_SIZE(reply_fields)};

ssize_t wire_find(const char *data, size_t len)
{
	if (len == 0) {
		return 0;
	}
	size_t window = MIN(len, (size_t)WIRE_MESSAGE_MAX + 1);
	const char *nul = memchr(data, '\0', window);
	if (nul != NULL) {
		return nul - data + 1;
	}
	return len > WIRE_MESSAGE_MAX ? -EMSGSIZE : 0;
}

static int decode(
	const struct field_table *table, const char *msg, size_t len, void *ret, struct err *err)
{
	if (len > WIRE_MESSAGE_MAX) {
		return err_set(err, -EMSGSIZE, ERR_TOO_LARGE, NULL,
			"the message is longer than %d bytes", (int)WIRE_MESSAGE_MAX);
	}
	_json_ cJSON *json = NULL;
	int rc = json_parse(msg, len, &json, err);
	if (rc == 0 && !cJSON_IsObject(json)) {
		rc = err_set(err, -EBADMSG, ERR_INVALID_TYPE, NULL,
			"the message is %s where an object belongs", json_type_name(json));
	}
	if (rc == 0) {
		rc = field_decode(table, json, ret, err);
	}
	return rc == 0 || rc == -ENOMEM ? rc : -EBADMSG;
}

int wire_decode_call(const char *msg, size_t len, struct wire_call *ret, struct err *err)
{
	return decode(&call_table, msg, len, ret, err);
}

int wire_decode_reply(const char *msg, size_t len, struct wire_reply *ret, struct err *err)
{
	return decode(&reply_table, msg, len, ret, err);
}

void wire_call_done(struct wire_call *c)
{
	field_done(&call_table, c);
}

void wire_reply_done(struct wire_reply *r)
{
	field_done(&reply_table, r);
}

static void encode_parameters(struct jsonw *w, const struct buf *parameters)
{
	jsonw_key(w, "parameters");
	if (parameters == NULL || parameters->len == 0) {
		jsonw_raw(w, "{}", 2);
	} else {
		jsonw_raw(w, parameters->data, parameters->len);
	}
}

/* Parameters that ran out of memory must not leave as a message that looks whole. */
static void inherit_failure(struct buf *out, const struct buf *parameters)
{
	if (parameters != NULL && parameters->failed) {
		out->failed = true;
	}
}

void wire_encode_call(struct buf *out, const char *method, const struct buf *parameters, bool more)
{
	struct jsonw w = JSONW(out);
	jsonw_object(&w);
	jsonw_kstr(&w, "method", method);
	encode_parameters(&w, parameters);
	if (more) {
		jsonw_kbool(&w, "more", true);
	}
	jsonw_end(&w);
	buf_addc(out, '\0');
	inherit_failure(out, parameters);
}

void wire_encode_reply(struct buf *out, const struct buf *parameters, bool continues)
{
	struct jsonw w = JSONW(out);
	jsonw_object(&w);
	encode_parameters(&w, parameters);
	if (continues) {
		jsonw_kbool(&w, "continues", true);
	}
	jsonw_end(&w);
	buf_addc(out, '\0');
	inherit_failure(out, parameters);
}
