/* err.h - an error that a person will read: a stable code, the field that is wrong, and a sentence.
 *
 * Functions return 0 or -errno. Those that judge outside input also take a struct err, which they
 * fill when they fail; NULL is allowed everywhere and means that the caller does not want the
 * sentence. */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H

#include "def.h"

/* The stable codes of the API. proto/errors.h gives each its Varlink error and its HTTP status. */
enum err_code {
	ERR_NONE,
	ERR_INVALID_VALUE, /* of the right type, but not one we accept */
	ERR_INVALID_TYPE,  /* a number where a string belongs ... */
	ERR_INVALID_JSON,  /* not JSON, or JSON that means two things */
	ERR_UNKNOWN_KEY,
	ERR_MISSING_KEY,
	ERR_TOO_LARGE,
	ERR_OUTSIDE_LIMITS, /* the root-owned limits forbid it */
	ERR_NOT_FOUND,
	ERR_EXISTS,
	ERR_CONFLICT, /* somebody else changed it first */
	ERR_SCAN_RUNNING,
	ERR_READ_ONLY, /* the configuration file cannot be written */
	ERR_FORBIDDEN,
	ERR_UNAVAILABLE, /* a part that is needed is not there now; trying again may help */
	ERR_TIMEOUT,
	ERR_BUSY,
	ERR_NOT_SIGNED_IN,     /* no credential, or one that is no longer good */
	ERR_PERMISSION_DENIED, /* the role does not suffice */
	ERR_SIGN_IN_REFUSED,   /* name, password or code are wrong */
	ERR_CODE_NEEDED,       /* right so far, but a code is asked for, too */
	ERR_TOO_MANY_ATTEMPTS, /* too many have failed; retry_after_s says how long to wait */
	ERR_DATABASE,
	ERR_INTERNAL,
	_ERR_MAX
};

struct err {
	enum err_code code;
	char field[128];   /* "" where no single field is at fault; "rules[2].path" style */
	char message[512]; /* a sentence, without the field's name in front; always valid UTF-8 */
	int retry_after_s; /* when trying again may help; 0: not known. err_set() clears it. */
};

/* Fills *err (unless NULL) and returns rc, so that a failing function can end with
 * `return err_set(err, -EINVAL, ERR_INVALID_VALUE, "port", "%d is no port", n);`
 * field may be NULL. The message is cut at its size and repaired to valid UTF-8. */
int err_set(struct err *err, int rc, enum err_code code, const char *field, const char *fmt, ...)
	_printf_(5, 6);

/* Puts "prefix." (or "prefix", when the field is empty or begins with "["; "prefix[i]" when index
 * >= 0) before err's field. */
void err_prefix(struct err *err, const char *prefix, ssize_t index);

/* A field that begins with `from` begins with `to` instead: "rules[3].regex" of a whole
 * configuration is "rule.regex" to whoever gave one rule. */
void err_rename(struct err *err, const char *from, const char *to);

/* "invalid_value", "scan_running" ...; never NULL. */
const char *err_code_name(enum err_code code);
/* The code of that name, ERR_INTERNAL for an unknown one. */
enum err_code err_code_from_name(const char *name);

#endif
