/* iface_print.c - an interface table as a Varlink interface description, its documentation as
 * comments. */
#include "iface.h"

#include "errors.h"

static void print_fields(const struct field_table *t, const char *arrow, struct buf *out)
{
	for (size_t i = 0; i < t->count; i++) {
		buf_printf(out, "#   %s %s: %s\n", arrow, t->fields[i].name, t->fields[i].doc);
		if (t->fields[i].type == FIELD_OBJECT || t->fields[i].type == FIELD_OBJECTS) {
			const struct field_table *inner = t->fields[i].table;
			for (size_t j = 0; j < inner->count; j++) {
				buf_printf(out, "#   %s %s.%s: %s\n", arrow, t->fields[i].name,
					inner->fields[j].name, inner->fields[j].doc);
			}
		}
	}
}

void interface_print(const struct interface *i, struct buf *out)
{
	buf_printf(out, "# %s\ninterface %s\n", i->doc, i->name);
	for (size_t m = 0; m < i->count; m++) {
		const struct method *method = &i->methods[m];
		buf_printf(out, "\n# %s%s\n", method->doc,
			method->more ? " Call it with \"more\"." : "");
		print_fields(method->in, "->", out);
		print_fields(method->out, "<-", out);
		buf_printf(out, "method %s", method->name);
		field_print_varlink(method->in, out);
		buf_adds(out, " -> ");
		field_print_varlink(method->out, out);
		buf_addc(out, '\n');
	}
	for (const char *const *name = i->errors; *name != NULL; name++) {
		buf_printf(out,
			"\n# %s\nerror %s(code: string, field: string, reason: string, "
			"retry_after: ?int)\n",
			error_doc(*name), *name);
	}
}
