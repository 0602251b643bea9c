/* nmap_xml.c - a push parser (libxml2, SAX2) with nmap's elements as a table. */
#include "nmap_xml.h"

#include "common/addr.h"
#include "common/utf8.h"
#include <errno.h>
#include <libxml/parser.h>
#include <stdarg.h>

enum element {
	IN_OTHER, /* below something that is of no interest: nothing in there counts */
	IN_DOCUMENT,
	IN_RUN,
	IN_HOST,
	IN_HOSTNAMES,
	IN_PORTS,
	IN_PORT,
	IN_OS,
	IN_RUNSTATS,
	IN_LEAF,
};

struct nmap_xml {
	xmlParserCtxtPtr parser;
	const struct nmap_events *events;
	void *arg;
	uint64_t bytes, bytes_max;
	enum element stack[NMAP_XML_DEPTH_MAX + 1];
	unsigned depth;
	int failed; /* -errno, with why */
	struct err why;
	bool finished, success;
	double total; /* addresses, as nmap counts them */

	struct netscan_host host;
	bool up, arp, timed_out;
	struct netscan_port port;
	bool port_open;
	size_t ports_cap;
};

/* libxml2 hands out attributes as five pointers each. */
struct attributes {
	const xmlChar **v;
	int n;
};

static void _printf_(4, 5)
	stop(struct nmap_xml *x, int rc, enum err_code code, const char *fmt, ...)
{
	if (x->failed != 0) {
		return;
	}
	char text[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	x->failed = err_set(&x->why, rc, code, NULL, "%s", text);
	xmlStopParser(x->parser);
}

static void out_of_memory(struct nmap_xml *x)
{
	stop(x, -ENOMEM, ERR_INTERNAL, "out of memory");
}

/* The value's bytes, not NUL-terminated; false if there is no such attribute. */
static bool find(const struct attributes *a, const char *name, const char **ret, size_t *ret_len)
{
	for (int i = 0; i < a->n; i++) {
		const xmlChar **five = a->v + (ptrdiff_t)i * 5;
		if (strcmp((const char *)five[0], name) == 0) {
			*ret = (const char *)five[3];
			*ret_len = (size_t)(five[4] - five[3]);
			return true;
		}
	}
	return false;
}

/* SAX2 without entity substitution writes an ampersand, however it came, as &#38;. */
static size_t unescape(char *s, size_t len)
{
	static const char escaped[] = "&#38;";
	size_t to = 0;
	for (size_t from = 0; from < len;) {
		if (len - from >= 5 && memcmp(s + from, escaped, 5) == 0) {
			s[to++] = '&';
			from += 5;
		} else {
			s[to++] = s[from++];
		}
	}
	return to;
}

/* Characters that cannot be seen but turn or break the text around them: U+200B-200F, U+2028-202E,
 * U+2060-206F, U+FEFF. */
static bool is_invisible(const char *s, size_t len)
{
	const unsigned char *c = (const unsigned char *)s;
	if (len < 3) {
		return false;
	}
	if (c[0] == 0xe2 && c[1] == 0x80) {
		return (c[2] >= 0x8b && c[2] <= 0x8f) || (c[2] >= 0xa8 && c[2] <= 0xae);
	}
	return (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa0 && c[2] <= 0xaf) ||
	       memcmp(c, "\xef\xbb\xbf", 3) == 0;
}

/* Cuts at a whole character, and takes the sting out of control bytes. */
static void clean(char *s, size_t len, size_t max)
{
	if (len > max) {
		len = utf8_valid_prefix(s, max);
	}
	utf8_repair(s, len);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		bool c1 = c == 0xc2 && i + 1 < len && (unsigned char)s[i + 1] < 0xa0;
		if (c < 0x20 || c == 0x7f) {
			s[i] = '?';
		} else if (c1) {
			s[i] = s[i + 1] = '?';
		} else if (is_invisible(s + i, len - i)) {
			s[i] = s[i + 1] = s[i + 2] = '?';
		}
	}
	s[len] = '\0';
}

/* Replaces *to by the attribute, at most max bytes; an empty one is as good as none. */
static void take(
	struct nmap_xml *x, const struct attributes *a, const char *name, size_t max, char **to)
{
	const char *value;
	size_t len;
	if (!find(a, name, &value, &len) || len == 0) {
		return;
	}
	char *copy = strndup(value, len);
	if (copy == NULL) {
		out_of_memory(x);
		return;
	}
	clean(copy, unescape(copy, len), max);
	free(*to);
	*to = copy;
}

static bool is(const struct attributes *a, const char *name, const char *wanted)
{
	const char *value;
	size_t len;
	return find(a, name, &value, &len) && len == strlen(wanted) &&
	       memcmp(value, wanted, len) == 0;
}

static double number(const struct attributes *a, const char *name, double otherwise)
{
	const char *value;
	size_t len;
	char text[32];
	if (!find(a, name, &value, &len) || len == 0 || len >= sizeof(text)) {
		return otherwise;
	}
	memcpy(text, value, len);
	text[len] = '\0';
	char *end;
	double d = strtod(text, &end);
	return *end == '\0' && d >= 0 && d <= 1e9 ? d : otherwise;
}

/* --- what the elements mean --- */

static void begin_host(struct nmap_xml *x, const struct attributes *a)
{
	x->up = x->arp = false;
	x->ports_cap = 0;
	x->timed_out = is(a, "timedout", "true");
}

static void end_host(struct nmap_xml *x)
{
	if (x->timed_out) {
		x->host.ports_scanned = false;
	}
	if (x->failed == 0 && x->host.address != NULL &&
		!x->events->host(&x->host, x->up, x->arp, x->arg)) {
		stop(x, -ECANCELED, ERR_UNAVAILABLE, "cancelled");
	}
	field_done(&netscan_host_table, &x->host);
}

static void begin_status(struct nmap_xml *x, const struct attributes *a)
{
	x->up = is(a, "state", "up");
	x->arp = is(a, "reason", "arp-response");
}

static void begin_address(struct nmap_xml *x, const struct attributes *a)
{
	if (!is(a, "addrtype", "mac")) {
		take(x, a, "addr", 64, &x->host.address);
		return;
	}
	char *text = NULL, mac[18];
	take(x, a, "addr", 64, &text);
	if (text != NULL && mac_parse(text, mac) == 0) {
		free(x->host.mac);
		x->host.mac = strdup(mac);
	}
	free(text);
	take(x, a, "vendor", 128, &x->host.vendor);
}

static void begin_hostname(struct nmap_xml *x, const struct attributes *a)
{
	if (x->host.hostname == NULL && is(a, "type", "PTR")) {
		take(x, a, "name", 253, &x->host.hostname);
	}
}

static void begin_ports(struct nmap_xml *x, const struct attributes *a)
{
	(void)a;
	x->host.ports_scanned = true;
}

static void begin_port(struct nmap_xml *x, const struct attributes *a)
{
	x->port_open = false;
	x->port.port = (int64_t)number(a, "portid", -1);
	take(x, a, "protocol", 8, &x->port.protocol);
}

static void begin_state(struct nmap_xml *x, const struct attributes *a)
{
	x->port_open = is(a, "state", "open");
}

static void begin_service(struct nmap_xml *x, const struct attributes *a)
{
	take(x, a, "name", 64, &x->port.service);
}

static void add_port(struct nmap_xml *x)
{
	if (x->host.ports.n == x->ports_cap) {
		size_t cap = GROW(x->ports_cap);
		struct netscan_port *v = reallocarray(x->host.ports.v, cap, sizeof(*v));
		if (v == NULL) {
			out_of_memory(x);
			return;
		}
		x->host.ports.v = v;
		x->ports_cap = cap;
	}
	x->host.ports.v[x->host.ports.n++] = x->port;
	x->port = (struct netscan_port){0};
}

static void end_port(struct nmap_xml *x)
{
	if (x->port_open && x->port.protocol != NULL && x->port.port >= 0 &&
		x->port.port <= 65535 && x->host.ports.n < NMAP_XML_PORTS_MAX) {
		add_port(x);
	}
	free(x->port.protocol);
	free(x->port.service);
	x->port = (struct netscan_port){0};
}

/* nmap lists its guesses from the best on. */
static void begin_osmatch(struct nmap_xml *x, const struct attributes *a)
{
	if (x->host.os == NULL) {
		take(x, a, "name", 256, &x->host.os);
		x->host.os_accuracy = MIN((int64_t)number(a, "accuracy", 0), (int64_t)100);
	}
}

static void begin_taskprogress(struct nmap_xml *x, const struct attributes *a)
{
	char *task = NULL;
	take(x, a, "task", 64, &task);
	if (task != NULL && !x->events->progress(task, number(a, "percent", 0), x->arg)) {
		stop(x, -ECANCELED, ERR_UNAVAILABLE, "cancelled");
	}
	free(task);
}

static void begin_finished(struct nmap_xml *x, const struct attributes *a)
{
	x->finished = true;
	x->success = is(a, "exit", "success");
	if (!x->success) {
		char *message = NULL;
		take(x, a, "errormsg", 200, &message);
		err_set(&x->why, 0, ERR_UNAVAILABLE, NULL, "nmap gave up: %s",
			message != NULL ? message : "no reason given");
		free(message);
	}
}

static void begin_hosts(struct nmap_xml *x, const struct attributes *a)
{
	x->total = number(a, "total", 0);
}

static const struct row {
	enum element parent;
	const char *name;
	enum element becomes;
	void (*begin)(struct nmap_xml *x, const struct attributes *a);
	void (*end)(struct nmap_xml *x);
} rows[] = {
	{IN_DOCUMENT, "nmaprun", IN_RUN, NULL, NULL},
	{IN_RUN, "host", IN_HOST, begin_host, end_host},
	{IN_RUN, "taskprogress", IN_LEAF, begin_taskprogress, NULL},
	{IN_RUN, "runstats", IN_RUNSTATS, NULL, NULL},
	{IN_HOST, "status", IN_LEAF, begin_status, NULL},
	{IN_HOST, "address", IN_LEAF, begin_address, NULL},
	{IN_HOST, "hostnames", IN_HOSTNAMES, NULL, NULL},
	{IN_HOST, "ports", IN_PORTS, begin_ports, NULL},
	{IN_HOST, "os", IN_OS, NULL, NULL},
	{IN_HOSTNAMES, "hostname", IN_LEAF, begin_hostname, NULL},
	{IN_PORTS, "port", IN_PORT, begin_port, end_port},
	{IN_PORT, "state", IN_LEAF, begin_state, NULL},
	{IN_PORT, "service", IN_LEAF, begin_service, NULL},
	{IN_OS, "osmatch", IN_LEAF, begin_osmatch, NULL},
	{IN_RUNSTATS, "finished", IN_LEAF, begin_finished, NULL},
	{IN_RUNSTATS, "hosts", IN_LEAF, begin_hosts, NULL},
};

static const struct row *row_of(enum element parent, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].parent == parent && strcmp(rows[i].name, name) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

/* --- libxml2's callbacks --- */

static bool attributes_fit(struct nmap_xml *x, const struct attributes *a, size_t max)
{
	for (int i = 0; i < a->n; i++) {
		const xmlChar **five = a->v + (ptrdiff_t)i * 5;
		if ((size_t)(five[4] - five[3]) > max) {
			stop(x, -EBADMSG, ERR_UNAVAILABLE,
				"nmap's output has an attribute above %zu bytes", max);
			return false;
		}
	}
	return true;
}

static void on_start(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int n_spaces, const xmlChar **spaces, int n, int n_defaulted, const xmlChar **v)
{
	(void)prefix, (void)uri, (void)n_spaces, (void)spaces, (void)n_defaulted;
	struct nmap_xml *x = arg;
	if (x->failed != 0) {
		return;
	}
	if (x->depth >= NMAP_XML_DEPTH_MAX) {
		stop(x, -EBADMSG, ERR_UNAVAILABLE, "nmap's output is nested too deeply");
		return;
	}
	enum element parent = x->stack[x->depth];
	const struct row *row = row_of(parent, (const char *)name);
	if (row == NULL && parent == IN_DOCUMENT) {
		stop(x, -EBADMSG, ERR_UNAVAILABLE, "what nmap printed is not its XML");
		return;
	}
	const struct attributes a = {v, n};
	bool is_read = row != NULL && row->becomes != IN_RUN;
	if (!attributes_fit(x, &a, is_read ? NMAP_XML_ATTRIBUTE_MAX : NMAP_XML_IGNORED_MAX)) {
		return;
	}
	x->stack[++x->depth] = row != NULL ? row->becomes : IN_OTHER;
	if (row != NULL && row->begin != NULL) {
		row->begin(x, &a);
	}
}

static void on_end(void *arg, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	(void)prefix, (void)uri;
	struct nmap_xml *x = arg;
	if (x->failed != 0 || x->depth == 0) {
		return;
	}
	x->depth--;
	const struct row *row = row_of(x->stack[x->depth], (const char *)name);
	if (row != NULL && row->end != NULL) {
		row->end(x);
	}
}

static void on_entity(void *arg, const xmlChar *name, int type, const xmlChar *public_id,
	const xmlChar *system_id, xmlChar *content)
{
	(void)name, (void)type, (void)public_id, (void)system_id, (void)content;
	stop(arg, -EBADMSG, ERR_UNAVAILABLE, "nmap's output declares an entity");
}

/* Also silences libxml2, which would print to standard error. */
static void _printf_(2, 3) on_message(void *arg, const char *fmt, ...)
{
	(void)arg, (void)fmt;
}

int nmap_xml_new(
	const struct nmap_events *events, void *arg, uint64_t bytes_max, struct nmap_xml **ret)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.entityDecl = on_entity,
		.warning = on_message,
		.error = on_message,
	};
	_cleanup_(nmap_xml_freep) struct nmap_xml *x = calloc(1, sizeof(*x));
	if (x == NULL) {
		return -ENOMEM;
	}
	x->events = events;
	x->arg = arg;
	x->bytes_max = bytes_max;
	x->stack[0] = IN_DOCUMENT;
	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (x->parser == NULL) {
		return -ENOMEM;
	}
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_COMPACT);
	*ret = steal(x);
	return 0;
}

void nmap_xml_free(struct nmap_xml *x)
{
	if (x == NULL) {
		return;
	}
	if (x->parser != NULL) {
		if (x->parser->myDoc != NULL) {
			xmlFreeDoc(x->parser->myDoc);
		}
		xmlFreeParserCtxt(x->parser);
	}
	free(x->port.protocol);
	free(x->port.service);
	field_done(&netscan_host_table, &x->host);
	free(x);
}

static int give_up(const struct nmap_xml *x, struct err *err)
{
	if (err != NULL) {
		*err = x->why;
	}
	return x->failed;
}

static int parse(struct nmap_xml *x, const char *data, int len, bool last)
{
	int code = xmlParseChunk(x->parser, data, len, last);
	if (x->failed == 0 && code != XML_ERR_OK) {
		stop(x, code == XML_ERR_NO_MEMORY ? -ENOMEM : -EBADMSG, ERR_UNAVAILABLE, "%s",
			last ? "nmap's output is incomplete"
			     : "nmap's output is not well-formed XML");
	}
	return x->failed;
}

int nmap_xml_feed(struct nmap_xml *x, const char *data, size_t len, struct err *err)
{
	x->bytes += len;
	if (x->failed == 0 && x->bytes > x->bytes_max) {
		stop(x, -EBADMSG, ERR_UNAVAILABLE, "nmap printed more than %llu bytes",
			(unsigned long long)x->bytes_max);
	}
	for (size_t at = 0; at < len && x->failed == 0;) {
		size_t chunk = MIN(len - at, (size_t)65536);
		parse(x, data + at, (int)chunk, false);
		at += chunk;
	}
	return x->failed != 0 ? give_up(x, err) : 0;
}

int nmap_xml_end(struct nmap_xml *x, uint64_t addresses, struct err *err)
{
	if (x->failed == 0 && x->bytes == 0) {
		stop(x, -EBADMSG, ERR_UNAVAILABLE, "nmap printed nothing");
	}
	if (x->failed == 0 && x->finished && !x->success) {
		x->failed = -EBADMSG; /* why was filled when it was read */
	}
	if (x->failed == 0) {
		parse(x, NULL, 0, true);
	}
	if (x->failed == 0 && !x->finished) {
		stop(x, -EBADMSG, ERR_UNAVAILABLE,
			"nmap's output is incomplete: it does not say that the scan has finished");
	}
	/* nmap succeeds also when it does not understand a target and leaves it out. */
	if (x->failed == 0 && x->total < (double)addresses) {
		stop(x, -EBADMSG, ERR_UNAVAILABLE, "nmap has looked at %.0f of %llu addresses",
			x->total, (unsigned long long)addresses);
	}
	return x->failed != 0 ? give_up(x, err) : 0;
}
