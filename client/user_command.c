/* user_command.c - "user": the accounts of people who sign in on the page. */
#include "client/commands.h"
#include "client/list.h"
#include "client/role.h"
#include "client/say.h"
#include "client/secret.h"
#include "common/timefmt.h"
#include <errno.h>

static const char *role;
static bool from_stdin, end_totp, json;

#define ROW_STDIN                                                                        \
	{                                                                                \
		"stdin", NULL, "Read the password from standard input, one line.", NULL, \
			&from_stdin, NULL                                                \
	}
static const struct option_row list_rows[] = {
	{"json", NULL, "Print JSON.", NULL, &json, NULL},
};
static const struct option_row add_rows[] = {
	{"role", "ROLE", "viewer, operator or admin; default viewer.", &role, NULL, NULL},
	ROW_STDIN,
};
static const struct option_row passwd_rows[] = {
	ROW_STDIN,
	{"end-totp", NULL, "Also ask for no code any more, for who has lost the authenticator.",
		NULL, &end_totp, NULL},
};

static const struct list_column columns[] = {
	{"name", "NAME", LIST_TEXT, true},
	{"role", "ROLE", LIST_TEXT, false},
	{"totp", "CODE", LIST_BOOL, false},
	{"sessions", "SESSIONS", LIST_INT, false},
	{"created", "CREATED", LIST_TIME, false},
	{"changed", "PASSWORD OF", LIST_TIME, false},
	{"id", NULL, LIST_INT, false},
};

static int list_accounts(const struct install *in, struct accounts_out *ret, struct err *err)
{
	struct empty_parameters none = {0};

	return install_call(in, SCANNER_LIST_ACCOUNTS, &none, ret, err);
}

/* The number of the account of that name; the database knows no case either. */
static int find(const struct install *in, const char *name, int64_t *ret, struct err *err)
{
	struct accounts_out all;
	int64_t id = 0;
	int rc = list_accounts(in, &all, err);

	if (rc < 0) {
		return rc;
	}
	for (size_t i = 0; i < all.accounts.n; i++) {
		if (strcasecmp(all.accounts.v[i].name, name) == 0) {
			id = all.accounts.v[i].id;
		}
	}
	field_done(&accounts_out_table, &all);
	if (id == 0) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, NULL,
			"there is no account \"%.200s\"; backup-checker user list names all", name);
	}
	*ret = id;
	return 0;
}

static int print(const struct accounts_out *all)
{
	_cleanup_(list_freep) struct list *l = NULL;
	struct screen screen = screen_of(stdout);
	int rc = list_new(columns, ARRAY_SIZE(columns), "accounts", json ? LIST_JSON : LIST_TABLE,
		&screen, stdout, &l);

	for (size_t i = 0; rc == 0 && i < all->accounts.n; i++) {
		const struct account_row *a = &all->accounts.v[i];
		const struct list_cell cells[ARRAY_SIZE(columns)] = {
			list_text(a->name),
			list_text(role_names[a->role]),
			list_number(a->totp),
			list_number(a->sessions),
			list_number(a->created),
			list_number(a->changed),
			list_number(a->id),
		};

		rc = list_row(l, cells);
	}
	return list_finish(l, rc);
}

static int run_list(const struct install *in, int n _unused_, char *const *words _unused_)
{
	struct accounts_out all;
	struct err err = {0};
	int code;

	if (list_accounts(in, &all, &err) < 0) {
		return say_error(NULL, &err);
	}
	code = print(&all);
	field_done(&accounts_out_table, &all);
	return code;
}

static int run_add(const struct install *in, int n _unused_, char *const *words)
{
	char password[SECRET_SIZE];
	struct account_in request = {.name = words[0], .password = password, .role = ROLE_VIEWER};
	struct account_id answer;
	struct err err = {0};
	int rc = 0;

	if (role != NULL && role_parse(role, &request.role, &err) < 0) {
		return say_usage("--role: %s", err.message);
	}
	rc = secret_new(from_stdin, password, &err);
	if (rc == 0) {
		rc = install_call(in, SCANNER_ADD_ACCOUNT, &request, &answer, &err);
	}
	secret_wipe(password);
	return rc < 0 ? say_error(NULL, &err) : EXIT_OK;
}

static int change(
	const struct install *in, const char *name, struct account_change *request, struct err *err)
{
	struct empty_parameters out;
	int rc = find(in, name, &request->id, err);

	return rc < 0 ? rc : install_call(in, SCANNER_UPDATE_ACCOUNT, request, &out, err);
}

static int run_role(const struct install *in, int n _unused_, char *const *words)
{
	struct account_change request = {0};
	struct err err = {0};

	if (role_parse(words[1], &request.role, &err) < 0) {
		return say_usage("user role: %s", err.message);
	}
	return change(in, words[0], &request, &err) < 0 ? say_error(NULL, &err) : EXIT_OK;
}

static int run_passwd(const struct install *in, int n _unused_, char *const *words)
{
	char password[SECRET_SIZE];
	struct account_change request = {.password = password, .end_totp = end_totp};
	struct err err = {0};
	int64_t id;
	/* Looked for first: nobody likes to type a password twice for a wrong name. */
	int rc = find(in, words[0], &id, &err);

	if (rc == 0) {
		rc = secret_new(from_stdin, password, &err);
	}
	if (rc == 0) {
		rc = change(in, words[0], &request, &err);
	}
	secret_wipe(password);
	return rc < 0 ? say_error(NULL, &err) : EXIT_OK;
}

static int run_remove(const struct install *in, int n _unused_, char *const *words)
{
	struct account_id request = {0};
	struct empty_parameters out;
	struct err err = {0};

	if (find(in, words[0], &request.id, &err) < 0 ||
		install_call(in, SCANNER_REMOVE_ACCOUNT, &request, &out, &err) < 0) {
		return say_error(NULL, &err);
	}
	return EXIT_OK;
}

const struct command user_list_command = {
	.name = "user list",
	.summary = "List the accounts.",
	.options = list_rows,
	.count = ARRAY_SIZE(list_rows),
	.run = run_list,
};
const struct command user_add_command = {
	.name = "user add",
	.arguments = "NAME",
	.summary = "Add an account; the password is asked for.",
	.options = add_rows,
	.count = ARRAY_SIZE(add_rows),
	.least = 1,
	.most = 1,
	.run = run_add,
};
const struct command user_role_command = {
	.name = "user role",
	.arguments = "NAME ROLE",
	.summary = "Give an account another role: viewer, operator or admin.",
	.least = 2,
	.most = 2,
	.run = run_role,
};
const struct command user_passwd_command = {
	.name = "user passwd",
	.arguments = "NAME",
	.summary = "Give an account another password, which is asked for.",
	.options = passwd_rows,
	.count = ARRAY_SIZE(passwd_rows),
	.least = 1,
	.most = 1,
	.run = run_passwd,
};
const struct command user_remove_command = {
	.name = "user remove",
	.arguments = "NAME",
	.summary = "Remove an account with its sessions and the tokens it made.",
	.least = 1,
	.most = 1,
	.run = run_remove,
};
