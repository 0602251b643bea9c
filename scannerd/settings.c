/* settings.c - the configuration in force: from the file, from a message, back to the file, and on
 * to whoever depends on it. */
#include "scannerd/settings.h"
#include "common/log.h"
#include "common/timefmt.h"
#include "scannerd/audit.h"
#include "scannerd/monitors.h"
#include "scannerd/probe.h"
#include "scannerd/refresh.h"
#include "scannerd/schedule.h"
#include "scannerd/store/files.h"
#include "scannerd/store/history.h"
#include <errno.h>

struct record {
	char *actor, *json;
	char revision[CONFIG_REVISION_SIZE];
	char **paths;
	size_t n;
};

static void record_free(struct record *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->paths[i]);
	}
	free(r->paths);
	free(r->actor);
	free(r->json);
	free(r);
}

static void record_work(struct store *s, void *arg)
{
	struct record *r = arg;
	struct err err = {0};
	struct walk_root *roots = calloc(r->n + 1, sizeof(*roots));

	if (store_settings_record(s, r->actor, r->revision, r->json, time_now()) < 0) {
		log_error("the change of settings could not be recorded: %s",
			db_message(store_db(s)));
	}
	if (roots == NULL ||
		store_roots_configure(s, (const char *const *)r->paths, r->n, roots, &err) < 0) {
		log_error("the directories could not be recorded: %s", err.message);
	}
	free(roots);
}

static void record_done(struct store *s _unused_, void *arg)
{
	record_free(arg);
}

static struct record *record_new(const struct daemon *d, const char *actor)
{
	struct record *r = calloc(1, sizeof(*r));
	_buf_ struct buf json = BUF_INIT;
	struct jsonw w = JSONW(&json);

	if (r == NULL) {
		return NULL;
	}
	config_encode(&d->config, &w);
	r->json = buf_steal(&json);
	r->actor = strdup(actor);
	memcpy(r->revision, d->revision, sizeof(r->revision));
	r->paths = calloc(d->config.directories_to_scan.n + 1, sizeof(*r->paths));
	for (; r->paths != NULL && r->n < d->config.directories_to_scan.n; r->n++) {
		r->paths[r->n] = strdup(d->config.directories_to_scan.v[r->n].path);
	}
	if (r->json == NULL || r->actor == NULL || r->paths == NULL) {
		record_free(r);
		return NULL;
	}
	return r;
}

static void record(struct daemon *d, const char *actor)
{
	struct record *r = record_new(d, actor);

	if (r == NULL || store_post(d->store, record_work, record_done, r) < 0) {
		log_error("the settings could not be recorded");
		if (r != NULL) {
			record_free(r);
		}
	}
}

void settings_record_start(struct daemon *d)
{
	record(d, "start");
	refresh_request(d);
}

/* Takes *c over and tells everyone. by NULL: the file was edited. */
static void apply(struct daemon *d, const struct caller *by, struct config *c, const char *actor)
{
	static const char *const what[] = {"config", "directories", NULL};

	audit_settings(d, by, &d->config, c);
	config_done(&d->config);
	d->config = *c;
	*c = (struct config){0};
	config_revision(&d->config, d->revision);
	record(d, actor);
	schedule_configure(d);
	refresh_configure(d);
	monitors_changed(d, what);
}

void settings_reload(struct daemon *d)
{
	struct config c = {0};
	char revision[CONFIG_REVISION_SIZE];
	struct err err = {0};

	if (config_load(d->options.config_path, &c, &err) < 0) {
		log_error("%s: %s%s%s; the settings in force stay", d->options.config_path,
			err.field, err.field[0] != '\0' ? ": " : "", err.message);
		return;
	}
	config_revision(&c, revision);
	if (strcmp(revision, d->revision) == 0) {
		log_info("%s is unchanged", d->options.config_path);
		config_done(&c);
		return;
	}
	apply(d, NULL, &c, "file");
	log_info("settings reloaded from %s, revision %s", d->options.config_path, d->revision);
}

/* Judges *c, takes the place of the settings in force and writes the file; *c is empty afterwards.
 */
static int replace(struct daemon *d, const struct caller *by, struct config *c,
	struct strv *ret_warnings, struct err *err)
{
	int rc = config_check(c, err);

	if (rc == 0) {
		rc = config_save(c, d->options.config_path, err);
	}
	if (rc < 0) {
		config_done(c);
		return rc;
	}
	probe_directories(c, ret_warnings); /* allowed, but worth a word */
	apply(d, by, c, "socket");
	log_info("settings changed through the socket, revision %s", d->revision);
	return 0;
}

int settings_set(struct daemon *d, const struct caller *by, const cJSON *json, const char *revision,
	char ret_revision[CONFIG_REVISION_SIZE], struct strv *ret_warnings, struct err *err)
{
	struct config c = {0};
	int rc;

	if (revision != NULL && strcmp(revision, d->revision) != 0) {
		return err_set(err, -ESTALE, ERR_CONFLICT, "revision",
			"the settings have been changed since you read them (they are at revision "
			"%s now); read them again and repeat your change",
			d->revision);
	}
	rc = config_decode(json, false, &c, err);
	if (rc < 0) {
		return rc;
	}
	field_done(&limits_table, &c.limits);
	rc = field_copy(&limits_table, &d->config.limits, &c.limits);
	if (rc < 0) {
		config_done(&c);
		return err_set(err, rc, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = replace(d, by, &c, ret_warnings, err);
	if (rc == 0) {
		memcpy(ret_revision, d->revision, CONFIG_REVISION_SIZE);
	}
	return rc;
}

/* Makes room at `at` and moves the rule in. */
static int insert_rule(struct config *c, struct rule *rule, size_t at)
{
	struct rule *v = reallocarray(c->rules.v, c->rules.n + 1, sizeof(*v));

	if (v == NULL) {
		return -ENOMEM;
	}
	c->rules.v = v;
	memmove(v + at + 1, v + at, (c->rules.n - at) * sizeof(*v));
	v[at] = *rule;
	*rule = (struct rule){0};
	c->rules.n++;
	return 0;
}

int settings_add_rule(struct daemon *d, const struct caller *by, const cJSON *json,
	int64_t position, char ret_revision[CONFIG_REVISION_SIZE], struct strv *ret_warnings,
	struct err *err)
{
	struct config c = {0};
	struct rule rule = {0};
	size_t at = position > 0 ? (size_t)position - 1 : d->config.rules.n;
	int rc;

	if (at > d->config.rules.n) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "position",
			"there are %zu rules: the last place is %zu", d->config.rules.n,
			d->config.rules.n + 1);
	}
	if (d->config.rules.n >= CONFIG_RULES_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, "rule",
			"there are %d rules already; remove some first", (int)CONFIG_RULES_MAX);
	}
	rc = field_decode(&rule_table, json, &rule, err);
	if (rc < 0) {
		err_prefix(err, "rule", -1);
		return rc;
	}
	rc = config_copy(&d->config, &c);
	if (rc == 0) {
		rc = insert_rule(&c, &rule, at);
	}
	if (rc < 0) {
		field_done(&rule_table, &rule);
		config_done(&c);
		return err_set(err, rc, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = replace(d, by, &c, ret_warnings, err);
	if (rc < 0) {
		char whole[32];

		snprintf(whole, sizeof(whole), "rules[%zu]", at);
		err_rename(err, whole, "rule");
		return rc;
	}
	memcpy(ret_revision, d->revision, CONFIG_REVISION_SIZE);
	return 0;
}

int settings_get(struct daemon *d, struct config_out *ret, struct err *err)
{
	_buf_ struct buf text = BUF_INIT, limits = BUF_INIT;
	struct jsonw w = JSONW(&text), lw = JSONW(&limits);
	struct config_out out = {0};

	field_encode_all(&config_table, &d->config, &w);
	field_encode_all(&limits_table, &d->config.limits, &lw);
	int rc = json_parse(text.data, text.len, &out.config, err);

	if (rc == 0) {
		rc = json_parse(limits.data, limits.len, &out.limits, err);
	}
	if (rc < 0) {
		cJSON_Delete(out.config);
		return rc;
	}
	cJSON_DeleteItemFromObjectCaseSensitive(out.config, "limits");
	out.revision = strdup(d->revision);
	out.writable = access(d->options.config_path, W_OK) == 0;
	*ret = out;
	return 0;
}
