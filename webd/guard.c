/* guard.c - refuses requests that mean two things, that come from a page that is not ours, or that
 * a proxy could read otherwise than we do.
 *
 * Some never reach us: what evhttp cannot parse, headers over GUARD_HEADER_BYTES_MAX and bodies
 * over twice GUARD_BODY_MAX. It answers those itself and closes the connection: a status and a
 * fixed HTML page, without our headers and without anything of the request in it. libevent 2.1 has
 * no way to replace that page (evhttp_set_errorcb came with 2.2), and none to look at headers
 * before a body is read. */
#include "webd/guard.h"

#include "common/addr.h"
#include <ctype.h>
#include <errno.h>
#include <strings.h>

enum { HOST_SIZE = 256 };

static void _printf_(5, 6) refuse(
	struct guard_verdict *v, int status, bool close, const char *code, const char *fmt, ...)
{
	va_list ap;

	v->status = status;
	v->close = close;
	v->code = code;
	va_start(ap, fmt);
	vsnprintf(v->err.message, sizeof(v->err.message), fmt, ap);
	va_end(ap);
	v->err.code = status == 403   ? ERR_FORBIDDEN
		      : status == 413 ? ERR_TOO_LARGE
				      : ERR_INVALID_VALUE;
}

static const char *header(const struct guard_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++) {
		if (strcasecmp(r->headers[i].name, name) == 0) {
			return r->headers[i].value;
		}
	}
	return NULL;
}

static size_t count(const struct guard_request *r, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_headers; i++) {
		n += strcasecmp(r->headers[i].name, name) == 0 ? 1 : 0;
	}
	return n;
}

/* RFC 9110, 5.6.2 */
static bool is_token(const char *s)
{
	if (*s == '\0') {
		return false;
	}
	for (; *s != '\0'; s++) {
		if (!isalnum((unsigned char)*s) && strchr("!#$%&'*+-.^_`|~", *s) == NULL) {
			return false;
		}
	}
	return true;
}

static bool has_control(const char *s)
{
	for (; *s != '\0'; s++) {
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f) {
			return true;
		}
	}
	return false;
}

/* evhttp takes 0.9, 1.-1 and 1.18446744073709551617 too, and answers in kind. */
static void judge_version(const struct guard_request *r, struct guard_verdict *v)
{
	if (r->major != 1 || (r->minor != 0 && r->minor != 1)) {
		refuse(v, 505, true, "invalid_value", "this server speaks HTTP/1.1 and HTTP/1.0");
	}
}

static void judge_target(const struct guard_request *r, struct guard_verdict *v)
{
	if (r->target[0] != '/') {
		refuse(v, 400, true, "invalid_value",
			"the request's address must begin with \"/\"");
		return;
	}
	for (const char *p = r->target; *p != '\0'; p++) {
		if (*p <= 0x20 || *p >= 0x7f || *p == '#') {
			refuse(v, 400, true, "invalid_value",
				"the request's address holds a byte that must be escaped");
			return;
		}
	}
}

static void judge_headers(const struct guard_request *r, struct guard_verdict *v)
{
	if (r->n_headers > GUARD_HEADERS_MAX) {
		refuse(v, 431, true, "too_large", "a request may have at most %d headers",
			(int)GUARD_HEADERS_MAX);
		return;
	}
	for (size_t i = 0; i < r->n_headers; i++) {
		if (!is_token(r->headers[i].name)) {
			refuse(v, 400, true, "invalid_value", "a header's name is malformed");
			return;
		}
		if (has_control(r->headers[i].value)) {
			refuse(v, 400, true, "invalid_value", "a header holds a control character");
			return;
		}
	}
}

/* How long the body is must be said once, in one way: else two programs disagree where the next
 * request begins. */
static void judge_length(const struct guard_request *r, struct guard_verdict *v)
{
	const char *length = header(r, "Content-Length");

	if (header(r, "Transfer-Encoding") != NULL) {
		refuse(v, 411, true, "length_required",
			"a body must come with its Content-Length, not in chunks");
	} else if (count(r, "Content-Length") > 1) {
		refuse(v, 400, true, "invalid_value", "Content-Length is given more than once");
	} else if (length != NULL &&
		   (*length == '\0' || strspn(length, "0123456789") != strlen(length))) {
		refuse(v, 400, true, "invalid_value", "Content-Length is not a number");
	} else if (r->body_bytes > GUARD_BODY_MAX) {
		refuse(v, 413, true, "too_large", "a body may have at most %d bytes",
			(int)GUARD_BODY_MAX);
	} else if (r->body_bytes > 0 &&
		   (strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0)) {
		refuse(v, 400, true, "invalid_value", "%s takes no body", r->method);
	}
}

bool guard_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = {[15] = 1};

	return a->family == 4 ? a->bytes[0] == 127
			      : a->family == 6 && memcmp(a->bytes, one, sizeof(one)) == 0;
}

bool guard_is_own_name(const char *host)
{
	struct addr a;
	size_t len = strlen(host);

	if (addr_parse(host, &a) == 0) {
		return guard_is_loopback(&a);
	}
	return strcmp(host, "localhost") == 0 ||
	       (len > 10 && strcmp(host + len - 10, ".localhost") == 0);
}

static bool contains(const struct strv *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcasecmp(list->v[i], text) == 0) {
			return true;
		}
	}
	return false;
}

/* A list of names we answer to, because a page elsewhere can give its own name our address (DNS
 * rebinding). */
static void judge_host(
	const struct guard_rules *rules, const struct guard_request *r, struct guard_verdict *v)
{
	const char *value = header(r, "Host");
	char host[HOST_SIZE];

	if (count(r, "Host") != 1 || guard_parse_host(value, host) < 0) {
		refuse(v, 400, true, "invalid_value",
			"a request needs exactly one valid Host header");
	} else if (!guard_is_own_name(host) && !contains(&rules->hosts, host)) {
		refuse(v, 421, true, "forbidden",
			"this server does not answer to the name \"%s\"; --allow-host adds it",
			host);
	}
}

static bool is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ||
	       strcmp(method, "OPTIONS") == 0;
}

static bool is_json(const char *type)
{
	size_t len = type != NULL ? strcspn(type, "; \t") : 0;

	return len == strlen("application/json") && strncasecmp(type, "application/json", len) == 0;
}

/* "http://HOST" or "https://HOST" for the Host that was asked: TLS may end at a proxy before us.
 * Where it ends here, a page that came by http is somebody else's. */
static bool is_own_origin(const struct guard_rules *rules, const char *origin, const char *host)
{
	const char *authority = NULL;

	if (!rules->https && strncasecmp(origin, "http://", 7) == 0) {
		authority = origin + 7;
	} else if (strncasecmp(origin, "https://", 8) == 0) {
		authority = origin + 8;
	}
	return authority != NULL && strcasecmp(authority, host) == 0;
}

/* A page elsewhere can make a browser send simple requests; it cannot add these headers without
 * being allowed to. */
static void judge_change(const struct guard_request *r, bool ours, struct guard_verdict *v)
{
	const char *type = header(r, "Content-Type");
	const char *with = header(r, "X-Requested-With");

	if (!ours) {
		refuse(v, 403, false, "forbidden", "requests from this origin are not accepted");
	} else if (r->body_bytes > 0 && type != NULL && !is_json(type)) {
		refuse(v, 415, false, "invalid_type", "the body must be application/json");
	} else if (!is_json(type) && (with == NULL || strcmp(with, "backup-checker") != 0)) {
		refuse(v, 403, false, "forbidden",
			"a request that changes something needs the header \"Content-Type: "
			"application/json\" or \"X-Requested-With: backup-checker\"");
	}
}

/* What a browser says of who asks (Fetch Metadata): a page elsewhere may lead people here by a
 * link, but may neither change nor load anything, not even a picture: how long an answer takes
 * tells something. A neighbour ("same-site") is elsewhere too; "none" is the address bar. */
static void judge_site(const struct guard_request *r, struct guard_verdict *v)
{
	const char *site = header(r, "Sec-Fetch-Site"), *mode = header(r, "Sec-Fetch-Mode");
	bool link = is_safe(r->method) && mode != NULL && strcasecmp(mode, "navigate") == 0;

	if (site != NULL && v->origin == NULL && !link && strcasecmp(site, "same-origin") != 0 &&
		strcasecmp(site, "none") != 0) {
		refuse(v, 403, false, "forbidden", "requests from other sites are not accepted");
	}
}

static void judge_origin(
	const struct guard_rules *rules, const struct guard_request *r, struct guard_verdict *v)
{
	const char *origin = header(r, "Origin");
	bool ours = origin == NULL;

	if (count(r, "Origin") > 1) {
		refuse(v, 400, true, "invalid_value", "Origin is given more than once");
		return;
	}
	if (origin != NULL && contains(&rules->origins, origin)) {
		v->origin = origin;
		ours = true;
	} else if (origin != NULL) {
		ours = is_own_origin(rules, origin, header(r, "Host"));
	}
	judge_site(r, v);
	if (v->status == 0 && !is_safe(r->method)) {
		judge_change(r, ours, v);
	}
	v->preflight = v->origin != NULL && strcmp(r->method, "OPTIONS") == 0 &&
		       header(r, "Access-Control-Request-Method") != NULL;
}

void guard_judge(const struct guard_rules *rules, const struct guard_request *request,
	struct guard_verdict *ret)
{
	struct guard_verdict v = {0};

	judge_version(request, &v);
	if (v.status == 0) {
		judge_target(request, &v);
	}
	if (v.status == 0) {
		judge_headers(request, &v);
	}
	if (v.status == 0) {
		judge_length(request, &v);
	}
	if (v.status == 0) {
		judge_host(rules, request, &v);
	}
	if (v.status == 0) {
		judge_origin(rules, request, &v);
	}
	*ret = v;
}

void guard_rules_done(struct guard_rules *rules)
{
	strv_done(&rules->hosts);
	strv_done(&rules->origins);
}

static bool port_is_valid(const char *port)
{
	size_t digits = strspn(port, "0123456789");

	return digits > 0 && digits <= 5 && port[digits] == '\0' && strtol(port, NULL, 10) <= 65535;
}

int guard_parse_host(const char *text, char *out)
{
	struct addr a;
	const char *rest;
	size_t len;
	bool bracket = text[0] == '[';

	if (bracket) {
		text++;
		len = strcspn(text, "]");
		rest = text[len] == ']' ? text + len + 1 : NULL;
	} else {
		len = strcspn(text, ":");
		rest = text + len;
	}
	if (rest == NULL || len == 0 || len >= HOST_SIZE ||
		(*rest != '\0' && (*rest != ':' || !port_is_valid(rest + 1)))) {
		return -EINVAL;
	}
	for (size_t i = 0; i < len; i++) {
		out[i] = (char)tolower((unsigned char)text[i]);
	}
	out[len] = '\0';
	if (bracket) {
		return addr_parse(out, &a) == 0 && strchr(out, ':') != NULL ? 0 : -EINVAL;
	}
	return addr_parse(out, &a) == 0 || hostname_is_valid(out) ? 0 : -EINVAL;
}

int guard_parse_origin(const char *text, char **ret, struct err *err)
{
	char host[HOST_SIZE];
	const char *authority = strstr(text, "://");
	size_t scheme = authority != NULL ? (size_t)(authority - text) : 0;
	char *lower;

	if (!((scheme == 4 && strncasecmp(text, "http", 4) == 0) ||
		    (scheme == 5 && strncasecmp(text, "https", 5) == 0)) ||
		guard_parse_host(authority + 3, host) < 0) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "origin",
			"\"%s\" is no origin; it looks like https://backup.example.org, without a "
			"path",
			text);
	}
	lower = strdup(text);
	if (lower == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	for (char *p = lower; *p != '\0'; p++) {
		*p = (char)tolower((unsigned char)*p);
	}
	*ret = lower;
	return 0;
}
