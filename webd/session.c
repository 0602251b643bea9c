/* session.c - turns a name and a password into a cookie, by scannerd's word. */
#include "webd/session.h"

#include "common/jsonw.h"
#include "common/utf8.h"
#include "proto/iface.h"
#include "webd/forward.h"
#include "webd/settings.h"
#include "webd/setup_link.h"
#include <errno.h>

enum { AGENT_SIZE = 257, NAME_BYTES = 128, PASSWORD_BYTES = 1024, CODE_BYTES = 32 };

struct sign_in_body {
	char *name, *password, *code;
};
struct setup_body {
	char *token, *name, *password;
};

static const struct field sign_in_fields[] = {
	FIELD_ROW_STRING(struct sign_in_body, name, "The account's name.", .flags = FIELD_REQUIRED,
		.max = NAME_BYTES),
	FIELD_ROW_STRING(struct sign_in_body, password, "Its password.", .flags = FIELD_REQUIRED,
		.max = PASSWORD_BYTES),
	FIELD_ROW_STRING(struct sign_in_body, code, "The code of the authenticator.",
		.flags = FIELD_NULLABLE, .max = CODE_BYTES),
};
static FIELD_TABLE(
	sign_in_table, "SignInInput", "Who wants in.", struct sign_in_body, sign_in_fields);

static const struct field setup_fields[] = {
	FIELD_ROW_STRING(struct setup_body, token, "Of the link.", .flags = FIELD_REQUIRED,
		.max = NAME_BYTES),
	FIELD_ROW_STRING(struct setup_body, name, "The account's name.", .flags = FIELD_REQUIRED,
		.max = NAME_BYTES),
	FIELD_ROW_STRING(struct setup_body, password, "Its password.", .flags = FIELD_REQUIRED,
		.max = PASSWORD_BYTES),
};
static FIELD_TABLE(
	setup_table, "SetupInput", "The first account.", struct setup_body, setup_fields);

/* What a password stood in is not left behind. */
static void wipe_text(char *text)
{
	if (text != NULL) {
		explicit_bzero(text, strlen(text));
	}
}

static void wipe_body(struct exchange *x)
{
	cJSON *member;

	cJSON_ArrayForEach (member, x->request.body) {
		wipe_text(member->valuestring);
	}
}

static int wants_password(struct exchange *x, struct err *err)
{
	enum auth_method method = x->web->settings->visitors.method;

	return method == AUTH_PASSWORD
		       ? 0
		       : err_set(err, -EPERM, ERR_FORBIDDEN, NULL,
				 "nobody signs in here with a password; webd was started with "
				 "--auth %s",
				 auth_method_names[method]);
}

static void call(struct exchange *x, enum scanner_method method, struct buf *parameters,
	forward_answer answer)
{
	struct err err;

	wipe_body(x);
	if (parameters->failed) {
		err_set(&err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
		exchange_error(x, &err);
	} else {
		forward_call(x, method, parameters, answer, NULL);
	}
	explicit_bzero(parameters->data, parameters->len);
}

/* --- in --- */

static void print_sign_in(struct exchange *x, const struct sign_in_body *in, struct buf *out)
{
	struct jsonw w = JSONW(out);
	const char *agent =
		evhttp_find_header(evhttp_request_get_input_headers(x->req), "User-Agent");
	char shown[AGENT_SIZE];

	jsonw_object(&w);
	jsonw_kstr(&w, "name", in->name);
	jsonw_kstr(&w, "password", in->password);
	if (in->code != NULL && in->code[0] != '\0') {
		jsonw_kstr(&w, "code", in->code);
	}
	if (x->visitor.address[0] != '\0') {
		jsonw_kstr(&w, "address", x->visitor.address);
	}
	if (agent != NULL) {
		utf8_printable(agent, strlen(agent), shown, sizeof(shown));
		jsonw_kstr(&w, "agent", shown);
	}
	jsonw_end(&w);
}

static void answer_signed_in(struct exchange *x, const struct sign_in_out *out)
{
	_buf_ struct buf body = BUF_INIT, cookie = BUF_INIT;
	struct jsonw w = JSONW(&body);
	struct err err = {0};

	if (visitor_cookie(&x->visitor, out->session, &cookie, &err) < 0 || cookie.failed) {
		exchange_error(x, &err);
		return;
	}
	exchange_header(x, "Set-Cookie", cookie.data);
	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	jsonw_kstr(&w, "message", "Signed in.");
	jsonw_kstr(&w, "name", out->name);
	jsonw_kstr(&w, "role", role_names[out->role]);
	jsonw_kint(&w, "id", out->id);
	jsonw_kint(&w, "expires", out->expires);
	jsonw_kint(&w, "idle", out->idle);
	jsonw_end(&w);
	exchange_json(x, 200, &body);
	explicit_bzero(cookie.data, cookie.len);
}

static void on_signed_in(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	struct sign_in_out out = {0};
	struct err why = {0};

	(void)arg;
	if (x == NULL) {
		return; /* a session that nobody knows; it ends by itself */
	}
	if (err == NULL && field_decode(&sign_in_out_table, reply, &out, &why) < 0) {
		err = &why;
	}
	if (err != NULL) {
		exchange_error(x, err);
		return;
	}
	answer_signed_in(x, &out);
	wipe_text(out.session);
	field_done(&sign_in_out_table, &out);
}

void session_post(struct exchange *x)
{
	_buf_ struct buf parameters = BUF_INIT, cookie = BUF_INIT;
	struct sign_in_body in = {0};
	struct err err = {0};
	int rc = wants_password(x, &err);

	if (rc == 0) { /* before the password goes anywhere */
		rc = visitor_cookie(&x->visitor, NULL, &cookie, &err);
	}
	if (rc == 0) {
		rc = field_decode(&sign_in_table, x->request.body, &in, &err);
	}
	if (rc < 0) {
		wipe_body(x);
		exchange_error(x, &err);
		return;
	}
	print_sign_in(x, &in, &parameters);
	wipe_text(in.password);
	field_done(&sign_in_table, &in);
	call(x, SCANNER_SIGN_IN, &parameters, on_signed_in);
}

/* --- who --- */

static const struct access_caller nobody = {.role = ROLE_NONE, .kind = CALLER_NOBODY};

static void answer_who(struct exchange *x, const struct access_caller *caller, bool setup)
{
	_buf_ struct buf body = BUF_INIT;
	struct jsonw w = JSONW(&body);

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	jsonw_kstr(&w, "method", auth_method_names[x->web->settings->visitors.method]);
	jsonw_kstr(&w, "name", caller->name);
	jsonw_kstr(&w, "role", role_names[caller->role]);
	jsonw_kstr(&w, "kind", caller_kind_names[caller->kind]);
	jsonw_kint(&w, "id", caller->id);
	jsonw_kint(&w, "expires", caller->expires);
	jsonw_kbool(&w, "totp", caller->totp);
	jsonw_kbool(&w, "setup", setup);
	jsonw_end(&w);
	exchange_json(x, 200, &body);
}

static void on_accounts(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	(void)arg;
	if (x != NULL && err != NULL) {
		exchange_error(x, err);
	} else if (x != NULL) {
		answer_who(x, &nobody, !cJSON_IsTrue(json_get(reply, "has_accounts")));
	}
}

static void on_known(const struct access_caller *caller, const struct err *err, void *arg)
{
	struct exchange *x = arg;

	x->asked = NULL;
	x->on_gone = NULL;
	if (caller != NULL) {
		answer_who(x, caller, false);
	} else if (err->code != ERR_NOT_SIGNED_IN) {
		exchange_error(x, err);
	} else if (x->web->settings->visitors.method == AUTH_PASSWORD) {
		forward_call(x, SCANNER_WHO_AM_I, NULL, on_accounts, NULL);
	} else {
		answer_who(x, &nobody, false);
	}
}

static void on_gone(void *arg)
{
	struct exchange *x = arg;

	access_cancel(x->asked);
}

void session_get(struct exchange *x)
{
	struct access_question *asked = NULL;

	access_ask(x->web->access, &x->visitor, on_known, x, &asked);
	if (asked != NULL) {
		x->asked = asked;
		x->on_gone = on_gone;
		x->gone_arg = x;
	}
}

/* --- out --- */

static void answer_done(struct exchange *x, int status, const char *message)
{
	_buf_ struct buf body = BUF_INIT;
	struct jsonw w = JSONW(&body);

	jsonw_object(&w);
	jsonw_kstr(&w, "status", "success");
	jsonw_kstr(&w, "message", message);
	jsonw_end(&w);
	exchange_json(x, status, &body);
}

static void on_signed_out(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	_buf_ struct buf cookie = BUF_INIT;
	struct err why = {0};

	(void)reply;
	(void)arg;
	if (x == NULL) {
		return;
	}
	access_forget(x->web->access);
	if (err != NULL) {
		exchange_error(x, err);
		return;
	}
	if (visitor_cookie(&x->visitor, NULL, &cookie, &why) == 0 && !cookie.failed) {
		exchange_header(x, "Set-Cookie", cookie.data);
	}
	answer_done(x, 200, "Signed out.");
}

void session_delete(struct exchange *x)
{
	struct err err = {0};

	if (wants_password(x, &err) < 0) {
		exchange_error(x, &err);
		return;
	}
	forward_call(x, SCANNER_SIGN_OUT, NULL, on_signed_out, NULL);
}

/* --- the first account --- */

static void on_first(struct exchange *x, const cJSON *reply, const struct err *err, void *arg)
{
	(void)reply;
	(void)arg;
	if (x == NULL) {
		return;
	}
	if (x->web->setup != NULL) {
		setup_link_look(x->web->setup);
	}
	if (err != NULL) {
		exchange_error(x, err);
	} else {
		answer_done(x, 200, "The account has been made; sign in with it.");
	}
}

static void print_first(struct exchange *x, const struct setup_body *in, struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "name", in->name);
	jsonw_kstr(&w, "password", in->password);
	if (x->visitor.address[0] != '\0') {
		jsonw_kstr(&w, "address", x->visitor.address);
	}
	jsonw_end(&w);
}

void session_setup(struct exchange *x)
{
	_buf_ struct buf parameters = BUF_INIT, cookie = BUF_INIT;
	struct setup_body in = {0};
	struct err err = {0};
	int rc = wants_password(x, &err);

	if (rc == 0) {
		rc = visitor_cookie(&x->visitor, NULL, &cookie, &err);
	}
	if (rc == 0) {
		rc = field_decode(&setup_table, x->request.body, &in, &err);
	}
	if (rc == 0 && (x->web->setup == NULL || !setup_link_is(x->web->setup, in.token))) {
		rc = err_set(&err, -EPERM, ERR_FORBIDDEN, "token",
			"this link is not, or no longer, valid; webd prints one when it is started "
			"while there is no account");
	}
	if (rc == 0) {
		print_first(x, &in, &parameters);
	}
	wipe_text(in.password);
	field_done(&setup_table, &in);
	if (rc < 0) {
		wipe_body(x);
		exchange_error(x, &err);
		return;
	}
	call(x, SCANNER_FIRST_ACCOUNT, &parameters, on_first);
}
