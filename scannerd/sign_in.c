/* sign_in.c - the steps of SignIn: wait?, look the name up, wait?, verify, begin the session. */
#include "scannerd/sign_in.h"

#include "common/timefmt.h"
#include "scannerd/audit.h"
#include "scannerd/call.h"
#include "scannerd/credential.h"
#include "scannerd/proof.h"
#include "scannerd/store/sessions.h"

_Static_assert((int)VAULT_DIGEST_BYTES == (int)CREDENTIAL_DIGEST_BYTES, "digests fit");

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* In the log a name that nobody has is not repeated: people type passwords there, too. */
static void refuse(struct call *c, const char *field, const char *sentence)
{
	const struct account *a = &c->proof->account;
	const char *address = c->in.sign_in.address;

	audit_refused(c->daemon, address != NULL && address[0] != '\0' ? address : "socket",
		"session.begin", a->id != 0 ? a->name : "(an unknown name)");
	proof_refuse(c, field, sentence);
}

static void begin_work(struct store *s, void *arg)
{
	struct call *c = arg;
	const struct sign_in_in *in = &c->in.sign_in;
	char credential[CREDENTIAL_TEXT_SIZE];
	struct session_begin begin = {
		.account = c->proof->account.id,
		.hash = c->proof->account.hash,
		.code = in->code != NULL && in->code[0] != '\0' ? in->code : NULL,
		.address = or_empty(in->address),
		.agent = or_empty(in->agent),
		.idle_s = c->session_idle_s,
		.max_s = c->session_max_s,
	};
	struct sign_in_out out;

	credential_make(CREDENTIAL_SESSION, credential, begin.digest);
	if (store_session_begin(s, &begin, time_now(), &out, &c->err) == 0) {
		out.session = strdup(credential);
		c->out.sign_in = out;
	}
	explicit_bzero(credential, sizeof(credential));
}

static void begin_done(struct store *s _unused_, void *arg)
{
	struct call *c = arg;
	struct proof *p = c->proof;

	if (c->err.code == ERR_SIGN_IN_REFUSED) {
		refuse(c, c->err.field, c->err.message);
		return;
	}
	if (c->err.code != ERR_NONE) {
		proof_undo(c);
		call_fail(c, &c->err);
		return;
	}
	/* The source keeps its failures: with an account of one's own one could else try others
	 * without end. */
	delays_clear(c->daemon->delays, p->name_key);
	p->name_counted = false;
	proof_undo(c);
	caller_authenticated(&(struct caller_out){.name = c->out.sign_in.name,
				     .role = c->out.sign_in.role,
				     .kind = CALLER_SESSION,
				     .account = p->account.id,
				     .id = c->out.sign_in.id},
		c->in.sign_in.address, &c->by);
	snprintf(c->subject, sizeof(c->subject), "%s", c->by.name);
	call_reply(c);
}

static void verified(struct hashing_job *job)
{
	struct call *c = job->arg;

	if (!job->right) {
		refuse(c, NULL, "the name or the password is wrong");
	} else if (store_post(c->daemon->vault, begin_work, begin_done, c) < 0) {
		proof_undo(c);
		err_set(&c->err, 0, ERR_BUSY, NULL,
			"too much work is waiting; try again in a moment");
		call_fail(c, &c->err);
	}
}

static void look_up(struct store *s, void *arg)
{
	struct call *c = arg;

	store_account_by_name(s, c->in.sign_in.name, or_empty(c->in.sign_in.address),
		&c->proof->account, &c->err);
}

static void looked_up(struct store *s _unused_, void *arg)
{
	struct call *c = arg;
	struct proof *p = c->proof;
	struct delays *d = c->daemon->delays;
	int64_t now = time_mono_ms();
	int wait = p->account.known_source ? 0 : delays_wait(d, p->name_key, now);

	if (c->err.code != ERR_NONE) {
		proof_undo(c);
		call_fail(c, &c->err);
		return;
	}
	if (wait > 0) {
		proof_too_early(c, wait);
		return;
	}
	delays_begin(d, p->name_key, now);
	p->name_counted = true;
	p->job.verify = true;
	p->job.password = c->in.sign_in.password;
	p->job.hash = p->account.id != 0 ? p->account.hash : NULL;
	proof_hash(c, verified);
}

void sign_in_start(struct call *c)
{
	struct proof *p = proof_new(c);
	struct delays *d = c->daemon->delays;
	int64_t now = time_mono_ms();
	int wait;

	if (p == NULL) {
		return;
	}
	delays_source_key(c->in.sign_in.address, p->source_key);
	delays_name_key(c->in.sign_in.name, p->name_key);
	wait = delays_wait(d, p->source_key, now);
	if (wait > 0) {
		proof_too_early(c, wait);
		return;
	}
	delays_begin(d, p->source_key, now);
	p->source_counted = true;
	c->session_idle_s = c->daemon->config.sign_in.session_idle;
	c->session_max_s = c->daemon->config.sign_in.session_max;
	if (store_post(c->daemon->vault, look_up, looked_up, c) < 0) {
		proof_undo(c);
		err_set(&c->err, 0, ERR_BUSY, NULL,
			"too much work is waiting; try again in a moment");
		call_fail(c, &c->err);
	}
}
