/* exchange.c - sends answers through evhttp, with the headers that every answer carries. */
#include "webd/exchange.h"

#include "common/jsonw.h"
#include "proto/errors.h"
#include "webd/settings.h"
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http_struct.h>

enum { EARLY_BYTES_MAX = 16 * 1024, BUSY_S = 5 };

static const struct {
	const char *name, *value;
} common_headers[] = {
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
	{"X-Frame-Options", "DENY"},
	{"Cache-Control", "no-store"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	/* A page brings its own; anything else runs nothing. */
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
};

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{415, "Unsupported Media Type"},
	{421, "Misdirected Request"},
	{431, "Request Header Fields Too Large"},
	{429, "Too Many Requests"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
};

static const char *reason_of(int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (reasons[i].status == status) {
			return reasons[i].reason;
		}
	}
	return "Status";
}

static void free_exchange(struct exchange *x)
{
	LIST_REMOVE(x, entry);
	request_done(&x->request);
	explicit_bzero(&x->visitor, sizeof(x->visitor));
	free(x);
}

/* evhttp calls this when the connection ends under an unfinished answer. Where it has taken the
 * request out of the connection, freeing it is left to us. */
static void on_closed(struct evhttp_connection *connection, void *arg)
{
	struct exchange *x = arg;

	(void)connection;
	if (evhttp_request_get_connection(x->req) == NULL) {
		evhttp_request_free(x->req);
	}
	x->req = NULL;
	if (x->on_gone != NULL) {
		x->on_gone(x->gone_arg);
	}
	free_exchange(x);
}

/* What the client sends meanwhile is kept for evhttp, up to a limit. */
void exchange_notice_leaving(struct exchange *x)
{
	struct bufferevent *bev =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(x->req));
	bufferevent_data_cb on_read, on_write;
	bufferevent_event_cb on_event;
	void *arg;

	bufferevent_getcb(bev, &on_read, &on_write, &on_event, &arg);
	bufferevent_setcb(bev, NULL, on_write, on_event, arg);
	bufferevent_setwatermark(bev, EV_READ, 0, EARLY_BYTES_MAX);
	bufferevent_set_timeouts(bev, NULL, NULL); /* nothing need come */
	bufferevent_enable(bev, EV_READ);
	x->noticing = true;
}

/* Undoes it: evhttp sets its own callbacks when it writes and when it reads again. */
static void stop_noticing(struct exchange *x)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(x->req);

	if (x->noticing) {
		bufferevent_setwatermark(
			evhttp_connection_get_bufferevent(connection), EV_READ, 0, 0);
		evhttp_connection_set_timeout(connection, EXCHANGE_IDLE_S);
		x->noticing = false;
	}
}

/* evhttp's own, which it puts into every connection. */
static bufferevent_data_cb evhttp_on_write;

static void on_drained(struct bufferevent *bev, void *arg)
{
	if (evbuffer_get_length(bufferevent_get_output(bev)) == 0) {
		evhttp_on_write(bev, arg);
	}
}

/* After everything that makes evhttp write. bufferevent_openssl (2.1.12) says that all is written a
 * moment after it was. When more has been given to write meanwhile, evhttp would take it for sent,
 * and could end the connection before it is. */
static void mind_more(struct bufferevent *bev)
{
	bufferevent_data_cb on_read, on_write;
	bufferevent_event_cb on_event;
	void *arg;

	bufferevent_getcb(bev, &on_read, &on_write, &on_event, &arg);
	if (on_write != on_drained) {
		evhttp_on_write = on_write;
		bufferevent_setcb(bev, on_read, on_drained, on_event, arg);
	}
}

static struct bufferevent *bev_of(const struct exchange *x)
{
	return evhttp_connection_get_bufferevent(evhttp_request_get_connection(x->req));
}

/* Nothing of this exchange may be called any more: evhttp has the rest in hand. */
static void detach(struct exchange *x)
{
	stop_noticing(x);
	evhttp_connection_set_closecb(evhttp_request_get_connection(x->req), NULL, NULL);
}

struct exchange *exchange_new(struct web *web, struct evhttp_request *req)
{
	struct exchange *x = calloc(1, sizeof(*x));
	struct evkeyvalq *headers = evhttp_request_get_output_headers(req);

	if (x == NULL) {
		return NULL;
	}
	web->requests++;
	x->web = web;
	x->req = req;
	x->head = evhttp_request_get_command(req) == EVHTTP_REQ_HEAD;
	LIST_INSERT_HEAD(&web->exchanges, x, entry);
	for (size_t i = 0; i < ARRAY_SIZE(common_headers); i++) {
		evhttp_add_header(headers, common_headers[i].name, common_headers[i].value);
	}
	if (web->settings->visitors.tls) {
		evhttp_add_header(headers, "Strict-Transport-Security", "max-age=31536000");
	}
	evhttp_connection_set_closecb(evhttp_request_get_connection(req), on_closed, x);
	return x;
}

void exchange_header(struct exchange *x, const char *name, const char *value)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(x->req);

	evhttp_remove_header(headers, name);
	evhttp_add_header(headers, name, value);
}

static void add_length(struct exchange *x, int64_t length)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)length);
	exchange_header(x, "Content-Length", text);
}

void exchange_reply(
	struct exchange *x, int status, const char *content_type, const void *data, size_t len)
{
	struct evbuffer *body = NULL;

	exchange_header(x, "Content-Type", content_type);
	add_length(x, (int64_t)len);
	if (!x->head) {
		body = evbuffer_new();
		if (body == NULL || evbuffer_add(body, data, len) < 0) {
			if (body != NULL) {
				evbuffer_free(body);
			}
			exchange_cut(x);
			return;
		}
	}
	detach(x);
	evhttp_send_reply(x->req, status, reason_of(status), body);
	mind_more(bev_of(x));
	if (body != NULL) {
		evbuffer_free(body);
	}
	free_exchange(x);
}

void exchange_json(struct exchange *x, int status, const struct buf *body)
{
	if (body->failed) {
		struct err err;

		err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		exchange_error(x, &err);
		return;
	}
	exchange_reply(x, status, "application/json", body->data, body->len);
}

void exchange_empty(struct exchange *x, int status)
{
	detach(x);
	evhttp_send_reply(x->req, status, reason_of(status), NULL);
	mind_more(bev_of(x));
	free_exchange(x);
}

void exchange_print_error(struct buf *out, const char *code, const struct err *err)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "error");
	jsonw_kstr(&w, "code", code);
	jsonw_kstr(&w, "message", err->message);
	if (err->field[0] != '\0') {
		jsonw_kstr(&w, "field", err->field);
	}
	jsonw_end(&w);
}

void exchange_error(struct exchange *x, const struct err *err)
{
	x->web->sign_ins_refused +=
		err->code == ERR_SIGN_IN_REFUSED || err->code == ERR_TOO_MANY_ATTEMPTS;
	exchange_refuse(x, error_row(err->code)->http, err_code_name(err->code), err, false);
}

void exchange_refuse(
	struct exchange *x, int status, const char *code, const struct err *err, bool close)
{
	_buf_ struct buf body = BUF_INIT;
	char seconds[16];

	if (close) {
		exchange_header(x, "Connection", "close");
	}
	if (err->retry_after_s > 0 || status == 503) {
		snprintf(seconds, sizeof(seconds), "%d",
			err->retry_after_s > 0 ? err->retry_after_s : BUSY_S);
		exchange_header(x, "Retry-After", seconds);
	}
	if (status == 401) { /* RFC 9110, 15.5.2; no browser asks for a password by it */
		exchange_header(x, "WWW-Authenticate", "Bearer");
	}
	exchange_print_error(&body, code, err);
	if (body.failed) {
		exchange_cut(x);
		return;
	}
	exchange_reply(x, status, "application/json", body.data, body.len);
}

/* HTTP/1.0 knows no chunks: its answers end with the connection. */
static void end_old_connection(struct evhttp_request *req)
{
	if (req->major == 1 && req->minor == 0) {
		evhttp_remove_header(evhttp_request_get_input_headers(req), "Connection");
	}
}

void exchange_start(struct exchange *x, int status, const char *content_type, int64_t length)
{
	end_old_connection(x->req);
	exchange_header(x, "Content-Type", content_type);
	if (length >= 0) {
		add_length(x, length);
	}
	x->started = true;
	stop_noticing(x);
	evhttp_send_reply_start(x->req, status, reason_of(status));
	mind_more(bev_of(x));
}

static void end(struct exchange *x)
{
	struct bufferevent *bev = bev_of(x);
	bool chunked = x->req->chunked; /* there is a last chunk to write */

	detach(x);
	evhttp_send_reply_end(x->req);
	if (chunked) {
		mind_more(bev);
	} /* else it may be gone */
	free_exchange(x);
}

static void on_written(struct evhttp_connection *connection, void *arg)
{
	struct exchange *x = arg;

	(void)connection;
	x->unwritten = false;
	if (x->ending) {
		end(x);
	} else if (x->written != NULL) {
		x->written(x->written_arg);
	}
}

void exchange_chunk(
	struct exchange *x, struct evbuffer *data, void (*written)(void *arg), void *arg)
{
	x->written = written;
	x->written_arg = arg;
	x->unwritten = !x->head && evbuffer_get_length(data) > 0;
	evhttp_send_reply_chunk_with_cb(x->req, data, on_written, x);
	mind_more(bev_of(x));
}

/* What is written but not yet said to be: see mind_more(). */
void exchange_end(struct exchange *x)
{
	if (x->unwritten && exchange_unsent(x) == 0) {
		x->ending = true;
		x->on_gone = NULL;
		return;
	}
	end(x);
}

void exchange_cut(struct exchange *x)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(x->req);

	evhttp_connection_set_closecb(connection, NULL, NULL);
	free_exchange(x);
	evhttp_connection_free(connection);
}

void exchange_drop(struct exchange *x)
{
	if (x->on_gone != NULL) {
		x->on_gone(x->gone_arg);
	}
	exchange_cut(x);
}

size_t exchange_unsent(const struct exchange *x)
{
	struct bufferevent *bev =
		evhttp_connection_get_bufferevent(evhttp_request_get_connection(x->req));

	return evbuffer_get_length(bufferevent_get_output(bev));
}
