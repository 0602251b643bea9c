/* field.c - the life of a struct that a field table describes: defaults, copy, free; and the
 * nearest known name. */
#include "field_internal.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>

int64_t field_lowest(const struct field *f)
{
	return f->type == FIELD_INT && f->min == 0 && f->max == 0 ? -FIELD_INT_MAX : f->min;
}

int64_t field_highest(const struct field *f)
{
	if (f->max != 0 || f->min < 0) {
		return f->max;
	}
	switch (f->type) {
	case FIELD_STRING:
		return FIELD_STRING_MAX;
	case FIELD_STRINGS:
	case FIELD_OBJECTS:
		return FIELD_ELEMENTS_MAX;
	default:
		return FIELD_INT_MAX;
	}
}

/* --- defaults --- */

static int default_strings(const struct field *f, struct strv *ret)
{
	*ret = (struct strv){0};
	if (f->otherwise_text == NULL) {
		return 0;
	}
	_json_ cJSON *json = NULL;
	int r = json_parse(f->otherwise_text, strlen(f->otherwise_text), &json, NULL);
	assert(r != -EINVAL && (r < 0 || cJSON_IsArray(json)));
	const cJSON *item;
	for (item = r == 0 ? json->child : NULL; item != NULL && r == 0; item = item->next) {
		assert(cJSON_IsString(item));
		r = strv_add(ret, item->valuestring);
	}
	if (r < 0) {
		strv_done(ret);
	}
	return r;
}

int field_default(const struct field *f, void *at)
{
	switch (f->type) {
	case FIELD_BOOL:
		*(bool *)at = f->otherwise != 0;
		return 0;
	case FIELD_INT:
	case FIELD_DURATION:
	case FIELD_ENUM:
		*(int64_t *)at = f->otherwise;
		return 0;
	case FIELD_STRING:
		if (f->otherwise_text != NULL) {
			*(char **)at = strdup(f->otherwise_text);
			return *(char **)at != NULL ? 0 : -ENOMEM;
		}
		return 0;
	case FIELD_STRINGS:
		return default_strings(f, at);
	case FIELD_OBJECT:
		return field_defaults(f->table, at);
	case FIELD_OBJECTS:
	case FIELD_JSON:
		break; /* zeroed already: none */
	}
	return 0;
}

int field_defaults(const struct field_table *t, void *s)
{
	memset(s, 0, t->size);
	for (size_t i = 0; i < t->count; i++) {
		int r = field_default(&t->fields[i], field_at(&t->fields[i], s));
		if (r < 0) {
			field_done(t, s);
			return r;
		}
	}
	return 0;
}

static bool is_default_string(const struct field *f, const char *s)
{
	if (f->otherwise_text == NULL) {
		return s == NULL || s[0] == '\0';
	}
	return s != NULL && strcmp(s, f->otherwise_text) == 0;
}

static bool is_default_strings(const struct field *f, const struct strv *v)
{
	struct strv usual;
	if (default_strings(f, &usual) < 0) {
		return false;
	}
	bool same = usual.n == v->n;
	for (size_t i = 0; i < v->n && same; i++) {
		same = strcmp(v->v[i], usual.v[i]) == 0;
	}
	strv_done(&usual);
	return same;
}

static bool is_default_object(const struct field_table *t, const void *s)
{
	for (size_t i = 0; i < t->count; i++) {
		if (!field_is_default(&t->fields[i], field_at_const(&t->fields[i], s))) {
			return false;
		}
	}
	return true;
}

bool field_is_default(const struct field *f, const void *at)
{
	switch (f->type) {
	case FIELD_BOOL:
		return *(const bool *)at == (f->otherwise != 0);
	case FIELD_INT:
	case FIELD_DURATION:
	case FIELD_ENUM:
		return *(const int64_t *)at == f->otherwise;
	case FIELD_STRING:
		return is_default_string(f, *(char *const *)at);
	case FIELD_STRINGS:
		return is_default_strings(f, at);
	case FIELD_OBJECT:
		return is_default_object(f->table, at);
	case FIELD_OBJECTS:
		return field_list_load(at).n == 0;
	case FIELD_JSON:
		return *(cJSON *const *)at == NULL;
	}
	return false;
}

/* --- free --- */

static void done_objects(const struct field *f, void *at)
{
	struct field_list list = field_list_load(at);
	for (size_t i = 0; i < list.n; i++) {
		field_done(f->table, list.v + i * f->table->size);
	}
	free(list.v);
}

void field_done(const struct field_table *t, void *s)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct field *f = &t->fields[i];
		void *at = field_at(f, s);
		switch (f->type) {
		case FIELD_STRING:
			free(*(char **)at);
			break;
		case FIELD_STRINGS:
			strv_done(at);
			break;
		case FIELD_OBJECT:
			field_done(f->table, at);
			break;
		case FIELD_OBJECTS:
			done_objects(f, at);
			break;
		case FIELD_JSON:
			cJSON_Delete(*(cJSON **)at);
			break;
		case FIELD_BOOL:
		case FIELD_INT:
		case FIELD_DURATION:
		case FIELD_ENUM:
			break;
		}
	}
	memset(s, 0, t->size);
}

/* --- copy --- */

static int copy_strings(const struct strv *from, struct strv *to)
{
	for (size_t i = 0; i < from->n; i++) {
		int r = strv_add(to, from->v[i]);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

/* What has been copied is in *to at every moment, so that field_done() finds it after a failure. */
static int copy_objects(const struct field_table *t, const void *from, void *to)
{
	const struct field_list old = field_list_load(from);
	struct field_list new = {0};
	if (old.n == 0) {
		return 0;
	}
	new.v = calloc(old.n, t->size);
	if (new.v == NULL) {
		return -ENOMEM;
	}
	int r = 0;
	while (new.n < old.n && r == 0) {
		r = field_copy(t, old.v + new.n * t->size, new.v + new.n * t->size);
		new.n++;
	}
	field_list_store(to, &new);
	return r;
}

static int copy_member(const struct field *f, const void *from, void *to)
{
	switch (f->type) {
	case FIELD_BOOL:
		*(bool *)to = *(const bool *)from;
		return 0;
	case FIELD_INT:
	case FIELD_DURATION:
	case FIELD_ENUM:
		*(int64_t *)to = *(const int64_t *)from;
		return 0;
	case FIELD_STRING:
		if (*(char *const *)from != NULL) {
			*(char **)to = strdup(*(char *const *)from);
			return *(char **)to != NULL ? 0 : -ENOMEM;
		}
		return 0;
	case FIELD_STRINGS:
		return copy_strings(from, to);
	case FIELD_OBJECT:
		return field_copy(f->table, from, to);
	case FIELD_OBJECTS:
		return copy_objects(f->table, from, to);
	case FIELD_JSON:
		if (*(cJSON *const *)from != NULL) {
			*(cJSON **)to = cJSON_Duplicate(*(cJSON *const *)from, true);
			return *(cJSON **)to != NULL ? 0 : -ENOMEM;
		}
		return 0;
	}
	return 0;
}

int field_copy(const struct field_table *t, const void *from, void *to)
{
	memset(to, 0, t->size);
	for (size_t i = 0; i < t->count; i++) {
		const struct field *f = &t->fields[i];
		int r = copy_member(f, field_at_const(f, from), field_at(f, to));
		if (r < 0) {
			field_done(t, to);
			return r;
		}
	}
	return 0;
}

/* --- the nearest name --- */

enum { NAME_MAX_LENGTH = 63 };

static int fold(char c)
{
	return c == '-' ? '_' : tolower((unsigned char)c);
}

/* Optimal string alignment distance: insert, delete, replace, or swap two neighbours, each costs
 * one. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][NAME_MAX_LENGTH + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b_len; j++) {
		last[j] = j;
	}
	for (size_t i = 1; i <= a_len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t cost = fold(a[i - 1]) != fold(b[j - 1]);
			now[j] = MIN(MIN(now[j - 1], last[j]) + 1, last[j - 1] + cost);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
				fold(a[i - 2]) == fold(b[j - 1])) {
				now[j] = MIN(now[j], before[j - 2] + 1);
			}
		}
		size_t *oldest = before;
		before = last;
		last = now;
		now = oldest;
	}
	return last[b_len];
}

const char *field_nearest(const struct field_table *t, const char *wrong)
{
	size_t wrong_len = strnlen(wrong, NAME_MAX_LENGTH + 1);
	if (wrong_len > NAME_MAX_LENGTH) {
		return NULL;
	}
	const char *nearest = NULL;
	size_t limit = wrong_len / 3 + 1; /* a third may be wrong: more is another word */
	for (size_t i = 0; i < t->count; i++) {
		const char *name = t->fields[i].name;
		size_t name_len = strlen(name);
		if (name_len > NAME_MAX_LENGTH) {
			continue;
		}
		size_t distance = edit_distance(wrong, wrong_len, name, name_len);
		if (distance < limit) {
			limit = distance;
			nearest = name;
		}
	}
	return nearest;
}
