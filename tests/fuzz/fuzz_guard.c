/* fuzz_guard.c - any request, as evhttp hands it over: the guard, the decoder and the routes agree
 * on what may pass.
 *
 * Input: "METHOD\nTARGET\nName: value\n...\n\nBODY". */
#include "common/utf8.h"
#include "webd/guard.h"
#include "webd/request.h"
#include "webd/routes.h"
#include <assert.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char host[] = "backup.example.org", panel[] = "https://panel.example.org";
static char *hosts[] = {host}, *origins[] = {panel};
static const struct guard_rules rules = {.hosts = {hosts, 1}, .origins = {origins, 1}};

/* Cuts the line at *p and moves *p behind it; NULL at the end. */
static char *take_line(char **p)
{
	char *line = *p, *end = *p != NULL ? strchr(*p, '\n') : NULL;

	if (end == NULL) {
		*p = NULL;
		return line;
	}
	*end = '\0';
	*p = end + 1;
	return line;
}

static size_t take_headers(char **p, struct guard_header headers[GUARD_HEADERS_MAX + 1])
{
	size_t n = 0;
	char *line;

	while (n <= GUARD_HEADERS_MAX && (line = take_line(p)) != NULL && *line != '\0') {
		char *colon = strchr(line, ':');

		if (colon != NULL) {
			*colon = '\0';
			colon++;
			headers[n++] = (struct guard_header){line, colon + strspn(colon, " ")};
		}
	}
	return n;
}

/* What passed the guard is decoded: nothing but clean text may come out. */
static void decode(const struct guard_request *g, const char *body)
{
	struct request r = {0};
	struct err err = {0};
	char allow[ROUTE_ALLOW_SIZE];
	const struct route *route;
	int64_t id;

	if (request_parse(g->target, &r, &err) < 0) {
		assert(err.code != ERR_NONE && err.message[0] != '\0');
		return;
	}
	assert(r.path[0] == '/');
	for (size_t i = 0; i < r.n_params; i++) {
		assert(utf8_is_valid(r.params[i].name, strlen(r.params[i].name)));
		assert(utf8_is_valid(r.params[i].value, strlen(r.params[i].value)));
	}
	if (routes_find(g->method, r.path, &route, &id, allow) == ROUTE_FOUND) {
		assert((id > 0) == (strstr(route->path, "{id}") != NULL));
		request_check_params(&r, route->query, route->n_query, &err);
	}
	if (body != NULL && request_parse_body(&r, body, g->body_bytes, &err) == 0) {
		assert(g->body_bytes == 0 || cJSON_IsObject(r.body));
	}
	request_done(&r);
}

static size_t count(const struct guard_request *g, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n_headers; i++) {
		n += strcasecmp(g->headers[i].name, name) == 0 ? 1 : 0;
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = malloc(size + 1);
	struct guard_header headers[GUARD_HEADERS_MAX + 1];
	struct guard_request g = {.headers = headers, .major = 1, .minor = 1};
	struct guard_verdict v;
	char *p = text;

	if (text == NULL || memchr(data, '\0', size) != NULL) {
		return 0;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	g.method = take_line(&p);
	g.target = take_line(&p);
	if (g.target == NULL) {
		return 0;
	}
	g.n_headers = take_headers(&p, headers);
	g.body_bytes = p != NULL ? strlen(p) : 0;
	guard_judge(&rules, &g, &v);
	if (v.status != 0) {
		assert(v.status >= 400 && v.status < 500 && v.code != NULL);
		assert(v.err.code != ERR_NONE && v.err.message[0] != '\0');
		return 0;
	}
	assert(g.target[0] == '/' && count(&g, "Host") == 1);
	assert(count(&g, "Transfer-Encoding") == 0 && count(&g, "Content-Length") <= 1);
	assert(g.body_bytes <= GUARD_BODY_MAX);
	decode(&g, p);
	return 0;
}
