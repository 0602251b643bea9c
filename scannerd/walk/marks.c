/* marks.c - two tables: names that are marks, and which of them make which repository. */
#include "scannerd/walk/marks.h"

/* The sources, each as of the tool's own description of what it stores:
 *
 * restic: doc/design.rst, "Repository Layout"; rustic writes the same. locks/ is not asked for, it
 *   is missing in copies; clients' caches (~/.cache/restic) have neither config nor keys/.
 * Borg 1: docs/internals/data-structures.rst, "Repository"; Attic is alike. Clients' caches have a
 *   README and a config, too, but no data/. A repository during its first transaction has a nonce
 *   or lock.roster before it has an index. Borg 2 has no file in the repository's own directory,
 *   and is not told.
 * Kopia: repo/format (the blobs kopia.repository and kopia.blobcfg) and repo/blob/filesystem, which
 *   adds ".f"; without it, it is a copy of a bucket. Clients' caches keep a kopia.repository beside
 *   contents/, metadata/ ...
 * Duplicacy: wiki, "Storage": config, chunks/, snapshots/; a client's cache has no config.
 * Proxmox Backup Server: pbs-datastore's chunk_store.rs: .chunks/ and .lock; .gc-status comes with
 *   the first garbage collection.
 * Bareos and Bacula: the pools of the configuration that is delivered (Label Format "Full-",
 *   "Differential-", "Incremental-"; "Vol-") and that of the manual's chapter on Always Incremental
 *   backups; the director appends a number of at least four digits.
 * bup: README and DESIGN: a bare Git repository (gitrepository-layout(5)) with bupindex and
 *   index-cache/ beside it. Other bare Git repositories are somebody's data, and so are the
 *   repositories that bup fills on another machine: from outside they are the same.
 * ZBackup: README, "The repository's layout".
 * Arq 7: arqbackup.com/documentation/arq7, "Data Format". */

enum mark {
	/* files */
	CONFIG = 1 << 0,
	README = 1 << 1,
	BORG_FILE = 1 << 2,
	KOPIA_FILE = 1 << 3,
	PBS_FILE = 1 << 4,
	HEAD = 1 << 5,
	BUP = 1 << 6, /* a file or a directory */
	INFO = 1 << 7,
	ARQ_FILE = 1 << 8,
	VOLUME = 1 << 9,
	/* directories */
	DATA = 1 << 16,
	INDEX = 1 << 17,
	KEYS = 1 << 18,
	SNAPSHOTS = 1 << 19,
	CHUNKS = 1 << 20,
	PBS_CHUNKS = 1 << 21,
	OBJECTS = 1 << 22,
	REFS = 1 << 23,
	BUNDLES = 1 << 24,
	BACKUPS = 1 << 25,
	ARQ_DIRECTORY = 1 << 26,
	KOPIA_CACHE = 1 << 27,
};

struct name {
	const char *text;
	uint8_t len;
	uint8_t digits; /* at least so many follow, and nothing else; 0: nothing follows */
	uint32_t bit;
};
#define NAME(text_, bit_)                                                \
	{                                                                \
		.text = (text_), .len = sizeof(text_) - 1, .bit = (bit_) \
	}
#define NUMBERED(text_, digits_, bit_)                                                        \
	{                                                                                     \
		.text = (text_), .len = sizeof(text_) - 1, .digits = (digits_), .bit = (bit_) \
	}

static const struct name file_names[] = {
	NAME(".gc-status", PBS_FILE),
	NAME(".lock", PBS_FILE),
	NUMBERED("AI-Consolidated-", 4, VOLUME),
	NUMBERED("AI-Incremental-", 4, VOLUME),
	NUMBERED("AI-Longterm-", 4, VOLUME),
	NUMBERED("Differential-", 4, VOLUME),
	NUMBERED("Full-", 4, VOLUME),
	NAME("HEAD", HEAD),
	NUMBERED("Incremental-", 4, VOLUME),
	NAME("README", README),
	NUMBERED("Vol-", 4, VOLUME),
	NAME("backupconfig.json", ARQ_FILE),
	NAME("bupindex", BUP),
	NAME("config", CONFIG),
	NUMBERED("hints.", 1, BORG_FILE),
	NUMBERED("index.", 1, BORG_FILE),
	NAME("info", INFO),
	NUMBERED("integrity.", 1, BORG_FILE),
	NAME("kopia.repository", KOPIA_FILE),
	NAME("kopia.repository.f", KOPIA_FILE),
	NAME("lock.roster", BORG_FILE),
	NAME("nonce", BORG_FILE),
};
/* What they begin with: almost every file of a tree is done with by one look into this. */
static const bool file_initials[256] = {
	['.'] = true,
	['A'] = true,
	['D'] = true,
	['F'] = true,
	['H'] = true,
	['I'] = true,
	['R'] = true,
	['V'] = true,
	['b'] = true,
	['c'] = true,
	['h'] = true,
	['i'] = true,
	['k'] = true,
	['l'] = true,
	['n'] = true,
};

static const struct name directory_names[] = {
	NAME(".chunks", PBS_CHUNKS),
	NAME("backupfolders", ARQ_DIRECTORY),
	NAME("backups", BACKUPS),
	NAME("blobpacks", ARQ_DIRECTORY),
	NAME("bundles", BUNDLES),
	NAME("chunks", CHUNKS),
	NAME("contents", KOPIA_CACHE),
	NAME("data", DATA),
	NAME("index", INDEX),
	NAME("index-cache", BUP),
	NAME("keys", KEYS),
	NAME("metadata", KOPIA_CACHE),
	NAME("objects", OBJECTS),
	NAME("refs", REFS),
	NAME("snapshots", SNAPSHOTS),
	NAME("standardobjects", ARQ_DIRECTORY),
	NAME("treepacks", ARQ_DIRECTORY),
};

static const struct {
	enum repository_kind kind;
	uint32_t all, none; /* marks that must be there, and that must not */
} kinds[] = {
	{REPOSITORY_RESTIC, CONFIG | DATA | INDEX | KEYS | SNAPSHOTS, 0},
	{REPOSITORY_BORG, CONFIG | README | BORG_FILE | DATA, 0},
	{REPOSITORY_KOPIA, KOPIA_FILE, KOPIA_CACHE},
	{REPOSITORY_DUPLICACY, CONFIG | CHUNKS | SNAPSHOTS, 0},
	{REPOSITORY_PBS, PBS_FILE | PBS_CHUNKS, 0},
	{REPOSITORY_ZBACKUP, INFO | BUNDLES | INDEX | BACKUPS, 0},
	{REPOSITORY_ARQ, ARQ_FILE | ARQ_DIRECTORY, 0},
	{REPOSITORY_BUP, HEAD | CONFIG | OBJECTS | REFS | BUP, 0},
};

enum {
	VOLUMES_MIN = 2,   /* one file that is called like a volume may be anything */
	ENTRIES_MAX = 4096 /* of files, and of directories, in a repository's own directory: Kopia's
			    * older layout comes to some 1500 directories */
};

static bool is_number(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
	}
	return true;
}

static uint32_t find(const struct name *names, size_t n, const char *text, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		const struct name *name = &names[i];
		size_t digits = len - name->len; /* nonsense if it is shorter */
		if (name->text[0] != text[0] || len < (size_t)name->len + name->digits ||
			(name->digits == 0 && digits != 0)) {
			continue;
		}
		if (memcmp(name->text, text, name->len) == 0 &&
			is_number(text + name->len, digits)) {
			return name->bit;
		}
	}
	return 0;
}

void marks_add_file(struct marks *m, const char *name, size_t len)
{
	m->files += name[0] != '.';
	if (!file_initials[(unsigned char)name[0]]) {
		return;
	}
	uint32_t bit = find(file_names, ARRAY_SIZE(file_names), name, len);
	m->seen |= bit;
	m->volumes += bit == VOLUME;
}

void marks_add_directory(struct marks *m, const char *name, size_t len)
{
	m->subdirectories++;
	m->seen |= find(directory_names, ARRAY_SIZE(directory_names), name, len);
}

bool marks_are_enough(const struct marks *m)
{
	return m->files > ENTRIES_MAX || m->subdirectories > ENTRIES_MAX;
}

enum repository_kind marks_kind(const struct marks *m)
{
	if (m->seen == 0 || marks_are_enough(m)) {
		return REPOSITORY_NONE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if ((m->seen & kinds[i].all) == kinds[i].all && (m->seen & kinds[i].none) == 0) {
			return kinds[i].kind;
		}
	}
	return REPOSITORY_NONE;
}

enum repository_kind marks_own_kind(const struct marks *m)
{
	return m->volumes >= VOLUMES_MIN && m->volumes == m->files ? REPOSITORY_BAREOS
								   : REPOSITORY_NONE;
}
