/* errors.c - the table of stable codes with their Varlink errors and HTTP statuses, and error
 * replies made and read with it. */
#include "errors.h"

#include "common/jsonw.h"

static const struct error_row rows[] = {
	{ERR_NONE, NULL, 200, "No error."},
	{ERR_INVALID_VALUE, "InvalidValue", 400,
		"A value is of the right type but not acceptable."},
	{ERR_INVALID_TYPE, "InvalidType", 400, "A value is of the wrong type."},
	{ERR_INVALID_JSON, "InvalidJson", 400,
		"The text is not JSON, or JSON that means two things."},
	{ERR_UNKNOWN_KEY, "UnknownKey", 400, "There is no setting or parameter of this name."},
	{ERR_MISSING_KEY, "MissingKey", 400, "A setting or parameter that is needed is not there."},
	{ERR_TOO_LARGE, "TooLarge", 413, "There is more than is accepted."},
	{ERR_OUTSIDE_LIMITS, "OutsideLimits", 403,
		"The limits in the configuration file forbid it."},
	{ERR_NOT_FOUND, "NotFound", 404, "There is no such scan, server or file."},
	{ERR_EXISTS, "Exists", 409, "It is there already."},
	{ERR_CONFLICT, "Conflict", 409, "Somebody else changed it first."},
	{ERR_SCAN_RUNNING, "ScanRunning", 409, "A scan of this kind is running."},
	{ERR_READ_ONLY, "ReadOnly", 403, "The configuration file cannot be written."},
	{ERR_FORBIDDEN, "Forbidden", 403, "This is not allowed over the socket."},
	{ERR_UNAVAILABLE, "Unavailable", 503,
		"A part that is needed is not there now; trying again may help."},
	{ERR_TIMEOUT, "Timeout", 504, "It took longer than allowed."},
	{ERR_BUSY, "Busy", 503, "Too much is going on; try again later."},
	{ERR_NOT_SIGNED_IN, "NotSignedIn", 401, "Nobody is signed in on this connection."},
	{ERR_PERMISSION_DENIED, "PermissionDenied", 403, "The caller's role does not suffice."},
	{ERR_SIGN_IN_REFUSED, "SignInRefused", 401, "The name, the password or the code is wrong."},
	{ERR_CODE_NEEDED, "CodeNeeded", 401, "The code of the authenticator is needed, too."},
	{ERR_TOO_MANY_ATTEMPTS, "TooManyAttempts", 429,
		"Too many attempts have failed; wait for retry_after seconds."},
	{ERR_DATABASE, "Database", 500, "The database could not be read or written."},
	{ERR_INTERNAL, "Internal", 500, "A fault of the program's own."},
};
_Static_assert(ARRAY_SIZE(rows) == _ERR_MAX, "each error code has its row");

enum { RETRY_AFTER_S_MAX = 86400 };

static const char invalid_config[] = "InvalidConfig";

const struct error_row *error_row(enum err_code code)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].code == code) {
			return &rows[i];
		}
	}
	return &rows[ARRAY_SIZE(rows) - 1];
}

size_t error_rows(const struct error_row **ret_rows)
{
	*ret_rows = rows;
	return ARRAY_SIZE(rows);
}

static const struct error_row *row_of_varlink(const char *varlink)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].varlink != NULL && strcmp(rows[i].varlink, varlink) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

const char *error_doc(const char *varlink)
{
	if (strcmp(varlink, invalid_config) == 0) {
		return "A setting of the configuration is wrong.";
	}
	const struct error_row *row = row_of_varlink(varlink);
	return row != NULL ? row->doc : NULL;
}

static void encode_named(
	const char *interface, const char *varlink, const struct err *err, struct buf *out)
{
	_buf_ struct buf name = BUF_INIT;
	buf_printf(&name, "%s.%s", interface, varlink);

	struct jsonw w = JSONW(out);
	jsonw_object(&w);
	jsonw_kstr(&w, "error", buf_cstr(&name));
	jsonw_kobject(&w, "parameters");
	jsonw_kstr(&w, "code", err_code_name(err->code));
	jsonw_kstr(&w, "field", err->field);
	jsonw_kstr(&w, "reason", err->message);
	if (err->retry_after_s > 0) {
		jsonw_kint(&w, "retry_after", err->retry_after_s);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	buf_addc(out, '\0');
	out->failed = out->failed || name.failed;
}

void error_encode(const char *interface, const struct err *err, struct buf *out)
{
	const struct error_row *row = error_row(err->code);
	encode_named(interface, row->varlink != NULL ? row->varlink : "Internal", err, out);
}

void error_encode_config(const char *interface, const struct err *err, struct buf *out)
{
	switch (err->code) {
	case ERR_INVALID_VALUE:
	case ERR_INVALID_TYPE:
	case ERR_INVALID_JSON:
	case ERR_UNKNOWN_KEY:
	case ERR_MISSING_KEY:
	case ERR_TOO_LARGE:
		encode_named(interface, invalid_config, err, out);
		return;
	default:
		error_encode(interface, err, out);
	}
}

/* The errors that org.varlink.service defines (https://varlink.org/Service), and the parameter that
 * each carries. */
static const struct service_error {
	const char *name, *parameter, *sentence;
} service_errors[] = {
	{"org.varlink.service.InterfaceNotFound", "interface",
		"the other side does not know the interface"},
	{"org.varlink.service.MethodNotFound", "method", "the other side does not know the method"},
	{"org.varlink.service.MethodNotImplemented", "method",
		"the other side does not implement the method"},
	{"org.varlink.service.InvalidParameter", "parameter",
		"the other side refuses the parameter"},
	{"org.varlink.service.PermissionDenied", NULL, "the other side denies the permission"},
	{"org.varlink.service.ExpectedMore", NULL,
		"the other side can only answer with several replies"},
};

static bool decode_service_error(const char *name, const cJSON *parameters, struct err *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(service_errors); i++) {
		const struct service_error *e = &service_errors[i];
		if (strcmp(e->name, name) != 0) {
			continue;
		}
		const char *which =
			e->parameter != NULL ? json_get_string(parameters, e->parameter) : NULL;
		err_set(ret, 0, ERR_INTERNAL, NULL, "%s%s%.200s (is it of another version?)",
			e->sentence, which != NULL ? " " : "", which != NULL ? which : "");
		return true;
	}
	return false;
}

/* The parameter `code` is exact; the name's last part serves peers that do not send it. */
static enum err_code decode_code(const char *name, const cJSON *parameters)
{
	const char *code = json_get_string(parameters, "code");
	if (code != NULL) {
		return err_code_from_name(code);
	}
	const char *dot = strrchr(name, '.');
	const char *varlink = dot != NULL ? dot + 1 : name;
	if (strcmp(varlink, invalid_config) == 0) {
		return ERR_INVALID_VALUE;
	}
	const struct error_row *row = row_of_varlink(varlink);
	return row != NULL ? row->code : ERR_INTERNAL;
}

void error_decode(const char *name, const cJSON *parameters, struct err *ret)
{
	if (decode_service_error(name, parameters, ret)) {
		return;
	}

	enum err_code code = decode_code(name, parameters);
	const char *field = json_get_string(parameters, "field");
	const char *reason = json_get_string(parameters, "reason");
	if (code == ERR_NONE) {
		code = ERR_INTERNAL;
	}
	if (reason != NULL && reason[0] != '\0') {
		err_set(ret, 0, code, field, "%s", reason);
	} else {
		err_set(ret, 0, code, field, "the other side answered with the error %.200s", name);
	}
	ret->retry_after_s =
		(int)MIN(MAX(json_get_int(parameters, "retry_after", 0), 0), RETRY_AFTER_S_MAX);
}
