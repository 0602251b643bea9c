/* json.h - reading JSON strictly (RFC 8259, I-JSON of RFC 7493): cJSON behind a gate that refuses
 * what cJSON lets through: trailing bytes, duplicate keys, invalid UTF-8, raw control bytes,
 * \u0000, lone surrogates, numbers that are not finite, nesting deeper than JSON_DEPTH_MAX, more
 * than JSON_ITEMS_MAX values. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include "def.h"
#include "err.h"
#include <cjson/cJSON.h>

enum { JSON_DEPTH_MAX = 32, JSON_ITEMS_MAX = 200000 };

/* 0 and *ret_json (free with cJSON_Delete), or -EINVAL / -ENOMEM / -E2BIG with err filled
 * (ERR_INVALID_JSON, the sentence says where: "line 3, column 7: ..."). len bytes are read; no NUL
 * is needed. */
int json_parse(const char *text, size_t len, cJSON **ret_json, struct err *err);

/* The member of that exact name, NULL if there is none or json is no object. */
const cJSON *json_get(const cJSON *json, const char *name);
const char *json_get_string(const cJSON *json, const char *name); /* NULL unless a string */
int64_t json_get_int(const cJSON *json, const char *name, int64_t otherwise);
bool json_get_bool(const cJSON *json, const char *name, bool otherwise);
/* 0 if json is a number without fraction within +-2^53, else -EINVAL. */
int json_int(const cJSON *json, int64_t *ret);

/* "string", "number", "object" ... for error sentences. */
const char *json_type_name(const cJSON *json);

DEFINE_CLEANUP(cJSON *, cJSON_Delete);
#define _json_ _cleanup_(cJSON_Deletep)

#endif
