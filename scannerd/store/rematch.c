/* rematch.c - judges files again, while all are read, that a change of identities or rules touches.
 */
#include "scannerd/store/pass.h"

#include "common/timefmt.h"
#include "proto/verdict.h"
#include <errno.h>

/* Rows that were judged otherwise are written when so many wait: a SELECT that steps over a table
 * while it is written may meet its own rows again. */
enum { CORRECTIONS_MAX = 32768, REASON_MASK = 31 };

struct correction {
	int64_t id, match, drift;
};

int rematch_init(struct rematch *m, struct pass *p, const struct delta *delta)
{
	struct correction *v = calloc(CORRECTIONS_MAX, sizeof(*v));

	if (v == NULL) {
		return -ENOMEM;
	}
	*m = (struct rematch){.pass = p,
		.delta = delta,
		.future_mask = verdict_pack(&(struct verdict){.future = true}),
		.dir = -1,
		.v = v};
	return 0;
}

void rematch_done(struct rematch *m)
{
	free(m->v);
}

/* What only a scan can tell stays. */
static int64_t keep_changing(int64_t before, int64_t after)
{
	bool was = (before & REASON_MASK) == VERDICT_CHANGING;
	bool counts = (after & REASON_MASK) == VERDICT_COUNTS;

	return was && counts ? (after & ~(int64_t)REASON_MASK) | VERDICT_CHANGING : after;
}

static int enter_dir(struct rematch *m, int64_t file)
{
	const struct pass_dir *d = &m->pass->dir;
	int r = pass_dir(m->pass, file);

	if (r < 0) {
		return r;
	}
	m->dir = file >> FILES_ORDINAL_BITS;
	m->dir_touched = r == 1 && (delta_is_all(m->delta) || delta_touches_dir(m->delta, d->path,
								      d->len, d->root_len));
	return 0;
}

static bool is_touched(const struct rematch *m, const struct pass_file *f)
{
	return m->pass->dir.id == m->dir && /* not in a directory that is not there */
	       (m->dir_touched || (f->match & m->future_mask) != 0 ||
		       delta_touches_name(m->delta, f->name, f->name_len));
}

int rematch_look(struct rematch *m, struct pass_file *f)
{
	int64_t match, drift;
	struct verdict v;
	int r = f->id >> FILES_ORDINAL_BITS != m->dir ? enter_dir(m, f->id) : 0;

	if (r < 0 || !is_touched(m, f)) {
		return r;
	}
	matcher_file(pass_match_dir(m->pass), f->name, f->name_len, f->mtime_ns, f->size, &v);
	match = keep_changing(f->match, verdict_pack(&v));
	drift = v.backup_time - time_floor_ns(f->mtime_ns);
	if (match == f->match && drift == f->drift) {
		return 0;
	}
	f->match = match;
	f->drift = drift;
	m->v[m->n++] = (struct correction){f->id, match, drift};
	return m->n == CORRECTIONS_MAX;
}

int rematch_write(struct rematch *m)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n; i++) {
		r = db_run(m->pass->store->db, "UPDATE files SET match = ?, drift = ? WHERE id = ?",
			"iii", m->v[i].match, m->v[i].drift, m->v[i].id);
	}
	m->changed += (int64_t)m->n;
	m->n = 0;
	return r;
}
