/* http.c - takes requests from evhttp to their routes. */
#include "webd/http.h"

#include "common/log.h"
#include "webd/exchange.h"
#include "webd/forward.h"
#include "webd/query.h"
#include "webd/routes.h"
#include "webd/settings.h"
#include <errno.h>
#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <strings.h>

enum {
	LISTENERS_MAX = 8,
	BACKLOG = 1024, /* a flood fills it, and who waits in it is not lost */
	/* evhttp answers larger bodies itself, in HTML; between the two limits the answer is ours.
	 */
	EVHTTP_BODY_MAX = 2 * GUARD_BODY_MAX
};

struct http {
	struct web *web;
	struct evhttp *evhttp;
	struct evconnlistener *listeners[LISTENERS_MAX];
	int n_listeners;
	bool stopping;
};

static const struct {
	enum evhttp_cmd_type command;
	const char *name;
} commands[] = {
	{EVHTTP_REQ_GET, "GET"},
	{EVHTTP_REQ_POST, "POST"},
	{EVHTTP_REQ_HEAD, "HEAD"},
	{EVHTTP_REQ_PUT, "PUT"},
	{EVHTTP_REQ_DELETE, "DELETE"},
	{EVHTTP_REQ_OPTIONS, "OPTIONS"},
	{EVHTTP_REQ_TRACE, "TRACE"},
	{EVHTTP_REQ_CONNECT, "CONNECT"},
	{EVHTTP_REQ_PATCH, "PATCH"},
};

static const char *method_of(const struct evhttp_request *req)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].command == evhttp_request_get_command(req)) {
			return commands[i].name;
		}
	}
	return "?";
}

static size_t collect_headers(
	struct evhttp_request *req, struct guard_header headers[GUARD_HEADERS_MAX + 1])
{
	struct evkeyval *header;
	size_t n = 0;

	TAILQ_FOREACH (header, evhttp_request_get_input_headers(req), next) {
		headers[n++] = (struct guard_header){.name = header->key, .value = header->value};
		if (n > GUARD_HEADERS_MAX) { /* the guard refuses it */
			break;
		}
	}
	return n;
}

/* True if the request may go on; otherwise it has been answered. */
static bool pass_guard(struct exchange *x, const char *method, struct guard_verdict *ret)
{
	struct guard_header headers[GUARD_HEADERS_MAX + 1];
	struct guard_request request = {
		.method = method,
		.target = evhttp_request_get_uri(x->req),
		.major = x->req->major,
		.minor = x->req->minor,
		.headers = headers,
		.n_headers = collect_headers(x->req, headers),
		.body_bytes = evbuffer_get_length(evhttp_request_get_input_buffer(x->req)),
	};

	guard_judge(&x->web->guard, &request, ret);
	if (ret->origin != NULL) {
		exchange_header(x, "Access-Control-Allow-Origin", ret->origin);
		exchange_header(x, "Access-Control-Expose-Headers", "ETag, Location");
	}
	exchange_header(x, "Vary", "Origin");
	if (ret->status == 505) { /* evhttp answers in the version that was asked for */
		x->req->major = 1;
		x->req->minor = 1;
	}
	if (ret->status != 0) {
		exchange_refuse(x, ret->status, ret->code, &ret->err, ret->close);
		return false;
	}
	return true;
}

static void answer_options(
	struct exchange *x, const struct guard_verdict *verdict, const char *allow)
{
	exchange_header(x, "Allow", allow);
	if (verdict->preflight) {
		exchange_header(x, "Access-Control-Allow-Methods", allow);
		exchange_header(x, "Access-Control-Allow-Headers",
			"Content-Type, X-Requested-With, If-Match");
		exchange_header(x, "Access-Control-Max-Age", "600");
	}
	exchange_empty(x, 204);
}

/* True if there is a route; otherwise the request has been answered. */
static bool find_route(struct exchange *x, const char *method, const struct guard_verdict *verdict)
{
	char allow[ROUTE_ALLOW_SIZE];
	struct err err = {0};
	enum route_result result =
		routes_find(method, x->request.path, &x->route, &x->request.id, allow);

	switch (result) {
	case ROUTE_FOUND:
		return true;
	case ROUTE_NO_PATH:
		err_set(&err, 0, ERR_NOT_FOUND, NULL, "there is nothing at this address");
		exchange_error(x, &err);
		return false;
	case ROUTE_BAD_ID:
		err_set(&err, 0, ERR_INVALID_VALUE, "id",
			"the number in the address must be a whole number without leading zeros");
		exchange_error(x, &err);
		return false;
	case ROUTE_NO_METHOD:
		if (strcmp(method, "OPTIONS") == 0) {
			answer_options(x, verdict, allow);
			return false;
		}
		err_set(&err, 0, ERR_INVALID_VALUE, NULL, "%s is not possible here; there is %s",
			method, allow);
		exchange_header(x, "Allow", allow);
		exchange_refuse(x, 405, "method_not_allowed", &err, false);
		return false;
	}
	return false;
}

static int parse_body(struct exchange *x, struct err *err)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(x->req);
	size_t len = evbuffer_get_length(input);
	const char *data = len > 0 ? (const char *)evbuffer_pullup(input, -1) : "";
	const char *if_match =
		evhttp_find_header(evhttp_request_get_input_headers(x->req), "If-Match");
	int rc;

	if (data == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = request_parse_body(&x->request, data, len, err);
	/* Only the tree is needed from here on. */
	evbuffer_drain(input, len);
	if (rc == 0 && if_match != NULL) {
		rc = request_parse_if_match(&x->request, if_match, err);
	}
	return rc;
}

static void run_read(struct exchange *x)
{
	const struct route *r = x->route;
	char id[24];

	if (route_is_row(r)) {
		query_row(x, &(struct query_row_answer){
				     .read = r->read,
				     .key = x->request.id,
				     .member = query_member(r->read),
				     .status = 200,
			     });
	} else if (r->read_id_filter != NULL) {
		snprintf(id, sizeof(id), "%lld", (long long)x->request.id);
		query_list(x, r->read, r->format, r->read_id_filter, id);
	} else {
		query_list(x, r->read, r->format, NULL, NULL);
	}
}

static void run(struct exchange *x)
{
	const struct route *r = x->route;
	struct err err = {0};
	int rc = parse_body(x, &err);

	/* A list judges its parameters itself. */
	if (rc == 0 && !r->any_query && (r->read == NULL || route_is_row(r))) {
		rc = request_check_params(&x->request, r->query, r->n_query, &err);
	}
	if (rc < 0) {
		exchange_error(x, &err);
	} else if (r->read != NULL) {
		run_read(x);
	} else if (r->forward != NULL) {
		forward_run(r->forward, x);
	} else {
		r->code(x);
	}
}

/* --- who asks --- */

static const char *find_header(const void *request, const char *name, size_t *ret_n)
{
	struct evhttp_request *req = (struct evhttp_request *)(uintptr_t)request;
	const char *value = NULL;
	struct evkeyval *header;

	*ret_n = 0;
	TAILQ_FOREACH (header, evhttp_request_get_input_headers(req), next) {
		if (strcasecmp(header->key, name) == 0) {
			value = header->value;
			++*ret_n;
		}
	}
	return value;
}

static void refuse_role(struct exchange *x)
{
	struct err err;

	err_set(&err, -EPERM, ERR_PERMISSION_DENIED, NULL,
		"this needs the role %s; \"%s\" has the role %s", role_names[x->route->role],
		x->caller.name, role_names[x->caller.role]);
	exchange_error(x, &err);
}

static void on_known(const struct access_caller *caller, const struct err *err, void *arg)
{
	struct exchange *x = arg;

	x->asked = NULL;
	x->on_gone = NULL;
	if (err != NULL) {
		exchange_error(x, err);
		return;
	}
	x->caller = *caller;
	if (caller->role < x->route->role) {
		refuse_role(x);
		return;
	}
	run(x);
}

static void on_gone(void *arg)
{
	struct exchange *x = arg;

	access_cancel(x->asked);
}

/* Decides who asks, and whether he may. */
static void admit(struct exchange *x)
{
	struct access_question *asked = NULL;
	struct addr peer;
	struct err err = {0};

	if (connections_peer(x->req, &peer) < 0) {
		exchange_cut(x);
		return;
	}
	if (visitor_read(&x->web->settings->visitors, &peer, find_header, x->req, &x->visitor,
		    &err) < 0) {
		exchange_error(x, &err);
		return;
	}
	if (x->route->role == ROLE_NONE) {
		run(x);
		return;
	}
	access_ask(x->web->access, &x->visitor, on_known, x, &asked);
	if (asked != NULL) { /* else x may be gone */
		x->asked = asked;
		x->on_gone = on_gone;
		x->gone_arg = x;
	}
}

static void on_request(struct evhttp_request *req, void *arg)
{
	struct http *h = arg;
	struct exchange *x = exchange_new(h->web, req);
	const char *method = method_of(req);
	struct guard_verdict verdict;
	struct err err = {0};

	if (x == NULL) {
		evhttp_connection_free(evhttp_request_get_connection(req));
		return;
	}
	if (!connections_answering(h->web->connections, req)) {
		exchange_drop(x);
		return;
	}
	if (h->stopping) {
		err_set(&err, 0, ERR_UNAVAILABLE, NULL, "the server is stopping");
		exchange_refuse(x, 503, err_code_name(err.code), &err, true);
		return;
	}
	if (!pass_guard(x, method, &verdict)) {
		return;
	}
	if (request_parse(evhttp_request_get_uri(req), &x->request, &err) < 0) {
		exchange_error(x, &err);
		return;
	}
	if (find_route(x, method, &verdict)) {
		admit(x);
	}
}

int http_new(struct web *web, const struct connection_limits *limits, struct http **ret)
{
	struct http *h = calloc(1, sizeof(*h));
	ev_uint16_t all = 0;

	if (h == NULL) {
		return -ENOMEM;
	}
	h->web = web;
	h->evhttp = evhttp_new(web->base);
	if (h->evhttp == NULL || connections_new(web->base, h->evhttp, limits,
					 &web->settings->visitors, &web->connections) < 0) {
		http_free(h);
		return -ENOMEM;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		all |= (ev_uint16_t)commands[i].command;
	}
	evhttp_set_allowed_methods(h->evhttp, all);
	evhttp_set_max_headers_size(h->evhttp, GUARD_HEADER_BYTES_MAX);
	evhttp_set_max_body_size(h->evhttp, EVHTTP_BODY_MAX);
	evhttp_set_timeout(h->evhttp, EXCHANGE_IDLE_S);
	evhttp_set_default_content_type(h->evhttp, NULL);
	evhttp_set_gencb(h->evhttp, on_request, h);
	*ret = h;
	return 0;
}

int http_listen(struct http *h, int fd)
{
	struct evconnlistener *listener;
	int rc;

	if (h->n_listeners == LISTENERS_MAX) {
		close(fd);
		return -E2BIG;
	}
	evutil_make_socket_nonblocking(fd);
	listener = evconnlistener_new(h->web->base, NULL, NULL,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, fd);
	if (listener == NULL) {
		close(fd);
		return -errno;
	}
	if (evhttp_bind_listener(h->evhttp, listener) == NULL) {
		evconnlistener_free(listener);
		return -ENOMEM;
	}
	rc = connections_add_listener(h->web->connections, listener);
	h->listeners[h->n_listeners++] = listener;
	return rc;
}

void http_stop(struct http *h)
{
	h->stopping = true;
	connections_stop(h->web->connections);
}

void http_free(struct http *h)
{
	if (h == NULL) {
		return;
	}
	while (!LIST_EMPTY(&h->web->exchanges)) {
		exchange_drop(LIST_FIRST(&h->web->exchanges));
	}
	if (h->evhttp != NULL) {
		evhttp_free(h->evhttp); /* also the listeners */
	}
	connections_free(h->web->connections);
	h->web->connections = NULL;
	free(h);
}
