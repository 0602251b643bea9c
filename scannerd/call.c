/* call.c - from a message to its command and back to a reply: decoding and encoding by the
 * interface's tables. */
#include "scannerd/call.h"
#include "common/timefmt.h"
#include "proto/errors.h"
#include "proto/wire.h"
#include "scannerd/listen.h"
#include "scannerd/proof.h"
#include <errno.h>

static const struct command *command_of(const struct call *c)
{
	return &commands[c->method - scanner_interface.methods];
}

/* Passwords and credentials do not stay in freed memory. */
static void wipe(const struct field_table *t, void *s)
{
	for (size_t i = 0; i < t->count; i++) {
		char **text = (char **)((char *)s + t->fields[i].offset);

		if (t->fields[i].type == FIELD_STRING && *text != NULL) {
			explicit_bzero(*text, strlen(*text));
		}
	}
}

void call_free(struct call *c)
{
	if (c == NULL) {
		return;
	}
	wipe(c->method->in, &c->in);
	field_done(c->method->in, &c->in);
	if (!c->method->more) {
		wipe(c->method->out, &c->out);
		field_done(c->method->out, &c->out);
	}
	proof_free(c->proof);
	conn_unref(c->conn);
	free(c->before);
	free(c->after);
	free(c);
}

static void call_finish(struct call *c, struct buf *message)
{
	if (!c->oneway) {
		conn_write(c->conn, message);
	}
	conn_next(c->conn);
	call_free(c);
}

static void encode(struct call *c, const void *out, bool continues, struct buf *message)
{
	_buf_ struct buf parameters = BUF_INIT;
	struct jsonw w = JSONW(&parameters);

	field_encode(c->method->out, out, &w);
	wire_encode_reply(message, &parameters, continues);
}

void call_reply(struct call *c)
{
	_buf_ struct buf message = BUF_INIT;
	const char *action = command_of(c)->action;

	if (action != NULL) {
		audit_write(c->daemon, &c->by, action, c->subject, c->before, c->after);
	}
	encode(c, &c->out, false, &message);
	call_finish(c, &message);
}

bool call_more(struct call *c, const void *out)
{
	_buf_ struct buf message = BUF_INIT;
	struct conn *conn = conn_ref(c->conn);
	bool open = conn_is_open(conn);

	if (open && !c->oneway) {
		encode(c, out, true, &message);
		conn_write(conn, &message); /* closes who does not read, which frees c */
		open = conn_is_open(conn);
	}
	conn_unref(conn);
	return open;
}

void call_fail(struct call *c, const struct err *err)
{
	_buf_ struct buf message = BUF_INIT;

	if (err->code == ERR_INTERNAL || err->code == ERR_DATABASE) {
		listener_fault(c->daemon->listener, "%s: %s", c->method->name, err->message);
	}
	error_encode(scanner_interface.name, err, &message);
	call_finish(c, &message);
}

static void work(struct store *s, void *arg)
{
	struct call *c = arg;

	command_of(c)->work(s, c);
}

static void done(struct store *s _unused_, void *arg)
{
	struct call *c = arg;
	const struct command *command = command_of(c);

	if (c->err.code != ERR_NONE) {
		call_fail(c, &c->err);
		return;
	}
	if (command->finish != NULL) {
		command->finish(c);
	}
	call_reply(c);
}

void call_store(struct call *c)
{
	struct store *s = command_of(c)->vault ? c->daemon->vault : c->daemon->store;
	struct err err = {0};

	if (store_post(s, work, done, c) < 0) {
		err_set(&err, 0, ERR_BUSY, NULL, "too much work is waiting; try again in a moment");
		call_fail(c, &err);
	}
}

/* What is decided before anything is looked at: who calls, and may he? */
static int identify(struct call *c, enum role needed, struct err *err)
{
	const struct limits *limits = &c->daemon->config.limits;
	int64_t now = time_now();

	c->by = *conn_caller(c->conn);
	c->by.role = caller_role(&c->by, limits, now);
	c->sign_in = limits->sign_in;
	return caller_may(&c->by, needed, limits, now, err);
}

static void call_start(
	struct daemon *d, struct conn *conn, const struct wire_call *wire, size_t method)
{
	struct call *c = calloc(1, sizeof(*c));
	const struct command *command = &commands[method];
	struct err err = {0};

	if (c == NULL) {
		conn_next(conn);
		return;
	}
	c->daemon = d;
	c->conn = conn_ref(conn);
	c->method = &scanner_interface.methods[method];
	c->oneway = wire->oneway;
	if (identify(c, command->role, &err) < 0 ||
		field_decode(c->method->in, wire->parameters, &c->in, &err) < 0 ||
		(command->check != NULL && command->check(c, &err) < 0)) {
		call_fail(c, &err);
	} else if (command->start != NULL) {
		command->start(c);
	} else {
		call_store(c);
	}
}

void call_dispatch(struct daemon *d, struct conn *conn, const char *message, size_t len)
{
	struct wire_call wire = {0};
	_buf_ struct buf answer = BUF_INIT;
	struct err err = {0};
	size_t method;

	if (wire_decode_call(message, len, &wire, &err) < 0) {
		conn_complain(conn, "a bad message on the socket: %s", err.message);
		error_encode(scanner_interface.name, &err, &answer);
		conn_write(conn, &answer);
		conn_end(conn);
		return;
	}
	if (interface_answer(&scanner_interface, &wire, &answer, &method)) {
		if (!wire.oneway) {
			conn_write(conn, &answer);
		}
		conn_next(conn);
	} else {
		call_start(d, conn, &wire, method);
	}
	wire_call_done(&wire);
}
