/* call.h - one Varlink call on its way through scannerd: decoded parameters in, one reply (or, for
 * Monitor, many) out. */
#ifndef SCANNERD_CALL_H
#define SCANNERD_CALL_H

#include "common/buf.h"
#include "scannerd/audit.h"
#include "scannerd/daemon.h"

struct conn;
struct proof;

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
	struct sign_in_in sign_in;
	struct authenticate_in authenticate;
	struct act_as_in act_as;
	struct first_account_in first_account;
	struct account_in account;
	struct account_change account_change;
	struct account_id account_id;
	struct sessions_in sessions;
	struct password_change password_change;
	struct password_in password;
	struct code_in code;
	struct token_in token;
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
	struct sign_in_out sign_in;
	struct caller_out caller;
	struct who_am_i_out who_am_i;
	struct account_id account_id;
	struct accounts_out accounts;
	struct sessions_out sessions;
	struct totp_out totp;
	struct token_out token;
	struct tokens_out tokens;
};

struct call {
	struct daemon *daemon;
	struct conn *conn; /* referenced; may be closed already, then replies go nowhere */
	const struct method *method;
	bool oneway; /* the peer does not wait for a reply and would take it for another call's */
	union call_in in;
	union call_out out;
	struct caller by;    /* who called, with the role that counts now */
	struct proof *proof; /* of calls with a password; owned */
	int64_t session_idle_s, session_max_s, sign_in; /* settings as they were at the start */
	/* what the audit log says of it beside the action and the caller */
	char subject[AUDIT_SUBJECT_SIZE];
	char *before, *after; /* owned; JSON, or NULL */
	struct err err;       /* what a command's work found wrong; code ERR_NONE: nothing */
};

/* Takes one complete message of a connection: answers it itself or hands it to its command. */
void call_dispatch(struct daemon *d, struct conn *conn, const char *message, size_t len);
/* Ends the call with c->out, or with the error. Frees c. */
void call_reply(struct call *c);
void call_fail(struct call *c, const struct err *err);
/* Monitor: one more reply of many; false once the connection is gone, and perhaps c with it. */
bool call_more(struct call *c, const void *out);
/* Has the command's work done, and then the call ended. */
void call_store(struct call *c);
void call_free(struct call *c); /* without an answer */

/* commands.c: what a method does, and who may call it. `check` (may be NULL) refuses it for now.
 * `start` runs on the loop's thread and ends the call itself, now or later, or has it go on with
 * call_store(). Without one, `work` (the store's thread, or with `vault` the accounts'; fills
 * c->out or c->err) is done at once; `finish` runs on the loop's thread after successful work,
 * before the reply. With an `action`, the audit log has a row of each call that succeeded. */
struct command {
	enum role role; /* at least; ROLE_NONE: everybody who may use the socket */
	bool vault;
	const char *action;
	int (*check)(struct call *c, struct err *err);
	void (*start)(struct call *c);
	void (*work)(struct store *s, struct call *c);
	void (*finish)(struct call *c);
};
extern const struct command commands[_SCANNER_METHODS];

#endif
