/* repository.c - the words for kinds of repositories, and the packed place in one. */
#include "repository.h"

enum { KIND_SHIFT = 8, DEPTH_MASK = 255 };

const char *const repository_kind_names[] = {
	[REPOSITORY_NONE] = "none",
	[REPOSITORY_RESTIC] = "restic",
	[REPOSITORY_BORG] = "borg",
	[REPOSITORY_KOPIA] = "kopia",
	[REPOSITORY_DUPLICACY] = "duplicacy",
	[REPOSITORY_PBS] = "pbs",
	[REPOSITORY_BAREOS] = "bareos",
	[REPOSITORY_BUP] = "bup",
	[REPOSITORY_ZBACKUP] = "zbackup",
	[REPOSITORY_ARQ] = "arq",
	NULL,
};

static const char *const words[] = {
	[REPOSITORY_NONE] = "no repository",
	[REPOSITORY_RESTIC] = "restic repository",
	[REPOSITORY_BORG] = "Borg repository",
	[REPOSITORY_KOPIA] = "Kopia repository",
	[REPOSITORY_DUPLICACY] = "Duplicacy storage",
	[REPOSITORY_PBS] = "Proxmox Backup Server datastore",
	[REPOSITORY_BAREOS] = "folder of Bareos or Bacula volumes",
	[REPOSITORY_BUP] = "bup repository",
	[REPOSITORY_ZBACKUP] = "ZBackup repository",
	[REPOSITORY_ARQ] = "Arq backup set",
};
_Static_assert(ARRAY_SIZE(words) == _REPOSITORY_KINDS, "a word for every kind");
_Static_assert(ARRAY_SIZE(repository_kind_names) == _REPOSITORY_KINDS + 1, "a name for every kind");

const char *repository_words(enum repository_kind kind)
{
	return (size_t)kind < ARRAY_SIZE(words) ? words[kind] : words[REPOSITORY_NONE];
}

int64_t repository_pack(struct repository_place p)
{
	return p.kind == REPOSITORY_NONE ? 0 : (int64_t)p.kind << KIND_SHIFT | p.depth;
}

struct repository_place repository_unpack(int64_t column)
{
	int64_t kind = column >> KIND_SHIFT;

	if (kind <= REPOSITORY_NONE || kind >= _REPOSITORY_KINDS) {
		return (struct repository_place){0};
	}
	return (struct repository_place){
		.kind = (enum repository_kind)kind, .depth = (uint8_t)(column & DEPTH_MASK)};
}
