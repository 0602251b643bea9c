/* delta.h - which files can a new matcher judge otherwise than the one before? So that one more
 * server does not cost judging a million files again.
 *
 * A run of tokens is looked up as the bytes that stand in the name, so a judgement can differ only
 * where a name, or a directory of its path below the scanned one, holds the text of a run that
 * stands in only one of the two matchers or belongs to others now. Such texts are looked for
 * anywhere in the name, without regard to where tokens end or are cut: too often now and then,
 * never too rarely. Everything else that a judgement depends on must be equal, or the delta is
 * "all". Only `now` is left out: what lay in the future before and does not now is for the caller
 * to judge again. */
#ifndef SCANNERD_MATCH_DELTA_H
#define SCANNERD_MATCH_DELTA_H

#include "scannerd/match/match.h"

struct delta;
/* before and after: compared now, not kept. before NULL, other rules, mappings (or servers that
 * these name), words, zones, date orders or minimum sizes, or too many changed identities:
 * everything is touched. -ENOMEM. */
int delta_new(const struct matcher *before, const struct matcher *after, struct delta **ret);
void delta_free(struct delta *d); /* NULL is fine */
DEFINE_CLEANUP(struct delta *, delta_free);
bool delta_is_all(const struct delta *d);
bool delta_is_nothing(const struct delta *d);
/* Whether a directory, or the name of a file in an untouched one, must be judged again. root_len as
 * in matcher_dir(). May say true too often, never too rarely. */
bool delta_touches_dir(const struct delta *d, const char *path, size_t len, size_t root_len);
bool delta_touches_name(const struct delta *d, const char *name, size_t len);

#endif
