/* wire.h - Varlink messages (https://varlink.org/Method-Call): JSON objects, each ended by one NUL
 * byte. Pure: no sockets here. */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include "common/buf.h"
#include "common/err.h"
#include "common/json.h"

enum { WIRE_MESSAGE_MAX = 1 << 20 }; /* bytes before the NUL */

struct wire_call {
	char *method;      /* "org.backupchecker.scanner.StartScan" */
	cJSON *parameters; /* an object or NULL */
	bool more;
	bool oneway;
};
struct wire_reply {
	cJSON *parameters; /* an object or NULL */
	char *error;       /* NULL on success */
	bool continues;
};

/* How many bytes the first message in data takes including its NUL; 0 if it is not complete yet;
 * -EMSGSIZE once it is longer than WIRE_MESSAGE_MAX. */
ssize_t wire_find(const char *data, size_t len);
/* msg is one message without its NUL. Unknown members, wrong types and a method without a dot are
 * -EBADMSG with a sentence. */
int wire_decode_call(const char *msg, size_t len, struct wire_call *ret, struct err *err);
int wire_decode_reply(const char *msg, size_t len, struct wire_reply *ret, struct err *err);
void wire_call_done(struct wire_call *c);
void wire_reply_done(struct wire_reply *r);
/* Append one message with its NUL. parameters holds one JSON object, or is NULL or empty for {}. */
void wire_encode_call(struct buf *out, const char *method, const struct buf *parameters, bool more);
void wire_encode_reply(struct buf *out, const struct buf *parameters, bool continues);

#endif
