/* explain_time.c - tells of what time a file is and what of its path says so. */
#include "explain.h"

#include "common/timefmt.h"

enum { PLACE_SIZE = EXPLAIN_SHOWN + 32, TIME_WORDS_SIZE = 3 * TIME_ISO_SIZE + 128 };

/* The time that the path would state if its clocks were those of UTC. */
static int64_t stated_in_utc(const struct explanation *e)
{
	struct match_dir utc;
	struct judgement j;
	match_dir_utc(e->dir, &utc);
	match_judge(
		&utc, e->path + e->name_at, e->len - e->name_at, e->mtime_ns, e->size, NULL, &j);
	return j.stated_time;
}

/* "2024-01-31 03:00:00 in Europe/Berlin, which is 2024-01-31T02:00:00Z", or the last alone. */
static void put_time(const struct explanation *e, char out[TIME_WORDS_SIZE])
{
	char iso[TIME_ISO_SIZE], local[TIME_ISO_SIZE];
	int64_t clock = e->dir->zone != NULL ? stated_in_utc(e) : e->j.stated_time;
	const char *zone = zones_name(&e->m->zones, e->dir->zone);
	time_iso(e->j.stated_time, iso);
	if (clock == e->j.stated_time || clock == TIME_NONE) {
		snprintf(out, TIME_WORDS_SIZE, "%s", iso);
		return;
	}
	time_iso(clock, local);
	local[strcspn(local, "Z")] = '\0';
	local[strcspn(local, "T")] = ' ';
	snprintf(out, TIME_WORDS_SIZE, "%s in %s, which is %s", local,
		zone[0] != '\0' ? zone : "the machine's time zone", iso);
}

static void put_place(const struct explanation *e, char out[PLACE_SIZE])
{
	const struct match_dir *d = e->dir;
	char shown[EXPLAIN_SHOWN];
	if (e->j.by_rule && e->j.rule.time != TIME_NONE) {
		snprintf(out, PLACE_SIZE, "date that rule %zu takes from the path",
			e->j.rule.index + 1);
	} else if (e->j.stated_by == TIME_FROM_DIRECTORY) {
		explain_show(d->path + d->stated_begin, d->stated_end - d->stated_begin, shown);
		snprintf(out, PLACE_SIZE, "directory \"%s\"", shown);
	} else {
		snprintf(out, PLACE_SIZE, "name");
	}
}

void explain_time(const struct explanation *e)
{
	char decided[TIME_ISO_SIZE], stated[TIME_WORDS_SIZE], place[PLACE_SIZE];
	bool indexed = e->size >= 0;
	time_iso(e->j.verdict.backup_time, decided);
	if (e->j.stated_time == TIME_NONE) {
		explain_step(e, "The path states no date: the file's modification time %s%s.",
			indexed ? "decides, " : "would decide", indexed ? decided : "");
		return;
	}
	put_time(e, stated);
	put_place(e, place);
	if (e->j.verdict.future) {
		explain_step(e,
			"The %s states %s, which lies in the future: the file's modification time "
			"%s%s.",
			place, stated, indexed ? "decides, " : "would decide",
			indexed ? decided : "");
		return;
	}
	explain_step(e, "The %s states %s: that is the time of the backup.", place, stated);
	if (e->j.verdict.drifted && indexed) {
		explain_step(
			e, "The file's modification time is more than 36 hours away from that.");
	}
}
