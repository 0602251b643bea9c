/* field_print.c - a field table as Varlink types and as JSON Schema. */
#include "field_internal.h"

/* --- Varlink --- */

static const char *varlink_type(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return "bool";
	case FIELD_INT:
		return "int";
	case FIELD_DURATION:
	case FIELD_ENUM:
	case FIELD_STRING:
		return "string";
	case FIELD_STRINGS:
		return "[]string";
	case FIELD_OBJECTS:
		return "[]";
	case FIELD_JSON:
		return "object";
	case FIELD_OBJECT:
		break;
	}
	return "";
}

void field_print_varlink(const struct field_table *t, struct buf *out)
{
	buf_addc(out, '(');
	for (size_t i = 0; i < t->count; i++) {
		const struct field *f = &t->fields[i];
		bool optional =
			(f->flags & FIELD_REQUIRED) == 0 || (f->flags & FIELD_NULLABLE) != 0;
		buf_printf(out, "%s%s: %s%s", i != 0 ? ", " : "", f->name, optional ? "?" : "",
			varlink_type(f));
		if (f->table != NULL) {
			field_print_varlink(f->table, out);
		}
	}
	buf_addc(out, ')');
}

/* --- JSON Schema --- */

static void print_type(const struct field *f, const char *type, struct jsonw *w)
{
	if ((f->flags & FIELD_NULLABLE) == 0) {
		jsonw_kstr(w, "type", type);
		return;
	}
	jsonw_karray(w, "type");
	jsonw_str(w, type);
	jsonw_str(w, "null");
	jsonw_end(w);
}

static void print_int(const struct field *f, struct jsonw *w)
{
	print_type(f, "integer", w);
	jsonw_kint(w, "minimum", field_lowest(f));
	jsonw_kint(w, "maximum", field_highest(f));
}

static void print_enum(const struct field *f, struct jsonw *w)
{
	print_type(f, "string", w);
	jsonw_karray(w, "enum");
	for (size_t i = 0; f->names[i] != NULL; i++) {
		jsonw_str(w, f->names[i]);
	}
	if ((f->flags & FIELD_NULLABLE) != 0) {
		jsonw_null(w);
	}
	jsonw_end(w);
}

static void print_string(const struct field *f, struct jsonw *w)
{
	print_type(f, "string", w);
	if (field_lowest(f) > 0) {
		/* Ours counts bytes, the schema characters: all that it can promise is "not empty".
		 */
		jsonw_kint(w, "minLength", 1);
	}
	jsonw_kint(w, "maxLength", field_highest(f));
}

static void print_count(const struct field *f, struct jsonw *w)
{
	print_type(f, "array", w);
	if (field_lowest(f) > 0) {
		jsonw_kint(w, "minItems", field_lowest(f));
	}
	jsonw_kint(w, "maxItems", field_highest(f));
}

static void print_strings(const struct field *f, struct jsonw *w)
{
	print_count(f, w);
	jsonw_kobject(w, "items");
	jsonw_kstr(w, "type", "string");
	jsonw_kint(w, "minLength", 1);
	jsonw_kint(w, "maxLength", FIELD_STRING_MAX);
	jsonw_end(w);
}

static void print_table(const struct field_table *t, bool answer, struct jsonw *w);
static void print_members(const struct field_table *t, bool answer, struct jsonw *w);

/* A string where the row allows one for the whole element, or the object. */
static void print_objects(const struct field *f, bool answer, struct jsonw *w)
{
	print_count(f, w);
	jsonw_key(w, "items");
	if (f->shorthand == NULL) {
		print_table(f->table, answer, w);
		return;
	}
	jsonw_object(w);
	jsonw_karray(w, "anyOf");
	jsonw_object(w);
	jsonw_kstr(w, "type", "string");
	jsonw_kint(w, "minLength", 1);
	jsonw_end(w);
	print_table(f->table, answer, w);
	jsonw_end(w);
	jsonw_end(w);
}

static void print_value(const struct field *f, bool answer, struct jsonw *w)
{
	switch (f->type) {
	case FIELD_BOOL:
		print_type(f, "boolean", w);
		break;
	case FIELD_INT:
		print_int(f, w);
		break;
	case FIELD_DURATION:
		print_type(f, "string", w);
		jsonw_kstr(w, "pattern", "^(0|[0-9]+[smhdw])$");
		break;
	case FIELD_ENUM:
		print_enum(f, w);
		break;
	case FIELD_STRING:
		print_string(f, w);
		break;
	case FIELD_STRINGS:
		print_strings(f, w);
		break;
	case FIELD_OBJECT:
		print_type(f, "object", w);
		print_members(f->table, answer, w);
		break;
	case FIELD_OBJECTS:
		print_objects(f, answer, w);
		break;
	case FIELD_JSON:
		print_type(f, "object", w);
		break;
	}
}

static void print_default(const struct field *f, struct jsonw *w)
{
	char text[24];
	switch (f->type) {
	case FIELD_BOOL:
		jsonw_kbool(w, "default", f->otherwise != 0);
		break;
	case FIELD_INT:
		jsonw_kint(w, "default", f->otherwise);
		break;
	case FIELD_DURATION:
		duration_format(f->otherwise, text, sizeof(text));
		jsonw_kstr(w, "default", text);
		break;
	case FIELD_ENUM:
		jsonw_kstr(w, "default", f->names[f->otherwise]);
		break;
	case FIELD_STRING:
		if (f->otherwise_text != NULL) {
			jsonw_kstr(w, "default", f->otherwise_text);
		}
		break;
	case FIELD_STRINGS:
		jsonw_key(w, "default");
		jsonw_raw(w, f->otherwise_text != NULL ? f->otherwise_text : "[]",
			f->otherwise_text != NULL ? strlen(f->otherwise_text) : 2);
		break;
	case FIELD_OBJECT:
	case FIELD_OBJECTS:
	case FIELD_JSON:
		break;
	}
}

static void print_property(const struct field *f, bool answer, struct jsonw *w)
{
	jsonw_kobject(w, f->name);
	jsonw_kstr(w, "description", f->doc);
	print_value(f, answer, w);
	if (!answer && (f->flags & FIELD_REQUIRED) == 0) {
		print_default(f, w);
	}
	if ((f->flags & FIELD_LOCKED) != 0) {
		jsonw_kbool(w, "readOnly", true);
	}
	jsonw_end(w);
}

/* Does field_encode_all() write it whatever its value is? */
static bool is_always_there(const struct field *f)
{
	bool may_be_absent =
		f->type == FIELD_JSON || (f->type == FIELD_STRING && f->otherwise_text == NULL);

	return !may_be_absent || (f->flags & (FIELD_REQUIRED | FIELD_NULLABLE)) != 0;
}

static bool is_required(const struct field *f, bool answer)
{
	return answer ? is_always_there(f) : (f->flags & FIELD_REQUIRED) != 0;
}

static void print_required(const struct field_table *t, bool answer, struct jsonw *w)
{
	size_t count = 0;
	for (size_t i = 0; i < t->count; i++) {
		if (!is_required(&t->fields[i], answer)) {
			continue;
		}
		if (count++ == 0) {
			jsonw_karray(w, "required");
		}
		jsonw_str(w, t->fields[i].name);
	}
	if (count != 0) {
		jsonw_end(w);
	}
}

static void print_members(const struct field_table *t, bool answer, struct jsonw *w)
{
	jsonw_kobject(w, "properties");
	for (size_t i = 0; i < t->count; i++) {
		print_property(&t->fields[i], answer, w);
	}
	jsonw_end(w);
	print_required(t, answer, w);
	jsonw_kbool(w, "additionalProperties", false);
}

static void print_table(const struct field_table *t, bool answer, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_kstr(w, "title", t->name);
	if (t->doc != NULL) {
		jsonw_kstr(w, "description", t->doc);
	}
	jsonw_kstr(w, "type", "object");
	print_members(t, answer, w);
	jsonw_end(w);
}

void field_print_schema(const struct field_table *t, struct jsonw *w)
{
	print_table(t, false, w);
}

void field_print_answer_schema(const struct field_table *t, struct jsonw *w)
{
	print_table(t, true, w);
}
