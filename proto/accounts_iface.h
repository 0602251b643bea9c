/* accounts_iface.h - the part of org.backupchecker.scanner that is about people: signing in, who a
 * connection speaks for, accounts, sessions and API tokens. iface.c lists its methods.
 *
 * A connection has a caller. Fresh: the superuser and scannerd's own user are "root" with the role
 * admin; anybody else in the socket's group is nobody (role none), or, where limits.sign_in is
 * "webd", admin "anonymous". Authenticate makes it speak for a session or an API token until it is
 * closed or Authenticate is called again; one that fails leaves it nobody, also what was root. So a
 * client sends Authenticate and its command behind each other on one connection, and the command is
 * refused (NotSignedIn) if Authenticate was. The caller's role is decided again for every call: a
 * session that has ended, an account that is gone or has another role takes effect at once.
 *
 * Errors: NotSignedIn (no credential, or one that is no longer good), PermissionDenied (the role
 * does not suffice), SignInRefused (name, password or code are wrong), CodeNeeded (right so far;
 * again with the code), TooManyAttempts. SignInRefused, TooManyAttempts and Busy may carry the
 * parameter retry_after, in seconds. */
#ifndef PROTO_ACCOUNTS_IFACE_H
#define PROTO_ACCOUNTS_IFACE_H

/* What every API token begins with, so that people, programs and scanners for secrets know one. */
#define API_TOKEN_PREFIX "bc_"

#include "common/field.h"

/* Stored in databases, and compared: more is more. */
enum role { ROLE_NONE, ROLE_VIEWER, ROLE_OPERATOR, ROLE_ADMIN, _ROLES };
extern const char *const role_names[]; /* "none", "viewer", "operator", "admin", NULL */

enum sign_in_mode { SIGN_IN_PASSWORD, SIGN_IN_WEBD }; /* limits.sign_in */

/* By what a connection has its role; stable words. */
enum caller_kind {
	CALLER_NOBODY,
	CALLER_ROOT,    /* a program of the superuser's or scannerd's own user */
	CALLER_MEMBER,  /* of the socket's group */
	CALLER_CLAIMED, /* ActAs */
	CALLER_SESSION,
	CALLER_TOKEN,
	_CALLER_KINDS
};
extern const char *const caller_kind_names[];

enum {
	ACCOUNTS_MAX = 1000,
	SESSIONS_MAX = 10000,
	SESSIONS_OF_ONE_MAX = 100,
	SESSIONS_LISTED_MAX = 1000, /* the ones used last */
	TOKENS_MAX = 1000,
};

struct sign_in_in {
	char *name, *password;
	char *code;            /* of an authenticator; NULL: none yet */
	char *address, *agent; /* where the person sits; NULL: not known */
};
struct sign_in_out {
	char *session; /* the credential, shown this once */
	int64_t id;    /* the session's number */
	char *name;    /* as the account is written */
	int64_t role;
	int64_t expires, idle; /* seconds since 1970 at most; seconds without a use */
};
struct authenticate_in {
	char *credential;
	char *address; /* where the person sits, for the audit log; NULL: not known */
};
struct act_as_in {
	char *name;
	int64_t role;
	char *address;
};
struct caller_out {
	char *name;
	int64_t role, kind;
	int64_t account; /* 0: none */
	int64_t id;      /* of the session or token; 0: neither */
	int64_t expires; /* 0: it does not */
	bool totp;       /* a session: its account signs in with a code, too */
};
struct who_am_i_out {
	struct caller_out caller;
	int64_t sign_in;   /* enum sign_in_mode */
	bool has_accounts; /* false: FirstAccount is possible */
};
struct first_account_in {
	char *name, *password;
	char *address;
};
struct account_in {
	char *name, *password;
	int64_t role;
};
struct account_change {
	int64_t id;
	int64_t role;   /* ROLE_NONE: as it is */
	char *password; /* NULL: as it is */
	bool end_totp;  /* for who has lost the authenticator */
};
struct account_id {
	int64_t id;
};
struct account_row {
	int64_t id;
	char *name;
	int64_t role;
	bool totp;
	int64_t created, changed; /* changed: the password */
	int64_t sessions;
};
struct accounts_out {
	struct {
		struct account_row *v;
		size_t n;
	} accounts;
};
struct sessions_in {
	bool all; /* everybody's; for admins */
};
struct session_row {
	int64_t id, account;
	char *name; /* the account's */
	int64_t created, used, expires;
	char *address, *agent;
	bool current; /* by which this was asked */
};
struct sessions_out {
	struct {
		struct session_row *v;
		size_t n;
	} sessions;
};
struct password_change {
	char *old, *fresh;
};
struct password_in {
	char *password;
};
struct totp_out {
	char *secret, *uri;
};
struct code_in {
	char *code;
};
struct token_in {
	char *name;
	int64_t role;
	int64_t expires; /* seconds since 1970; 0: never */
};
struct token_out {
	int64_t id;
	char *token; /* shown this once */
};
struct token_row {
	int64_t id;
	char *name;
	int64_t role;                   /* never more than its maker has now */
	int64_t created, expires, used; /* 0: never */
	char *account;                  /* who made it; NULL: root */
};
struct tokens_out {
	struct {
		struct token_row *v;
		size_t n;
	} tokens;
};

extern const struct field_table sign_in_in_table, sign_in_out_table, authenticate_in_table,
	act_as_in_table, caller_out_table, who_am_i_out_table, first_account_in_table,
	account_in_table, account_change_table, account_id_table, accounts_out_table,
	sessions_in_table, sessions_out_table, password_change_table, password_in_table,
	totp_out_table, code_in_table, token_in_table, token_out_table, tokens_out_table;

#endif
