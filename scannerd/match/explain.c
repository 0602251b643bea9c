/* explain.c - tells a person, step by step, why a path belongs to a server or to none. */
#include "match.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include "scannerd/match/counts.h"
#include "scannerd/match/matcher.h"
#include <stdarg.h>

enum { SENTENCE_MAX = 512, SHOWN_MAX = 96, COMPONENTS_MAX = 64, TIES_SHOWN = 8 };

struct explanation {
	const struct matcher *m;
	const struct match_dir *dir;
	const char *path;
	size_t len, name_at;
	bool indexed; /* its time and size are known */
	struct judgement j;
	const struct match_names *names;
	struct jsonw *w;
};

static void _printf_(2, 3) step(struct jsonw *w, const char *fmt, ...)
{
	char sentence[SENTENCE_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(sentence, sizeof(sentence), fmt, ap);
	va_end(ap);
	jsonw_bytes(w, sentence, strlen(sentence));
}

static const char *show(const char *s, size_t len, char out[SHOWN_MAX])
{
	utf8_printable(s, len, out, SHOWN_MAX);
	return out;
}

/* The server as people call it. */
static const char *call(const struct explanation *e, int64_t server, char out[SHOWN_MAX])
{
	char name[SHOWN_MAX] = "";
	if (e->names != NULL) {
		e->names->name(e->names->arg, server, name, sizeof(name));
	}
	if (name[0] == '\0') {
		snprintf(name, sizeof(name), "server %lld", (long long)server);
	}
	return show(name, strlen(name), out);
}

static void write_server(const struct explanation *e, int64_t server)
{
	char name[SHOWN_MAX];
	if (server == 0) {
		jsonw_knull(e->w, "server");
		jsonw_knull(e->w, "server_name");
		return;
	}
	jsonw_kint(e->w, "server", server);
	jsonw_kstr(e->w, "server_name", call(e, server, name));
}

/* The runs of one component that equal identities, with what became of each. */
static void find_hits(const struct explanation *e, size_t begin, size_t end, struct hit_log *log)
{
	struct text t;
	struct dates dates;
	struct match_whose strong, weak;
	const struct date_rules rules = {.order = (enum date_order)e->dir->date_order,
		.now = e->m->now,
		.words = e->m->naming.words};
	log->n = 0;
	text_set(&t, e->path + begin, end - begin);
	dates_scan(&t, &rules, &dates);
	whose_name(&e->m->naming, &t, &dates, &strong, &weak, log);
}

/* Calls fn for the name and then for each directory up to the scanned one, nearest first. */
static void each_component(const struct explanation *e, size_t first,
	void (*fn)(
		const struct explanation *e, size_t begin, size_t end, const struct hit_log *log))
{
	size_t end = e->len;
	for (unsigned i = 0; end > first && i < COMPONENTS_MAX; i++) {
		size_t begin = match_component(e->path, first, end);
		struct hit_log log;
		find_hits(e, begin, end, &log);
		fn(e, begin, end, &log);
		end = begin > first ? begin - 1 : first;
	}
}

static void tell_component(
	const struct explanation *e, size_t begin, size_t end, const struct hit_log *log)
{
	char shown[SHOWN_MAX], text[SHOWN_MAX], name[SHOWN_MAX];
	const char *what = begin == e->name_at ? "name" : "directory";
	show(e->path + begin, end - begin, shown);
	if (log->n == 0) {
		step(e->w, "The %s \"%s\" contains no identity of a server.", what, shown);
	}
	for (size_t i = 0; i < log->n; i++) {
		const struct identities *ids = &e->m->naming.ids;
		const struct identity *id = &ids->v[log->hits[i].identity];
		show(identity_text(ids, id), id->len, text);
		const char *kind = identity_kind_words[id->kind];
		if (log->hits[i].fate != HIT_NAMES) {
			step(e->w, "The %s \"%s\" contains \"%s\", the %s of a server, but %s.",
				what, shown, text, kind, hit_fate_words[log->hits[i].fate]);
		} else if (id->owners > 1) {
			step(e->w, "The %s \"%s\" contains \"%s\", the %s of %u different servers.",
				what, shown, text, kind, id->owners);
		} else {
			step(e->w, "The %s \"%s\" contains \"%s\", the %s of %s%s.", what, shown,
				text, kind, call(e, ids->owners[id->owner].server, name),
				id->class == WORD_COMMON ? "; such a common word counts only where "
							   "nothing else names a server"
							 : "");
		}
	}
}

static void tell_ties(const struct explanation *e)
{
	int64_t ids[TIES_SHOWN];
	size_t n = whose_ties(&e->m->naming, &e->j.whose, ids, TIES_SHOWN);
	_buf_ struct buf list = BUF_INIT;
	char name[SHOWN_MAX];
	for (size_t i = 0; i < n; i++) {
		buf_printf(&list, "%s%s", i != 0 ? ", " : "", call(e, ids[i], name));
	}
	step(e->w,
		"The servers %s tie: the file is ambiguous and a backup of none. An alias or a "
		"rule can settle it.",
		buf_cstr(&list));
}

static void tell_rule(const struct explanation *e)
{
	const struct rule_outcome *rule = &e->j.rule;
	char name[SHOWN_MAX];
	if (rule->ignore) {
		step(e->w, "Rule %zu matches: it says that such files are ignored.",
			rule->index + 1);
	} else if (rule->whose.state == MATCH_ONES) {
		step(e->w, "Rule %zu matches: it gives the file to %s.", rule->index + 1,
			call(e, rule->whose.server, name));
	} else if (rule->whose.state == MATCH_NOBODYS) {
		step(e->w, "Rule %zu matches, but the server that it names is not known.",
			rule->index + 1);
	} else {
		step(e->w, "Rule %zu matches, but more than one server has the name that it gives.",
			rule->index + 1);
	}
}

static void tell_whose(const struct explanation *e, size_t first)
{
	char name[SHOWN_MAX];
	if (e->j.by_rule) {
		tell_rule(e);
		return;
	}
	if (rules_any(e->m->rules)) {
		step(e->w, "No rule matches.");
	}
	if (e->dir->mapped_server > 0) {
		step(e->w, "The configuration gives everything in this scanned directory to %s.",
			call(e, e->dir->mapped_server, name));
		return;
	}
	if (e->dir->mapped_server < 0) {
		step(e->w, "The configuration gives everything in this scanned directory to a "
			   "server that is not known.");
		return;
	}
	each_component(e, first, tell_component);
	if (e->j.whose.state == MATCH_TIES) {
		tell_ties(e);
	} else if (e->j.whose.state == MATCH_ONES) {
		step(e->w, "The nearest component and in it the longest run decides: %s.",
			call(e, e->j.whose.server, name));
	} else {
		step(e->w, "Nothing names a server. An alias, a rule or a server for the scanned "
			   "directory can.");
	}
}

static void tell_time(const struct explanation *e)
{
	char stated[TIME_ISO_SIZE], decided[TIME_ISO_SIZE];
	time_iso(e->j.verdict.backup_time, decided);
	if (e->j.stated_time == TIME_NONE && !e->indexed) {
		step(e->w, "The path states no date: the file's modification time would decide.");
		return;
	}
	if (e->j.stated_time == TIME_NONE) {
		step(e->w, "The path states no date: the file's modification time decides, %s.",
			decided);
		return;
	}
	time_iso(e->j.stated_time, stated);
	const char *where = time_source_names[e->j.stated_by];
	if (e->j.verdict.future) {
		step(e->w,
			"The %s states %s, which lies in the future: the file's modification time "
			"decides, %s.",
			where, stated, decided);
		return;
	}
	step(e->w, "The %s states %s: that is the time of the backup.", where, stated);
	if (e->j.verdict.drifted && e->indexed) {
		step(e->w, "The file's modification time is more than 36 hours away from that.");
	}
}

static void tell_candidates(
	const struct explanation *e, size_t begin, size_t end, const struct hit_log *log)
{
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
			jsonw_bytes(e->w, e->path + begin, end - begin);
			jsonw_kstr(e->w, "strength", identity_strength_words[id->strength]);
			jsonw_kbool(e->w, "won",
				log->hits[i].fate == HIT_NAMES && server == e->j.verdict.server);
			jsonw_end(e->w);
		}
	}
}

static void write_explanation(const struct explanation *e, size_t first)
{
	const struct verdict *v = &e->j.verdict;
	jsonw_object(e->w);
	jsonw_key(e->w, "path");
	jsonw_bytes(e->w, e->path, e->len);
	write_server(e, v->server);
	jsonw_kbool(e->w, "counts", v->reason == VERDICT_COUNTS);
	jsonw_kstr(e->w, "reason", verdict_reason_words(v->reason));
	bool timed = e->indexed || v->time_source != TIME_FROM_MTIME;
	jsonw_ktime(e->w, "time", timed ? v->backup_time : TIME_NONE);
	jsonw_kstr(e->w, "time_source", time_source_names[v->time_source]);
	jsonw_karray(e->w, "steps");
	tell_whose(e, first);
	if (v->server != 0 && v->reason != VERDICT_COUNTS) {
		step(e->w, "It does not count as a backup: %s.", verdict_reason_words(v->reason));
	}
	tell_time(e);
	jsonw_end(e->w);
	jsonw_karray(e->w, "candidates");
	if (!e->j.by_rule && e->dir->mapped_server == 0) {
		each_component(e, first, tell_candidates);
	}
	jsonw_end(e->w);
	jsonw_end(e->w);
}

void matcher_explain(const struct matcher *m, const char *path, size_t len, size_t root_len,
	int64_t mtime_ns, int64_t size, const struct match_names *names, struct jsonw *w)
{
	struct match_dir dir;
	size_t name_at = match_component(path, 0, len);
	size_t dir_len = name_at > 1 ? name_at - 1 : name_at;
	matcher_dir(m, path, dir_len, MIN(root_len, dir_len), &dir);
	struct explanation e = {.m = m,
		.dir = &dir,
		.path = path,
		.len = len,
		.name_at = name_at,
		.indexed = size >= 0,
		.names = names,
		.w = w};
	match_judge(&dir, path + name_at, len - name_at, mtime_ns, size, NULL, &e.j);
	size_t first = MIN(root_len, len);
	while (first < len && path[first] == '/') {
		first++;
	}
	write_explanation(&e, MIN(first, name_at));
}
