/* web.h - what the routes of one server share. Only the loop's thread touches it. */
#ifndef WEBD_WEB_H
#define WEBD_WEB_H

#include "webd/guard.h"
#include <event2/event.h>
#include <sys/queue.h>

struct exchange;
struct settings;

struct web {
	const struct settings *settings;
	struct event_base *base;
	struct guard_rules guard;
	struct connections *connections;
	struct access *access;
	struct setup_link *setup; /* NULL: there is no first account to make here */
	struct streams *streams;
	struct pool *pool; /* short answers */
	struct pool *bulk; /* whole lists and exports, which last as long as their client likes */
	struct events *events;
	LIST_HEAD(, call) calls;         /* commands without a reply */
	LIST_HEAD(, exchange) exchanges; /* requests without a complete answer */
	int64_t started;                 /* seconds since 1970 */
	uint64_t requests;               /* since then */
	uint64_t sign_ins_refused;       /* of them, because of a wrong password or code */
};

#endif
