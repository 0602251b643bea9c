/* field_roff.c - a field table as the settings list of a manual page (man(7) macros). */
#include "field_internal.h"

/* Text without anything that roff would obey: backslashes, the hyphen that it turns into a dash, a
 * dot or a quote that begins a line (a line break is a blank here, so only the first byte can). */
static void add_escaped(struct buf *out, const char *text)
{
	if (text[0] == '.' || text[0] == '\'') {
		buf_adds(out, "\\&");
	}
	for (const char *p = text; *p != '\0'; p++) {
		switch (*p) {
		case '\\':
			buf_adds(out, "\\e");
			break;
		case '-':
			buf_adds(out, "\\-");
			break;
		case '~':
			buf_adds(out, "\\(ti");
			break;
		case '^':
			buf_adds(out, "\\(ha");
			break;
		case '`':
			buf_adds(out, "\\(ga");
			break;
		case '\'':
			buf_adds(out, "\\(aq");
			break;
		case '\n':
			buf_addc(out, ' ');
			break;
		default:
			buf_addc(out, *p);
		}
	}
}

static const char *type_words(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return "true or false";
	case FIELD_INT:
		return "number";
	case FIELD_DURATION:
		return "duration";
	case FIELD_ENUM:
		return "one of";
	case FIELD_STRING:
		return "string";
	case FIELD_STRINGS:
		return "list of strings";
	case FIELD_OBJECT:
	case FIELD_JSON:
		return "object";
	case FIELD_OBJECTS:
		return f->shorthand != NULL ? "list of strings or objects" : "list of objects";
	}
	return "";
}

static void describe_range(const struct field *f, struct buf *out)
{
	if (f->min == 0 && f->max == 0) {
		return;
	}
	char low[24], high[24];
	if (f->type == FIELD_DURATION) {
		duration_format(field_lowest(f), low, sizeof(low));
		duration_format(field_highest(f), high, sizeof(high));
	} else {
		snprintf(low, sizeof(low), "%lld", (long long)field_lowest(f));
		snprintf(high, sizeof(high), "%lld", (long long)field_highest(f));
	}
	if (field_highest(f) == FIELD_INT_MAX) {
		buf_printf(out, ", at least %s", low);
	} else {
		buf_printf(out, ", %s to %s", low, high);
	}
}

static void describe_default(const struct field *f, struct buf *out)
{
	char text[24];
	switch (f->type) {
	case FIELD_BOOL:
		buf_printf(out, ", default %s", f->otherwise != 0 ? "true" : "false");
		break;
	case FIELD_INT:
		buf_printf(out, ", default %lld", (long long)f->otherwise);
		break;
	case FIELD_DURATION:
		duration_format(f->otherwise, text, sizeof(text));
		buf_printf(out, ", default \"%s\"", text);
		break;
	case FIELD_ENUM:
		buf_printf(out, ", default \"%s\"", f->names[f->otherwise]);
		break;
	case FIELD_STRING:
		if (f->otherwise_text != NULL) {
			buf_printf(out, ", default \"%s\"", f->otherwise_text);
		}
		break;
	case FIELD_STRINGS:
		if (f->otherwise_text != NULL) {
			buf_printf(out, ", default %s", f->otherwise_text);
		}
		break;
	case FIELD_OBJECT:
	case FIELD_OBJECTS:
	case FIELD_JSON:
		break;
	}
}

/* "number, 1 to 365, default 30" */
static void describe(const struct field *f, struct buf *out)
{
	buf_adds(out, type_words(f));
	for (size_t i = 0; f->type == FIELD_ENUM && f->names[i] != NULL; i++) {
		buf_printf(out, "%s \"%s\"", i != 0 ? "," : "", f->names[i]);
	}
	if (f->type == FIELD_INT || f->type == FIELD_DURATION) {
		describe_range(f, out);
	}
	if ((f->flags & FIELD_REQUIRED) != 0) {
		buf_adds(out, ", required");
	} else {
		describe_default(f, out);
	}
	if ((f->flags & FIELD_LOCKED) != 0) {
		buf_adds(out, ", only in the file");
	}
}

void field_print_roff(const struct field_table *t, const char *prefix, struct buf *out)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct field *f = &t->fields[i];
		_buf_ struct buf name = BUF_INIT, details = BUF_INIT;
		buf_printf(&name, "%s%s", prefix, f->name);
		describe(f, &details);

		buf_adds(out, ".TP\n\\fB");
		add_escaped(out, buf_cstr(&name));
		buf_adds(out, "\\fR (");
		add_escaped(out, buf_cstr(&details));
		buf_adds(out, ")\n");
		add_escaped(out, f->doc);
		buf_addc(out, '\n');
		if (f->table != NULL) {
			buf_adds(&name, f->type == FIELD_OBJECTS ? "[]." : ".");
			field_print_roff(f->table, buf_cstr(&name), out);
		}
		if (name.failed || details.failed) {
			out->failed = true;
		}
	}
}
