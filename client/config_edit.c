/* config_edit.c - "config edit": the settings in force in an editor, and back through scannerd,
 * which judges them. */
#include "client/config_edit.h"

#include "client/commands.h"
#include "client/editor.h"
#include "client/say.h"
#include "common/config.h"
#include <errno.h>
#include <sysexits.h>

struct edit {
	const struct install *in;
	struct editor editor;
	char *revision; /* of what was edited */
	struct buf before, text;
};

static int fetch(struct edit *e, struct err *err)
{
	struct empty_parameters none = {0};
	struct config_out answer;
	int rc = install_call(e->in, SCANNER_GET_CONFIG, &none, &answer, err);

	if (rc < 0) {
		return rc;
	}
	e->revision = steal(answer.revision);
	rc = config_text(&answer, false, &e->before, err);
	if (rc == 0 && !answer.writable) {
		rc = err_set(err, -EROFS, ERR_READ_ONLY, NULL,
			"scannerd cannot write its configuration file, so it is not edited this "
			"way");
	}
	field_done(&config_out_table, &answer);
	return rc;
}

static int save(struct edit *e, struct err *err)
{
	struct set_config_in request = {.revision = e->revision};
	struct set_config_out answer;
	int rc = json_parse(e->text.data, e->text.len, &request.config, err);

	if (rc == 0 && !cJSON_IsObject(request.config)) {
		rc = err_set(err, -EINVAL, ERR_INVALID_TYPE, NULL,
			"the text is a JSON %s, not an object", json_type_name(request.config));
	}
	if (rc == 0) {
		rc = install_call(e->in, SCANNER_SET_CONFIG, &request, &answer, err);
	}
	cJSON_Delete(request.config);
	if (rc < 0) {
		return rc;
	}
	for (size_t i = 0; i < answer.warnings.n; i++) {
		say("warning: %s", answer.warnings.v[i]);
	}
	field_done(&set_config_out_table, &answer);
	return 0;
}

/* What the person can mend in the text, unlike a scannerd that is gone. */
static bool is_mendable(const struct err *err)
{
	return say_exit_code(err->code) == EX_DATAERR || err->code == ERR_OUTSIDE_LIMITS ||
	       err->code == ERR_FORBIDDEN;
}

static bool wants_again(void)
{
	char answer[16];

	if (!isatty(STDIN_FILENO)) {
		return false;
	}
	fputs("Edit it again? [Y/n] ", stderr);
	return fgets(answer, sizeof(answer), stdin) != NULL && answer[0] != 'n' && answer[0] != 'N';
}

static int keep(struct edit *e, int code)
{
	say("nothing was changed; your text is kept in %s", e->editor.path);
	e->editor.path[0] = '\0';
	return code;
}

/* One turn of the editor. *ret_again: the person wants another. */
static int turn(struct edit *e, bool *ret_again)
{
	struct err err = {0};
	int code;

	*ret_again = false;
	if (editor_run(&e->editor, &err) < 0 ||
		editor_read(&e->editor, CONFIG_FILE_MAX, &e->text, &err) < 0) {
		return keep(e, say_error(NULL, &err));
	}
	if (e->text.len == e->before.len &&
		memcmp(e->text.data, e->before.data, e->text.len) == 0) {
		say("nothing was changed");
		return EXIT_OK;
	}
	if (save(e, &err) == 0) {
		return EXIT_OK;
	}
	code = say_error("the configuration is not accepted", &err);
	if (err.code == ERR_CONFLICT) {
		say("somebody else has changed it meanwhile: begin again from what is in force "
		    "now");
	}
	*ret_again = is_mendable(&err) && wants_again();
	return *ret_again ? code : keep(e, code);
}

static int run(const struct install *in, int n _unused_, char *const *words _unused_)
{
	struct edit e = {.in = in};
	struct err err = {0};
	bool again = true;
	int code = EXIT_OK;

	if (fetch(&e, &err) < 0 || editor_begin(&e.editor, ".json", &e.before, &err) < 0) {
		code = say_error(NULL, &err);
		again = false;
	}
	while (again) {
		code = turn(&e, &again);
	}
	editor_end(&e.editor);
	free(e.revision);
	buf_done(&e.before);
	buf_done(&e.text);
	return code;
}

const struct command config_edit_command = {
	.name = "config edit",
	.summary = "Edit the configuration in force with your editor.",
	.details = "$VISUAL or $EDITOR is started on a copy. scannerd judges the result and saves "
		   "it, unless somebody else has changed the configuration meanwhile. A text that "
		   "is refused can be edited again, or is kept. The section limits is not part of "
		   "it: only an editor of the file itself changes that.",
	.run = run,
};
