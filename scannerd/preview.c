/* preview.c - counts and samples of the files that one rule would decide, over the index as it is.
 */
#include "scannerd/preview.h"
#include "common/timefmt.h"
#include "scannerd/match/match.h"
#include "scannerd/refresh.h"
#include "scannerd/store/files.h"
#include "scannerd/store/server_name.h"
#include "scannerd/store/servers.h"
#include <errno.h>

/* Meanwhile the store does nothing else. */
enum { PREVIEW_MS_MAX = 5000 };

struct preview {
	struct store *store;
	const struct matcher *matcher;
	struct match_dir dir; /* of the directory last looked at */
	struct buf dir_path;
	int64_t files, counted, ignored, owned;
	size_t samples;
	int64_t until_ms; /* monotonic */
	struct jsonw *w;
};

/* Decoded and checked by itself, so that nothing else can be wrong with it. *ret is the caller's to
 * free in every case. */
static int read_rule(const cJSON *rule, struct config *ret, struct err *err)
{
	_json_ cJSON *json = cJSON_CreateObject();
	cJSON *rules = cJSON_AddArrayToObject(json, "rules");
	int rc;

	if (rules == NULL || cJSON_AddArrayToObject(json, "directories_to_scan") == NULL ||
		cJSON_AddArrayToObject(json, "subnets_to_scan") == NULL ||
		!cJSON_AddItemReferenceToArray(rules, (cJSON *)(uintptr_t)rule)) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	rc = config_decode(json, false, ret, err);
	if (rc == 0) {
		rc = config_check(ret, err);
	}
	if (rc < 0) {
		err_rename(err, "rules[0]", "rule");
	}
	return rc;
}

/* The configuration in force, but its only rule is this one: judged as a saved one would be. */
static int config_of_rule(
	const struct config *now, const cJSON *rule, struct config *ret, struct err *err)
{
	_cleanup_(config_done) struct config one = {0};
	int rc = read_rule(rule, &one, err);

	if (rc < 0) {
		return rc;
	}
	if (config_copy(now, ret) < 0) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	__auto_type others = ret->rules;

	ret->rules = one.rules;
	one.rules = others;
	return 0;
}

static void write_server(struct preview *p, int64_t server)
{
	char name[SERVER_NAME_SIZE];

	store_server_name(p->store, server, name, sizeof(name));
	jsonw_kstr(p->w, "server", name[0] != '\0' ? name : NULL);
}

static void write_sample(struct preview *p, const char *name, size_t len, const struct verdict *v)
{
	_buf_ struct buf path = BUF_INIT;

	buf_add(&path, p->dir_path.data, p->dir_path.len);
	if (path.len != 1) { /* the root directory ends with its slash */
		buf_addc(&path, '/');
	}
	buf_add(&path, name, len);
	jsonw_object(p->w);
	jsonw_key(p->w, "path");
	jsonw_bytes(p->w, path.data, path.len);
	write_server(p, v->server);
	jsonw_kbool(p->w, "counts", v->reason == VERDICT_COUNTS);
	jsonw_kstr(p->w, "reason", verdict_reason_words(v->reason));
	jsonw_end(p->w);
}

static int look_at(void *arg, const struct stored_dir *dir, const char *name, size_t name_len,
	int64_t mtime_ns, int64_t size)
{
	struct preview *p = arg;
	struct verdict v;

	if (time_mono_ms() > p->until_ms) {
		return -ETIMEDOUT;
	}
	if (p->dir_path.len != dir->len || memcmp(p->dir_path.data, dir->path, dir->len) != 0) {
		buf_reset(&p->dir_path);
		buf_add(&p->dir_path, dir->path, dir->len);
		if (p->dir_path.failed) {
			return -ENOMEM;
		}
		matcher_dir(p->matcher, p->dir_path.data, dir->len, dir->root_len, &p->dir);
		p->dir.repository = dir->repository;
	}
	if (!matcher_file_by_rule(&p->dir, name, name_len, mtime_ns, size, &v)) {
		return 0;
	}
	p->files++;
	p->counted += v.reason == VERDICT_COUNTS;
	p->ignored += v.reason == VERDICT_IGNORED;
	p->owned += v.server != 0;
	if (p->samples < PREVIEW_SAMPLES) {
		p->samples++;
		write_sample(p, name, name_len, &v);
	}
	return 0;
}

int preview_run(
	struct daemon *d, struct store *s, const cJSON *rule, struct jsonw *w, struct err *err)
{
	_cleanup_(matcher_unrefp) struct matcher *matcher = NULL;
	struct config config;
	int rc = config_of_rule(refresh_config(d), rule, &config, err);

	if (rc < 0) {
		return rc;
	}
	rc = store_matcher(s, &config, time_now(), &matcher, err);
	config_done(&config);
	if (rc < 0) {
		return rc;
	}
	struct preview p = {.store = s,
		.matcher = matcher,
		.w = w,
		.until_ms = time_mono_ms() + PREVIEW_MS_MAX};

	jsonw_object(w);
	jsonw_karray(w, "samples");
	rc = store_files_each(s, look_at, &p);
	jsonw_end(w);
	jsonw_kint(w, "files", p.files);
	jsonw_kint(w, "with_server", p.owned);
	jsonw_kint(w, "counted", p.counted);
	jsonw_kint(w, "ignored", p.ignored);
	jsonw_kbool(w, "complete", rc == 0);
	jsonw_end(w);
	buf_done(&p.dir_path);
	/* A slow expression gets the numbers of what was looked at. */
	return rc < 0 && rc != -ETIMEDOUT ? db_fail(store_db(s), rc, err, "look at the files") : 0;
}
