/* identity.h - the texts by which a server can be named in a path, and who owns each.
 *
 * Equal texts are merged: the strongest owners stay, and owners whose full host name is the same
 * are one host with several rows: the lowest id stands for all of them. */
#ifndef SCANNERD_MATCH_IDENTITY_H
#define SCANNERD_MATCH_IDENTITY_H

#include "common/buf.h"
#include "scannerd/match/match.h"
#include "scannerd/match/text.h"
#include "scannerd/match/words.h"

enum { IDENTITY_TOKENS_MAX = 32 };

enum identity_kind {
	IDENTITY_ALIAS,
	IDENTITY_HOSTNAME, /* one label */
	IDENTITY_FQDN,
	IDENTITY_FQDN_DASHED, /* dots written as dashes or underscores */
	IDENTITY_SHORT,       /* first label of an FQDN */
	IDENTITY_NETBIOS,     /* first 15 characters, upper case, of a longer name */
	IDENTITY_IPV4,
	IDENTITY_IPV6,
	IDENTITY_MAC,
	_IDENTITY_MAX
};
extern const char *const identity_kind_words[]; /* "host name", "short name" ... */

/* What a person typed beats what a scan saw, the whole name beats a form derived from it. */
enum identity_strength {
	STRENGTH_DERIVED = 1,
	STRENGTH_SEEN,
	STRENGTH_TYPED_DERIVED,
	STRENGTH_TYPED
};
extern const char *const identity_strength_words[];

struct owner {
	int64_t server;
	int64_t group; /* lowest id among the rows with the same full host name */
};

struct identity {
	uint64_t hash; /* of the whole run */
	uint32_t text; /* offset in identities.text */
	uint16_t len;
	uint8_t kind, strength;
	uint8_t class; /* enum word_class */
	uint8_t tokens;
	uint32_t owner, owners; /* first in identities.owners, how many; more than one: a tie */
};

struct identities {
	struct identity *v;
	size_t n, cap;
	int64_t *servers;     /* of each identity its only owner, 0 for a tie: dense, for speed */
	struct owner *owners; /* while building one for each identity */
	struct buf text;
};

int identities_build(struct identities *ids, const struct match_server *servers, size_t n,
	const struct words *words);
void identities_done(struct identities *ids);
static inline const char *identity_text(const struct identities *ids, const struct identity *id)
{
	return ids->text.data + id->text;
}

/* The hash of all tokens of t from the first to the last; *ret_tokens their number. 0: it cannot be
 * an identity. */
uint64_t identity_hash(const struct text *t, size_t begin, size_t end, size_t *ret_tokens);

#endif
