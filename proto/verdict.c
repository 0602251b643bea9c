/* verdict.c - packs verdicts into two integers and puts their reasons into words. */
#include "verdict.h"

enum { REASON_BITS = 5, SOURCE_SHIFT = 5, FUTURE_SHIFT = 7, DRIFTED_SHIFT = 8, SERVER_SHIFT = 9 };

const char *const time_source_names[] = {[TIME_FROM_MTIME] = "mtime",
	[TIME_FROM_NAME] = "name",
	[TIME_FROM_DIRECTORY] = "directory",
	NULL};

static const struct {
	const char *name, *words;
} reasons[] = {
	[VERDICT_COUNTS] = {"counts", "it counts as a backup"},
	[VERDICT_NO_SERVER] = {"no_server", "no server is named in its name or directories"},
	[VERDICT_AMBIGUOUS] = {"ambiguous", "it may belong to more than one server"},
	[VERDICT_IGNORED] = {"ignored", "a rule says to ignore it"},
	[VERDICT_EMPTY] = {"empty", "the file is empty"},
	[VERDICT_EMPTY_ARCHIVE] = {"empty_archive", "the archive has nothing in it"},
	[VERDICT_SIDECAR] = {"sidecar", "it is a checksum, signature, manifest or other metadata"},
	[VERDICT_LOG] = {"log", "it is a log"},
	[VERDICT_PARTIAL] = {"partial", "it is only partly written"},
	[VERDICT_TEMPORARY] = {"temporary", "it is a temporary file"},
	[VERDICT_CHANGING] = {"changing", "it changed between the last two scans"},
	[VERDICT_TOO_SMALL] = {"too_small", "it is smaller than the policy's minimum size"},
	[VERDICT_REPOSITORY] = {"repository",
		"it lies in a repository that cannot be looked into, and nothing says whose it is"},
	[VERDICT_REPOSITORY_DATA] = {"repository_data",
		"it is a part of a repository that does not tell when a backup was made"},
};

int64_t verdict_pack(const struct verdict *v)
{
	return v->server << SERVER_SHIFT | (int64_t)v->drifted << DRIFTED_SHIFT |
	       (int64_t)v->future << FUTURE_SHIFT | (int64_t)v->time_source << SOURCE_SHIFT |
	       (int64_t)v->reason;
}

void verdict_unpack(int64_t match, int64_t drift, int64_t mtime_s, struct verdict *ret)
{
	int64_t source = match >> SOURCE_SHIFT & 3, time;
	if (__builtin_add_overflow(mtime_s, drift, &time)) {
		time = mtime_s; /* a damaged database */
	}
	*ret = (struct verdict){
		.server = match >> SERVER_SHIFT,
		.backup_time = time,
		.time_source =
			source <= TIME_FROM_DIRECTORY ? (enum time_source)source : TIME_FROM_MTIME,
		.reason = (enum verdict_reason)(match & ((1 << REASON_BITS) - 1)),
		.future = (match >> FUTURE_SHIFT & 1) != 0,
		.drifted = (match >> DRIFTED_SHIFT & 1) != 0,
	};
}

const char *verdict_reason_words(enum verdict_reason r)
{
	return (size_t)r < ARRAY_SIZE(reasons)
		       ? reasons[r].words
		       : "it does not count, for a reason that this version does not know";
}

const char *verdict_reason_name(enum verdict_reason r)
{
	return (size_t)r < ARRAY_SIZE(reasons) ? reasons[r].name : "unknown";
}
