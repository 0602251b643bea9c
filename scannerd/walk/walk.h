/* walk.h - reads directory trees in threads: getdents64 and statx, no symbolic link ever followed,
 * every failure survived and counted.
 *
 * Walkers compare each directory with what the store knows by a keyed 128-bit digest
 * (SipHash-2-4-128, Aumasson and Bernstein 2012; libsodium's siphashx24) of its sorted names,
 * mtimes and sizes: unchanged ones cost the store nothing. Changed and new ones are handed to the
 * sink: a known one that became empty with n = 0, a new one only if it has files. A known directory
 * in which a file's time or size could not be read is kept as it is stored (known_keep), a new one
 * is handed on without that file. A directory that is another root is left to that root.
 *
 * A directory in which a file system was mounted at the last complete scan (known_mounts) and is
 * not now, or is one of another type, is not entered and is kept. */
#ifndef SCANNERD_WALK_WALK_H
#define SCANNERD_WALK_WALK_H

#include "common/err.h"
#include "common/field.h"
#include "scannerd/walk/known.h"
#include "scannerd/walk/listing.h"
#include <stdatomic.h>

enum { WALK_KEY_SIZE = 16, WALK_PROBLEMS_MAX = 1000, WALK_DEPTH_MAX = 10000 };

struct walk_root {
	int64_t id;
	const char *path;           /* canonical */
	const struct strv *exclude; /* globs: with a slash against the path below the root, else
				       against the last component */
	bool one_file_system;
	bool accept_changed;    /* take an empty tree, another file system or a missing mount
				   below as it is */
	int64_t fs_type, fs_id; /* as at the last complete scan; fs_type 0: never scanned */
	int64_t known_files;    /* at the last complete scan */
};

struct walk_config {
	const struct walk_root *roots;
	size_t n;
	const struct strv *never; /* absolute directories that are not entered; links above the last
				     component are resolved */
	const struct strv *within; /* a root that resolves outside all of them is unavailable */
	struct known *known; /* directories of all roots, not NULL; walkers mark what they see */
	uint8_t key[WALK_KEY_SIZE];
	int threads_min, threads_max; /* 0: as many as processors, and up to 8 while they wait for
					 the disk */
	/* Called in a walker's thread, possibly several at once, for every directory that is new or
	 * changed; judge fills match and drift; sink takes ownership and may block; non-zero from
	 * sink ends the walk with that error. */
	void (*judge)(void *arg, struct listing *l);
	int (*sink)(void *arg, struct listing *l);
	void *arg;
};

struct walk_counters { /* read at any time */
	_Atomic uint64_t files, bytes, directories, unchanged, excluded, links, special, vanished,
		unreadable, errors;
};

struct walk_problem { /* at most WALK_PROBLEMS_MAX are kept, all are counted */
	int64_t root;
	char *path; /* bytes */
	char *message;
};
struct walk_root_result {
	bool available; /* false: missing, unreadable, suddenly empty, another file system, outside
			   limits: keep what is stored */
	bool changed;   /* unavailable, and accept_changed would take it as it is */
	char reason[512]; /* a sentence when unavailable */
	int64_t fs_type, fs_id;
	int64_t files, bytes, directories, unreadable;
	int64_t newest_mtime; /* seconds; TIME_NONE without files */
};
struct walk_result {
	struct walk_root_result *roots; /* as many as the configuration had */
	size_t n;
	struct walk_problem *problems;
	size_t n_problems;
};

struct walk;
/* Copies what it needs of cfg's scalars; the pointed-to data must outlive the walk. */
int walk_new(const struct walk_config *cfg, struct walk **ret);
void walk_free(struct walk *w);
/* Walks to the end in its own threads; blocks. 0; -ECANCELED; the sink's error; -ENOMEM. *ret is
 * filled on success only. known has been told (known.h) which directories were seen, and which
 * subtrees must be kept because they could not be read. */
int walk_run(struct walk *w, struct walk_result *ret);
void walk_cancel(struct walk *w); /* from any thread; walk_run returns within milliseconds unless
				     the kernel blocks */
const struct walk_counters *walk_counters(const struct walk *w);
/* The directory under one walker's hands, cut at size, repaired to UTF-8. */
void walk_current(struct walk *w, char *out, size_t size);
void walk_result_done(struct walk_result *r);

#endif
