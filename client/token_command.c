/* token_command.c - "token": the API tokens of programs. */
#include "client/commands.h"
#include "client/list.h"
#include "client/role.h"
#include "client/say.h"
#include "common/timefmt.h"
#include <errno.h>

static const char *role, *expires;
static bool json;

static const struct option_row list_rows[] = {
	{"json", NULL, "Print JSON.", NULL, &json, NULL},
};
static const struct option_row add_rows[] = {
	{"role", "ROLE", "viewer, operator or admin; default viewer.", &role, NULL, NULL},
	{"expires", "TIME",
		"When it ends: 90d from now, 2027-01-31 or 2027-01-31T12:00:00Z; default: never.",
		&expires, NULL, NULL},
};

static const struct list_column columns[] = {
	{"id", "ID", LIST_INT, false},
	{"name", "NAME", LIST_TEXT, true},
	{"role", "ROLE", LIST_TEXT, false},
	{"expires", "EXPIRES", LIST_TIME, false},
	{"used", "LAST USED", LIST_TIME, false},
	{"created", "CREATED", LIST_TIME, false},
	{"account", "MADE BY", LIST_TEXT, true},
};

static int64_t time_or_none(int64_t t)
{
	return t != 0 ? t : TIME_NONE;
}

static int list_tokens(const struct install *in, struct tokens_out *ret, struct err *err)
{
	struct empty_parameters none = {0};

	return install_call(in, SCANNER_LIST_TOKENS, &none, ret, err);
}

static int print(const struct tokens_out *all)
{
	_cleanup_(list_freep) struct list *l = NULL;
	struct screen screen = screen_of(stdout);
	int rc = list_new(columns, ARRAY_SIZE(columns), "tokens", json ? LIST_JSON : LIST_TABLE,
		&screen, stdout, &l);

	for (size_t i = 0; rc == 0 && i < all->tokens.n; i++) {
		const struct token_row *t = &all->tokens.v[i];
		const struct list_cell cells[ARRAY_SIZE(columns)] = {
			list_number(t->id),
			list_text(t->name),
			list_text(role_names[t->role]),
			list_number(time_or_none(t->expires)),
			list_number(time_or_none(t->used)),
			list_number(time_or_none(t->created)),
			list_text(t->account != NULL ? t->account : "root"),
		};

		rc = list_row(l, cells);
	}
	return list_finish(l, rc);
}

static int run_list(const struct install *in, int n _unused_, char *const *words _unused_)
{
	struct tokens_out all;
	struct err err = {0};
	int code;

	if (list_tokens(in, &all, &err) < 0) {
		return say_error(NULL, &err);
	}
	code = print(&all);
	field_done(&tokens_out_table, &all);
	return code;
}

/* The token alone to standard output, so that it can be piped into a vault. */
static int print_token(const struct token_out *answer)
{
	_buf_ struct buf out = BUF_INIT;
	int code;

	buf_printf(&out, "%s\n", answer->token);
	code = say_output(&out);
	if (code == EXIT_OK) {
		fprintf(stderr, "This token is shown this once: keep it now.\n");
	}
	if (out.data != NULL) {
		explicit_bzero(out.data, out.cap);
	}
	return code;
}

static int run_add(const struct install *in, int n _unused_, char *const *words)
{
	struct token_in request = {.name = words[0], .role = ROLE_VIEWER};
	struct token_out answer;
	struct err err = {0};
	int code;

	if (role != NULL && role_parse(role, &request.role, &err) < 0) {
		return say_usage("--role: %s", err.message);
	}
	if (expires != NULL && role_expiry(expires, time_now(), &request.expires, &err) < 0) {
		return say_usage("--expires: %s", err.message);
	}
	if (install_call(in, SCANNER_ADD_TOKEN, &request, &answer, &err) < 0) {
		return say_error(NULL, &err);
	}
	code = print_token(&answer);
	explicit_bzero(answer.token, strlen(answer.token));
	field_done(&token_out_table, &answer);
	return code;
}

/* By its number or its name, which several may have. */
static int find(const struct tokens_out *all, const char *name, int64_t *ret, struct err *err)
{
	char *end = NULL;
	int64_t number = strtoll(name, &end, 10), id = 0;
	size_t found = 0;

	for (size_t i = 0; i < all->tokens.n; i++) {
		const struct token_row *t = &all->tokens.v[i];

		if (strcmp(t->name, name) == 0 || (*end == '\0' && t->id == number)) {
			id = t->id;
			found++;
		}
	}
	if (found == 0) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, NULL,
			"there is no token \"%.200s\"; backup-checker token list names all", name);
	}
	if (found > 1) {
		return err_set(err, -ENOTUNIQ, ERR_INVALID_VALUE, NULL,
			"one token has the number %.200s, another is called so: use the number of "
			"the "
			"one that is called so",
			name);
	}
	*ret = id;
	return 0;
}

static int run_remove(const struct install *in, int n _unused_, char *const *words)
{
	struct account_id request = {0};
	struct empty_parameters out;
	struct tokens_out all;
	struct err err = {0};
	int rc = list_tokens(in, &all, &err);

	if (rc == 0) {
		rc = find(&all, words[0], &request.id, &err);
		field_done(&tokens_out_table, &all);
	}
	if (rc == 0) {
		rc = install_call(in, SCANNER_REMOVE_TOKEN, &request, &out, &err);
	}
	return rc < 0 ? say_error(NULL, &err) : EXIT_OK;
}

const struct command token_list_command = {
	.name = "token list",
	.summary = "List the API tokens.",
	.options = list_rows,
	.count = ARRAY_SIZE(list_rows),
	.run = run_list,
};
const struct command token_add_command = {
	.name = "token add",
	.arguments = "NAME",
	.summary = "Make an API token and print it, this once.",
	.options = add_rows,
	.count = ARRAY_SIZE(add_rows),
	.least = 1,
	.most = 1,
	.run = run_add,
};
const struct command token_remove_command = {
	.name = "token remove",
	.arguments = "NAME",
	.summary = "Remove an API token, named by its name or number.",
	.least = 1,
	.most = 1,
	.run = run_remove,
};
