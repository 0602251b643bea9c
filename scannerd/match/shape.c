/* shape.c - tells the varying bytes of a path from the others.
 *
 * In a key every byte stands for itself, except NUL, which no name has: it begins a mark. */
#include "scannerd/match/shape.h"

#include "common/utf8.h"
#include "scannerd/match/clock.h"
#include "scannerd/match/uuid.h"

enum mark {
	MARK_BEGIN = '{', /* what follows varies, up to */
	MARK_END = '}',
	MARK_DIGIT = 'd', /* one byte of what varies */
	MARK_HEX = 'h',
	MARK_ANY = '?',
	MARK_NUMBER = '#', /* the next of the numbers */
	MARK_HEX_NUMBER = 'x',
	MARK_BELOW = '*', /* any bytes, also slashes */
	/* only where a key is read back */
	MARK_LITERAL = 0,
	MARK_KEPT = 'k', /* a number that is always the same */
};

enum {
	UUID_LEN = 36,
	HEX_LEN = 16,        /* a hexadecimal run of that length varies */
	HEX_NUMBER_LEN = 8,  /* a shorter one is like a number */
	NUMBER_LEN_MAX = 20, /* a longer run of digits varies */
	RANDOM_LEN = 20,     /* a token of that length */
	RANDOM_SWITCHES = 4, /* that goes so often from letters to digits or back is no word */
	CLASS_MAX = 8,       /* so many digits of a hexadecimal run are asked to be such */
};

void shape_done(struct shape *s)
{
	buf_done(&s->key);
	buf_done(&s->numbers);
}

void shape_reset(struct shape *s)
{
	shape_return(s, &(struct shape_place){0});
}

struct shape_place shape_place(const struct shape *s)
{
	return (struct shape_place){s->key.len, s->numbers.len, s->n, s->calendar};
}

void shape_return(struct shape *s, const struct shape_place *place)
{
	s->key.len = place->key;
	s->numbers.len = place->numbers;
	s->n = place->n;
	s->calendar = place->calendar;
}

/* --- adding --- */

static void add_mark(struct shape *s, enum mark mark)
{
	const char bytes[2] = {'\0', (char)mark};

	buf_add(&s->key, bytes, sizeof(bytes));
}

static void add_literal(struct shape *s, const char *bytes, size_t len)
{
	const char *nul;

	while (len > 0 && (nul = memchr(bytes, '\0', len)) != NULL) {
		buf_add(&s->key, bytes, (size_t)(nul - bytes));
		add_mark(s, MARK_ANY);
		len -= (size_t)(nul + 1 - bytes);
		bytes = nul + 1;
	}
	if (len > 0) {
		buf_add(&s->key, bytes, len);
	}
}

static void add_same(struct shape *s, enum mark mark, size_t n)
{
	add_mark(s, MARK_BEGIN);
	for (size_t i = 0; i < n; i++) {
		add_mark(s, mark);
	}
	add_mark(s, MARK_END);
}

static bool is_letter(const struct text *t, size_t at)
{
	return at < t->len && text_bit(t->token, at) && !text_bit(t->digit, at);
}

/* Digits vary, and letters where several make a word: T03h00 has its letters always, Jan not. */
static void add_layout(struct shape *s, const struct text *t, size_t begin, size_t end)
{
	add_mark(s, MARK_BEGIN);
	for (size_t i = begin; i < end; i++) {
		bool word = is_letter(t, i) &&
			    ((i > begin && is_letter(t, i - 1)) || is_letter(t, i + 1));
		if (text_bit(t->digit, i)) {
			add_mark(s, MARK_DIGIT);
		} else if (word || t->raw[i] == '\0') {
			add_mark(s, MARK_ANY);
		} else {
			buf_addc(&s->key, t->raw[i]);
		}
	}
	add_mark(s, MARK_END);
}

static void add_uuid(struct shape *s, const struct text *t, size_t begin)
{
	add_mark(s, MARK_BEGIN);
	for (size_t i = begin; i < begin + UUID_LEN; i++) {
		if (t->s[i] == '-') {
			buf_addc(&s->key, '-');
		} else {
			add_mark(s, MARK_HEX);
		}
	}
	add_mark(s, MARK_END);
}

static void add_number(
	struct shape *s, enum mark mark, const struct text *t, size_t begin, size_t end)
{
	if (s->n == SHAPE_NUMBERS_MAX || end - begin > NUMBER_LEN_MAX) {
		add_same(s, mark == MARK_NUMBER ? MARK_DIGIT : MARK_HEX, end - begin);
		return;
	}
	add_mark(s, mark);
	s->n++;
	buf_add(&s->numbers, t->raw + begin, end - begin);
	buf_addc(&s->numbers, '\0');
}

/* --- what a token is --- */

struct token {
	size_t digits, switches;
	bool hex;
};

static struct token look_at(const struct text *t, size_t begin, size_t end)
{
	struct token k = {.hex = true};

	for (size_t i = begin; i < end; i++) {
		bool digit = text_bit(t->digit, i);

		k.digits += digit;
		k.switches += i > begin && digit != text_bit(t->digit, i - 1);
		k.hex &= digit || (t->s[i] >= 'a' && t->s[i] <= 'f');
	}
	return k;
}

static bool is_year(const struct text *t, size_t at)
{
	int year = digits_from(t, at) == 4 ? number(t, at, 4) : 0;

	return year >= 1990 && year <= 2099;
}

static bool is_two_digits(const struct text *t, size_t at, int max)
{
	int value = digits_from(t, at) == 2 ? number(t, at, 2) : 0;

	return value >= 1 && value <= max;
}

/* 2024-01, which is no date, but no name either. */
static bool is_year_month(const struct text *t, size_t begin, size_t end)
{
	return is_year(t, begin) && end == begin + 4 && (t->s[end] == '-' || t->s[end] == '_') &&
	       is_two_digits(t, end + 1, 12) && !token_at(t, end + 3);
}

static void add_letters_and_digits(struct shape *s, const struct text *t, size_t begin, size_t end)
{
	while (begin < end) {
		size_t next = MIN(text_next(t, t->digit, begin), end);

		add_literal(s, t->raw + begin, next - begin);
		begin = next;
		if (begin < end) {
			next = MIN(text_end(t->digit, begin), end);
			add_number(s, MARK_NUMBER, t, begin, next);
			begin = next;
		}
	}
}

/* A token, up to its end or to the date that is glued to it. Returns where to go on. */
static size_t add_token(struct shape *s, const struct text *t, size_t begin, size_t end)
{
	struct token k = look_at(t, begin, end);
	bool mixed = k.digits > 0 && k.digits < end - begin;

	if (begin + UUID_LEN <= t->len && t->s[begin + 8] == '-' && text_in_uuid(t, begin)) {
		add_uuid(s, t, begin);
		return begin + UUID_LEN;
	}
	if (is_year_month(t, begin, end)) {
		add_layout(s, t, begin, end + 3);
		return end + 3;
	}
	if (k.hex && mixed && end - begin >= HEX_LEN) {
		add_same(s, MARK_HEX, end - begin);
	} else if (k.hex && mixed && end - begin >= HEX_NUMBER_LEN) {
		add_number(s, MARK_HEX_NUMBER, t, begin, end);
	} else if (end - begin >= RANDOM_LEN && k.switches >= RANDOM_SWITCHES) {
		add_same(s, MARK_ANY, end - begin);
	} else {
		add_letters_and_digits(s, t, begin, end);
	}
	return end;
}

/* The end of the date that the byte belongs to, or 0; *limit is lowered to where the next begins.
 */
static size_t date_end(const struct dates *d, size_t at, size_t *limit)
{
	size_t end = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (d->spans[i].begin <= at && at < d->spans[i].end) {
			end = MAX(end, (size_t)d->spans[i].end);
		} else if (d->spans[i].begin > at) {
			*limit = MIN(*limit, (size_t)d->spans[i].begin);
		}
	}
	return end;
}

static void add_name(struct shape *s, struct text *t, const struct date_rules *rules)
{
	struct dates dates;

	if (text_next(t, t->digit, 0) == t->len) {
		add_literal(s, t->raw, t->len);
		return;
	}
	dates_scan(t, rules, &dates);
	for (size_t at = 0; at < t->len;) {
		size_t limit = t->len, end = date_end(&dates, at, &limit);

		if (end != 0) {
			add_layout(s, t, at, end);
		} else if (text_bit(t->token, at)) {
			end = add_token(s, t, at, MIN(text_end(t->token, at), limit));
		} else {
			end = MIN(text_next(t, t->token, at), limit);
			add_literal(s, t->raw + at, end - at);
		}
		at = end;
	}
}

/* Directories named 2024/01/31 state a date together; a year alone varies, too. */
static bool add_calendar(struct shape *s, const struct text *t)
{
	bool year = t->len == 4 && is_year(t, 0);
	bool below = t->len == 2 && s->calendar != 0 && s->calendar < 3 &&
		     is_two_digits(t, 0, s->calendar == 1 ? 12 : 31);

	s->calendar = year ? 1 : below ? s->calendar + 1 : 0;
	if (year || below) {
		add_same(s, MARK_DIGIT, t->len);
	}
	return year || below;
}

void shape_add(struct shape *s, struct text *t, const char *name, size_t len,
	const struct date_rules *rules)
{
	if (s->key.len > 0) {
		buf_addc(&s->key, '/');
	}
	if (t->len != len) {
		s->calendar = 0;
		add_literal(s, name, len);
	} else if (!add_calendar(s, t)) {
		add_name(s, t, rules);
	}
}

void shape_add_literal(struct shape *s, const char *path, size_t len, bool below)
{
	if (s->key.len > 0) {
		buf_addc(&s->key, '/');
	}
	add_literal(s, path, len);
	if (below) {
		buf_addc(&s->key, '/');
		add_mark(s, MARK_BELOW);
	}
}

/* --- a key read back --- */

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
