/* proof.c - the vault's thread for what is stored, the hashing threads for what is slow, the loop
 * in between. */
#include "scannerd/proof.h"

#include "common/timefmt.h"
#include "scannerd/call.h"
#include "scannerd/listen.h"
#include "scannerd/password.h"
#include <inttypes.h>

struct proof *proof_new(struct call *c)
{
	struct err err = {0};

	c->proof = calloc(1, sizeof(*c->proof));
	if (c->proof == NULL) {
		err_set(&err, 0, ERR_INTERNAL, NULL, "out of memory");
		call_fail(c, &err);
		return NULL;
	}
	c->proof->job.arg = c;
	return c->proof;
}

void proof_free(struct proof *p)
{
	if (p != NULL) {
		explicit_bzero(p, sizeof(*p));
		free(p);
	}
}

void proof_undo(struct call *c)
{
	struct proof *p = c->proof;

	if (p->source_counted) {
		delays_undo(c->daemon->delays, p->source_key);
	}
	if (p->name_counted) {
		delays_undo(c->daemon->delays, p->name_key);
	}
	p->source_counted = p->name_counted = false;
}

void proof_too_early(struct call *c, int seconds)
{
	struct err err = {0};

	proof_undo(c);
	err_set(&err, 0, ERR_TOO_MANY_ATTEMPTS, NULL,
		"too many attempts have failed; try again in %d s", seconds);
	err.retry_after_s = seconds;
	call_fail(c, &err);
}

void proof_refuse(struct call *c, const char *field, const char *sentence)
{
	const struct delays *d = c->daemon->delays;
	int64_t now = time_mono_ms();
	struct err err = {0};

	err_set(&err, 0, ERR_SIGN_IN_REFUSED, field, "%s", sentence);
	err.retry_after_s = MAX(
		delays_wait(d, c->proof->source_key, now), delays_wait(d, c->proof->name_key, now));
	call_fail(c, &err);
}

void proof_hash(struct call *c, void (*done)(struct hashing_job *job))
{
	struct err err = {0};

	c->proof->job.done = done;
	if (c->daemon->hashing == NULL || hashing_submit(c->daemon->hashing, &c->proof->job) < 0) {
		proof_undo(c);
		err_set(&err, 0, ERR_BUSY, NULL,
			"too many people sign in at once; try again in a moment");
		err.retry_after_s = 1;
		call_fail(c, &err);
	}
}

/* --- a new password --- */

static void made(struct hashing_job *job)
{
	struct call *c = job->arg;
	struct err err = {0};

	if (job->rc < 0) {
		err_set(&err, job->rc, ERR_INTERNAL, NULL, "out of memory");
		call_fail(c, &err);
		return;
	}
	call_store(c);
}

void proof_make(struct call *c, const char *fresh)
{
	if (c->proof == NULL && proof_new(c) == NULL) {
		return;
	}
	c->proof->job.fresh = fresh;
	proof_hash(c, made);
}

/* --- of an account --- */

static void look_up(struct store *s, void *arg)
{
	struct call *c = arg;
	struct account *a = &c->proof->account;

	store_account_by_id(s, a->id, a, &c->err);
}

static void find_account(struct call *c, int64_t id, void (*found)(struct store *s, void *arg))
{
	struct err err = {0};

	c->proof->account.id = id;
	if (store_post(c->daemon->vault, look_up, found, c) < 0) {
		proof_undo(c);
		err_set(&err, 0, ERR_BUSY, NULL, "too much work is waiting; try again in a moment");
		call_fail(c, &err);
	}
}

static bool is_missing(struct call *c)
{
	if (c->err.code == ERR_NONE && c->proof->account.id == 0) {
		err_set(&c->err, 0, ERR_NOT_FOUND, "id", "there is no such account");
	}
	if (c->err.code != ERR_NONE) {
		proof_undo(c);
		call_fail(c, &c->err);
		return true;
	}
	return false;
}

static void found_to_make(struct store *s _unused_, void *arg)
{
	struct call *c = arg;
	struct err err = {0};

	if (is_missing(c)) {
		return;
	}
	if (password_check(c->proof->job.fresh, c->proof->account.name, "password", &err) < 0) {
		call_fail(c, &err);
		return;
	}
	proof_hash(c, made);
}

void proof_make_for(struct call *c, int64_t id, const char *fresh)
{
	if (proof_new(c) != NULL) {
		c->proof->job.fresh = fresh;
		find_account(c, id, found_to_make);
	}
}

/* --- one's own --- */

static void verified(struct hashing_job *job)
{
	struct call *c = job->arg;

	if (!job->right) {
		proof_refuse(c, c->subject, "the password is wrong");
		return;
	}
	delays_clear(c->daemon->delays, c->proof->name_key);
	c->proof->name_counted = false;
	c->subject[0] = '\0';
	made(job);
}

static void found_to_verify(struct store *s _unused_, void *arg)
{
	struct call *c = arg;

	if (is_missing(c)) {
		return;
	}
	c->proof->job.hash = c->proof->account.hash;
	proof_hash(c, verified);
}

void proof_own(struct call *c, const char *password, const char *field, const char *fresh)
{
	struct proof *p = proof_new(c);
	int64_t now = time_mono_ms();
	int wait;

	if (p == NULL) {
		return;
	}
	snprintf(p->name_key, sizeof(p->name_key), "own %" PRId64, c->by.account);
	wait = delays_wait(c->daemon->delays, p->name_key, now);
	if (wait > 0) {
		proof_too_early(c, wait);
		return;
	}
	delays_begin(c->daemon->delays, p->name_key, now);
	p->name_counted = true;
	snprintf(c->subject, sizeof(c->subject), "%s", field);
	p->job.verify = true;
	p->job.password = password;
	p->job.fresh = fresh;
	find_account(c, c->by.account, found_to_verify);
}
