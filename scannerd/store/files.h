/* files.h - the index of files: staging while a scan walks, one transaction that makes the result
 * visible, clearing.
 *
 * New directories are staged during the walk in transactions of their own: rows of `files` without
 * a row in `dirs`, which no view shows. Changed directories wait in an unlinked spool file.
 * store_files_apply() then does it all in one transaction: inserts the dirs rows, merges the
 * changed ones (rows of unchanged names keep their id), removes what is gone, keeps what is
 * unavailable. A scan that ends otherwise leaves only staged rows, which store_files_discard(), the
 * next scan or the next start removes. */
#ifndef SCANNERD_STORE_FILES_H
#define SCANNERD_STORE_FILES_H

#include "scannerd/match/match.h"
#include "scannerd/store/store.h"
#include "scannerd/walk/walk.h"

enum { FILES_ORDINAL_BITS = 24 };

/* [thread] Makes the table `roots` hold exactly these paths (a removed root takes its files with
 * it) and reads each root's row into ret_roots[i] (id, fs_type, fs_id, known_files; the other
 * members are left alone). Called when the configuration changes and at a scan's start. */
int store_roots_configure(struct store *s, const char *const *paths, size_t n,
	struct walk_root *ret_roots, struct err *err);
/* [thread] The directories and the mounts that the store holds. */
int store_files_known(struct store *s, struct known **ret);

struct staging; /* one running directory scan's rows */
/* [thread] Discards earlier staged rows. */
int store_staging_new(struct store *s, struct staging **ret, struct err *err);
/* Any thread: takes the listing (freed later), may wait for the store. Batches listings into
 * transactions of about 32,768 files. -errno of an earlier failure. */
int store_staging_add(struct staging *g, struct listing *l);
/* [thread] after the walk; frees g in every case. On failure nothing is changed. Matches are stored
 * as the listings have them. ret_changed: files added, changed and removed. */
int store_files_apply(struct store *s, struct staging *g, const struct walk_config *cfg,
	const struct walk_result *result, int64_t scan_time, int64_t *ret_changed, struct err *err);
/* [thread] frees g and removes its rows. */
void store_files_discard(struct store *s, struct staging *g);

/* [thread] DELETE /api/files: removes all files and what is known of the roots. */
int store_files_clear(struct store *s, int64_t *ret_removed, struct err *err);

struct stored_dir {
	const char *path;     /* not terminated */
	size_t len, root_len; /* root_len: the scanned directory's own part */
	struct repository_place repository;
};
struct files_look {
	/* 1: its files are looked at; 0: they are not; anything else ends the look. dir lives until
	 * the next one. */
	int (*dir)(void *arg, const struct stored_dir *dir);
	int (*file)(
		void *arg, const char *name, size_t len, int64_t mtime_ns, int64_t size); /* 0 */
};
/* [thread] Looks at every directory and its files; returns what ended it, or 0. For previews. */
int store_files_each(struct store *s, const struct files_look *look, void *arg);
/* [thread] What the index knows of file->path, in the other members: root_len is 0 where it lies
 * below no scanned directory. 0 or a SQLite error. */
int store_files_find(struct store *s, struct match_file *file);

#endif
