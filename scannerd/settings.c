/* settings.c - the configuration in force: from the file, from a message, back to the file, and on
 * to whoever depends on it. */
#include "scannerd/settings.h"
#include "common/log.h"
#include "common/timefmt.h"
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

/* Takes *c over and tells everyone. */
static void apply(struct daemon *d, struct config *c, const char *actor)
{
	static const char *const what[] = {"config", "directories", NULL};

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
	apply(d, &c, "file");
	log_info("settings reloaded from %s, revision %s", d->options.config_path, d->revision);
}

int settings_set(struct daemon *d, const cJSON *json, const char *revision,
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
	if (rc == 0) {
		rc = config_check(&c, err);
	}
	if (rc == 0) {
		rc = config_save(&c, d->options.config_path, err);
	}
	if (rc < 0) {
		config_done(&c);
		return rc;
	}
	probe_directories(&c, ret_warnings); /* allowed, but worth a word */
	apply(d, &c, "socket");
	memcpy(ret_revision, d->revision, CONFIG_REVISION_SIZE);
	log_info("settings changed through the socket, revision %s", d->revision);
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
