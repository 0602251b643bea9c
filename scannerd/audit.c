/* audit.c - copies what is to be written down, and hands it to the store's thread. */
#include "scannerd/audit.h"

#include "common/log.h"
#include "common/timefmt.h"
#include "scannerd/settings_diff.h"
#include "scannerd/store/audit.h"
#include <systemd/sd-journal.h>

struct entry {
	struct audit_row row; /* points into texts */
	int64_t time;
	char *texts[6];
	size_t n;
};

static void entry_free(struct entry *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->texts[i]);
	}
	free(e);
}

/* A copy that the entry owns; *failed where there is no memory. */
static const char *keep(struct entry *e, const char *text, bool *failed)
{
	char *copy = text != NULL ? strdup(text) : NULL;

	*failed |= text != NULL && copy == NULL;
	if (copy != NULL) {
		e->texts[e->n++] = copy;
	}
	return copy;
}

/* Without a journal on standard error, a line like all others. */
static void tell_journal(const struct audit_row *r)
{
	const char *verb = r->refused ? "was refused" : "did";

	if (!log_is_journal() ||
		sd_journal_send("MESSAGE=audit: %s (%s) %s %s: %s", r->actor, r->source, verb,
			r->action, r->subject, "MESSAGE_ID=" AUDIT_MESSAGE_ID, "PRIORITY=%d",
			LOG_LEVEL_INFO, "SYSLOG_IDENTIFIER=scannerd", "AUDIT_ACTOR=%s", r->actor,
			"AUDIT_SOURCE=%s", r->source, "AUDIT_ACTION=%s", r->action,
			"AUDIT_SUBJECT=%s", r->subject, "AUDIT_REFUSED=%d", r->refused,
			"AUDIT_BEFORE=%.*s", AUDIT_VALUE_BYTES, r->before != NULL ? r->before : "",
			"AUDIT_AFTER=%.*s", AUDIT_VALUE_BYTES, r->after != NULL ? r->after : "",
			NULL) < 0) {
		log_info("audit: %s (%s) %s %s: %s", r->actor, r->source, verb, r->action,
			r->subject);
	}
}

static void entry_work(struct store *s, void *arg)
{
	struct entry *e = arg;

	if (store_audit_add(s, &e->row, e->time) < 0) {
		log_error("the audit log could not be written: %s", db_message(store_db(s)));
	}
	tell_journal(&e->row);
}

static void entry_done(struct store *s _unused_, void *arg)
{
	entry_free(arg);
}

static void post(struct daemon *d, const struct audit_row *row)
{
	struct entry *e = calloc(1, sizeof(*e));
	bool failed = e == NULL;

	if (e != NULL) {
		e->time = time_now();
		e->row = (struct audit_row){
			.actor = keep(e, row->actor, &failed),
			.source = keep(e, row->source, &failed),
			.action = keep(e, row->action, &failed),
			.subject = keep(e, row->subject, &failed),
			.before = keep(e, row->before, &failed),
			.after = keep(e, row->after, &failed),
			.refused = row->refused,
		};
	}
	if (failed || store_post(d->store, entry_work, entry_done, e) < 0) {
		log_error("the audit log missed what %s (%s) did: %s %s", row->actor, row->source,
			row->action, row->subject);
		if (e != NULL) {
			entry_free(e);
		}
	}
}

void audit_write(struct daemon *d, const struct caller *by, const char *action, const char *subject,
	const char *before, const char *after)
{
	post(d, &(struct audit_row){.actor = by != NULL ? by->name : "file",
			.source = by != NULL ? by->source : "socket",
			.action = action,
			.subject = subject,
			.before = before,
			.after = after});
}

void audit_refused(struct daemon *d, const char *source, const char *action, const char *subject)
{
	post(d, &(struct audit_row){.actor = "nobody",
			.source = source,
			.action = action,
			.subject = subject,
			.refused = true});
}

struct settings_audit {
	struct daemon *daemon;
	const struct caller *by;
	size_t n;
};

static void on_difference(void *arg, const char *path, const char *before, const char *after)
{
	struct settings_audit *a = arg;

	if (a->n++ < AUDIT_SETTINGS_MAX) {
		audit_write(a->daemon, a->by, "settings.change", path, before, after);
	}
}

void audit_settings(struct daemon *d, const struct caller *by, const struct config *before,
	const struct config *after)
{
	struct settings_audit a = {.daemon = d, .by = by};

	if (settings_diff(before, after, on_difference, &a) < 0) {
		audit_write(d, by, "settings.change", "(out of memory)", NULL, NULL);
	}
	if (a.n > AUDIT_SETTINGS_MAX) {
		audit_write(d, by, "settings.change", "(more settings)", NULL, NULL);
	}
}
