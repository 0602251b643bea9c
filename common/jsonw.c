/* jsonw.c - the streaming JSON writer. */
#include "jsonw.h"

#include "json.h"
#include "timefmt.h"
#include "utf8.h"
#include <assert.h>
#include <math.h>

/* Bytes that jsonw_bytes() cannot copy as they are: 0x00-0x1f, '"', '&', '<', '>', '\\', and all
 * from 0x80 on, which have to be looked at as UTF-8. One bit a byte. */
static const uint64_t special_bytes[4] = {
	UINT64_C(0x50000044ffffffff),
	UINT64_C(0x0000000010000000),
	UINT64_MAX,
	UINT64_MAX,
};

static bool is_special(unsigned char c)
{
	return (special_bytes[c >> 6] >> (c & 63) & 1) != 0;
}

static uint64_t level_bit(const struct jsonw *w)
{
	return UINT64_C(1) << (w->depth - 1);
}

static bool in_object(const struct jsonw *w)
{
	return w->depth > 0 && (w->object & level_bit(w)) != 0;
}

static void separate(struct jsonw *w)
{
	if (w->depth == 0) {
		return;
	}
	if ((w->comma & level_bit(w)) != 0) {
		buf_addc(w->out, ',');
	}
	w->comma |= level_bit(w);
}

static void begin_value(struct jsonw *w)
{
	if (w->key) {
		w->key = false;
		return;
	}
	assert(!in_object(w));
	separate(w);
}

static void begin_container(struct jsonw *w, bool object)
{
	begin_value(w);
	assert(w->depth < JSONW_DEPTH_MAX);
	w->depth++;
	w->comma &= ~level_bit(w);
	w->object = object ? w->object | level_bit(w) : w->object & ~level_bit(w);
	buf_addc(w->out, object ? '{' : '[');
}

void jsonw_object(struct jsonw *w)
{
	begin_container(w, true);
}

void jsonw_array(struct jsonw *w)
{
	begin_container(w, false);
}

void jsonw_end(struct jsonw *w)
{
	assert(w->depth > 0 && !w->key);
	buf_addc(w->out, in_object(w) ? '}' : ']');
	w->depth--;
}

static void add_unicode_escape(struct buf *out, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	const char escape[6] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15],
		hex[unit >> 4 & 15], hex[unit & 15]};
	buf_add(out, escape, sizeof(escape));
}

/* Writes the special character at s and returns how many bytes it took. */
static size_t add_special(struct buf *out, const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];
	if (c == '"' || c == '\\') {
		const char pair[2] = {'\\', (char)c};
		buf_add(out, pair, sizeof(pair));
		return 1;
	}
	if (c < 0x80) {
		add_unicode_escape(out, c);
		return 1;
	}
	size_t n = utf8_sequence(s, len);
	if (n == 0) {
		buf_adds(out, "\xef\xbf\xbd");
		return 1;
	}
	if (n == 3 && (memcmp(s, "\xe2\x80\xa8", 3) == 0 || memcmp(s, "\xe2\x80\xa9", 3) == 0)) {
		add_unicode_escape(out, 0x2000 | (s[2] & 0x3f));
		return 3;
	}
	buf_add(out, s, n);
	return n;
}

static void add_quoted(struct buf *out, const char *s, size_t len)
{
	buf_addc(out, '"');
	size_t at = 0;
	while (at < len) {
		size_t start = at;
		while (at < len && !is_special((unsigned char)s[at])) {
			at++;
		}
		buf_add(out, s + start, at - start);
		if (at < len) {
			at += add_special(out, s + at, len - at);
		}
	}
	buf_addc(out, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
	assert(in_object(w) && !w->key);
	separate(w);
	add_quoted(w->out, key, strlen(key));
	buf_addc(w->out, ':');
	w->key = true;
}

void jsonw_null(struct jsonw *w)
{
	begin_value(w);
	buf_adds(w->out, "null");
}

void jsonw_bool(struct jsonw *w, bool v)
{
	begin_value(w);
	buf_adds(w->out, v ? "true" : "false");
}

void jsonw_int(struct jsonw *w, int64_t v)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t rest = v < 0 ? -(uint64_t)v : (uint64_t)v;
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (v < 0) {
		digits[--at] = '-';
	}
	begin_value(w);
	buf_add(w->out, digits + at, sizeof(digits) - at);
}

void jsonw_double(struct jsonw *w, double v)
{
	if (!isfinite(v)) {
		jsonw_null(w);
		return;
	}
	if (fabs(v) <= 9007199254740992.0 && trunc(v) == v) {
		jsonw_int(w, (int64_t)v);
		return;
	}
	char text[32];
	for (int precision = 1; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, v);
		if (strtod(text, NULL) == v) {
			break;
		}
	}
	begin_value(w);
	buf_adds(w->out, text);
}

void jsonw_str(struct jsonw *w, const char *s)
{
	if (s == NULL) {
		jsonw_null(w);
	} else {
		jsonw_bytes(w, s, strlen(s));
	}
}

void jsonw_bytes(struct jsonw *w, const char *s, size_t len)
{
	begin_value(w);
	add_quoted(w->out, s, len);
}

void jsonw_base64(struct jsonw *w, const char *s, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	begin_value(w);
	buf_addc(w->out, '"');
	for (size_t at = 0; at < len; at += 3) {
		size_t n = MIN(len - at, (size_t)3);
		unsigned char in[3] = {0};
		memcpy(in, s + at, n);
		const char group[4] = {
			digits[in[0] >> 2],
			digits[(in[0] & 3) << 4 | in[1] >> 4],
			n > 1 ? digits[(in[1] & 15) << 2 | in[2] >> 6] : '=',
			n > 2 ? digits[in[2] & 63] : '=',
		};
		buf_add(w->out, group, sizeof(group));
	}
	buf_addc(w->out, '"');
}

/* The recursion is as deep as a parsed tree may be. */
void jsonw_tree(struct jsonw *w, const struct cJSON *json)
{
	if (cJSON_IsObject(json) || cJSON_IsArray(json)) {
		begin_container(w, cJSON_IsObject(json));
		for (const cJSON *item = json->child; item != NULL; item = item->next) {
			if (cJSON_IsObject(json)) {
				jsonw_key(w, item->string);
			}
			jsonw_tree(w, item);
		}
		jsonw_end(w);
	} else if (cJSON_IsString(json)) {
		jsonw_str(w, json->valuestring);
	} else if (cJSON_IsNumber(json)) {
		jsonw_double(w, json->valuedouble);
	} else if (cJSON_IsBool(json)) {
		jsonw_bool(w, cJSON_IsTrue(json));
	} else {
		jsonw_null(w);
	}
}

void jsonw_raw(struct jsonw *w, const char *s, size_t len)
{
	begin_value(w);
	buf_add(w->out, s, len);
}

void jsonw_kstr(struct jsonw *w, const char *key, const char *s)
{
	jsonw_key(w, key);
	jsonw_str(w, s);
}

void jsonw_kint(struct jsonw *w, const char *key, int64_t v)
{
	jsonw_key(w, key);
	jsonw_int(w, v);
}

void jsonw_kbool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void jsonw_knull(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_null(w);
}

void jsonw_kobject(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_object(w);
}

void jsonw_karray(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_array(w);
}

void jsonw_ktime(struct jsonw *w, const char *key, int64_t t)
{
	jsonw_key(w, key);
	if (t == TIME_NONE) {
		jsonw_null(w);
		return;
	}
	char text[TIME_ISO_SIZE];
	jsonw_str(w, time_iso(t, text));
}
