/* exempt_command.c - "exempt" and "unexempt": servers that need no backup. */
#include "client/commands.h"
#include "client/inventory.h"
#include "client/say.h"
#include <errno.h>
#include <pwd.h>
#include <sysexits.h>

static const char *reason, *until, *author;

static const struct option_row rows[] = {
	{"reason", "TEXT", "Why it needs no backup; must be given.", &reason, NULL, NULL},
	{"until", "TIME",
		"When the exemption ends: a day such as 2027-01-31, to its end, or a time such as "
		"2027-01-31T12:00:00Z; default: it does not.",
		&until, NULL, NULL},
	{"author", "NAME", "Who says so; default: who calls this, also through sudo.", &author,
		NULL, NULL},
};

static int find(const struct install *in, const char *name, int64_t *ret, struct err *err)
{
	_cleanup_(inventory_closep) struct inventory *v = NULL;
	int rc = inventory_open(in->database, &v, err);

	return rc == 0 ? inventory_find(v, name, ret, err) : rc;
}

static const char *caller(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *user;

	if (author != NULL) {
		return author;
	}
	if (geteuid() == 0 && sudo != NULL && sudo[0] != '\0') {
		return sudo;
	}
	user = getpwuid(getuid());
	return user != NULL ? user->pw_name : NULL;
}

static int run_exempt(const struct install *in, int n _unused_, char *const *words)
{
	struct exemption_in request = {
		.reason = (char *)(uintptr_t)reason,
		.author = (char *)(uintptr_t)caller(),
		.until = (char *)(uintptr_t)until,
	};
	struct empty_parameters out;
	struct err err = {0};

	if (reason == NULL) {
		return say_usage("exempt: --reason TEXT is needed: why does %.200s need no backup?",
			words[0]);
	}
	if (find(in, words[0], &request.id, &err) < 0 ||
		install_call(in, SCANNER_EXEMPT_SERVER, &request, &out, &err) < 0) {
		return say_error(NULL, &err);
	}
	return EXIT_OK;
}

static int run_unexempt(const struct install *in, int n _unused_, char *const *words)
{
	struct server_id request = {0};
	struct empty_parameters out;
	struct err err = {0};

	if (find(in, words[0], &request.id, &err) < 0 ||
		install_call(in, SCANNER_END_EXEMPTION, &request, &out, &err) < 0) {
		return say_error(NULL, &err);
	}
	return EXIT_OK;
}

const struct command exempt_command = {
	.name = "exempt",
	.arguments = "SERVER",
	.summary = "Say that a server needs no backup, why, and until when.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.least = 1,
	.most = 1,
	.run = run_exempt,
};
const struct command unexempt_command = {
	.name = "unexempt",
	.arguments = "SERVER",
	.summary = "Expect backups of a server again.",
	.least = 1,
	.most = 1,
	.run = run_unexempt,
};
