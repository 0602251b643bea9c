/* root.h - one configured directory during a walk: is it what it was, may it be walked, and what
 * was found in it. */
#ifndef SCANNERD_WALK_ROOT_H
#define SCANNERD_WALK_ROOT_H

#include "scannerd/walk/walk.h"

struct root {
	const struct walk_root *cfg;
	size_t path_len; /* of cfg->path; 0 for "/" */
	int fd;          /* -1 unless it is walked */
	bool identified; /* dev and ino are known, also of one that is not walked for other reasons
			  */
	dev_t dev;
	ino_t ino;
	int64_t fs_type, fs_id;
	bool exclude_wants_path;
	struct strv never; /* those of walk_config.never that lie in it, relative */
	char reason[sizeof(((struct walk_root_result *)0)->reason)]; /* not empty: unavailable */
	bool changed; /* for that reason a person may accept it */
	_Atomic int64_t files, bytes, directories, unreadable, newest_mtime_ns;
	_Atomic bool
		has_excluded; /* files were left out: an empty result is the configuration's wish */
};

/* Opens and judges the root; afterwards reason tells. 0, or -ENOMEM. */
int root_init(struct root *r, const struct walk_root *cfg, const struct walk_config *walk);
void root_done(struct root *r);
/* A sentence without its end: "The directory /x " + the rest. Control bytes in the path are
 * escaped. */
void root_fail(struct root *r, const char *fmt, ...) _printf_(2, 3);
/* Why its own directory could not be opened or read. */
void root_fail_errno(struct root *r, int error);
static inline bool root_failed(const struct root *r)
{
	return r->reason[0] != '\0';
}
/* Whether the path below the root must not be entered by order of the limits. */
bool root_is_never(const struct root *r, const char *rel, size_t len);
/* After the walk: an empty tree that had files is no tree that lost them. */
void root_judge_empty(struct root *r);
void root_result(const struct root *r, struct walk_root_result *ret);

#endif
