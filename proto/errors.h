/* errors.h - one table: the stable code, its Varlink error and its HTTP status. */
#ifndef PROTO_ERRORS_H
#define PROTO_ERRORS_H

#include "common/buf.h"
#include "common/err.h"
#include "common/json.h"

struct error_row {
	enum err_code code;
	const char
		*varlink; /* "InvalidConfig", within the interface; NULL: not sent over Varlink */
	int http;
	const char *doc;
};
/* The row of a code; never NULL (ERR_INTERNAL's row for anything unknown). */
const struct error_row *error_row(enum err_code code);
size_t error_rows(const struct error_row **ret_rows);

/* Appends a complete Varlink error reply (with its NUL) for err:
 * {"error":"org.backupchecker.scanner.X","parameters":{"code","field","reason"}}, with
 * "retry_after" where it is known. */
void error_encode(const char *interface, const struct err *err, struct buf *out);
/* The same for a configuration that was refused: errors in the value itself are named
 * InvalidConfig, all others as above. */
void error_encode_config(const char *interface, const struct err *err, struct buf *out);
/* What is said of a Varlink error of ours ("InvalidConfig"); NULL if it is none. */
const char *error_doc(const char *varlink);
/* The reverse, for a reply's error name and parameters (may be NULL); org.varlink.service errors
 * become sentences. */
void error_decode(const char *name, const cJSON *parameters, struct err *ret);

#endif
