/* status_command.c - "status": is every server backed up? for people, monitoring and programs. */
#include "client/commands.h"
#include "client/inventory.h"
#include "client/list.h"
#include "client/monitoring.h"
#include "client/say.h"
#include "common/field.h"
#include "common/timefmt.h"
#include <errno.h>
#include <inttypes.h>

enum { WORST_OTHERWISE = 20, WORST_MOST = 1000 };

static const char *policy, *tag, *critical = "red", *warning = "yellow", *scan_age, *limit;
static bool json;

static const struct option_row rows[] = {
	{"policy", "NAME", "Only servers judged by this policy; \"default\": by none.", &policy,
		NULL, NULL},
	{"tag", "TAG", "Only servers with this tag.", &tag, NULL, NULL},
	{"critical", "STATUS[,STATUS]",
		"Which statuses are CRITICAL; default red. \"none\": no status is.", &critical,
		NULL, NULL},
	{"warning", "STATUS[,STATUS]",
		"Which statuses are WARNING; default yellow. \"none\": no status is.", &warning,
		NULL, NULL},
	{"scan-age", "DURATION",
		"UNKNOWN unless a scan of the directories succeeded within it, such as 36h; "
		"default: any age will do.",
		&scan_age, NULL, NULL},
	{"limit", "N", "How many servers are named at most, the worst first; default 20.", &limit,
		NULL, NULL},
	{"json", NULL, "Print one JSON object.", NULL, &json, NULL},
};

struct question {
	struct monitoring_rules rules;
	size_t limit;
};

static int take_options(struct question *q, struct err *err)
{
	int rc = monitoring_statuses(critical, &q->rules.critical, err);
	const char *field = "--critical";

	if (rc == 0) {
		field = "--warning";
		rc = monitoring_statuses(warning, &q->rules.warning, err);
	}
	if (rc == 0 && scan_age != NULL &&
		(duration_parse(scan_age, &q->rules.scan_age_s) < 0 || q->rules.scan_age_s <= 0)) {
		field = "--scan-age";
		rc = err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
			"\"%.64s\" is no duration; write 90m, 36h or 2d", scan_age);
	}
	q->limit = WORST_OTHERWISE;
	if (rc == 0 && limit != NULL) {
		char *end = NULL;
		long n = strtol(limit, &end, 10);

		field = "--limit";
		if (*end != '\0' || n < 0 || n > WORST_MOST) {
			rc = err_set(err, -EINVAL, ERR_INVALID_VALUE, NULL,
				"\"%.64s\" is no whole number from 0 to %d", limit, WORST_MOST);
		}
		q->limit = (size_t)n;
	}
	if (rc < 0) {
		err_prefix(err, field, -1);
	}
	return rc;
}

static int collect(const struct install *in, struct servers *ret_servers,
	struct monitoring_facts *ret, struct err *err)
{
	const struct server_filter filter = {.policy = policy, .tag = tag};
	_cleanup_(inventory_closep) struct inventory *v = NULL;
	struct monitoring_facts f = {.scan_age_s = -1};
	int64_t good = TIME_NONE;
	int rc = inventory_open(in->database, &v, err);

	if (rc == 0) {
		rc = inventory_last_good(v, SCAN_DIRECTORIES, &good, err);
	}
	if (rc == 0) {
		rc = inventory_servers(v, &filter, ret_servers, err);
	}
	if (rc < 0) {
		return rc;
	}
	for (size_t i = 0; i < ret_servers->n; i++) {
		f.servers[ret_servers->v[i].status]++;
	}
	if (good != TIME_NONE) {
		f.scan_age_s = MAX(inventory_now(v) - good, (int64_t)0);
	}
	*ret = f;
	return 0;
}

/* Those that a person has to look at, most urgent first. */
static bool is_bad(const struct server *s)
{
	return s->status != STATUS_GREEN && s->status != STATUS_EXEMPT;
}

static const char *server_name(const struct server *s)
{
	return s->hostname != NULL ? s->hostname : s->address != NULL ? s->address : "?";
}

static void print_lines(
	const struct servers *all, size_t most, const struct screen *screen, struct buf *out)
{
	size_t bad = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct server *s = &all->v[i];

		if (!is_bad(s) || ++bad > most) {
			continue;
		}
		screen_paint(screen, s->status, out);
		buf_adds(out, status_names[s->status]);
		screen_plain(screen, out);
		buf_addc(out, ' ');
		screen_inert_barless(out, server_name(s));
		buf_adds(out, ": ");
		screen_inert_barless(out, s->reason);
		buf_addc(out, '\n');
	}
	if (bad > most && most > 0) {
		buf_printf(out, "... and %zu more; backup-checker servers lists all\n", bad - most);
	}
}

static void print_text(const struct question *q, const struct monitoring_facts *f,
	const struct servers *all, struct buf *out)
{
	static const enum status colours[] = {
		[MONITORING_OK] = STATUS_GREEN,
		[MONITORING_WARNING] = STATUS_YELLOW,
		[MONITORING_CRITICAL] = STATUS_RED,
		[MONITORING_UNKNOWN] = STATUS_UNKNOWN,
	};
	enum monitoring state = monitoring_judge(&q->rules, f);
	struct screen screen = screen_of(stdout);

	screen_paint(&screen, colours[state], out);
	buf_printf(out, "BACKUP %s", monitoring_names[state]);
	screen_plain(&screen, out);
	buf_adds(out, " - ");
	monitoring_sentence(&q->rules, f, out);
	buf_adds(out, " | ");
	monitoring_perfdata(&q->rules, f, out);
	buf_addc(out, '\n');
	print_lines(all, q->limit, &screen, out);
}

static void print_worst(const struct servers *all, size_t most, struct jsonw *w)
{
	size_t bad = 0;

	jsonw_karray(w, "worst");
	for (size_t i = 0; i < all->n; i++) {
		const struct server *s = &all->v[i];

		if (is_bad(s) && bad++ < most) {
			jsonw_object(w);
			jsonw_kint(w, "id", s->id);
			jsonw_kstr(w, "hostname", s->hostname);
			jsonw_kstr(w, "ip_address", s->address);
			jsonw_kstr(w, "backup_status", status_names[s->status]);
			jsonw_ktime(w, "backup_time", s->backup_time);
			jsonw_kstr(w, "policy", s->policy);
			jsonw_kstr(w, "reason", s->reason);
			jsonw_end(w);
		}
	}
	jsonw_end(w);
}

static void print_json(const struct question *q, const struct monitoring_facts *f,
	const struct servers *all, struct buf *out)
{
	enum monitoring state = monitoring_judge(&q->rules, f);
	_buf_ struct buf sentence = BUF_INIT;
	struct jsonw w = JSONW(out);

	monitoring_sentence(&q->rules, f, &sentence);
	jsonw_object(&w);
	jsonw_kstr(&w, "state", monitoring_names[state]);
	jsonw_kint(&w, "exit_code", state);
	jsonw_kstr(&w, "message", buf_cstr(&sentence));
	jsonw_ktime(&w, "timestamp", time_now());
	jsonw_kint(&w, "servers", (int64_t)all->n);
	jsonw_kobject(&w, "by_status");
	for (int s = 0; s < _STATUS_MAX; s++) {
		jsonw_kint(&w, status_names[s], f->servers[s]);
	}
	jsonw_end(&w);
	if (f->scan_age_s >= 0) {
		jsonw_kint(&w, "scan_age", f->scan_age_s);
	} else {
		jsonw_knull(&w, "scan_age");
	}
	print_worst(all, q->limit, &w);
	jsonw_end(&w);
	buf_addc(out, '\n');
}

/* Monitoring reads standard output, also for what went wrong. */
static int cannot_tell(const struct err *err)
{
	_buf_ struct buf out = BUF_INIT;

	if (json) {
		return say_error(NULL, err);
	}
	buf_printf(&out, "BACKUP UNKNOWN - %s%s", err->field, err->field[0] != '\0' ? ": " : "");
	screen_inert_barless(&out, err->message);
	buf_addc(&out, '\n');
	say_output(&out);
	return MONITORING_UNKNOWN;
}

static int run(const struct install *in, int n _unused_, char *const *words _unused_)
{
	_cleanup_(servers_done) struct servers all = {0};
	_buf_ struct buf out = BUF_INIT;
	struct question q = {0};
	struct monitoring_facts facts;
	struct err err = {0};
	int rc = take_options(&q, &err);

	if (rc == 0) {
		rc = collect(in, &all, &facts, &err);
	}
	if (rc < 0) {
		return cannot_tell(&err);
	}
	(json ? print_json : print_text)(&q, &facts, &all, &out);
	return (json ? say_data : say_output)(&out) == EXIT_OK
		       ? (int)monitoring_judge(&q.rules, &facts)
		       : MONITORING_UNKNOWN;
}

const struct command status_command = {
	.name = "status",
	.summary = "Is every server backed up? As monitoring plugins tell it.",
	.details = "Prints one line with performance data, then the worst servers with the reason. "
		   "The exit code is that of monitoring plugins: 0 OK, 1 WARNING, 2 CRITICAL, 3 "
		   "UNKNOWN. CRITICAL goes before WARNING, WARNING before UNKNOWN; servers of "
		   "unknown status alone are UNKNOWN, and so is every failure.",
	.options = rows,
	.count = ARRAY_SIZE(rows),
	.failure = MONITORING_UNKNOWN,
	.run = run,
};
