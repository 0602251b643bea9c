/* identity.c - works out every form under which a server may be named, and merges equal ones. */
#include "identity.h"

#include "common/addr.h"
#include <errno.h>

enum { NETBIOS_LEN = 15, OWNERS_MAX = 16 };

const char *const identity_kind_words[] = {
	[IDENTITY_ALIAS] = "alias",
	[IDENTITY_HOSTNAME] = "host name",
	[IDENTITY_FQDN] = "full host name",
	[IDENTITY_FQDN_DASHED] = "full host name with its dots replaced",
	[IDENTITY_SHORT] = "short name",
	[IDENTITY_NETBIOS] = "NetBIOS name",
	[IDENTITY_IPV4] = "IPv4 address",
	[IDENTITY_IPV6] = "IPv6 address",
	[IDENTITY_MAC] = "MAC address",
	NULL,
};

const char *const identity_strength_words[] = {
	"none", "derived from a seen name", "seen", "derived from a typed name", "typed", NULL};

struct build {
	struct identities *ids;
	const struct words *words;
	struct owner owner;
	struct text text; /* scratch */
};

uint64_t identity_hash(const struct text *t, size_t begin, size_t end, size_t *ret_tokens)
{
	uint64_t hash = TEXT_SEED;
	size_t tokens = 0, at = begin;
	while (at < end) {
		size_t token_end = text_end(t->token, at);
		hash = text_hash(t->s + at, token_end - at, hash);
		if (++tokens > IDENTITY_TOKENS_MAX) {
			return 0;
		}
		at = text_next(t, t->token, token_end);
		if (at < end) {
			if (at - token_end > TEXT_GAP_MAX) {
				return 0;
			}
			hash = text_hash_gap(t->s + token_end, at - token_end, hash);
		}
	}
	*ret_tokens = tokens;
	return tokens != 0 ? hash : 0;
}

/* Of one word, what the lists say; of several that are all generic, common: "db-backup", and also
 * "backup-01" but not "host-01". */
static enum word_class class_of(
	const struct words *words, const struct text *t, size_t begin, size_t end)
{
	enum word_class whole = words_class(words, t->s + begin, end - begin);
	if (whole != WORD_FREE) {
		return whole;
	}
	bool numbers = false, counted = true;
	for (size_t at = begin; at < end; at = text_next(t, t->token, at)) {
		size_t token_end = text_end(t->token, at);
		bool number = text_end(t->digit, at) >= token_end;
		if (words_class(words, t->s + at, token_end - at) != WORD_GENERIC) {
			return WORD_FREE;
		}
		numbers |= number;
		counted &= number || words_counted(words, t->s + at, token_end - at);
		at = token_end;
	}
	return numbers && !counted ? WORD_FREE : WORD_COMMON;
}

static int identities_grow(struct identities *ids)
{
	if (ids->n < ids->cap) {
		return 0;
	}
	size_t cap = GROW(ids->cap);
	struct identity *v = reallocarray(ids->v, cap, sizeof(*v));
	if (v == NULL) {
		return -ENOMEM;
	}
	ids->v = v;
	struct owner *owners = reallocarray(ids->owners, cap, sizeof(*owners));
	if (owners == NULL) {
		return -ENOMEM;
	}
	ids->owners = owners;
	ids->cap = cap;
	return 0;
}

/* Adds one form; texts that no run of tokens can equal are left out. */
static int add(struct build *b, const char *text, size_t len, enum identity_kind kind,
	enum identity_strength strength)
{
	struct text *t = &b->text;
	if (!text_set(t, text, len)) {
		return 0;
	}
	size_t begin = text_next(t, t->token, 0), end = t->len, tokens = 0;
	while (end > begin && !text_bit(t->token, end - 1)) {
		end--;
	}
	uint64_t hash = identity_hash(t, begin, end, &tokens);
	if (hash == 0) {
		return 0;
	}
	int rc = identities_grow(b->ids);
	if (rc < 0) {
		return rc;
	}
	bool address = kind == IDENTITY_IPV4 || kind == IDENTITY_IPV6;
	b->ids->v[b->ids->n] = (struct identity){.hash = hash,
		.text = (uint32_t)b->ids->text.len,
		.len = (uint16_t)(end - begin),
		.kind = (uint8_t)kind,
		.strength = (uint8_t)strength,
		.class = address ? WORD_FREE : (uint8_t)class_of(b->words, t, begin, end),
		.tokens = (uint8_t)tokens,
		.owner = (uint32_t)b->ids->n,
		.owners = 1};
	b->ids->owners[b->ids->n++] = b->owner;
	buf_add(&b->ids->text, t->s + begin, end - begin);
	return b->ids->text.failed ? -ENOMEM : 0;
}

/* The text with every `from` replaced. */
static int add_replaced(struct build *b, const char *text, char from, char to,
	enum identity_kind kind, enum identity_strength strength)
{
	char copy[TEXT_MAX + 1];
	size_t len = strlen(text);
	if (len > TEXT_MAX) {
		return 0;
	}
	memcpy(copy, text, len);
	for (size_t i = 0; i < len; i++) {
		if (copy[i] == from) {
			copy[i] = to;
		}
	}
	return add(b, copy, len, kind, strength);
}

static int add_separated(struct build *b, const char *text, char sep, enum identity_kind kind,
	enum identity_strength strength)
{
	int rc = 0;
	for (const char *to = ":.-_"; *to != '\0' && rc == 0; to++) {
		if (*to == ':' && kind == IDENTITY_IPV4) {
			continue;
		}
		if (*to == '.' && kind == IDENTITY_IPV6) {
			continue;
		}
		rc = add_replaced(b, text, sep, *to, kind, strength);
	}
	return rc;
}

/* The address without its colons. */
static int add_packed(
	struct build *b, const char *text, enum identity_kind kind, enum identity_strength strength)
{
	char packed[ADDR_TEXT_SIZE];
	size_t len = 0;
	for (; *text != '\0'; text++) {
		if (*text != ':') {
			packed[len++] = *text;
		}
	}
	return add(b, packed, len, kind, strength);
}

/* fd00::1:2 as it is, and with all eight groups written out, short, long and without separators. */
static int add_ipv6(struct build *b, const struct addr *a, enum identity_strength strength)
{
	char text[ADDR_TEXT_SIZE];
	size_t len = strlen(addr_format(a, text));
	int rc = 0;
	if (text[0] != ':' && text[len - 1] != ':') {
		rc = add_separated(b, text, ':', IDENTITY_IPV6, strength);
	}
	for (int width = 1; width <= 4 && rc == 0; width += 3) {
		char full[ADDR_TEXT_SIZE];
		size_t used = 0;
		for (size_t i = 0; i < 16; i += 2) {
			unsigned group = (unsigned)a->bytes[i] << 8 | a->bytes[i + 1];
			const char *sep = i != 0 ? ":" : "";
			used += (size_t)snprintf(
				full + used, sizeof(full) - used, "%s%0*x", sep, width, group);
		}
		if (strcmp(full, text) != 0) {
			rc = add_separated(b, full, ':', IDENTITY_IPV6, strength);
		}
		if (rc == 0 && width == 4) {
			rc = add_packed(b, full, IDENTITY_IPV6, strength);
		}
	}
	return rc;
}

/* An address of this machine only, or of none, says nothing. */
static bool is_nobodys(const struct addr *a)
{
	static const uint8_t loopback6[16] = {[15] = 1}, none[16] = {0};
	if (a->family == 4) {
		return a->bytes[0] == 127 || a->bytes[0] == 0;
	}
	return memcmp(a->bytes, loopback6, 16) == 0 || memcmp(a->bytes, none, 16) == 0;
}

/* 1 if text is an address, 0 if not. */
static int add_address(struct build *b, const char *text, enum identity_strength strength)
{
	struct addr a;
	if (addr_parse(text, &a) < 0) {
		return 0;
	}
	if (is_nobodys(&a)) {
		return 1;
	}
	char canonical[ADDR_TEXT_SIZE];
	addr_format(&a, canonical);
	int rc = a.family == 4 ? add_separated(b, canonical, '.', IDENTITY_IPV4, strength)
			       : add_ipv6(b, &a, strength);
	return rc < 0 ? rc : 1;
}

/* 1 if text is a MAC address, 0 if not. */
static int add_mac(struct build *b, const char *text, enum identity_strength strength)
{
	char mac[18], plain[13], dotted[15], halves[14];
	if (mac_parse(text, mac) < 0) {
		return 0;
	}
	for (size_t i = 0; i < 6; i++) {
		memcpy(plain + i * 2, mac + i * 3, 2);
	}
	plain[12] = '\0';
	snprintf(dotted, sizeof(dotted), "%.4s.%.4s.%.4s", plain, plain + 4, plain + 8);
	snprintf(halves, sizeof(halves), "%.6s-%.6s", plain, plain + 6);
	int rc = add_separated(b, mac, ':', IDENTITY_MAC, strength);
	rc = rc < 0 ? rc : add(b, plain, 12, IDENTITY_MAC, strength);
	rc = rc < 0 ? rc : add(b, dotted, 14, IDENTITY_MAC, strength);
	rc = rc < 0 ? rc : add_replaced(b, dotted, '.', '-', IDENTITY_MAC, strength);
	rc = rc < 0 ? rc : add(b, halves, 13, IDENTITY_MAC, strength);
	return rc < 0 ? rc : 1;
}

/* Windows cuts names to 15 characters. Cut between two tokens it would be the prefix of every
 * sibling's name (app-prod-europe of app-prod-europe-11), so only a cut through a token counts. */
static int add_netbios(
	struct build *b, const char *label, size_t len, enum identity_strength derived)
{
	if (len <= NETBIOS_LEN || label[NETBIOS_LEN] == '-' || label[NETBIOS_LEN - 1] == '-' ||
		label[NETBIOS_LEN] == '_' || label[NETBIOS_LEN - 1] == '_') {
		return 0;
	}
	return add(b, label, NETBIOS_LEN, IDENTITY_NETBIOS, derived);
}

/* A host name: bare, or an FQDN with the forms that follow from it. */
static int add_hostname(struct build *b, const char *name, bool typed)
{
	enum identity_strength full = typed ? STRENGTH_TYPED : STRENGTH_SEEN;
	enum identity_strength derived = typed ? STRENGTH_TYPED_DERIVED : STRENGTH_DERIVED;
	int rc = add_address(b, name, full);
	if (rc != 0) {
		return MIN(rc, 0);
	}
	size_t len = strlen(name);
	while (len > 0 && name[len - 1] == '.') {
		len--;
	}
	size_t label = strcspn(name, ".");
	if (label >= len) {
		rc = add(b, name, len, IDENTITY_HOSTNAME, full);
		return rc < 0 ? rc : add_netbios(b, name, len, derived);
	}
	rc = add(b, name, len, IDENTITY_FQDN, full);
	rc = rc < 0 ? rc : add_replaced(b, name, '.', '-', IDENTITY_FQDN_DASHED, derived);
	rc = rc < 0 ? rc : add_replaced(b, name, '.', '_', IDENTITY_FQDN_DASHED, derived);
	rc = rc < 0 ? rc : add(b, name, label, IDENTITY_SHORT, derived);
	return rc < 0 ? rc : add_netbios(b, name, label, derived);
}

/* An alias is taken as typed; only the forms of an address, a MAC or an FQDN follow from it. */
static int add_alias(struct build *b, const char *alias)
{
	int rc = add_address(b, alias, STRENGTH_TYPED);
	rc = rc != 0 ? rc : add_mac(b, alias, STRENGTH_TYPED);
	if (rc != 0) {
		return MIN(rc, 0);
	}
	rc = add(b, alias, strlen(alias), IDENTITY_ALIAS, STRENGTH_TYPED);
	if (rc == 0 && strchr(alias, '.') != NULL && hostname_is_valid(alias)) {
		rc = add_replaced(b, alias, '.', '-', IDENTITY_FQDN_DASHED, STRENGTH_TYPED_DERIVED);
		rc = rc < 0 ? rc
			    : add_replaced(b, alias, '.', '_', IDENTITY_FQDN_DASHED,
				      STRENGTH_TYPED_DERIVED);
	}
	return rc;
}

static int add_server(struct build *b, const struct match_server *s)
{
	int rc = s->hostname != NULL ? add_hostname(b, s->hostname, s->hostname_by_hand) : 0;
	for (const char *const *p = s->hostnames_seen; p != NULL && *p != NULL && rc >= 0; p++) {
		rc = add_hostname(b, *p, false);
	}
	for (const char *const *p = s->addresses; p != NULL && *p != NULL && rc >= 0; p++) {
		rc = add_address(b, *p, STRENGTH_SEEN);
	}
	for (const char *const *p = s->macs; p != NULL && *p != NULL && rc >= 0; p++) {
		rc = add_mac(b, *p, STRENGTH_SEEN);
	}
	for (const char *const *p = s->aliases; p != NULL && *p != NULL && rc >= 0; p++) {
		rc = add_alias(b, *p);
	}
	return MIN(rc, 0);
}

struct named {
	const char *hostname;
	int64_t id;
	size_t index;
};

static int named_compare(const void *left, const void *right)
{
	const struct named *a = left, *b = right;
	int order = strcasecmp(a->hostname, b->hostname);
	return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

/* groups[i]: the lowest id among the servers whose full host name is that of servers[i]. */
static int group_servers(const struct match_server *servers, size_t n, int64_t *groups)
{
	_free_ struct named *named = calloc(n + 1, sizeof(*named));
	if (named == NULL) {
		return -ENOMEM;
	}
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		groups[i] = servers[i].id;
		if (servers[i].hostname != NULL && servers[i].hostname[0] != '\0') {
			named[m++] = (struct named){servers[i].hostname, servers[i].id, i};
		}
	}
	qsort(named, m, sizeof(*named), named_compare);
	for (size_t i = 1; i < m; i++) {
		if (strcasecmp(named[i].hostname, named[i - 1].hostname) == 0) {
			groups[named[i].index] = groups[named[i - 1].index];
		}
	}
	return 0;
}

static int identity_compare(const void *left, const void *right, void *context)
{
	const struct identities *ids = context;
	const struct identity *a = left, *b = right;
	if (a->hash != b->hash) {
		return a->hash < b->hash ? -1 : 1;
	}
	size_t len = MIN(a->len, b->len);
	int order = memcmp(identity_text(ids, a), identity_text(ids, b), len);
	if (order != 0 || a->len != b->len) {
		return order != 0 ? order : a->len - b->len;
	}
	if (a->strength != b->strength) {
		return b->strength - a->strength;
	}
	const struct owner *mine = &ids->owners[a->owner], *others = &ids->owners[b->owner];
	if (mine->server != others->server) {
		return mine->server < others->server ? -1 : 1;
	}
	return a->kind - b->kind;
}

static bool identity_same_text(
	const struct identities *ids, const struct identity *a, const struct identity *b)
{
	return a->hash == b->hash && a->len == b->len &&
	       memcmp(identity_text(ids, a), identity_text(ids, b), a->len) == 0;
}

/* Adds an owner to the identity that is being merged, unless its host is there already. */
static void merge_owner(struct identity *id, struct owner *owners, const struct owner *more)
{
	for (uint32_t i = 0; i < id->owners; i++) {
		if (owners[id->owner + i].group == more->group) {
			return; /* sorted: the lower id came first */
		}
	}
	if (id->owners < OWNERS_MAX) {
		owners[id->owner + id->owners++] = *more;
	}
}

/* Joins equal texts. They were sorted, the strongest and then the lowest id first. */
static int merge(struct identities *ids)
{
	struct owner *owners = calloc(ids->n + 1, sizeof(*owners));
	ids->servers = calloc(ids->n + 1, sizeof(*ids->servers));
	if (owners == NULL || ids->servers == NULL) {
		free(owners);
		return -ENOMEM;
	}
	size_t kept = 0, used = 0;
	for (size_t i = 0; i < ids->n; i++) {
		struct identity *last = kept != 0 ? &ids->v[kept - 1] : NULL;
		const struct owner *owner = &ids->owners[ids->v[i].owner];
		if (last != NULL && identity_same_text(ids, last, &ids->v[i])) {
			if (last->strength == ids->v[i].strength) {
				merge_owner(last, owners, owner);
				used = last->owner + last->owners;
			}
			continue;
		}
		ids->v[kept] = ids->v[i];
		ids->v[kept].owner = (uint32_t)used;
		owners[used++] = *owner;
		kept++;
	}
	free(ids->owners);
	ids->owners = owners;
	ids->n = kept;
	for (size_t i = 0; i < kept; i++) {
		ids->servers[i] = ids->v[i].owners == 1 ? owners[ids->v[i].owner].server : 0;
	}
	return 0;
}

int identities_build(struct identities *ids, const struct match_server *servers, size_t n,
	const struct words *words)
{
	*ids = (struct identities){.text = BUF_INIT};
	_free_ int64_t *groups = calloc(n + 1, sizeof(*groups));
	_free_ struct build *b = calloc(1, sizeof(*b));
	if (groups == NULL || b == NULL) {
		return -ENOMEM;
	}
	b->ids = ids;
	b->words = words;
	int rc = group_servers(servers, n, groups);
	for (size_t i = 0; i < n && rc == 0; i++) {
		b->owner = (struct owner){.server = servers[i].id, .group = groups[i]};
		rc = add_server(b, &servers[i]);
	}
	if (rc == 0) {
		if (ids->n != 0) {
			qsort_r(ids->v, ids->n, sizeof(*ids->v), identity_compare, ids);
		}
		rc = merge(ids);
	}
	if (rc < 0) {
		identities_done(ids);
	}
	return rc;
}

void identities_done(struct identities *ids)
{
	free(ids->v);
	free(ids->owners);
	free(ids->servers);
	buf_done(&ids->text);
	*ids = (struct identities){.text = BUF_INIT};
}
