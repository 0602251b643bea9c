/* commands.c - what each method of org.backupchecker.scanner does; the policy against the
 * root-owned limits is asked here. */
#include "common/timefmt.h"
#include "scannerd/accounts.h"
#include "scannerd/call.h"
#include "scannerd/jobs.h"
#include "scannerd/monitors.h"
#include "scannerd/preview.h"
#include "scannerd/refresh.h"
#include "scannerd/schedule.h"
#include "scannerd/server_commands.h"
#include "scannerd/settings.h"
#include "scannerd/sign_in.h"
#include "scannerd/store/files.h"
#include "scannerd/store/server_name.h"
#include "scannerd/store/servers.h"
#include "scannerd/suggest.h"
#include "scannerd/unmatched.h"
#include <errno.h>
#include <inttypes.h>

static char *next_scan(const struct daemon *d, enum scan_kind kind)
{
	int64_t next = schedule_next(d, kind);
	char text[TIME_ISO_SIZE];

	return next != TIME_NONE ? strdup(time_iso(next, text)) : NULL;
}

static void get_info(struct call *c)
{
	const struct daemon *d = c->daemon;

	c->out.info = (struct info_out){
		.product = strdup("backup-checker"),
		.version = strdup(BACKUP_CHECKER_VERSION),
		.started = d->started,
		.reduced = d->reduced,
		.network_reason = d->network_reason[0] != '\0' ? strdup(d->network_reason) : NULL,
		.next_directories = next_scan(d, SCAN_DIRECTORIES),
		.next_servers = next_scan(d, SCAN_SERVERS),
	};
	call_reply(c);
}

/* --- scans --- */

static void scan_begun(void *arg, const struct job *j, const struct err *err)
{
	struct call *c = arg;

	if (err != NULL) {
		call_fail(c, err);
		return;
	}
	c->out.scan.scan = j->progress.scan;
	snprintf(c->subject, sizeof(c->subject), "scan %" PRId64 " of %s", j->progress.scan,
		scan_kind_names[j->kind]);
	call_reply(c);
}

static void start_scan(struct call *c)
{
	enum scan_kind kind = (enum scan_kind)c->in.start_scan.kind;

	jobs_start(c->daemon, kind, &c->in.start_scan, "person", TIME_NONE, scan_begun, c);
}

static void cancel_scan(struct call *c)
{
	struct err err = {0};

	if (jobs_cancel(c->daemon, c->in.cancel_scan.scan, &err) < 0) {
		call_fail(c, &err);
		return;
	}
	snprintf(c->subject, sizeof(c->subject), "scan %" PRId64, c->in.cancel_scan.scan);
	call_reply(c);
}

static void monitor(struct call *c)
{
	monitors_add(c->daemon, c);
}

/* --- configuration --- */

static void get_config(struct call *c)
{
	struct err err = {0};

	if (settings_get(c->daemon, &c->out.config, &err) < 0) {
		call_fail(c, &err);
		return;
	}
	call_reply(c);
}

static void set_config(struct call *c)
{
	const struct set_config_in *in = &c->in.set_config;
	char revision[CONFIG_REVISION_SIZE];
	struct strv warnings = {0};
	struct err err = {0};

	if (settings_set(c->daemon, &c->by, in->config, in->revision, revision, &warnings, &err) <
		0) {
		strv_done(&warnings);
		call_fail(c, &err);
		return;
	}
	c->out.set_config.revision = strdup(revision);
	c->out.set_config.warnings = warnings;
	call_reply(c);
}

static void add_rule(struct call *c)
{
	const struct add_rule_in *in = &c->in.add_rule;
	char revision[CONFIG_REVISION_SIZE];
	struct strv warnings = {0};
	struct err err = {0};

	if (settings_add_rule(
		    c->daemon, &c->by, in->rule, in->position, revision, &warnings, &err) < 0) {
		strv_done(&warnings);
		call_fail(c, &err);
		return;
	}
	c->out.set_config.revision = strdup(revision);
	c->out.set_config.warnings = warnings;
	call_reply(c);
}

static void describe_schedule(struct call *c)
{
	struct err err = {0};

	if (schedule_describe(&c->in.schedule, time_now(), &c->out.schedule, &err) < 0) {
		call_fail(c, &err);
		return;
	}
	call_reply(c);
}

/* --- matching --- */

static void json_result(struct call *c, struct buf *text)
{
	json_parse(text->data, text->len, &c->out.json.result, &c->err);
}

static void name_server(void *arg, int64_t server, char *out, size_t size)
{
	store_server_name(arg, server, out, size);
}

static void explain_match(struct store *s, struct call *c)
{
	const struct match_names names = {name_server, s};
	const char *path = c->in.explain.path;
	struct matcher *m = refresh_matcher(c->daemon, s, &c->err);
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);
	struct match_file file = {.path = path, .len = strlen(path)};

	if (m == NULL) {
		return;
	}
	int rc = store_files_find(s, &file);

	if (rc < 0) {
		db_fail(store_db(s), rc, &c->err, "look the path up");
		return;
	}
	matcher_explain_file(m, &file, &names, &w);
	json_result(c, &text);
}

static void preview_rule(struct store *s, struct call *c)
{
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);

	if (preview_run(c->daemon, s, c->in.preview.rule, &w, &c->err) == 0) {
		json_result(c, &text);
	}
}

static void list_unmatched(struct store *s, struct call *c)
{
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);

	if (unmatched_list(c->daemon, s, &w, &c->err) == 0) {
		json_result(c, &text);
	}
}

/* --- clearing --- */

/* What a walking scan has compared would no longer fit the emptied index. */
static int no_scan_of_directories(struct call *c, struct err *err)
{
	if (jobs_running(c->daemon, SCAN_DIRECTORIES) != NULL) {
		return err_set(err, -EBUSY, ERR_SCAN_RUNNING, NULL,
			"a scan of directories is running; cancel it or wait for its end, then "
			"clear");
	}
	return 0;
}

static void count_subject(struct call *c, const char *what)
{
	snprintf(c->subject, sizeof(c->subject), "%" PRId64 " %s", c->out.count.count, what);
}

static void clear_files(struct store *s, struct call *c)
{
	store_files_clear(s, &c->out.count.count, &c->err);
	count_subject(c, "files");
}

static void clear_servers(struct store *s, struct call *c)
{
	store_servers_clear(s, &c->out.count.count, &c->err);
	count_subject(c, "servers");
	refresh_stale(c->daemon);
}

static void files_cleared(struct call *c)
{
	static const char *const what[] = {"files", "directories", NULL};

	monitors_changed(c->daemon, what);
	refresh_request(c->daemon);
}

/* Monitor and GetInfo are for webd itself, which asks before anybody has signed in, and say less
 * than the database that it reads. */
const struct command commands[_SCANNER_METHODS] = {
	[SCANNER_GET_INFO] = {.role = ROLE_NONE, .start = get_info},
	[SCANNER_START_SCAN] = {.role = ROLE_OPERATOR, .action = "scan.start", .start = start_scan},
	[SCANNER_CANCEL_SCAN] = {.role = ROLE_OPERATOR,
		.action = "scan.cancel",
		.start = cancel_scan},
	[SCANNER_MONITOR] = {.role = ROLE_NONE, .start = monitor},
	[SCANNER_GET_CONFIG] = {.role = ROLE_VIEWER, .start = get_config},
	/* these two write a row for each setting that changed */
	[SCANNER_SET_CONFIG] = {.role = ROLE_ADMIN, .start = set_config},
	[SCANNER_ADD_RULE] = {.role = ROLE_ADMIN, .start = add_rule},
	[SCANNER_EXPLAIN_MATCH] = {.role = ROLE_VIEWER, .work = explain_match},
	[SCANNER_PREVIEW_RULE] = {.role = ROLE_VIEWER, .work = preview_rule},
	[SCANNER_LIST_UNMATCHED] = {.role = ROLE_VIEWER, .work = list_unmatched},
	[SCANNER_DESCRIBE_SCHEDULE] = {.role = ROLE_VIEWER, .start = describe_schedule},
	[SCANNER_SUGGEST] = {.role = ROLE_ADMIN, .start = suggest_start},
	[SCANNER_CLEAR_FILES] = {.role = ROLE_ADMIN,
		.action = "files.clear",
		.check = no_scan_of_directories,
		.work = clear_files,
		.finish = files_cleared},
	[SCANNER_CLEAR_SERVERS] = {.role = ROLE_ADMIN,
		.action = "servers.clear",
		.work = clear_servers,
		.finish = servers_changed},
	[SCANNER_ADD_SERVER] = {.role = ROLE_OPERATOR,
		.action = "server.add",
		.work = servers_add,
		.finish = servers_changed},
	[SCANNER_UPDATE_SERVER] = {.role = ROLE_OPERATOR,
		.action = "server.update",
		.work = servers_update,
		.finish = servers_changed},
	[SCANNER_REMOVE_SERVER] = {.role = ROLE_OPERATOR,
		.action = "server.remove",
		.work = servers_remove,
		.finish = servers_changed},
	[SCANNER_MERGE_SERVERS] = {.role = ROLE_OPERATOR,
		.action = "server.merge",
		.work = servers_merge,
		.finish = servers_changed},
	[SCANNER_ADD_ALIAS] = {.role = ROLE_OPERATOR,
		.action = "server.alias",
		.work = servers_add_alias,
		.finish = servers_changed},
	[SCANNER_EXEMPT_SERVER] = {.role = ROLE_OPERATOR,
		.action = "server.exempt",
		.work = servers_exempt,
		.finish = servers_exemptions_changed},
	[SCANNER_END_EXEMPTION] = {.role = ROLE_OPERATOR,
		.action = "server.expect",
		.work = servers_expect,
		.finish = servers_exemptions_changed},

	/* people: accounts.h */
	[SCANNER_FIRST_ACCOUNT] = {.role = ROLE_NONE,
		.vault = true,
		.action = "account.first",
		.start = accounts_first,
		.work = accounts_first_work,
		.finish = accounts_first_done},
	[SCANNER_SIGN_IN] = {.role = ROLE_NONE, .action = "session.begin", .start = sign_in_start},
	[SCANNER_SIGN_OUT] = {.role = ROLE_NONE,
		.vault = true,
		.action = "session.end",
		.check = accounts_check_session,
		.work = accounts_sign_out_work,
		.finish = accounts_session_ended},
	[SCANNER_AUTHENTICATE] = {.role = ROLE_NONE,
		.vault = true,
		.check = accounts_check_credential,
		.work = accounts_authenticate_work,
		.finish = accounts_authenticated},
	[SCANNER_ACT_AS] = {.role = ROLE_NONE, .start = accounts_act_as},
	[SCANNER_WHO_AM_I] = {.role = ROLE_NONE, .vault = true, .work = accounts_who_work},
	[SCANNER_LIST_SESSIONS] = {.role = ROLE_VIEWER,
		.vault = true,
		.check = accounts_check_list,
		.work = accounts_sessions_work},
	[SCANNER_END_SESSION] = {.role = ROLE_VIEWER,
		.vault = true,
		.action = "session.end",
		.check = accounts_check_end,
		.work = accounts_end_session_work,
		.finish = accounts_session_ended},
	[SCANNER_END_OTHER_SESSIONS] = {.role = ROLE_VIEWER,
		.vault = true,
		.action = "session.end",
		.check = accounts_check_session,
		.work = accounts_end_others_work,
		.finish = accounts_others_ended},
	[SCANNER_CHANGE_PASSWORD] = {.role = ROLE_VIEWER,
		.vault = true,
		.action = "password.change",
		.check = accounts_check_new_password,
		.start = accounts_change_password,
		.work = accounts_change_password_work,
		.finish = accounts_account_changed},
	[SCANNER_BEGIN_TOTP] = {.role = ROLE_VIEWER,
		.vault = true,
		.check = accounts_check_session,
		.start = accounts_begin_totp,
		.work = accounts_begin_totp_work},
	[SCANNER_CONFIRM_TOTP] = {.role = ROLE_VIEWER,
		.vault = true,
		.action = "totp.begin",
		.check = accounts_check_session,
		.work = accounts_confirm_totp_work,
		.finish = accounts_changed},
	[SCANNER_END_TOTP] = {.role = ROLE_VIEWER,
		.vault = true,
		.action = "totp.end",
		.check = accounts_check_session,
		.start = accounts_end_totp,
		.work = accounts_end_totp_work,
		.finish = accounts_changed},
	[SCANNER_LIST_ACCOUNTS] = {.role = ROLE_ADMIN, .vault = true, .work = accounts_list_work},
	[SCANNER_ADD_ACCOUNT] = {.role = ROLE_ADMIN,
		.vault = true,
		.action = "account.add",
		.start = accounts_add,
		.work = accounts_add_work,
		.finish = accounts_changed},
	[SCANNER_UPDATE_ACCOUNT] = {.role = ROLE_ADMIN,
		.vault = true,
		.action = "account.update",
		.start = accounts_update,
		.work = accounts_update_work,
		.finish = accounts_account_changed},
	[SCANNER_REMOVE_ACCOUNT] = {.role = ROLE_ADMIN,
		.vault = true,
		.action = "account.remove",
		.work = accounts_remove_work,
		.finish = accounts_account_changed},
	[SCANNER_LIST_TOKENS] = {.role = ROLE_ADMIN, .vault = true, .work = accounts_tokens_work},
	[SCANNER_ADD_TOKEN] = {.role = ROLE_ADMIN,
		.vault = true,
		.action = "token.add",
		.check = accounts_check_token,
		.work = accounts_add_token_work,
		.finish = accounts_changed},
	[SCANNER_REMOVE_TOKEN] = {.role = ROLE_ADMIN,
		.vault = true,
		.action = "token.remove",
		.work = accounts_remove_token_work,
		.finish = accounts_token_removed},
};
