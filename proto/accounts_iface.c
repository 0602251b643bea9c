/* accounts_iface.c - the tables behind the methods about people: every parameter with its limits.
 */
#include "accounts_iface.h"

/* What JSON numbers carry exactly (RFC 7493, section 2.2). */
#define INT_LARGEST ((INT64_C(1) << 53) - 1)

enum {
	NAME_BYTES = 128,
	PASSWORD_BYTES = 1024, /* longer than any that is taken, so that the sentence is about it */
	CODE_BYTES = 32,
	CREDENTIAL_BYTES = 128,
	ADDRESS_BYTES = 64,
	AGENT_BYTES = 512,
	URI_BYTES = 1024,
};

const char *const role_names[] = {"none", "viewer", "operator", "admin", NULL};
const char *const caller_kind_names[] = {
	"nobody", "root", "member", "claimed", "session", "token", NULL};
_Static_assert(ARRAY_SIZE(role_names) == _ROLES + 1, "a name for every role");
_Static_assert(ARRAY_SIZE(caller_kind_names) == _CALLER_KINDS + 1, "a name for every kind");
static const char *const sign_in_names[] = {"password", "webd", NULL};

#define ID(S, text) \
	FIELD_ROW_INT(S, id, text, .flags = FIELD_REQUIRED, .min = 1, .max = INT_LARGEST)
#define NUMBER(S, member, text) \
	FIELD_ROW_INT(S, member, text, .flags = FIELD_REQUIRED, .min = 0, .max = INT_LARGEST)
#define TIME(S, member, text) NUMBER(S, member, text " In seconds since 1970; 0: never.")
#define ROLE(S, text)         FIELD_ROW_ENUM(S, role, text, .flags = FIELD_REQUIRED, .names = role_names)
#define TEXT(S, member, text, most) \
	FIELD_ROW_STRING(S, member, text, .flags = FIELD_REQUIRED, .max = (most))
#define MAYBE(S, member, text, most) \
	FIELD_ROW_STRING(S, member, text, .flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .max = (most))
#define ADDRESS(S) MAYBE(S, address, "The address of the person's machine.", ADDRESS_BYTES)

static const struct field sign_in_in_fields[] = {
	TEXT(struct sign_in_in, name, "The account's name.", NAME_BYTES),
	TEXT(struct sign_in_in, password, "Its password.", PASSWORD_BYTES),
	MAYBE(struct sign_in_in, code, "The code of the authenticator, after CodeNeeded.",
		CODE_BYTES),
	ADDRESS(struct sign_in_in),
	MAYBE(struct sign_in_in, agent, "The person's browser, for the list of sessions.",
		AGENT_BYTES),
};
FIELD_TABLE(sign_in_in_table, "SignInIn", "Who wants in.", struct sign_in_in, sign_in_in_fields);

static const struct field sign_in_out_fields[] = {
	TEXT(struct sign_in_out, session, "The credential for Authenticate; it is shown this once.",
		CREDENTIAL_BYTES),
	ID(struct sign_in_out, "The session's number."),
	TEXT(struct sign_in_out, name, "The account's name as it is written.", NAME_BYTES),
	ROLE(struct sign_in_out, "What the account may do."),
	TIME(struct sign_in_out, expires, "When the session ends at the latest."),
	NUMBER(struct sign_in_out, idle, "It ends after so many seconds without a use."),
};
FIELD_TABLE(sign_in_out_table, "SignInOut", "A session.", struct sign_in_out, sign_in_out_fields);

static const struct field authenticate_in_fields[] = {
	TEXT(struct authenticate_in, credential, "A session's credential or an API token.",
		CREDENTIAL_BYTES),
	ADDRESS(struct authenticate_in),
};
FIELD_TABLE(authenticate_in_table, "AuthenticateIn", "A credential.", struct authenticate_in,
	authenticate_in_fields);

static const struct field act_as_in_fields[] = {
	FIELD_ROW_STRING(struct act_as_in, name, "A name for the audit log.",
		.flags = FIELD_REQUIRED, .min = 1, .max = NAME_BYTES),
	ROLE(struct act_as_in, "What may be done."),
	ADDRESS(struct act_as_in),
};
FIELD_TABLE(act_as_in_table, "ActAsIn", "Somebody whom webd knows.", struct act_as_in,
	act_as_in_fields);

static const struct field caller_out_fields[] = {
	TEXT(struct caller_out, name, "The name in the audit log.", NAME_BYTES),
	ROLE(struct caller_out, "What may be done."),
	FIELD_ROW_ENUM(struct caller_out, kind, "By what.", .flags = FIELD_REQUIRED,
		.names = caller_kind_names),
	NUMBER(struct caller_out, account, "The account's number; 0: none."),
	NUMBER(struct caller_out, id, "The session's or token's number; 0: neither."),
	TIME(struct caller_out, expires, "When that ends at the latest."),
	FIELD_ROW_BOOL(struct caller_out, totp,
		"A session: whether its account signs in with a code, too.",
		.flags = FIELD_REQUIRED),
};
FIELD_TABLE(caller_out_table, "Caller", "For whom a connection speaks.", struct caller_out,
	caller_out_fields);

static const struct field who_am_i_out_fields[] = {
	FIELD_ROW_OBJECT(struct who_am_i_out, caller, struct caller_out, &caller_out_table,
		"For whom this connection speaks.", .flags = FIELD_REQUIRED),
	FIELD_ROW_ENUM(struct who_am_i_out, sign_in, "limits.sign_in of the configuration.",
		.flags = FIELD_REQUIRED, .names = sign_in_names),
	FIELD_ROW_BOOL(struct who_am_i_out, has_accounts, "If not, FirstAccount makes one.",
		.flags = FIELD_REQUIRED),
};
FIELD_TABLE(who_am_i_out_table, "WhoAmIOut", "A connection's standing.", struct who_am_i_out,
	who_am_i_out_fields);

static const struct field first_account_in_fields[] = {
	TEXT(struct first_account_in, name, "Its name.", NAME_BYTES),
	TEXT(struct first_account_in, password, "Its password.", PASSWORD_BYTES),
	ADDRESS(struct first_account_in),
};
FIELD_TABLE(first_account_in_table, "FirstAccountIn", "The first administrator.",
	struct first_account_in, first_account_in_fields);

static const struct field account_in_fields[] = {
	TEXT(struct account_in, name, "Its name.", NAME_BYTES),
	TEXT(struct account_in, password, "Its password.", PASSWORD_BYTES),
	ROLE(struct account_in, "What it may do; not none."),
};
FIELD_TABLE(account_in_table, "AccountIn", "A new account.", struct account_in, account_in_fields);

static const struct field account_change_fields[] = {
	ID(struct account_change, "The account's number."),
	FIELD_ROW_ENUM(struct account_change, role, "What it may do; none or absent: as it is.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .names = role_names),
	MAYBE(struct account_change, password,
		"A new password, which ends the account's sessions; absent: as it is.",
		PASSWORD_BYTES),
	FIELD_ROW_BOOL(struct account_change, end_totp, "Asks for no code any more.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY),
};
FIELD_TABLE(account_change_table, "AccountChange", "What changes.", struct account_change,
	account_change_fields);

static const struct field account_id_fields[] = {
	ID(struct account_id, "The number."),
};
FIELD_TABLE(account_id_table, "AccountId", "An account, a session or a token.", struct account_id,
	account_id_fields);

static const struct field account_row_fields[] = {
	ID(struct account_row, "Its number."),
	TEXT(struct account_row, name, "Its name.", NAME_BYTES),
	ROLE(struct account_row, "What it may do."),
	FIELD_ROW_BOOL(struct account_row, totp, "A code is asked for.", .flags = FIELD_REQUIRED),
	TIME(struct account_row, created, "When it was made."),
	TIME(struct account_row, changed, "When its password was set."),
	NUMBER(struct account_row, sessions, "How many sessions it has."),
};
static FIELD_TABLE(
	account_row_table, "Account", "An account.", struct account_row, account_row_fields);
static const struct field accounts_out_fields[] = {
	FIELD_ROW_OBJECTS(struct accounts_out, accounts, struct account_row, &account_row_table,
		"By name.", .flags = FIELD_REQUIRED, .max = ACCOUNTS_MAX),
};
FIELD_TABLE(accounts_out_table, "AccountsOut", "All accounts.", struct accounts_out,
	accounts_out_fields);

static const struct field sessions_in_fields[] = {
	FIELD_ROW_BOOL(struct sessions_in, all, "Everybody's, for admins; else one's own.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY),
};
FIELD_TABLE(
	sessions_in_table, "SessionsIn", "Which sessions.", struct sessions_in, sessions_in_fields);

static const struct field session_row_fields[] = {
	ID(struct session_row, "Its number."),
	NUMBER(struct session_row, account, "The account's number."),
	TEXT(struct session_row, name, "The account's name.", NAME_BYTES),
	TIME(struct session_row, created, "When it began."),
	TIME(struct session_row, used, "When it was used last, to the minute."),
	TIME(struct session_row, expires, "When it ends at the latest."),
	TEXT(struct session_row, address, "From where it began; empty: not known.", ADDRESS_BYTES),
	TEXT(struct session_row, agent, "With what; empty: not known.", AGENT_BYTES),
	FIELD_ROW_BOOL(struct session_row, current, "The one by which this was asked.",
		.flags = FIELD_REQUIRED),
};
static FIELD_TABLE(
	session_row_table, "Session", "A session.", struct session_row, session_row_fields);
static const struct field sessions_out_fields[] = {
	FIELD_ROW_OBJECTS(struct sessions_out, sessions, struct session_row, &session_row_table,
		"The one used last first, at most 1000.", .flags = FIELD_REQUIRED,
		.max = SESSIONS_LISTED_MAX),
};
FIELD_TABLE(
	sessions_out_table, "SessionsOut", "Sessions.", struct sessions_out, sessions_out_fields);

static const struct field password_change_fields[] = {
	TEXT(struct password_change, old, "The present password.", PASSWORD_BYTES),
	FIELD_NAMED(struct password_change, fresh, "new", STRING, char *, "The new one.",
		.flags = FIELD_REQUIRED, .max = PASSWORD_BYTES),
};
FIELD_TABLE(password_change_table, "PasswordChange", "One's own password.", struct password_change,
	password_change_fields);

static const struct field password_in_fields[] = {
	TEXT(struct password_in, password, "One's own password.", PASSWORD_BYTES),
};
FIELD_TABLE(password_in_table, "PasswordIn", "A proof of who asks.", struct password_in,
	password_in_fields);

static const struct field totp_out_fields[] = {
	TEXT(struct totp_out, secret, "The secret in base32, to be typed.", ADDRESS_BYTES),
	TEXT(struct totp_out, uri, "The same as otpauth: URI, to be shown as a QR code.",
		URI_BYTES),
};
FIELD_TABLE(totp_out_table, "TotpOut", "What an authenticator needs.", struct totp_out,
	totp_out_fields);

static const struct field code_in_fields[] = {
	TEXT(struct code_in, code, "Six digits.", CODE_BYTES),
};
FIELD_TABLE(code_in_table, "CodeIn", "A code of an authenticator.", struct code_in, code_in_fields);

static const struct field token_in_fields[] = {
	TEXT(struct token_in, name, "What it is for.", NAME_BYTES),
	ROLE(struct token_in, "What it may do; not none."),
	FIELD_ROW_INT(struct token_in, expires, "When it ends, in seconds since 1970; 0: never.",
		.flags = FIELD_NULLABLE | FIELD_OMIT_EMPTY, .min = 0, .max = INT_LARGEST),
};
FIELD_TABLE(token_in_table, "TokenIn", "A new API token.", struct token_in, token_in_fields);

static const struct field token_out_fields[] = {
	ID(struct token_out, "Its number."),
	TEXT(struct token_out, token, "The credential; it is shown this once.", CREDENTIAL_BYTES),
};
FIELD_TABLE(token_out_table, "TokenOut", "An API token.", struct token_out, token_out_fields);

static const struct field token_row_fields[] = {
	ID(struct token_row, "Its number."),
	TEXT(struct token_row, name, "What it is for.", NAME_BYTES),
	ROLE(struct token_row, "What it may do: never more than who made it."),
	TIME(struct token_row, created, "When it was made."),
	TIME(struct token_row, expires, "When it ends."),
	TIME(struct token_row, used, "When it was used last, to the minute."),
	FIELD_ROW_STRING(struct token_row, account, "Who made it; null: root.",
		.flags = FIELD_NULLABLE, .max = NAME_BYTES),
};
static FIELD_TABLE(token_row_table, "Token", "An API token.", struct token_row, token_row_fields);
static const struct field tokens_out_fields[] = {
	FIELD_ROW_OBJECTS(struct tokens_out, tokens, struct token_row, &token_row_table, "By name.",
		.flags = FIELD_REQUIRED, .max = TOKENS_MAX),
};
FIELD_TABLE(tokens_out_table, "TokensOut", "All API tokens.", struct tokens_out, tokens_out_fields);
