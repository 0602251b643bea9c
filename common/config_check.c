/* config_check.c - judges what no single field can know: settings against the limits, against each
 * other and against the system. */
#include "config.h"

#include "cron.h"
#include <errno.h>
#include <stdarg.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
	ADDRESSES_MAX = 1 << 20, /* of all targets together */
	GLOB_BYTES_MAX = 1024,
	GLOB_STARS_MAX = 16, /* each one multiplies the work of a match */
	REGEX_BYTES_MAX = 1024,
	PORTS_BYTES_MAX = 1024,
	PORT_MAX = 65535,
};

static int _printf_(3, 4) invalid(struct err *err, const char *field, const char *fmt, ...)
{
	char message[sizeof(err->message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return err_set(err, -EINVAL, ERR_INVALID_VALUE, field, "%s", message);
}

/* Puts "name[i]." before the field of a failure and hands the failure on. */
static int at(int r, const char *name, size_t i, struct err *err)
{
	if (r < 0) {
		err_prefix(err, name, (ssize_t)i);
	}
	return r;
}

/* Puts "name." before the field of a failure and hands the failure on. */
static int in(int r, const char *name, struct err *err)
{
	if (r < 0) {
		err_prefix(err, name, -1);
	}
	return r;
}

/* Judges every string of a list and names the one at fault. */
static int each(const struct strv *list, const char *name,
	int (*judge)(const char *text, struct err *err), struct err *err)
{
	for (size_t i = 0; i < list->n; i++) {
		int r = judge(list->v[i], err);

		if (r < 0) {
			return at(r, name, i, err);
		}
	}
	return 0;
}

static int judge_glob(const char *glob, struct err *err)
{
	size_t length = strnlen(glob, GLOB_BYTES_MAX + 1);
	size_t stars = 0;

	if (length > GLOB_BYTES_MAX) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, NULL, "a glob has at most %d bytes",
			GLOB_BYTES_MAX);
	}
	for (size_t i = 0; i < length; i++) {
		/* "**" is one star to a match */
		stars += glob[i] == '*' && (i == 0 || glob[i - 1] != '*') ? 1 : 0;
	}
	if (stars > GLOB_STARS_MAX) {
		return invalid(err, NULL, "a glob has at most %d stars", GLOB_STARS_MAX);
	}
	if (length > 0 && glob[length - 1] == '\\' && (length == 1 || glob[length - 2] != '\\')) {
		return invalid(err, NULL, "a glob must not end with a backslash");
	}
	return 0;
}

static int judge_prefix(const char *text, struct err *err)
{
	struct prefix p;

	return prefix_parse(text, &p, err);
}

static int judge_path(char *path, const struct limits *limits, struct err *err)
{
	int r = path_canonical(path, err);

	return r < 0 || limits == NULL ? r : limits_check_directory(limits, path, err);
}

static int check_limits(struct limits *l, struct err *err)
{
	struct {
		const char *name;
		struct strv *list;
	} lists[] = {
		{"directories_within", &l->directories_within},
		{"directories_never", &l->directories_never},
	};

	for (size_t k = 0; k < ARRAY_SIZE(lists); k++) {
		for (size_t i = 0; i < lists[k].list->n; i++) {
			int r = judge_path(lists[k].list->v[i], NULL, err);

			if (r < 0) {
				return at(r, lists[k].name, i, err);
			}
		}
	}
	return each(&l->subnets_within, "subnets_within", judge_prefix, err);
}

static int judge_timezone(const char *name, struct err *err)
{
	return timezone_is_valid(name)
		       ? 0
		       : invalid(err, "timezone",
				 "\"%.64s\" is no time zone that is installed here, such as "
				 "Europe/Berlin",
				 name);
}

static int check_directories(struct config *c, struct err *err)
{
	struct directory *v = c->directories_to_scan.v;

	for (size_t i = 0; i < c->directories_to_scan.n; i++) {
		int r = in(judge_path(v[i].path, &c->limits, err), "path", err);

		for (size_t k = 0; r == 0 && k < i; k++) {
			if (strcmp(v[k].path, v[i].path) == 0) {
				r = invalid(err, "path", "%.300s is listed twice", v[i].path);
			}
		}
		if (r == 0) {
			r = each(&v[i].exclude, "exclude", judge_glob, err);
		}
		if (r == 0 && v[i].timezone != NULL) {
			r = judge_timezone(v[i].timezone, err);
		}
		if (r < 0) {
			return at(r, "directories_to_scan", i, err);
		}
	}
	return 0;
}

static int check_subnets(const struct config *c, struct err *err)
{
	uint64_t total = 0;

	for (size_t i = 0; i < c->subnets_to_scan.n; i++) {
		struct target t;
		uint64_t count;
		int r = target_parse(c->subnets_to_scan.v[i], &t, err);

		if (r == 0) {
			r = limits_check_target(&c->limits, &t, err);
		}
		if (r < 0) {
			return at(r, "subnets_to_scan", i, err);
		}
		count = t.is_name ? 1 : prefix_count(&t.prefix);
		total = count > UINT64_MAX - total ? UINT64_MAX : total + count;
	}
	if (total > ADDRESSES_MAX) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, "subnets_to_scan",
			"the networks have %llu addresses together; at most %d are scanned",
			(unsigned long long)total, ADDRESSES_MAX);
	}
	return 0;
}

/* A decimal number up to 65535 at *text, which moves behind it; 0 if there is none. */
static unsigned take_port(const char **text)
{
	const char *p = *text;
	unsigned n = 0;

	if (*p == '0') {
		return 0;
	}
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (unsigned)(*p - '0');
		if (n > PORT_MAX) {
			return 0;
		}
	}
	*text = p;
	return n;
}

int ports_check(const char *ports, struct err *err)
{
	const char *p = ports;

	if (strnlen(ports, PORTS_BYTES_MAX + 1) > PORTS_BYTES_MAX) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, NULL,
			"a list of ports has at most %d bytes", PORTS_BYTES_MAX);
	}
	if (strncmp(ports, "top:", 4) == 0) {
		p = ports + 4;
		return take_port(&p) != 0 && *p == '\0'
			       ? 0
			       : invalid(err, NULL, "behind top: stands a number between 1 and %d",
					 PORT_MAX);
	}
	for (;; p++) {
		unsigned first = take_port(&p);
		unsigned last = first;

		if (first != 0 && *p == '-') {
			p++;
			last = take_port(&p);
		}
		if (first == 0 || last == 0) {
			return invalid(err, NULL,
				"\"%.64s\" is no list of ports between 1 and %d, such as "
				"22,80,8000-8100 or top:100",
				ports, PORT_MAX);
		}
		if (last < first) {
			return invalid(err, NULL, "the range %u-%u runs backwards", first, last);
		}
		if (*p == '\0') {
			return 0;
		}
		if (*p != ',') {
			return invalid(err, NULL,
				"\"%.16s\" is no port list's separator; write a comma", p);
		}
	}
}

static int check_network_scan(const struct config *c, struct err *err)
{
	int r = in(ports_check(c->network_scan.ports, err), "ports", err);

	if (r == 0) {
		r = in(limits_check_rate(&c->limits, c->network_scan.max_rate, err), "max_rate",
			err);
	}
	return r;
}

static int judge_schedule(const char *text, struct err *err)
{
	struct cron cron;

	return cron_parse(text, &cron, err);
}

static int check_schedule(const struct schedule_settings *s, struct err *err)
{
	int r = in(judge_schedule(s->directories, err), "directories", err);

	if (r == 0) {
		r = in(judge_schedule(s->servers, err), "servers", err);
	}
	return r < 0 ? r : judge_timezone(s->timezone, err);
}

static int judge_ages(int64_t green_within, int64_t red_after, struct err *err)
{
	char green[32], red[32];

	if (red_after == 0 || green_within < red_after) {
		return 0;
	}
	duration_format(green_within, green, sizeof(green));
	duration_format(red_after, red, sizeof(red));
	return invalid(
		err, "red_after", "%s must be longer than green_within, which is %s", red, green);
}

static int check_policy(const struct policy *p, struct err *err)
{
	int r = judge_ages(p->green_within, p->red_after, err);

	if (r == 0) {
		r = each(&p->servers, "servers", judge_glob, err);
	}
	if (r == 0) {
		r = each(&p->os, "os", judge_glob, err);
	}
	return r < 0 ? r : each(&p->subnets, "subnets", judge_prefix, err);
}

static int check_policies(const struct config *c, struct err *err)
{
	const struct policy *v = c->policies.v;

	for (size_t i = 0; i < c->policies.n; i++) {
		int r = check_policy(&v[i], err);

		for (size_t k = 0; r == 0 && k < i; k++) {
			if (strcmp(v[k].name, v[i].name) == 0) {
				r = invalid(err, "name", "another policy is called \"%.100s\"",
					v[i].name);
			}
		}
		if (r < 0) {
			return at(r, "policies", i, err);
		}
	}
	return 0;
}

/* Compiles and forgets: *ret_host tells whether there is a group (?<host>...). */
static int judge_regex(const char *regex, bool *ret_host, struct err *err)
{
	unsigned char why[128];
	PCRE2_SIZE offset;
	pcre2_code *code;
	int number;

	if (strnlen(regex, REGEX_BYTES_MAX + 1) > REGEX_BYTES_MAX) {
		return err_set(err, -EINVAL, ERR_TOO_LARGE, NULL, "a regex has at most %d bytes",
			REGEX_BYTES_MAX);
	}
	/* File names are bytes: an expression must not turn UTF mode on. */
	code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_NEVER_UCP, &number, &offset, NULL);
	if (code == NULL) {
		pcre2_get_error_message(number, why, sizeof(why));
		return invalid(err, NULL, "at character %zu: %s", offset + 1, why);
	}
	*ret_host = pcre2_substring_number_from_name(code, (PCRE2_SPTR) "host") > 0;
	pcre2_code_free(code);
	return 0;
}

static int check_rule(const struct rule *rule, struct err *err)
{
	bool names_host = false;
	int r;

	if ((rule->path != NULL) == (rule->regex != NULL)) {
		return invalid(err, NULL, "a rule has either a path or a regex");
	}
	if (rule->path != NULL) {
		r = in(judge_glob(rule->path, err), "path", err);
	} else {
		r = in(judge_regex(rule->regex, &names_host, err), "regex", err);
	}
	if (r < 0) {
		return r;
	}
	if (rule->ignore && rule->server != NULL) {
		return invalid(err, NULL, "a rule either ignores files or gives them to a server");
	}
	if (!rule->ignore && rule->server == NULL && !names_host) {
		return invalid(err, NULL,
			"a rule needs a server, \"ignore\": true, or a regex with (?<host>...)");
	}
	return 0;
}

static int check_rules(const struct config *c, struct err *err)
{
	for (size_t i = 0; i < c->rules.n; i++) {
		int r = check_rule(&c->rules.v[i], err);

		if (r < 0) {
			return at(r, "rules", i, err);
		}
	}
	return 0;
}

int config_check(struct config *c, struct err *err)
{
	int r = in(check_limits(&c->limits, err), "limits", err);

	if (r == 0) {
		r = check_directories(c, err);
	}
	if (r == 0) {
		r = check_subnets(c, err);
	}
	if (r == 0) {
		r = each(&c->exclude_addresses, "exclude_addresses", judge_prefix, err);
	}
	if (r == 0) {
		r = in(check_network_scan(c, err), "network_scan", err);
	}
	if (r == 0) {
		r = in(check_schedule(&c->schedule, err), "schedule", err);
	}
	if (r == 0) {
		r = in(judge_ages(c->status.green_within, c->status.red_after, err), "status", err);
	}
	if (r == 0) {
		r = check_policies(c, err);
	}
	return r < 0 ? r : check_rules(c, err);
}
