/* field_encode.c - a struct back into JSON by its field table. */
#include "field_internal.h"

#include <assert.h>

static void encode_strings(const struct strv *v, struct jsonw *w)
{
	jsonw_array(w);
	for (size_t i = 0; i < v->n; i++) {
		jsonw_str(w, v->v[i]);
	}
	jsonw_end(w);
}

/* The string that stands for the whole element, NULL if anything else in it differs from its
 * default. */
static const char *shorthand_of(const struct field *f, const void *element)
{
	const char *text = NULL;
	for (size_t i = 0; i < f->table->count && f->shorthand != NULL; i++) {
		const struct field *member = &f->table->fields[i];
		const void *at = field_at_const(member, element);
		if (strcmp(member->name, f->shorthand) == 0) {
			text = *(char *const *)at;
		} else if (!field_is_default(member, at)) {
			return NULL;
		}
	}
	return text;
}

static void encode(const struct field_table *t, const void *s, bool all, struct jsonw *w);

static void encode_objects(const struct field *f, const void *at, bool all, struct jsonw *w)
{
	const struct field_list list = field_list_load(at);
	jsonw_array(w);
	for (size_t i = 0; i < list.n; i++) {
		const void *element = list.v + i * f->table->size;
		const char *text = shorthand_of(f, element);
		if (text != NULL) {
			jsonw_str(w, text);
		} else {
			encode(f->table, element, all, w);
		}
	}
	jsonw_end(w);
}

static void encode_duration(int64_t seconds, struct jsonw *w)
{
	char text[24];
	duration_format(seconds, text, sizeof(text));
	jsonw_str(w, text);
}

static void encode_enum(const struct field *f, int64_t value, struct jsonw *w)
{
	int64_t count = 0;
	while (f->names[count] != NULL) {
		count++;
	}
	assert(value >= 0 && value < count);
	jsonw_str(w, f->names[value]);
}

static void encode_value(const struct field *f, const void *at, bool all, struct jsonw *w)
{
	switch (f->type) {
	case FIELD_BOOL:
		jsonw_bool(w, *(const bool *)at);
		break;
	case FIELD_INT:
		jsonw_int(w, *(const int64_t *)at);
		break;
	case FIELD_DURATION:
		encode_duration(*(const int64_t *)at, w);
		break;
	case FIELD_ENUM:
		encode_enum(f, *(const int64_t *)at, w);
		break;
	case FIELD_STRING:
		jsonw_str(w, *(char *const *)at);
		break;
	case FIELD_STRINGS:
		encode_strings(at, w);
		break;
	case FIELD_OBJECT:
		encode(f->table, at, all, w);
		break;
	case FIELD_OBJECTS:
		encode_objects(f, at, all, w);
		break;
	case FIELD_JSON:
		jsonw_tree(w, *(cJSON *const *)at);
		break;
	}
}

static bool is_null(const struct field *f, const void *at)
{
	return (f->type == FIELD_STRING && *(char *const *)at == NULL) ||
	       (f->type == FIELD_JSON && *(cJSON *const *)at == NULL);
}

static bool is_left_out(const struct field *f, const void *at, bool all)
{
	if (!all && (f->flags & FIELD_OMIT_EMPTY) != 0 && (f->flags & FIELD_REQUIRED) == 0 &&
		field_is_default(f, at)) {
		return true;
	}
	return is_null(f, at) && (f->flags & FIELD_NULLABLE) == 0;
}

static void encode(const struct field_table *t, const void *s, bool all, struct jsonw *w)
{
	jsonw_object(w);
	for (size_t i = 0; i < t->count; i++) {
		const struct field *f = &t->fields[i];
		const void *at = field_at_const(f, s);
		if (!is_left_out(f, at, all)) {
			jsonw_key(w, f->name);
			encode_value(f, at, all, w);
		}
	}
	jsonw_end(w);
}

void field_encode(const struct field_table *t, const void *s, struct jsonw *w)
{
	encode(t, s, false, w);
}

void field_encode_all(const struct field_table *t, const void *s, struct jsonw *w)
{
	encode(t, s, true, w);
}
