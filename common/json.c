/* json.c - strict reading: the gate, cJSON, then the refusal of duplicate keys; and looking into
 * what was read. */
#include "json.h"

#include "json_scan.h"
#include "utf8.h"
#include <errno.h>
#include <math.h>

enum { FEW_KEYS = 16 };
static const double INTEGER_MAX =
	9007199254740992.0; /* 2^53: up to here a double knows every integer */

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *duplicate_among_few(const cJSON *object)
{
	for (const cJSON *a = object->child; a != NULL; a = a->next) {
		for (const cJSON *b = a->next; b != NULL; b = b->next) {
			if (strcmp(a->string, b->string) == 0) {
				return a->string;
			}
		}
	}
	return NULL;
}

/* Sorting keeps a hostile object of 200,000 keys from costing their square. */
static int duplicate_among_many(const cJSON *object, size_t count, const char **ret_key)
{
	_free_ const char **keys = calloc(count, sizeof(*keys));
	if (keys == NULL) {
		return -ENOMEM;
	}
	size_t n = 0;
	for (const cJSON *item = object->child; item != NULL; item = item->next) {
		keys[n++] = item->string;
	}
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(keys[i - 1], keys[i]) == 0) {
			*ret_key = keys[i];
			break;
		}
	}
	return 0;
}

static int no_memory(struct err *err)
{
	return err_set(err, -ENOMEM, ERR_INTERNAL, NULL,
		"There is not enough memory to read the JSON text.");
}

static int check_object_keys(const cJSON *object, struct err *err)
{
	const char *key = NULL;
	size_t count = (size_t)cJSON_GetArraySize(object);
	if (count <= FEW_KEYS) {
		key = duplicate_among_few(object);
	} else if (duplicate_among_many(object, count, &key) < 0) {
		return no_memory(err);
	}
	if (key == NULL) {
		return 0;
	}
	char shown[80];
	utf8_printable(key, strlen(key), shown, sizeof(shown));
	return err_set(err, -EINVAL, ERR_INVALID_JSON, shown,
		"the key \"%s\" appears twice in one object", shown);
}

/* The recursion is as deep as the text, which the gate has limited. */
static int check_duplicates(const cJSON *json, struct err *err)
{
	int r = cJSON_IsObject(json) ? check_object_keys(json, err) : 0;
	ssize_t index = 0;
	for (const cJSON *item = json->child; item != NULL && r == 0; item = item->next, index++) {
		if (item->child == NULL) {
			continue;
		}
		r = check_duplicates(item, err);
		if (r < 0) {
			char key[80] = "";
			if (item->string != NULL) {
				utf8_printable(
					item->string, strlen(item->string), key, sizeof(key));
			}
			err_prefix(err, key, item->string != NULL ? -1 : index);
		}
	}
	return r;
}

int json_parse(const char *text, size_t len, cJSON **ret_json, struct err *err)
{
	int r = json_scan(text, len, err);
	if (r < 0) {
		return r;
	}
	_json_ cJSON *json = cJSON_ParseWithLengthOpts(text, len, NULL, false);
	if (json == NULL) {
		return no_memory(err);
	}
	r = check_duplicates(json, err);
	if (r < 0) {
		return r;
	}
	*ret_json = steal(json);
	return 0;
}

const cJSON *json_get(const cJSON *json, const char *name)
{
	return cJSON_IsObject(json) ? cJSON_GetObjectItemCaseSensitive(json, name) : NULL;
}

const char *json_get_string(const cJSON *json, const char *name)
{
	return cJSON_GetStringValue(json_get(json, name));
}

int64_t json_get_int(const cJSON *json, const char *name, int64_t otherwise)
{
	int64_t value = otherwise;
	return json_int(json_get(json, name), &value) == 0 ? value : otherwise;
}

bool json_get_bool(const cJSON *json, const char *name, bool otherwise)
{
	const cJSON *item = json_get(json, name);
	return cJSON_IsBool(item) ? cJSON_IsTrue(item) : otherwise;
}

int json_int(const cJSON *json, int64_t *ret)
{
	if (!cJSON_IsNumber(json)) {
		return -EINVAL;
	}
	double value = json->valuedouble;
	if (!(fabs(value) <= INTEGER_MAX) || trunc(value) != value) {
		return -EINVAL;
	}
	*ret = (int64_t)value;
	return 0;
}

const char *json_type_name(const cJSON *json)
{
	static const struct {
		int type;
		const char *name;
	} types[] = {
		{cJSON_False, "boolean"},
		{cJSON_True, "boolean"},
		{cJSON_NULL, "null"},
		{cJSON_Number, "number"},
		{cJSON_String, "string"},
		{cJSON_Array, "array"},
		{cJSON_Object, "object"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(types) && json != NULL; i++) {
		if ((json->type & 0xff) == types[i].type) {
			return types[i].name;
		}
	}
	return "nothing";
}
