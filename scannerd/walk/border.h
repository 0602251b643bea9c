/* border.h - where one file system ends and another begins below a root: enter it, leave it alone,
 * or keep what is stored of one that is missing. */
#ifndef SCANNERD_WALK_BORDER_H
#define SCANNERD_WALK_BORDER_H

#include "scannerd/walk/reader.h"
#include <sys/stat.h>

/* The reader's directory, which is open and below its root. 1: enter; 0: leave it alone, it is
 * counted; -errno. */
int border_judge(struct reader *r, const struct stat *st);
/* After the walk, of an available root: mounts that it did not come by are lost, unless that is
 * meant. 0 or -ENOMEM. */
int border_judge_unseen(struct walk *w, struct root *root);

#endif
