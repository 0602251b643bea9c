/* place.h - judges a run that equals an identity by the place where it stands. */
#ifndef SCANNERD_MATCH_PLACE_H
#define SCANNERD_MATCH_PLACE_H

#include "scannerd/match/whose.h"

/* HIT_NAMES, or why the run from begin to end names nobody. */
enum hit_fate place_judge(const struct text *t, const struct dates *d, const struct table_slot *id,
	size_t begin, size_t end);

#endif
