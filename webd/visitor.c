/* visitor.c - reads cookies, tokens and a proxy's headers, and refuses what has two meanings. */
#include "webd/visitor.h"

#include "common/jsonw.h"
#include "common/utf8.h"
#include "webd/guard.h"
#include <ctype.h>
#include <errno.h>
#include <strings.h>

enum { TRUSTED_MAX = 64 };

const char *const auth_method_names[] = {"password", "none", "proxy", NULL};
_Static_assert(ARRAY_SIZE(auth_method_names) == _AUTH_METHODS + 1, "a name for every method");

/* With this prefix browsers take it over https only, and for this host alone (RFC 6265bis,
 * 4.1.3.2). Without encryption, on the machine itself, they take no such cookie. */
static const char safe_cookie[] = "__Host-backup-checker", plain_cookie[] = "backup-checker";

static int twice(const char *name, struct err *err)
{
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
		"the header %s is given more than once", name);
}

static int only(visitor_header header, const void *request, const char *name, const char **ret,
	struct err *err)
{
	size_t n = 0;
	const char *value = header(request, name, &n);

	if (n > 1) {
		return twice(name, err);
	}
	*ret = value;
	return 0;
}

/* --- credentials --- */

/* Whatever scannerd's credentials consist of; anything else is none. */
static bool take_credential(struct visitor *v, const char *text, size_t len)
{
	if (len == 0 || len >= sizeof(v->credential)) {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '_' && text[i] != '-') {
			return false;
		}
	}
	memcpy(v->credential, text, len);
	v->credential[len] = '\0';
	v->kind = VISITOR_CREDENTIAL;
	return true;
}

/* "a=1; b=2" (RFC 6265, 4.2.1) */
static void take_cookie(struct visitor *v, const char *list, const char *name)
{
	size_t name_len = strlen(name);

	while (v->kind == VISITOR_NOBODY && *list != '\0') {
		size_t len;

		list += strspn(list, "; \t");
		len = strcspn(list, ";");
		if (len > name_len && list[name_len] == '=' && memcmp(list, name, name_len) == 0) {
			take_credential(v, list + name_len + 1, len - name_len - 1);
		}
		list += len;
	}
}

static int take_bearer(struct visitor *v, const char *authorization, struct err *err)
{
	if (strncasecmp(authorization, "Bearer ", 7) != 0 ||
		!take_credential(v, authorization + 7, strlen(authorization + 7))) {
		return err_set(err, -EACCES, ERR_NOT_SIGNED_IN, NULL,
			"Authorization must be \"Bearer\" with an API token");
	}
	return 0;
}

static int read_credential(
	struct visitor *v, visitor_header header, const void *request, struct err *err)
{
	const char *authorization = NULL, *cookie = NULL;
	int rc = only(header, request, "Authorization", &authorization, err);

	if (rc == 0) {
		rc = only(header, request, "Cookie", &cookie, err);
	}
	if (rc < 0) {
		return rc;
	}
	if (authorization != NULL) {
		return take_bearer(v, authorization, err);
	}
	if (cookie != NULL) {
		take_cookie(v, cookie, safe_cookie);
		if (v->loopback) {
			take_cookie(v, cookie, plain_cookie);
		}
	}
	return 0;
}

/* --- proxies --- */

bool visitor_is_proxy(const struct visitor_rules *rules, const struct addr *peer)
{
	if (peer->family == 0) {
		return rules->trust_unix;
	}
	for (size_t i = 0; i < rules->trusted.n; i++) {
		if (prefix_contains_addr(&rules->trusted.v[i], peer)) {
			return true;
		}
	}
	return false;
}

/* The last address of the list is the one that the trusted proxy has seen itself; those before it
 * are what others say. */
static void take_forwarded(struct visitor *v, const char *list)
{
	const char *last = strrchr(list, ',');
	struct addr a;

	last = last != NULL ? last + 1 : list;
	last += strspn(last, " \t");
	if (addr_parse(last, &a) == 0) {
		addr_format(&a, v->address);
	}
}

static int read_proxy(
	struct visitor *v, visitor_header header, const void *request, struct err *err)
{
	const char *proto = NULL;
	size_t n = 0;
	const char *forwarded = header(request, "X-Forwarded-For", &n);
	int rc = only(header, request, "X-Forwarded-Proto", &proto, err);

	if (rc == 0 && n > 1) {
		rc = twice("X-Forwarded-For", err);
	}
	if (rc < 0) {
		return rc;
	}
	if (forwarded != NULL) {
		take_forwarded(v, forwarded);
	}
	v->https = v->https || (proto != NULL && strcasecmp(proto, "https") == 0);
	return 0;
}

static enum role role_named(const char *name)
{
	for (int i = ROLE_VIEWER; i < _ROLES; i++) {
		if (name != NULL && strcasecmp(role_names[i], name) == 0) {
			return (enum role)i;
		}
	}
	return ROLE_NONE;
}

static int read_name(const struct visitor_rules *rules, struct visitor *v, visitor_header header,
	const void *request, struct err *err)
{
	const char *name = NULL, *role = NULL;
	int rc = only(header, request, rules->user_header, &name, err);

	if (rc == 0 && rules->role_header != NULL) {
		rc = only(header, request, rules->role_header, &role, err);
	}
	if (rc < 0 || name == NULL || *name == '\0') {
		return rc;
	}
	if (strlen(name) >= sizeof(v->name) || !utf8_is_valid(name, strlen(name))) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"the name in %s is longer than %zu bytes, or not UTF-8", rules->user_header,
			sizeof(v->name) - 1);
	}
	snprintf(v->name, sizeof(v->name), "%s", name);
	v->role = rules->role_header != NULL ? role_named(role) : rules->role;
	v->kind = VISITOR_CLAIMED;
	return 0;
}

/* Programs come with an API token, and not through the proxy's sign-in. Any other Authorization
 * is the proxy's own affair. */
static int read_user(const struct visitor_rules *rules, bool trusted, struct visitor *v,
	visitor_header header, const void *request, struct err *err)
{
	const char *authorization = NULL;
	int rc = only(header, request, "Authorization", &authorization, err);

	if (rc == 0 && authorization != NULL &&
		strncasecmp(authorization, "Bearer " API_TOKEN_PREFIX,
			strlen("Bearer " API_TOKEN_PREFIX)) == 0) {
		return take_bearer(v, authorization, err);
	}
	return rc == 0 && trusted ? read_name(rules, v, header, request, err) : rc;
}

/* --- all of it --- */

static void read_place(
	struct visitor *v, const struct addr *peer, visitor_header header, const void *request)
{
	size_t n = 0;
	const char *host = header(request, "Host", &n);
	const char *origin = header(request, "Origin", &n);
	char name[256];

	if (peer->family != 0) {
		addr_format(peer, v->address);
	}
	v->loopback = host != NULL && guard_parse_host(host, name) == 0 && guard_is_own_name(name);
	/* The guard has judged whether the origin is ours. */
	v->https = v->https || (origin != NULL && strncasecmp(origin, "https://", 8) == 0);
}

int visitor_read(const struct visitor_rules *rules, const struct addr *peer, visitor_header header,
	const void *request, struct visitor *ret, struct err *err)
{
	struct visitor v = {.https = rules->tls};
	bool trusted = visitor_is_proxy(rules, peer);
	int rc = 0;

	read_place(&v, peer, header, request);
	if (trusted) {
		rc = read_proxy(&v, header, request, err);
	}
	if (rc == 0 && rules->method == AUTH_PASSWORD) {
		rc = read_credential(&v, header, request, err);
	} else if (rc == 0 && rules->method == AUTH_PROXY) {
		rc = read_user(rules, trusted, &v, header, request, err);
	} else if (rc == 0 && rules->method == AUTH_NONE) {
		v.kind = VISITOR_CLAIMED;
		v.role = ROLE_ADMIN;
		snprintf(v.name, sizeof(v.name), "anonymous");
	}
	if (rc == 0) {
		*ret = v;
	}
	explicit_bzero(v.credential, sizeof(v.credential));
	return rc;
}

int visitor_trust(struct visitor_rules *rules, const char *text, struct err *err)
{
	struct prefix prefix, *v;
	int rc;

	if (strcmp(text, "unix") == 0) {
		rules->trust_unix = true;
		return 0;
	}
	rc = prefix_parse(text, &prefix, err);
	if (rc < 0) {
		return rc;
	}
	if (rules->trusted.n == TRUSTED_MAX) {
		return err_set(err, -E2BIG, ERR_TOO_LARGE, NULL, "at most %d proxies can be named",
			(int)TRUSTED_MAX);
	}
	v = reallocarray(rules->trusted.v, rules->trusted.n + 1, sizeof(*v));
	if (v == NULL) {
		return err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
	}
	v[rules->trusted.n++] = prefix;
	rules->trusted.v = v;
	return 0;
}

void visitor_rules_done(struct visitor_rules *rules)
{
	free(rules->trusted.v);
	rules->trusted.v = NULL;
	rules->trusted.n = 0;
}

void visitor_print(const struct visitor *v, struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	if (v->kind == VISITOR_CREDENTIAL) {
		jsonw_kstr(&w, "credential", v->credential);
	} else {
		jsonw_kstr(&w, "name", v->name);
		jsonw_kstr(&w, "role", role_names[v->role]);
	}
	if (v->address[0] != '\0') {
		jsonw_kstr(&w, "address", v->address);
	}
	jsonw_end(&w);
}

int visitor_cookie(
	const struct visitor *v, const char *credential, struct buf *out, struct err *err)
{
	if (!v->https && !v->loopback) {
		return err_set(err, -EPERM, ERR_FORBIDDEN, NULL,
			"signing in needs https: without it, the password and the session could be "
			"read on the way");
	}
	buf_printf(out, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
		v->https ? safe_cookie : plain_cookie, credential != NULL ? credential : "",
		v->https ? "; Secure" : "", credential != NULL ? "" : "; Max-Age=0");
	return 0;
}
