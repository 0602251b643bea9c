/* exposition.c - prints families, samples and labels of Prometheus' text format. */
#include "webd/exposition.h"

#include "common/utf8.h"
#include <limits.h>

enum { SHOWN_SIZE = 4 * PATH_MAX + 8 }; /* \xHH takes four bytes for one */

void exposition_family(struct buf *out, const char *prefix, const struct family *f)
{
	buf_printf(out, "# HELP %s%s %s\n# TYPE %s%s %s\n", prefix, f->name, f->help, prefix,
		f->name, f->type);
}

void exposition_value(struct buf *out, const struct family *f, int64_t value)
{
	exposition_family(out, EXPOSITION_PREFIX, f);
	buf_printf(out, EXPOSITION_PREFIX "%s %lld\n", f->name, (long long)value);
}

void exposition_label(struct buf *out, const char *name, const void *bytes, size_t len)
{
	char shown[SHOWN_SIZE];
	const char *rest = shown;

	utf8_printable(bytes != NULL ? bytes : "", bytes != NULL ? len : 0, shown, sizeof(shown));
	buf_adds(out, name);
	buf_adds(out, "=\"");
	while (*rest != '\0') {
		size_t plain = strcspn(rest, "\\\"");

		buf_add(out, rest, plain);
		rest += plain;
		if (*rest != '\0') {
			buf_addc(out, '\\');
			buf_addc(out, *rest++);
		}
	}
	buf_addc(out, '"');
}
