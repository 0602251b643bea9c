/* evidence.c - counts the files while all are read: for every server its newest backup, how many
 * there are, and what is odd. */
#include "scannerd/store/pass.h"

#include "proto/verdict.h"
#include <errno.h>

enum { TIES_MAX = 64, REASON_MASK = 31, SERVER_SHIFT = 9 };

int counting_init(struct counting *c, struct pass *p, const struct config *cfg)
{
	int r;

	*c = (struct counting){
		.pass = p,
		.cfg = cfg,
		.future_mask = verdict_pack(&(struct verdict){.future = true}),
	};
	r = policies_assign(p->store, cfg, &c->servers, &c->n);
	if (r < 0) {
		return r;
	}
	c->evidence = calloc(c->n + 1, sizeof(*c->evidence));
	return c->evidence == NULL ? -ENOMEM : 0;
}

void counting_done(struct counting *c)
{
	free(c->servers);
	free(c->evidence);
}

/* Position of a server, or c->n. Few ids are missing, so most servers stand where one would guess.
 */
static size_t find(const struct counting *c, int64_t id)
{
	size_t low = 0, high = c->n;
	size_t guess = c->n > 0 ? (size_t)(id - c->servers[0].id) : 0;

	if (guess < c->n && c->servers[guess].id == id) {
		return guess;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->servers[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < c->n && c->servers[low].id == id ? low : c->n;
}

/* --- the files --- */

static void add_pending(struct counting *c)
{
	if (c->pending != NULL) {
		evidence_add(c->pending, &c->backup, c->match);
		c->pending = NULL;
	}
}

static void count_backup(struct counting *c, const struct pass_file *f)
{
	size_t at = find(c, f->match >> SERVER_SHIFT);

	if (at == c->n) {
		return; /* removed since the file was matched */
	}
	add_pending(c);
	c->pending = &c->evidence[c->servers[at].group];
	__builtin_prefetch(&c->pending->newest[SIZES_KEPT - 1]);
	__builtin_prefetch(&c->pending->bytes);
	c->match = f->match;
	c->backup = (struct backup){
		.id = f->id, .time = time_floor_ns(f->mtime_ns) + f->drift, .size = f->size};
	c->future += (f->match & c->future_mask) != 0;
}

static void count_ties(struct counting *c, const char *name, size_t len)
{
	int64_t ids[TIES_MAX];
	size_t n = matcher_ties(pass_match_dir(c->pass), name, len, ids, TIES_MAX);

	for (size_t i = 0; i < MIN(n, (size_t)TIES_MAX); i++) {
		size_t at = find(c, ids[i]);

		if (at < c->n) {
			c->evidence[c->servers[at].group].ambiguous++;
		}
	}
}

/* Few files are ambiguous, so that in a pass without names only theirs are read. */
static int count_ambiguous(struct counting *c, const struct pass_file *f)
{
	struct db *db = c->pass->store->db;
	_stmt_ sqlite3_stmt *st = NULL;
	int r = pass_dir(c->pass, f->id);

	if (r != 1) {
		return r;
	}
	if (f->name != NULL) {
		count_ties(c, f->name, f->name_len);
		return 0;
	}
	st = db_stmt(db, "SELECT name FROM files WHERE id = ?");
	r = st == NULL ? -EIO : db_bind(st, "i", f->id);
	if (r == 0) {
		r = db_step(db, st);
	}
	if (r == 1) {
		count_ties(c, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
	}
	return MIN(r, 0);
}

int counting_look(struct counting *c, const struct pass_file *f)
{
	switch (f->match & REASON_MASK) {
	case VERDICT_COUNTS:
		count_backup(c, f);
		return 0;
	case VERDICT_AMBIGUOUS:
		return count_ambiguous(c, f);
	default:
		return 0;
	}
}

/* --- the rows --- */

/* Most stay as they are after most changes; those are not written. */
static const char upsert_sql[] =
	"INSERT INTO evidence (server, file, backup_time, time_source, backup_count, backup_bytes,"
	" ambiguous, findings, policy, green_within, red_after, copies)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (server) DO UPDATE SET"
	" (file, backup_time, time_source, backup_count, backup_bytes, ambiguous, findings, policy,"
	" green_within, red_after, copies) = (excluded.file, excluded.backup_time,"
	" excluded.time_source, excluded.backup_count, excluded.backup_bytes, excluded.ambiguous,"
	" excluded.findings, excluded.policy, excluded.green_within, excluded.red_after,"
	" excluded.copies)"
	" WHERE (file, backup_time, time_source, backup_count, backup_bytes, ambiguous, findings,"
	" policy, green_within, red_after, copies) IS NOT (excluded.file, excluded.backup_time,"
	" excluded.time_source, excluded.backup_count, excluded.backup_bytes, excluded.ambiguous,"
	" excluded.findings, excluded.policy, excluded.green_within, excluded.red_after,"
	" excluded.copies)";

static int write_row(struct counting *c, size_t i)
{
	const struct evidence_server *server = &c->servers[i];
	const struct evidence *e = &c->evidence[server->group];
	const struct policy *policy = server->policy;
	int64_t file = TIME_NONE, time = TIME_NONE, source = TIME_NONE; /* NULL in the row */

	if (e->n > 0) {
		struct verdict v;

		verdict_unpack(e->match, 0, 0, &v);
		file = e->newest[0].id;
		time = e->newest[0].time;
		source = v.time_source;
	}
	return db_run(c->pass->store->db, upsert_sql, "iIIIiiiisiii", server->id, file, time,
		source, e->count, e->bytes, e->ambiguous,
		(int64_t)evidence_findings(e, policy != NULL ? policy->shrunk_below_percent
							     : c->cfg->status.shrunk_below_percent),
		policy != NULL ? policy->name : NULL,
		policy != NULL ? policy->green_within : c->cfg->status.green_within,
		policy != NULL ? policy->red_after : c->cfg->status.red_after,
		policy != NULL ? policy->copies : (int64_t)0);
}

int counting_write(struct counting *c)
{
	int r = 0;

	add_pending(c);
	for (size_t i = 0; r == 0 && i < c->n; i++) {
		r = write_row(c, i);
	}
	return r;
}
