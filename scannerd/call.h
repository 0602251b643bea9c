/* call.h - one Varlink call on its way through scannerd: decoded parameters in, one reply (or, for
 * Monitor, many) out. */
#ifndef SCANNERD_CALL_H
#define SCANNERD_CALL_H

#include "common/buf.h"
#include "scannerd/daemon.h"

struct conn;

/* Large enough for every method's parameter struct; field tables say which one it is. */
union call_in {
	struct start_scan_in start_scan;
	struct cancel_scan_in cancel_scan;
	struct set_config_in set_config;
	struct explain_in explain;
	struct preview_in preview;
	struct server_in server;
	struct server_id server_id;
	struct merge_in merge;
	struct alias_in alias;
	struct exemption_in exemption;
	struct add_rule_in add_rule;
	struct schedule_in schedule;
};
union call_out {
	struct info_out info;
	struct scan_out scan;
	struct config_out config;
	struct set_config_out set_config;
	struct json_out json;
	struct count_out count;
	struct server_id server_id;
	struct schedule_out schedule;
	struct suggestions_out suggestions;
};

struct call {
	struct daemon *daemon;
	struct conn *conn; /* referenced; may be closed already, then replies go nowhere */
	const struct method *method;
	bool oneway; /* the peer does not wait for a reply and would take it for another call's */
	union call_in in;
	union call_out out;
	struct err err; /* what a command's work found wrong; code ERR_NONE: nothing */
};

/* Takes one complete message of a connection: answers it itself or hands it to its command. */
void call_dispatch(struct daemon *d, struct conn *conn, const char *message, size_t len);
/* Ends the call with c->out, or with the error. Frees c. */
void call_reply(struct call *c);
void call_fail(struct call *c, const struct err *err);
/* Monitor: one more reply of many; false once the connection is gone, and perhaps c with it. */
bool call_more(struct call *c, const void *out);
void call_free(struct call *c); /* without an answer */
bool call_is_from(const struct call *c, const struct conn *conn);

/* commands.c: what a method does. `check` (may be NULL) refuses it for now. Exactly one of `start`
 * (the loop's thread; ends the call itself, now or later) and `work` (the store's thread; fills
 * c->out or c->err) is set; `finish` runs on the loop's thread after successful work, before the
 * reply. */
struct command {
	int (*check)(struct call *c, struct err *err);
	void (*start)(struct call *c);
	void (*work)(struct store *s, struct call *c);
	void (*finish)(struct call *c);
};
extern const struct command commands[_SCANNER_METHODS];

#endif
