/* exemptions.c - says and takes back that a server needs no backup. */
#include "scannerd/store/exemptions.h"

#include "common/tzfile.h"
#include "common/utf8.h"
#include "scannerd/store/history.h"
#include "scannerd/store/inside.h"
#include <errno.h>

enum { DAY_S = 86400 };

struct exemption { /* judged; the texts are trimmed copies */
	char *reason, *author;
	int64_t until;   /* TIME_NONE: without an end */
	const char *day; /* until as it was said, or NULL */
};

static void exemption_done(struct exemption *e)
{
	free(e->reason);
	free(e->author);
}

/* --- judging --- */

static int check_server(struct store *s, int64_t server, struct err *err)
{
	int64_t n = 0;
	int r = db_int(s->db, &n, "SELECT count(*) FROM servers WHERE id = ?", "i", server);

	if (r < 0) {
		return db_fail(s->db, r, err, "looking for the server");
	}
	return n > 0 ? 0
		     : err_set(err, -ENOENT, ERR_NOT_FOUND, "id", "there is no server %lld",
			       (long long)server);
}

/* C0, DEL, and C1 as UTF-8 has it. */
static bool has_control(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)) {
			return true;
		}
	}
	return false;
}

/* A copy without the blanks around it. */
static int read_words(const char *text, const char *field, char **ret, struct err *err)
{
	size_t len;

	if (!utf8_is_valid(text, strlen(text)) || has_control(text)) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, field,
			"it has characters that cannot be printed, or a line break");
	}
	text += strspn(text, " ");
	len = strlen(text);
	while (len > 0 && text[len - 1] == ' ') {
		len--;
	}
	*ret = strndup(text, len);
	return *ret != NULL ? 0 : err_set(err, -ENOMEM, ERR_INTERNAL, NULL, "out of memory");
}

/* The last second of that day by the machine's clocks. */
static int end_of_day(int64_t days, int64_t *ret, struct err *err)
{
	_cleanup_(tz_freep) struct tz *tz = NULL;
	int r = tz_load("", &tz);

	if (r < 0) {
		return err_set(err, r, ERR_INTERNAL, "until",
			"the machine's time zone cannot be read; give a time with its offset, such "
			"as 2027-01-31T23:59:59Z");
	}
	*ret = tz_from_local(tz, (days + 1) * DAY_S) - 1;
	return 0;
}

static int read_until(const char *text, int64_t now, struct exemption *e, struct err *err)
{
	const int64_t most = INT64_C(366) * EXEMPTION_YEARS_MAX * DAY_S;
	int64_t days, until;
	int r = 0;

	if (time_parse_day(text, &days) == 0) {
		r = end_of_day(days, &until, err);
		e->day = text;
	} else if (time_parse(text, &until) < 0) {
		r = err_set(err, -EINVAL, ERR_INVALID_VALUE, "until",
			"there is no such day or time: a day looks like 2027-01-31, a time like "
			"2027-01-31T12:00:00Z or 2027-01-31T12:00:00+01:00");
	}
	if (r < 0) {
		return r;
	}
	if (until < now) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "until",
			"it is over already: an exemption ends in the future");
	}
	if (until - now > most) {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "until",
			"it is more than %d years ahead; leave it out for an exemption without an "
			"end",
			(int)EXEMPTION_YEARS_MAX);
	}
	e->until = until;
	return 0;
}

static int read_exemption(
	const struct exemption_in *in, int64_t now, struct exemption *e, struct err *err)
{
	int r = read_words(in->reason, "reason", &e->reason, err);

	if (r == 0 && e->reason[0] == '\0') {
		return err_set(err, -EINVAL, ERR_INVALID_VALUE, "reason",
			"it is empty: say why this server needs no backup");
	}
	if (r == 0) {
		r = read_words(in->author != NULL ? in->author : "", "author", &e->author, err);
	}
	if (r == 0 && in->until != NULL && in->until[0] != '\0') {
		r = read_until(in->until, now, e, err);
	}
	return r;
}

/* --- writing --- */

static int write_exemption(
	struct store *s, int64_t server, const struct exemption *e, int64_t now, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = db_run(s->db,
			"REPLACE INTO exemptions (server, reason, author, since, until, day)"
			" VALUES (?, ?, ?, ?, ?, ?)",
			"issiIs", server, e->reason, e->author, now, e->until, e->day);
	}
	if (r == 0) {
		r = store_status_record(s, now, 0, err);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_exemption_set(
	struct store *s, const struct exemption_in *in, int64_t now, struct err *err)
{
	_cleanup_(exemption_done) struct exemption e = {.until = TIME_NONE};
	int r = check_server(s, in->id, err);

	if (r == 0) {
		r = read_exemption(in, now, &e, err);
	}
	if (r < 0) {
		return r;
	}
	r = write_exemption(s, in->id, &e, now, err);
	return r < 0 ? db_fail(s->db, r, err, "storing the exemption") : 0;
}

int store_exemption_end(struct store *s, int64_t server, int64_t now, struct err *err)
{
	_transaction_ struct transaction t = {0};
	int r = check_server(s, server, err);

	if (r < 0) {
		return r;
	}
	r = transaction_begin(s, &t);
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM exemptions WHERE server = ?", "i", server);
	}
	if (r == 0 && db_changes(s->db) == 0) {
		return err_set(err, -ENOENT, ERR_NOT_FOUND, "id", "this server is not exempt");
	}
	if (r == 0) {
		r = store_status_record(s, now, 0, err);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	if (r == 0) {
		r = transaction_commit(&t);
	}
	return r < 0 ? db_fail(s->db, r, err, "ending the exemption") : 0;
}

int64_t store_exemption_next_end(struct store *s, int64_t now)
{
	int64_t end = TIME_NONE;
	int r = db_int(s->db, &end,
		"SELECT until FROM exemptions WHERE until >= ? ORDER BY until LIMIT 1", "i", now);

	return r < 0 ? TIME_NONE : end;
}
