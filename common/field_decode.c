/* field_decode.c - JSON into a struct by its field table, with a sentence for everything that is
 * wrong. */
#include "field_internal.h"

#include "utf8.h"
#include <errno.h>

enum { SHOWN_MAX = 84 }; /* 80 bytes of somebody's text and "..." */

/* Somebody's text, safe and short enough for a sentence. */
struct shown {
	char text[SHOWN_MAX];
};

static struct shown show(const char *s)
{
	struct shown shown = {{0}};
	utf8_printable(s, strlen(s), shown.text, sizeof(shown.text));
	return shown;
}

static int no_memory(struct err *err)
{
	return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "there is not enough memory");
}

static const char *with_article(const cJSON *json)
{
	if (cJSON_IsNull(json)) {
		return "null";
	}
	return cJSON_IsObject(json)   ? "an object"
	       : cJSON_IsArray(json)  ? "an array"
	       : cJSON_IsString(json) ? "a string"
	       : cJSON_IsNumber(json) ? "a number"
				      : "true or false";
}

static int wrong_type(const cJSON *json, const char *expected, struct err *err)
{
	return err_set(err, -EINVAL, ERR_INVALID_TYPE, NULL, "expected %s, got %s", expected,
		with_article(json));
}

/* --- one value --- */

static int decode_bool(const struct field *f _unused_, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsBool(json)) {
		return wrong_type(json, "true or false", err);
	}
	*(bool *)at = cJSON_IsTrue(json);
	return 0;
}

static int decode_int(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsNumber(json)) {
		return wrong_type(json, "a whole number", err);
	}
	int64_t value = 0;
	if (json_int(json, &value) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"must be a whole number up to 2^53, not %.17g", json->valuedouble);
	}
	int64_t low = field_lowest(f), high = field_highest(f);
	if (value >= low && value <= high) {
		*(int64_t *)at = value;
		return 0;
	}
	if (high == FIELD_INT_MAX) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"must be at least %lld, not %lld", (long long)low, (long long)value);
	}
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
		"must be between %lld and %lld, not %lld", (long long)low, (long long)high,
		(long long)value);
}

static int decode_duration(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsString(json)) {
		return wrong_type(json, "a duration in quotes such as \"36h\"", err);
	}
	int64_t seconds = 0;
	if (duration_parse(json->valuestring, &seconds) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"must be a number with a unit (s, m, h, d or w) such as \"36h\", not "
			"\"%s\"",
			show(json->valuestring).text);
	}
	int64_t low = field_lowest(f), high = field_highest(f);
	if (seconds >= low && seconds <= high) {
		*(int64_t *)at = seconds;
		return 0;
	}
	char shortest[24], longest[24];
	duration_format(low, shortest, sizeof(shortest));
	duration_format(high, longest, sizeof(longest));
	if (high == FIELD_INT_MAX) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must be at least %s, not %s",
			shortest, show(json->valuestring).text);
	}
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must be between %s and %s, not %s",
		shortest, longest, show(json->valuestring).text);
}

/* "a", "b" or "c" */
static void list_names(const char *const *names, struct buf *out)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *before = i == 0 ? "" : names[i + 1] != NULL ? ", " : " or ";
		buf_printf(out, "%s\"%s\"", before, names[i]);
	}
}

static int decode_enum(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsString(json)) {
		return wrong_type(json, "a string", err);
	}
	for (size_t i = 0; f->names[i] != NULL; i++) {
		if (strcmp(f->names[i], json->valuestring) == 0) {
			*(int64_t *)at = (int64_t)i;
			return 0;
		}
	}
	_buf_ struct buf known = BUF_INIT;
	list_names(f->names, &known);
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must be %s, not \"%s\"",
		buf_cstr(&known), show(json->valuestring).text);
}

static int check_length(size_t length, int64_t low, int64_t high, struct err *err)
{
	if (length == 0 && low > 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL, "must not be empty");
	}
	if ((int64_t)length < low) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"must be at least %lld bytes long, not %zu", (long long)low, length);
	}
	if ((int64_t)length > high) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"must be at most %lld bytes long, not %zu", (long long)high, length);
	}
	return 0;
}

static int decode_string(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsString(json)) {
		return wrong_type(json, "a string", err);
	}
	int r = check_length(strlen(json->valuestring), field_lowest(f), field_highest(f), err);
	if (r < 0) {
		return r;
	}
	char *copy = strdup(json->valuestring);
	if (copy == NULL) {
		return no_memory(err);
	}
	*(char **)at = copy;
	return 0;
}

/* --- lists --- */

static int check_count(const struct field *f, const cJSON *json, struct err *err)
{
	int64_t count = cJSON_GetArraySize(json), low = field_lowest(f), high = field_highest(f);
	if (count < low) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"must have at least %lld entries, not %lld", (long long)low,
			(long long)count);
	}
	if (count > high) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL,
			"must have at most %lld entries, not %lld", (long long)high,
			(long long)count);
	}
	return 0;
}

static int decode_text_element(
	const struct field *f, const cJSON *item, struct strv *v, struct err *err)
{
	if (!cJSON_IsString(item)) {
		return wrong_type(item, "a string", err);
	}
	int r = check_length(strlen(item->valuestring), 1, FIELD_STRING_MAX, err);
	if (r == 0 && f->check != NULL) {
		r = f->check(item->valuestring, err);
	}
	if (r == 0 && strv_add(v, item->valuestring) < 0) {
		r = no_memory(err);
	}
	return r;
}

static int decode_strings(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsArray(json)) {
		return wrong_type(json, "an array of strings", err);
	}
	int r = check_count(f, json, err);
	ssize_t index = 0;
	for (const cJSON *item = json->child; item != NULL && r == 0; item = item->next, index++) {
		r = decode_text_element(f, item, at, err);
		if (r < 0) {
			err_prefix(err, "", index);
		}
	}
	return r;
}

/* A struct of the row's table, and the row's own judgement of it. */
static int decode_object(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	int r = field_decode(f->table, json, at, err);
	if (r == 0 && f->check != NULL) {
		r = f->check(at, err);
	}
	return r;
}

/* "x" stands for { shorthand: "x" }. */
static int decode_shorthand(const struct field *f, const cJSON *item, void *at, struct err *err)
{
	_json_ cJSON *object = cJSON_CreateObject();
	if (object == NULL ||
		cJSON_AddStringToObject(object, f->shorthand, item->valuestring) == NULL) {
		return no_memory(err);
	}
	return decode_object(f, object, at, err);
}

static int decode_element(const struct field *f, const cJSON *item, void *at, struct err *err)
{
	if (f->shorthand != NULL && cJSON_IsString(item)) {
		return decode_shorthand(f, item, at, err);
	}
	if (f->shorthand != NULL && !cJSON_IsObject(item)) {
		return wrong_type(item, "a string or an object", err);
	}
	return decode_object(f, item, at, err);
}

static int decode_objects(const struct field *f, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsArray(json)) {
		return wrong_type(json, "an array", err);
	}
	int r = check_count(f, json, err);
	if (r < 0 || json->child == NULL) {
		return r;
	}

	struct field_list list = {.v = calloc((size_t)cJSON_GetArraySize(json), f->table->size)};
	if (list.v == NULL) {
		return no_memory(err);
	}
	for (const cJSON *item = json->child; item != NULL && r == 0; item = item->next) {
		r = decode_element(f, item, list.v + list.n * f->table->size, err);
		if (r < 0) {
			err_prefix(err, "", (ssize_t)list.n);
		}
		list.n++; /* a failed element may hold something that its check disliked */
	}
	field_list_store(at, &list);
	return r;
}

static int decode_json(const struct field *f _unused_, const cJSON *json, void *at, struct err *err)
{
	if (!cJSON_IsObject(json)) {
		return wrong_type(json, "an object", err);
	}
	cJSON *copy = cJSON_Duplicate(json, true);
	if (copy == NULL) {
		return no_memory(err);
	}
	*(cJSON **)at = copy;
	return 0;
}

/* --- the whole --- */

static int (*const decoders[])(
	const struct field *f, const cJSON *json, void *at, struct err *err) = {
	[FIELD_BOOL] = decode_bool,
	[FIELD_INT] = decode_int,
	[FIELD_DURATION] = decode_duration,
	[FIELD_ENUM] = decode_enum,
	[FIELD_STRING] = decode_string,
	[FIELD_STRINGS] = decode_strings,
	[FIELD_OBJECT] = decode_object,
	[FIELD_OBJECTS] = decode_objects,
	[FIELD_JSON] = decode_json,
};

/* Lists and objects have been judged element by element. */
static int check_value(const struct field *f, const void *at, struct err *err)
{
	if (f->check == NULL || f->type == FIELD_STRINGS || f->type == FIELD_OBJECT ||
		f->type == FIELD_OBJECTS) {
		return 0;
	}
	if (f->type == FIELD_STRING || f->type == FIELD_JSON) {
		const void *value;
		memcpy(&value, at, sizeof(value));
		return f->check(value, err);
	}
	return f->check(at, err);
}

static int decode_field(const struct field *f, const cJSON *json, void *s, struct err *err)
{
	void *at = field_at(f, s);
	const cJSON *item = json_get(json, f->name);
	int r;
	if (item != NULL && !(cJSON_IsNull(item) && (f->flags & FIELD_NULLABLE) != 0)) {
		r = decoders[f->type](f, item, at, err);
		if (r == 0) {
			r = check_value(f, at, err);
		}
	} else if ((f->flags & FIELD_REQUIRED) != 0) {
		r = err_set(
			err, -EINVAL, ERR_MISSING_KEY, NULL, "the key \"%s\" is missing", f->name);
	} else {
		r = field_default(f, at) < 0 ? no_memory(err) : 0;
	}
	if (r < 0) {
		err_prefix(err, f->name, -1);
	}
	return r;
}

static const struct field *find_field(const struct field_table *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->fields[i].name, name) == 0) {
			return &t->fields[i];
		}
	}
	return NULL;
}

static int check_keys(const struct field_table *t, const cJSON *json, struct err *err)
{
	for (const cJSON *item = json->child; item != NULL; item = item->next) {
		if (find_field(t, item->string) != NULL) {
			continue;
		}
		const struct shown key = show(item->string);
		const char *nearest = field_nearest(t, item->string);
		if (nearest != NULL) {
			return err_set(err, -EINVAL, ERR_UNKNOWN_KEY, key.text,
				"unknown key \"%s\"; did you mean \"%s\"?", key.text, nearest);
		}
		return err_set(
			err, -EINVAL, ERR_UNKNOWN_KEY, key.text, "unknown key \"%s\"", key.text);
	}
	return 0;
}

int field_decode(const struct field_table *t, const cJSON *json, void *s, struct err *err)
{
	memset(s, 0, t->size);
	if (json != NULL && !cJSON_IsObject(json)) {
		return wrong_type(json, "an object", err);
	}
	int r = json != NULL ? check_keys(t, json, err) : 0;
	for (size_t i = 0; i < t->count && r == 0; i++) {
		r = decode_field(&t->fields[i], json, s, err);
	}
	if (r < 0) {
		field_done(t, s);
	}
	return r;
}
