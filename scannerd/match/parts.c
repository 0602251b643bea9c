/* parts.c - the one table of what counts in the repositories of backup tools.
 *
 * From outside only names, times and sizes are seen. What counts must be written by every backup
 * and, as far as that can be told, by nothing else: a repository that is only pruned, checked or
 * compacted must not look like a fresh backup. Where upkeep writes the same files as a backup the
 * table takes those, because a repository in use would otherwise look dead for ever:
 *
 * restic    A snapshot is one file in snapshots/; prune and check write elsewhere.
 * Borg 1    All goes into the segments data/N/M. Prune and compact write segments, too, and cannot
 *           be told apart without the key: a repository that is pruned but no longer written to
 *           looks fresh. Locks, hints, index and integrity files change even when it is only read.
 * Borg 2    An archive is one file in archives/.
 * Kopia     Every snapshot writes a "q" pack with its manifest and directories, even when no file
 *           changed; a "p" pack only if some did. Maintenance changes kopia.maintenance.f, logs and
 *           indices each time, which never count; it rewrites small q packs into one, and as
 *           nothing but snapshots makes new ones a repository without them falls silent. Full
 *           maintenance rewrites p packs for as long as old snapshots expire: these do not count.
 * Duplicacy A revision is one file snapshots/ID/NUMBER; chunks are fossilized and renamed by prune.
 * PBS       A backup is a directory host|vm|ct/NAME/TIME, also below namespaces; garbage collection
 *           touches .chunks.
 * Bareos    A volume is what is written to; it may hold several jobs.
 * bup       Every save adds a pack. (gc writes packs, too, but only where something was deleted.)
 * ZBackup   A backup is a file below backups/.
 * Arq       A backup is a record below backuprecords/. */
#include "parts.h"

#include "scannerd/match/glob.h"
#include "scannerd/match/matcher.h"

static const struct {
	enum repository_kind kind;
	enum part part;
	/* Against the path below the repository: globs of components; ** stands for any number of
	 * them. */
	const char *pattern;
} parts[] = {
	{REPOSITORY_RESTIC, PART_SIGN, "snapshots/*"},
	{REPOSITORY_BORG, PART_SIGN, "data/*/*"},
	{REPOSITORY_BORG, PART_SIGN, "archives/*"},
	{REPOSITORY_KOPIA, PART_SIGN, "q*/**/*"},
	{REPOSITORY_KOPIA, PART_SIGN, "q*.f"},
	{REPOSITORY_DUPLICACY, PART_SIGN, "snapshots/*/*"},
	{REPOSITORY_PBS, PART_SIGN, "host/*/*/*"},
	{REPOSITORY_PBS, PART_SIGN, "vm/*/*/*"},
	{REPOSITORY_PBS, PART_SIGN, "ct/*/*/*"},
	{REPOSITORY_PBS, PART_SIGN, "ns/**/host/*/*/*"},
	{REPOSITORY_PBS, PART_SIGN, "ns/**/vm/*/*/*"},
	{REPOSITORY_PBS, PART_SIGN, "ns/**/ct/*/*/*"},
	{REPOSITORY_BAREOS, PART_BACKUP, "**/*"},
	{REPOSITORY_BUP, PART_SIGN, "objects/pack/*.pack"},
	{REPOSITORY_ZBACKUP, PART_SIGN, "backups/**/*"},
	{REPOSITORY_ARQ, PART_SIGN, "**/backuprecords/**/*"},
};

static const char *const words[] = {
	[REPOSITORY_NONE] = "",
	[REPOSITORY_RESTIC] = "only its snapshots tell when a backup was made",
	[REPOSITORY_BORG] = "only its segments and archives tell when a backup was made",
	[REPOSITORY_KOPIA] = "only its packs of manifests (q...) tell when a backup was made",
	[REPOSITORY_DUPLICACY] = "only its snapshots tell when a backup was made",
	[REPOSITORY_PBS] = "only its folders host, vm and ct tell when a backup was made",
	[REPOSITORY_BAREOS] = "its volumes tell when a backup was made",
	[REPOSITORY_BUP] = "only its packs tell when a backup was made",
	[REPOSITORY_ZBACKUP] = "only the folder backups tells when a backup was made",
	[REPOSITORY_ARQ] = "only its backup records tell when a backup was made",
};
_Static_assert(ARRAY_SIZE(words) == _REPOSITORY_KINDS, "a sentence for every kind");

const char *part_words(enum repository_kind kind)
{
	return (size_t)kind < ARRAY_SIZE(words) ? words[kind] : words[REPOSITORY_NONE];
}

enum { LEVELS_MAX = 32, GLOB_MAX = 32 }; /* deeper than any tool goes: such a file is data */

struct levels { /* the components below the repository, the name last */
	size_t n;
	struct {
		const char *s;
		size_t len;
	} v[LEVELS_MAX];
};

static bool levels_find(const struct match_dir *d, const char *name, size_t len, struct levels *ret)
{
	size_t end = d->len;
	if (d->repository.depth >= LEVELS_MAX) {
		return false;
	}
	ret->n = (size_t)d->repository.depth + 1;
	ret->v[ret->n - 1].s = name;
	ret->v[ret->n - 1].len = len;
	for (size_t i = ret->n - 1; i > 0; i--) {
		size_t begin = match_component(d->path, 0, end);
		ret->v[i - 1].s = d->path + begin;
		ret->v[i - 1].len = end - begin;
		end = begin > 0 ? begin - 1 : 0;
	}
	return true;
}

/* Recursion is as deep as the pattern has components. */
static bool levels_match(const struct levels *l, size_t at, const char *pattern)
{
	char glob[GLOB_MAX];
	size_t len = strcspn(pattern, "/");
	const char *rest = pattern[len] == '/' ? pattern + len + 1 : NULL;
	if (len == 2 && memcmp(pattern, "**", 2) == 0 && rest != NULL) {
		for (size_t skip = at; skip <= l->n; skip++) {
			if (levels_match(l, skip, rest)) {
				return true;
			}
		}
		return false;
	}
	if (at >= l->n || len >= sizeof(glob)) {
		return false;
	}
	memcpy(glob, pattern, len);
	glob[len] = '\0';
	return glob_match(glob, l->v[at].s, l->v[at].len) &&
	       (rest != NULL ? levels_match(l, at + 1, rest) : at + 1 == l->n);
}

enum part part_of(const struct match_dir *d, const char *name, size_t len)
{
	struct levels levels;
	if (!levels_find(d, name, len, &levels)) {
		return PART_DATA;
	}
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i].kind == d->repository.kind &&
			levels_match(&levels, 0, parts[i].pattern)) {
			return parts[i].part;
		}
	}
	return PART_DATA;
}
