/* preview.c - counts and samples of the files that one rule would decide, over the index as it is.
 */
#include "scannerd/preview.h"
#include "common/timefmt.h"
#include "scannerd/match/match.h"
#include "scannerd/refresh.h"
#include "scannerd/store/files.h"
#include "scannerd/store/server_name.h"
#include <errno.h>

/* Meanwhile the store does nothing else. */
enum { PREVIEW_MS_MAX = 5000 };

struct preview {
	struct store *store;
	const struct matcher *matcher;
	struct match_dir dir; /* of the directory last looked at */
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

static void write_server(struct preview *p, int64_t server)
{
	char name[SERVER_NAME_SIZE];

	store_server_name(p->store, server, name, sizeof(name));
	jsonw_kstr(p->w, "server", name[0] != '\0' ? name : NULL);
}

static void write_sample(struct preview *p, const char *name, size_t len, const struct verdict *v)
{
	_buf_ struct buf path = BUF_INIT;

	buf_add(&path, p->dir.path, p->dir.len);
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

static int look_at_dir(void *arg, const struct stored_dir *dir)
{
	struct preview *p = arg;

	if (!matcher_dir_by_rule(p->matcher, dir->path, dir->len, dir->root_len, &p->dir)) {
		return 0;
	}
	p->dir.repository = dir->repository;
	return 1;
}

static int look_at_file(void *arg, const char *name, size_t len, int64_t mtime_ns, int64_t size)
{
	struct preview *p = arg;
	struct verdict v;

	if (time_mono_ms() > p->until_ms) {
		return -ETIMEDOUT;
	}
	if (!matcher_file_by_rule(&p->dir, name, len, mtime_ns, size, &v)) {
		return 0;
	}
	p->files++;
	p->counted += v.reason == VERDICT_COUNTS;
	p->ignored += v.reason == VERDICT_IGNORED;
	p->owned += v.server != 0;
	if (p->samples < PREVIEW_SAMPLES) {
		p->samples++;
		write_sample(p, name, len, &v);
	}
	return 0;
}

int preview_run(
	struct daemon *d, struct store *s, const cJSON *rule, struct jsonw *w, struct err *err)
{
	static const struct files_look look = {look_at_dir, look_at_file};
	_cleanup_(matcher_unrefp) struct matcher *matcher = NULL;
	_cleanup_(config_done) struct config config = {0};
	struct matcher *now;
	int rc = read_rule(rule, &config, err);

	if (rc < 0) {
		return rc;
	}
	now = refresh_matcher(d, s, err);
	rc = now == NULL ? -EIO : matcher_with_rules(now, &config, &matcher, err);
	if (rc < 0) {
		return rc;
	}
	struct preview p = {
		.store = s,
		.matcher = matcher,
		.w = w,
		.until_ms = time_mono_ms() + PREVIEW_MS_MAX,
	};

	jsonw_object(w);
	jsonw_karray(w, "samples");
	rc = store_files_each(s, &look, &p);
	jsonw_end(w);
	jsonw_kint(w, "files", p.files);
	jsonw_kint(w, "with_server", p.owned);
	jsonw_kint(w, "counted", p.counted);
	jsonw_kint(w, "ignored", p.ignored);
	jsonw_kbool(w, "complete", rc == 0);
	jsonw_end(w);
	/* A slow expression gets the numbers of what was looked at. */
	return rc < 0 && rc != -ETIMEDOUT ? db_fail(store_db(s), rc, err, "look at the files") : 0;
}
