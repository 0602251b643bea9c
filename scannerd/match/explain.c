/* explain.c - tells a person, step by step, why a path belongs to a server or to none. */
#include "explain.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include "scannerd/match/parts.h"
#include "scannerd/match/shard.h"
#include <stdarg.h>

enum { SENTENCE_MAX = 768, COMPONENTS_MAX = 64 };

void explain_step(const struct explanation *e, const char *fmt, ...)
{
	char sentence[SENTENCE_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	jsonw_bytes(e->w, sentence, strlen(sentence));
}

const char *explain_show(const char *s, size_t len, char out[EXPLAIN_SHOWN])
{
	utf8_printable(s, len, out, EXPLAIN_SHOWN);
	return out;
}

const char *explain_call(const struct explanation *e, int64_t server, char out[EXPLAIN_SHOWN])
{
	char name[EXPLAIN_SHOWN] = "";
	if (e->names != NULL) {
		e->names->name(e->names->arg, server, name, sizeof(name));
	}
	if (name[0] == '\0') {
		snprintf(name, sizeof(name), "server %lld", (long long)server);
	}
	return explain_show(name, strlen(name), out);
}

static void find_hits(struct explain_component *c)
{
	const struct explanation *e = c->e;
	struct text t, whole;
	struct dates dates;
	struct match_whose strong, weak;
	const struct date_rules rules = match_date_rules(e->dir);
	size_t len = c->end - c->begin;
	text_set(&t, e->path + c->begin, len);
	whole = t;
	dates_scan(&t, &rules, &dates);
	bool shard = c->begin < e->name_at && shard_directory(e->path, e->first, c->begin, c->end);
	whose_directory(&e->m->naming, shard, &t, &dates, &strong, &weak, &c->hits);
	c->glue = 0;
	while (c->glue < t.len && text_bit(t.token, c->glue) == text_bit(whole.token, c->glue)) {
		c->glue++;
	}
	c->glue = c->glue == t.len ? len : c->glue;
}

void explain_each(const struct explanation *e, void (*fn)(const struct explain_component *c))
{
	size_t end = e->len;
	for (unsigned i = 0; end > e->first && i < COMPONENTS_MAX; i++) {
		struct explain_component c = {
			.e = e, .begin = match_component(e->path, e->first, end), .end = end};
		find_hits(&c);
		fn(&c);
		end = c.begin > e->first ? c.begin - 1 : e->first;
	}
}

static void write_server(const struct explanation *e, int64_t server)
{
	char name[EXPLAIN_SHOWN];
	if (server == 0) {
		jsonw_knull(e->w, "server");
		jsonw_knull(e->w, "server_name");
		return;
	}
	jsonw_kint(e->w, "server", server);
	jsonw_kstr(e->w, "server_name", explain_call(e, server, name));
}

static void tell_repository(const struct explanation *e)
{
	enum repository_kind kind = e->dir->repository.kind;
	if (kind == REPOSITORY_NONE) {
		return;
	}
	const char *words = repository_words(kind);
	explain_step(e, "It lies in %s %s: %s.",
		strchr("AEIOUaeiou", words[0]) != NULL ? "an" : "a", words, part_words(kind));
	if (e->j.verdict.reason == VERDICT_REPOSITORY) {
		explain_step(e,
			"Nothing can be told of a repository that is no single server's: "
			"servers without any backup are unknown, not red, until a rule, an alias "
			"or a server for the scanned directory says whose it is.");
	}
}

static void tell_counting(const struct explanation *e)
{
	const struct verdict *v = &e->j.verdict;
	char name[EXPLAIN_SHOWN];
	tell_repository(e);
	if (v->server != 0 && v->reason != VERDICT_COUNTS) {
		explain_step(
			e, "It does not count as a backup: %s.", verdict_reason_words(v->reason));
	}
	if (v->reason == VERDICT_TOO_SMALL) {
		explain_step(e, "It has %lld bytes; the policy of %s wants at least %lld.",
			(long long)e->size, explain_call(e, v->server, name),
			(long long)minimums_of(&e->m->minimums, v->server));
	}
}

static void write_candidates(const struct explain_component *c)
{
	const struct explanation *e = c->e;
	const struct hit_log *log = &c->hits;
	const struct identities *ids = &e->m->naming.ids;
	for (size_t i = 0; i < log->n; i++) {
		const struct identity *id = &ids->v[log->hits[i].identity];
		for (uint32_t o = 0; o < id->owners; o++) {
			int64_t server = ids->owners[id->owner + o].server;
			jsonw_object(e->w);
			write_server(e, server);
			jsonw_key(e->w, "identity");
			jsonw_bytes(e->w, identity_text(ids, id), id->len);
			jsonw_key(e->w, "component");
			jsonw_bytes(e->w, e->path + c->begin, c->end - c->begin);
			jsonw_kstr(e->w, "strength", identity_strength_words[id->strength]);
			jsonw_kbool(e->w, "won",
				log->hits[i].fate == HIT_NAMES && server == e->j.verdict.server);
			jsonw_end(e->w);
		}
	}
}

static void write_explanation(const struct explanation *e)
{
	const struct verdict *v = &e->j.verdict;
	jsonw_object(e->w);
	jsonw_key(e->w, "path");
	jsonw_bytes(e->w, e->path, e->len);
	write_server(e, v->server);
	jsonw_kbool(e->w, "counts", v->reason == VERDICT_COUNTS);
	jsonw_kstr(e->w, "reason", verdict_reason_words(v->reason));
	bool timed = e->size >= 0 || v->time_source != TIME_FROM_MTIME;
	jsonw_ktime(e->w, "time", timed ? v->backup_time : TIME_NONE);
	jsonw_kstr(e->w, "time_source", time_source_names[v->time_source]);
	jsonw_karray(e->w, "steps");
	explain_whose(e);
	tell_counting(e);
	explain_time(e);
	jsonw_end(e->w);
	jsonw_karray(e->w, "candidates");
	if (!e->j.by_rule && e->dir->mapped_server == 0) {
		explain_each(e, write_candidates);
	}
	jsonw_end(e->w);
	jsonw_end(e->w);
}

void matcher_explain_file(const struct matcher *m, const struct match_file *file,
	const struct match_names *names, struct jsonw *w)
{
	struct match_dir dir;
	const char *path = file->path;
	size_t name_at = match_component(path, 0, file->len);
	size_t dir_len = name_at > 1 ? name_at - 1 : name_at;
	size_t first = MIN(file->root_len, file->len);
	while (first < file->len && path[first] == '/') {
		first++;
	}
	matcher_dir(m, path, dir_len, MIN(file->root_len, dir_len), &dir);
	dir.repository = file->repository;
	struct explanation e = {.m = m,
		.dir = &dir,
		.path = path,
		.len = file->len,
		.name_at = name_at,
		.first = MIN(first, name_at),
		.mtime_ns = file->mtime_ns,
		.size = file->size,
		.names = names,
		.w = w};
	match_judge(
		&dir, path + name_at, file->len - name_at, file->mtime_ns, file->size, NULL, &e.j);
	write_explanation(&e);
}

void matcher_explain(const struct matcher *m, const char *path, size_t len, size_t root_len,
	int64_t mtime_ns, int64_t size, const struct match_names *names, struct jsonw *w)
{
	const struct match_file file = {
		.path = path, .len = len, .root_len = root_len, .mtime_ns = mtime_ns, .size = size};
	matcher_explain_file(m, &file, names, w);
}
