/* marks.h - tells the repositories of backup tools by the names in their own directory. */
#ifndef SCANNERD_WALK_MARKS_H
#define SCANNERD_WALK_MARKS_H

#include "proto/repository.h"

/* What the names of one directory say so far; all zeros before the first. */
struct marks {
	uint32_t seen; /* a bit for each mark */
	uint32_t subdirectories;
	uint32_t files;   /* hidden ones apart, whose name begins with a dot */
	uint32_t volumes; /* of files: those that are called like volumes of Bareos */
};

/* One entry: also of those that the configuration leaves out, a repository stays one. Links and
 * special files are no marks. */
void marks_add_file(struct marks *m, const char *name, size_t len);
void marks_add_directory(struct marks *m, const char *name, size_t len);

/* What is seen decides what the directory is for those below it, whatever comes: no repository that
 * has directories of its own holds so much at its top. */
bool marks_are_enough(const struct marks *m);
/* The kind of repository whose own directory this is, for it and for those below it. Before
 * marks_are_enough() only after the last entry. */
enum repository_kind marks_kind(const struct marks *m);
/* The kind for its own files only, after the last entry: volumes do not make a repository of the
 * directories below. */
enum repository_kind marks_own_kind(const struct marks *m);

#endif
