/* shape.c - prints a table of members as JSON Schema (2020-12). */
#include "webd/shape.h"

#include <stdio.h>

enum { REFERENCE_SIZE = 128 };

static void print_reference(const char *name, struct jsonw *w)
{
	char reference[REFERENCE_SIZE];

	snprintf(reference, sizeof(reference), "#/components/schemas/%s", name);
	jsonw_kstr(w, "$ref", reference);
}

void shape_print_reference(struct jsonw *w, const char *name)
{
	jsonw_object(w);
	print_reference(name, w);
	jsonw_end(w);
}

static void print_null_type(struct jsonw *w)
{
	jsonw_object(w);
	jsonw_kstr(w, "type", "null");
	jsonw_end(w);
}

static void print_component(const struct member *m, bool nullable, struct jsonw *w)
{
	if (m->or_of == NULL && !nullable) {
		print_reference(m->of, w);
		return;
	}
	jsonw_karray(w, "anyOf");
	shape_print_reference(w, m->of);
	if (m->or_of != NULL) {
		shape_print_reference(w, m->or_of);
	}
	if (nullable) {
		print_null_type(w);
	}
	jsonw_end(w);
}

static void print_words(const struct member *m, bool nullable, struct jsonw *w)
{
	jsonw_karray(w, "enum");
	for (const char *const *word = m->words; *word != NULL; word++) {
		jsonw_str(w, *word);
	}
	if (nullable) {
		jsonw_null(w);
	}
	jsonw_end(w);
}

/* The members of the value's schema, without the braces. */
static void print_value(const struct member *m, bool nullable, struct jsonw *w)
{
	static const char *const types[] = {
		[MEMBER_BOOL] = "boolean",
		[MEMBER_INT] = "integer",
		[MEMBER_NUMBER] = "number",
		[MEMBER_TEXT] = "string",
		[MEMBER_TIME] = "string",
		[MEMBER_OBJECT] = "object",
	};

	if (m->type == MEMBER_OF) {
		print_component(m, nullable, w);
		return;
	}
	if (nullable) {
		jsonw_karray(w, "type");
		jsonw_str(w, types[m->type]);
		jsonw_str(w, "null");
		jsonw_end(w);
	} else {
		jsonw_kstr(w, "type", types[m->type]);
	}
	if (m->type == MEMBER_TIME) {
		jsonw_kstr(w, "format", "date-time");
	} else if (m->type == MEMBER_INT) {
		jsonw_kstr(w, "format", "int64");
	}
	if (m->words != NULL) {
		print_words(m, nullable, w);
	}
}

static void print_member(const struct member *m, struct jsonw *w)
{
	bool nullable = (m->flags & MEMBER_NULLABLE) != 0;

	jsonw_kobject(w, m->name);
	if (m->doc != NULL) {
		jsonw_kstr(w, "description", m->doc);
	}
	if ((m->flags & MEMBER_LIST) != 0) {
		jsonw_kstr(w, "type", "array");
		jsonw_kobject(w, "items");
		print_value(m, nullable, w);
		jsonw_end(w);
	} else {
		print_value(m, nullable, w);
	}
	jsonw_end(w);
}

void shape_print(const struct shape *s, struct jsonw *w)
{
	jsonw_kobject(w, s->name);
	jsonw_kstr(w, "type", "object");
	if (s->doc != NULL) {
		jsonw_kstr(w, "description", s->doc);
	}
	jsonw_kobject(w, "properties");
	for (size_t i = 0; i < s->n; i++) {
		print_member(&s->members[i], w);
	}
	jsonw_end(w);
	jsonw_karray(w, "required");
	for (size_t i = 0; i < s->n; i++) {
		if ((s->members[i].flags & MEMBER_OPTIONAL) == 0) {
			jsonw_str(w, s->members[i].name);
		}
	}
	jsonw_end(w);
	if (s->open) {
		jsonw_kbool(w, "additionalProperties", true);
	}
	jsonw_end(w);
}
