/* err.c - filling in the error that a person will read, and the stable names of its codes. */
#include "err.h"

#include "utf8.h"
#include <stdarg.h>

static const char *const code_names[_ERR_MAX] = {
	[ERR_NONE] = "none",
	[ERR_INVALID_VALUE] = "invalid_value",
	[ERR_INVALID_TYPE] = "invalid_type",
	[ERR_INVALID_JSON] = "invalid_json",
	[ERR_UNKNOWN_KEY] = "unknown_key",
	[ERR_MISSING_KEY] = "missing_key",
	[ERR_TOO_LARGE] = "too_large",
	[ERR_OUTSIDE_LIMITS] = "outside_limits",
	[ERR_NOT_FOUND] = "not_found",
	[ERR_EXISTS] = "exists",
	[ERR_CONFLICT] = "conflict",
	[ERR_SCAN_RUNNING] = "scan_running",
	[ERR_READ_ONLY] = "read_only",
	[ERR_FORBIDDEN] = "forbidden",
	[ERR_UNAVAILABLE] = "unavailable",
	[ERR_TIMEOUT] = "timeout",
	[ERR_BUSY] = "busy",
	[ERR_NOT_SIGNED_IN] = "not_signed_in",
	[ERR_PERMISSION_DENIED] = "permission_denied",
	[ERR_SIGN_IN_REFUSED] = "sign_in_refused",
	[ERR_CODE_NEEDED] = "code_needed",
	[ERR_TOO_MANY_ATTEMPTS] = "too_many_attempts",
	[ERR_DATABASE] = "database",
	[ERR_INTERNAL] = "internal",
};

/* Stores text of `wanted` bytes that was formatted into `size`: a character that the cut has split
 * goes whole; any other invalid byte, and control characters that input has brought along and
 * terminals or logs would obey, become '?'. */
static void store_text(char *to, size_t size, char *text, size_t wanted)
{
	size_t len = strlen(text);
	if (wanted >= size) {
		size_t back = 0;
		while (back < 3 && back < len &&
			((unsigned char)text[len - 1 - back] & 0xc0) == 0x80) {
			back++;
		}
		if (back < len && (unsigned char)text[len - 1 - back] >= 0xc0 &&
			utf8_sequence(text + len - 1 - back, back + 1) == 0) {
			len -= back + 1;
		}
	}
	utf8_repair(text, len);
	for (size_t i = 0; i < len; i++) {
		text[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	}
	memcpy(to, text, len);
	to[len] = '\0';
}

int err_set(struct err *err, int rc, enum err_code code, const char *field, const char *fmt, ...)
{
	if (err == NULL) {
		return rc;
	}

	/* Both texts are made aside first: an argument may be err's own old message or field. */
	char message[sizeof(err->message)], name[sizeof(err->field)];
	va_list ap;
	va_start(ap, fmt);
	int message_len = vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	if (message_len < 0) {
		message_len = snprintf(message, sizeof(message), "%s", code_names[code]);
	}
	int name_len = snprintf(name, sizeof(name), "%s", field != NULL ? field : "");

	err->code = code;
	err->retry_after_s = 0;
	store_text(err->message, sizeof(err->message), message, (size_t)message_len);
	store_text(err->field, sizeof(err->field), name, (size_t)name_len);
	return rc;
}

void err_prefix(struct err *err, const char *prefix, ssize_t index)
{
	if (err == NULL) {
		return;
	}

	char name[sizeof(err->field)];
	const char *dot = err->field[0] != '\0' && err->field[0] != '[' ? "." : "";
	int len;
	if (index >= 0) {
		len = snprintf(name, sizeof(name), "%s[%zd]%s%s", prefix, index, dot, err->field);
	} else {
		len = snprintf(name, sizeof(name), "%s%s%s", prefix, dot, err->field);
	}
	store_text(err->field, sizeof(err->field), name, (size_t)len);
}

void err_rename(struct err *err, const char *from, const char *to)
{
	char rest[sizeof(err->field)];
	size_t len = strlen(from);

	if (err != NULL && strncmp(err->field, from, len) == 0) {
		snprintf(rest, sizeof(rest), "%s", err->field + len);
		snprintf(err->field, sizeof(err->field), "%.64s%.63s", to, rest);
	}
}

const char *err_code_name(enum err_code code)
{
	return (unsigned)code < _ERR_MAX ? code_names[code] : code_names[ERR_INTERNAL];
}

enum err_code err_code_from_name(const char *name)
{
	for (unsigned i = 0; i < _ERR_MAX; i++) {
		if (strcmp(code_names[i], name) == 0) {
			return i;
		}
	}
	return ERR_INTERNAL;
}
