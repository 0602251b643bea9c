/* config_command.c - "config check" and "config show". */
#include "client/commands.h"
#include "client/config_edit.h"
#include "client/say.h"
#include "client/screen.h"
#include "common/config.h"
#include <errno.h>
#include <sys/stat.h>
#include <sysexits.h>

static bool all, json;

static const struct option_row show_rows[] = {
	{"all", NULL, "Also what is at its default, and the limits.", NULL, &all, NULL},
	{"json", NULL, "Print scannerd's answer as one line of JSON, with the revision.", NULL,
		&json, NULL},
};

/* --- check --- */

static void warn_of_directories(const struct config *c)
{
	for (size_t i = 0; i < c->directories_to_scan.n; i++) {
		const char *path = c->directories_to_scan.v[i].path;
		struct stat st;

		if (stat(path, &st) < 0) {
			say("warning: %s: %s", path, strerror(errno));
		} else if (!S_ISDIR(st.st_mode)) {
			say("warning: %s is not a directory", path);
		}
	}
}

static int run_check(const struct install *in, int n, char *const *words)
{
	const char *path = n > 0 ? words[0] : in->config;
	_buf_ struct buf out = BUF_INIT;
	struct config c;
	struct err err = {0};

	if (config_load(path, &c, &err) < 0) {
		say_error(path, &err);
		return EX_CONFIG;
	}
	warn_of_directories(&c);
	screen_inert_text(&out, path);
	buf_printf(&out, ": valid (directories: %zu, subnets: %zu)\n", c.directories_to_scan.n,
		c.subnets_to_scan.n);
	config_done(&c);
	return say_output(&out);
}

/* --- show --- */

int config_text(const struct config_out *answer, bool everything, struct buf *out, struct err *err)
{
	_json_ cJSON *whole = cJSON_Duplicate(answer->config, true);
	cJSON *limits = everything ? cJSON_Duplicate(answer->limits, true) : NULL;
	struct config c;
	int rc;

	if (whole == NULL || (limits != NULL && !cJSON_AddItemToObject(whole, "limits", limits))) {
		cJSON_Delete(limits);
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = config_decode(whole, everything, &c, err);
	if (rc < 0) {
		return rc;
	}
	config_print(&c, everything, out);
	config_done(&c);
	return 0;
}

static void print_json(const struct config_out *answer, struct buf *out)
{
	struct jsonw w = JSONW(out);

	field_encode(&config_out_table, answer, &w);
	buf_addc(out, '\n');
}

static int run_show(const struct install *in, int n _unused_, char *const *words _unused_)
{
	struct empty_parameters none = {0};
	struct config_out answer;
	_buf_ struct buf out = BUF_INIT;
	struct err err = {0};
	int rc = install_call(in, SCANNER_GET_CONFIG, &none, &answer, &err);

	if (rc < 0) {
		return say_error(NULL, &err);
	}
	if (json) {
		print_json(&answer, &out);
	} else {
		rc = config_text(&answer, all, &out, &err);
	}
	field_done(&config_out_table, &answer);
	return rc < 0 ? say_error("the configuration in force", &err) : say_data(&out);
}

const struct command config_check_command = {
	.name = "config check",
	.arguments = "[FILE]",
	.summary = "Judge a configuration file without using it; default: the one of --config.",
	.most = 1,
	.run = run_check,
};
const struct command config_show_command = {
	.name = "config show",
	.summary = "Print the configuration in force.",
	.options = show_rows,
	.count = ARRAY_SIZE(show_rows),
	.run = run_show,
};
