/* shape_write.c - reads a shape's key back, for a person and as a glob. */
#include "common/utf8.h"
#include "scannerd/match/shape_key.h"

/* So many digits of a hexadecimal run are asked to be such. */
enum { CLASS_MAX = 8 };

struct reading {
	const struct shape_paths *p;
	size_t at;
	uint8_t number;   /* of the next number's mark */
	const char *kept; /* the next of those kept */
};

struct part { /* one byte that varies, a number, a literal character, or a border */
	enum mark mark;
	const char *literal; /* of MARK_LITERAL and MARK_KEPT */
	size_t len;
	struct shape_width width; /* of a number that is not */
};

static void read_number(struct reading *r, struct part *part)
{
	if ((r->p->mask >> r->number & 1) != 0) {
		part->mark = MARK_KEPT;
		part->literal = r->kept;
		part->len = strlen(r->kept);
		r->kept += part->len + 1;
	} else {
		part->width = r->p->widths[r->number];
	}
	r->number++;
}

static bool read_part(struct reading *r, struct part *ret)
{
	const struct shape_paths *p = r->p;
	const char *key = p->key + r->at;

	if (r->at >= p->key_len) {
		return false;
	}
	*ret = (struct part){.literal = key};
	if (key[0] == '\0') {
		ret->mark = (enum mark)key[1];
		r->at += 2;
		if (ret->mark == MARK_NUMBER || ret->mark == MARK_HEX_NUMBER) {
			read_number(r, ret);
		}
		return true;
	}
	ret->len = MAX(utf8_sequence(key, p->key_len - r->at), (size_t)1);
	r->at += ret->len;
	return true;
}

/* --- as words --- */

void shape_words(const struct shape_paths *p, struct buf *out)
{
	struct reading r = {.p = p, .kept = p->kept};
	struct part part;
	bool varies = false;

	while (read_part(&r, &part)) {
		bool star = part.mark == MARK_BEGIN || part.mark == MARK_NUMBER ||
			    part.mark == MARK_HEX_NUMBER || part.mark == MARK_BELOW;

		varies = part.mark == MARK_BEGIN || (varies && part.mark != MARK_END);
		if (star && (out->len == 0 || out->data[out->len - 1] != '*')) {
			buf_addc(out, '*');
		} else if (part.mark == MARK_ANY && !varies) {
			buf_addc(out, '?');
		} else if ((part.mark == MARK_LITERAL && !varies) || part.mark == MARK_KEPT) {
			buf_add(out, part.literal, part.len);
		}
	}
}

/* --- as a glob --- */

/* Left-to-right marks and the like, which make a line of text read as another one. */
static bool is_direction(const unsigned char *c, size_t len)
{
	if (len != 3 || c[0] != 0xe2) {
		return false;
	}
	return (c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae))) ||
	       (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

/* One character, or '?' for each byte of one that a person could not read or JSON not hold. */
static void glob_character(struct buf *out, const char *bytes, size_t len)
{
	const unsigned char *c = (const unsigned char *)bytes;
	bool control =
		len == 1 ? c[0] < 0x20 || c[0] >= 0x7f : len == 2 && c[0] == 0xc2 && c[1] < 0xa0;

	if (control || is_direction(c, len)) {
		buf_add(out, "????", len);
		return;
	}
	if (len == 1 && strchr("*?[\\", bytes[0]) != NULL) {
		buf_addc(out, '\\');
	}
	buf_add(out, bytes, len);
}

static void glob_digits(struct buf *out, const struct part *part)
{
	bool hex = part->mark == MARK_HEX_NUMBER;

	for (size_t i = 0; i < part->width.min; i++) {
		buf_adds(out, !hex ? "[0-9]" : i < CLASS_MAX ? "[0-9a-fA-F]" : "?");
	}
	if (part->width.max > part->width.min) {
		buf_addc(out, '*');
	}
}

/* in_a_row: how many hexadecimal digits came before. loose: '?' for every byte that varies. */
static void glob_part(struct buf *out, const struct part *part, size_t in_a_row, bool loose)
{
	switch (part->mark) {
	case MARK_BEGIN:
	case MARK_END:
		break;
	case MARK_DIGIT:
		buf_adds(out, loose ? "?" : "[0-9]");
		break;
	case MARK_HEX:
		buf_adds(out, loose || in_a_row >= CLASS_MAX ? "?" : "[0-9a-fA-F]");
		break;
	case MARK_ANY:
		buf_addc(out, '?');
		break;
	case MARK_BELOW:
		buf_addc(out, '*');
		break;
	case MARK_NUMBER:
	case MARK_HEX_NUMBER:
		glob_digits(out, part);
		break;
	case MARK_KEPT:
		buf_add(out, part->literal, part->len);
		break;
	case MARK_LITERAL:
		glob_character(out, part->literal, part->len);
		break;
	}
}

/* Returns the length of the longest part that leaves room for a star. */
static size_t glob_write(const struct shape_paths *p, bool loose, struct buf *out)
{
	struct reading r = {.p = p, .kept = p->kept};
	struct part part;
	size_t fits = 0, in_a_row = 0;

	while (out->len <= SHAPE_GLOB_MAX && read_part(&r, &part)) {
		glob_part(out, &part, in_a_row, loose);
		in_a_row = part.mark == MARK_HEX ? in_a_row + 1 : 0;
		if (out->len < SHAPE_GLOB_MAX) {
			fits = out->len;
		}
	}
	return fits;
}

void shape_glob(const struct shape_paths *p, struct buf *out)
{
	size_t fits = glob_write(p, false, out);

	if (out->len > SHAPE_GLOB_MAX) {
		buf_reset(out);
		fits = glob_write(p, true, out);
	}
	if (out->len > SHAPE_GLOB_MAX) {
		out->len = fits;
		buf_addc(out, '*');
	}
}
