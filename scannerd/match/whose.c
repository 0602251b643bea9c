/* whose.c - finds the longest run of tokens that names a server. */
#include "whose.h"

#include "scannerd/match/clock.h"
#include "scannerd/match/place.h"

const char *const hit_fate_words[] = {
	[HIT_NAMES] = "",
	[HIT_GENERIC] = "it is a generic word; only a rule can use it",
	[HIT_IN_DATE] = "it is part of a date",
	[HIT_IN_NUMBER] = "it is part of a longer number, address or version",
	[HIT_IN_UUID] = "it is part of a UUID",
	[HIT_OTHER_HOST] = "it is part of another host's full name",
	[HIT_NOT_UPPER] = "a NetBIOS name is written in capitals",
	[HIT_IN_SHARD] = "the directory is named by the first digits of a hash",
	[HIT_NEIGHBOUR] = "it begins the name of a server that is numbered like a known one, but "
			  "is not known",
	NULL,
};

/* The longest runs of a component so far, by number of tokens. */
struct best {
	uint8_t tokens, n;
	uint32_t runs[MATCH_TIED]; /* identities */
};

static void best_add(struct best *b, const struct table_slot *slot)
{
	uint32_t identity = slot->identity - 1;
	if (slot->tokens > b->tokens) {
		b->tokens = slot->tokens;
		b->n = 0;
	}
	for (uint8_t i = 0; i < b->n; i++) {
		if (b->runs[i] == identity) {
			return;
		}
	}
	if (slot->tokens == b->tokens && b->n < MATCH_TIED) {
		b->runs[b->n++] = identity;
	}
}

static const struct owner *owners_of(const struct naming *n, uint32_t identity, size_t *ret_n)
{
	const struct identity *id = &n->ids.v[identity];
	*ret_n = id->owners;
	return &n->ids.owners[id->owner];
}

/* The server among the owners of an identity that is this one's host; 0. */
static int64_t owner_in_group(const struct naming *n, uint32_t identity, int64_t group)
{
	size_t count;
	const struct owner *owners = owners_of(n, identity, &count);
	for (size_t i = 0; i < count; i++) {
		if (owners[i].group == group) {
			return owners[i].server;
		}
	}
	return 0;
}

/* The one server that all runs may mean; 0 if there is none, or if there are several. */
static int64_t common_server(const struct naming *n, const struct best *b)
{
	size_t count, common = 0;
	int64_t found = 0;
	const struct owner *owners = owners_of(n, b->runs[0], &count);
	for (size_t o = 0; o < count; o++) {
		int64_t server = owners[o].server;
		for (uint8_t i = 1; i < b->n && server != 0; i++) {
			server = MIN(server, owner_in_group(n, b->runs[i], owners[o].group));
		}
		if (server != 0) {
			common++;
			found = server;
		}
	}
	return common == 1 ? found : 0;
}

static void best_settle(const struct naming *n, const struct best *b, struct match_whose *ret)
{
	*ret = (struct match_whose){.state = MATCH_NOBODYS};
	if (b->n == 0) {
		return;
	}
	if (b->n == 1) {
		ret->server = n->ids.servers[b->runs[0]];
	} else {
		ret->server = common_server(n, b);
	}
	ret->state = ret->server != 0 ? MATCH_ONES : MATCH_TIES;
	if (ret->state == MATCH_TIES) {
		ret->n = b->n;
		for (uint8_t i = 0; i < b->n; i++) {
			ret->tied[i] = b->runs[i];
		}
	}
}

/* The tokens of a text: where each begins and, in the next place, ends. */
struct tokens {
	size_t n;
	uint16_t edges[TEXT_MAX + 1];
};

static void tokens_find(const struct text *t, struct tokens *ret)
{
	size_t n = 0;
	uint64_t before = 0; /* was the last byte of the word before part of a token? */
	for (size_t word = 0; word <= t->len / 64; word++) {
		uint64_t token = t->token[word], edges = token ^ (token << 1 | before);
		for (; edges != 0; edges &= edges - 1) {
			ret->edges[n++] = (uint16_t)(word * 64 + (size_t)__builtin_ctzll(edges));
		}
		before = token >> 63;
	}
	ret->n = n / 2;
}

struct search {
	const struct naming *n;
	const struct text *t;
	const struct dates *d;
	struct hit_log *log;
	struct best strong, weak;
	struct tokens tokens;
};

/* Judges one run that equals an identity. True if nothing shorter that begins here matters. */
static bool hit(
	struct search *s, const struct table_slot *slot, size_t begin, size_t end, bool neighbour)
{
	struct best *best = slot->class == WORD_COMMON ? &s->weak : &s->strong;
	if (s->log == NULL && slot->tokens < best->tokens) {
		return false;
	}
	enum hit_fate fate = place_judge(s->t, s->d, slot, begin, end);
	if (fate == HIT_NAMES && neighbour) {
		fate = HIT_NEIGHBOUR;
	}
	if (s->log != NULL && s->log->n < HIT_LOG_MAX) {
		s->log->hits[s->log->n++] =
			(struct hit){.identity = slot->identity - 1, .fate = fate};
	}
	if (fate == HIT_NAMES) {
		__builtin_prefetch(&s->n->ids.servers[slot->identity - 1]); /* for best_settle() */
		best_add(best, slot);
	}
	return s->log == NULL && fate == HIT_NAMES && best == &s->strong;
}

/* Does the run that ends at `end` go on like a known numbered name, with a number that is not
 * known? */
static bool is_neighbour(const struct search *s, const struct table_slot *slot, size_t end)
{
	enum { NUMBER_MAX = 3 }; /* four digits are rather a year */
	const struct text *t = s->t;
	if ((slot->flags & TABLE_NUMBERED) == 0 || t->s[end] != '-' || !token_at(t, end + 1)) {
		return false;
	}
	size_t last = text_end(t->digit, end + 1);
	return last - end - 1 <= NUMBER_MAX && last >= text_end(t->token, end + 1) &&
	       !dates_begin_at(s->d, end + 1);
}

/* All identities that begin with that token, the longest first; hash is the token's. */
static __attribute__((noinline)) void follow(struct search *s, size_t token, uint64_t hash)
{
	struct {
		const struct table_slot *slot;
		size_t end;
	} runs[IDENTITY_TOKENS_MAX];
	const struct text *t = s->t;
	const uint16_t *edge = &s->tokens.edges[token * 2];
	const uint16_t *last = &s->tokens.edges[s->tokens.n * 2 - 1];
	const struct table_slot *slot = table_find(&s->n->table, hash);
	size_t begin = *edge++, n = 0;
	bool neighbour = false;
	while (slot != NULL && n < IDENTITY_TOKENS_MAX) {
		size_t end = *edge;
		/* A run that names nobody takes nothing back: it may begin a longer name. */
		neighbour = is_neighbour(s, slot, end) || (neighbour && slot->identity == 0);
		if (slot->identity != 0) {
			runs[n].slot = slot;
			runs[n++].end = end;
		}
		if ((slot->flags & TABLE_LONGER) == 0 || edge == last) {
			break;
		}
		size_t next = edge[1];
		if (next - end > TEXT_GAP_MAX) {
			break;
		}
		edge += 2;
		hash = text_hash_gap(t->s + end, next - end, hash);
		hash = text_hash(t->s + next, *edge - next, hash);
		if (!table_may_go_on(&s->n->table, hash)) {
			break;
		}
		slot = table_find(&s->n->table, hash);
	}
	while (n > 0 && !hit(s, runs[n - 1].slot, begin, runs[n - 1].end, neighbour)) {
		n--;
	}
}

void whose_name(const struct naming *n, const struct text *t, const struct dates *d,
	struct match_whose *strong, struct match_whose *weak, struct hit_log *log)
{
	struct search s;
	s.n = n;
	s.t = t;
	s.d = d;
	s.log = log;
	s.strong.n = s.strong.tokens = s.weak.n = s.weak.tokens = 0;
	tokens_find(t, &s.tokens);
	for (size_t i = 0; i < s.tokens.n; i++) {
		size_t begin = s.tokens.edges[i * 2], end = s.tokens.edges[i * 2 + 1];
		uint64_t hash = text_hash(t->s + begin, end - begin, TEXT_SEED);
		if (table_may_begin(&n->table, hash)) {
			follow(&s, i, hash);
		}
	}
	best_settle(n, &s.strong, strong);
	best_settle(n, &s.weak, weak);
}

void whose_directory(const struct naming *n, bool shard, const struct text *t,
	const struct dates *d, struct match_whose *strong, struct match_whose *weak,
	struct hit_log *log)
{
	if (!shard || log != NULL) {
		whose_name(n, t, d, strong, weak, log);
	}
	if (!shard) {
		return;
	}
	*strong = *weak = (struct match_whose){.state = MATCH_NOBODYS};
	for (size_t i = 0; log != NULL && i < log->n; i++) {
		log->hits[i].fate = HIT_IN_SHARD;
	}
}

bool whose_add_farther(
	const struct naming *n, struct match_whose *nearer, const struct match_whose *farther)
{
	if (nearer->state == MATCH_ONES || farther->state == MATCH_NOBODYS) {
		return nearer->state == MATCH_ONES;
	}
	if (nearer->state == MATCH_NOBODYS) {
		*nearer = *farther;
		return nearer->state == MATCH_ONES;
	}
	int64_t ties[MATCH_TIED * 4];
	size_t count =
		farther->state == MATCH_ONES ? whose_ties(n, nearer, ties, ARRAY_SIZE(ties)) : 0;
	for (size_t i = 0; i < count; i++) {
		if (ties[i] == farther->server) {
			*nearer = *farther;
		}
	}
	return true;
}

size_t whose_ties(const struct naming *n, const struct match_whose *w, int64_t *ret_ids, size_t max)
{
	size_t found = 0;
	for (uint8_t i = 0; w->state == MATCH_TIES && i < w->n; i++) {
		size_t count;
		const struct owner *owners = owners_of(n, w->tied[i], &count);
		for (size_t o = 0; o < count && found < max; o++) {
			bool known = false;
			for (size_t k = 0; k < found; k++) {
				known |= ret_ids[k] == owners[o].server;
			}
			if (!known) {
				ret_ids[found++] = owners[o].server;
			}
		}
	}
	return found;
}

void whose_exactly(const struct naming *n, const char *name, size_t len, struct match_whose *ret)
{
	*ret = (struct match_whose){.state = MATCH_NOBODYS};
	struct text t;
	if (!text_set(&t, name, len)) {
		return;
	}
	size_t begin = text_next(&t, t.token, 0), end = t.len, tokens;
	while (end > begin && !text_bit(t.token, end - 1)) {
		end--;
	}
	uint64_t hash = identity_hash(&t, begin, end, &tokens);
	const struct table_slot *slot = hash != 0 ? table_find(&n->table, hash) : NULL;
	if (slot != NULL && slot->identity != 0) {
		struct best b = {0};
		best_add(&b, slot);
		best_settle(n, &b, ret);
	}
}
