/* commands.c - what each method of org.backupchecker.scanner does; the policy against the
 * root-owned limits is asked here. */
#include "common/timefmt.h"
#include "scannerd/call.h"
#include "scannerd/jobs.h"
#include "scannerd/monitors.h"
#include "scannerd/preview.h"
#include "scannerd/refresh.h"
#include "scannerd/schedule.h"
#include "scannerd/settings.h"
#include "scannerd/store/exemptions.h"
#include "scannerd/store/files.h"
#include "scannerd/store/server_name.h"
#include "scannerd/store/servers.h"
#include "scannerd/suggest.h"
#include "scannerd/unmatched.h"
#include <errno.h>

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

	if (settings_set(c->daemon, in->config, in->revision, revision, &warnings, &err) < 0) {
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

	if (settings_add_rule(c->daemon, in->rule, in->position, revision, &warnings, &err) < 0) {
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

static void suggest_settings(struct call *c)
{
	struct err err = {0};

	if (suggest(&c->daemon->config, &c->out.suggestions) < 0) {
		err_set(&err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
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
	struct match_file file = {.path = path, .len = strlen(path), .size = -1};
	const char *slash = strrchr(path, '/');

	if (m == NULL) {
		return;
	}
	int rc = store_files_find(s, path, file.len, &file.mtime_ns, &file.size, &file.root_len);

	if (slash != NULL && (rc == 0 || rc == -ENOENT)) {
		rc = store_files_repository(
			s, path, slash == path ? 1 : (size_t)(slash - path), &file.repository);
	}
	if (rc < 0 && rc != -ENOENT) {
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

static void clear_files(struct store *s, struct call *c)
{
	store_files_clear(s, &c->out.count.count, &c->err);
}

static void clear_servers(struct store *s, struct call *c)
{
	store_servers_clear(s, &c->out.count.count, &c->err);
	refresh_stale(c->daemon);
}

/* --- servers kept by hand --- */

static void add_server(struct store *s, struct call *c)
{
	store_server_add(s, &c->in.server, time_now(), &c->out.server_id.id, &c->err);
	refresh_stale(c->daemon);
}

static void update_server(struct store *s, struct call *c)
{
	store_server_update(s, &c->in.server, time_now(), &c->err);
	refresh_stale(c->daemon);
}

static void remove_server(struct store *s, struct call *c)
{
	store_server_remove(s, c->in.server_id.id, &c->err);
	refresh_stale(c->daemon);
}

static void merge_servers(struct store *s, struct call *c)
{
	store_servers_merge(s, c->in.merge.id, c->in.merge.other, &c->err);
	refresh_stale(c->daemon);
}

static void add_alias(struct store *s, struct call *c)
{
	store_server_add_alias(s, c->in.alias.id, c->in.alias.alias, &c->err);
	refresh_stale(c->daemon);
}

/* --- servers that need no backup --- */

static void exempt_server(struct store *s, struct call *c)
{
	store_exemption_set(s, &c->in.exemption, time_now(), &c->err);
}

static void end_exemption(struct store *s, struct call *c)
{
	store_exemption_end(s, c->in.server_id.id, time_now(), &c->err);
}

static void exemptions_changed(struct call *c)
{
	static const char *const what[] = {"servers", NULL};

	monitors_changed(c->daemon, what);
	refresh_exemptions(c->daemon);
}

static void identities_changed(struct call *c)
{
	static const char *const what[] = {"servers", NULL};

	monitors_changed(c->daemon, what);
	refresh_request(c->daemon);
}

static void files_cleared(struct call *c)
{
	static const char *const what[] = {"files", "directories", NULL};

	monitors_changed(c->daemon, what);
	refresh_request(c->daemon);
}

const struct command commands[_SCANNER_METHODS] = {
	[SCANNER_GET_INFO] = {.start = get_info},
	[SCANNER_START_SCAN] = {.start = start_scan},
	[SCANNER_CANCEL_SCAN] = {.start = cancel_scan},
	[SCANNER_MONITOR] = {.start = monitor},
	[SCANNER_GET_CONFIG] = {.start = get_config},
	[SCANNER_SET_CONFIG] = {.start = set_config},
	[SCANNER_EXPLAIN_MATCH] = {.work = explain_match},
	[SCANNER_PREVIEW_RULE] = {.work = preview_rule},
	[SCANNER_CLEAR_FILES] = {.check = no_scan_of_directories,
		.work = clear_files,
		.finish = files_cleared},
	[SCANNER_CLEAR_SERVERS] = {.work = clear_servers, .finish = identities_changed},
	[SCANNER_ADD_SERVER] = {.work = add_server, .finish = identities_changed},
	[SCANNER_UPDATE_SERVER] = {.work = update_server, .finish = identities_changed},
	[SCANNER_REMOVE_SERVER] = {.work = remove_server, .finish = identities_changed},
	[SCANNER_MERGE_SERVERS] = {.work = merge_servers, .finish = identities_changed},
	[SCANNER_ADD_ALIAS] = {.work = add_alias, .finish = identities_changed},
	[SCANNER_EXEMPT_SERVER] = {.work = exempt_server, .finish = exemptions_changed},
	[SCANNER_END_EXEMPTION] = {.work = end_exemption, .finish = exemptions_changed},
	[SCANNER_ADD_RULE] = {.start = add_rule},
	[SCANNER_LIST_UNMATCHED] = {.work = list_unmatched},
	[SCANNER_DESCRIBE_SCHEDULE] = {.start = describe_schedule},
	[SCANNER_SUGGEST] = {.start = suggest_settings},
};
