/* forward.c - turns a request into one Varlink call and the reply into the answer. */
#include "webd/forward.h"

#include "common/jsonw.h"
#include "proto/client.h"
#include "webd/query.h"
#include "webd/routes.h"
#include "webd/scan.h"
#include "webd/settings.h"
#include <errno.h>

enum { REPLY_MS_MAX = 60000, METHOD_NAME_SIZE = 128 };

/* --- one call --- */

struct call {
	LIST_ENTRY(call) link;
	struct client *client;
	struct exchange *x; /* NULL: the client has gone; the command goes on */
	forward_answer answer;
	void *arg;
};

static void on_gone(void *arg)
{
	struct call *c = arg;

	c->x = NULL;
}

static void on_reply(const cJSON *parameters, const struct err *err, bool last, void *arg)
{
	struct call *c = arg;

	if (!last) {
		return; /* not asked for, so the client ends it with an error */
	}
	LIST_REMOVE(c, link);
	if (c->x != NULL) {
		c->x->on_gone = NULL;
	}
	c->answer(c->x, parameters, err, c->arg);
	free(c);
}

static void explain_unreachable(struct err *err)
{
	char why[sizeof(err->message)];

	if (err->code == ERR_UNAVAILABLE) {
		memcpy(why, err->message, sizeof(why));
		err_set(err, 0, ERR_UNAVAILABLE, NULL, "scannerd cannot be reached: %s", why);
	}
}

static void name_method(enum scanner_method method, char out[METHOD_NAME_SIZE])
{
	snprintf(out, METHOD_NAME_SIZE, "%s.%s", scanner_interface.name,
		scanner_interface.methods[method].name);
}

/* Says for whom it asks, so that scannerd decides, too; for nobody where nobody need be signed in.
 */
static int start(struct call *c, struct exchange *x, enum scanner_method method,
	const struct buf *parameters, struct err *err)
{
	char name[METHOD_NAME_SIZE], introducing[METHOD_NAME_SIZE];
	_buf_ struct buf visitor = BUF_INIT;
	const struct client_introduction introduction = {introducing, &visitor};
	bool known = x->visitor.kind != VISITOR_NOBODY && x->route->role != ROLE_NONE;
	int rc;

	name_method(method, name);
	name_method(x->visitor.kind == VISITOR_CREDENTIAL ? SCANNER_AUTHENTICATE : SCANNER_ACT_AS,
		introducing);
	visitor_print(&x->visitor, &visitor);
	if (visitor.failed) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = client_call_as(x->web->base, x->web->settings->socket, known ? &introduction : NULL,
		name, parameters, false, REPLY_MS_MAX, on_reply, c, &c->client, err);
	explicit_bzero(visitor.data, visitor.len);
	return rc;
}

void forward_call(struct exchange *x, enum scanner_method method, const struct buf *parameters,
	forward_answer answer, void *arg)
{
	struct call *c = calloc(1, sizeof(*c));
	struct err err = {0};

	if (c == NULL) {
		err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		answer(x, NULL, &err, arg);
		return;
	}
	*c = (struct call){.x = x, .answer = answer, .arg = arg};
	if (start(c, x, method, parameters, &err) < 0) {
		free(c);
		explain_unreachable(&err);
		answer(x, NULL, &err, arg);
		return;
	}
	x->on_gone = on_gone;
	x->gone_arg = c;
	LIST_INSERT_HEAD(&x->web->calls, c, link);
}

void forward_cancel_all(struct web *web)
{
	struct err err;

	err_set(&err, 0, ERR_UNAVAILABLE, NULL, "the server is stopping");
	while (!LIST_EMPTY(&web->calls)) {
		struct call *c = LIST_FIRST(&web->calls);

		LIST_REMOVE(c, link);
		client_cancel(c->client);
		c->answer(NULL, NULL, &err, c->arg);
		free(c);
	}
}

/* --- parameters --- */

static bool comes_from_address(const struct forward *f, const char *name)
{
	return (f->id_name != NULL && strcmp(f->id_name, name) == 0) ||
	       (f->word_name != NULL && strcmp(f->word_name, name) == 0) ||
	       (f->query_name != NULL && strcmp(f->query_name, name) == 0) ||
	       (f->query_name2 != NULL && strcmp(f->query_name2, name) == 0) ||
	       (f->query_switch != NULL && strcmp(f->query_switch, name) == 0);
}

void forward_body_table(
	const struct forward *f, struct field space[FORWARD_FIELDS_MAX], struct field_table *ret)
{
	const struct field_table *in = scanner_interface.methods[f->method].in;

	*ret = *in;
	ret->fields = space;
	ret->count = 0;
	for (size_t i = 0; f->takes != NULL && i < in->count && ret->count < FORWARD_FIELDS_MAX;
		i++) {
		/* Only an update names a server, and it does so in its address. */
		bool hidden =
			f->method == SCANNER_ADD_SERVER && strcmp(in->fields[i].name, "id") == 0;

		if (!hidden && !comes_from_address(f, in->fields[i].name)) {
			space[ret->count++] = in->fields[i];
		}
	}
}

/* Judges the body by the fields that it may have. */
static int check_body(const struct forward *f, const cJSON *body, struct err *err)
{
	struct field space[FORWARD_FIELDS_MAX];
	struct field_table table;
	_free_ void *decoded = NULL;
	int rc;

	forward_body_table(f, space, &table);
	decoded = calloc(1, table.size);
	if (decoded == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = field_decode(&table, body, decoded, err);
	if (rc == 0) {
		field_done(&table, decoded);
	}
	return rc;
}

static void encode(const struct forward *f, const struct request *r, struct buf *out)
{
	struct jsonw w = JSONW(out);
	const cJSON *member;

	jsonw_object(&w);
	cJSON_ArrayForEach (member, r->body) {
		jsonw_key(&w, member->string);
		jsonw_tree(&w, member);
	}
	if (f->id_name != NULL) {
		jsonw_kint(&w, f->id_name, r->id);
	}
	if (f->word_name != NULL) {
		jsonw_kstr(&w, f->word_name, f->word);
	}
	if (f->query_name != NULL) {
		jsonw_kstr(&w, f->query_name, request_param(r, f->query_name));
	}
	if (f->query_name2 != NULL) {
		jsonw_kstr(&w, f->query_name2, request_param(r, f->query_name2));
	}
	if (f->query_switch != NULL) {
		jsonw_kbool(&w, f->query_switch, request_param(r, f->query_switch) != NULL);
	}
	jsonw_end(&w);
}

/* --- answers --- */

static void answer_plain(struct exchange *x, const struct forward *f, const cJSON *reply)
{
	_buf_ struct buf body = BUF_INIT;
	struct jsonw w = JSONW(&body);
	const cJSON *member;

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	if (f->message != NULL) {
		jsonw_kstr(&w, "message", f->message);
	}
	cJSON_ArrayForEach (member, reply) {
		jsonw_key(&w, member->string);
		jsonw_tree(&w, member);
	}
	jsonw_end(&w);
	exchange_json(x, f->status, &body);
}

static void answer_row(struct exchange *x, const struct forward *f, const cJSON *reply)
{
	int64_t id = x->request.id != 0 ? x->request.id : json_get_int(reply, "id", 0);
	char location[64];

	if (f->status == 201) {
		snprintf(location, sizeof(location), "/api/servers/%lld", (long long)id);
		exchange_header(x, "Location", location);
	}
	query_row(x, &(struct query_row_answer){
			     .read = &servers_read,
			     .key = id,
			     .member = "server",
			     .message = f->message,
			     .status = f->status,
		     });
}

static void on_answer(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	const struct forward *f = arg;

	if (x == NULL) {
		return;
	}
	if (f->after == FORWARD_SCAN) {
		scan_answer(x, f, reply, err);
	} else if (err != NULL) {
		exchange_error(x, err);
	} else if (f->after == FORWARD_ROW) {
		answer_row(x, f, reply);
	} else {
		answer_plain(x, f, reply);
	}
}

void forward_run(const struct forward *f, struct exchange *x)
{
	_buf_ struct buf parameters = BUF_INIT;
	struct err err = {0};
	int rc = 0;

	if (f->takes == NULL && x->request.body != NULL) {
		rc = err_set(&err, -EINVAL, ERR_INVALID_VALUE, NULL, "this request takes no body");
	}
	if (rc == 0) {
		rc = check_body(f, x->request.body, &err);
	}
	if (rc == 0) {
		encode(f, &x->request, &parameters);
		if (parameters.failed) {
			rc = err_set(&err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
		}
	}
	if (rc < 0) {
		exchange_error(x, &err);
		return;
	}
	forward_call(x, f->method, &parameters, on_answer, (void *)(uintptr_t)f);
}
