/* match_command.c - "explain" and "unmatched": whose backups files are, and which are nobody's. */
#include "client/commands.h"
#include "client/list.h"
#include "client/say.h"
#include <errno.h>
#include <limits.h>

static bool json;

static const struct option_row rows[] = {
	{"json", NULL, "Print scannerd's answer as JSON.", NULL, &json, NULL},
};

static void add_text(struct buf *out, const char *before, const char *text)
{
	buf_adds(out, before);
	screen_inert_text(out, text != NULL ? text : "?");
}

static void print_json(const cJSON *result, struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_tree(&w, result);
	buf_addc(out, '\n');
}

static void print_explanation(const cJSON *result, struct buf *out)
{
	const char *server = json_get_string(result, "server_name");
	const char *time = json_get_string(result, "time");
	const cJSON *step;

	add_text(out, "", json_get_string(result, "path"));
	add_text(out, "\nServer: ", server != NULL ? server : "none");
	if (json_get_bool(result, "counts", false)) {
		buf_adds(out, "\nCounts: yes");
	} else {
		add_text(out, "\nCounts: no, ", json_get_string(result, "reason"));
	}
	if (time != NULL) {
		add_text(out, "\nTime: ", time);
		add_text(out, " (", json_get_string(result, "time_source"));
		buf_addc(out, ')');
	}
	buf_addc(out, '\n');
	cJSON_ArrayForEach (step, json_get(result, "steps")) {
		add_text(out, "- ", cJSON_IsString(step) ? step->valuestring : NULL);
		buf_addc(out, '\n');
	}
}

static int run_explain(const struct install *in, int n _unused_, char *const *words)
{
	char path[PATH_MAX];
	struct explain_in request = {.path = words[0]};
	struct json_out answer;
	_buf_ struct buf out = BUF_INIT;
	struct err err = {0};

	/* A path of the present directory; one that is gone may still be asked about. */
	if (words[0][0] != '/' && realpath(words[0], path) != NULL) {
		request.path = path;
	}
	if (install_call(in, SCANNER_EXPLAIN_MATCH, &request, &answer, &err) < 0) {
		return say_error(NULL, &err);
	}
	(json ? print_json : print_explanation)(answer.result, &out);
	field_done(&json_out_table, &answer);
	return (json ? say_data : say_output)(&out);
}

/* --- unmatched --- */

static const struct list_column columns[] = {
	{"files", "FILES", LIST_INT, false},
	{"bytes", "SIZE", LIST_SIZE, false},
	{"reason", "REASON", LIST_TEXT, false},
	{"directory", "DIRECTORY", LIST_TEXT, true},
	{"shape", "SHAPE", LIST_TEXT, true},
	{"suggestion", "PERHAPS OF", LIST_TEXT, true},
};

static int print_group(struct list *l, const cJSON *group)
{
	const cJSON *suggestions = json_get(group, "suggestions");
	const struct list_cell cells[ARRAY_SIZE(columns)] = {
		list_number(json_get_int(group, "files", 0)),
		list_number(json_get_int(group, "bytes", 0)),
		list_text(json_get_string(group, "reason")),
		list_text(json_get_string(group, "directory")),
		list_text(json_get_string(group, "shape")),
		list_text(json_get_string(cJSON_GetArrayItem(suggestions, 0), "server_name")),
	};

	return list_row(l, cells);
}

static int print_groups(const cJSON *result)
{
	_cleanup_(list_freep) struct list *l = NULL;
	struct screen screen = screen_of(stdout);
	const cJSON *group;
	int rc = list_new(columns, ARRAY_SIZE(columns), "groups", LIST_TABLE, &screen, stdout, &l);

	cJSON_ArrayForEach (group, json_get(result, "groups")) {
		rc = rc == 0 ? print_group(l, group) : rc;
	}
	return list_finish(l, rc);
}

static int run_unmatched(const struct install *in, int n _unused_, char *const *words _unused_)
{
	struct empty_parameters none = {0};
	struct json_out answer;
	_buf_ struct buf out = BUF_INIT;
	struct err err = {0};
	int rc;

	if (install_call(in, SCANNER_LIST_UNMATCHED, &none, &answer, &err) < 0) {
		return say_error(NULL, &err);
	}
	if (json) {
		print_json(answer.result, &out);
		rc = say_data(&out);
	} else {
		rc = print_groups(answer.result);
	}
	field_done(&json_out_table, &answer);
	return rc;
}

const struct command explain_command = {
	.name = "explain",
	.arguments = "PATH",
	.summary = "Say step by step why a file belongs to a server, or to none.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.least = 1,
	.most = 1,
	.run = run_explain,
};
const struct command unmatched_command = {
	.name = "unmatched",
	.summary = "List the files of nobody, grouped by directory and shape of their names.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.run = run_unmatched,
};
