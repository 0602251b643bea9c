/* rules.c - compiles and applies the user's rules. */
#include "rules.h"

#include "common/timefmt.h"
#include "scannerd/match/glob.h"
#include <errno.h>
#include <stdatomic.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	MATCH_STEPS_MAX = 100000,
	MATCH_DEPTH_MAX = 1000,
	MATCH_HEAP_KIB_MAX = 1024,
	SCRATCH_MAX = 32, /* threads that match at once without allocating */
};

struct compiled {
	char *path; /* glob or NULL */
	pcre2_code *code;
	int host, date; /* numbers of the groups; 0: none */
	bool ignore, names_server;
	struct match_whose whose;
};

struct rules {
	const struct naming *naming;
	struct compiled *v;
	size_t n;
	uint32_t captures; /* the most of any rule */
	pcre2_match_context *limits;
	_Atomic(pcre2_match_data *) scratch[SCRATCH_MAX];
};

/* A group may be named in several places of an expression; only one name each is looked at. */
static int group_number(const pcre2_code *code, const char *name)
{
	int number = pcre2_substring_number_from_name(code, (PCRE2_SPTR)name);
	return MAX(number, 0);
}

static int compile_regex(
	struct rules *r, struct compiled *c, const char *regex, size_t index, struct err *err)
{
	int code;
	PCRE2_SIZE offset;
	c->code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, &code, &offset, NULL);
	if (c->code == NULL) {
		char field[64], why[128];
		snprintf(field, sizeof(field), "rules[%zu].regex", index);
		pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof(why));
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field,
			"the regular expression does not compile: %s (at character %zu)", why,
			(size_t)offset + 1);
	}
	c->host = group_number(c->code, "host");
	c->date = group_number(c->code, "date");
	uint32_t captures = 0;
	pcre2_pattern_info(c->code, PCRE2_INFO_CAPTURECOUNT, &captures);
	r->captures = MAX(r->captures, captures);
	return 0;
}

static int compile(struct rules *r, const struct rule *rule, size_t index, struct err *err)
{
	struct compiled *c = &r->v[r->n++];
	c->ignore = rule->ignore;
	c->names_server = rule->server != NULL;
	if (rule->server != NULL) {
		whose_exactly(r->naming, rule->server, strlen(rule->server), &c->whose);
	}
	if (rule->path != NULL) {
		c->path = strdup(rule->path);
		if (c->path == NULL) {
			return -ENOMEM;
		}
	}
	return rule->regex != NULL ? compile_regex(r, c, rule->regex, index, err) : 0;
}

int rules_new(
	const struct config *cfg, const struct naming *naming, struct rules **ret, struct err *err)
{
	_cleanup_(rules_freep) struct rules *r = calloc(1, sizeof(*r));
	size_t n = cfg != NULL ? cfg->rules.n : 0;
	if (r == NULL) {
		return -ENOMEM;
	}
	r->naming = naming;
	r->v = calloc(n + 1, sizeof(*r->v));
	r->limits = pcre2_match_context_create(NULL);
	if (r->v == NULL || r->limits == NULL) {
		return -ENOMEM;
	}
	pcre2_set_match_limit(r->limits, MATCH_STEPS_MAX);
	pcre2_set_depth_limit(r->limits, MATCH_DEPTH_MAX);
	pcre2_set_heap_limit(r->limits, MATCH_HEAP_KIB_MAX);
	for (size_t i = 0; i < n; i++) {
		int rc = compile(r, &cfg->rules.v[i], i, err);
		if (rc < 0) {
			return rc;
		}
	}
	*ret = steal(r);
	return 0;
}

void rules_free(struct rules *r)
{
	if (r == NULL) {
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].path);
		pcre2_code_free(r->v[i].code);
	}
	for (size_t i = 0; i < SCRATCH_MAX; i++) {
		pcre2_match_data_free(r->scratch[i]);
	}
	pcre2_match_context_free(r->limits);
	free(r->v);
	free(r);
}

bool rules_any(const struct rules *r)
{
	return r->n != 0;
}

bool rules_ask_names(const struct rules *r)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->v[i].host != 0 && !r->v[i].names_server) {
			return true;
		}
	}
	return false;
}

/* Of a tie, the servers too: they are told and may be asked for. */
static bool whose_agree(const struct rules *a, const struct match_whose *x, const struct rules *b,
	const struct match_whose *y)
{
	enum { TIES = MATCH_TIED * 16 };
	int64_t xs[TIES], ys[TIES];
	size_t n = whose_ties(a->naming, x, xs, TIES), m = whose_ties(b->naming, y, ys, TIES);
	return x->state == y->state && x->server == y->server && n == m &&
	       memcmp(xs, ys, n * sizeof(*xs)) == 0;
}

bool rules_agree(const struct rules *a, const struct rules *b)
{
	for (size_t i = 0; i < MIN(a->n, b->n); i++) {
		if (!whose_agree(a, &a->v[i].whose, b, &b->v[i].whose)) {
			return false;
		}
	}
	return a->n == b->n;
}

/* Scratch memory goes round among the threads, so that a match allocates only while there is none.
 */
static pcre2_match_data *scratch_take(const struct rules *rules)
{
	struct rules *r =
		(struct rules *)(uintptr_t)rules; /* the pool is no part of what a matcher means */
	for (size_t i = 0; i < SCRATCH_MAX; i++) {
		pcre2_match_data *data = atomic_exchange(&r->scratch[i], NULL);
		if (data != NULL) {
			return data;
		}
	}
	return pcre2_match_data_create(r->captures + 1, NULL);
}

static void scratch_give(const struct rules *rules, pcre2_match_data *data)
{
	struct rules *r = (struct rules *)(uintptr_t)rules;
	for (size_t i = 0; i < SCRATCH_MAX; i++) {
		pcre2_match_data *none = NULL;
		if (atomic_compare_exchange_strong(&r->scratch[i], &none, data)) {
			return;
		}
	}
	pcre2_match_data_free(data);
}

struct group {
	size_t begin, end;
	bool set;
};

static struct group group_of(pcre2_match_data *data, int number)
{
	const PCRE2_SIZE *v = pcre2_get_ovector_pointer(data);
	size_t begin = v[number * 2], end = v[number * 2 + 1];
	/* \K in a lookahead can put a start behind its end. */
	return (struct group){.begin = begin,
		.end = end,
		.set = number != 0 && begin != PCRE2_UNSET && begin <= end};
}

/* What the groups of a match say. False: neither a server nor a host was named, so the rule says
 * nothing. */
static bool read_groups(const struct rules *r, const struct compiled *c, pcre2_match_data *data,
	const char *path, size_t name_at, const struct date_rules *dates, struct rule_outcome *ret)
{
	struct group host = group_of(data, c->host), date = group_of(data, c->date);
	if (host.set && !c->names_server) {
		whose_exactly(r->naming, path + host.begin, host.end - host.begin, &ret->whose);
	}
	struct text t;
	if (date.set && text_set(&t, path + date.begin, date.end - date.begin)) {
		struct dates found;
		dates_scan(&t, dates, &found);
		ret->time = found.time;
		ret->time_in_name = date.begin >= name_at;
	}
	return host.set || c->names_server || c->ignore;
}

static bool matches_regex(const struct rules *r, const struct compiled *c, const char *path,
	size_t len, size_t name_at, const struct date_rules *dates, struct rule_outcome *ret)
{
	pcre2_match_data *data = scratch_take(r);
	if (data == NULL) {
		return false;
	}
	int rc = pcre2_match(c->code, (PCRE2_SPTR)path, len, 0, 0, data, r->limits);
	bool matched = rc > 0 && read_groups(r, c, data, path, name_at, dates, ret);
	scratch_give(r, data);
	return matched;
}

bool rules_reach(const struct rules *r, const char *dir, size_t len)
{
	for (size_t i = 0; i < r->n; i++) {
		const char *glob = r->v[i].path;
		if (glob == NULL || memcmp(glob, dir, MIN(len, glob_literal(glob))) == 0) {
			return true;
		}
	}
	return false;
}

bool rules_apply(const struct rules *r, const char *path, size_t len, size_t name_at,
	const struct date_rules *dates, struct rule_outcome *ret)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct compiled *c = &r->v[i];
		struct rule_outcome outcome = {
			.index = i, .ignore = c->ignore, .whose = c->whose, .time = TIME_NONE};
		if (c->path != NULL && !glob_match(c->path, path, len)) {
			continue;
		}
		if (c->code != NULL && !matches_regex(r, c, path, len, name_at, dates, &outcome)) {
			continue;
		}
		*ret = outcome;
		return true;
	}
	return false;
}
