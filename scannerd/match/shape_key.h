/* shape_key.h - how a shape is written down, for shape.c and shape_write.c.
 *
 * In a key every byte stands for itself, except NUL, which no name has: it begins a mark. */
#ifndef SCANNERD_MATCH_SHAPE_KEY_H
#define SCANNERD_MATCH_SHAPE_KEY_H

#include "scannerd/match/shape.h"

enum mark {
	MARK_BEGIN = '{', /* what follows varies, up to */
	MARK_END = '}',
	MARK_DIGIT = 'd', /* one byte of what varies */
	MARK_HEX = 'h',
	MARK_ANY = '?',
	MARK_NUMBER = '#', /* the next of the numbers */
	MARK_HEX_NUMBER = 'x',
	MARK_BELOW = '*', /* any bytes, also slashes */
	/* only where a key is read back */
	MARK_LITERAL = 0,
	MARK_KEPT = 'k', /* a number that is always the same */
};

#endif
