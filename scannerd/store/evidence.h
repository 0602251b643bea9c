/* evidence.h - the inside of building evidence: one row a server while the files are read. */
#ifndef SCANNERD_STORE_EVIDENCE_H
#define SCANNERD_STORE_EVIDENCE_H

#include "common/config.h"
#include "scannerd/store/inside.h"

enum { SIZES_KEPT = 11 }; /* the newest backup and the ten before it */

struct backup {
	int64_t time, id, size;
};

/* What the files say of one machine: several servers share it if they have its name. */
struct evidence {
	struct backup newest[SIZES_KEPT]; /* newest first */
	size_t n;
	int64_t match; /* files.match of the newest */
	int64_t count, bytes, ambiguous;
};

struct evidence_server {
	int64_t id;
	const struct policy *policy; /* NULL: the default */
	size_t group;                /* index of the server whose evidence this one shares */
};

/* --- policies.c --- */

/* All servers by id, each with the first policy that fits it and its group. Free with free(). */
int policies_assign(
	struct store *s, const struct config *cfg, struct evidence_server **ret, size_t *ret_n);

/* --- findings.c --- */

void evidence_add(struct evidence *e, const struct backup *b, int64_t match);
/* enum finding bits. shrunk_below_percent: of the median of the backups before; 0: never said. */
unsigned evidence_findings(const struct evidence *e, int64_t shrunk_below_percent);

#endif
