/* explain_whose.c - tells whose a file is: the rule, the mapping, or each component's names. */
#include "explain.h"

enum { TIES_SHOWN = 8 };

static void tell_glue(const struct explain_component *c, const char *what, const char *shown)
{
	char before[EXPLAIN_SHOWN], glue[EXPLAIN_SHOWN];
	const char *s = c->e->path + c->begin;
	if (c->begin + c->glue < c->end) {
		explain_show(s, c->glue, before);
		explain_step(c->e,
			"In the %s \"%s\" a \"%s\" is glued between \"%s\" and a date, as Veeam "
			"writes it: it belongs to neither.",
			what, shown, explain_show(s + c->glue, 1, glue), before);
	}
}

static void tell_hit(const struct explain_component *c, const struct hit *hit, const char *what,
	const char *shown)
{
	const struct explanation *e = c->e;
	const struct identities *ids = &e->m->naming.ids;
	const struct identity *id = &ids->v[hit->identity];
	char text[EXPLAIN_SHOWN], name[EXPLAIN_SHOWN];
	const char *kind = identity_kind_words[id->kind];
	explain_show(identity_text(ids, id), id->len, text);
	if (hit->fate != HIT_NAMES) {
		explain_step(e, "The %s \"%s\" contains \"%s\", the %s of a server, but %s.", what,
			shown, text, kind, hit_fate_words[hit->fate]);
	} else if (id->owners > 1) {
		explain_step(e, "The %s \"%s\" contains \"%s\", the %s of %u different servers.",
			what, shown, text, kind, id->owners);
	} else {
		explain_step(e, "The %s \"%s\" contains \"%s\", the %s of %s%s.", what, shown, text,
			kind, explain_call(e, ids->owners[id->owner].server, name),
			id->class == WORD_COMMON ? "; such a common word counts only where nothing "
						   "else names a server"
						 : "");
	}
}

static void tell_component(const struct explain_component *c)
{
	char shown[EXPLAIN_SHOWN];
	const char *what = c->begin == c->e->name_at ? "name" : "directory";
	explain_show(c->e->path + c->begin, c->end - c->begin, shown);
	tell_glue(c, what, shown);
	if (c->hits.n == 0) {
		explain_step(c->e, "The %s \"%s\" contains no identity of a server.", what, shown);
	}
	for (size_t i = 0; i < c->hits.n; i++) {
		tell_hit(c, &c->hits.hits[i], what, shown);
	}
}

static void list_ties(const struct explanation *e, struct buf *out)
{
	int64_t ids[TIES_SHOWN + 1];
	char name[EXPLAIN_SHOWN];
	size_t n = whose_ties(&e->m->naming, &e->j.whose, ids, ARRAY_SIZE(ids));
	for (size_t i = 0; i < MIN(n, (size_t)TIES_SHOWN); i++) {
		buf_printf(out, "%s%s", i != 0 ? ", " : "", explain_call(e, ids[i], name));
	}
	if (n > TIES_SHOWN) {
		buf_adds(out, " and others");
	}
}

/* One text that several servers own, or several texts of one length. */
static void tell_ties(const struct explanation *e)
{
	_buf_ struct buf list = BUF_INIT;
	const struct identities *ids = &e->m->naming.ids;
	const struct identity *id = &ids->v[e->j.whose.tied[0]];
	char text[EXPLAIN_SHOWN];
	list_ties(e, &list);
	explain_step(e, "The servers %s tie: the file is ambiguous and a backup of none.",
		buf_cstr(&list));
	if (e->j.whose.n > 1) {
		explain_step(e,
			"Nothing in the path tells which of the names that stand in it is "
			"the machine's. A rule, a directory named after the server, or a server "
			"for the scanned directory settles it.");
		return;
	}
	explain_show(identity_text(ids, id), id->len, text);
	explain_step(e,
		"\"%s\" is the %s of them all. A full host name or an address in the path, \"%s\" "
		"as "
		"an alias of the one that is meant, a rule, or a server for the scanned directory "
		"settles it.",
		text, identity_kind_words[id->kind], text);
}

static void tell_rule(const struct explanation *e)
{
	const struct rule_outcome *rule = &e->j.rule;
	char name[EXPLAIN_SHOWN];
	if (rule->ignore) {
		explain_step(e, "Rule %zu matches: it says that such files are ignored.",
			rule->index + 1);
	} else if (rule->whose.state == MATCH_ONES) {
		explain_step(e, "Rule %zu matches: it gives the file to %s.", rule->index + 1,
			explain_call(e, rule->whose.server, name));
	} else if (rule->whose.state == MATCH_NOBODYS) {
		explain_step(e, "Rule %zu matches, but the server that it names is not known.",
			rule->index + 1);
	} else {
		_buf_ struct buf list = BUF_INIT;
		list_ties(e, &list);
		explain_step(e,
			"Rule %zu matches, but what it gives is a name of several servers: %s. "
			"Another "
			"name in the rule, or an alias of the one that is meant, settles it.",
			rule->index + 1, buf_cstr(&list));
	}
}

void explain_whose(const struct explanation *e)
{
	char name[EXPLAIN_SHOWN];
	if (e->j.by_rule) {
		tell_rule(e);
		return;
	}
	if (rules_any(e->m->rules)) {
		explain_step(e, "No rule matches.");
	}
	if (e->dir->mapped_server > 0) {
		explain_step(e,
			"The configuration gives everything in this scanned directory to %s.",
			explain_call(e, e->dir->mapped_server, name));
		return;
	}
	if (e->dir->mapped_server < 0) {
		explain_step(e, "The configuration gives everything in this scanned directory to a "
				"server that is not known.");
		return;
	}
	explain_each(e, tell_component);
	if (e->j.whose.state == MATCH_TIES) {
		tell_ties(e);
	} else if (e->j.whose.state == MATCH_ONES) {
		explain_step(e, "The nearest component and in it the longest run decides: %s.",
			explain_call(e, e->j.whose.server, name));
	} else {
		explain_step(e,
			"Nothing names a server. An alias, a rule or a server for the scanned "
			"directory can.");
	}
}
