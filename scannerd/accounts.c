/* accounts.c - the methods about accounts, sessions and API tokens, on the loop's thread and on the
 * vault's. */
#include "scannerd/accounts.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include "scannerd/call.h"
#include "scannerd/credential.h"
#include "scannerd/listen.h"
#include "scannerd/monitors.h"
#include "scannerd/password.h"
#include "scannerd/proof.h"
#include "scannerd/store/sessions.h"
#include "scannerd/store/tokens.h"
#include <errno.h>
#include <inttypes.h>

static void subject(struct call *c, const char *text)
{
	snprintf(c->subject, sizeof(c->subject), "%s", text);
}

static int check_role(int64_t role, struct err *err)
{
	return role != ROLE_NONE ? 0
				 : err_set(err, -EINVAL, ERR_INVALID_VALUE, "role",
					   "it is viewer, operator or admin");
}

/* --- for whom this connection speaks --- */

/* Whatever comes of it, the connection is no longer what it was. */
int accounts_check_credential(struct call *c, struct err *err)
{
	enum credential_kind kind;
	uint8_t digest[CREDENTIAL_DIGEST_BYTES];

	caller_drop(conn_caller(c->conn));
	if (credential_read(c->in.authenticate.credential, &kind, digest) < 0) {
		return err_set(err, -EACCES, ERR_NOT_SIGNED_IN, NULL,
			"this is no credential of a session or an API token");
	}
	return 0;
}

void accounts_authenticate_work(struct store *s, struct call *c)
{
	enum credential_kind kind;
	uint8_t digest[CREDENTIAL_DIGEST_BYTES];
	struct caller_out found = {0};
	int rc;

	credential_read(c->in.authenticate.credential, &kind, digest);
	rc = kind == CREDENTIAL_SESSION ? store_session_use(s, digest, time_now(), &found, &c->err)
					: store_token_use(s, digest, time_now(), &found, &c->err);
	if (rc == 0) {
		c->out.caller = found;
	}
}

void accounts_authenticated(struct call *c)
{
	caller_authenticated(&c->out.caller, c->in.authenticate.address, conn_caller(c->conn));
}

void accounts_act_as(struct call *c)
{
	struct err err = {0};
	struct caller *caller = conn_caller(c->conn);
	bool may = caller->kind == CALLER_MEMBER || caller->kind == CALLER_ROOT ||
		   caller->kind == CALLER_CLAIMED;

	if (!may) {
		err_set(&err, 0, ERR_PERMISSION_DENIED, NULL,
			"this connection speaks for \"%s\" already", caller->name);
		call_fail(c, &err);
	} else if (caller_claim(&c->in.act_as, &c->daemon->config.limits, caller, &err) < 0) {
		caller_drop(caller); /* what is sent behind it is not meant to be root's */
		call_fail(c, &err);
	} else {
		call_reply(c);
	}
}

void accounts_who_work(struct store *s, struct call *c)
{
	struct who_am_i_out *out = &c->out.who_am_i;
	int64_t n = 0;

	if (store_accounts_count(s, &n, &c->err) < 0) {
		return;
	}
	out->has_accounts = n > 0;
	out->sign_in = c->sign_in;
	out->caller = (struct caller_out){
		.name = strdup(c->by.role != ROLE_NONE ? c->by.name : "nobody"),
		.role = c->by.role,
		.kind = c->by.role != ROLE_NONE ? c->by.kind : CALLER_NOBODY,
		.account = c->by.account,
		.id = c->by.id,
		.expires = c->by.expires,
		.totp = c->by.totp,
	};
}

/* --- sessions --- */

int accounts_check_session(struct call *c, struct err *err)
{
	return caller_is_person(&c->by, err);
}

void accounts_sign_out_work(struct store *s, struct call *c)
{
	_free_ char *name = NULL;

	store_session_end(s, c->by.id, c->by.account, &name, &c->err);
	subject(c, c->by.name);
}

int accounts_check_list(struct call *c, struct err *err)
{
	if (c->in.sessions.all) {
		return caller_may(&c->by, ROLE_ADMIN, &c->daemon->config.limits, time_now(), err);
	}
	return caller_is_person(&c->by, err);
}

void accounts_sessions_work(struct store *s, struct call *c)
{
	int64_t current = c->by.kind == CALLER_SESSION ? c->by.id : 0;

	store_sessions_list(s, c->in.sessions.all ? 0 : c->by.account, current, time_now(),
		&c->out.sessions, &c->err);
}

int accounts_check_end(struct call *c, struct err *err)
{
	return c->by.role == ROLE_ADMIN ? 0 : caller_is_person(&c->by, err);
}

void accounts_end_session_work(struct store *s, struct call *c)
{
	_free_ char *name = NULL;
	int64_t account = c->by.role == ROLE_ADMIN ? 0 : c->by.account;

	if (store_session_end(s, c->in.account_id.id, account, &name, &c->err) == 0) {
		subject(c, name != NULL ? name : "");
	}
}

void accounts_end_others_work(struct store *s, struct call *c)
{
	int64_t *n = &c->out.count.count;

	if (store_sessions_end_others(s, c->by.account, c->by.id, n, &c->err) == 0) {
		snprintf(c->subject, sizeof(c->subject), "%s (%" PRId64 " other%s)", c->by.name, *n,
			*n == 1 ? "" : "s");
	}
}

/* --- one's own password and authenticator --- */

int accounts_check_new_password(struct call *c, struct err *err)
{
	int rc = caller_is_person(&c->by, err);

	return rc < 0 ? rc : password_check(c->in.password_change.fresh, c->by.name, "new", err);
}

void accounts_change_password(struct call *c)
{
	proof_own(c, c->in.password_change.old, "old", c->in.password_change.fresh);
}

static void update_own(struct store *s, struct call *c, struct account_update update)
{
	struct account before;

	update.id = c->by.account;
	store_account_update(s, &update, time_now(), &before, &c->err);
	subject(c, c->by.name);
}

void accounts_change_password_work(struct store *s, struct call *c)
{
	update_own(s, c, (struct account_update){.hash = c->proof->job.made, .except = c->by.id});
}

void accounts_begin_totp(struct call *c)
{
	proof_own(c, c->in.password.password, "password", NULL);
}

void accounts_begin_totp_work(struct store *s, struct call *c)
{
	uint8_t secret[TOTP_SECRET_BYTES];
	char text[TOTP_SECRET_TEXT_SIZE];
	_buf_ struct buf uri = BUF_INIT;

	randombytes_buf(secret, sizeof(secret));
	if (store_totp_begin(s, c->by.account, secret, &c->err) == 0) {
		totp_secret_text(secret, text);
		totp_uri(secret, "backup-checker", c->by.name, &uri);
		c->out.totp.secret = strdup(text);
		c->out.totp.uri = buf_steal(&uri);
		explicit_bzero(text, sizeof(text));
	}
	explicit_bzero(secret, sizeof(secret));
}

void accounts_confirm_totp_work(struct store *s, struct call *c)
{
	store_totp_confirm(s, c->by.account, c->in.code.code, time_now(), &c->err);
	subject(c, c->by.name);
}

void accounts_end_totp(struct call *c)
{
	proof_own(c, c->in.password.password, "password", NULL);
}

void accounts_end_totp_work(struct store *s, struct call *c)
{
	update_own(s, c, (struct account_update){.end_totp = true});
}

/* --- accounts --- */

/* Who makes the first account is written down by its name: nobody has another yet. */
void accounts_first_done(struct call *c)
{
	const struct first_account_in *in = &c->in.first_account;

	caller_authenticated(
		&(struct caller_out){.name = in->name, .kind = CALLER_NOBODY}, in->address, &c->by);
	accounts_changed(c);
}

void accounts_first(struct call *c)
{
	const struct first_account_in *in = &c->in.first_account;
	struct err err = {0};

	if (account_name_check(in->name, &err) < 0 ||
		password_check(in->password, in->name, "password", &err) < 0) {
		call_fail(c, &err);
		return;
	}
	proof_make(c, in->password);
}

void accounts_first_work(struct store *s, struct call *c)
{
	const struct first_account_in *in = &c->in.first_account;

	store_account_first(
		s, in->name, c->proof->job.made, time_now(), &c->out.account_id.id, &c->err);
	subject(c, in->name);
}

void accounts_add(struct call *c)
{
	const struct account_in *in = &c->in.account;
	struct err err = {0};

	if (account_name_check(in->name, &err) < 0 || check_role(in->role, &err) < 0 ||
		password_check(in->password, in->name, "password", &err) < 0) {
		call_fail(c, &err);
		return;
	}
	proof_make(c, in->password);
}

static char *role_json(int64_t role)
{
	char *text = NULL;

	return asprintf(&text, "{\"role\":\"%s\"}", role_names[role]) < 0 ? NULL : text;
}

void accounts_add_work(struct store *s, struct call *c)
{
	const struct account_in *in = &c->in.account;

	store_account_add(s, in->name, (enum role)in->role, c->proof->job.made, time_now(),
		&c->out.account_id.id, &c->err);
	subject(c, in->name);
	c->after = role_json(in->role);
}

void accounts_update(struct call *c)
{
	const struct account_change *in = &c->in.account_change;

	if (in->password != NULL) {
		proof_make_for(c, in->id, in->password);
	} else {
		call_store(c);
	}
}

void accounts_update_work(struct store *s, struct call *c)
{
	const struct account_change *in = &c->in.account_change;
	struct account_update update = {
		.id = in->id,
		.role = (enum role)in->role,
		.hash = in->password != NULL ? c->proof->job.made : NULL,
		.end_totp = in->end_totp,
	};
	_buf_ struct buf after = BUF_INIT;
	struct jsonw w = JSONW(&after);
	struct account before;

	if (store_account_update(s, &update, time_now(), &before, &c->err) < 0) {
		return;
	}
	subject(c, before.name);
	c->before = role_json(before.role);
	jsonw_object(&w);
	jsonw_kstr(&w, "role", role_names[in->role != ROLE_NONE ? in->role : before.role]);
	if (in->password != NULL) {
		jsonw_kstr(&w, "password", "set");
	}
	if (in->end_totp) {
		jsonw_kstr(&w, "totp", "ended");
	}
	jsonw_end(&w);
	c->after = buf_steal(&after);
}

void accounts_remove_work(struct store *s, struct call *c)
{
	struct account before;

	if (store_account_remove(s, c->in.account_id.id, &before, &c->err) == 0) {
		subject(c, before.name);
		c->before = role_json(before.role);
	}
}

void accounts_list_work(struct store *s, struct call *c)
{
	store_accounts_list(s, time_now(), &c->out.accounts, &c->err);
}

/* --- API tokens --- */

int accounts_check_token(struct call *c, struct err *err)
{
	const struct token_in *in = &c->in.token;
	char shown[sizeof(c->subject)];
	size_t len = strlen(in->name);

	utf8_printable(in->name, len, shown, sizeof(shown));
	if (len == 0 || strcmp(shown, in->name) != 0 || in->name[0] == ' ' ||
		in->name[len - 1] == ' ') {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "name",
			"a token has a name, without blanks around it or characters that cannot be "
			"printed");
	}
	if (in->expires != 0 && in->expires <= time_now()) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "expires", "it is over already");
	}
	return check_role(in->role, err);
}

void accounts_add_token_work(struct store *s, struct call *c)
{
	const struct token_in *in = &c->in.token;
	char text[CREDENTIAL_TEXT_SIZE];
	uint8_t digest[CREDENTIAL_DIGEST_BYTES];

	credential_make(CREDENTIAL_TOKEN, text, digest);
	if (store_token_add(s, in, c->by.account, digest, time_now(), &c->out.token.id, &c->err) ==
		0) {
		c->out.token.token = strdup(text);
	}
	subject(c, in->name);
	c->after = role_json(in->role);
	explicit_bzero(text, sizeof(text));
}

void accounts_remove_token_work(struct store *s, struct call *c)
{
	_free_ char *name = NULL;

	if (store_token_remove(s, c->in.account_id.id, &name, &c->err) == 0) {
		subject(c, name != NULL ? name : "");
	}
}

void accounts_tokens_work(struct store *s, struct call *c)
{
	store_tokens_list(s, &c->out.tokens, &c->err);
}

/* --- afterwards --- */

void accounts_changed(struct call *c)
{
	static const char *const what[] = {"accounts", NULL};

	monitors_changed(c->daemon, what);
}

struct gone {
	enum caller_kind kind;       /* CALLER_NOBODY: of any kind */
	int64_t id, account, except; /* 0: not asked about */
};

static bool is_gone(const struct caller *caller, const void *arg)
{
	const struct gone *g = arg;

	if (g->kind != CALLER_NOBODY && caller->kind != g->kind) {
		return false;
	}
	return g->account != 0 ? caller->account == g->account && caller->id != g->except
			       : caller->id == g->id;
}

static void forget(struct call *c, struct gone gone)
{
	listener_forget(c->daemon->listener, is_gone, &gone);
	accounts_changed(c);
}

void accounts_session_ended(struct call *c)
{
	bool own = c->method->in == &empty_table;

	forget(c,
		(struct gone){.kind = CALLER_SESSION, .id = own ? c->by.id : c->in.account_id.id});
}

void accounts_others_ended(struct call *c)
{
	forget(c, (struct gone){
			  .kind = CALLER_SESSION, .account = c->by.account, .except = c->by.id});
}

/* Also of another role: the connections find it out with their next Authenticate. */
void accounts_account_changed(struct call *c)
{
	if (c->method->in == &password_change_table) {
		forget(c, (struct gone){.account = c->by.account, .except = c->by.id});
		return;
	}
	forget(c, (struct gone){.account = c->method->in == &account_change_table
						   ? c->in.account_change.id
						   : c->in.account_id.id});
}

void accounts_token_removed(struct call *c)
{
	forget(c, (struct gone){.kind = CALLER_TOKEN, .id = c->in.account_id.id});
}
