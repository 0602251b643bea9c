/* repository.h - stores of backup tools that cannot be looked into from outside (restic, Borg ...):
 * their kinds, and how a directory's place in one is packed into the column dirs.repository.
 *
 * scannerd's walker tells a repository by its marker files and folders; the matcher uses it to
 * count only what says when a backup was made; a repository that no name gives to a server makes
 * servers without a backup unknown instead of red. */
#ifndef PROTO_REPOSITORY_H
#define PROTO_REPOSITORY_H

#include "common/def.h"

/* Stored in databases: add at the end only. */
enum repository_kind {
	REPOSITORY_NONE,
	REPOSITORY_RESTIC, /* also rustic */
	REPOSITORY_BORG,   /* also Attic */
	REPOSITORY_KOPIA,
	REPOSITORY_DUPLICACY,
	REPOSITORY_PBS,    /* a datastore of Proxmox Backup Server */
	REPOSITORY_BAREOS, /* volumes of Bareos or Bacula, told by their default labels */
	REPOSITORY_BUP,    /* where its index lies beside it */
	REPOSITORY_ZBACKUP,
	REPOSITORY_ARQ,
	_REPOSITORY_KINDS
};
/* "restic", "borg" ...: stable words; by kind, NULL-terminated; [0] is "none". */
extern const char *const repository_kind_names[];
/* What people call it: "restic repository", "Bareos or Bacula volumes". */
const char *repository_words(enum repository_kind kind);

/* Where a directory lies: in which kind of repository (the nearest above it), and how many
 * directories below the one with the marks. */
struct repository_place {
	enum repository_kind kind;
	uint8_t depth; /* 0: the repository's own directory; 255 stands for more, too */
};
/* dirs.repository = kind << 8 | depth; 0: in none. A kind of a later version reads as none. */
int64_t repository_pack(struct repository_place p);
struct repository_place repository_unpack(int64_t column);

#endif
