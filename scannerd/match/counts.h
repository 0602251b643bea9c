/* counts.h - what can never be a backup by itself: sidecars, logs, partial and temporary files,
 * empty ones. */
#ifndef SCANNERD_MATCH_COUNTS_H
#define SCANNERD_MATCH_COUNTS_H

#include "proto/verdict.h"
#include "scannerd/match/text.h"

/* VERDICT_COUNTS or what speaks against it. size < 0: not known, not judged. temporary: a directory
 * above says so. */
enum verdict_reason counts_judge(const struct text *t, int64_t size, bool temporary);
/* Is everything below a directory of this name temporary or partial (tmp, .rsync-partial,
 * 2024-01-31.inprogress)? */
bool counts_temporary_directory(const struct text *t);

#endif
