/* access.h - who a visitor is: asks scannerd, and remembers its answers for ten seconds.
 *
 * scannerd decides again for every command that is passed on to it; this is for what webd answers
 * itself, from the database. */
#ifndef WEBD_ACCESS_H
#define WEBD_ACCESS_H

#include "webd/visitor.h"
#include <event2/event.h>

struct access;
struct access_question;

/* Who it is. */
struct access_caller {
	char name[VISITOR_NAME_SIZE + 8]; /* also "token:NAME" */
	enum role role;
	enum caller_kind kind;
	int64_t account, id, expires; /* as in struct caller_out */
	bool totp;                    /* the same */
};

/* caller, or NULL and an error: ERR_NOT_SIGNED_IN, or why it cannot be said. */
typedef void (*access_answer)(const struct access_caller *caller, const struct err *err, void *arg);

/* -errno */
int access_new(struct event_base *base, const char *socket_path, struct access **ret);
/* Questions must have been answered or cancelled. */
void access_free(struct access *a);
/* Calls answer once: from inside, and then *ret is NULL, or later. v may go. */
void access_ask(struct access *a, const struct visitor *v, access_answer answer, void *arg,
	struct access_question **ret);
/* answer is not called. */
void access_cancel(struct access_question *q);
/* Nothing that was remembered counts any more. */
void access_forget(struct access *a);

#endif
