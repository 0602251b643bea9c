/* exclude.c - globs, matched with one step back to the last star instead of recursion. */
#include "scannerd/walk/exclude.h"

struct text {
	const char *at, *end;
	bool spent; /* the last component was taken; "" still has one, an empty one */
};

/* One byte against a class that begins after '['. Moves *p behind the class; an unclosed one is an
 * ordinary '['. */
static bool match_class(struct text *p, unsigned char c)
{
	const char *at = p->at;
	bool negated = at < p->end && (*at == '!' || *at == '^');
	bool found = false;
	at += negated;
	for (bool first = true; at < p->end && (first || *at != ']'); first = false) {
		at += *at == '\\' && at + 1 < p->end;
		unsigned char low = (unsigned char)*at++, high = low;
		if (p->end - at >= 2 && at[0] == '-' && at[1] != ']') {
			high = (unsigned char)at[1];
			at += 2;
		}
		found |= low <= c && c <= high;
	}
	if (at >= p->end) {
		return c == '[';
	}
	p->at = at + 1;
	return found != negated;
}

/* Whether the next element of the pattern, which is no star, takes the byte c. */
static bool match_byte(struct text *p, unsigned char c)
{
	char element = *p->at++;
	switch (element) {
	case '?':
		return true;
	case '[':
		return match_class(p, c);
	case '\\':
		if (p->at < p->end) {
			element = *p->at++;
		}
		return (unsigned char)element == c;
	default:
		return (unsigned char)element == c;
	}
}

/* Within one component. */
static bool match_component(struct text p, struct text t)
{
	const char *star = NULL, *resume = NULL;
	while (t.at < t.end) {
		if (p.at < p.end && *p.at == '*') {
			star = ++p.at;
			resume = t.at;
			continue;
		}
		if (p.at < p.end && match_byte(&p, (unsigned char)*t.at)) {
			t.at++;
			continue;
		}
		if (star == NULL) {
			return false;
		}
		p.at = star;
		t.at = ++resume;
	}
	while (p.at < p.end && *p.at == '*') {
		p.at++;
	}
	return p.at == p.end;
}

/* Takes the first component off. */
static struct text next_component(struct text *from)
{
	const char *slash = memchr(from->at, '/', (size_t)(from->end - from->at));
	struct text component = {.at = from->at, .end = slash != NULL ? slash : from->end};
	from->at = slash != NULL ? slash + 1 : from->end;
	from->spent = slash == NULL;
	return component;
}

static bool is_any_depth(struct text component)
{
	return component.end - component.at == 2 && memcmp(component.at, "**", 2) == 0;
}

bool exclude_glob(const char *glob, size_t glob_len, const char *text, size_t text_len)
{
	struct text p = {.at = glob, .end = glob + glob_len};
	struct text t = {.at = text, .end = text + text_len};
	struct text star = {0}, resume = {0};
	while (!t.spent) {
		struct text p_rest = p, t_rest = t;
		if (!p.spent) {
			struct text component = next_component(&p_rest);
			if (is_any_depth(component)) {
				star = p = p_rest;
				resume = t;
				continue;
			}
			if (match_component(component, next_component(&t_rest))) {
				p = p_rest;
				t = t_rest;
				continue;
			}
		}
		if (star.at == NULL) {
			return false;
		}
		next_component(&resume);
		p = star;
		t = resume;
	}
	while (!p.spent) {
		if (!is_any_depth(next_component(&p))) {
			return false;
		}
	}
	return true;
}

static struct text trim(const char *glob)
{
	struct text g = {.at = glob, .end = glob + strlen(glob)};
	while (g.at < g.end && *g.at == '/') {
		g.at++;
	}
	while (g.at < g.end && g.end[-1] == '/') {
		g.end--;
	}
	return g;
}

/* A leading slash anchors a glob to the root; a trailing one does not make it a path. */
static bool is_path(const char *glob)
{
	size_t len = strcspn(glob, "/");
	return glob[len] != '\0' && strspn(glob + len, "/") != strlen(glob + len);
}

bool exclude_wants_path(const struct strv *globs)
{
	for (size_t i = 0; globs != NULL && i < globs->n; i++) {
		if (is_path(globs->v[i])) {
			return true;
		}
	}
	return false;
}

bool exclude_match(const struct strv *globs, const char *name, size_t name_len, const char *path,
	size_t path_len)
{
	for (size_t i = 0; globs != NULL && i < globs->n; i++) {
		struct text g = trim(globs->v[i]);
		size_t len = (size_t)(g.end - g.at);
		if (is_path(globs->v[i]) ? exclude_glob(g.at, len, path, path_len)
					 : exclude_glob(g.at, len, name, name_len)) {
			return true;
		}
	}
	return false;
}
