/* caller.h - for whom a connection speaks, and what it may do therefore. */
#ifndef SCANNERD_CALLER_H
#define SCANNERD_CALLER_H

#include "common/config.h"
#include "proto/accounts_iface.h"

enum { CALLER_NAME_SIZE = 144, CALLER_SOURCE_SIZE = 65 };

struct caller {
	enum caller_kind kind;
	enum role role;
	char name[CALLER_NAME_SIZE];     /* as the audit log has it */
	char source[CALLER_SOURCE_SIZE]; /* an address; "socket": a program on this machine */
	int64_t account;                 /* 0: none */
	int64_t id;                      /* of the session or token; 0: neither */
	int64_t expires;                 /* 0: it does not */
	bool totp;                       /* as it was when the credential was shown */
};

/* A new connection of that user's, who is in the socket's group. */
void caller_fresh(uid_t uid, struct caller *ret);
/* Nobody any more; the source stays. */
void caller_drop(struct caller *c);
/* What Authenticate found; address may be NULL. */
void caller_authenticated(const struct caller_out *found, const char *address, struct caller *ret);
/* What webd claims. -EINVAL or -EPERM with a sentence. */
int caller_claim(
	const struct act_as_in *in, const struct limits *limits, struct caller *c, struct err *err);

/* The role now: of kinds that limits.sign_in does not allow, and of what has expired, none. */
enum role caller_role(const struct caller *c, const struct limits *limits, int64_t now);
/* 0, or ERR_NOT_SIGNED_IN, or ERR_PERMISSION_DENIED that says who is needed. */
int caller_may(const struct caller *c, enum role needed, const struct limits *limits, int64_t now,
	struct err *err);
/* 0 if it is a session: of a person, who has an account. */
int caller_is_person(const struct caller *c, struct err *err);

#endif
