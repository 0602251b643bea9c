/* monitoring.c - counts of statuses become one state, one sentence and performance data. */
#include "client/monitoring.h"

#include "common/timefmt.h"
#include <errno.h>
#include <inttypes.h>

const char *const monitoring_names[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN", NULL};

/* The order in which bad things are told. */
static const enum status worst_first[] = {
	STATUS_RED, STATUS_UNKNOWN, STATUS_YELLOW, STATUS_GREEN, STATUS_EXEMPT};

static int status_of(const char *word, size_t len)
{
	for (int s = 0; s < _STATUS_MAX; s++) {
		if (strlen(status_names[s]) == len && memcmp(status_names[s], word, len) == 0) {
			return s;
		}
	}
	return -1;
}

int monitoring_statuses(const char *text, unsigned *ret, struct err *err)
{
	unsigned bits = 0;

	if (strcmp(text, "none") == 0) {
		*ret = 0;
		return 0;
	}
	for (const char *p = text;; p++) {
		size_t len = strcspn(p, ",");
		int s = status_of(p, len);

		if (s < 0) {
			return err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
				"\"%.*s\" is no status; there are red, yellow, green, unknown and "
				"exempt, separated by commas",
				(int)MIN(len, (size_t)64), p);
		}
		bits |= 1U << s;
		p += len;
		if (*p == '\0') {
			*ret = bits;
			return 0;
		}
	}
}

static int64_t all_servers(const struct monitoring_facts *f)
{
	int64_t n = 0;

	for (int s = 0; s < _STATUS_MAX; s++) {
		n += f->servers[s];
	}
	return n;
}

static int64_t counted(const struct monitoring_facts *f, unsigned statuses)
{
	int64_t n = 0;

	for (int s = 0; s < _STATUS_MAX; s++) {
		n += (statuses & 1U << s) != 0 ? f->servers[s] : 0;
	}
	return n;
}

static bool is_stale(const struct monitoring_rules *r, const struct monitoring_facts *f)
{
	return r->scan_age_s > 0 && (f->scan_age_s < 0 || f->scan_age_s > r->scan_age_s);
}

enum monitoring monitoring_judge(const struct monitoring_rules *r, const struct monitoring_facts *f)
{
	if (counted(f, r->critical) > 0) {
		return MONITORING_CRITICAL;
	}
	if (counted(f, r->warning) > 0) {
		return MONITORING_WARNING;
	}
	if (f->servers[STATUS_UNKNOWN] > 0 || all_servers(f) == 0 || is_stale(r, f)) {
		return MONITORING_UNKNOWN;
	}
	return MONITORING_OK;
}

static void say_stale(const struct monitoring_facts *f, struct buf *out)
{
	char span[32];

	if (f->scan_age_s < 0) {
		buf_adds(out, "; no scan of the directories has ever succeeded");
	} else {
		buf_printf(out, "; the last good scan of the directories was %s ago",
			time_span(f->scan_age_s, span));
	}
}

void monitoring_sentence(
	const struct monitoring_rules *r, const struct monitoring_facts *f, struct buf *out)
{
	int64_t all = all_servers(f), exempt = f->servers[STATUS_EXEMPT];
	int64_t bad = all - exempt - f->servers[STATUS_GREEN];
	const char *separator = " (";

	if (all == 0) {
		buf_adds(out, "no servers are known");
	} else if (bad == 0) {
		buf_printf(out, "all %" PRId64 " servers have a good backup", all - exempt);
	} else {
		buf_printf(out, "%" PRId64 " of %" PRId64 " servers without a good backup", bad,
			all - exempt);
	}
	for (size_t i = 0; i < ARRAY_SIZE(worst_first); i++) {
		enum status s = worst_first[i];

		if (s != STATUS_GREEN && f->servers[s] > 0) {
			buf_printf(
				out, "%s%" PRId64 " %s", separator, f->servers[s], status_names[s]);
			separator = ", ";
		}
	}
	buf_adds(out, separator[0] == ',' ? ")" : "");
	if (is_stale(r, f)) {
		say_stale(f, out);
	}
}

void monitoring_perfdata(
	const struct monitoring_rules *r, const struct monitoring_facts *f, struct buf *out)
{
	int64_t all = all_servers(f);

	for (int s = 0; s < _STATUS_MAX; s++) {
		buf_printf(out, "%s%s=%" PRId64 ";%s;%s;0;%" PRId64, s > 0 ? " " : "",
			status_names[s], f->servers[s], (r->warning & 1U << s) != 0 ? "0" : "",
			(r->critical & 1U << s) != 0 ? "0" : "", all);
	}
	if (f->scan_age_s >= 0) {
		buf_printf(out, " scan_age=%" PRId64 "s;;;0", f->scan_age_s);
	}
}
