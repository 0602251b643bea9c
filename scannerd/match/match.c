/* match.c - the matcher: directories and files, from rules down to tokens. */
#include "match.h"

#include "common/timefmt.h"
#include "scannerd/match/counts.h"
#include "scannerd/match/matcher.h"
#include "scannerd/match/parts.h"
#include "scannerd/match/shard.h"
#include <errno.h>

enum { FUTURE_S = 86400, DRIFT_S = 36 * 3600 };

static int mapping_set(struct matcher *m, const struct directory *d, struct mapping *to)
{
	to->path = strdup(d->path != NULL ? d->path : "");
	if (to->path == NULL) {
		return -ENOMEM;
	}
	to->date_order = (enum date_order)d->date_order;
	to->maps = d->server != NULL;
	if (to->maps) {
		struct match_whose whose;
		whose_exactly(&m->naming, d->server, strlen(d->server), &whose);
		to->server = whose.server;
	}
	to->zone = m->zone;
	return d->timezone != NULL ? zones_get(&m->zones, d->timezone, &to->zone) : 0;
}

static int mappings_build(struct matcher *m, const struct config *cfg)
{
	size_t n = cfg != NULL ? cfg->directories_to_scan.n : 0;
	m->mappings = calloc(n + 1, sizeof(*m->mappings));
	int rc = m->mappings != NULL ? zones_init(&m->zones, n + 1) : -ENOMEM;
	if (rc == 0 && cfg != NULL) {
		const char *zone = cfg->schedule.timezone;
		rc = zones_get(&m->zones, zone != NULL ? zone : "", &m->zone);
	}
	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = mapping_set(m, &cfg->directories_to_scan.v[i], &m->mappings[m->n_mappings++]);
	}
	return rc;
}

/* What of the configuration decides, as text. */
static int settings_say(const struct config *cfg, char **ret)
{
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);
	jsonw_array(&w);
	if (cfg != NULL) {
		jsonw_str(&w, cfg->schedule.timezone);
	}
	for (size_t i = 0; cfg != NULL && i < cfg->directories_to_scan.n; i++) {
		const struct directory *d = &cfg->directories_to_scan.v[i];
		jsonw_array(&w);
		jsonw_str(&w, d->path);
		jsonw_str(&w, d->server);
		jsonw_str(&w, d->timezone);
		jsonw_int(&w, d->date_order);
		jsonw_end(&w);
	}
	for (size_t i = 0; cfg != NULL && i < cfg->rules.n; i++) {
		field_encode(&rule_table, &cfg->rules.v[i], &w);
	}
	for (size_t i = 0; cfg != NULL && i < cfg->generic_names.n; i++) {
		jsonw_str(&w, cfg->generic_names.v[i]);
	}
	jsonw_end(&w);
	*ret = buf_steal(&text);
	return *ret != NULL ? 0 : -ENOMEM;
}

int matcher_new(const struct match_server *servers, size_t n, const struct config *cfg, int64_t now,
	struct matcher **ret, struct err *err)
{
	_cleanup_(matcher_unrefp) struct matcher *m = calloc(1, sizeof(*m));
	if (m == NULL) {
		return -ENOMEM;
	}
	m->references = 1;
	m->now = now;
	int rc = words_new(cfg != NULL ? &cfg->generic_names : NULL, &m->naming.words);
	rc = rc < 0 ? rc : identities_build(&m->naming.ids, servers, n, m->naming.words);
	rc = rc < 0 ? rc : table_build(&m->naming.table, &m->naming.ids);
	rc = rc < 0 ? rc : mappings_build(m, cfg);
	rc = rc < 0 ? rc : minimums_build(&m->minimums, servers, n);
	rc = rc < 0 ? rc : settings_say(cfg, &m->said);
	rc = rc < 0 ? rc : rules_new(cfg, &m->naming, &m->rules, err);
	if (rc < 0) {
		return rc;
	}
	*ret = steal(m);
	return 0;
}

int matcher_with_rules(
	struct matcher *of, const struct config *cfg, struct matcher **ret, struct err *err)
{
	struct rules *rules = NULL;
	int rc = rules_new(cfg, &of->naming, &rules, err);
	struct matcher *m = rc == 0 ? malloc(sizeof(*m)) : NULL;

	if (m == NULL) {
		rules_free(rules);
		return rc < 0 ? rc : -ENOMEM;
	}
	*m = *of;
	m->references = 1;
	m->of = matcher_ref(of);
	m->rules = rules;
	*ret = m;
	return 0;
}

struct matcher *matcher_ref(struct matcher *m)
{
	atomic_fetch_add(&m->references, 1);
	return m;
}

static void done(struct matcher *m)
{
	for (size_t i = 0; i < m->n_mappings; i++) {
		free(m->mappings[i].path);
	}
	free(m->mappings);
	zones_done(&m->zones);
	minimums_done(&m->minimums);
	free(m->said);
	table_done(&m->naming.table);
	identities_done(&m->naming.ids);
	words_free(m->naming.words);
}

void matcher_unref(struct matcher *m)
{
	if (m == NULL || atomic_fetch_sub(&m->references, 1) != 1) {
		return;
	}
	rules_free(m->rules);
	if (m->of != NULL) {
		matcher_unref(m->of);
	} else {
		done(m);
	}
	free(m);
}

size_t match_component(const char *path, size_t first, size_t end)
{
	size_t begin = end;
	while (begin > first && path[begin - 1] != '/') {
		begin--;
	}
	return begin;
}

/* Where the part below the scanned directory begins; "/" itself ends in its slash, others do not.
 */
static size_t below_root(const struct match_dir *d)
{
	size_t at = MIN(d->root_len, d->len);
	while (at < d->len && d->path[at] == '/') {
		at++;
	}
	return at;
}

static const struct mapping *mapping_of(const struct matcher *m, const char *path, size_t len)
{
	for (size_t i = 0; i < m->n_mappings; i++) {
		const struct mapping *map = &m->mappings[i];
		if (strlen(map->path) == len && memcmp(map->path, path, len) == 0) {
			return map;
		}
	}
	return NULL;
}

struct date_rules match_date_rules(const struct match_dir *d)
{
	const struct matcher *m = d->matcher;
	return (struct date_rules){.order = (enum date_order)d->date_order,
		.now = m->now,
		.words = m->naming.words,
		.zone = d->zone};
}

/* Directories named 2024/01/31 state a date together: the three components that end at `end`. */
static int64_t date_of_three(const struct date_rules *rules, const char *path, size_t first,
	size_t end, size_t *ret_begin)
{
	int numbers[3];
	static const size_t lengths[3] = {4, 2, 2};
	size_t begin = end;
	for (int i = 2; i >= 0; i--) {
		begin = match_component(path, first, end);
		if (end - begin != lengths[i]) {
			return TIME_NONE;
		}
		numbers[i] = 0;
		for (size_t k = begin; k < end; k++) {
			if (path[k] < '0' || path[k] > '9') {
				return TIME_NONE;
			}
			numbers[i] = numbers[i] * 10 + (path[k] - '0');
		}
		end = begin > first ? begin - 1 : begin;
	}
	*ret_begin = begin;
	return dates_midnight(rules, numbers[0], numbers[1], numbers[2]);
}

static int64_t mapped_server(const struct mapping *map)
{
	if (map == NULL || !map->maps) {
		return 0;
	}
	return map->server != 0 ? map->server : -1;
}

static void dir_begin(const struct matcher *m, const char *path, size_t len, size_t root_len,
	struct match_dir *ret)
{
	const struct mapping *map = mapping_of(m, path, MIN(root_len, len));
	*ret = (struct match_dir){.matcher = m,
		.path = path,
		.len = len,
		.root_len = root_len,
		.stated_time = TIME_NONE,
		.mapped_server = mapped_server(map),
		.zone = map != NULL ? map->zone : m->zone,
		.date_order = (uint8_t)(map != NULL ? map->date_order : DATE_ORDER_NONE)};
}

static void dir_read(struct match_dir *ret)
{
	const struct matcher *m = ret->matcher;
	const char *path = ret->path;
	const struct date_rules rules = match_date_rules(ret);
	size_t first = below_root(ret);
	bool strong_settled = false, weak_settled = false;
	for (size_t end = ret->len; end > first;) {
		size_t begin = match_component(path, first, end);
		struct text t;
		struct dates dates;
		struct match_whose strong, weak;
		text_set(&t, path + begin, end - begin);
		dates_scan(&t, &rules, &dates);
		if (ret->stated_time == TIME_NONE) {
			ret->stated_begin = begin;
			ret->stated_end = end;
			ret->stated_time = dates.time != TIME_NONE
						   ? dates.time
						   : date_of_three(&rules, path, first, end,
							     &ret->stated_begin);
		}
		ret->temporary |= counts_temporary_directory(&t);
		whose_directory(&m->naming, shard_directory(path, first, begin, end), &t, &dates,
			&strong, &weak, NULL);
		if (!strong_settled) {
			strong_settled = whose_add_farther(&m->naming, &ret->strong, &strong);
		}
		if (!weak_settled) {
			weak_settled = whose_add_farther(&m->naming, &ret->weak, &weak);
		}
		end = begin > first ? begin - 1 : first;
	}
}

void matcher_dir(const struct matcher *m, const char *path, size_t len, size_t root_len,
	struct match_dir *ret)
{
	dir_begin(m, path, len, root_len, ret);
	dir_read(ret);
}

void match_dir_utc(const struct match_dir *d, struct match_dir *ret)
{
	dir_begin(d->matcher, d->path, d->len, d->root_len, ret);
	ret->repository = d->repository;
	ret->zone = NULL;
	dir_read(ret);
}

/* Whether a rule of the user's speaks of this file; builds its path only if there are rules. */
static bool apply_rules(
	const struct match_dir *d, const char *name, size_t len, struct rule_outcome *ret)
{
	const struct rules *rules = d->matcher->rules;
	if (!rules_any(rules)) {
		return false;
	}
	size_t first = below_root(d), below = d->len - first;
	char path[RULES_PATH_MAX];
	if (below + 1 + len > sizeof(path)) {
		return false;
	}
	memcpy(path, d->path + first, below);
	if (below != 0) {
		path[below++] = '/';
	}
	memcpy(path + below, name, len);
	const struct date_rules dates = match_date_rules(d);
	return rules_apply(rules, path, below + len, below, &dates, ret);
}

/* Nearest first: the name, the directories; words that are as often no names only where nothing
 * else is. */
static void decide_whose(const struct match_dir *d, const struct text *t, const struct dates *dates,
	struct hit_log *log, struct match_whose *ret)
{
	const struct naming *naming = &d->matcher->naming;
	struct match_whose weak;
	whose_name(naming, t, dates, ret, &weak, log);
	whose_add_farther(naming, ret, &d->strong);
	if (ret->state == MATCH_NOBODYS) {
		*ret = weak;
		whose_add_farther(naming, ret, &d->weak);
	}
}

static int64_t floor_seconds(int64_t ns)
{
	return ns / NSEC_PER_SEC - (ns % NSEC_PER_SEC < 0);
}

/* A time that lies in the future decides nothing, wherever it was read. */
static void decide_time(const struct judgement *j, int64_t mtime_ns, int64_t now, struct verdict *v)
{
	int64_t mtime = floor_seconds(mtime_ns), latest = now + FUTURE_S;
	v->backup_time = mtime;
	v->time_source = TIME_FROM_MTIME;
	v->future = mtime > latest;
	v->drifted = false;
	if (j->stated_time == TIME_NONE) {
		return;
	}
	v->future = j->stated_time > latest;
	v->drifted = llabs(j->stated_time - mtime) > DRIFT_S;
	if (!v->future) {
		v->backup_time = j->stated_time;
		v->time_source = j->stated_by;
	}
}

static void state_time(struct judgement *j, int64_t time, enum time_source source)
{
	if (j->stated_time == TIME_NONE && time != TIME_NONE) {
		j->stated_time = time;
		j->stated_by = source;
	}
}

/* Of a file that is somebody's and no sidecar, log or the like. */
static enum verdict_reason reason_of_owned(
	const struct match_dir *d, const char *name, size_t len, int64_t size, int64_t server)
{
	if (d->repository.kind != REPOSITORY_NONE) {
		enum part part = part_of(d, name, len);
		if (part != PART_BACKUP) {
			return part == PART_SIGN ? VERDICT_COUNTS : VERDICT_REPOSITORY_DATA;
		}
	}
	bool small = size >= 0 && size < minimums_of(&d->matcher->minimums, server);
	return small ? VERDICT_TOO_SMALL : VERDICT_COUNTS;
}

static enum verdict_reason reason_of(const struct match_dir *d, const struct judgement *j,
	const char *name, size_t len, int64_t size)
{
	if (j->by_rule && j->rule.ignore) {
		return VERDICT_IGNORED;
	}
	if (j->whose.state != MATCH_ONES && d->repository.kind != REPOSITORY_NONE) {
		return VERDICT_REPOSITORY;
	}
	if (j->whose.state != MATCH_ONES) {
		return j->whose.state == MATCH_TIES ? VERDICT_AMBIGUOUS : VERDICT_NO_SERVER;
	}
	return j->counts == VERDICT_COUNTS ? reason_of_owned(d, name, len, size, j->whose.server)
					   : j->counts;
}

void match_judge(const struct match_dir *d, const char *name, size_t len, int64_t mtime_ns,
	int64_t size, struct hit_log *log, struct judgement *ret)
{
	struct text t;
	struct dates dates;
	const struct date_rules rules = match_date_rules(d);
	text_set(&t, name, len);
	dates_scan(&t, &rules, &dates);
	ret->stated_time = TIME_NONE;
	ret->whose = (struct match_whose){.state = MATCH_NOBODYS};
	ret->by_rule = apply_rules(d, name, len, &ret->rule);
	if (ret->by_rule) {
		ret->whose = ret->rule.ignore ? ret->whose : ret->rule.whose;
		state_time(ret, ret->rule.time,
			ret->rule.time_in_name ? TIME_FROM_NAME : TIME_FROM_DIRECTORY);
	} else if (d->mapped_server != 0) {
		ret->whose.state = d->mapped_server > 0 ? MATCH_ONES : MATCH_NOBODYS;
		ret->whose.server = MAX(d->mapped_server, 0);
	} else {
		decide_whose(d, &t, &dates, log, &ret->whose);
	}
	state_time(ret, dates.time, TIME_FROM_NAME);
	state_time(ret, d->stated_time, TIME_FROM_DIRECTORY);
	ret->counts = counts_judge(&t, size, d->temporary);
	ret->verdict.server = ret->whose.state == MATCH_ONES ? ret->whose.server : 0;
	ret->verdict.reason = reason_of(d, ret, name, len, size);
	decide_time(ret, mtime_ns, d->matcher->now, &ret->verdict);
}

void matcher_file(const struct match_dir *d, const char *name, size_t len, int64_t mtime_ns,
	int64_t size, struct verdict *ret)
{
	struct judgement j;
	match_judge(d, name, len, mtime_ns, size, NULL, &j);
	*ret = j.verdict;
}

bool matcher_dir_by_rule(const struct matcher *m, const char *path, size_t len, size_t root_len,
	struct match_dir *ret)
{
	const struct match_dir d = {.path = path, .len = len, .root_len = root_len};
	size_t first = below_root(&d);

	if (!rules_reach(m->rules, path + first, len - first)) {
		return false;
	}
	matcher_dir(m, path, len, root_len, ret);
	return true;
}

bool matcher_file_by_rule(const struct match_dir *d, const char *name, size_t len, int64_t mtime_ns,
	int64_t size, struct verdict *ret)
{
	struct rule_outcome rule;

	if (!apply_rules(d, name, len, &rule)) {
		return false; /* most: nobody asks what else is to be said of them */
	}
	matcher_file(d, name, len, mtime_ns, size, ret);
	return true;
}

size_t matcher_ties(
	const struct match_dir *d, const char *name, size_t len, int64_t *ret_ids, size_t max)
{
	struct judgement j;
	match_judge(d, name, len, 0, -1, NULL, &j);
	return whose_ties(&d->matcher->naming, &j.whose, ret_ids, max);
}
