/* settings_diff.c - compares the JSON of two configurations member by member. */
#include "scannerd/settings_diff.h"

#include <errno.h>

struct comparison {
	settings_differ differ;
	void *arg;
	bool failed;
};

static void compare(
	struct comparison *c, const char *path, const cJSON *before, const cJSON *after);

static void write_value(struct jsonw *w, const cJSON *value)
{
	if (value != NULL) {
		jsonw_tree(w, value);
	} else {
		jsonw_null(w);
	}
}

static void tell(struct comparison *c, const char *path, const cJSON *before, const cJSON *after)
{
	_buf_ struct buf one = BUF_INIT, other = BUF_INIT;
	struct jsonw first = JSONW(&one), second = JSONW(&other);

	write_value(&first, before);
	write_value(&second, after);
	c->failed |= one.failed || other.failed;
	c->differ(c->arg, path, buf_cstr(&one), buf_cstr(&other));
}

static void name_member(char *out, size_t size, const char *path, const cJSON *member)
{
	snprintf(out, size, "%s%s%s", path, path[0] != '\0' ? "." : "", member->string);
}

static void compare_objects(
	struct comparison *c, const char *path, const cJSON *before, const cJSON *after)
{
	char name[256];

	for (const cJSON *member = after->child; member != NULL; member = member->next) {
		name_member(name, sizeof(name), path, member);
		compare(c, name, json_get(before, member->string), member);
	}
	for (const cJSON *member = before->child; member != NULL; member = member->next) {
		if (json_get(after, member->string) == NULL) {
			name_member(name, sizeof(name), path, member);
			compare(c, name, member, NULL);
		}
	}
}

static cJSON *middle_of(const cJSON **begin, size_t n)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < n && list != NULL; i++) {
		cJSON *copy = cJSON_Duplicate(begin[i], true);

		if (copy == NULL || !cJSON_AddItemToArray(list, copy)) {
			cJSON_Delete(copy);
			cJSON_Delete(list);
			return NULL;
		}
	}
	return list;
}

/* The elements of a list as an array, so that they are reached from both ends. */
static const cJSON **elements(const cJSON *list, size_t *ret_n)
{
	size_t n = (size_t)cJSON_GetArraySize(list), i = 0;
	const cJSON **v = calloc(n + 1, sizeof(const cJSON *));
	const cJSON *element;

	if (v != NULL) {
		cJSON_ArrayForEach (element, list) {
			v[i++] = element;
		}
	}
	*ret_n = n;
	return v;
}

/* What is the same at the beginning and at the end is left out. */
static void compare_arrays(
	struct comparison *c, const char *path, const cJSON *before, const cJSON *after)
{
	size_t n, m, head = 0, tail = 0;
	_free_ const cJSON **old = elements(before, &n);
	_free_ const cJSON **new = elements(after, &m);
	_json_ cJSON *removed = NULL;
	_json_ cJSON *added = NULL;
	char name[300];

	if (old == NULL || new == NULL) {
		c->failed = true;
		return;
	}
	while (head < MIN(n, m) && cJSON_Compare(old[head], new[head], true)) {
		head++;
	}
	while (tail < MIN(n, m) - head &&
		cJSON_Compare(old[n - 1 - tail], new[m - 1 - tail], true)) {
		tail++;
	}
	if (head == n && head == m) {
		return;
	}
	removed = middle_of(old + head, n - head - tail);
	added = middle_of(new + head, m - head - tail);
	if (removed == NULL || added == NULL) {
		c->failed = true;
		return;
	}
	snprintf(name, sizeof(name), "%s[%zu]", path, head);
	tell(c, name, removed, added);
}

static void compare(struct comparison *c, const char *path, const cJSON *before, const cJSON *after)
{
	if (cJSON_IsObject(before) && cJSON_IsObject(after)) {
		compare_objects(c, path, before, after);
	} else if (cJSON_IsArray(before) && cJSON_IsArray(after)) {
		compare_arrays(c, path, before, after);
	} else if (!cJSON_Compare(before, after, true)) {
		tell(c, path, before, after);
	}
}

static cJSON *as_json(const struct config *config)
{
	_buf_ struct buf text = BUF_INIT;
	struct jsonw w = JSONW(&text);
	cJSON *json = NULL;

	field_encode_all(&config_table, config, &w);
	return json_parse(text.data, text.len, &json, NULL) == 0 ? json : NULL;
}

int settings_diff(
	const struct config *before, const struct config *after, settings_differ differ, void *arg)
{
	struct comparison c = {.differ = differ, .arg = arg};
	_json_ cJSON *old = as_json(before);
	_json_ cJSON *new = as_json(after);

	if (old == NULL || new == NULL) {
		return -ENOMEM;
	}
	compare(&c, "", old, new);
	return c.failed ? -ENOMEM : 0;
}
