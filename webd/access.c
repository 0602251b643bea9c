/* access.c - asks scannerd by Authenticate, and keeps a bounded number of answers by the digest of
 * the credential. */
#include "webd/access.h"

#include "common/timefmt.h"
#include "proto/client.h"
#include "proto/iface.h"
#include <errno.h>
#include <sodium.h>

enum { SLOTS = 1024, KEPT_MS = 10 * 1000, DIGEST_BYTES = 32, ASK_MS = 20 * 1000 };

struct slot {
	uint8_t digest[DIGEST_BYTES];
	int64_t until_ms; /* 0: empty */
	struct access_caller caller;
};

struct access {
	struct event_base *base;
	const char *socket_path;
	uint64_t generation; /* answers to questions of an earlier one are not kept */
	struct slot slots[SLOTS];
};

struct access_question {
	struct access *access;
	struct client *client;
	uint64_t generation;
	uint8_t digest[DIGEST_BYTES];
	access_answer answer;
	void *arg;
};

int access_new(struct event_base *base, const char *socket_path, struct access **ret)
{
	struct access *a = calloc(1, sizeof(*a));

	if (a == NULL || sodium_init() < 0) {
		free(a);
		return -ENOMEM;
	}
	a->base = base;
	a->socket_path = socket_path;
	*ret = a;
	return 0;
}

void access_free(struct access *a)
{
	free(a);
}

void access_forget(struct access *a)
{
	a->generation++;
	memset(a->slots, 0, sizeof(a->slots));
}

static struct slot *slot_of(struct access *a, const uint8_t digest[DIGEST_BYTES])
{
	return &a->slots[(digest[0] | digest[1] << 8) % SLOTS];
}

static const struct access_caller *remembered(struct access *a, const uint8_t digest[DIGEST_BYTES])
{
	const struct slot *slot = slot_of(a, digest);
	bool expired = slot->caller.expires != 0 && slot->caller.expires <= time_now();

	return slot->until_ms > time_mono_ms() && !expired &&
			       memcmp(slot->digest, digest, DIGEST_BYTES) == 0
		       ? &slot->caller
		       : NULL;
}

static void remember(const struct access_question *q, const struct access_caller *caller)
{
	struct slot *slot = slot_of(q->access, q->digest);

	if (q->generation == q->access->generation) {
		memcpy(slot->digest, q->digest, DIGEST_BYTES);
		slot->caller = *caller;
		slot->until_ms = time_mono_ms() + KEPT_MS;
	}
}

static int decode(const cJSON *parameters, struct access_caller *ret, struct err *err)
{
	struct caller_out out = {0};
	int rc = field_decode(&caller_out_table, parameters, &out, err);

	if (rc < 0) {
		return rc;
	}
	*ret = (struct access_caller){
		.role = (enum role)out.role,
		.kind = (enum caller_kind)out.kind,
		.account = out.account,
		.id = out.id,
		.expires = out.expires,
		.totp = out.totp,
	};
	snprintf(ret->name, sizeof(ret->name), "%s", out.name);
	field_done(&caller_out_table, &out);
	return 0;
}

static void on_reply(const cJSON *parameters, const struct err *err, bool last, void *arg)
{
	struct access_question *q = arg;
	struct access_caller caller;
	struct err why = {0};

	if (!last) {
		return; /* not asked for, so the client ends it with an error */
	}
	if (err == NULL && decode(parameters, &caller, &why) < 0) {
		why.code = ERR_UNAVAILABLE;
		err = &why;
	}
	if (err == NULL) {
		remember(q, &caller);
	}
	q->answer(err == NULL ? &caller : NULL, err, q->arg);
	free(q);
}

static int start(
	struct access *a, const struct visitor *v, struct access_question *q, struct err *err)
{
	_buf_ struct buf parameters = BUF_INIT;
	char name[128];
	int rc;

	visitor_print(v, &parameters);
	snprintf(name, sizeof(name), "%s.%s", scanner_interface.name,
		scanner_interface.methods[SCANNER_AUTHENTICATE].name);
	rc = client_call(a->base, a->socket_path, name, &parameters, false, ASK_MS, on_reply, q,
		&q->client, err);
	explicit_bzero(parameters.data, parameters.len);
	return rc;
}

static void ask_scannerd(struct access *a, const struct visitor *v,
	const uint8_t digest[DIGEST_BYTES], access_answer answer, void *arg,
	struct access_question **ret)
{
	struct access_question *q = calloc(1, sizeof(*q));
	struct err err = {0};

	if (q == NULL) {
		err_set(&err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
		answer(NULL, &err, arg);
		return;
	}
	*q = (struct access_question){
		.access = a, .generation = a->generation, .answer = answer, .arg = arg};
	memcpy(q->digest, digest, DIGEST_BYTES);
	if (start(a, v, q, &err) < 0) {
		free(q);
		answer(NULL, &err, arg);
		return;
	}
	*ret = q;
}

void access_ask(struct access *a, const struct visitor *v, access_answer answer, void *arg,
	struct access_question **ret)
{
	uint8_t digest[DIGEST_BYTES];
	const struct access_caller *known;
	struct access_caller caller = {.role = v->role, .kind = CALLER_CLAIMED};
	struct err err;

	*ret = NULL;
	if (v->kind == VISITOR_NOBODY) {
		err_set(&err, -EACCES, ERR_NOT_SIGNED_IN, NULL, "sign in first");
		answer(NULL, &err, arg);
		return;
	}
	if (v->kind == VISITOR_CLAIMED) {
		snprintf(caller.name, sizeof(caller.name), "%s", v->name);
		answer(&caller, NULL, arg);
		return;
	}
	crypto_generichash(digest, sizeof(digest), (const unsigned char *)v->credential,
		strlen(v->credential), NULL, 0);
	known = remembered(a, digest);
	if (known != NULL) {
		caller = *known;
		answer(&caller, NULL, arg);
		return;
	}
	ask_scannerd(a, v, digest, answer, arg, ret);
}

void access_cancel(struct access_question *q)
{
	if (q != NULL) {
		client_cancel(q->client);
		free(q);
	}
}
