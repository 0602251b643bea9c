/* json_scan.h - the gate before cJSON: one pass over the text that judges every byte and builds
 * nothing. */
#ifndef COMMON_JSON_SCAN_H
#define COMMON_JSON_SCAN_H

#include "def.h"
#include "err.h"

/* 0 if text is exactly one JSON value as json.h asks for (duplicate keys apart); otherwise -EINVAL,
 * or -E2BIG when too deep or too many, with ERR_INVALID_JSON and a sentence that begins with "line
 * L, column C: " (C counts characters). */
int json_scan(const char *text, size_t len, struct err *err);

#endif
