/* cursor.c - cursors to text and back, strictly: what was edited or belongs to another list is
 * refused. */
#include "cursor.h"

#include "common/json.h"
#include "common/jsonw.h"
#include "common/utf8.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* The first letter of "v". A lower-case text or blob follows as it is, an upper-case one in base64.
 */
enum {
	LETTER_NULL = 'n',
	LETTER_INT = 'i',
	LETTER_ABSENT = 'a',
	LETTER_TEXT = 't',
	LETTER_TEXT_64 = 'T',
	LETTER_BLOB = 'b',
	LETTER_BLOB_64 = 'B',
};

void cursor_done(struct cursor *c)
{
	free(c->data);
	*c = (struct cursor){0};
}

int cursor_take(struct cursor *c, sqlite3_stmt *st, int column, int64_t key)
{
	struct cursor new = {.key = key, .type = CURSOR_ABSENT};
	int type = sqlite3_column_type(st, column);
	const void *data = NULL;

	if (type == SQLITE_NULL) {
		new.type = CURSOR_NULL;
	} else if (type == SQLITE_INTEGER) {
		new.type = CURSOR_INT;
		new.number = sqlite3_column_int64(st, column);
	} else if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
		data = sqlite3_column_blob(st, column);
		new.len = (size_t)sqlite3_column_bytes(st, column);
		new.type = type == SQLITE_TEXT ? CURSOR_TEXT : CURSOR_BLOB;
		new.data = malloc(new.len + 1);
		if (new.data == NULL) {
			return -ENOMEM;
		}
		if (new.len > 0) {
			memcpy(new.data, data, new.len);
		}
		new.data[new.len] = '\0';
	}
	cursor_done(c);
	*c = new;
	return 0;
}

static int add_base64(struct buf *b, const void *data, size_t len)
{
	size_t room = sodium_base64_encoded_len(len, VARIANT); /* with the NUL */

	if (buf_reserve(b, room) < 0) {
		return -ENOMEM;
	}
	sodium_bin2base64(b->data + b->len, room, data, len, VARIANT);
	b->len += room - 1;
	return 0;
}

static int add_bytes(struct buf *b, const struct cursor *c)
{
	bool text = c->type == CURSOR_TEXT;

	if (c->len > CURSOR_VALUE_MAX) {
		buf_addc(b, LETTER_ABSENT);
		return 0;
	}
	if (utf8_is_valid(c->data, c->len) && memchr(c->data, '\0', c->len) == NULL) {
		buf_addc(b, text ? LETTER_TEXT : LETTER_BLOB);
		buf_add(b, c->data, c->len);
		return 0;
	}
	buf_addc(b, text ? LETTER_TEXT_64 : LETTER_BLOB_64);
	return add_base64(b, c->data, c->len);
}

static int add_value(struct buf *b, const struct cursor *c)
{
	switch (c->type) {
	case CURSOR_NULL:
		buf_addc(b, LETTER_NULL);
		return 0;
	case CURSOR_INT:
		buf_printf(b, "%c%" PRId64, LETTER_INT, c->number);
		return 0;
	case CURSOR_TEXT:
	case CURSOR_BLOB:
		return add_bytes(b, c);
	case CURSOR_ABSENT:
		break;
	}
	buf_addc(b, LETTER_ABSENT);
	return 0;
}

/* 16 hexadecimal digits over everything that the cursor means. */
static int checksum(const struct buf *query, const char *value, const char *key, char out[17])
{
	static const unsigned char no_secret[crypto_shorthash_KEYBYTES];
	unsigned char hash[crypto_shorthash_BYTES];
	_buf_ struct buf all = BUF_INIT;

	buf_add(&all, query->data, query->len);
	buf_add(&all, value, strlen(value) + 1);
	buf_adds(&all, key);
	if (all.failed) {
		return -ENOMEM;
	}
	crypto_shorthash(hash, (const unsigned char *)all.data, all.len, no_secret);
	sodium_bin2hex(out, 17, hash, sizeof(hash));
	return 0;
}

int cursor_encode(const struct cursor *c, const struct buf *query, struct buf *out)
{
	_buf_ struct buf value = BUF_INIT, json = BUF_INIT;
	struct jsonw w = JSONW(&json);
	char key[24], check[17];
	int r = add_value(&value, c);

	snprintf(key, sizeof(key), "%" PRId64, c->key);
	if (r == 0) {
		r = checksum(query, buf_cstr(&value), key, check);
	}
	if (r < 0) {
		return r;
	}
	jsonw_object(&w);
	jsonw_kstr(&w, "v", buf_cstr(&value));
	jsonw_kstr(&w, "k", key);
	jsonw_kstr(&w, "c", check);
	jsonw_end(&w);
	if (value.failed || json.failed) {
		return -ENOMEM;
	}
	return add_base64(out, json.data, json.len);
}

static int refuse(struct err *err)
{
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, "cursor",
		"this is no cursor of this list with this sort and these filters; start again "
		"without it");
}

static int parse_number(const char *text, int64_t *ret)
{
	char again[24], *end;

	errno = 0;
	*ret = strtoll(text, &end, 10);
	snprintf(again, sizeof(again), "%" PRId64, *ret);
	return errno == 0 && strcmp(again, text) == 0 ? 0 : -EINVAL;
}

static int take_bytes(struct cursor *c, enum cursor_type type, const char *text, bool base64)
{
	size_t len = strlen(text);

	c->data = malloc(len + 1);
	if (c->data == NULL) {
		return -ENOMEM;
	}
	c->type = type;
	c->len = len;
	if (!base64) {
		memcpy(c->data, text, len + 1);
		return 0;
	}
	if (sodium_base642bin((unsigned char *)c->data, len + 1, text, len, NULL, &c->len, NULL,
		    VARIANT) != 0) {
		return -EINVAL;
	}
	c->data[c->len] = '\0';
	return 0;
}

static int parse_value(const char *text, struct cursor *c)
{
	const char *rest = text + 1;

	switch (text[0]) {
	case LETTER_NULL:
	case LETTER_ABSENT:
		c->type = text[0] == LETTER_NULL ? CURSOR_NULL : CURSOR_ABSENT;
		return rest[0] == '\0' ? 0 : -EINVAL;
	case LETTER_INT:
		c->type = CURSOR_INT;
		return parse_number(rest, &c->number);
	case LETTER_TEXT:
	case LETTER_TEXT_64:
		return take_bytes(c, CURSOR_TEXT, rest, text[0] == LETTER_TEXT_64);
	case LETTER_BLOB:
	case LETTER_BLOB_64:
		return take_bytes(c, CURSOR_BLOB, rest, text[0] == LETTER_BLOB_64);
	default:
		return -EINVAL;
	}
}

static int parse_json(const cJSON *json, const struct buf *query, struct cursor *c)
{
	const char *value = json_get_string(json, "v");
	const char *key = json_get_string(json, "k");
	const char *check = json_get_string(json, "c");
	char wanted[17];
	int r;

	if (value == NULL || key == NULL || check == NULL || cJSON_GetArraySize(json) != 3) {
		return -EINVAL;
	}
	r = checksum(query, value, key, wanted);
	if (r == 0 && strcmp(check, wanted) != 0) {
		r = -EINVAL;
	}
	if (r == 0) {
		r = parse_number(key, &c->key);
	}
	return r < 0 ? r : parse_value(value, c);
}

int cursor_decode(const char *text, const struct buf *query, struct cursor *ret, struct err *err)
{
	_cleanup_(cursor_done) struct cursor c = {0};
	_json_ cJSON *json = NULL;
	char plain[CURSOR_TEXT_MAX];
	size_t len = 0;

	if (strlen(text) > CURSOR_TEXT_MAX ||
		sodium_base642bin((unsigned char *)plain, sizeof(plain), text, strlen(text), NULL,
			&len, NULL, VARIANT) != 0 ||
		json_parse(plain, len, &json, NULL) < 0 || parse_json(json, query, &c) < 0) {
		return refuse(err);
	}
	*ret = c;
	c = (struct cursor){0};
	return 0;
}

int cursor_bind(const struct cursor *c, sqlite3_stmt *st, int value_index, int key_index)
{
	int rc = sqlite3_bind_int64(st, key_index, c->key);

	if (rc != SQLITE_OK) {
		return rc;
	}
	switch (c->type) {
	case CURSOR_INT:
		return sqlite3_bind_int64(st, value_index, c->number);
	case CURSOR_TEXT:
		return sqlite3_bind_text64(
			st, value_index, c->data, c->len, SQLITE_STATIC, SQLITE_UTF8);
	case CURSOR_BLOB:
		return sqlite3_bind_blob64(st, value_index, c->data, c->len, SQLITE_STATIC);
	case CURSOR_NULL:
	case CURSOR_ABSENT:
		break;
	}
	return sqlite3_bind_null(st, value_index);
}
