/* status.c - judges one server from stored facts: exemption first, then incomplete evidence, then
 * age, then findings. */
#include "status.h"

#include "common/timefmt.h"
#include "common/utf8.h"
#include <stdarg.h>

enum { SPAN_SIZE = 32, SHOWN_SIZE = 200, FUTURE_S = 86400 };

const char *const status_names[] = {
	[STATUS_GREEN] = "green",
	[STATUS_YELLOW] = "yellow",
	[STATUS_RED] = "red",
	[STATUS_UNKNOWN] = "unknown",
	[STATUS_EXEMPT] = "exempt",
	NULL,
};

struct judge {
	const struct status_facts *facts;
	int64_t age_s; /* negative: in the future */
	char *reason;
	size_t size, used;
};

/* Appends one sentence; what does not fit is cut. */
static void _printf_(2, 3) say(struct judge *j, const char *fmt, ...)
{
	if (j->used + 1 >= j->size) {
		return;
	}
	if (j->used != 0) {
		j->reason[j->used++] = ' ';
		j->reason[j->used] = '\0';
	}
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(j->reason + j->used, j->size - j->used, fmt, ap);
	va_end(ap);
	j->used = n < 0 ? j->used : MIN(j->used + (size_t)n, j->size - 1);
}

static const char *shown(const char *text, char out[SHOWN_SIZE])
{
	utf8_printable(text, strlen(text), out, SHOWN_SIZE);
	return out;
}

static void say_age(struct judge *j, int64_t limit_s)
{
	char age[SPAN_SIZE], limit[SPAN_SIZE], name[SHOWN_SIZE],
		policy[SHOWN_SIZE + 16] = "the policy";
	time_span(MAX(j->age_s, 0), age);
	time_span(limit_s, limit);
	if (j->facts->policy != NULL) {
		snprintf(
			policy, sizeof(policy), "the policy \"%s\"", shown(j->facts->policy, name));
	}
	bool just_over = j->age_s > limit_s && strcmp(age, limit) == 0;
	say(j, "The newest backup is %s%s old; %s allows %s.", just_over ? "just over " : "", age,
		policy, limit);
}

/* Red, unless a backup may be where nobody can see it or see whose it is; says where, after `but`,
 * and what would make it known. */
static enum status judge_unseen(struct judge *j, const char *but)
{
	const struct status_facts *f = j->facts;
	const char *one = f->backup_time == TIME_NONE ? "one" : "a newer one";
	char path[SHOWN_SIZE];

	if (f->unavailable_root != NULL) {
		say(j,
			"%s the directory %s is not available and may hold %s; the next scan with "
			"it in place will tell.",
			but, shown(f->unavailable_root, path), one);
		return STATUS_UNKNOWN;
	}
	if (f->ambiguous > 0) {
		say(j,
			"%s %lld file%s may be this server's or another's; an alias or a rule will "
			"settle it.",
			but, (long long)f->ambiguous, f->ambiguous == 1 ? "" : "s");
		return STATUS_UNKNOWN;
	}
	if (f->opaque > 0) {
		shown(f->opaque_path != NULL ? f->opaque_path : "", path);
		say(j,
			"%s %lld backup %s that cannot be looked into may hold %s: a rule that "
			"gives %s to its server, or ignores it, will settle it.",
			but, (long long)f->opaque, f->opaque == 1 ? "repository" : "repositories",
			one, path[0] != '\0' ? path : "each");
		return STATUS_UNKNOWN;
	}
	return STATUS_RED;
}

static enum status judge_nothing_counted(struct judge *j)
{
	const struct status_facts *f = j->facts;

	if (f->unavailable_root == NULL && f->ambiguous <= 0 && f->opaque <= 0) {
		say(j, "No backup of this server was found in any scanned directory.");
		return STATUS_RED;
	}
	return judge_unseen(j, "No backup of this server is known, but");
}

/* Whether something makes a green server yellow; says each. */
static bool judge_findings(struct judge *j)
{
	const struct status_facts *f = j->facts;
	static const struct {
		enum finding finding;
		const char *sentence;
	} sentences[] = {
		{FINDING_FUTURE, "Its path states a time in the future, so the file's modification "
				 "time was used."},
		{FINDING_SHRUNK, "It is much smaller than the ones before it usually were."},
		{FINDING_IDENTICAL,
			"It is exactly as large as the one before it, while earlier ones varied."},
	};
	bool found = false;
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++) {
		if ((f->findings & sentences[i].finding) != 0) {
			say(j, "%s", sentences[i].sentence);
			found = true;
		}
	}
	if (j->age_s < -FUTURE_S) {
		say(j, "Its time lies in the future; the clock of the machine that wrote it may be "
		       "wrong.");
		found = true;
	}
	if (f->copies > 1 && f->backup_count < f->copies) {
		say(j, "The policy wants %lld backups, %lld %s there.", (long long)f->copies,
			(long long)f->backup_count, f->backup_count == 1 ? "is" : "are");
		found = true;
	}
	return found;
}

static enum status judge_age(struct judge *j)
{
	const struct status_facts *f = j->facts;

	/* A red_after shorter than green_within leaves no yellow between them. */
	if (f->red_after_s > 0 && j->age_s > f->red_after_s) {
		say_age(j, MIN(f->red_after_s, f->green_within_s));
		return judge_unseen(j, "But");
	}
	bool old = j->age_s > f->green_within_s;
	bool red_first = f->red_after_s > 0 && f->red_after_s < f->green_within_s;
	say_age(j, red_first ? f->red_after_s : f->green_within_s);
	bool found = judge_findings(j);
	return old || found ? STATUS_YELLOW : STATUS_GREEN;
}

static enum status judge_evidence(struct judge *j, int64_t now)
{
	const struct status_facts *f = j->facts;
	char root[SHOWN_SIZE];

	if (f->backup_time == TIME_NONE) {
		return judge_nothing_counted(j);
	}
	if (f->evidence_root != NULL) {
		say(j,
			"The directory %s is not available; the newest known backup lies there. "
			"The next scan with it in place will tell.",
			shown(f->evidence_root, root));
		return STATUS_UNKNOWN;
	}
	if (__builtin_sub_overflow(now, f->backup_time, &j->age_s)) {
		j->age_s = f->backup_time < 0 ? INT64_MAX : INT64_MIN;
	}
	return judge_age(j);
}

/* --- exemptions --- */

static const char *shown_end(const struct status_facts *f, char out[SHOWN_SIZE])
{
	return f->exempt_day != NULL ? shown(f->exempt_day, out) : time_iso(f->exempt_until, out);
}

static void say_exempt(struct judge *j)
{
	const struct status_facts *f = j->facts;
	char why[SHOWN_SIZE], who[SHOWN_SIZE], end[SHOWN_SIZE];
	bool known = f->exempt_author != NULL && f->exempt_author[0] != '\0';

	say(j, "Exempt until %s (%s%s%s).",
		f->exempt_until == TIME_NONE ? "somebody ends it" : shown_end(f, end),
		shown(f->exempt_reason, why), known ? ", says " : "",
		known ? shown(f->exempt_author, who) : "");
}

static void say_ended(struct judge *j)
{
	char why[SHOWN_SIZE], end[SHOWN_SIZE];

	say(j, "Its exemption (%s) ended on %s.", shown(j->facts->exempt_reason, why),
		shown_end(j->facts, end));
}

enum status status_judge(const struct status_facts *f, int64_t now, char *reason, size_t size)
{
	struct judge j = {.facts = f, .reason = reason, .size = size};
	enum status status;

	if (size != 0) {
		reason[0] = '\0';
	}
	if (f->exempt_reason != NULL && (f->exempt_until == TIME_NONE || now <= f->exempt_until)) {
		say_exempt(&j);
		return STATUS_EXEMPT;
	}
	status = judge_evidence(&j, now);
	if (f->exempt_reason != NULL && status != STATUS_GREEN) {
		say_ended(&j);
	}
	return status;
}
