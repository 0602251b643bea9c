/* settings.c - the command line of webd: its table, and what of it is refused. */
#include "webd/settings.h"

#include "common/addr.h"
#include "common/jsonw.h"
#include "webd/request.h"
#include "webd/tls.h"
#include <errno.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sysexits.h>

static struct settings given;

static const struct option_row rows[] = {
	{"database", "FILE", "The database that scannerd writes; read only.", &given.database, NULL,
		"BACKUP_CHECKER_DATABASE"},
	{"socket", "PATH", "Where scannerd listens.", &given.socket, NULL, "BACKUP_CHECKER_SOCKET"},
	{"state", "DIR",
		"Where temporary files go: workbooks while they are put together, sorting. Made if "
		"it "
		"is missing; one that webd cannot write is left alone, and $TMPDIR or /tmp serves.",
		&given.state, NULL, "STATE_DIRECTORY"},
	{"listen", "ADDRESS",
		"HOST:PORT (an address, not a name; port 0 takes a free one) or unix:PATH. Sockets "
		"that systemd passes replace it.",
		&given.listen, NULL, NULL},
	{"tls-certificate", "FILE",
		"Speak https only, with this certificate and those of its issuers (PEM). With "
		"--tls-key. Both files are read again on SIGHUP, and when they have changed.",
		&given.tls_certificate, NULL, NULL},
	{"tls-key", "FILE", "The certificate's private key (PEM), without a passphrase.",
		&given.tls_key, NULL, NULL},
	{"auth", "METHOD",
		"How people sign in. \"password\", the default: by accounts that scannerd keeps. "
		"\"proxy\": a "
		"proxy in front says who it is. \"none\": whoever reaches the address may do "
		"everything, so it must be a loopback address or a Unix socket. The last two need "
		"\"sign_in\": \"webd\" in the configuration's limits.",
		&given.auth, NULL, NULL},
	{"proxy-trust", "ADDRESS[,ADDRESS]",
		"Proxies whose X-Forwarded-For, X-Forwarded-Proto and, with --auth proxy, user "
		"header count: addresses, networks, or \"unix\" for whoever comes by a Unix "
		"socket. "
		"From anybody else these headers mean nothing.",
		&given.proxy_trust, NULL, NULL},
	{"proxy-user-header", "NAME",
		"With --auth proxy: the header that names the person, such as X-Remote-User.",
		&given.proxy_user_header, NULL, NULL},
	{"proxy-role-header", "NAME",
		"With --auth proxy: the header that says viewer, operator or admin.",
		&given.proxy_role_header, NULL, NULL},
	{"proxy-role", "ROLE",
		"With --auth proxy and without that header: everybody's role; default viewer.",
		&given.proxy_role, NULL, NULL},
	{"allow-host", "NAME[,NAME]",
		"Names and addresses to answer to, beside loopback's and the one listened on.",
		&given.allow_host, NULL, NULL},
	{"origin", "URL[,URL]",
		"Other origins (https://backup.example.org) whose pages may use the API.",
		&given.origin, NULL, NULL},
	{"max-connections", "N", "Open connections in all; default 512.", &given.max_connections,
		NULL, NULL},
	{"max-connections-per-source", "N",
		"Of one address (IPv6: one /64), unless it is a trusted proxy, which has to bound "
		"its clients itself; default 64.",
		&given.max_per_source, NULL, NULL},
	{"request-timeout", "SECONDS", "How long a request may take to arrive; default 30.",
		&given.request_timeout, NULL, NULL},
	{"check-config", NULL, "Judge the options and exit.", NULL, &given.check_config, NULL},
	{"dump-config", NULL, "Print the options in effect as JSON and exit.", NULL,
		&given.dump_config, NULL},
	{"print-openapi", NULL, "Print the API's OpenAPI document and exit.", NULL,
		&given.print_openapi, NULL},
};

static const struct program program = {
	.name = "webd",
	.summary = "the web server of backup-checker: pages and API over what scannerd found",
	.details =
		"webd reads the database, asks scannerd over its socket for everything that "
		"changes "
		"something, and speaks HTTP. It writes nothing but temporary files, opens no "
		"outgoing connection and runs "
		"no program. Start it as a user without rights; it needs none of root's.\n\n"
		"SIGTERM and SIGINT end it after the running answers, at most two seconds later.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
};

static int _printf_(1, 2) usage(const char *fmt, ...)
{
	va_list ap;

	fputs("webd: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return EX_USAGE;
}

/* "127.0.0.1:8080", "[::1]:8080"; host holds ADDR_TEXT_SIZE bytes. */
static int split_listen(const char *text, char *host, uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : 0;
	char *end;
	long port;

	if (colon == NULL || colon[1] < '0' || colon[1] > '9') {
		return -EINVAL;
	}
	port = strtol(colon + 1, &end, 10);
	if (*end != '\0' || port > 65535) {
		return -EINVAL;
	}
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= ADDR_TEXT_SIZE) {
		return -EINVAL;
	}
	memcpy(host, text, len);
	host[len] = '\0';
	*ret_port = (uint16_t)port;
	return 0;
}

static void set_address(struct settings *s, const struct addr *a, uint16_t port)
{
	if (a->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)&s->address;

		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		memcpy(&in->sin_addr, a->bytes, 4);
		s->address_len = sizeof(*in);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&s->address;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(port);
		memcpy(&in6->sin6_addr, a->bytes, 16);
		s->address_len = sizeof(*in6);
	}
}

static int judge_listen(struct settings *s)
{
	char host[ADDR_TEXT_SIZE], canonical[ADDR_TEXT_SIZE];
	struct addr a;
	uint16_t port;

	if (strncmp(s->listen, "unix:", 5) == 0 && s->listen[5] != '\0') {
		s->unix_path = s->listen + 5;
		return s->visitors.tls ? usage("--listen %s: TLS is not spoken on a Unix socket; "
					       "that is for the proxy in front",
						 s->listen)
				       : 0;
	}
	if (split_listen(s->listen, host, &port) < 0 || addr_parse(host, &a) < 0) {
		return usage("--listen %s: it must be ADDRESS:PORT, such as 127.0.0.1:8080 or "
			     "[::1]:8080, or unix:PATH",
			s->listen);
	}
	if (!guard_is_loopback(&a) && !settings_may_be_reached(s)) {
		return usage("--listen %s: %s webd listens on a loopback address or a Unix socket "
			     "only; give it a certificate (--tls-certificate, --tls-key) or put a "
			     "proxy with "
			     "https in front",
			s->listen,
			s->visitors.method == AUTH_NONE ? "without sign-in (--auth none)"
							: "without encryption");
	}
	set_address(s, &a, port);
	if (strv_add(&s->guard.hosts, addr_format(&a, canonical)) < 0) {
		return EX_OSERR;
	}
	return 0;
}

static int add_host(struct settings *s, const char *text)
{
	char host[256];
	struct addr a;
	bool bare_v6 = addr_parse(text, &a) == 0;

	if (!bare_v6 && guard_parse_host(text, host) < 0) {
		return usage("--allow-host %s: that is neither a host name nor an address", text);
	}
	return strv_add(&s->guard.hosts, bare_v6 ? text : host) < 0 ? EX_OSERR : 0;
}

/* An origin of ours behind a proxy is also a name we are asked by. */
static int add_origin(struct settings *s, const char *text)
{
	_free_ char *origin = NULL;
	struct err err = {0};

	if (guard_parse_origin(text, &origin, &err) < 0) {
		return usage("--origin: %s", err.message);
	}
	if (strv_add(&s->guard.origins, origin) < 0) {
		return EX_OSERR;
	}
	return add_host(s, strstr(origin, "://") + 3);
}

static int each_of_list(
	struct settings *s, const char *list, int (*take)(struct settings *s, const char *text))
{
	int rc = 0;

	while (rc == 0 && list != NULL && *list != '\0') {
		size_t len = strcspn(list, ",");
		_free_ char *one = strndup(list, len);

		rc = one == NULL ? EX_OSERR : take(s, one);
		list += len + (list[len] == ',' ? 1 : 0);
	}
	return rc;
}

/* 0 or EX_USAGE; text NULL leaves *ret as it is. */
static int judge_number(const char *option, const char *text, int max, int *ret)
{
	int64_t number;

	if (text == NULL) {
		return 0;
	}
	if (request_canonical_id(text, strlen(text), &number) < 0 || number > max) {
		return usage("--%s %s: it must be a whole number from 1 to %d", option, text, max);
	}
	*ret = (int)number;
	return 0;
}

static int judge_limits(struct settings *s)
{
	int rc;

	s->limits = (struct connection_limits){
		CONNECTIONS_MAX, CONNECTIONS_PER_SOURCE_MAX, CONNECTIONS_REQUEST_S};
	rc = judge_number("max-connections", s->max_connections, 16384, &s->limits.total);
	if (rc == 0) {
		rc = judge_number("max-connections-per-source", s->max_per_source, 16384,
			&s->limits.per_source);
	}
	if (rc == 0) {
		rc = judge_number(
			"request-timeout", s->request_timeout, 3600, &s->limits.request_s);
	}
	return rc;
}

/* --- who is asked for what --- */

static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0) {
			return i;
		}
	}
	return -1;
}

static int trust(struct settings *s, const char *text)
{
	struct err err = {0};

	return visitor_trust(&s->visitors, text, &err) < 0
		       ? usage("--proxy-trust %s: %s", text, err.message)
		       : 0;
}

static int judge_proxy(struct settings *s)
{
	struct visitor_rules *v = &s->visitors;
	bool others = s->proxy_user_header != NULL || s->proxy_role_header != NULL ||
		      s->proxy_role != NULL;
	int role = s->proxy_role != NULL ? find_word(role_names, s->proxy_role) : ROLE_VIEWER;

	if (v->method != AUTH_PROXY) {
		return others ? usage("--proxy-user-header, --proxy-role-header and --proxy-role "
				      "are for --auth proxy")
			      : 0;
	}
	if (s->proxy_user_header == NULL || (v->trusted.n == 0 && !v->trust_unix)) {
		return usage("--auth proxy needs --proxy-user-header and --proxy-trust");
	}
	if (role <= ROLE_NONE) {
		return usage("--proxy-role %s: it is viewer, operator or admin", s->proxy_role);
	}
	v->user_header = s->proxy_user_header;
	v->role_header = s->proxy_role_header;
	v->role = (enum role)role;
	return 0;
}

static int judge_auth(struct settings *s)
{
	int method = s->auth != NULL ? find_word(auth_method_names, s->auth) : AUTH_PASSWORD;
	int rc;

	if (method < 0) {
		return usage("--auth %s is not known; it is password, proxy, or, on a loopback "
			     "address or a Unix socket, none",
			s->auth);
	}
	s->visitors.method = (enum auth_method)method;
	rc = each_of_list(s, s->proxy_trust, trust);
	return rc != 0 ? rc : judge_proxy(s);
}

/* --dump-config says what is asked for, whatever the files are like. */
static int judge_tls(struct settings *s)
{
	struct err err;

	if ((s->tls_certificate == NULL) != (s->tls_key == NULL)) {
		return usage("--tls-certificate and --tls-key belong together");
	}
	s->visitors.tls = s->tls_certificate != NULL;
	s->guard.https = s->visitors.tls;
	if (s->visitors.tls && !s->dump_config &&
		tls_new(s->tls_certificate, s->tls_key, &s->tls, &err) < 0) {
		usage("%s", err.message);
		return EX_CONFIG;
	}
	return 0;
}

bool settings_may_be_reached(const struct settings *s)
{
	const struct visitor_rules *v = &s->visitors;

	return v->method != AUTH_NONE && (v->tls || v->trusted.n > 0);
}

static int judge(struct settings *s)
{
	static const char *const needed[] = {"database", "socket", "listen"};
	const char *values[] = {s->database, s->socket, s->listen};
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (values[i] == NULL) {
			return usage("--%s is needed; --help lists what there is", needed[i]);
		}
	}
	rc = judge_auth(s);
	if (rc == 0) {
		rc = judge_tls(s);
	}
	if (rc == 0) {
		rc = judge_listen(s);
	}
	if (rc == 0) {
		rc = each_of_list(s, s->allow_host, add_host);
	}
	if (rc == 0) {
		rc = each_of_list(s, s->origin, add_origin);
	}
	return rc != 0 ? rc : judge_limits(s);
}

/* SQLite and the writer of workbooks both ask for TMPDIR. Before any thread. */
static void choose_temporary(const char *state)
{
	if (state != NULL && (mkdir(state, 0700) == 0 || errno == EEXIST) &&
		access(state, W_OK | X_OK) == 0) {
		setenv("TMPDIR", state, 1);
	}
}

int settings_take(struct settings *s, int argc, char **argv, bool *ret_done)
{
	int rc = options_parse(&program, argc, argv, ret_done);

	if (rc != 0 || *ret_done) {
		return rc;
	}
	*s = given;
	if (s->print_openapi) {
		return 0;
	}
	rc = judge(s);
	if (rc == 0 && !s->check_config && !s->dump_config) {
		choose_temporary(s->state);
	}
	return rc;
}

static void print_list(struct jsonw *w, const char *key, const struct strv *list)
{
	jsonw_karray(w, key);
	for (size_t i = 0; i < list->n; i++) {
		jsonw_str(w, list->v[i]);
	}
	jsonw_end(w);
}

void settings_print(const struct settings *s, struct buf *out)
{
	struct jsonw w = JSONW(out);

	jsonw_object(&w);
	jsonw_kstr(&w, "database", s->database);
	jsonw_kstr(&w, "socket", s->socket);
	jsonw_kstr(&w, "state", s->state);
	jsonw_kstr(&w, "listen", s->listen);
	jsonw_kstr(&w, "tls_certificate", s->tls_certificate);
	jsonw_kstr(&w, "tls_key", s->tls_key);
	jsonw_kstr(&w, "auth", auth_method_names[s->visitors.method]);
	jsonw_kint(&w, "max_connections", s->limits.total);
	jsonw_kint(&w, "max_connections_per_source", s->limits.per_source);
	jsonw_kint(&w, "request_timeout", s->limits.request_s);
	jsonw_kstr(&w, "proxy_trust", s->proxy_trust);
	jsonw_kstr(&w, "proxy_user_header", s->proxy_user_header);
	jsonw_kstr(&w, "proxy_role_header", s->proxy_role_header);
	jsonw_kstr(&w, "proxy_role",
		s->visitors.method == AUTH_PROXY ? role_names[s->visitors.role] : NULL);
	print_list(&w, "allow_host", &s->guard.hosts);
	print_list(&w, "origin", &s->guard.origins);
	jsonw_end(&w);
	buf_addc(out, '\n');
}

void settings_done(struct settings *s)
{
	guard_rules_done(&s->guard);
	visitor_rules_done(&s->visitors);
	tls_free(s->tls);
}
