/* uuid.h - is a byte of a text part of a UUID (RFC 9562: 8-4-4-4-12 hexadecimal digits)? */
#ifndef SCANNERD_MATCH_UUID_H
#define SCANNERD_MATCH_UUID_H

#include "scannerd/match/text.h"

bool text_in_uuid(const struct text *t, size_t at);

#endif
