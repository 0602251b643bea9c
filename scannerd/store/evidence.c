/* evidence.c - one pass over the files tells for every server its newest backup, how many there
 * are, and what is odd. */
#include "scannerd/store/evidence.h"

#include "proto/verdict.h"
#include "scannerd/store/history.h"
#include <errno.h>

enum { TIES_MAX = 64 };

struct pass {
	struct store *store;
	const struct config *cfg;
	const struct matcher *matcher;
	struct evidence_server *servers; /* by id */
	size_t n;
	struct evidence *evidence; /* of the same position; used by groups' first members */
	/* the backup read last, which is added while the next one is read: by then its server's
	 * evidence has come from memory */
	struct evidence *pending; /* NULL: none */
	struct backup backup;
	int64_t match;
	/* the directory of the ambiguous file read last */
	int64_t dir;
	struct buf dir_path;
	struct match_dir match_dir;
};

static void pass_done(struct pass *p)
{
	free(p->servers);
	free(p->evidence);
	buf_done(&p->dir_path);
}

/* Position of a server, or p->n. Few ids are missing, so most servers stand where one would guess.
 */
static size_t find(const struct pass *p, int64_t id)
{
	size_t low = 0, high = p->n;
	size_t guess = p->n > 0 ? (size_t)(id - p->servers[0].id) : 0;

	if (guess < p->n && p->servers[guess].id == id) {
		return guess;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (p->servers[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < p->n && p->servers[low].id == id ? low : p->n;
}

/* --- the files --- */

enum column { COLUMN_ID, COLUMN_MATCH, COLUMN_MTIME_NS, COLUMN_DRIFT, COLUMN_SIZE };

static void add_pending(struct pass *p)
{
	if (p->pending != NULL) {
		evidence_add(p->pending, &p->backup, p->match);
		p->pending = NULL;
	}
}

static void count_backup(struct pass *p, sqlite3_stmt *st)
{
	int64_t match = sqlite3_column_int64(st, COLUMN_MATCH);
	int64_t size = sqlite3_column_int64(st, COLUMN_SIZE);
	size_t at = find(p, match >> 9);

	if (at == p->n || size < p->servers[at].minimum_size) {
		return; /* at == p->n: removed since the file was matched */
	}
	add_pending(p);
	p->pending = &p->evidence[p->servers[at].group];
	__builtin_prefetch(&p->pending->newest[SIZES_KEPT - 1]);
	__builtin_prefetch(&p->pending->bytes);
	p->match = match;
	p->backup = (struct backup){
		.id = sqlite3_column_int64(st, COLUMN_ID),
		.time = time_floor_ns(sqlite3_column_int64(st, COLUMN_MTIME_NS)) +
			sqlite3_column_int64(st, COLUMN_DRIFT),
		.size = size,
	};
}

static int load_dir(struct pass *p, int64_t dir)
{
	struct db *db = p->store->db;
	_stmt_ sqlite3_stmt *st = db_stmt(db,
		"SELECT d.path, length(r.path) FROM dirs d JOIN roots r ON r.id = d.root"
		" WHERE d.id = ?");
	int r = st == NULL ? -EIO : db_bind(st, "i", dir);

	if (r == 0) {
		r = db_step(db, st);
	}
	if (r != 1) {
		return r < 0 ? r : -ENOENT;
	}
	buf_reset(&p->dir_path);
	buf_add(&p->dir_path, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
	buf_cstr(&p->dir_path);
	if (p->dir_path.failed) {
		return -ENOMEM;
	}
	matcher_dir(p->matcher, p->dir_path.data, p->dir_path.len,
		(size_t)sqlite3_column_int64(st, 1), &p->match_dir);
	p->dir = dir;
	return 0;
}

/* Few files are ambiguous, so that only their names are read. */
static int count_ambiguous(struct pass *p, int64_t id)
{
	int64_t dir = id >> FILES_ORDINAL_BITS, ids[TIES_MAX];
	struct db *db = p->store->db;
	_stmt_ sqlite3_stmt *st = db_stmt(db, "SELECT name FROM files WHERE id = ?");
	size_t n;
	int r = st == NULL ? -EIO : db_bind(st, "i", id);

	if (r == 0 && p->dir != dir) {
		r = load_dir(p, dir);
	}
	if (r == 0) {
		r = db_step(db, st);
	}
	if (r != 1) {
		return r == -ENOENT ? 0 : r;
	}
	n = matcher_ties(&p->match_dir, sqlite3_column_blob(st, 0),
		(size_t)sqlite3_column_bytes(st, 0), ids, TIES_MAX);
	for (size_t i = 0; i < MIN(n, (size_t)TIES_MAX); i++) {
		size_t at = find(p, ids[i]);

		if (at < p->n) {
			p->evidence[p->servers[at].group].ambiguous++;
		}
	}
	return 0;
}

static int read_files(struct pass *p)
{
	struct db *db = p->store->db;
	_stmt_ sqlite3_stmt *st = db_stmt(db, "SELECT id, match, mtime_ns, drift, size FROM files"
					      " WHERE id < ? AND match & 31 IN (0, 2)");
	int r;

	_Static_assert(VERDICT_COUNTS == 0 && VERDICT_AMBIGUOUS == 2, "the condition above");
	r = st == NULL ? -EIO : db_bind(st, "i", files_first(p->store->next_dir));
	if (r < 0) {
		return r;
	}
	while ((r = db_step(db, st)) == 1) {
		if ((sqlite3_column_int64(st, COLUMN_MATCH) & 31) == VERDICT_COUNTS) {
			count_backup(p, st);
		} else {
			r = count_ambiguous(p, sqlite3_column_int64(st, COLUMN_ID));
			if (r < 0) {
				return r;
			}
		}
	}
	add_pending(p);
	return r;
}

/* --- the rows --- */

static int write_row(struct pass *p, size_t i)
{
	const struct evidence_server *server = &p->servers[i];
	const struct evidence *e = &p->evidence[server->group];
	const struct policy *policy = server->policy;
	int64_t file = TIME_NONE, time = TIME_NONE, source = TIME_NONE; /* NULL in the row */

	if (e->n > 0) {
		struct verdict v;

		verdict_unpack(e->match, 0, 0, &v);
		file = e->newest[0].id;
		time = e->newest[0].time;
		source = v.time_source;
	}
	return db_run(p->store->db,
		"INSERT INTO evidence (server, file, backup_time, time_source, backup_count,"
		" backup_bytes, ambiguous, findings, policy, green_within, red_after, copies)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"iIIIiiiisiii", server->id, file, time, source, e->count, e->bytes, e->ambiguous,
		(int64_t)evidence_findings(e), policy != NULL ? policy->name : NULL,
		policy != NULL ? policy->green_within : p->cfg->status.green_within,
		policy != NULL ? policy->red_after : p->cfg->status.red_after,
		policy != NULL ? policy->copies : (int64_t)0);
}

static int rebuild(struct pass *p, int64_t now, int64_t scan, struct err *err)
{
	_transaction_ struct transaction t = {0};
	struct store *s = p->store;
	int r = transaction_begin(s, &t);

	if (r == 0) {
		r = policies_assign(s, p->cfg, &p->servers, &p->n);
	}
	if (r == 0) {
		p->evidence = calloc(p->n + 1, sizeof(*p->evidence));
		r = p->evidence == NULL ? -ENOMEM : read_files(p);
	}
	if (r == 0) {
		r = db_run(s->db, "DELETE FROM evidence", "");
	}
	for (size_t i = 0; r == 0 && i < p->n; i++) {
		r = write_row(p, i);
	}
	if (r == 0) {
		r = store_status_record(s, now, scan, err);
	}
	if (r == 0) {
		r = store_touch(s, "servers");
	}
	return r < 0 ? r : transaction_commit(&t);
}

int store_evidence_rebuild(struct store *s, const struct config *cfg, const struct matcher *m,
	int64_t now, int64_t scan, struct err *err)
{
	_cleanup_(pass_done) struct pass p = {.store = s, .cfg = cfg, .matcher = m};
	int r = rebuild(&p, now, scan, err);

	return r < 0 ? db_fail(s->db, r, err, "judging the servers") : 0;
}
